"""Readings: where the law leaves a question open, the answers it could have, and the one taken when nobody chose another.

Each question of `questions/*.yaml` names its ambiguity (A-nn), asks in plain words, lists its readings with what each means
(the default first), and says which officer may choose another. Choices themselves, signed and dated, are kept by the portal;
a rule gets them as a mapping of key to value.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from procurement_portal.law.errors import LawFileFault, UnknownReading
from procurement_portal.law.parameters import exact_keys
from procurement_portal.law.strict_yaml import read_yaml

# MCC 2-92-490; Cook County Code 34-237(f), 34-238 (certification, veteran goals); 34-230, 34-236(b), 34-239(k), 34-241.
OFFICERS = (
    "city_contract_compliance_officer",
    "county_contract_compliance_director",
    "county_chief_procurement_officer",
)
# Who reads it: a rule of the rulebook, or only pages and workflows.
READERS = ("rules", "workflows")
Choice = bool | int | str
_KEY = re.compile(r"[a-z]+(\.[a-z_]+){1,2}")
_AMBIGUITY = re.compile(r"A-[0-9]{2}")
_KEYS = {"ambiguity", "question", "officer", "authority", "read_by", "readings"}


@dataclass(frozen=True)
class Question:
    """An open question. `choices` maps each listed reading to its meaning, default first.

    `any_whole_number`: besides the listed, any whole number (not negative) may be chosen; then no alternative is tried.
    """

    key: str
    ambiguity: str
    question: str
    officer: str
    authority: str
    read_by: str
    choices: Mapping[Choice, str]
    any_whole_number: bool = False

    @property
    def default(self) -> Choice:
        """The reading taken when no officer has chosen another."""
        return next(iter(self.choices))

    def alternatives_to(self, chosen: Choice) -> tuple[Choice, ...]:
        """The other listed readings, in listed order."""
        return tuple(choice for choice in self.choices if not _same(choice, chosen))

    def choice(self, value: object) -> Choice:
        """The listed reading that `value` names (numbers may be quoted). Raises `UnknownReading` naming the listed ones."""
        for choice in self.choices:
            if _same(choice, value):
                return choice
        text = str(value)
        if self.any_whole_number and not isinstance(value, bool) and text.isascii() and text.isdigit():
            return int(text)
        listed = ", ".join(_text(choice) for choice in self.choices)
        more = ", or any whole number" if self.any_whole_number else ""
        raise UnknownReading(f"{self.key}: {_text(value)} is not a reading; listed are: {listed}{more}")


def _text(value: object) -> str:
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def _same(listed: Choice, given: object) -> bool:
    return _text(listed) == _text(given)


def read_questions(path: Path) -> dict[str, Question]:
    """The open questions of one file by key. Raises `LawFileFault` listing every fault found."""
    content = read_yaml(path, decimals="refused")
    if not isinstance(content, dict) or set(content) != {"questions"} or not isinstance(content["questions"], dict):
        raise LawFileFault(path, "must have exactly the key questions, a mapping")
    faults: list[str] = []
    found = {
        str(key): question
        for key, body in content["questions"].items()
        if (question := _question(str(key), body, faults)) is not None
    }
    if faults:
        raise LawFileFault(path, *faults)
    return found


def _question(key: str, body: object, faults: list[str]) -> Question | None:
    before = len(faults)
    if not exact_keys(key, body, _KEYS, {"any_whole_number"}, faults) or not isinstance(body, dict):
        return None
    if not _KEY.fullmatch(key):
        faults.append(f"{key}: a reading's key is lower-case words joined by dots")
    if not _AMBIGUITY.fullmatch(str(body["ambiguity"])):
        faults.append(f"{key}: ambiguity {body['ambiguity']!r} is not A- and two digits")
    if body["officer"] not in OFFICERS:
        faults.append(f"{key}: officer {body['officer']!r} is not one of {', '.join(OFFICERS)}")
    if body["read_by"] not in READERS:
        faults.append(f"{key}: read_by {body['read_by']!r} is not one of {', '.join(READERS)}")
    for name in ("question", "authority"):
        if not isinstance(body[name], str) or not body[name].strip():
            faults.append(f"{key}: the {name} is empty")
    choices = _choices(key, body["readings"], faults)
    any_whole = body.get("any_whole_number", False)
    if not isinstance(any_whole, bool):
        faults.append(f"{key}: any_whole_number is true or false")
    if not choices:
        faults.append(f"{key}: lists no reading")
    if len(faults) > before:
        return None
    return Question(
        key,
        body["ambiguity"],
        body["question"].strip(),
        body["officer"],
        body["authority"],
        body["read_by"],
        choices,
        any_whole,
    )


def _choices(key: str, rows: object, faults: list[str]) -> dict[Choice, str]:
    choices: dict[Choice, str] = {}
    for row in rows if isinstance(rows, list) else []:
        if not exact_keys(f"{key}, readings", row, {"value", "means"}, set(), faults):
            continue
        if not isinstance(row["value"], bool | int | str) or not isinstance(row["means"], str):
            faults.append(f"{key}: reading {row['value']!r} is not true, false, a whole number or a word")
        elif any(_same(choice, row["value"]) for choice in choices):
            faults.append(f"{key}: reading {_text(row['value'])} is listed twice")
        else:
            choices[row["value"]] = row["means"]
    return choices
