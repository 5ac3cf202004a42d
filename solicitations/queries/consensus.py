"""Consensus meetings: who may see which, and the points on the table.

Officers see all of an evaluation they manage. A panel member sees those on proposals they read, the chair all; nobody sees a
meeting on a proposal they have a conflict with, and a guest none outside their days.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Exists, OuterRef, Q, QuerySet

from procurement_portal.people.actor import Actor
from procurement_portal.time.clock import today
from solicitations.models.evaluation import Assignment, PanelMember
from solicitations.models.scoring import ConsensusMeeting, Score, ScoreChange
from solicitations.queries.conflict import standing
from solicitations.queries.tally import counting, evaluations, readings
from solicitations.states import PanelPart


@dataclass(frozen=True)
class OnTheTable:
    """One reader's points in a meeting: as locked, as they count now, and each change."""

    score: Score
    reader: str
    own: bool
    counts: Decimal
    changes: list[ScoreChange]


def sitting(actor: Actor) -> QuerySet[PanelMember]:
    """The seats the actor holds on panels today."""
    if actor.user_id is None or not actor.can("solicitations.evaluate"):
        return PanelMember.objects.none()
    day = today()
    return PanelMember.objects.filter(
        Q(first_day__isnull=True) | Q(first_day__lte=day),
        Q(last_day__isnull=True) | Q(last_day__gte=day),
        user_id=actor.user_id,
        ended_at__isnull=True,
    )


def meetings(actor: Actor) -> QuerySet[ConsensusMeeting]:
    """The meetings this actor may see, open ones first, then in the order of receipt."""
    rows = ConsensusMeeting.objects.select_related(
        "evaluation__solicitation__department", "proposal__organization", "criterion", "closed_by"
    ).order_by("closed_at", "evaluation", "proposal__position", "criterion__position")
    if actor.is_system:
        return rows
    managed = Q(pk__in=[])
    if actor.can("solicitations.manage_evaluation"):
        managed = Q(evaluation__in=evaluations(actor).values("pk"))
    return rows.filter(managed | Q(_seat(actor)))


def _seat(actor: Actor) -> Exists:
    """A seat of the actor on the meeting's panel: the chair's, or one that reads the proposal, and no conflict with it."""
    proposal = OuterRef(OuterRef("proposal"))
    reads = Assignment.objects.filter(member=OuterRef("pk"), proposal=proposal, ended_at__isnull=True)
    conflicts = standing().filter(member__user=OuterRef("user"), proposal=proposal)
    seats = sitting(actor).filter(Q(part=PanelPart.CHAIR) | Exists(reads), evaluation=OuterRef("evaluation"))
    return Exists(seats.exclude(Exists(conflicts)))


def seat_of(actor: Actor, meeting: ConsensusMeeting) -> PanelMember | None:
    """The actor's own seat in a meeting they may see."""
    return sitting(actor).filter(evaluation_id=meeting.evaluation_id).first()


def leads(actor: Actor, meeting: ConsensusMeeting) -> bool:
    """Whether the actor runs a meeting they may see: the chair, or an officer who manages the evaluation."""
    seat = seat_of(actor, meeting)
    return actor.can("solicitations.manage_evaluation") or (seat is not None and seat.part == PanelPart.CHAIR)


def readers(meeting: ConsensusMeeting) -> QuerySet[PanelMember]:
    """Who reads the meeting's proposal and has no conflict with it. The caller has been allowed to see the meeting."""
    reading = readings(meeting.evaluation_id).filter(proposal=meeting.proposal_id)
    return PanelMember.objects.filter(pk__in=reading.values("member")).select_related("user").order_by("pk")


def on_the_table(actor: Actor, meeting: ConsensusMeeting) -> list[OnTheTable]:
    """The readers' points, reader by reader. The caller has been allowed to see the meeting."""
    scores = (
        counting(meeting.evaluation)
        .filter(assignment__proposal=meeting.proposal_id, criterion=meeting.criterion_id)
        .select_related("assignment__member__user", "criterion")
        .order_by("assignment__member_id")
    )
    changes: dict[int, list[ScoreChange]] = {}
    for change in ScoreChange.objects.filter(meeting=meeting).select_related("changed_by"):
        changes.setdefault(change.score_id, []).append(change)
    return [
        OnTheTable(
            score=score,
            reader=score.assignment.member.user.name,
            own=score.assignment.member.user_id == actor.user_id,
            counts=score.counts,  # type: ignore[attr-defined]
            changes=changes.get(score.pk, []),
        )
        for score in scores
    ]
