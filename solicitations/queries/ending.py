"""When it is decided whether a contract is renewed or ends: its present last day, the rule's days, what was decided."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db.models import Exists, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from procurement_portal.clocks.models import Clock
from procurement_portal.history.record import subject_type
from procurement_portal.law import engine
from procurement_portal.law.calendar import Calendar
from procurement_portal.people.models.body import Department
from procurement_portal.people.models.membership import Desk
from solicitations.models.contract import Amendment, Contract
from solicitations.models.renewal import EndDecision
from solicitations.models.trace import Trace
from solicitations.queries.execution import calendar_of
from solicitations.queries.way_history import NOTHING, Seen, whole_ways
from solicitations.states import AmendmentKind, AmendmentState, ContractState, RenewalState
from solicitations.workflow.execution import AMENDMENT_REVIEWS, SIGNING_ORDER, STEPS

RULE = "solicitations.renewal_start"
POLICY = "Portal policy, renewals"
OPEN = (AmendmentState.DRAFT.value, AmendmentState.IN_SIGNATURE.value)
OPEN_ITEM = (RenewalState.DRAFT.value, RenewalState.SENT.value, RenewalState.ASKED.value)
MOVES_THE_END = (AmendmentKind.RENEWAL.value, AmendmentKind.TERM.value)


def running(rows: QuerySet[Contract], day: date) -> QuerySet[Contract]:
    """Of these contracts the executed ones whose last day has not passed, with `present_end`: as signed, or as last amended."""
    amended = Amendment.objects.filter(
        contract=OuterRef("pk"), status=AmendmentState.SIGNED, new_ends_on__isnull=False
    ).order_by("-number")
    found = rows.filter(status=ContractState.SIGNED).annotate(
        present_end=Coalesce(Subquery(amended.values("new_ends_on")[:1]), F("ends_on"))
    )
    return found.filter(present_end__gte=day)


def undecided(rows: QuerySet[Contract]) -> QuerySet[Contract]:
    """Of running contracts (with `present_end`) those nothing was decided about: no amendment of the term is on its way, and
    nobody decided that they end on that day."""
    moving = Amendment.objects.filter(contract=OuterRef("pk"), kind__in=MOVES_THE_END, status__in=OPEN)
    ended = standing_decisions().filter(contract=OuterRef("pk"), ends_on=OuterRef("present_end"))
    return rows.filter(~Exists(moving), ~Exists(ended))


def standing_decisions() -> QuerySet[EndDecision]:
    """The decisions to let a contract end that were not taken back."""
    return EndDecision.objects.filter(taken_back_at__isnull=True)


def decision_of(contract: Contract, ends_on: date | None) -> EndDecision | None:
    """The standing decision that this contract ends on that day."""
    rows = standing_decisions().filter(contract=contract, ends_on=ends_on).select_related("decided_by")
    return rows.first()


def decisions_of(contract: Contract) -> list[EndDecision]:
    """Every decision to let it end, taken back or not, oldest first."""
    return list(contract.end_decisions.select_related("decided_by", "taken_back_by").order_by("pk"))


def asked() -> QuerySet[Clock]:
    """The open clocks "renew or let end"."""
    return Clock.objects.filter(rule=RULE, stopped_at__isnull=True, subject_type=subject_type(Contract))


def traces(contract: Contract) -> QuerySet[Trace]:
    """How the days of its clock came about, newest first."""
    rows = Trace.objects.filter(subject_type=subject_type(contract), subject_id=str(contract.pk), rule=RULE)
    return rows.order_by("-pk")


class Starts:
    """The rule's answer for many contracts of some departments on one day; three queries for any number of either."""

    def __init__(self, departments: Collection[int], day: date) -> None:
        self._day = day
        self._seen = whole_ways(departments, day) if departments else {}
        self._service = service_days(departments) if departments else {}
        self._calendars: dict[str, Calendar] = {}
        self._asked: dict[tuple[int, date], engine.Outcome] = {}

    def of(self, contract: Contract, ends_on: date) -> engine.Outcome:
        """When it is decided about a contract that ends on that day, with the trace."""
        key = (contract.department_id, ends_on)
        if key not in self._asked:
            jurisdiction = contract.department.jurisdiction
            if jurisdiction not in self._calendars:
                self._calendars[jurisdiction] = calendar_of(contract)
            seen: Seen = self._seen.get(contract.department_id, NOTHING)
            self._asked[key] = engine.evaluate(
                RULE,
                {
                    "ends_on": ends_on,
                    "seen": seen.count,
                    "p80_days": seen.p80,
                    "service_days": self._service[contract.department_id],
                },
                on=self._day,
                calendar=self._calendars[jurisdiction],
            )
        return self._asked[key]


def service_days(departments: Collection[int]) -> dict[int, int]:
    """Department → the business days promised along the longest path of a renewal: its checks side by side, then both
    signatures. A desk that is not there yet counts as the table of steps has it. Two queries."""
    rows = dict(Department.objects.filter(pk__in=departments).values_list("pk", "jurisdiction"))
    kinds = (*AMENDMENT_REVIEWS[AmendmentKind.RENEWAL], *SIGNING_ORDER)
    functions = {STEPS[kind].function for kind in kinds} - {""}
    found: dict[tuple[int, str], int] = {}
    chiefs: dict[str, int] = {}
    desks = Desk.objects.filter(function__in=functions, closed_at__isnull=True, department__isnull=False)
    for department, jurisdiction, function, days in desks.order_by("-pk").values_list(
        "department_id", "department__jurisdiction", "function", "service_days"
    ):
        found[(department, function)] = days
        if function == STEPS[SIGNING_ORDER[-1]].function:
            chiefs[jurisdiction] = days

    def of(department: int, kind: str) -> int:
        rule = STEPS[kind]
        known = found.get((department, rule.function))
        if known is None and rule.function == STEPS[SIGNING_ORDER[-1]].function:
            known = chiefs.get(rows[department])
        return rule.service_days if known is None else known

    return {
        pk: max(of(pk, kind) for kind in AMENDMENT_REVIEWS[AmendmentKind.RENEWAL])
        + sum(of(pk, kind) for kind in SIGNING_ORDER)
        for pk in rows
    }
