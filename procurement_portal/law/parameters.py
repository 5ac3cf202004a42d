"""Parameters: the law's numbers, each with its first and last day in force and its citation.

A file states its `label` (how its text is named wherever it is shown: "2019 proposal", "committee substitute"), and under
`parameters` each one with title, unit, status, checked_on and values. Days are inclusive; `open` is an open end. A gap, an
overlap, a bare decimal, an unknown or missing key, a number the unit does not allow: the file is refused, with the reason.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType

from procurement_portal.law.errors import LawFileFault, NotInForce
from procurement_portal.law.strict_yaml import read_yaml

STATUSES = ("proposed", "enacted", "policy")
UNITS = (
    "percent",
    "dollars",
    "days",
    "business_days",
    "months",
    "years",
    "age",
    "count",
    "percent_bands",
)
_WHOLE = {"days", "business_days", "months", "years", "age", "count"}
_NAME = re.compile(r"(city|county|state|federal|portal)\.[a-z][a-z_]*")
_PLAIN = re.compile(r"[0-9]+(\.[0-9]+)?")
_KEYS = {"title", "unit", "status", "checked_on", "values"}

Band = Mapping[str, Decimal]
Amount = Decimal | tuple[Band, ...]


@dataclass(frozen=True)
class Value:
    """One dated value. `first_day`/`last_day` None: open. `value`: a number in the parameter's unit, or a table of bands."""

    first_day: date | None
    last_day: date | None
    value: Amount
    citation: str
    note: str = ""

    def holds_on(self, day: date) -> bool:
        """Whether this value is in force on the day, both ends included."""
        return (self.first_day is None or self.first_day <= day) and (self.last_day is None or day <= self.last_day)


@dataclass(frozen=True)
class Parameter:
    """A named number of the law. `label` is the text's own standing in words, `status` its code."""

    name: str
    title: str
    unit: str
    status: str
    label: str
    checked_on: date
    values: tuple[Value, ...]

    def on(self, day: date) -> Value:
        """The value in force on `day`. Raises `NotInForce`: never a neighboring value, never zero."""
        for value in self.values:
            if value.holds_on(day):
                return value
        raise NotInForce(self.name, day, self.values[0].first_day, self.values[-1].last_day)

    def only(self) -> Value:
        """The value of a parameter with one row, which a rule reads without a date. Raises TypeError for a dated table."""
        if len(self.values) != 1:
            raise TypeError(f"{self.name} has {len(self.values)} dated values; say on which day it is read")
        return self.values[0]


def read_parameters(path: Path) -> dict[str, Parameter]:
    """The parameters of one file by name. Raises `LawFileFault` listing every fault found."""
    content = read_yaml(path, decimals="refused")
    if not isinstance(content, dict) or set(content) != {"label", "parameters"}:
        found = ", ".join(map(str, content)) if isinstance(content, dict) else "no mapping"
        raise LawFileFault(path, f"must have exactly the keys label and parameters (found: {found})")
    if not isinstance(content["parameters"], dict) or not content["parameters"]:
        raise LawFileFault(path, "states no parameters")
    faults: list[str] = []
    found_parameters: dict[str, Parameter] = {}
    for name, body in content["parameters"].items():
        parameter = _parameter(str(name), body, str(content["label"]), faults)
        if parameter is not None:
            found_parameters[parameter.name] = parameter
    if faults:
        raise LawFileFault(path, *faults)
    return found_parameters


def exact_keys(where: str, body: object, required: set[str], optional: set[str], faults: list[str]) -> bool:
    """Whether `body` is a mapping with all required keys and no unknown one; faults are noted in words."""
    if not isinstance(body, dict):
        faults.append(f"{where}: must be a mapping")
        return False
    missing, unknown = required - set(body), set(map(str, body)) - required - optional
    faults.extend(f"{where}: the key {key} is missing" for key in sorted(missing))
    faults.extend(f"{where}: unknown key {key}" for key in sorted(unknown))
    return not missing and not unknown


def _parameter(name: str, body: object, label: str, faults: list[str]) -> Parameter | None:
    before = len(faults)
    if not _NAME.fullmatch(name):
        faults.append(f"{name}: a parameter is named city., county., state., federal. or portal. and lower-case words")
    if not exact_keys(name, body, _KEYS, set(), faults) or not isinstance(body, dict):
        return None
    if body["unit"] not in UNITS:
        faults.append(f"{name}: unit {body['unit']!r} is not one of {', '.join(UNITS)}")
    if body["status"] not in STATUSES:
        faults.append(f"{name}: status {body['status']!r} is not one of {', '.join(STATUSES)}")
    if not isinstance(body["checked_on"], date):
        faults.append(f"{name}: checked_on {body['checked_on']!r} is not a date")
    if not isinstance(body["title"], str) or not body["title"].strip():
        faults.append(f"{name}: the title is empty")
    rows = body["values"] if isinstance(body["values"], list) else []
    if not rows:
        faults.append(f"{name}: has no values")
    values = [value for row in rows if (value := _value(name, row, str(body["unit"]), faults)) is not None]
    if len(faults) == before:
        _unbroken(name, values, faults)
    if len(faults) > before:
        return None
    return Parameter(
        name,
        body["title"],
        body["unit"],
        body["status"],
        label,
        body["checked_on"],
        tuple(values),
    )


def _value(name: str, row: object, unit: str, faults: list[str]) -> Value | None:
    if not exact_keys(name, row, {"from", "until", "value", "citation"}, {"note"}, faults) or not isinstance(row, dict):
        return None
    before = len(faults)
    ends: dict[str, date | None] = {}
    for end in ("from", "until"):
        if isinstance(row[end], date):
            ends[end] = row[end]
        elif row[end] == "open":
            ends[end] = None
        else:
            faults.append(f"{name}: {end} {row[end]!r} is neither a date nor open")
    if not isinstance(row["citation"], str) or not row["citation"].strip():
        faults.append(f"{name}: a value without a citation is not law")
    first, last = ends.get("from"), ends.get("until")
    if first and last and last < first:
        faults.append(f"{name}: ends on {last.isoformat()}, before it begins on {first.isoformat()}")
    number = (
        _bands(name, row["value"], faults) if unit == "percent_bands" else _amount(name, row["value"], unit, faults)
    )
    if len(faults) > before or number is None:
        return None
    return Value(first, last, number, row["citation"], str(row.get("note", "")))


def _amount(where: str, given: object, unit: str, faults: list[str]) -> Decimal | None:
    text = str(given) if isinstance(given, int | str) and not isinstance(given, bool) else ""
    if not _PLAIN.fullmatch(text):
        faults.append(f"{where}: value {given!r} is not a number, not negative, whole or in quotes")
        return None
    number = Decimal(text)
    if unit == "percent" and number > 100:
        faults.append(f"{where}: {text} percent is more than 100")
    if unit in _WHOLE and number != number.to_integral_value():
        faults.append(f"{where}: {text} {unit} is not a whole number")
    if unit == "dollars" and -int(number.as_tuple().exponent) > 2:
        faults.append(f"{where}: {text} dollars has more than two decimals")
    return number


def _bands(name: str, rows: object, faults: list[str]) -> tuple[Band, ...] | None:
    """A table of bands: the first `from` a percentage, the following `over` the end of the one before, the last open."""
    if not isinstance(rows, list) or not rows:
        faults.append(f"{name}: a banded value is a list of bands")
        return None
    before = len(faults)
    bands: list[Band] = []
    for position, row in enumerate(rows):
        start = "from" if position == 0 else "over"
        is_last = position == len(rows) - 1
        keys = {start, "credit_percent"} | (set() if is_last else {"to"})
        where = f"{name}, band {position + 1}"
        if not exact_keys(where, row, keys, set(), faults) or not isinstance(row, dict):
            continue
        numbers = {str(key): _amount(where, value, "percent", faults) for key, value in row.items()}
        band = {key: number for key, number in numbers.items() if number is not None}
        if len(band) == len(row):
            bands.append(MappingProxyType(band))
    if len(faults) == before:
        for number, (lower, upper) in enumerate(pairwise(bands), 1):
            if upper["over"] > lower["to"]:
                faults.append(
                    f"{name}: gap between band {number} (to {lower['to']}) and the next (over {upper['over']})"
                )
            if upper["over"] < lower["to"]:
                faults.append(f"{name}: band {number} (to {lower['to']}) overlaps the next (over {upper['over']})")
        faults.extend(
            f"{name}: band {number} ends at {band['to']}, before it begins"
            for number, band in enumerate(bands, 1)
            if "to" in band and band["to"] < band.get("from", band.get("over", Decimal(0)))
        )
    return tuple(bands) if len(faults) == before else None


def _unbroken(name: str, values: list[Value], faults: list[str]) -> None:
    for earlier, later in pairwise(values):
        if earlier.last_day is None or later.first_day is None:
            faults.append(f"{name}: overlap: only the first value may begin open and only the last may end open")
            continue
        expected = earlier.last_day + timedelta(days=1)
        if later.first_day > expected:
            last_missing = later.first_day - timedelta(days=1)
            faults.append(f"{name}: gap: no value from {expected.isoformat()} through {last_missing.isoformat()}")
        elif later.first_day < expected:
            faults.append(f"{name}: overlap: two values on {later.first_day.isoformat()}, or values out of order")
