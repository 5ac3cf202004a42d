"""Decision letters: written with the award for every proposer at once; their papers are made in the background."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from procurement_portal.documents import actions as documents
from procurement_portal.history.record import record
from procurement_portal.letters.decision import decision_pdf
from procurement_portal.notifications import recipients
from procurement_portal.notifications.send import send
from procurement_portal.outbox.intents import enqueue
from procurement_portal.people.actor import Actor
from procurement_portal.time.clock import now
from procurement_portal.web.refusal import Refused
from solicitations.actions.tally import proven_for
from solicitations.models.award import DecisionLetter
from solicitations.models.opening import OpenedProposal
from solicitations.notifications.letters import OutcomeKnown
from solicitations.queries import letters as queries
from solicitations.states import LetterKind

PAPER = "solicitations.decision_letter"
PEOPLE = ("administrator", "signatory", "preparer")
_SYSTEM = Actor.system("decision letter")


def write(*, actor: Actor, solicitation_id: int, protest: str) -> list[DecisionLetter]:
    """Write the letters to every proposer of a solicitation, inside the transaction that announces the awards.

    `protest` is the text that says how and until when to protest. A letter written before stays as it is. Tells each
    organization and asks for the PDFs. Raises Refused without an approved recommendation, or when the ranking does not
    agree with the scores.
    """
    return _write(actor, solicitation_id, protest, None, None)


def write_one(*, actor: Actor, proposal_id: int, kind: LetterKind, protest: str) -> DecisionLetter:
    """Write one more letter to one proposer, as when it is called from the waiting list. The same kind twice is once."""
    proposal = OpenedProposal.objects.get(pk=proposal_id)
    return _write(actor, proposal.solicitation_id, protest, [proposal_id], kind)[0]


@transaction.atomic
def _write(
    actor: Actor, solicitation_id: int, protest: str, only: Iterable[int] | None, kind: LetterKind | None
) -> list[DecisionLetter]:
    made = queries.approved(solicitation_id)
    if made is None:
        raise Refused(_("The recommendation has not been approved by every step."))
    if proven_for(solicitation_id).pk != made.tally_id:
        raise Refused(_("The approved recommendation rests on an earlier ranking."))
    chosen = None if only is None else set(only)
    proposals = OpenedProposal.objects.in_bulk(list(queries.debriefs(made)))
    letters = []
    for proposal_id, debrief in queries.debriefs(made).items():
        if chosen is not None and proposal_id not in chosen:
            continue
        content: dict[str, Any] = debrief | {"protest": protest.strip(), "made_at": now().isoformat()}
        letter, fresh = DecisionLetter.objects.get_or_create(
            proposal=proposals[proposal_id], kind=kind or queries.kind_of(content), defaults={"content": content}
        )
        letters.append(letter)
        if fresh:
            record(actor, "letter.write", letter, after={"kind": letter.kind, "proposal": proposal_id})
            enqueue(PAPER, key=f"{PAPER}:{letter.pk}", letter_id=letter.pk)
            _tell(letter, proposals[proposal_id])
    return letters


def _tell(letter: DecisionLetter, proposal: OpenedProposal) -> None:
    send(
        OutcomeKnown(
            letter_id=letter.pk,
            outcome=letter.kind,
            number=letter.content["number"],
            title=letter.content["title"],
            protest=letter.content["protest"],
            url=reverse("solicitations:outcome", args=[proposal.submission_id]),
        ),
        to=recipients.organization(proposal.organization_id, PEOPLE),
    )


@transaction.atomic
def make_paper(*, letter_id: int) -> None:
    """Make the PDF of one letter and keep it as a file. Right when it runs twice."""
    letter = queries.waiting_for_paper(letter_id)
    if letter is None:
        return
    data = decision_pdf(letter.kind, letter.content, made_at=letter.made_at, number=f"{letter.proposal_id}-{letter.pk}")
    letter.file = documents.receive(_SYSTEM, data, name=f"decision-{letter.content['number']}.pdf")
    letter.save(update_fields=["file"])
    record(_SYSTEM, "letter.paper", letter, after={"sha256": letter.file.sha256})
