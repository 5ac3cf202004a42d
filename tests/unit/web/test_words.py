"""Money, days and instants as people read them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procurement_portal.web import words


@pytest.mark.parametrize(
    ("amount", "word", "text"),
    [
        (Decimal("1234.5"), None, "$1,234.50"),
        (Decimal("0"), None, "$0.00"),
        (1200, None, "$1,200.00"),
        (Decimal("-1234.5"), None, "−$1,234.50 (credit)"),
        (Decimal("-7"), "recouped", "−$7.00 (recouped)"),
        (Decimal("0.005"), None, "$0.01"),
        (Decimal("123456789012.34"), None, "$123,456,789,012.34"),
        (None, None, "—"),
    ],
)
def test_money_is_written_with_sign_commas_and_cents(amount: Decimal | None, word: str | None, text: str) -> None:
    assert words.money(amount, word) == text


def test_a_float_is_never_money() -> None:
    with pytest.raises(TypeError):
        words.money(12.5)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        words.percent(0.5)  # type: ignore[arg-type]


@given(st.decimals(min_value=0, max_value=10**12, places=2))
def test_money_written_can_be_read_back(amount: Decimal) -> None:
    assert Decimal(words.money(amount).replace("$", "").replace(",", "")) == amount


@pytest.mark.parametrize(
    ("instant", "text"),
    [
        (datetime(2026, 11, 27, 23, 0, tzinfo=UTC), "Fri, Nov 27, 2026, 5:00 pm CST"),
        (datetime(2026, 7, 4, 17, 0, tzinfo=UTC), "Sat, Jul 4, 2026, 12 noon CDT"),
        (datetime(2026, 7, 4, 5, 0, tzinfo=UTC), "Sat, Jul 4, 2026, 12 midnight CDT"),
        (datetime(2026, 7, 4, 5, 30, tzinfo=UTC), "Sat, Jul 4, 2026, 12:30 am CDT"),
        (datetime(2026, 7, 4, 17, 1, tzinfo=UTC), "Sat, Jul 4, 2026, 12:01 pm CDT"),
        (datetime(2026, 11, 1, 6, 30, tzinfo=UTC), "Sun, Nov 1, 2026, 1:30 am CDT"),
        (datetime(2026, 11, 1, 7, 30, tzinfo=UTC), "Sun, Nov 1, 2026, 1:30 am CST"),
        (datetime(2026, 3, 8, 8, 0, tzinfo=UTC), "Sun, Mar 8, 2026, 3:00 am CDT"),
    ],
)
def test_an_instant_says_day_hour_and_zone_on_both_clock_changes(instant: datetime, text: str) -> None:
    assert words.instant(instant) == text


def test_an_instant_is_carried_to_the_day_of_chicago() -> None:
    assert words.day(datetime(2026, 11, 28, 3, 0, tzinfo=UTC)) == "Fri, Nov 27, 2026"


def test_a_naive_instant_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        words.instant(datetime(2026, 11, 27, 17, 0))


@pytest.mark.parametrize(
    ("gap", "text"),
    [(0, "today"), (1, "tomorrow"), (-1, "yesterday"), (3, "in 3 days"), (-12, "12 days ago")],
)
def test_days_away_are_calendar_days(gap: int, text: str) -> None:
    today = date(2026, 11, 24)
    assert words.days_away(today + timedelta(days=gap), today) == text


def test_the_exact_instant_shows_the_fraction_that_decides() -> None:
    late = datetime(2026, 11, 27, 23, 0, 0, 123456, tzinfo=UTC)
    assert words.exact(late) == "Fri, Nov 27, 2026, 5:00:00.123456 pm CST"


@pytest.mark.parametrize(
    ("count", "text"), [(1, "1 byte"), (640, "640 bytes"), (12_345, "12 KB"), (3_400_000, "3.4 MB")]
)
def test_file_sizes_use_the_thousands_that_limits_are_told_in(count: int, text: str) -> None:
    assert words.file_size(count) == text


def test_durations_and_shares() -> None:
    assert words.duration(timedelta(hours=2, minutes=5)) == "2 hours 5 minutes"
    assert words.duration(timedelta(days=3, hours=5)) == "3 days"
    assert words.duration(timedelta(seconds=5)) == "0 minutes"
    assert words.percent(Decimal("0.265")) == "26.5%"
    assert words.percent(Decimal("-0.1")) == "−10.0%"


def test_data_is_escaped_and_marked() -> None:
    assert words.data("<b>Ruiz</b>") == '<span translate="no">&lt;b&gt;Ruiz&lt;/b&gt;</span>'
