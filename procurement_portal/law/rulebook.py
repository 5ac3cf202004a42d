"""Rules, found by id: `solicitations.program_scope` is `solicitations/rules/program_scope.py`.

A rule module is one legal question. It states, as constants: TITLE, CITES (provisions), FACTS (what it is given), READINGS
(open questions it reads), PARAMETERS (numbers it reads), ANSWERS (the keys of its result); and the functions
`decide(given, law) -> dict`, optionally `check(given)` (relations between fields, raising `InvalidInput`; it runs before any
parameter is read), `sentence(given, answer) -> (template, values)`, `outcome(answer)` (what counts as "the outcome" when
another reading is tried; the whole result if absent), and `complete(answer, alternatives) -> dict` (for a rule whose own
result names what the other readings would give).
"""

import hashlib
import importlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from procurement_portal.law.book import ROOT, RULE_PACKAGES
from procurement_portal.law.errors import UnknownRule
from procurement_portal.law.facts import Facts, Given
from procurement_portal.law.workings import Workings

_ID = re.compile(r"([a-z]+)\.([a-z][a-z_]*)")
Answer = dict[str, Any]
Sentence = tuple[str, Mapping[str, object]]


@dataclass(frozen=True)
class Rule:
    """One rule, ready to be asked. `source` is the hash of its file."""

    id: str
    title: str
    cites: tuple[str, ...]
    facts: Facts
    readings: tuple[str, ...]
    parameters: tuple[str, ...] | None
    answers: tuple[str, ...]
    decide: Callable[[Given, Workings], Answer]
    check: Callable[[Given], None] | None
    sentence: Callable[[Given, Answer], Sentence] | None
    outcome: Callable[[Answer], object] | None
    complete: Callable[[Answer, tuple[Any, ...]], Answer] | None
    source: str

    def may_read(self, parameters: Mapping[str, object]) -> frozenset[str]:
        """The names it declared; `PARAMETERS = None` declares every parameter (`law.value` only)."""
        return frozenset(self.readings) | frozenset(parameters if self.parameters is None else self.parameters)


@lru_cache(maxsize=256)
def find_rule(rule_id: str) -> Rule:
    """The rule of that id. Raises `UnknownRule`."""
    match = _ID.fullmatch(rule_id) if isinstance(rule_id, str) else None
    if match is None or match[1] not in RULE_PACKAGES:
        raise UnknownRule(rule_id, "a rule's id is an app's name, a dot and a word")
    name = f"{RULE_PACKAGES[match[1]]}.rules.{match[2]}"
    try:
        module = importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name is None or not (name == error.name or name.startswith(f"{error.name}.")):
            raise
        raise UnknownRule(rule_id) from error
    stated = {
        constant: getattr(module, constant, None) for constant in ("TITLE", "CITES", "FACTS", "READINGS", "ANSWERS")
    }
    missing = [constant for constant, value in stated.items() if value is None]
    if missing or not hasattr(module, "decide") or not hasattr(module, "PARAMETERS"):
        raise UnknownRule(
            rule_id,
            f"its file does not state {', '.join(missing) or 'PARAMETERS and decide'}",
        )
    return Rule(
        rule_id,
        module.TITLE,
        module.CITES,
        module.FACTS,
        module.READINGS,
        module.PARAMETERS,
        module.ANSWERS,
        module.decide,
        getattr(module, "check", None),
        getattr(module, "sentence", None),
        getattr(module, "outcome", None),
        getattr(module, "complete", None),
        "sha256:" + hashlib.sha256(Path(str(module.__file__)).read_bytes()).hexdigest(),
    )


def rule_ids(root: Path = ROOT) -> list[str]:
    """The ids of all rules there are, in order."""
    found = []
    for app, package in RULE_PACKAGES.items():
        folder = root.joinpath(*package.split("."), "rules")
        found += [f"{app}.{path.stem}" for path in sorted(folder.glob("*.py")) if path.stem != "__init__"]
    return found
