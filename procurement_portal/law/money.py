"""Money and ratios, exactly. Amounts are `Decimal` dollars with two decimals; in between, `Fraction`.

Rounding happens once, at the end of a named step, by one of three named ways: `half_up` (away from zero, the ordinary one),
`up` (a required minimum), `down` (a maximum). Thresholds are compared on the exact ratio, never on a rounded percentage.
"""

from decimal import Decimal
from fractions import Fraction

Exact = int | Decimal | Fraction
CENT_PLACES = 2
PERCENT_PLACES = 4


def exact(value: Exact) -> Fraction:
    """The value as an exact ratio. Raises TypeError for anything that is not exact (a binary fraction, a boolean)."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal | Fraction):
        raise TypeError(f"{value!r} is not an exact number")
    return Fraction(value)


def _scaled(units: int, places: int) -> Decimal:
    sign, digits = (1, str(-units)) if units < 0 else (0, str(units))
    # Built from its digits: a Decimal operation would round to the context's 28 digits.
    return Decimal((sign, tuple(int(digit) for digit in digits), -places))


def half_up(value: Exact, places: int = CENT_PLACES) -> Decimal:
    """Round to `places` decimals, a half going away from zero. In and out: dollars (or whatever unit is given)."""
    if isinstance(value, Decimal) and value and value.as_tuple().exponent == -places:
        return value  # has exactly these places already
    scaled = exact(value) * 10**places
    units = (2 * abs(scaled.numerator) + scaled.denominator) // (2 * scaled.denominator)
    return _scaled(-units if scaled < 0 else units, places)


def up(value: Exact, places: int = CENT_PLACES) -> Decimal:
    """Round up to the next cent: for a required minimum, so that paying the shown figure always satisfies the ratio."""
    scaled = exact(value) * 10**places
    return _scaled(-(-scaled.numerator // scaled.denominator), places)


def down(value: Exact, places: int = CENT_PLACES) -> Decimal:
    """Round down to the cent: for a maximum, so that using the shown figure never exceeds the ratio."""
    scaled = exact(value) * 10**places
    return _scaled(scaled.numerator // scaled.denominator, places)


def share(amount: Exact, percent: Exact) -> Fraction:
    """`percent` (out of 100) of `amount`, exact and unrounded."""
    return exact(amount) * exact(percent) / 100


def percentage(part: Exact, whole: Exact) -> Decimal | None:
    """What percentage `part` is of `whole`, half-up to four decimals; None for a zero base. Only for showing."""
    base = exact(whole)
    if base == 0:
        return None
    return half_up(exact(part) / base * 100, PERCENT_PLACES)


def shown(value: Exact) -> str:
    """An exact number as text that reads back to the same number: `2500.00`, `0.125`, `1/3`."""
    if isinstance(value, Fraction):
        if value.denominator == 1:
            return str(value.numerator)
        twos, fives, rest = 0, 0, value.denominator
        while rest % 2 == 0:
            twos, rest = twos + 1, rest // 2
        while rest % 5 == 0:
            fives, rest = fives + 1, rest // 5
        if rest != 1:
            return f"{value.numerator}/{value.denominator}"
        places = max(twos, fives)
        return format(_scaled(value.numerator * 10**places // value.denominator, places), "f")
    return format(value, "f") if isinstance(value, Decimal) else str(value)
