"""Compute a stored trace again, and say whether the figure, the law's numbers or the rule changed since."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from procurement_portal.law.book import Book
from procurement_portal.law.calendar import Calendar
from procurement_portal.law.engine import evaluate
from procurement_portal.law.errors import InvalidInput, LawError, Problem
from procurement_portal.law.trace import FORMAT


@dataclass(frozen=True)
class Replay:
    """`same`: the answer is the stored one. `differences`: key -> (stored, now). `refused`: the refusal met today, if any."""

    same: bool
    law_changed: bool
    rule_changed: bool
    differences: Mapping[str, tuple[Any, Any]]
    refused: str | None = None


def replay(trace: Mapping[str, Any], *, book: Book | None = None) -> Replay:
    """Evaluate what a trace was given, under its own readings and calendar, with today's law and rules.

    In: a trace as stored. Raises `InvalidInput` if it is not one of this format. A refusal of the rule is an answer here.
    """
    if trace.get("format") != FORMAT:
        raise InvalidInput(Problem("format", str(trace.get("format")), f"a trace of format {FORMAT}"))
    asked_on = date.fromisoformat(trace["asked_on"]) if trace["asked_on"] else None
    calendar = Calendar.from_data(trace["calendar"])
    try:
        now = evaluate(
            trace["rule"],
            trace["given"],
            on=asked_on,
            readings=trace["choices"],
            calendar=calendar,
            book=book,
        ).trace
    except LawError as refusal:
        return Replay(False, True, True, {}, f"{refusal.code}: {refusal}")
    stored, today = trace["answer"], now["answer"]
    differences = {
        key: (stored.get(key), today.get(key))
        for key in dict.fromkeys([*stored, *today])
        if stored.get(key) != today.get(key) or (key in stored) != (key in today)
    }
    return Replay(
        not differences,
        now["law"] != trace["law"],
        now["rule_source"] != trace["rule_source"],
        differences,
    )
