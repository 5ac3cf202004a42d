"""The conversation of a team about its proposal: the organization's own people, nobody of the agency.

Contact with the agency on a live solicitation goes through its public questions alone.
"""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from procurement_portal.notifications import recipients
from procurement_portal.notifications.recipients import Recipient
from procurement_portal.notifications.threads import ThreadSubject
from procurement_portal.people.actor import Actor
from solicitations.models.submission import Submission
from solicitations.queries.submission import own

TEAM = ("administrator", "signatory", "preparer", "finance")


def _find(actor: Actor, pk: str) -> Submission | None:
    return own(actor).filter(pk=pk).first() if pk.isascii() and pk.isdigit() else None


def _participants(submission: Any) -> list[Recipient]:
    return recipients.organization(submission.organization_id, TEAM, submission.scopes)


def _may_write(actor: Actor, submission: Any) -> str | None:
    if any(actor.can("proposals.edit", scope) for scope in submission.scopes):
        return None
    return str(_("Your role lets you read these messages, not write."))


SUBMISSION_THREADS = ThreadSubject(
    find=_find,
    title=lambda submission: str(_("Your answer to %(number)s") % {"number": submission.solicitation.number}),
    url=lambda submission: reverse("solicitations:proposal", args=[submission.pk]),
    participants=_participants,
    may_write=_may_write,
)
