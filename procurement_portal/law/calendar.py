"""Days on which the law's clocks run: business days, holidays, rolling. The one place that counts them.

Holidays are the United States federal ones as observed (a Saturday holiday on the Friday before, also across the year's end;
a Sunday one on the Monday after; Juneteenth from 2021; Inauguration Day is not one), from the `holidays` library. What a
city, a county or the State closes besides stands dated in `calendars/*.yaml`; a calendar edited in the portal's database is
laid over it with `with_days`. Source for counting: 30 ILCS 500/15-45 (first day excluded, last included).
"""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Self

import holidays

from procurement_portal.law.errors import LawFileFault
from procurement_portal.law.strict_yaml import read_yaml

FOLDER = Path(__file__).parent / "calendars"
DAY = timedelta(days=1)
_SATURDAY = 5
_MONTHS = 12
# Far more closed days in a row than any calendar has; beyond it the calendar itself is at fault.
_LONGEST_CLOSURE = 60


@lru_cache(maxsize=256)
def _federal(year: int) -> Mapping[date, str]:
    # The year after is asked too: its New Year's Day, if a Saturday, is observed on December 31 of this one.
    found = holidays.country_holidays("US", years=(year, year + 1), language="en_US")
    return MappingProxyType({day: name for day, name in found.items() if day.year == year})


@dataclass(frozen=True)
class Calendar:
    """A jurisdiction's business days.

    `closed` are days closed besides the federal holidays (day -> name), `open_anyway` federal holidays on which this office
    works. Saturdays and Sundays are never business days.
    """

    name: str = "United States federal holidays"
    closed: Mapping[date, str] = field(default_factory=dict)
    open_anyway: frozenset[date] = frozenset()

    @classmethod
    def federal(cls) -> Self:
        """The default of every rule: the federal holidays as observed, nothing else."""
        return cls()

    @classmethod
    def for_jurisdiction(cls, jurisdiction: str) -> Self:
        """The calendar of `city`, `county` or `state`, from its dated list. Raises `LawFileFault` for any other name."""
        days, name = _listed(jurisdiction)
        return cls(name=name, closed=days)

    def with_days(self, closed: Mapping[date, str], open_anyway: frozenset[date] = frozenset()) -> "Calendar":
        """This calendar with further closed days (day -> name) and days worked after all laid over it."""
        return Calendar(self.name, {**self.closed, **closed}, self.open_anyway | open_anyway)

    def holiday_name(self, day: date) -> str | None:
        """The holiday kept on this day, or None. A plain Saturday or Sunday has no name."""
        if day in self.open_anyway:
            return None
        return self.closed.get(day) or _federal(day.year).get(day)

    def is_business_day(self, day: date) -> bool:
        """Not a Saturday, a Sunday or a holiday of this calendar."""
        return day.weekday() < _SATURDAY and self.holiday_name(day) is None

    def roll(self, day: date) -> date:
        """The day itself if it is a business day, else the next one: when a period's last day falls on a closed day."""
        for _ in range(_LONGEST_CLOSURE):
            if self.is_business_day(day):
                return day
            day += DAY
        raise LawFileFault(
            self.name,
            f"has no business day in the {_LONGEST_CLOSURE} days before {day.isoformat()}",
        )

    def next_business_day(self, day: date) -> date:
        """The first business day after `day`."""
        return self.roll(day + DAY)

    def add_business_days(self, day: date, count: int) -> date:
        """`count` business days after `day` (before it, if negative); `day` itself is not counted. 0 gives `day`."""
        step = DAY if count >= 0 else -DAY
        idle = 0
        left = abs(count)
        while left:
            day += step
            if self.is_business_day(day):
                left, idle = left - 1, 0
            else:
                idle += 1
            if idle > _LONGEST_CLOSURE:
                raise LawFileFault(
                    self.name,
                    f"has no business day in the {_LONGEST_CLOSURE} days to {day.isoformat()}",
                )
        return day

    def as_data(self) -> dict[str, object]:
        """For a trace: the name, and every day on which this calendar departs from the federal one."""
        return {
            "name": self.name,
            "closed": {day.isoformat(): name for day, name in sorted(self.closed.items())},
            "open_anyway": sorted(day.isoformat() for day in self.open_anyway),
        }

    @classmethod
    def from_data(cls, data: Mapping[str, object]) -> Self:
        """The calendar a trace stored with `as_data`."""
        closed, worked = data.get("closed"), data.get("open_anyway")
        days = (
            {date.fromisoformat(day): str(name) for day, name in closed.items()} if isinstance(closed, Mapping) else {}
        )
        open_days = frozenset(date.fromisoformat(day) for day in worked) if isinstance(worked, list) else frozenset()
        return cls(str(data["name"]), days, open_days)


def anniversary(day: date, years: int) -> date:
    """The same day `years` later; February 29 becomes February 28 in a common year (A-52)."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def months_after(day: date, months: int) -> date:
    """The same day `months` calendar months later; where that month is too short, its last day. Counted from `day` itself."""
    year, month = divmod(day.month - 1 + months, _MONTHS)
    year, month = day.year + year, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def whole_months(start: date, end: date) -> int:
    """Whole calendar months from `start` to `end`: first day excluded, last included (January 1 to July 1 is six)."""
    months = _months_apart(start, end)
    return months if months_after(start, months) <= end else months - 1


def months_or_parts(start: date, end: date) -> int:
    """Months or fractions of a month after `start` through `end`: none on `start` or before, one from the day after it."""
    if end <= start:
        return 0
    months = _months_apart(start, end)
    return months if end <= months_after(start, months) else months + 1


def _months_apart(start: date, end: date) -> int:
    return (end.year - start.year) * _MONTHS + end.month - start.month


def read_calendar(path: Path) -> tuple[dict[date, str], str]:
    """Read one dated list. Out: (day -> name, the calendar's name). Raises `LawFileFault` naming each fault."""
    content = read_yaml(path, decimals="refused")
    if not isinstance(content, dict) or set(content) != {
        "name",
        "citation",
        "checked_on",
        "days",
    }:
        raise LawFileFault(path, "must have exactly the keys name, citation, checked_on, days")
    days: dict[date, str] = {}
    faults: list[str] = []
    for row in content["days"] or []:
        if not isinstance(row, dict) or set(row) != {"on", "name"} or not isinstance(row["name"], str):
            faults.append(f"{row!r}: each day has exactly a date (on) and a name")
        elif not isinstance(row["on"], date):
            faults.append(f"{row['name']}: {row['on']!r} is not a date")
        elif row["on"] in days:
            faults.append(f"{row['on'].isoformat()} is listed twice")
        else:
            days[row["on"]] = row["name"]
    if faults:
        raise LawFileFault(path, *faults)
    return days, str(content["name"])


@lru_cache(maxsize=8)
def _listed(jurisdiction: str) -> tuple[Mapping[date, str], str]:
    path = FOLDER / f"{jurisdiction}.yaml"
    if not jurisdiction.isalpha() or not path.is_file():
        known = ", ".join(sorted(file.stem for file in FOLDER.glob("*.yaml")))
        raise LawFileFault(FOLDER, f"no calendar for {jurisdiction!r}; there are: {known}")
    days, name = read_calendar(path)
    return MappingProxyType(days), name
