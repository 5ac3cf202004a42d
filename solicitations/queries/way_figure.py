"""The public figure "executed before start": for each department and fiscal year, with the contracts behind it.

Executed: the last signature came on or before the first day of the term. Base: the contracts made in the portal whose term
began in the period, up to today; those still without a last signature count as not executed. Contracts taken in from
elsewhere are outside the base and counted by themselves; contracts given up before a signature are in neither.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, DateField, F, Q, QuerySet
from django.db.models.functions import TruncDate, TruncMonth

from procurement_portal.people.actor import Actor
from procurement_portal.people.jurisdictions import GOVERNMENTS
from procurement_portal.people.models.body import Department
from procurement_portal.time.clock import CHICAGO
from solicitations.models.contract import Contract
from solicitations.states import ContractState

# The share a department holds itself to: every contract. The line of the picture.
GOAL = Decimal(1)


@dataclass(frozen=True)
class Executed:
    """One department's line. `share` is None where no term began."""

    department: Department
    base: int
    before: int
    late: int  # signed after the first day
    unsigned: int  # the term has begun and the last signature is missing
    imported: int  # outside the base

    @property
    def share(self) -> Decimal | None:
        """Executed before start, of the base."""
        return Decimal(self.before) / Decimal(self.base) if self.base else None


def _begun(year: int, until: date) -> Q:
    """Terms that began in the fiscal year of the contract's own government, up to a day."""
    found = Q(pk__in=[])
    for code, government in GOVERNMENTS.items():
        first, last = government.fiscal_days(year)
        found |= Q(department__jurisdiction=code, starts_on__gte=first, starts_on__lte=min(last, until))
    return found


def _with_day(rows: QuerySet[Contract]) -> QuerySet[Contract]:
    return rows.annotate(executed_on=TruncDate("signed_at", tzinfo=CHICAGO, output_field=DateField()))


def executed_before_start(actor: Actor, year: int, until: date) -> list[Executed]:
    """Every department in which a term began in that fiscal year, by government and name; two queries."""
    rows = _with_day(Contract.objects.filter(_begun(year, until)).exclude(status=ContractState.ABANDONED))
    own, in_time = Q(made_by__isnull=False), Q(executed_on__lte=F("starts_on"))
    figures = {
        found.pop("department_id"): found
        for found in rows.order_by()
        .values("department_id")
        .annotate(
            base=Count("pk", filter=own),
            before=Count("pk", filter=own & in_time),
            late=Count("pk", filter=own & Q(executed_on__gt=F("starts_on"))),
            unsigned=Count("pk", filter=own & Q(signed_at__isnull=True)),
            imported=Count("pk", filter=~own),
        )
    }
    return [Executed(department, **figures[department.pk]) for department in Department.objects.filter(pk__in=figures)]


def total(lines: list[Executed], department: Department) -> Executed:
    """All lines together, under a name of their own."""
    return Executed(
        department,
        *(sum(getattr(line, name) for line in lines) for name in ("base", "before", "late", "unsigned", "imported")),
    )


def contracts_behind(actor: Actor, year: int, until: date) -> QuerySet[Contract]:
    """The contracts of the base, one by one, by department and first day (`executed_on` beside each). Their titles and
    amounts are public once they are executed; here stand only the number and the two days."""
    rows = Contract.objects.filter(_begun(year, until), made_by__isnull=False).exclude(status=ContractState.ABANDONED)
    rows = _with_day(rows).select_related("department").only("number", "starts_on", "signed_at", "department")
    return rows.order_by("department__jurisdiction", "department__name", "starts_on", "number")


def years(actor: Actor, present: int) -> list[int]:
    """The fiscal years in which a term began, newest first; always the present one."""
    days = Contract.objects.filter(starts_on__isnull=False).order_by()
    months = days.values_list(TruncMonth("starts_on"), "department__jurisdiction").distinct()
    found = {GOVERNMENTS[code].fiscal_year(month) for month, code in months}
    return sorted({present, *(year for year in found if year <= present)}, reverse=True)
