"""What steps and whole ways took in a department in the last year, in business days: half of them, and four of five."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.db import connection

from procurement_portal.law.calendar import DAY, anniversary
from procurement_portal.people.jurisdictions import GOVERNMENTS, government
from procurement_portal.people.models.body import Department
from procurement_portal.time.clock import CHICAGO
from solicitations.models.contract import Contract
from solicitations.models.execution import ContractStep
from solicitations.states import StepOutcome

# Steps are looked at that began at most so many years before the day asked about: what lies longer is a fault, not a habit.
YEARS_BACK = 3


@dataclass(frozen=True)
class Seen:
    """What was seen: how many ended, the days half of them took at most, the days four of five took at most."""

    count: int = 0
    p50: int | None = None
    p80: int | None = None


NOTHING = Seen()


@lru_cache(maxsize=64)
def _of_year(jurisdiction: str, year: int) -> tuple[date, ...]:
    calendar, day, found = government(jurisdiction).calendar(), date(year, 1, 1), []
    while day.year == year:
        if calendar.is_business_day(day):
            found.append(day)
        day += DAY
    return tuple(found)


def open_days(jurisdiction: str, first_year: int, last_year: int) -> list[date]:
    """Every business day of a government in these years, in order."""
    return [day for year in range(first_year, last_year + 1) for day in _of_year(jurisdiction, year)]


def local_day(at: datetime | date) -> date:
    """The day in Chicago."""
    return at.astimezone(CHICAGO).date() if isinstance(at, datetime) else at


# The number of business days up to a day is its place among them: days taken are the difference of two places.
_TAKEN = """
    width_bucket(({ended} AT TIME ZONE 'America/Chicago')::date, open_days.days)
    - width_bucket(({begun} AT TIME ZONE 'America/Chicago')::date, open_days.days)"""
_OPEN_DAYS = """
    open_days AS (
        SELECT jurisdiction, array_agg(day ORDER BY day) AS days
        FROM unnest(%(jurisdictions)s::text[], %(days)s::date[]) AS given(jurisdiction, day) GROUP BY jurisdiction
    )"""
_FIGURES = """count(*), percentile_disc(0.5) WITHIN GROUP (ORDER BY taken), percentile_disc(0.8) WITHIN GROUP (ORDER BY taken)"""


def by_kind(departments: Collection[int], day: date) -> dict[tuple[int, str], Seen]:
    """(department, kind of step) → what those that passed in the year up to `day` took; one query. Steps that were not
    needed teach nothing. Kinds nothing is known of are left out."""
    return {
        (department, kind): Seen(*figures)
        for department, kind, *figures in _rows(
            f"""WITH {_OPEN_DAYS}, ended AS (
                SELECT contract.department_id, step.kind, {_TAKEN.format(ended="step.done_at", begun="step.opened_at")} AS taken
                FROM {ContractStep._meta.db_table} step
                JOIN {Contract._meta.db_table} contract ON contract.id = step.contract_id
                JOIN {Department._meta.db_table} department ON department.id = contract.department_id
                JOIN open_days USING (jurisdiction)
                WHERE contract.department_id = ANY(%(departments)s) AND step.outcome = %(passed)s
                  AND (step.done_at AT TIME ZONE 'America/Chicago')::date > %(since)s
                  AND (step.done_at AT TIME ZONE 'America/Chicago')::date <= %(until)s
            )
            SELECT department_id, kind, {_FIGURES} FROM ended GROUP BY department_id, kind""",  # nosec B608: made of this module's constants and tables' names
            departments,
            day,
        )
    }


def promised(department_id: int) -> dict[str, int]:
    """Kind of step → the service days promised for the newest step of that kind in the department; one query."""
    rows = ContractStep.objects.filter(contract__department_id=department_id).order_by("kind", "-pk").distinct("kind")
    return dict(rows.values_list("kind", "service_days"))


def whole_ways(departments: Collection[int], day: date) -> dict[int, Seen]:
    """Department → what the ways took, of contracts and of amendments, whose last step ended in the year up to `day`; one query."""
    return {
        department: Seen(*figures)
        for department, *figures in _rows(
            f"""WITH {_OPEN_DAYS}, ended AS (
                SELECT contract.department_id, {_TAKEN.format(ended="way.ended", begun="way.begun")} AS taken
                FROM (
                    SELECT contract_id, min(opened_at) AS begun, max(done_at) AS ended
                    FROM {ContractStep._meta.db_table} GROUP BY contract_id, amendment_id
                    HAVING bool_and(done_at IS NOT NULL)
                ) way
                JOIN {Contract._meta.db_table} contract ON contract.id = way.contract_id
                JOIN {Department._meta.db_table} department ON department.id = contract.department_id
                JOIN open_days USING (jurisdiction)
                WHERE contract.department_id = ANY(%(departments)s)
                  AND (way.ended AT TIME ZONE 'America/Chicago')::date > %(since)s
                  AND (way.ended AT TIME ZONE 'America/Chicago')::date <= %(until)s
            )
            SELECT department_id, {_FIGURES} FROM ended GROUP BY department_id""",  # nosec B608: as above
            departments,
            day,
        )
    }


def _rows(statement: str, departments: Collection[int], day: date) -> list[tuple]:  # type: ignore[type-arg]
    pairs = [(code, open_day) for code in GOVERNMENTS for open_day in open_days(code, day.year - YEARS_BACK, day.year)]
    given: dict[str, Any] = {
        "departments": sorted(departments),
        "passed": StepOutcome.PASSED.value,
        "since": anniversary(day, -1),
        "until": day,
        "jurisdictions": [code for code, _ in pairs],
        "days": [open_day for _, open_day in pairs],
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        return cursor.fetchall()
