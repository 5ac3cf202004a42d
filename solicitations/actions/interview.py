"""Interviews of the panel with one proposer: the invitation, and what was said."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from procurement_portal.clocks import actions as clocks
from procurement_portal.history.record import record
from procurement_portal.notifications import recipients
from procurement_portal.notifications.send import send
from procurement_portal.people.access import found_or_404
from procurement_portal.people.actor import Actor
from procurement_portal.time.clock import now
from procurement_portal.web.refusal import Conflict, Invalid
from solicitations.actions.cure import PEOPLE, managed, requests_url
from solicitations.models.cure import Interview
from solicitations.notifications.cure import InterviewInvited
from solicitations.queries import cure as queries

CLOCK = "solicitations.interview"


@transaction.atomic
def invite(*, actor: Actor, proposal_id: int, at: datetime, place: str = "", link: str = "") -> Interview:
    """Invite one proposer to a place or a link. Raises Invalid per field, Refused, Http404."""
    proposal = found_or_404(queries.proposals(actor), pk=proposal_id)
    row = managed(actor, proposal.solicitation_id)
    problems: dict[str, list[str]] = {}
    if at <= now():
        problems["at"] = [_("The interview lies in the future.")]
    if not place.strip() and not link.strip():
        problems["place"] = [_("Say where: a place, a link, or both.")]
    if problems:
        raise Invalid(problems)
    made = Interview.objects.create(
        proposal=proposal, at=at, place=place.strip(), link=link.strip(), invited_by_id=actor.user_id
    )
    record(actor, "interview.invite", made, after={"proposal": proposal.pk, "at": at.isoformat()})
    url = requests_url(proposal.submission_id)
    clocks.start(
        made,
        rule=CLOCK,
        citation="Invitation to an interview",
        what=_("Interview about your proposal"),
        due_at=at,
        organization_id=proposal.organization_id,
        url=url,
        about=f"{row.number} {row.title}",
        actor=actor,
    )
    send(
        InterviewInvited(
            interview_id=made.pk, number=row.number, title=row.title, at=at, place=made.place, link=made.link, url=url
        ),
        to=recipients.organization(proposal.organization_id, PEOPLE),
    )
    return made


@transaction.atomic
def keep_record(*, actor: Actor, interview_id: int, text: str) -> Interview:
    """Keep what was said, once, after the interview began. Raises Invalid, Conflict, Refused, Http404."""
    made = found_or_404(
        Interview.objects.filter(proposal__in=queries.proposals(actor).values("pk")).select_related("proposal"),
        pk=interview_id,
    )
    managed(actor, made.proposal.solicitation_id)
    made.refresh_from_db()
    if made.recorded_at is not None:
        raise Conflict(_("What was said is on record already."), made)
    if not text.strip():
        raise Invalid({"record": [_("Write what was said.")]})
    if now() < made.at:
        raise Invalid({"record": [_("The interview has not begun.")]})
    made.record, made.recorded_at, made.recorded_by_id = text.strip(), now(), actor.user_id
    made.save(update_fields=["record", "recorded_at", "recorded_by"])
    record(actor, "interview.record", made)
    clocks.stop(made, CLOCK, "held", actor)
    return made
