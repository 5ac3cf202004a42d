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
    return Fraction(*_ratio(value))


def _scaled(units: int, places: int) -> Decimal:
    sign, digits = (1, str(-units)) if units < 0 else (0, str(units))
    # Built from its digits: a Decimal operation would round to the context's 28 digits.
    return Decimal((sign, tuple(int(digit) for digit in digits), -places))


def _ratio(value: Exact) -> tuple[int, int]:
    """The value as two whole numbers. Raises TypeError for anything that is not exact."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal | Fraction):
        raise TypeError(f"{value!r} is not an exact number")
    return value.as_integer_ratio()


def _has_places(value: Decimal, places: int) -> bool:
    """Whether an amount is written with exactly these decimals: then there is nothing to round."""
    return bool(value) and value.as_tuple().exponent == -places


def half_up(value: Exact, places: int = CENT_PLACES) -> Decimal:
    """Round to `places` decimals, a half going away from zero. In and out: dollars (or whatever unit is given)."""
    if isinstance(value, Decimal) and _has_places(value, places):
        return value
    part, whole = _ratio(value)
    units = (2 * abs(part) * 10**places + whole) // (2 * whole)
    return _scaled(-units if part < 0 else units, places)


def up(value: Exact, places: int = CENT_PLACES) -> Decimal:
    """Round up to the next cent: for a required minimum, so that paying the shown figure always satisfies the ratio."""
    part, whole = _ratio(value)
    return _scaled(-(-part * 10**places // whole), places)


def down(value: Exact, places: int = CENT_PLACES) -> Decimal:
    """Round down to the cent: for a maximum, so that using the shown figure never exceeds the ratio."""
    if isinstance(value, Decimal) and _has_places(value, places):
        return value
    part, whole = _ratio(value)
    return _scaled(part * 10**places // whole, places)


def share(amount: Exact, percent: Exact) -> Fraction:
    """`percent` (out of 100) of `amount`, exact and unrounded."""
    (part, whole), (rate, of) = _ratio(amount), _ratio(percent)
    return Fraction(part * rate, whole * of * 100)


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
