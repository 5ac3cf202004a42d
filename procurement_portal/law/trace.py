"""The trace: everything that made a figure, as plain data that can be stored as JSON, shown, and computed again.

Keys: `format`, `rule`, `title`, `cites`, `asked_on`, `given`, `choices` (readings handed in), `calendar`, `answer`,
`sentence`, `steps`, `parameters` (as read, with their dates), `readings` (as used), `reading_sensitive`, `alternatives`,
`law` (hash of the law files) and `rule_source` (hash of the rule's file). Exact numbers are decimal text, dates ISO text.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from procurement_portal.law.facts import Given
from procurement_portal.law.money import shown
from procurement_portal.law.readings import Choice
from procurement_portal.law.rulebook import Answer, Rule
from procurement_portal.law.workings import Workings

if TYPE_CHECKING:
    from procurement_portal.law.engine import Alternative

FORMAT = 1


def plain(value: Any) -> Any:
    """A value as JSON-ready data: exact numbers as decimal text, dates as ISO text, booleans and whole numbers as they are."""
    known = _PLAIN.get(type(value))
    if known is not None:
        return known(value)
    if isinstance(value, bool | int | str):
        return value
    if isinstance(value, Decimal | Fraction):
        return shown(value)
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, Sequence):
        return [plain(item) for item in value]
    raise TypeError(f"{value!r} cannot stand in a trace")


def _as_it_is(value: Any) -> Any:
    return value


# The plain kinds first, by their exact type: a trace holds hundreds of values.
_PLAIN: dict[type, Callable[[Any], Any]] = {
    type(None): _as_it_is,
    bool: _as_it_is,
    int: _as_it_is,
    str: _as_it_is,
    Decimal: shown,
    date: date.isoformat,
    dict: lambda value: {str(key): plain(item) for key, item in value.items()},
    list: lambda value: [plain(item) for item in value],
    tuple: lambda value: [plain(item) for item in value],
}


def build_trace(
    rule: Rule,
    facts: Given,
    answer: Answer,
    law: Workings,
    choices: Mapping[str, Choice],
    on: date | None,
    alternatives: "Iterable[Alternative]",
) -> dict[str, Any]:
    """The trace of one evaluation, as plain data. `on` is the day the question was asked, if said."""
    template, values = rule.sentence(facts, answer) if rule.sentence else (rule.title, {})
    others = [
        {
            "reading": other.reading,
            "value": other.value,
            "answer": plain(other.answer),
            "error": other.error,
        }
        for other in alternatives
    ]
    return {
        "format": FORMAT,
        "rule": rule.id,
        "title": rule.title,
        "cites": list(rule.cites),
        "asked_on": plain(on),
        "given": plain(facts),
        "choices": dict(choices),
        "calendar": law.calendar.as_data(),
        "answer": plain(answer),
        "sentence": {"template": template, "values": plain(values)},
        "steps": [
            {
                "label": step.label,
                "formula": step.formula,
                "inputs": plain(step.inputs),
                "result": plain(step.result),
                "citation": step.citation,
                "unit": step.unit,
            }
            for step in law.steps
        ],
        "parameters": [_parameter(law, read) for read in law.reads],
        "readings": [_reading(law, key, value) for key, value in law.used.items()],
        "reading_sensitive": bool(others),
        "alternatives": others,
        "law": law.book.digest,
        "rule_source": rule.source,
    }


def _parameter(law: Workings, read: Any) -> dict[str, Any]:
    parameter = law.book.parameter(read.name)
    return {
        "name": read.name,
        "title": parameter.title,
        "unit": parameter.unit,
        "value": plain(read.value.value),
        "from": plain(read.value.first_day),
        "until": plain(read.value.last_day),
        "read_on": plain(read.on),
        "citation": read.value.citation,
        "status": parameter.status,
        "label": parameter.label,
    }


def _reading(law: Workings, key: str, value: Choice) -> dict[str, Any]:
    question = law.book.question(key)
    return {
        "key": key,
        "ambiguity": question.ambiguity,
        "question": question.question,
        "value": value,
        "means": question.choices.get(value, ""),
        "is_default": value == question.default,
        "officer": question.officer,
        "authority": question.authority,
    }
