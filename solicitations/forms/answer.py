"""What a question's controls are named, how a stored value fills them, and how what they hold becomes a value again.

The same names serve the page without script (a section is posted whole) and the field that saves itself (one group is
posted), and the conflict panel, which shows what stands by control name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from procurement_portal.documents.limits import KINDS as FILE_KINDS
from procurement_portal.web.refusal import Invalid
from solicitations.actions.answer import Theirs
from solicitations.actions.attachment import endings
from solicitations.models.answer import BadValue
from solicitations.models.budget import cents, dollars
from solicitations.models.question import Question
from solicitations.queries.draft import Line, Part
from solicitations.states import QuestionKind

EXTRA_ROWS = 3  # empty rows shown below those filled, where the proposer may add rows


@dataclass(frozen=True)
class Cell:
    """One control of a table."""

    name: str
    label: str
    column: str
    value: str
    kind: str


@dataclass(frozen=True)
class LineRow:
    """One budget line as drawn: its group's name and what its controls hold."""

    line: Line
    name: str
    label: str
    request: str
    match: str
    why: str


@dataclass
class Shown:
    """A question as the page draws it: its part, what its controls hold, what is wrong, what stands in the way."""

    part: Part
    controls: Mapping[str, list[str]]
    errors: list[str] = field(default_factory=list)
    theirs: Theirs | None = None
    theirs_words: str = ""

    @property
    def text(self) -> str:
        """What a single control holds."""
        return (self.controls.get(self.part.name) or [""])[0]

    @property
    def choices(self) -> list[tuple[str, str, bool]]:
        """(value, label, chosen) of a choice."""
        chosen = self.controls.get(self.part.name, [])
        return [(c["value"], c["label"], c["value"] in chosen) for c in self.part.question.options["choices"]]

    @property
    def table(self) -> list[tuple[str, list[Cell]]]:
        """(heading, cells) of each row of a table."""
        options, rows = self.part.question.options, []
        for number, heading in enumerate(_row_headings(options, self.part.value)):
            cells = []
            for column in options["columns"]:
                name = f"{self.part.name}.{number}.{column['key']}"
                value = (self.controls.get(name) or [""])[0]
                cells.append(Cell(name, f"{column['label']}, {heading}", column["label"], value, column["kind"]))
            rows.append((heading, cells))
        return rows

    @property
    def stated(self) -> tuple[str, str]:
        """The totals of a budget as typed."""
        return tuple((self.controls.get(f"{self.part.name}.{n}") or [""])[0] for n in ("request", "match"))  # type: ignore[return-value]

    @property
    def line_rows(self) -> list[LineRow]:
        """The lines of a budget as their controls hold them."""
        rows = []
        for line in self.part.lines:
            name = line_name(self.part.question, line.key)
            held = line_controls(self.part.question, line, line.key)
            if line.partner_id is None:
                held |= {key: values for key, values in self.controls.items() if key in held}
            rows.append(LineRow(line, name, *(held[f"{name}.{n}"][0] for n in ("label", "request", "match", "why"))))
        return rows

    @property
    def accepts(self) -> str:
        """The endings a file question takes, for the file control."""
        return ",".join(endings(self.part.question))

    @property
    def kinds_in_words(self) -> str:
        """The kinds of file, in words."""
        found = endings(self.part.question)
        return ", ".join(str(kind.label) for kind in FILE_KINDS.values() if set(kind.endings) & set(found))

    @property
    def most_bytes(self) -> int:
        """The most bytes of one file."""
        return self.part.question.options["most_megabytes"] * 1_000_000


def _row_headings(options: Mapping[str, Any], value: Any) -> list[str]:
    if options.get("rows"):
        return list(options["rows"])
    count = min(len(value or []) + EXTRA_ROWS, options.get("most_rows", 20))
    return [_("Row %(number)d") % {"number": n + 1} for n in range(count)]


def controls_of(question: Question, value: Any) -> dict[str, list[str]]:
    """What the controls hold for a stored value."""
    name = f"q-{question.key}"
    if value is None or question.kind == QuestionKind.FILE:
        return {}
    if question.kind == QuestionKind.CHOICE:
        return {name: list(value)}
    if question.kind == QuestionKind.TABLE:
        return {
            f"{name}.{n}.{c['key']}": [row.get(c["key"], "")]
            for n, row in enumerate(value)
            for c in question.options["columns"]
        }
    if question.kind == QuestionKind.BUDGET:
        return {f"{name}.{n}": [money_text(value.get(n))] for n in ("request", "match")}
    return {name: [str(value)]}


def given_in(question: Question, data: QueryDict) -> Any:
    """What the controls of a question hold, as `models.answer.normal` takes it. Raises Invalid for amounts that are none."""
    name = f"q-{question.key}"
    if question.kind == QuestionKind.CHOICE:
        return data.getlist(name)
    if question.kind == QuestionKind.TABLE:
        options = question.options
        most = len(options.get("rows") or []) or options.get("most_rows", 20)
        return [
            {c["key"]: data.get(f"{name}.{n}.{c['key']}", "") for c in options["columns"]}
            for n in range(most)
            if any(f"{name}.{n}.{c['key']}" in data for c in options["columns"])
        ]
    if question.kind == QuestionKind.BUDGET:
        return {n: amount_in(data.get(f"{name}.{n}", ""), name) for n in ("request", "match")}
    return data.get(name, "")


def amount_in(text: str, name: str) -> int | None:
    """Dollars and cents as typed, in whole cents; None for nothing. Raises Invalid under `name`."""
    plain = text.strip().replace("$", "").replace(",", "").replace(" ", "")
    if not plain:
        return None
    try:
        amount = Decimal(plain)
        if not amount.is_finite():
            raise InvalidOperation
        found = cents(amount)
        if found < 0:
            raise BadValue(_("Enter an amount of zero or more."))
        return found
    except BadValue as bad:
        raise Invalid({name: bad.messages}) from bad
    except InvalidOperation:
        raise Invalid({name: [_("Enter an amount in dollars and cents, for example 1,234.50.")]}) from None


def money_text(amount: int | None) -> str:
    """Cents as a control holds them: 1,234.50."""
    return "" if amount is None else f"{dollars(amount):,}"


def line_name(question: Question, key: str) -> str:
    """The name of a budget line's group of controls."""
    return f"b-{question.key}.{key}"


def line_controls(question: Question, line: Line | Mapping[str, Any], key: str) -> dict[str, list[str]]:
    """What the controls of a budget line hold."""
    value = line.value if isinstance(line, Line) else line
    name = line_name(question, key)
    return {
        f"{name}.label": [value["label"]],
        f"{name}.request": [money_text(value["request"])],
        f"{name}.match": [money_text(value["match"])],
        f"{name}.why": [value["why"]],
    }


def line_given(question: Question, key: str, data: QueryDict) -> dict[str, Any]:
    """What the controls of a budget line hold, with amounts in cents. Raises Invalid."""
    name = line_name(question, key)
    return {
        "label": data.get(f"{name}.label", ""),
        "request": amount_in(data.get(f"{name}.request", ""), name),
        "match": amount_in(data.get(f"{name}.match", ""), name),
        "why": data.get(f"{name}.why", "").replace("\r\n", "\n"),
    }


def in_words(question: Question, value: Any) -> str:
    """A stored value for reading: labels for choices, lines for tables."""
    if value is None:
        return ""
    if question.kind == QuestionKind.CHOICE:
        return ", ".join(c["label"] for c in question.options["choices"] if c["value"] in value)
    if question.kind == QuestionKind.TABLE:
        return "\n".join(", ".join(text for text in row.values() if text) for row in value)
    if question.kind == QuestionKind.BUDGET:
        return ", ".join(money_text(value[n]) for n in ("request", "match") if value.get(n) is not None)
    unit = question.options.get("unit", "") if question.kind == QuestionKind.NUMBER else ""
    return f"{value} {unit}".strip()
