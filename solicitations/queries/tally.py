"""Which scores count, the tally they give, and whether a stored tally still agrees with the score tables.

A score counts when its reader locked it before scoring ended, is still assigned, and has no conflict that stands. The last
change of a consensus meeting stands for the score. Readers are named "Reader 1…" in an order that tells nobody who they are.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from procurement_portal.law import engine
from procurement_portal.law.trace import plain
from procurement_portal.people.actor import Actor
from solicitations.models.evaluation import Assignment, Evaluation
from solicitations.models.opening import OpenedProposal, ResponsivenessFinding
from solicitations.models.scoring import Score, ScoreChange, Tally
from solicitations.queries.conflict import standing
from solicitations.queries.solicitation import internal
from solicitations.queries.version import digest
from solicitations.states import EvaluationState

RULE, SPREAD_RULE = "solicitations.evaluation_tally", "solicitations.score_spread"
# Whoever manages, recommends or approves sees points; whoever only plans does not.
SEES_SCORES = (
    "solicitations.manage_evaluation",
    "solicitations.recommend",
    "solicitations.review_budget",
    "solicitations.approve_award",
)


@dataclass(frozen=True)
class Computed:
    """A tally as the score tables give it now: its content, its digest, and the trace of the rule."""

    content: dict[str, Any]
    sha256: str
    trace: Mapping[str, Any]


def evaluations(actor: Actor) -> QuerySet[Evaluation]:
    """The evaluations whose points this actor may see: managers, recommenders and approvers, as far as they see the notice."""
    rows = Evaluation.objects.select_related("solicitation__department")
    if actor.is_system:
        return rows
    if not any(actor.can(permission) for permission in SEES_SCORES):
        return rows.none()
    return rows.filter(solicitation__in=internal(actor).values("pk"))


def standing_conflicts(member: str = "member", proposal: str = "proposal") -> Exists:
    """As a condition: the member's person, on whatever seat, has a conflict with this proposal that no officer cleared."""
    rows = standing().filter(member__user=OuterRef(f"{member}__user"), proposal=OuterRef(proposal))
    return Exists(rows)


def readings(evaluation_id: int) -> QuerySet[Assignment]:
    """Who reads what now: neither assignment nor membership has ended, and no conflict stands."""
    rows = Assignment.objects.filter(
        member__evaluation=evaluation_id, member__ended_at__isnull=True, ended_at__isnull=True
    )
    return rows.exclude(standing_conflicts())


def ranked_proposals(evaluation: Evaluation) -> QuerySet[OpenedProposal]:
    """The proposals that are ranked: every opened one that was not found to be not responsive, in the order of receipt."""
    return _ranked(evaluation.solicitation_id)


def _ranked(solicitation_id: int) -> QuerySet[OpenedProposal]:
    newest = ResponsivenessFinding.objects.filter(proposal=OuterRef("pk")).order_by("-pk").values("responsive")[:1]
    rows = OpenedProposal.objects.filter(solicitation_id=solicitation_id)
    return rows.annotate(found=Subquery(newest)).filter(Q(found__isnull=True) | Q(found=True)).order_by("position")


def counting(evaluation: Evaluation) -> QuerySet[Score]:
    """The scores that count, with `counts`: the last consensus change, else the score itself."""
    rows = Score.objects.filter(
        Q(assignment__locked_at__lte=evaluation.scoring_ended_at) if evaluation.scoring_ended_at else Q(pk__in=[]),
        assignment__member__evaluation=evaluation,
    )
    return _counting(rows, evaluation.solicitation_id)


def _counting(rows: QuerySet[Score], solicitation_id: int) -> QuerySet[Score]:
    """Those of scores locked in time that count."""
    last = ScoreChange.objects.filter(score=OuterRef("pk")).order_by("-pk").values("after")[:1]
    rows = rows.filter(
        assignment__ended_at__isnull=True, assignment__proposal__in=_ranked(solicitation_id).values("pk")
    )
    return (
        rows.exclude(standing_conflicts("assignment__member", "assignment__proposal"))
        .annotate(
            counts=Coalesce(Subquery(last), F("points")),
            member=F("assignment__member"),
            position=F("assignment__proposal__position"),
        )
        .order_by("position", "member", "criterion__position", "pk")
    )


def points_of(actor: Actor, proposal: OpenedProposal) -> list[Score]:
    """The points that count for one opened proposal, with `counts`, by criterion and reader, once scoring has ended; nothing
    for who may not see points. The caller may read the proposal. One query."""
    if not actor.is_system and not any(actor.can(permission) for permission in SEES_SCORES):
        return []
    ended = (EvaluationState.CONSENSUS, EvaluationState.RANKED)
    rows = Score.objects.filter(
        assignment__proposal=proposal,
        assignment__member__evaluation__status__in=ended,
        assignment__locked_at__lte=F("assignment__member__evaluation__scoring_ended_at"),
    )
    return list(
        _counting(rows, proposal.solicitation_id)
        .select_related("criterion", "assignment__member__user")
        .order_by("criterion__position", "assignment__member__user__name", "pk")
    )


def proposal_name(position: int) -> str:
    """How a tally names a proposal: by its place in the order of receipt."""
    return f"Proposal {position}"


def reader_names(evaluation: Evaluation, members: set[int]) -> dict[int, str]:
    """Pseudonyms: numbered in an order that follows neither name nor appointment, the same each time."""
    hidden = {pk: hashlib.sha256(f"reader:{evaluation.pk}:{pk}".encode()).hexdigest() for pk in members}
    return {pk: f"Reader {n}" for n, pk in enumerate(sorted(members, key=hidden.__getitem__), 1)}


def criteria_rows(evaluation: Evaluation) -> list[dict[str, Any]]:
    """The criteria as a tally holds them."""
    return [
        {
            "id": f"C{criterion.position}",
            "name": criterion.name,
            "weight": plain(criterion.weight),
            "max_points": criterion.max_points,
            "minimum": plain(criterion.minimum),
        }
        for criterion in evaluation.solicitation.criteria.order_by("position")
    ]


def compute(evaluation: Evaluation, on: date) -> Computed:
    """The tally from the score tables, as asked on a day. Raises `InvalidInput` when a reader left something out."""
    codes = {c.pk: f"C{c.position}" for c in evaluation.solicitation.criteria.all()}
    scores = list(counting(evaluation).values_list("position", "member", "criterion_id", "counts"))
    readers = reader_names(evaluation, {member for _, member, _, _ in scores})
    criteria = criteria_rows(evaluation)
    proposals = [{"id": proposal_name(p)} for p in ranked_proposals(evaluation).values_list("position", flat=True)]
    rows = [
        {
            "proposal": proposal_name(position),
            "reader": readers[member],
            "criterion": codes[criterion],
            "points": plain(points),
        }
        for position, member, criterion, points in scores
    ]
    outcome = engine.evaluate(
        RULE,
        {
            "criteria": [{k: v for k, v in c.items() if k != "name"} for c in criteria],
            "proposals": proposals,
            "points": rows,
        },
        on=on,
    )
    content = {"criteria": criteria, "proposals": proposals, "scores": rows, "result": plain(outcome.answer)}
    return Computed(content, digest(content), outcome.trace)


def newest(evaluation: Evaluation) -> Tally | None:
    """The tally that counts."""
    return Tally.objects.filter(evaluation=evaluation).select_related("made_by", "trace").order_by("-number").first()


def spreads(evaluation: Evaluation) -> list[tuple[int, int, list[Decimal]]]:
    """(proposal id, criterion id, the readers' points) of everything scored, in the order of receipt."""
    found: dict[tuple[int, int], list[Decimal]] = {}
    rows = counting(evaluation).values_list("assignment__proposal_id", "criterion_id", "counts")
    for proposal, criterion, points in rows:
        found.setdefault((proposal, criterion), []).append(points)
    return [(proposal, criterion, points) for (proposal, criterion), points in found.items()]


def result_rows(tally: Tally) -> dict[int, dict[str, Any]]:
    """Place in the order of receipt → the tally's row of that proposal."""
    return {int(row["proposal"].rsplit(" ", 1)[1]): row for row in tally.content["result"]["proposals"]}


def is_ranked(evaluation: Evaluation) -> bool:
    """Whether a ranking stands."""
    return bool(evaluation.status == EvaluationState.RANKED)
