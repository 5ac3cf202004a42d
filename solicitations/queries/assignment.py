"""Who reads which proposal: the balanced plan, the readers as they stand, and how far teams differ once scoring has ended.

The plan is computed, never drawn by chance: the same proposals, members, teams, conflicts and seed give the same plan. The
seed is the digest of the list of what was received, so nobody chooses it.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Avg, Count, Max, Min, QuerySet

from procurement_portal.people.actor import Actor
from solicitations.models.evaluation import Assignment, Evaluation
from solicitations.models.scoring import Score
from solicitations.queries.conflict import conflicted_self
from solicitations.queries.evaluation import evaluations
from solicitations.states import EvaluationState

SEED_LENGTH = 16
COMPARED = (EvaluationState.CONSENSUS, EvaluationState.RANKED)
REST = 0  # the team of whatever no other team reads


@dataclass(frozen=True)
class Reader:
    """A panel member for the plan: id and team (None where there are no teams)."""

    pk: int
    team: int | None = None


@dataclass
class Plan:
    """Who reads what: proposal's id → members' ids; and which proposals lack how many readers."""

    chosen: dict[int, list[int]] = field(default_factory=dict)
    short: dict[int, int] = field(default_factory=dict)

    def loads(self) -> dict[int, int]:
        """Member's id → number of proposals."""
        found: dict[int, int] = defaultdict(int)
        for members in self.chosen.values():
            for member in members:
                found[member] += 1
        return dict(found)


def team_of(areas: Iterable[int], teams: Mapping[int, Sequence[int]]) -> int:
    """The team that shares most community areas with a proposal, the first of equals; else the team without areas.

    `teams` is team's id → its areas, in order of name. REST when no team fits: then every member may read it.
    """
    mine = set(areas)
    best, shared = REST, 0
    for pk, own in teams.items():
        count = len(mine & set(own))
        if count > shared:
            best, shared = pk, count
    if best != REST:
        return best
    return next((pk for pk, own in teams.items() if not own), REST)


def make_plan(
    proposals: Mapping[int, Sequence[int]],
    members: Sequence[Reader],
    teams: Mapping[int, Sequence[int]],
    blocked: set[tuple[int, int]],
    readers: int,
    seed: str,
) -> Plan:
    """Give each proposal `readers` readers of its team, nobody blocked, numbers per reader as equal as conflicts permit.

    `proposals`: id → community areas; `blocked`: (member's id, proposal's id). A proposal with too few possible readers gets
    those there are and is named in `short`.
    """
    pools: dict[int, list[int]] = defaultdict(list)
    for pk, areas in proposals.items():
        pools[team_of(areas, teams)].append(pk)
    plan = Plan()
    load = {m.pk: 0 for m in members}
    for team in sorted(pools):
        people = [m.pk for m in members if team == REST or m.team == team]
        possible = {p: [m for m in people if (m, p) not in blocked] for p in pools[team]}
        for p in sorted(pools[team], key=lambda p: (len(possible[p]), _rank(seed, p))):
            order = sorted(possible[p], key=lambda m: (load[m], _rank(seed, p, m)))
            plan.chosen[p] = order[:readers]
            if len(order) < readers:
                plan.short[p] = readers - len(order)
            for m in plan.chosen[p]:
                load[m] += 1
        _even_out(plan.chosen, possible, load, people)
    return plan


def _rank(seed: str, *numbers: int) -> str:
    return hashlib.sha256(":".join([seed, *map(str, numbers)]).encode()).hexdigest()


def _even_out(
    chosen: dict[int, list[int]], possible: Mapping[int, Sequence[int]], load: dict[int, int], people: Sequence[int]
) -> None:
    """Pass readings from who has most to who has least, over others where a conflict stands between, until it is even."""
    while True:
        way = _way_down(chosen, possible, load, people)
        if not way:
            return
        for giver, proposal, taker in way:
            chosen[proposal][chosen[proposal].index(giver)] = taker
        load[way[0][0]] -= 1
        load[way[-1][2]] += 1


def _way_down(
    chosen: Mapping[int, list[int]],
    possible: Mapping[int, Sequence[int]],
    load: Mapping[int, int],
    people: Sequence[int],
) -> list[tuple[int, int, int]]:
    """The shortest chain of (giver, proposal, taker) that ends at somebody with at least two readings fewer; [] if none."""
    gives: dict[int, dict[int, int]] = {m: {} for m in people}
    for proposal, readers in chosen.items():
        for taker in possible.get(proposal, ()):
            if taker not in readers:
                for giver in readers:
                    if giver in gives:
                        gives[giver].setdefault(taker, proposal)
    for start in sorted(people, key=lambda m: (-load[m], m)):
        came: dict[int, tuple[int, int]] = {}
        queue = deque([start])
        while queue:
            here = queue.popleft()
            if load[here] <= load[start] - 2:
                return _steps(came, start, here)
            for taker, proposal in gives[here].items():
                if taker != start and taker not in came:
                    came[taker] = (here, proposal)
                    queue.append(taker)
    return []


def _steps(came: Mapping[int, tuple[int, int]], start: int, end: int) -> list[tuple[int, int, int]]:
    steps, here = [], end
    while here != start:
        giver, proposal = came[here]
        steps.append((giver, proposal, here))
        here = giver
    return steps[::-1]


# --- As it stands ---------------------------------------------------------------------------------------------------------


def readings(actor: Actor, evaluation: Evaluation) -> QuerySet[Assignment]:
    """Who reads what now, for the officers of the evaluation; a proposal the actor has a conflict with is left out."""
    return (
        Assignment.objects.filter(
            member__evaluation=evaluation, ended_at__isnull=True, member__evaluation__in=evaluations(actor)
        )
        .exclude(conflicted_self(actor))
        .select_related("member__user", "member__team", "proposal__organization")
        .order_by("proposal__position", "member__user__name", "pk")
    )


def readers_of(actor: Actor, evaluation: Evaluation, proposal_ids: Sequence[int]) -> dict[int, list[Assignment]]:
    """Proposal's id → its readings, for these proposals. One query."""
    found: dict[int, list[Assignment]] = defaultdict(list)
    for reading in readings(actor, evaluation).filter(proposal__in=proposal_ids):
        found[reading.proposal_id].append(reading)
    return found


@dataclass(frozen=True)
class TeamRow:
    """One team and criterion: how many scores, their mean (two places), the lowest and the highest."""

    team: str
    criterion: str
    count: int
    mean: Decimal
    low: Decimal
    high: Decimal

    @property
    def spread(self) -> Decimal:
        """Highest less lowest."""
        return self.high - self.low


def team_differences(actor: Actor, evaluation: Evaluation) -> list[TeamRow]:
    """Mean and spread of the locked scores by team and criterion, once scoring has ended; before that nothing. One query."""
    if evaluation.status not in COMPARED or not evaluations(actor).filter(pk=evaluation.pk).exists():
        return []
    rows = (
        Score.objects.filter(
            assignment__member__evaluation=evaluation, assignment__ended_at__isnull=True,
            assignment__locked_at__isnull=False,
        )
        .order_by("criterion__position", "assignment__member__team__name")
        .values_list("criterion__name", "assignment__member__team__name")
        .annotate(n=Count("pk"), mean=Avg("points"), low=Min("points"), high=Max("points"))
    )  # fmt: skip
    return [
        TeamRow(team or "", criterion, n, mean.quantize(Decimal("0.01")), low, high)
        for criterion, team, n, mean, low, high in rows
    ]
