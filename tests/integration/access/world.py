"""Two full organizations and two departments whose every text bears a canary, made by the real actions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from procurement_portal.clocks.actions import new_feed
from procurement_portal.documents import actions as papers
from procurement_portal.documents.models import Document, File
from procurement_portal.people.actions import board, invitations
from procurement_portal.people.actor import Actor
from procurement_portal.people.bodies import Body
from procurement_portal.people.models.board import BoardMember
from procurement_portal.people.models.body import Organization
from procurement_portal.people.models.invitation import Invitation
from procurement_portal.people.models.user import User
from procurement_portal.time import clock
from solicitations.actions import answer, award_steps, inquiry, negotiation, partner, recommendation, renewal, tally
from solicitations.models.award import Award, DecisionLetter
from solicitations.models.contract import Contract
from solicitations.models.cure import ClarificationRequest
from solicitations.models.evaluation import Assignment, ConflictDeclaration, Evaluation
from solicitations.models.execution import ContractStep
from solicitations.models.inquiry import Inquiry
from solicitations.models.partner import Partner
from solicitations.models.protest import Protest
from solicitations.models.renewal import RenewalItem
from solicitations.models.scoring import ConsensusMeeting
from solicitations.models.solicitation import Solicitation
from solicitations.models.submission import Submission
from solicitations.queries import letters
from solicitations.states import QuestionKind
from tests.cast import Cast, Person
from tests.factories import evaluations, renewals
from tests.factories.contracts import contract_with
from tests.factories.documents import received
from tests.factories.solicitations import make_draft, make_published
from tests.factories.submissions import begin, question


@dataclass(frozen=True)
class Estate:
    """What one organization has: each thing bears its canary."""

    canary: str
    organization: Organization
    proposal: Submission
    inquiry: Inquiry
    document: Document
    file: File
    invitation: Invitation
    partner: Partner
    feed: str
    board: BoardMember
    contract: Contract
    step: ContractStep
    award: Award  # of `World.awarded`; its versions of scope bear the canary
    renewal: RenewalItem  # sent; its note bears the canary


@dataclass(frozen=True)
class Decided:
    """An opened notice of Family Services with scores, a meeting, questions and letters about Alpha's and Beta's proposals."""

    notice: Solicitation
    meeting: ConsensusMeeting
    alpha: Submission
    beta: Submission


@dataclass(frozen=True)
class World:
    """Everything the walk goes through."""

    cast: Cast
    notice: Solicitation
    awarded: Solicitation
    protest: Protest
    draft: Solicitation
    evaluation: Evaluation  # of the family's, with an opened proposal of Beta and none of Alpha
    county_draft: Solicitation
    decided: Decided
    alpha: Estate
    beta: Estate

    def estates(self) -> tuple[Estate, Estate]:
        return self.alpha, self.beta


def canary(name: str) -> str:
    """The word that must never be seen by the other side."""
    return f"CANARY{name.upper()}ZQX"


def make_world(cast: Cast) -> World:
    """Two departments with a draft each, one open notice, two organizations with an answer to it and everything else."""
    notice = make_published(cast, due_at=clock.now() + timedelta(days=10))
    draft = make_draft(cast, title=f"{canary('family')} draft", purpose=canary("family"))
    awarded, protest = _awarded(cast)
    county = make_draft(cast, department=cast.justice, title=f"{canary('justice')} draft", drafted_by=cast.cora.user)
    alpha = _estate(cast, "alpha", cast.alpha, cast.alice, notice, awarded)
    beta = _estate(cast, "beta", cast.beta, cast.bob, notice, awarded)
    return World(
        cast=cast,
        notice=notice,
        awarded=awarded,
        protest=protest,
        draft=draft,
        evaluation=_evaluation(cast),
        county_draft=county,
        alpha=alpha,
        beta=beta,
        decided=_decided(cast),
    )


def _evaluation(cast: Cast) -> Evaluation:
    """An evaluation of Family Services whose texts bear the family's canary: nobody outside reads a word of it.

    Eva reads the first proposal and has a conflict with the second, which bears a canary of its own.
    """
    word = canary("family")
    made = evaluations.panel(cast, [evaluations.proposer(1, word), evaluations.proposer(2, canary("conflicted"))])
    eva = made.panel.get(user=cast.eva.user)
    second = made.solicitation.opened_proposals.get(position=2)
    Assignment.objects.filter(member=eva, proposal=second).update(
        ended_at=clock.now(), ended_by=cast.percy.user, ended_why="A conflict of interest"
    )
    ConflictDeclaration.objects.create(
        member=eva, proposal=second, conflicted=True, ground="found_member", statement="Had an account there"
    )
    return made


def _decided(cast: Cast) -> Decided:
    evaluation = evaluations.scored(cast)
    notice = evaluation.solicitation
    proposals = list(notice.opened_proposals.select_related("submission").order_by("position"))
    meeting = ConsensusMeeting.objects.create(
        evaluation=evaluation, proposal=proposals[0], criterion=notice.criteria.first(), spread=3, bound=2,
        held_at=clock.now(), note=f"{canary('alpha')} note", closed_at=clock.now(), closed_by=cast.percy.user,
    )  # fmt: skip
    tally.rank(actor=cast.percy.actor, evaluation_id=evaluation.pk)
    made = recommendation.begin(actor=cast.dora.actor, solicitation_id=notice.pk)
    told = letters.debriefs(made)
    for name, proposal in zip(("alpha", "beta"), proposals, strict=True):
        # A row, not the act: whoever asks sees the organization among what waits for others, rightly.
        ClarificationRequest.objects.create(
            proposal=proposal, question=f"{canary(name)} question", asked_by=cast.percy.user,
            due_at=clock.now() + timedelta(days=3),
        )  # fmt: skip
        content = told[proposal.pk] | {"protest": f"{canary(name)} protest"}
        DecisionLetter.objects.create(proposal=proposal, kind="regret", content=content)
    return Decided(notice, meeting, proposals[0].submission, proposals[1].submission)


def _awarded(cast: Cast) -> tuple[Solicitation, Protest]:
    """A solicitation with an award of each organization in negotiation and a protest that was withdrawn."""
    row = evaluations.awarded(cast, amounts=("120000.00", "120000.00"), readers=1).solicitation
    window = row.protest_window
    assert window is not None
    protest = Protest.objects.create(
        solicitation=row, window=window, proposal=row.opened_proposals.get(organization=cast.beta),
        organization=cast.beta, grounds="The second criterion.", filed_by=cast.bob.user,
        filed_at=window.closes_at, status="withdrawn",
    )  # fmt: skip
    return row, protest


def _version(award: Award, head: Person, word: str) -> None:
    """Scope and budget of an award, which only its two sides read."""
    award_steps.begin(actor=Actor.system("world"), award_id=award.pk)
    start = clock.today() + timedelta(days=60)
    terms = {
        "scope": f"{word} scope", "amount": award.amount, "starts_on": start, "ends_on": start + timedelta(days=30),
        "budget": [{"label": f"{word} wages", "cents": 12_000_000}],
    }  # fmt: skip
    negotiation.put_forward(actor=head.actor, award_id=award.pk, after=0, given=terms)


def _estate(
    cast: Cast, name: str, organization: Organization, head: Person, notice: Solicitation, awarded: Solicitation
) -> Estate:
    word = canary(name)
    Organization.objects.filter(pk=organization.pk).update(
        name=f"{word} organization", also_known_as=f"{word} other name"
    )
    User.objects.filter(pk=head.user.pk).update(phone=f"{word}-phone")
    head.user.refresh_from_db()
    proposal = begin(head, notice)
    answer.save(
        actor=head.actor,
        submission=proposal,
        question=question(notice, QuestionKind.TEXT),
        given=f"{word} answer",
        base_version=0,
    )
    asked = inquiry.ask(actor=head.actor, solicitation_id=notice.pk, text=f"{word} asks about the term of this notice")
    file = received(head.actor, name=f"{word}.pdf")
    paper = papers.add_to_vault(
        head.actor, organization_id=organization.pk, kind="w9", title=f"{word} paper", file=file
    )
    invited = invitations.invite(
        actor=head.actor, body=Body(organization_id=organization.pk), email=f"{word.lower()}@example.org", role="reader"
    )
    given: dict[str, Any] = {"role": "fiscal_sponsor", "share": "10", "work": f"{word} work"}
    seat = board.add(actor=head.actor, name=f"{word} chair")
    joined = partner.invite(actor=head.actor, submission=proposal, organization_id=cast.gamma.pk, given=given)
    contract = contract_with(cast, organization, terms={"scope": f"{word} scope", "budget": [], "conditions": ""})
    step = contract.steps.get(kind="documents")
    renewed = renewals.running(cast, organization)
    made = renewals.batch(cast, [renewed])
    offered = renewals.item(renewed)
    renewal.change_item(
        actor=cast.dora.actor, item_id=offered.pk, amount_change=offered.amount_change,
        new_ends_on=offered.new_ends_on, note=f"{word} note",
    )  # fmt: skip
    renewal.send(actor=cast.dora.actor, batch_id=made.pk)
    award = awarded.awards.get(organization=organization)
    _version(award, head, word)
    feed = new_feed(head.actor)
    return Estate(
        word, organization, proposal, asked, paper, file, invited, joined, feed, seat, contract, step, award, offered
    )
