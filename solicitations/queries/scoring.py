"""What a panel member sees: their panels, what they read, their own scores. Nobody else's points, ever.

A reading is visible to its reader while scoring or what follows goes on, from a guest's first to their last day, after they
declared about the proposer, and only without a standing conflict. Anything else does not exist for them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from procurement_portal.people.actor import Actor
from procurement_portal.time.clock import today
from solicitations.models.criterion import Criterion
from solicitations.models.evaluation import Assignment, PanelMember
from solicitations.models.opening import OpenedPart, OpenedProposal, ResponsivenessFinding
from solicitations.models.scoring import Score
from solicitations.queries.conflict import conflicted, declared
from solicitations.states import EvaluationState, SolicitationState

GOES_ON = (SolicitationState.UNDER_EVALUATION, SolicitationState.RECOMMENDED)


def places(actor: Actor) -> QuerySet[PanelMember]:
    """The actor's places on panels in force today: of the department acted for, not ended, within a guest's days."""
    rows = PanelMember.objects.select_related("evaluation__solicitation__department", "user", "team")
    if actor.user_id is None or not actor.is_staff or not actor.can("solicitations.evaluate"):
        return rows.none()
    day = today()
    return rows.filter(
        Q(first_day__isnull=True) | Q(first_day__lte=day),
        Q(last_day__isnull=True) | Q(last_day__gte=day),
        user_id=actor.user_id,
        ended_at__isnull=True,
        evaluation__solicitation__department_id=actor.department_id,
        evaluation__solicitation__status__in=GOES_ON,
    )


def places_with_work(actor: Actor) -> QuerySet[PanelMember]:
    """The same places by the date scores are due, with `declares`: whether something is still to be declared. One query."""
    asked = OpenedProposal.objects.filter(solicitation_id=OuterRef("evaluation__solicitation_id")).filter(
        ~declared(OuterRef(OuterRef("pk"))), ~conflicted(OuterRef(OuterRef("user_id")))
    )
    return places(actor).annotate(declares=Exists(asked)).order_by("evaluation__scoring_due_at", "pk")


def readings(actor: Actor) -> QuerySet[Assignment]:
    """What this actor reads: assigned, declared about, without conflict, scoring begun. Anything else does not exist."""
    lacking = ResponsivenessFinding.objects.filter(proposal=OuterRef("proposal_id")).order_by("-id")
    return (
        Assignment.objects.filter(member__in=places(actor), ended_at__isnull=True)
        .exclude(member__evaluation__status=EvaluationState.PREPARING)
        .annotate(responsive=Subquery(lacking.values("responsive")[:1]))
        .filter(Q(responsive__isnull=True) | Q(responsive=True))
        .filter(declared(OuterRef("member_id"), OuterRef("proposal_id")))
        .filter(~conflicted(actor.user_id, OuterRef("proposal_id")))
        .select_related(
            "member__user", "member__evaluation__solicitation__department", "proposal__organization",
            "proposal__solicitation",
        )
    )  # fmt: skip


def reading_list(actor: Actor, place: PanelMember) -> QuerySet[Assignment]:
    """What one place on a panel has to read, with `scored` (criteria with points) counted; in the order of receipt."""
    scored = Score.objects.filter(assignment=OuterRef("pk")).order_by().values("assignment").annotate(n=Count("pk"))
    return (
        readings(actor)
        .filter(member=place)
        .annotate(scored=Coalesce(Subquery(scored.values("n")), 0))
        .order_by("proposal__position")
    )


@dataclass(frozen=True)
class Counts:
    """A place in numbers."""

    reads: int
    started: int
    locked: int


def counts(actor: Actor, places_of: list[PanelMember]) -> dict[int, Counts]:
    """Place's id → how much there is to read, started and locked. One query for any number of places."""
    begun = Exists(Score.objects.filter(assignment=OuterRef("pk")))
    rows = readings(actor).filter(member__in=places_of).annotate(begun=begun).order_by()
    found: dict[int, list[tuple[bool, bool]]] = {place.pk: [] for place in places_of}
    for member_id, started, locked_at in rows.values_list("member_id", "begun", "locked_at"):
        found[member_id].append((started, locked_at is not None))
    return {
        pk: Counts(len(seen), sum(a and not b for a, b in seen), sum(b for _, b in seen)) for pk, seen in found.items()
    }


def criteria(reading: Assignment) -> list[Criterion]:
    """The criteria of the solicitation, in order."""
    return list(Criterion.objects.filter(solicitation_id=reading.proposal.solicitation_id).order_by("position"))


def own_scores(reading: Assignment) -> dict[int, Score]:
    """Criterion's id → the reader's own score. The caller is the reader (`readings`)."""
    return {score.criterion_id: score for score in Score.objects.filter(assignment=reading)}


def last_saved(scores: dict[int, Score]) -> datetime | None:
    """When anything was saved last."""
    return max((score.saved_at for score in scores.values()), default=None)


def answers(parts: list[OpenedPart]) -> list[OpenedPart]:
    """What evaluators read: answers and partners' parts. Papers (insurance, tax forms) are for the officers alone."""
    return [part for part in parts if part.question_id is not None or isinstance(part.value, dict)]
