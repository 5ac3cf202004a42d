"""A lapse is warned 60, 30 and 7 days ahead: each document with a last day has a clock held by its organization."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from procurement_portal.clocks import actions as clocks
from procurement_portal.documents.models import Document
from procurement_portal.time.clock import chicago, now

if TYPE_CHECKING:
    from procurement_portal.people.actor import Actor

RULE = "documents.lapse"
REMIND_DAYS = (60, 30, 7)
CITATION = "Service promise of this portal: a lapse is warned 60, 30 and 7 days ahead"


def watch(document: Document, actor: Actor) -> None:
    """Start the clock of a document's last day (it is valid to its end); none when it has no day or has lapsed."""
    if document.expires_on is None:
        return
    ends = chicago(document.expires_on, 23, 59)
    if ends <= now():
        return
    clocks.start(
        document,
        rule=RULE,
        citation=CITATION,
        what=_("Renewal of the paper"),
        due_at=ends,
        organization_id=document.organization_id,
        url=reverse("documents:document", args=[document.pk]),
        actor=actor,
        remind=REMIND_DAYS,
    )


def stop_watching(document: Document, outcome: str, actor: Actor) -> None:
    """Stop it: the document was replaced, removed or corrected."""
    clocks.stop(document, RULE, outcome, actor)
