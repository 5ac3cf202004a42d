"""Numbers and days, a second time and differently: whole cents and fractions, days counted one by one, holidays by rule.

Nothing here imports the law room. Where both implementations agree on many random cases, neither rounds or counts by accident.
"""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

ONE = timedelta(days=1)


def half_up(value: Fraction) -> Fraction:
    """To the cent, a half away from zero."""
    cents = int(abs(value) * 100 + Fraction(1, 2))
    return Fraction(cents if value >= 0 else -cents, 100)


def up(value: Fraction) -> Fraction:
    """Up to the cent, of an amount not negative."""
    cents = int(value * 100)
    return Fraction(cents if Fraction(cents, 100) == value else cents + 1, 100)


def down(value: Fraction) -> Fraction:
    """Down to the cent, of an amount not negative."""
    return Fraction(int(value * 100), 100)


def percent_of(part: Fraction, whole: Fraction) -> Fraction | None:
    """The percentage, half-up to four decimals; None of nothing."""
    if whole == 0:
        return None
    return half_up(part * 100 / whole * 100) / 100


def _nominal(day: date) -> bool:
    """A fixed date that moves off a weekend."""
    if (day.month, day.day) == (6, 19):
        return day.year >= 2021
    return (day.month, day.day) in {(1, 1), (7, 4), (11, 11), (12, 25)}


def _by_weekday(day: date) -> bool:
    nth, last = (day.day - 1) // 7 + 1, (day + 7 * ONE).month != day.month
    monday = {1: nth == 3, 2: nth == 3, 5: last, 9: nth == 1, 10: nth == 2}
    return (day.weekday() == 0 and monday.get(day.month, False)) or (
        day.weekday() == 3 and day.month == 11 and nth == 4
    )


def is_open(day: date) -> bool:
    """Neither a weekend nor a federal holiday as observed."""
    if day.weekday() >= 5 or _nominal(day) or _by_weekday(day):
        return False
    return not (day.weekday() == 4 and _nominal(day + ONE)) and not (day.weekday() == 0 and _nominal(day - ONE))


def after(day: date, count: int) -> date:
    """So many days later, one by one."""
    for _ in range(count):
        day += ONE
    return day


def rolled(day: date, rolls: bool = True) -> date:
    """The day, or the first open one after it."""
    while rolls and not is_open(day):
        day += ONE
    return day


def open_days_after(day: date, count: int) -> date:
    """So many open days later."""
    for _ in range(count):
        day = rolled(day + ONE)
    return day


def month_on(start: date, count: int) -> date:
    """The day `count` months after `start`, by walking month by month and falling back from a day that does not exist."""
    year, month = start.year, start.month
    for _ in range(count):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    day = start.day
    while True:
        try:
            return date(year, month, day)
        except ValueError:
            day -= 1


def in_row(rows: list[tuple[str, str]], on: date) -> Fraction:
    """The value of the last row whose first day is not after `on`; rows of first day (empty: always) and number."""
    found = [value for first, value in rows if not first or date.fromisoformat(first) <= on]
    return Fraction(found[-1])
