"""The workings of one evaluation: what a rule reads the law through, and what is written down as it does.

A rule never opens a file, asks a clock or rounds in silence. It reads parameters and readings here, rolls days here, and
states each step: a label, the formula in words, what went in, what came out, and the provision it follows.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from procurement_portal.law.book import Book
from procurement_portal.law.calendar import Calendar
from procurement_portal.law.money import half_up
from procurement_portal.law.parameters import Amount, Value
from procurement_portal.law.readings import Choice

ROLL = "calendar.roll"


class Step(NamedTuple):
    """One line of the arithmetic. `unit` says how the result is shown: dollars, percent, days, date, or nothing."""

    label: str
    formula: str
    inputs: Mapping[str, object]
    result: object
    citation: str
    unit: str


class Read(NamedTuple):
    """A parameter as it was read: the row in force, and the day it was read on (None: it has one row only)."""

    name: str
    value: Value
    on: date | None


class Workings:
    """Handed to a rule's `decide`. `traced=False` keeps no steps: for trying what another reading would give."""

    __slots__ = (
        "_allowed",
        "_choices",
        "_rows",
        "book",
        "calendar",
        "reads",
        "steps",
        "traced",
        "used",
    )

    def __init__(
        self,
        book: Book,
        choices: Mapping[str, Choice],
        calendar: Calendar,
        allowed: frozenset[str],
        *,
        traced: bool = True,
    ) -> None:
        self.book, self.calendar, self.traced = book, calendar, traced
        self._choices, self._allowed = choices, allowed
        self.steps: list[Step] = []
        self.reads: list[Read] = []
        self._rows: dict[tuple[str, date | None], Value] = {}
        self.used: dict[str, Choice] = {}

    def value(self, parameter: str, on: date | None = None) -> Any:
        """The number (or table of bands) of a declared parameter: in force `on` a day, or its only row.

        Raises `NotInForce` for a day outside its values, TypeError if the rule did not declare it.
        """
        return self.row(parameter, on).value

    def row(self, parameter: str, on: date | None = None) -> Value:
        """As `value`, with the row's dates and citation."""
        known = self._rows.get((parameter, on))
        if known is not None:
            return known
        self._declared(parameter)
        found = self.book.parameter(parameter)
        row = found.only() if on is None else found.on(on)
        self._rows[parameter, on] = row
        if self.traced:
            self.reads.append(Read(parameter, row, on))
        return row

    def cite(self, parameter: str, on: date | None = None) -> str:
        """The citation of the value read."""
        return self.row(parameter, on).citation

    def reading(self, key: str) -> Choice:
        """The reading in force for a declared open question: the officer's choice handed in, else the default."""
        self._declared(key)
        choice = self._choices.get(key)
        if choice is None:
            choice = self.book.question(key).default
        self.used[key] = choice
        return choice

    def roll(self, day: date) -> date:
        """A period's last day, moved to the next business day if it falls on a closed one (reading `calendar.roll`)."""
        return self.calendar.roll(day) if self.reading(ROLL) == "roll" else day

    def step(
        self,
        label: str,
        formula: str,
        inputs: Mapping[str, object],
        result: Any,
        citation: str,
        unit: str = "",
    ) -> Any:
        """Write down one step and answer its result. `label`, `formula` and the names of `inputs` are translatable words."""
        if self.traced:
            self.steps.append(Step(label, formula, inputs, result, citation, unit))
        return result

    def cents(
        self,
        label: str,
        formula: str,
        inputs: Mapping[str, object],
        amount: Any,
        citation: str,
    ) -> Any:
        """A step whose result is dollars rounded half-up to the cent; answers the rounded amount."""
        return self.step(label, formula, inputs, half_up(amount), citation, "dollars")

    def _declared(self, name: str) -> None:
        if name not in self._allowed:
            raise TypeError(f"the rule reads {name} but does not declare it")


__all__ = ["ROLL", "Amount", "Read", "Step", "Workings"]
