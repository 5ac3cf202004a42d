"""Engagements, and who viewed what."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from procurement_portal.history.models import Entry
from procurement_portal.people.actor import Actor
from procurement_portal.people.models.body import Department, Organization
from procurement_portal.people.models.oversight import Engagement


def engagements(actor: Actor) -> QuerySet[Engagement]:
    """All for whoever gives them, one's own for an auditor; newest first."""
    rows = Engagement.objects.select_related("auditor", "given_by").prefetch_related("departments", "organizations")
    if not actor.can("people.engage_auditor"):
        rows = rows.filter(auditor_id=actor.user_id or 0)
    return rows.order_by("-first_day", "-pk")


def viewings(actor: Actor) -> QuerySet[Entry]:
    """Witnessed reads within the auditor's engagements in force: by people of the bodies, or of the organizations' own records.

    Who looked at what, and when; never what was in it. None for anybody else.
    """
    if not actor.audits:
        return Entry.objects.none()
    departments = [pk for kind, pk in actor.audits if kind == "department"]
    firms = [pk for kind, pk in actor.audits if kind == "organization"]
    names = [
        *Department.objects.filter(pk__in=departments).values_list("name", flat=True),
        *Organization.objects.filter(pk__in=firms).values_list("name", flat=True),
    ]
    of_bodies = Q(subject_type="people.organization", subject_id__in=[str(pk) for pk in firms]) | Q(
        subject_type="people.department", subject_id__in=[str(pk) for pk in departments]
    )
    return Entry.objects.filter(witnessed=True).filter(Q(acting_as__in=names) | of_bodies).order_by("-id")
