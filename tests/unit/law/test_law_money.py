"""Money is exact, and rounds once, by a named way."""

from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procurement_portal.law.money import down, exact, half_up, percentage, share, shown, up

CENT = Decimal("0.01")
amounts = st.decimals(min_value=-(10**12), max_value=10**12, places=6, allow_nan=False)


@given(amounts)
def test_rounding_agrees_with_decimal_arithmetic(amount: Decimal) -> None:
    with localcontext() as context:
        context.prec = 60
        assert half_up(amount) == amount.quantize(CENT, ROUND_HALF_UP)
        assert up(amount) == amount.quantize(CENT, ROUND_CEILING)
        assert down(amount) == amount.quantize(CENT, ROUND_FLOOR)


@given(st.fractions())
def test_rounding_stays_within_a_cent_and_in_order(value: Fraction) -> None:
    assert exact(down(value)) <= value <= exact(up(value))
    assert down(value) <= half_up(value) <= up(value)
    assert exact(up(value)) - exact(down(value)) in (0, Fraction(1, 100))
    assert abs(exact(half_up(value)) - value) <= Fraction(1, 200)


@given(st.integers(0, 10**14), st.integers(0, 10**6))
def test_a_required_minimum_always_satisfies_its_ratio(cents: int, millionths: int) -> None:
    amount, percent = Fraction(cents, 100), Fraction(millionths, 10**4)
    assert exact(up(share(amount, percent))) * 100 >= amount * percent


def test_a_half_goes_away_from_zero() -> None:
    assert [half_up(Decimal(text)) for text in ("0.005", "-0.005", "0.0049", "2.675")] == [
        Decimal("0.01"),
        Decimal("-0.01"),
        Decimal("0.00"),
        Decimal("2.68"),
    ]


def test_rounded_amounts_carry_two_decimals() -> None:
    assert [str(half_up(value)) for value in (5, Fraction(1, 3), Decimal("7.1"), -1, 0)] == [
        "5.00",
        "0.33",
        "7.10",
        "-1.00",
        "0.00",
    ]


def test_more_digits_than_the_decimal_context_are_kept() -> None:
    amount = Decimal("1234567890123456789012345678901.235")
    assert str(half_up(amount)) == "1234567890123456789012345678901.24"


def test_a_percentage_is_only_for_showing() -> None:
    assert percentage(1, 3) == Decimal("33.3333")
    assert percentage(2, 3) == Decimal("66.6667")
    assert percentage(Decimal("0.00"), Decimal("10.00")) == 0
    assert percentage(5, 0) is None


def test_what_is_not_exact_is_refused() -> None:
    for wrong in (1 / 2, True, "5", None):
        with pytest.raises(TypeError):
            exact(wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Fraction(1, 8), "0.125"),
        (Fraction(1, 3), "1/3"),
        (Fraction(-3, 2), "-1.5"),
        (Fraction(7, 1), "7"),
        (Fraction(7, 10), "0.7"),
        (Decimal("2500.00"), "2500.00"),
        (Decimal("1E+3"), "1000"),
        (12, "12"),
    ],
)
def test_a_shown_number_reads_back(value: Fraction | Decimal | int, text: str) -> None:
    assert shown(value) == text
    assert Fraction(shown(value)) == Fraction(value)
