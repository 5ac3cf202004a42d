"""The way of contracts to execution, measured: whose desk, whose days, the critical path, the day they are expected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Prefetch, QuerySet, prefetch_related_objects
from django.utils.translation import override

from procurement_portal.clocks.models import Clock
from procurement_portal.law import engine
from procurement_portal.people.actor import Actor
from procurement_portal.people.models.body import Department
from solicitations.models.contract import Contract, ContractParticipant
from solicitations.models.execution import ContractStep, StepReturn
from solicitations.models.trace import Trace
from solicitations.queries.contract import internal, own
from solicitations.queries.execution import calendar_of, days_of
from solicitations.queries.way_history import NOTHING, Seen, by_kind, local_day
from solicitations.states import ContractState, ContractStepKind, ParticipantPart

RULE = "solicitations.execution_forecast"
ON_THE_WAY = (ContractState.DRAFT, ContractState.IN_SIGNATURE)


@dataclass(frozen=True)
class StepDays:
    """One step with the business days it took so far, parted by who had it."""

    step: ContractStep
    agency: int
    organization: int
    critical: bool
    expected: date | None  # for a step that is left; by the days half of them take
    late: bool

    @property
    def taken(self) -> int:
        """All days since it was opened."""
        return self.agency + self.organization

    @property
    def holder(self) -> str:
        """The desk or organization it waits for."""
        return str(self.step.desk or self.step.organization)


@dataclass(frozen=True)
class Way:
    """A contract's way: its steps, the forecast with its trace, what is critical now."""

    contract: Contract
    steps: list[StepDays]
    answer: dict[str, Any]
    trace: dict[str, Any]

    @property
    def critical(self) -> StepDays | None:
        """The step the expected day hangs on now: the first of the longest path that is left."""
        return next((step for step in self.steps if step.critical and step.step.done_at is None), None)

    @property
    def warning(self) -> str:
        """ "none", "p80" (the first day may not be met) or "p50" (it cannot)."""
        return str(self.answer["warning"])

    @property
    def agency_days(self) -> int:
        """Days the department's desks had it; steps side by side are added."""
        return sum(step.agency for step in self.steps)

    @property
    def organization_days(self) -> int:
        """Days the organization had it; steps side by side are added."""
        return sum(step.organization for step in self.steps)

    @property
    def prime(self) -> str:
        """Whom the contract is with."""
        return ", ".join(part.organization.name for part in self.contract.primes)  # type: ignore[attr-defined]


def on_the_way(actor: Actor) -> QuerySet[Contract]:
    """The contracts that are not executed yet and have a way, oldest first."""
    moving = ContractStep.objects.filter(amendment__isnull=True).values("contract_id")
    rows = own(actor) if actor.organization_id is not None else internal(actor)
    return rows.filter(status__in=ON_THE_WAY, pk__in=moving).order_by("made_at", "pk")


def departments(actor: Actor) -> list[Department]:
    """The departments whose contracts this actor sees as staff, by government and name; one query."""
    return list(Department.objects.filter(pk__in=internal(actor).order_by().values("department_id")))


def measured(rows: QuerySet[Contract]) -> QuerySet[Contract]:
    """The same contracts with what `ways` reads of them; four queries for any number."""
    return rows.prefetch_related(*_parts())


def _parts() -> tuple[Prefetch, Prefetch]:  # type: ignore[type-arg]
    returns = StepReturn.objects.order_by("returned_at")
    steps = (
        ContractStep.objects.filter(amendment__isnull=True)
        .select_related("desk__department", "organization")
        .prefetch_related(Prefetch("returns", returns))
        .order_by("position")
    )
    primes = ContractParticipant.objects.filter(part=ParticipantPart.PRIME).select_related("organization")
    return Prefetch("steps", steps, to_attr="way_steps"), Prefetch("participants", primes, to_attr="primes")


def ways(rows: Sequence[Contract], at: datetime) -> list[Way]:
    """The measured way of each of these contracts (from `measured`) as of an instant, in the order given; one query more.
    A contract without steps has no way and is left out."""
    given = [row for row in rows if row.way_steps]  # type: ignore[attr-defined]
    seen = by_kind({row.department_id for row in given}, local_day(at)) if given else {}
    return [_way(row, row.way_steps, seen, at) for row in given]  # type: ignore[attr-defined]


def way_along(
    contract: Contract, steps: Sequence[ContractStep], at: datetime, seen: dict[tuple[int, str], Seen] | None = None
) -> Way | None:
    """The measured way along steps that are read already (`execution.steps`): a contract's own, or those of one of its
    amendments, which has no first day to miss. One query, none where `seen` (`by_kind` of its department) is given; None without steps."""
    if not steps:
        return None
    known = by_kind([contract.department_id], local_day(at)) if seen is None else seen
    return _way(contract, steps, known, at)


def expected_of(rows: Sequence[Contract], at: datetime) -> dict[int, Way]:
    """Contract id → its way, of those on a page that are not executed yet; five queries for any number."""
    moving = [row for row in rows if row.status in ON_THE_WAY]
    prefetch_related_objects(moving, *_parts())
    return {way.contract.pk: way for way in ways(moving, at)}


def way_of(contract: Contract, at: datetime) -> Way | None:
    """The way of one contract the caller may see; None without steps."""
    found = ways(list(measured(Contract.objects.select_related("department").filter(pk=contract.pk))), at)
    return found[0] if found else None


def expected(contract: Contract, at: datetime) -> engine.Outcome | None:
    """The forecast alone, with its trace: `outcome["expected_p50_on"]`. None without steps."""
    row = measured(Contract.objects.select_related("department").filter(pk=contract.pk)).get()
    if not row.way_steps:  # type: ignore[attr-defined]
        return None
    steps = row.way_steps  # type: ignore[attr-defined]
    return _forecast(row, steps, by_kind([row.department_id], local_day(at)), local_day(at))


def forecasts(contract: Contract) -> list[Trace]:
    """The forecasts kept for a contract, newest first: how the expected day moved, each with its why."""
    rows = Trace.objects.filter(subject_type="solicitations.contract", subject_id=str(contract.pk), rule=RULE)
    return list(rows.order_by("-pk")[:50])


def warned() -> set[int]:
    """The contracts with a warning still open, whatever became of them."""
    rows = Clock.objects.filter(rule=RULE, stopped_at__isnull=True, subject_type="solicitations.contract")
    return {int(pk) for pk in rows.values_list("subject_id", flat=True)}


def _forecast(
    row: Contract, steps: Sequence[ContractStep], seen: dict[tuple[int, str], Seen], day: date
) -> engine.Outcome:
    return engine.evaluate(RULE, _facts(row, steps, seen, day), on=day, calendar=calendar_of(row))


def _facts(
    row: Contract, steps: Sequence[ContractStep], seen: dict[tuple[int, str], Seen], day: date
) -> dict[str, Any]:
    """What the rule is given. Steps bear their English names: the trace is translated when it is shown."""
    kinds = {step.kind for step in steps}
    facts = []
    for step in steps:
        known = seen.get((row.department_id, step.kind), NOTHING)
        facts.append(
            {
                "name": name_of(step.kind),
                "after": [name_of(kind) for kind in step.after if kind in kinds],
                "service_days": step.service_days,
                "seen": known.count,
                "p50_days": known.p50,
                "p80_days": known.p80,
                "opened_on": min(local_day(step.opened_at), day) if step.opened_at else None,
                "done_on": local_day(step.done_at) if step.done_at else None,
            }
        )
    of_contract = all(step.amendment_id is None for step in steps)
    return {"asked_on": day, "starts_on": row.starts_on if of_contract else None, "steps": facts}


def name_of(kind: str) -> str:
    """The source text of a kind's label."""
    with override("en"):
        return str(ContractStepKind(kind).label)


def _way(row: Contract, given: Sequence[ContractStep], seen: dict[tuple[int, str], Seen], at: datetime) -> Way:
    outcome, calendar = _forecast(row, given, seen, local_day(at)), calendar_of(row)
    path = set(outcome["path"])
    steps = []
    for step in given:
        name = name_of(step.kind)
        days = days_of(step, calendar, at)
        steps.append(
            StepDays(
                step=step,
                agency=days.agency if days else 0,
                organization=days.applicant if days else 0,
                critical=name in path,
                expected=None if step.done_at else outcome["ends"][name],
                late=step.done_at is None and step.due_at is not None and step.due_at < at,
            )
        )
    return Way(contract=row, steps=steps, answer=dict(outcome.answer), trace=dict(outcome.trace))
