"""What a rule may be given, declared once: typed fields that refuse in words.

A rule declares `FACTS = Facts(kind=Choice("contract", "lease"), amount=Money(), bids=ListOf(Facts(...), unique="bidder"))`.
Reading gives the facts by attribute (`given.kind`), or raises one `InvalidInput` naming every faulty field, what was given
there and what is allowed. Every field is required, except: booleans (default false), lists (default empty), and fields with
`optional=True`. Null is the same as leaving an optional field out, and a fault for a required one. An unknown field, at any
depth, is a fault. The same declaration draws the calculator's form and checks a case file.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from procurement_portal.law.errors import InvalidInput, Problem
from procurement_portal.law.money import down, shown
from procurement_portal.law.strict_yaml import iso_day

_MISSING: Any = object()
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_MONEY = re.compile(r"-?[0-9]+(\.[0-9]{1,2})?")
# No public purchase comes near; beyond it a number is a slip of the keyboard, or an attack on the arithmetic.
_MOST_DIGITS = 15
_LAST_YEAR = 9899


class Given(Mapping[str, Any]):
    """Facts that were read: by attribute or by key; missing optional ones hold their default."""

    __slots__ = ("_facts",)

    def __init__(self, facts: dict[str, Any]) -> None:
        object.__setattr__(self, "_facts", facts)

    def __getattr__(self, name: str) -> Any:
        try:
            return self._facts[name]
        except KeyError:
            raise AttributeError(name) from None

    def __setattr__(self, name: str, value: object) -> None:
        raise TypeError("facts do not change while a rule is evaluated")

    def __getitem__(self, name: str) -> Any:
        return self._facts[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._facts)

    def __len__(self) -> int:
        return len(self._facts)


def written(value: object) -> str:
    """A given value as a message shows it."""
    if value is _MISSING:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return "null"
    if isinstance(value, int | Decimal | Fraction):
        return shown(value) if not isinstance(value, Decimal) or value.is_finite() else str(value)
    if isinstance(value, str):
        return f'"{value}"' if len(value) <= 60 else f'"{value[:57]}..."'
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return "a list"
    return "a mapping" if isinstance(value, Mapping) else type(value).__name__


class Field:
    """One typed field. `allowed` says in words what it takes; `read` answers the value or `_Refused`."""

    allowed = "a value"
    default_when_missing: Any = _MISSING

    def __init__(
        self,
        *,
        optional: bool = False,
        default: Any = None,
        label: str = "",
        help: str = "",
    ) -> None:
        self.label, self.help = label, help
        self.optional = optional or self.default_when_missing is not _MISSING
        self.default = default if optional and default is not None else self.default_when_missing
        if self.optional and self.default is _MISSING:
            self.default = None

    def read(self, value: Any, path: str, problems: list[Problem]) -> Any:
        """The typed value; on a fault adds to `problems` and answers None."""
        if value is _MISSING or value is None:
            if self.optional:
                return self.fresh_default()
            problems.append(Problem(path, written(value), self.allowed))
            return None
        found = self.parse(value)
        if found is _MISSING:
            problems.append(Problem(path, written(value), self.allowed))
            return None
        return found

    def fresh_default(self) -> Any:
        return self.default

    def parse(self, value: Any) -> Any:
        """The typed value, or `_MISSING` if it is not allowed."""
        raise TypeError(f"{type(self).__name__} does not say how it is read")


class Boolean(Field):
    """`true` or `false`; false when not given, unless `default=True`."""

    allowed = "true or false"
    default_when_missing = False

    def __init__(self, *, default: bool = False, label: str = "", help: str = "") -> None:
        super().__init__(optional=True, default=default, label=label, help=help)

    def parse(self, value: Any) -> Any:
        return value if isinstance(value, bool) else _MISSING


class Text(Field):
    """A name or code: text that is not empty, optionally of one `pattern`."""

    def __init__(self, pattern: str = "", allowed: str = "a text that is not empty", **rest: Any) -> None:
        super().__init__(**rest)
        self.pattern, self.allowed = re.compile(pattern) if pattern else None, allowed

    def parse(self, value: Any) -> Any:
        if not isinstance(value, str) or not value.strip():
            return _MISSING
        return value if self.pattern is None or self.pattern.fullmatch(value) else _MISSING


class Choice(Field):
    """One of the listed words."""

    def __init__(self, *choices: str, **rest: Any) -> None:
        super().__init__(**rest)
        self.choices = choices
        self.allowed = "one of " + ", ".join(choices)

    def parse(self, value: Any) -> Any:
        return value if isinstance(value, str) and value in self.choices else _MISSING


class Day(Field):
    """A date: a `date` or YYYY-MM-DD text; no time of day, no impossible date."""

    allowed = "a date that exists, as YYYY-MM-DD, without a time"

    def parse(self, value: Any) -> Any:
        if isinstance(value, str):
            value = iso_day(value)
        if not isinstance(value, date) or isinstance(value, datetime) or value.year > _LAST_YEAR:
            return _MISSING
        return value


def _number(value: Any, pattern: re.Pattern[str]) -> Any:
    if isinstance(value, bool):
        return _MISSING
    if isinstance(value, str):
        if not pattern.fullmatch(value) or len(value) > 2 * _MOST_DIGITS:
            return _MISSING
        value = Decimal(value)
    elif isinstance(value, int):
        value = Decimal(value)
    if not isinstance(value, Decimal) or not value.is_finite() or value.adjusted() > _MOST_DIGITS:
        return _MISSING
    return _MISSING if value and int(value.as_tuple().exponent) < -4 * _MOST_DIGITS else value


class Money(Field):
    """Dollars to the cent: decimal text, an integer, or a decimal with at most two decimals. Not negative unless `signed`.

    `positive=True` refuses zero too.
    """

    def __init__(self, *, signed: bool = False, positive: bool = False, **rest: Any) -> None:
        super().__init__(**rest)
        self.signed, self.positive = signed, positive
        kind = "dollars with at most two decimals"
        self.allowed = f"{kind}, more than zero" if positive else kind if signed else f"{kind}, not negative"

    def parse(self, value: Any) -> Any:
        amount = _number(value, _MONEY)
        if amount is _MISSING:
            return _MISSING
        cents = down(amount)
        if cents != amount or (amount < 0 and not self.signed) or (self.positive and amount <= 0):
            return _MISSING
        return cents


class Number(Field):
    """An exact number between two bounds, both allowed."""

    def __init__(
        self,
        low: int | None = 0,
        high: int | None = None,
        allowed: str = "",
        **rest: Any,
    ) -> None:
        super().__init__(**rest)
        self.low, self.high = low, high
        bounds = [f"at least {low}"] * (low is not None) + [f"at most {high}"] * (high is not None)
        self.allowed = allowed or " ".join(["a number", *bounds[:1], *(["and", *bounds[1:]] if bounds[1:] else [])])

    def parse(self, value: Any) -> Any:
        number = _number(value, _NUMBER)
        if number is _MISSING or (self.low is not None and number < self.low):
            return _MISSING
        return _MISSING if self.high is not None and number > self.high else number


class Percent(Number):
    """A percentage, out of 100."""

    def __init__(self, **rest: Any) -> None:
        super().__init__(0, 100, "a percentage from 0 to 100", **rest)


class Share(Number):
    """A fraction of the whole, from 0 to 1."""

    def __init__(self, **rest: Any) -> None:
        super().__init__(0, 1, "a share of the whole, from 0 to 1", **rest)


class Count(Number):
    """A whole number, not negative."""

    def __init__(self, low: int = 0, high: int | None = None, **rest: Any) -> None:
        words = f"a whole number, at least {low}" + (f" and at most {high}" if high is not None else "")
        super().__init__(low, high, words, **rest)

    def parse(self, value: Any) -> Any:
        number = super().parse(value)
        return _MISSING if number is _MISSING or number != number.to_integral_value() else int(number)


class Year(Count):
    """A calendar year."""

    def __init__(self, **rest: Any) -> None:
        super().__init__(1, _LAST_YEAR, **rest)


class ListOf(Field):
    """A list of one kind of field or group; empty when not given. `unique` names the item's field that may not repeat."""

    default_when_missing = ()
    allowed = "a list"

    def __init__(self, item: "Field | Facts", *, unique: str = "", at_least: int = 0, **rest: Any) -> None:
        super().__init__(**rest)
        self.item, self.unique, self.at_least = item, unique, at_least
        if at_least:
            self.optional, self.allowed = False, f"a list of at least {at_least}"

    def read(self, value: Any, path: str, problems: list[Problem]) -> Any:
        if value is _MISSING or value is None:
            return super().read(value, path, problems)
        if not isinstance(value, list | tuple) or len(value) < self.at_least:
            given = "an empty list" if isinstance(value, list | tuple) and not value else written(value)
            problems.append(Problem(path, given, self.allowed))
            return ()
        before = len(problems)
        items = tuple(self.item.read(entry, f"{path}[{index}]", problems) for index, entry in enumerate(value, 1))
        if len(problems) == before:
            names = [item[self.unique] if self.unique else item for item in items] if self.unique else []
            seen: set[object] = set()
            for index, name in enumerate(names, 1):
                if name in seen:
                    problems.append(
                        Problem(
                            f"{path}[{index}].{self.unique}",
                            written(name),
                            "each name once in this list",
                        )
                    )
                seen.add(name)
        return items


class Facts:
    """A group of named fields. Also a field itself: a mapping inside a mapping or a list item."""

    allowed = "a mapping of named fields"

    def __init__(
        self,
        *,
        optional_group: bool = False,
        group_label: str = "",
        **fields: "Field | Facts",
    ) -> None:
        self.optional, self.label, self.fields = optional_group, group_label, fields

    def read(self, value: Any, path: str, problems: list[Problem]) -> Any:
        """As `Field.read`: the group's facts, or None with the problems noted."""
        if (value is _MISSING or value is None) and self.optional:
            return None
        if not isinstance(value, Mapping):
            problems.append(Problem(path, written(value), self.allowed))
            return None
        prefix = f"{path}." if path else ""
        for name in value:
            if name not in self.fields:
                known = "only " + ", ".join(self.fields)
                problems.append(Problem(f"{prefix}{name}", "an unknown field", known))
        return Given(
            {
                name: field.read(value.get(name, _MISSING), f"{prefix}{name}", problems)
                for name, field in self.fields.items()
            }
        )

    def read_all(self, value: object) -> Given:
        """The facts of one evaluation. In: a mapping. Raises `InvalidInput` with every problem found."""
        problems: list[Problem] = []
        facts = self.read(value, "", problems) if isinstance(value, Mapping) else None
        if facts is None:
            raise InvalidInput(Problem("given", written(value), self.allowed))
        if problems:
            raise InvalidInput(*problems)
        return facts  # type: ignore[no-any-return]


def refuse(field: str, given: object, allowed: str) -> InvalidInput:
    """An `InvalidInput` for a relation between fields, to be raised by a rule's `check`."""
    return InvalidInput(Problem(field, given if isinstance(given, str) else written(given), allowed))
