"""A trace in words: the answer in a sentence, the arithmetic line by line, the provisions, the readings.

Plain data for the "why" component, the calculators, letters and failing cases. Words pass through `translate` (a page hands
in gettext), so a stored trace is shown in the reader's language. Nothing here computes law.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from procurement_portal.law.words import gettext_noop

Translate = Callable[[str], str]

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


def explain(trace: Mapping[str, Any], translate: Translate = str) -> Explanation:
    """The explanation of a stored trace. In: the trace (plain data), a translator of words. Raises KeyError if it is no trace."""
    shown_values = {name: _shown(value, "", translate) for name, value in trace["sentence"]["values"].items()}
    lines = tuple(_line(step, translate) for step in trace["steps"])
    citations = [*trace["cites"], *(step["citation"] for step in trace["steps"])]
    citations += [parameter["citation"] for parameter in trace["parameters"]]
    return Explanation(
        sentence=translate(trace["sentence"]["template"]) % shown_values,
        lines=lines,
        figures=tuple(_figure(parameter, translate) for parameter in trace["parameters"]),
        understandings=tuple(
            _understanding(reading, trace["alternatives"], translate) for reading in trace["readings"]
        ),
        citations=tuple(dict.fromkeys(citation for citation in citations if citation)),
        reading_sensitive=trace["reading_sensitive"],
    )


def _line(step: Mapping[str, Any], translate: Translate) -> Line:
    inputs = tuple((translate(name), _shown(value, "", translate)) for name, value in step["inputs"].items())
    result = _shown(step["result"], step["unit"], translate)
    is_amount = step["unit"] in ("dollars", "percent")
    return Line(
        translate(step["label"]),
        translate(step["formula"]),
        inputs,
        result,
        step["citation"],
        is_amount,
    )


def _figure(parameter: Mapping[str, Any], translate: Translate) -> Figure:
    first, last = parameter["from"], parameter["until"]
    if first and last:
        in_force = translate(gettext_noop("from %(first)s through %(last)s")) % {
            "first": first,
            "last": last,
        }
    elif first:
        in_force = translate(gettext_noop("from %(first)s")) % {"first": first}
    elif last:
        in_force = translate(gettext_noop("through %(last)s")) % {"last": last}
    else:
        in_force = translate(gettext_noop("without stated dates"))
    label, status = (
        translate(parameter["label"]),
        translate(STATUS_WORDS[parameter["status"]]),
    )
    value = _shown(parameter["value"], parameter["unit"], translate)
    title = translate(parameter["title"])
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
    translate: Translate,
) -> Understanding:
    others = []
    for other in alternatives:
        if other["reading"] != reading["key"]:
            continue
        would_be = other["error"] or ", ".join(
            f"{name}: {_shown(value, '', translate)}" for name, value in (other["answer"] or {}).items()
        )
        others.append(f"{_shown(other['value'], '', translate)}: {would_be}")
    return Understanding(
        reading["key"],
        reading["ambiguity"],
        translate(reading["question"]),
        _shown(reading["value"], "", translate),
        translate(reading["means"]) if reading["means"] else "",
        reading["is_default"],
        tuple(others),
    )


def _shown(value: Any, unit: str, translate: Translate) -> str:
    if value is None:
        return translate(gettext_noop("none"))
    if isinstance(value, bool):
        return translate(gettext_noop("yes")) if value else translate(gettext_noop("no"))
    if isinstance(value, list):
        return "; ".join(_shown(item, "", translate) for item in value) or translate(gettext_noop("none"))
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {_shown(item, '', translate)}" for name, item in value.items())
    text = str(value)
    if unit == "dollars":
        return _dollars(text)
    return f"{text} %" if unit == "percent" else text


def _dollars(text: str) -> str:
    sign, digits = ("-", text[1:]) if text.startswith("-") else ("", text)
    whole, _, cents = digits.partition(".")
    if not whole.isdigit():
        return f"{sign}${digits}"
    return f"{sign}${int(whole):,}.{cents:0<2}"
