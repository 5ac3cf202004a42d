"""An opened answer as a page shows it: values in words, budgets as lines, partners' parts, files by name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from django.urls import reverse

from procurement_portal.documents.limits import ENDINGS
from procurement_portal.web import words
from solicitations.forms.answer import in_words
from solicitations.models.budget import dollars
from solicitations.models.opening import OpenedPart
from solicitations.states import Marking, PartnerRole, QuestionKind

_MARKINGS = dict(Marking.choices)
_ROLES = dict(PartnerRole.choices)


class ShownFile(NamedTuple):
    """Where a file is, how its owner named it, how many bytes it has."""

    address: str
    name: str
    size: int


@dataclass(frozen=True)
class ShownPart:
    """One part: heading, what it is for, its text, a table (`heads`, `rows`), files, and whether it was confirmed."""

    part: OpenedPart
    marking: Any
    text: str = ""
    heads: Sequence[Any] = ()
    rows: Sequence[Sequence[str]] = field(default_factory=list)
    money: Sequence[tuple[str, str, str, str]] = ()  # line, asked for, added, why
    totals: tuple[str, str] = ("", "")
    pairs: Sequence[tuple[str, str]] = ()

    @property
    def labeled(self) -> list[list[tuple[Any, str]]]:
        """The table's rows with each cell's head beside it, for the phone."""
        return [list(zip(self.heads, cells, strict=True)) for cells in self.rows]

    @cached_property
    def files(self) -> list[ShownFile]:
        """The files of the part. Their addresses hold no name: addresses are logged."""
        found = []
        for file in self.part.attached:  # type: ignore[attr-defined]
            ending = next((e for e in ENDINGS if file["name"].lower().endswith(e)), "")
            address = reverse("documents:file", args=[file["id"], f"file-{file['id']}{ending}"])
            found.append(ShownFile(address, file["name"], file["size"]))
        return found


def shown_parts(parts: Sequence[OpenedPart]) -> list[ShownPart]:
    """Each part of an opened proposal for `_part.html`."""
    return [_shown(part) for part in parts]


def _shown(part: OpenedPart) -> ShownPart:
    question, value = part.question, part.value
    marking = _MARKINGS.get(part.marking, "")
    if question is None:
        return ShownPart(part, marking, pairs=_partner(value) if isinstance(value, dict) else ())
    if part.kind == QuestionKind.TABLE and value:
        columns = question.options["columns"]
        rows = [[str(row.get(c["key"], "")) for c in columns] for row in value]
        return ShownPart(part, marking, heads=[c["label"] for c in columns], rows=rows)
    if part.kind == QuestionKind.BUDGET:
        lines = [(x["name"], _money(x["request"]), _money(x["match"]), x["why"]) for x in part.lines]
        stated = value or {}
        return ShownPart(
            part, marking, money=lines, totals=(_money(stated.get("request")), _money(stated.get("match")))
        )
    return ShownPart(part, marking, text=in_words(question, value))


def _partner(value: dict[str, Any]) -> list[tuple[str, str]]:
    terms, own = value["terms"], value["own"] or {}
    told = [str(_ROLES.get(terms["role"], terms["role"])), f"{terms['share']}%", terms["work"], own.get("text", "")]
    return [(name, text) for name, text in zip(("role", "share", "work", "own"), told, strict=True) if text]


def _money(amount: int | None) -> str:
    return "" if amount is None else words.money(dollars(amount))
