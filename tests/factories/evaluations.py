"""Opened, evaluated, recommended and awarded solicitations: rows as the actions write them, without walking the whole way.

Each stage builds on the one before: `opened` → `panel` → `scored` → `ranked` → `approved` → `awarded`. Tests of one stage
start from its factory; the journey walks the actions themselves.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from procurement_portal.law import engine
from procurement_portal.law.calendar import Calendar
from procurement_portal.people.models.body import Organization
from procurement_portal.people.models.membership import Membership
from procurement_portal.people.models.user import User
from procurement_portal.time import clock
from procurement_portal.vault.sealing import new_data_key
from solicitations.models.award import Award
from solicitations.models.evaluation import Assignment, ConflictDeclaration, Evaluation, PanelMember
from solicitations.models.opening import OpenedPart, OpenedProposal, Opening
from solicitations.models.protest import ProtestWindow
from solicitations.models.recommendation import Approval, Recommendation, RecommendedAward
from solicitations.models.scoring import Score, Tally
from solicitations.models.solicitation import Solicitation
from solicitations.models.submission import Submission
from solicitations.models.trace import Trace
from solicitations.states import (
    ApprovalStep,
    EvaluationState,
    PanelPart,
    RecommendationState,
    SolicitationState,
    SubmissionStatus,
)
from tests.cast import Cast
from tests.factories.solicitations import make_published


def proposer(number: int, name: str = "Collective") -> Organization:
    """An organization beyond the cast, by number."""
    return Organization.objects.create(kind="nonprofit", name=f"Proposer {number:03d} {name}")


def opened(cast: Cast, organizations: Sequence[Organization] | None = None, **changes: Any) -> Solicitation:
    """A solicitation of Family Services that closed yesterday and was opened by Percy and Petra, with one proposal each of
    Alpha and Beta (or of `organizations`), every question answered."""
    due_at = changes.pop("due_at", clock.now() - timedelta(days=1))
    changes.setdefault("status", SolicitationState.OPENED)
    changes.setdefault("published_at", due_at - timedelta(days=30))
    changes.setdefault("questions_due_at", due_at - timedelta(days=10))
    row = make_published(cast, due_at=due_at, **changes)
    bodies = [cast.alpha, cast.beta] if organizations is None else organizations
    opening = Opening.objects.create(
        solicitation=row, asked_by=cast.percy.user, opened_by=cast.petra.user, opened_at=clock.now(),
        received=len(bodies), digest="0" * 64,
    )  # fmt: skip
    for position, body in enumerate(bodies, 1):
        opened_proposal(cast, opening, body, position)
    return row


def opened_proposal(cast: Cast, opening: Opening, body: Organization, position: int, **changes: Any) -> OpenedProposal:
    """One opened proposal with a part for each question of its solicitation."""
    row = opening.solicitation
    received_at = row.due_at - timedelta(hours=position)
    submission = Submission.objects.create(
        solicitation=row, organization=body, kind="proposal", status=SubmissionStatus.SUBMITTED,
        data_key=new_data_key("proposal", f"solicitation:{row.pk} organization:{body.pk}"), content_version=1, number=1, submitted_content=1,
        submitted_at=received_at, started_by=cast.alice.user,
    )  # fmt: skip
    proposal = OpenedProposal.objects.create(
        opening=opening, solicitation=row, submission=submission, organization=body, position=position, version=1,
        received_at=received_at, sha256=hashlib.sha256(str(body.pk).encode()).hexdigest(),
        **{"amount": Decimal("150000.50"), "areas": [25], **changes},
    )  # fmt: skip
    parts = []
    for number, question in enumerate(row.questions.order_by("section__position", "position"), 1):
        value = {
            "text": f"Each week begins with a meeting at {body.name}.",
            "choice": ["yes"],
            "budget": {"request": 15_000_050},
        }
        parts.append(
            OpenedPart(
                proposal=proposal, position=number, part=f"question-{question.key}", title=question.prompt,
                kind=question.kind, marking=question.marking, question=question, criterion=question.criterion,
                value=value.get(question.kind),
            )
        )  # fmt: skip
    OpenedPart.objects.bulk_create(parts)
    return proposal


def reader(cast: Cast, number: int) -> User:
    """An evaluator of Family Services beyond the cast."""
    user, made = User.objects.get_or_create(
        email=f"reader{number}@example.org", defaults={"name": f"Reader {number} Family", "password": "!"}
    )
    if made:
        Membership.objects.create(user=user, department=cast.family, role="evaluator")
    return user


def panel(
    cast: Cast,
    organizations: Sequence[Organization] | None = None,
    readers: int = 3,
    *,
    assigned: bool = True,
    **changes: Any,
) -> Evaluation:
    """An opened solicitation under evaluation: Eva chairs, more readers beside her, nobody conflicted, everybody reads all."""
    row = opened(cast, organizations, status=SolicitationState.UNDER_EVALUATION)
    evaluation = Evaluation.objects.create(
        solicitation=row, begun_by=cast.percy.user, readers=readers, scoring_due_at=clock.now() + timedelta(days=10),
        **{"status": EvaluationState.SCORING, "scoring_began_at": clock.now(), **changes},
    )  # fmt: skip
    people = [cast.eva.user, *(reader(cast, n) for n in range(1, readers))]
    for number, user in enumerate(people):
        member = PanelMember.objects.create(
            evaluation=evaluation, user=user, appointed_by=cast.percy.user,
            part=PanelPart.EVALUATOR if number else PanelPart.CHAIR,
        )  # fmt: skip
        for proposal in row.opened_proposals.all():
            ConflictDeclaration.objects.create(member=member, proposal=proposal, conflicted=False, ground="none")
            if assigned:
                Assignment.objects.create(member=member, proposal=proposal, assigned_by=cast.percy.user)
    return evaluation


def scored(cast: Cast, points: Sequence[int] = (4, 3), **changes: Any) -> Evaluation:
    """As `panel`, with every reader's locked scores: the first proposal gets points[0] on each criterion, and so on."""
    evaluation = panel(cast, **{"status": EvaluationState.CONSENSUS, "scoring_ended_at": clock.now(), **changes})
    criteria = list(evaluation.solicitation.criteria.order_by("position"))
    for assignment in Assignment.objects.filter(member__evaluation=evaluation).select_related("proposal"):
        for criterion in criteria:
            Score.objects.create(
                assignment=assignment, criterion=criterion, points=Decimal(points[assignment.proposal.position - 1]),
                reason="The plan names weeks, staff and partners.", share=True,
            )  # fmt: skip
        Assignment.objects.filter(pk=assignment.pk).update(locked_at=evaluation.scoring_ended_at or clock.now())
    return evaluation


def trace(subject: Any, rule: str, answer: dict[str, Any]) -> Trace:
    """A stored trace row, for records that must name one."""
    return Trace.objects.create(
        rule=rule, subject_type=f"solicitations.{type(subject).__name__.lower()}", subject_id=str(subject.pk),
        content={"answer": answer}, law="test", asked_on=clock.today(),
    )  # fmt: skip


def asked_trace(subject: Any, rule: str, facts: dict[str, Any]) -> Trace:
    """The stored trace of a rule that was really asked, for pages that show it."""
    outcome = engine.evaluate(rule, facts, calendar=Calendar.for_jurisdiction("city"))
    return Trace.objects.create(
        rule=rule, subject_type=f"solicitations.{type(subject).__name__.lower()}", subject_id=str(subject.pk),
        content=dict(outcome.trace), law=str(outcome.trace["law"]), asked_on=clock.today(),
    )  # fmt: skip


def approved(cast: Cast, amounts: Sequence[str] = ("200000.00",), **changes: Any) -> Recommendation:
    """A ranked evaluation with a recommendation every step approved: the first proposals are awarded `amounts`, the next one
    waits, the rest gets nothing."""
    evaluation = scored(cast, **{"status": EvaluationState.RANKED, "ranked_at": clock.now(), **changes})
    row = evaluation.solicitation
    tally = Tally.objects.create(
        evaluation=evaluation, number=1, content={"criteria": [], "scores": [], "result": {"proposals": []}}, sha256="0" * 64,
        made_by=cast.percy.user,
        trace=trace(evaluation, "solicitations.evaluation_tally", {}),
    )  # fmt: skip
    made = Recommendation.objects.create(
        solicitation=row, number=1, status=RecommendationState.APPROVED, tally=tally, made_by=cast.dora.user,
        summary="The highest scores within the money.", sent_by=cast.dora.user, sent_at=clock.now(),
        decided_at=clock.now(),
    )  # fmt: skip
    for rank, proposal in enumerate(row.opened_proposals.order_by("position"), 1):
        facts: dict[str, Any] = {"outcome": "no_award"}
        if rank <= len(amounts):
            facts = {"outcome": "award", "amount": Decimal(amounts[rank - 1]), "areas": [25]}
        elif rank == len(amounts) + 1:
            facts = {"outcome": "waiting_list", "waiting_position": 1, "amount": Decimal("100000.00")}
        RecommendedAward.objects.create(
            recommendation=made, proposal=proposal, rank=rank, total=Decimal(80 - rank), **facts
        )
    for position, (step, person) in enumerate(
        ((ApprovalStep.BUDGET, cast.fay), (ApprovalStep.PROCUREMENT, cast.petra), (ApprovalStep.CHIEF, cast.cleo)), 1
    ):
        Approval.objects.create(
            recommendation=made, step=step, position=position, made_by=cast.dora.user, sent_by=cast.dora.user,
            opened_at=clock.now(), outcome="approved", decided_by=person.user, decided_at=clock.now(),
        )  # fmt: skip
    Solicitation.objects.filter(pk=row.pk).update(status=SolicitationState.RECOMMENDED)
    made.solicitation.refresh_from_db()
    return made


def awarded(cast: Cast, *, window_closed: bool = True, **changes: Any) -> Award:
    """An announced award to Alpha with Beta waiting; the protest window has passed unless said otherwise."""
    made = approved(cast, **changes)
    row = made.solicitation
    begins = clock.now() - timedelta(days=20) if window_closed else clock.now() - timedelta(hours=1)
    asked = {"announced_on": begins.astimezone(clock.CHICAGO).date()}
    ProtestWindow.objects.create(
        solicitation=row, opens_at=begins, closes_at=begins + timedelta(days=10),
        trace=asked_trace(row, "solicitations.protest_window", asked),
    )  # fmt: skip
    first: Award | None = None
    for recommended in made.rows.exclude(outcome="no_award").order_by("rank"):
        award = Award.objects.create(
            solicitation=row, recommended=recommended, proposal=recommended.proposal,
            organization_id=recommended.proposal.organization_id, areas=recommended.areas, amount=recommended.amount,
            waiting_position=recommended.waiting_position, announced_by=cast.percy.user,
            status="waiting" if recommended.waiting_position else "announced",
        )  # fmt: skip
        first = first or award
    Solicitation.objects.filter(pk=row.pk).update(status=SolicitationState.AWARDED)
    assert first is not None
    first.solicitation.refresh_from_db()
    return first
