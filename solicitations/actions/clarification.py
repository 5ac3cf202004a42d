"""A question to one proposer about what it submitted, and its answer. Neither changes the proposal."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from procurement_portal.clocks import actions as clocks
from procurement_portal.history.record import record
from procurement_portal.notifications import recipients
from procurement_portal.notifications.send import send
from procurement_portal.people.access import found_or_404
from procurement_portal.people.actor import Actor
from procurement_portal.time.clock import in_time, now
from procurement_portal.web import words
from procurement_portal.web.refusal import Conflict, Invalid, Refused
from solicitations.actions.cure import PEOPLE, managed, requests_url
from solicitations.models.cure import ClarificationRequest
from solicitations.notifications.cure import ClarificationAnswered, ClarificationAsked
from solicitations.queries import cure as queries

CLOCK = "solicitations.clarification"


@transaction.atomic
def ask(
    *, actor: Actor, proposal_id: int, question: str, due_at: datetime, part_id: int | None = None
) -> ClarificationRequest:
    """Ask one proposer, about one of its answers or the whole, until an hour. Raises Invalid per field, Refused, Http404."""
    proposal = found_or_404(queries.proposals(actor), pk=proposal_id)
    row = managed(actor, proposal.solicitation_id)
    problems: dict[str, list[str]] = {}
    if not question.strip():
        problems["question"] = [_("Write the question.")]
    if due_at <= now():
        problems["due_at"] = [_("The last hour lies in the future.")]
    if problems:
        raise Invalid(problems)
    part = found_or_404(proposal.parts.all(), pk=part_id) if part_id is not None else None
    asked = ClarificationRequest.objects.create(
        proposal=proposal, part=part, question=question.strip(), asked_by_id=actor.user_id, due_at=due_at
    )
    record(actor, "clarification.ask", asked, after={"proposal": proposal.pk, "due_at": due_at.isoformat()})
    url = requests_url(proposal.submission_id)
    clocks.start(
        asked,
        rule=CLOCK,
        citation="Request for clarification",
        what=_("Answer the question about your proposal"),
        due_at=due_at,
        organization_id=proposal.organization_id,
        url=url,
        about=f"{proposal.solicitation.number} {proposal.solicitation.title}",
        actor=actor,
    )
    send(
        ClarificationAsked(
            request_id=asked.pk, number=row.number, title=row.title, question=asked.question, due_at=due_at, url=url
        ),
        to=recipients.organization(proposal.organization_id, PEOPLE),
    )
    return asked


def answer(*, actor: Actor, request_id: int, text: str) -> ClarificationRequest:
    """Answer for one's organization, once, until the stated hour by the database's clock. A late answer is recorded as tried
    and refused. Raises Invalid, Refused, Conflict when it was answered, Http404."""
    with transaction.atomic():
        found_or_404(queries.own_questions(actor), pk=request_id)
        asked = ClarificationRequest.objects.select_for_update(of=("self",)).get(pk=request_id)
        if not actor.can("proposals.edit"):
            raise Refused(_("Answering is for whoever writes the organization's proposals."))
        if asked.answered_at is not None:
            raise Conflict(_("A colleague has answered this question."), asked)
        if not text.strip():
            raise Invalid({"answer": [_("Write your answer.")]})
        present = now()
        late = not in_time(present, asked.due_at)
        if late:
            record(actor, "clarification.late", asked, after={"at": present.isoformat()})
        else:
            asked.answer, asked.answered_at, asked.answered_by_id = text.strip(), present, actor.user_id
            asked.save(update_fields=["answer", "answered_at", "answered_by"])
            record(actor, "clarification.answer", asked)
            clocks.stop(asked, CLOCK, "answered", actor)
            row = asked.proposal.solicitation
            send(
                ClarificationAnswered(
                    request_id=asked.pk,
                    number=row.number,
                    organization=asked.proposal.organization.name,
                    url=reverse("solicitations:between-proposal", args=[row.number, asked.proposal_id]),
                ),
                to=recipients.users([asked.asked_by_id]),
            )
    if late:
        raise Refused(
            _("The answer was due %(due)s; it is %(now)s. That you tried is on record.")
            % {"due": words.exact(asked.due_at), "now": words.exact(present)}
        )
    return asked
