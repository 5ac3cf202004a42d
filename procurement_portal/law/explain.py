"""A trace in words: the answer in a sentence, the arithmetic line by line, the provisions, the readings.

Plain data for the "why" component, the calculators, letters and failing cases. Words pass through `translate` (a page hands
in gettext), so a stored trace is shown in the reader's language. Nothing here computes law.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from procurement_portal.law.strict_yaml import iso_day
from procurement_portal.law.words import gettext_noop

# A code of a rule's answer (mixed_funding), shown as words.
_CODE = re.compile(r"[a-z]+(_[a-z]+)+")
Translate = Callable[[str], str]
ShowDay = Callable[[date], str]


@dataclass(frozen=True)
class _Speech:
    """How words and days are said to this reader."""

    translate: Translate
    show_day: ShowDay

    def __call__(self, message: str) -> str:
        return self.translate(message)


# How the law's text stands, shown with every number taken from it.
STATUS_WORDS = {
    "proposed": gettext_noop("proposed, not shown to be enacted"),
    "enacted": gettext_noop("enacted"),
    "policy": gettext_noop("policy of this portal, not law"),
}


@dataclass(frozen=True)
class Line:
    """One step: `inputs` and `result` are ready to show; `is_amount` results are set right-aligned in tabular numerals."""

    label: str
    formula: str
    inputs: tuple[tuple[str, str], ...]
    result: str
    citation: str
    is_amount: bool


@dataclass(frozen=True)
class Figure:
    """A parameter as it was read."""

    name: str
    title: str
    value: str
    in_force: str
    citation: str
    standing: str


@dataclass(frozen=True)
class Understanding:
    """A reading used, what it means, and which other readings would change the answer (`value: what it would be`)."""

    key: str
    ambiguity: str
    question: str
    value: str
    means: str
    is_default: bool
    others: tuple[str, ...]


@dataclass(frozen=True)
class Explanation:
    """Everything the "why" component shows, in the order it shows it."""

    sentence: str
    lines: tuple[Line, ...]
    figures: tuple[Figure, ...]
    understandings: tuple[Understanding, ...]
    citations: tuple[str, ...]
    reading_sensitive: bool


def explain(trace: Mapping[str, Any], translate: Translate = str, show_day: ShowDay = date.isoformat) -> Explanation:
    """The explanation of a stored trace.

    In: the trace (plain data); how words are translated and days are written for this reader. Raises KeyError if it is no trace.
    """
    say = _Speech(translate, show_day)
    shown_values = {name: _shown(value, "", say) for name, value in trace["sentence"]["values"].items()}
    citations = [*trace["cites"], *(step["citation"] for step in trace["steps"])]
    citations += [parameter["citation"] for parameter in trace["parameters"]]
    return Explanation(
        sentence=say(trace["sentence"]["template"]) % shown_values,
        lines=tuple(_line(step, say) for step in trace["steps"]),
        figures=tuple(_figure(parameter, say) for parameter in trace["parameters"]),
        understandings=tuple(_understanding(reading, trace["alternatives"], say) for reading in trace["readings"]),
        citations=tuple(dict.fromkeys(citation for citation in citations if citation)),
        reading_sensitive=trace["reading_sensitive"],
    )


def _line(step: Mapping[str, Any], say: _Speech) -> Line:
    inputs = tuple((say(name), _shown(value, "", say)) for name, value in step["inputs"].items())
    result = _shown(step["result"], step["unit"], say)
    is_amount = step["unit"] in ("dollars", "percent")
    return Line(
        say(step["label"]),
        say(step["formula"]),
        inputs,
        result,
        step["citation"],
        is_amount,
    )


def _figure(parameter: Mapping[str, Any], say: _Speech) -> Figure:
    first, last = (_shown(day, "", say) if day else "" for day in (parameter["from"], parameter["until"]))
    if first and last:
        in_force = say(gettext_noop("from %(first)s through %(last)s")) % {
            "first": first,
            "last": last,
        }
    elif first:
        in_force = say(gettext_noop("from %(first)s")) % {"first": first}
    elif last:
        in_force = say(gettext_noop("through %(last)s")) % {"last": last}
    else:
        in_force = say(gettext_noop("without stated dates"))
    label, status = (
        say(parameter["label"]),
        say(STATUS_WORDS[parameter["status"]]),
    )
    value = _shown(parameter["value"], parameter["unit"], say)
    title = say(parameter["title"])
    return Figure(
        parameter["name"],
        title,
        value,
        in_force,
        parameter["citation"],
        f"{label} ({status})",
    )


def _understanding(
    reading: Mapping[str, Any],
    alternatives: list[Mapping[str, Any]],
    say: _Speech,
) -> Understanding:
    others = []
    for other in alternatives:
        if other["reading"] != reading["key"]:
            continue
        would_be = other["error"] or ", ".join(
            f"{_shown(name, '', say)}: {_shown(value, '', say)}" for name, value in (other["answer"] or {}).items()
        )
        others.append(f"{_shown(other['value'], '', say)}: {would_be}")
    return Understanding(
        reading["key"],
        reading["ambiguity"],
        say(reading["question"]),
        _shown(reading["value"], "", say),
        say(reading["means"]) if reading["means"] else "",
        reading["is_default"],
        tuple(others),
    )


def _shown(value: Any, unit: str, say: _Speech) -> str:
    if value is None:
        return say(gettext_noop("none"))
    if isinstance(value, bool):
        return say(gettext_noop("yes")) if value else say(gettext_noop("no"))
    if isinstance(value, list):
        return "; ".join(_shown(item, "", say) for item in value) or say(gettext_noop("none"))
    if isinstance(value, Mapping) and set(value) == {"value", "unit"}:
        return _shown(value["value"], value["unit"], say)
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {_shown(item, '', say)}" for name, item in value.items())
    text = str(value)
    if _CODE.fullmatch(text):
        return say(text.replace("_", " "))
    day = iso_day(text)
    if day is not None:
        return say.show_day(day)
    if unit == "dollars":
        return _dollars(text)
    return f"{text}%" if unit == "percent" else text


def _dollars(text: str) -> str:
    sign, digits = ("-", text[1:]) if text.startswith("-") else ("", text)
    whole, _, cents = digits.partition(".")
    if not whole.isdigit():
        return f"{sign}${digits}"
    return f"{sign}${int(whole):,}.{cents:0<2}"
