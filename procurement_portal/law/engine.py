"""Ask the law: `evaluate("solicitations.program_scope", {...}, on=today, readings={...})`.

The only door to a rule for pages, the API, tasks, commands and case files. It reads the facts, runs the rule, tries what
another reading would give, and returns the answer with its trace.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from procurement_portal.law.book import Book, current_book
from procurement_portal.law.calendar import Calendar
from procurement_portal.law.errors import LawError
from procurement_portal.law.facts import Given
from procurement_portal.law.readings import Choice
from procurement_portal.law.rulebook import Answer, Rule, find_rule
from procurement_portal.law.trace import build_trace
from procurement_portal.law.workings import Workings


@dataclass(frozen=True)
class Alternative:
    """What one other listed reading would give: a different answer, or a refusal's code."""

    reading: str
    value: Choice
    answer: Mapping[str, Any] | None
    error: str | None


@dataclass(frozen=True)
class Outcome:
    """The answer of a rule. `answer[key]` for every key the rule promises; `trace` is plain data to store with the figure."""

    rule: str
    answer: Mapping[str, Any]
    alternatives: tuple[Alternative, ...]
    trace: Mapping[str, Any]

    @property
    def reading_sensitive(self) -> bool:
        """Whether changing one reading to another of its listed values changes the outcome."""
        return bool(self.alternatives)

    def __getitem__(self, key: str) -> Any:
        return self.reading_sensitive if key == "reading_sensitive" and key not in self.answer else self.answer[key]


def evaluate(
    rule: str,
    given: Mapping[str, Any],
    *,
    on: date | None = None,
    readings: Mapping[str, object] | None = None,
    calendar: Calendar | None = None,
    book: Book | None = None,
) -> Outcome:
    """Evaluate one rule.

    In: the rule's id; the facts (`FACTS` of the rule); `on`, the day the question is asked (kept in the trace; rules take
    their own dates from the facts); `readings` chosen by officers, key to value (others take their default); the calendar
    (federal holidays by default). Out: an `Outcome`. Raises `InvalidInput` (always before `NotInForce`), `NotInForce`,
    `UnknownRule`, `UnknownReading`.
    """
    book = book or current_book()
    calendar = calendar or Calendar.federal()
    found = find_rule(rule)
    choices = book.chosen(readings or {})
    facts = found.facts.read_all(given)
    if found.check is not None:
        found.check(facts)
    law = Workings(book, choices, calendar, found.may_read(book.parameters))
    decided = found.decide(facts, law)
    alternatives = _alternatives(found, facts, decided, law, choices)
    answer = found.complete(decided, alternatives) if found.complete else decided
    if tuple(answer) != found.answers:
        raise TypeError(f"{rule} answered {tuple(answer)} but promises {found.answers}")
    trace = build_trace(found, facts, answer, law, choices, on, alternatives)
    return Outcome(rule, answer, alternatives, trace)


def _alternatives(
    rule: Rule,
    facts: Given,
    answer: Answer,
    law: Workings,
    choices: Mapping[str, Choice],
) -> tuple[Alternative, ...]:
    """Every single change of a declared reading that changes the outcome. A refusal under the other reading counts."""
    outcome = rule.outcome or (lambda result: result)
    differing = []
    for key in rule.readings:
        question = law.book.question(key)
        if question.any_whole_number or key not in law.used:
            continue  # no list of values to try, or a question the answer did not depend on
        for value in question.alternatives_to(choices.get(key, question.default)):
            other = Workings(
                law.book,
                {**choices, key: value},
                law.calendar,
                rule.may_read(law.book.parameters),
                traced=False,
            )
            try:
                result = rule.decide(facts, other)
            except LawError as refusal:
                differing.append(Alternative(key, value, None, refusal.code))
                continue
            if outcome(result) != outcome(answer):
                differing.append(Alternative(key, value, result, None))
    return tuple(differing)
