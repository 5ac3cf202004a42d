"""The evaluation as officers see it: panel, teams, how far declarations, assignment and scoring are. Never anybody's points."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from procurement_portal.people.actor import Actor
from procurement_portal.people.models.membership import Membership
from procurement_portal.people.models.user import User
from procurement_portal.people.roles import EVALUATOR, GUEST_EVALUATOR
from solicitations.models.evaluation import (
    Assignment,
    ConflictDeclaration,
    Evaluation,
    PanelMember,
    ReaderTeam,
)
from solicitations.models.opening import OpenedProposal
from solicitations.models.scoring import Score
from solicitations.queries.conflict import CLEARED, FOUND, of_evaluation, standing
from solicitations.queries.opening import readable_solicitations, responsive
from solicitations.states import ConflictGround, PanelPart


def evaluations(actor: Actor) -> QuerySet[Evaluation]:
    """Evaluations this actor manages, decides on or audits."""
    rows = Evaluation.objects.select_related("solicitation__department", "begun_by")
    if actor.is_system:
        return rows
    return rows.filter(solicitation__in=readable_solicitations(actor).values("pk"))


def _count(rows: QuerySet[Any], by: str, what: str = "proposal") -> Coalesce:
    counted = rows.order_by().values(by).annotate(n=Count(what, distinct=True)).values("n")
    return Coalesce(Subquery(counted), 0)


def panel(evaluation: Evaluation, *, ended: bool = False) -> QuerySet[PanelMember]:
    """The members, with `settled` (proposers declared about or in conflict with), `conflicts`, `reads` and `locked` counted;
    one query."""
    mine: dict[str, Any] = {"member": OuterRef("pk")}
    settled = ConflictDeclaration.objects.filter(member__evaluation=evaluation, member__user=OuterRef("user")).filter(
        (Q(**mine) & ~Q(ground__in=FOUND)) | (Q(conflicted=True) & ~CLEARED)
    )
    conflicts = standing().filter(member__user=OuterRef("user"), member__evaluation=OuterRef("evaluation"))
    reads = Assignment.objects.filter(**mine, ended_at__isnull=True)
    rows = PanelMember.objects.filter(evaluation=evaluation).select_related("user", "team", "replaces__user")
    if not ended:
        rows = rows.filter(ended_at__isnull=True)
    return rows.annotate(
        settled=_count(settled, "member__user"),
        conflicts=_count(conflicts, "member__user"),
        reads=_count(reads, "member"),
        locked=_count(reads.filter(locked_at__isnull=False), "member"),
    ).order_by("ended_at", "id")


def teams(evaluation: Evaluation) -> QuerySet[ReaderTeam]:
    """Reader teams with their numbers of members."""
    return evaluation.teams.annotate(people=Count("members", filter=Q(members__ended_at__isnull=True))).order_by("name")


def candidates(evaluation: Evaluation) -> QuerySet[User]:
    """Who can be appointed: evaluators and guests of the department who are not on the panel now."""
    roles = (EVALUATOR.name, GUEST_EVALUATOR.name)
    holders = Membership.objects.filter(
        department_id=evaluation.solicitation.department_id, role__in=roles, ended_at__isnull=True
    ).values("user_id")
    on_it = PanelMember.objects.filter(evaluation=evaluation, ended_at__isnull=True).values("user_id")
    return User.objects.filter(pk__in=holders, is_active=True).exclude(pk__in=on_it).order_by("name", "pk")


def is_guest_only(user_id: int, department_id: int) -> bool:
    """Whether this person is there as a guest: then their place on the panel has a first and a last day."""
    roles = Membership.objects.filter(user_id=user_id, department_id=department_id, ended_at__isnull=True)
    held = set(roles.values_list("role", flat=True))
    return GUEST_EVALUATOR.name in held and EVALUATOR.name not in held


@dataclass(frozen=True)
class Progress:
    """How far an evaluation is, in numbers only."""

    proposals: int
    short: int  # proposals that go on with fewer readers than the rules ask
    readings: int
    locked: int
    started: int
    undeclared: int  # members who still have to declare
    to_review: int  # conflicts found by a name and not decided
    has_chair: bool
    members: int

    @property
    def percent(self) -> int:
        """Readings locked, in whole percent, rounded down."""
        return 100 * self.locked // self.readings if self.readings else 0


def short_of_readers(evaluation: Evaluation) -> QuerySet[OpenedProposal]:
    """Proposals that go on and have fewer readers than the rules of the evaluation ask, with `has`."""
    readers = Assignment.objects.filter(proposal=OuterRef("pk"), ended_at__isnull=True)
    rows = responsive(evaluation.solicitation_id).select_related("organization")
    return (
        rows.annotate(has=_count(readers, "proposal_id", "member"))
        .filter(has__lt=evaluation.readers)
        .order_by("position")
    )


def progress(actor: Actor, evaluation: Evaluation) -> Progress:
    """The numbers of the hub page. Six queries for any number of proposals and readers."""
    going = responsive(evaluation.solicitation_id).count()
    every = OpenedProposal.objects.filter(solicitation_id=evaluation.solicitation_id).count()
    readings = Assignment.objects.filter(member__evaluation=evaluation, ended_at__isnull=True).aggregate(
        all=Count("pk"), locked=Count("pk", filter=Q(locked_at__isnull=False))
    )
    started = (
        Score.objects.filter(assignment__member__evaluation=evaluation, assignment__ended_at__isnull=True)
        .aggregate(n=Count("assignment", distinct=True))
    )  # fmt: skip
    members = list(panel(evaluation))
    waiting = of_evaluation(actor, evaluation).filter(ground=ConflictGround.FOUND_BOARD, review__isnull=True).count()
    return Progress(
        proposals=going,
        short=short_of_readers(evaluation).count(),
        readings=readings["all"],
        locked=readings["locked"],
        started=started["n"],
        undeclared=sum(m.settled < every for m in members),  # type: ignore[attr-defined]
        to_review=waiting,
        has_chair=any(m.part == PanelPart.CHAIR for m in members),
        members=len(members),
    )
