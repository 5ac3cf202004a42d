"""How a file of an opened proposal may be read: by the officers who may read the proposal, and by its readers. Witnessed."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q

from procurement_portal.documents.access import Reading
from procurement_portal.documents.models import File
from procurement_portal.people.actor import Actor
from solicitations.models.opening import OpenedFile
from solicitations.queries.opening import proposals
from solicitations.queries.scoring import readings


def reading(actor: Actor, file: File) -> Reading:
    """A provider of `documents.access`: WITNESSED for who may read the opened proposal the file belongs to, else NO.

    Panel members read files given as answers; papers such as tax forms are for the officers alone.
    """
    if not actor.is_staff:
        return Reading.NO
    staff = Exists(proposals(actor).filter(pk=OuterRef("part__proposal_id")))
    reader = Exists(readings(actor).filter(proposal_id=OuterRef("part__proposal_id")))
    rows = OpenedFile.objects.filter(Q(staff) | (Q(reader) & Q(part__question__isnull=False)), file=file)
    return Reading.WITNESSED if rows.exists() else Reading.NO
