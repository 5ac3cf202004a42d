"""Business days: the library's federal holidays against a second reckoning, written from 5 U.S.C. 6103, day by day."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procurement_portal.law.calendar import Calendar, months_after, months_or_parts, read_calendar, whole_months
from procurement_portal.law.errors import LawFileFault

FEDERAL = Calendar.federal()
DAY = timedelta(days=1)
days = st.dates(date(1990, 1, 1), date(2060, 12, 31))


def nth(year: int, month: int, weekday: int, n: int) -> date:
    """The n-th given weekday of a month; n = -1 is the last."""
    found = [
        date(year, month, 1) + timedelta(days=i)
        for i in range(31)
        if (date(year, month, 1) + timedelta(days=i)).month == month
        and (date(year, month, 1) + timedelta(days=i)).weekday() == weekday
    ]
    return found[n - 1 if n > 0 else n]


def observed(day: date) -> date:
    return day - DAY if day.weekday() == 5 else day + DAY if day.weekday() == 6 else day


def closed_weekdays(year: int) -> set[date]:
    """The weekdays of a year on which federal offices are closed."""
    kept: set[date] = set()
    for y in (year, year + 1):
        fixed = [date(y, 1, 1), date(y, 7, 4), date(y, 11, 11), date(y, 12, 25)]
        fixed += [date(y, 6, 19)] if y >= 2021 else []
        kept |= {observed(day) for day in fixed}
        kept |= {
            nth(y, 1, 0, 3),
            nth(y, 2, 0, 3),
            nth(y, 5, 0, -1),
            nth(y, 9, 0, 1),
            nth(y, 10, 0, 2),
            nth(y, 11, 3, 4),
        }
    return {day for day in kept if day.year == year and day.weekday() < 5}


@pytest.mark.parametrize("year", range(1990, 2061))
def test_each_day_of_the_year_agrees_with_the_second_reckoning(year: int) -> None:
    closed = closed_weekdays(year)
    day = date(year, 1, 1)
    while day.year == year:
        assert FEDERAL.is_business_day(day) == (day.weekday() < 5 and day not in closed), day
        day += DAY


def test_a_saturday_new_year_is_observed_on_the_friday_of_the_old_year() -> None:
    assert not FEDERAL.is_business_day(date(2021, 12, 31))
    assert FEDERAL.roll(date(2021, 12, 31)) == date(2022, 1, 3)
    assert "New Year" in (FEDERAL.holiday_name(date(2021, 12, 31)) or "")


def test_a_sunday_holiday_is_observed_on_the_monday_after() -> None:
    assert FEDERAL.roll(date(2022, 12, 24)) == date(2022, 12, 27)


def test_juneteenth_counts_from_2021_and_inauguration_day_never() -> None:
    assert FEDERAL.is_business_day(date(2020, 6, 19))
    assert not FEDERAL.is_business_day(date(2021, 6, 18))
    assert FEDERAL.is_business_day(date(2021, 1, 20))


def test_five_business_days_over_thanksgiving() -> None:
    # Notice Friday 2026-11-20: Mon 23 (1), Tue 24 (2), Wed 25 (3), Thu 26 Thanksgiving, Fri 27 (4), Mon 30 (5)
    assert FEDERAL.add_business_days(date(2026, 11, 20), 5) == date(2026, 11, 30)
    assert FEDERAL.add_business_days(date(2026, 11, 30), -5) == date(2026, 11, 20)


def test_the_day_itself_is_kept_when_nothing_is_added_and_never_counted() -> None:
    assert FEDERAL.add_business_days(date(2026, 11, 22), 0) == date(2026, 11, 22)
    assert FEDERAL.add_business_days(date(2026, 11, 22), 1) == date(2026, 11, 23)
    assert FEDERAL.next_business_day(date(2026, 11, 25)) == date(2026, 11, 27)


@given(days, st.integers(1, 40))
def test_adding_business_days_counts_each_one(day: date, count: int) -> None:
    end = FEDERAL.add_business_days(day, count)
    between = (day + timedelta(days=i) for i in range(1, (end - day).days + 1))
    assert sum(FEDERAL.is_business_day(one) for one in between) == count
    assert FEDERAL.is_business_day(end)


@given(days)
def test_rolling_moves_only_over_closed_days(day: date) -> None:
    rolled = FEDERAL.roll(day)
    assert rolled >= day and FEDERAL.is_business_day(rolled) and FEDERAL.roll(rolled) == rolled
    assert not any(FEDERAL.is_business_day(day + timedelta(days=i)) for i in range((rolled - day).days))


def test_days_laid_over_close_and_open_the_office() -> None:
    snow, columbus = date(2026, 2, 3), date(2026, 10, 12)
    own = FEDERAL.with_days({snow: "Snow closure"}, frozenset({columbus}))
    assert own.holiday_name(snow) == "Snow closure"
    assert not own.is_business_day(snow) and FEDERAL.is_business_day(snow)
    assert own.is_business_day(columbus) and own.holiday_name(columbus) is None
    assert Calendar.from_data(own.as_data()) == own


def test_the_state_keeps_pulaski_day_and_the_city_only_what_is_listed() -> None:
    pulaski = date(2026, 3, 2)
    assert Calendar.for_jurisdiction("state").holiday_name(pulaski) == "Casimir Pulaski's Birthday"
    for jurisdiction in ("city", "county"):
        assert Calendar.for_jurisdiction(jurisdiction).is_business_day(pulaski)
        assert not Calendar.for_jurisdiction(jurisdiction).is_business_day(date(2026, 12, 25))


@pytest.mark.parametrize("name", ["village", "../law/calendars/city", ""])
def test_an_unknown_jurisdiction_is_refused(name: str) -> None:
    with pytest.raises(LawFileFault, match="there are: city, county, state"):
        Calendar.for_jurisdiction(name)


def test_a_calendar_that_never_opens_is_refused() -> None:
    day = date(2026, 1, 1)
    shut = FEDERAL.with_days({day + timedelta(days=i): "Closed" for i in range(400)})
    for ask in (lambda: shut.roll(day), lambda: shut.add_business_days(day, 1)):
        with pytest.raises(LawFileFault, match="has no business day"):
            ask()


@pytest.mark.parametrize(
    ("days_text", "message"),
    [
        ("- {on: 2026-02-30, name: Nowhere}", "'2026-02-30' is not a date"),
        ("- {on: 2026-02-12, name: One}\n  - {on: 2026-02-12, name: Two}", "2026-02-12 is listed twice"),
        ("- {on: 2026-02-12}", "each day has exactly a date"),
    ],
)
def test_a_faulty_list_is_refused(tmp_path: Path, days_text: str, message: str) -> None:
    path = tmp_path / "here.yaml"
    path.write_text(f"name: Here\ncitation: none\nchecked_on: 2026-11-22\ndays:\n  {days_text}\n", encoding="utf-8")
    with pytest.raises(LawFileFault) as refused:
        read_calendar(path)
    assert message in str(refused.value)


@pytest.mark.parametrize(
    ("day", "months", "found"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 1, 31), 2, date(2026, 3, 31)),
        (date(2023, 12, 31), 2, date(2024, 2, 29)),
        (date(2026, 11, 15), 2, date(2027, 1, 15)),
        (date(2026, 5, 5), 0, date(2026, 5, 5)),
    ],
)
def test_a_month_later_is_the_same_day_or_the_last_of_a_short_month(day: date, months: int, found: date) -> None:
    assert months_after(day, months) == found


@pytest.mark.parametrize(
    ("start", "end", "whole", "or_parts"),
    [
        (date(2026, 1, 1), date(2026, 7, 1), 6, 6),
        (date(2026, 1, 1), date(2026, 6, 30), 5, 6),
        (date(2026, 1, 1), date(2026, 7, 2), 6, 7),
        (date(2026, 1, 31), date(2026, 2, 28), 1, 1),
        (date(2026, 1, 31), date(2026, 3, 1), 1, 2),
        (date(2025, 12, 15), date(2026, 1, 14), 0, 1),
        (date(2026, 5, 5), date(2026, 5, 5), 0, 0),
    ],
)
def test_whole_months_and_months_or_parts_of_one(start: date, end: date, whole: int, or_parts: int) -> None:
    assert (whole_months(start, end), months_or_parts(start, end)) == (whole, or_parts)


def test_before_its_start_no_month_has_begun() -> None:
    assert months_or_parts(date(2026, 5, 5), date(2026, 4, 1)) == 0
