"""The two governments: each with its fiscal year and its calendar."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from procurement_portal.law.calendar import Calendar
from procurement_portal.people.models.body import Jurisdiction


@dataclass(frozen=True)
class Government:
    """A jurisdiction. `fiscal_month` is the month its fiscal year begins in; the year is named after its last day's year."""

    code: str
    fiscal_month: int

    @property
    def label(self) -> str:
        """City of Chicago or Cook County, in the reader's language."""
        return str(Jurisdiction(self.code).label)

    def fiscal_year(self, day: date) -> int:
        """The fiscal year a day is in: the City's is the calendar year; the County's runs December 1 to November 30."""
        return day.year + 1 if self.fiscal_month > 1 and day.month >= self.fiscal_month else day.year

    def fiscal_days(self, year: int) -> tuple[date, date]:
        """First and last day of a fiscal year."""
        first = date(year if self.fiscal_month == 1 else year - 1, self.fiscal_month, 1)
        return first, date(first.year + 1, first.month, 1) - timedelta(days=1)

    def calendar(self) -> Calendar:
        """Its business days (`law/calendars/<code>.yaml`). Days edited in the portal are laid over it by `Calendar.with_days`."""
        return Calendar.for_jurisdiction(self.code)


CITY = Government(Jurisdiction.CITY.value, fiscal_month=1)
COUNTY = Government(Jurisdiction.COUNTY.value, fiscal_month=12)
GOVERNMENTS = {government.code: government for government in (CITY, COUNTY)}


def government(code: str) -> Government:
    """The government of a department's `jurisdiction`. Raises KeyError for any other word."""
    return GOVERNMENTS[code]
