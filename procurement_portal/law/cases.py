"""Case files: what the law asks, as facts and expected answers, run against the rules. Needs no database.

A file is a YAML list of cases: `case` (a title), `rule`, `given`, `expect`, and optionally `readings` and `cites`. `expect` is
compared as a subset of the answer: numbers as exact decimals, dates as ISO dates, lists item by item and in length, mappings
key by key. `expect: {error: CODE}` expects a refusal; nothing else is then compared.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from procurement_portal.law.book import current_book
from procurement_portal.law.engine import Outcome, evaluate
from procurement_portal.law.errors import LawError, LawFileFault
from procurement_portal.law.explain import explain
from procurement_portal.law.facts import written
from procurement_portal.law.money import exact
from procurement_portal.law.rulebook import find_rule
from procurement_portal.law.strict_yaml import iso_day, read_yaml

_NUMBER = re.compile(r"[-+]?[0-9]+(\.[0-9]+)?")
_KEYS = ("case", "rule", "given", "expect", "readings", "cites")
_ABSENT = object()
ALL_PASSED, SOME_FAILED, UNREADABLE = 0, 1, 2


@dataclass(frozen=True)
class Case:
    """One case, as read: where it stands, and its parts."""

    path: Path
    number: int
    title: str
    rule: str
    given: Any
    expect: Mapping[str, Any]
    readings: Mapping[str, Any]
    cites: tuple[str, ...]


@dataclass(frozen=True)
class Failure:
    """A case that did not hold. `got` is the answer, the refusal or the fault in words; `outcome` explains an answer."""

    case: Case
    differences: tuple[str, ...]
    got: str
    outcome: Outcome | None


def case_files(paths: Iterable[Path]) -> list[Path]:
    """The files named, and the *.yaml and *.yml below folders named. Raises `LawFileFault` for a path that is not there."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            below = sorted(file for file in path.rglob("*") if file.suffix in (".yaml", ".yml") and file.is_file())
            if not below:
                raise LawFileFault(path, "holds no case file (*.yaml)")
            found += below
        elif path.exists():
            found.append(path)
        else:
            raise LawFileFault(path, "is not there")
    return list(dict.fromkeys(found))


def read_cases(path: Path) -> list[Case]:
    """The cases of one file. Raises `LawFileFault` for unknown or missing keys, rules, readings and reading values."""
    content = read_yaml(path, decimals="exact")
    if not isinstance(content, list):
        raise LawFileFault(path, "must be a list of cases")
    faults: list[str] = []
    cases: list[Case] = []
    for number, body in enumerate(content, 1):
        case = _case(path, number, body, faults)
        if case is not None:
            cases.append(case)
    if faults:
        raise LawFileFault(path, *faults)
    return cases


def _case(path: Path, number: int, body: object, faults: list[str]) -> Case | None:
    if not isinstance(body, dict):
        faults.append(f"case {number}: must be a mapping")
        return None
    where = f"case {number} ({body.get('case') or 'without title'})"
    before = len(faults)
    faults.extend(f"{where}: unknown key {key}; known are {', '.join(_KEYS)}" for key in body if key not in _KEYS)
    faults.extend(f"{where}: the key {key} is missing" for key in ("rule", "expect") if body.get(key) is None)
    expect, given = body.get("expect"), body.get("given")
    readings, cites = body.get("readings") or {}, body.get("cites") or []
    if expect is not None and not isinstance(expect, dict):
        faults.append(f"{where}: expect must be a mapping")
    if not isinstance(readings, dict):
        faults.append(f"{where}: readings must be a mapping")
    if not isinstance(cites, list | str):
        faults.append(f"{where}: cites must be a list")
    if len(faults) == before and isinstance(readings, dict):
        for ask in (
            lambda: find_rule(body["rule"]),
            lambda: current_book().chosen(readings),
        ):
            try:
                ask()
            except LawError as fault:
                faults.append(f"{where}: {fault}")
    if len(faults) > before or not isinstance(expect, dict) or not isinstance(readings, dict):
        return None
    named = [cites] if isinstance(cites, str) else [str(cite) for cite in cites]
    title = str(body.get("case") or f"case {number}")
    return Case(
        path,
        number,
        title,
        body["rule"],
        {} if given is None else given,
        expect,
        readings,
        tuple(named),
    )


def run_case(case: Case) -> Failure | None:
    """Evaluate one case. Out: None if it holds, else what differs."""
    expected_error = case.expect.get("error", _ABSENT)
    try:
        outcome = evaluate(case.rule, case.given, readings=case.readings)
    except LawError as refusal:
        if expected_error == refusal.code:
            return None
        wanted = f"error: {written(expected_error)}" if expected_error is not _ABSENT else "an answer"
        return Failure(case, (f"expected {wanted}",), f"error: {refusal.code} ({refusal})", None)
    except Exception as fault:  # a rule that stops is a failing case, and the others still run
        return Failure(case, ("the rule stopped",), f"{type(fault).__name__}: {fault}", None)
    if expected_error is not _ABSENT:
        return Failure(
            case,
            (f"expected the refusal {expected_error}",),
            _written_answer(outcome.answer),
            outcome,
        )
    answer = {**outcome.answer}
    answer.setdefault("reading_sensitive", outcome.reading_sensitive)
    differences = tuple(differing(case.expect, answer))
    return Failure(case, differences, _written_answer(outcome.answer), outcome) if differences else None


def differing(expected: Any, got: Any, where: str = "") -> list[str]:
    """Where `expected` is not a subset of `got`, in words; empty if it is."""
    if isinstance(expected, Mapping):
        if not isinstance(got, Mapping):
            return [f"{where or 'answer'}: expected a mapping, got {_written(got)}"]
        found = []
        for key, value in expected.items():
            path = f"{where}.{key}" if where else str(key)
            if key not in got:
                found.append(f"{path}: expected {_written(value)}, but the answer has no such key")
            else:
                found += differing(value, got[key], path)
        return found
    if isinstance(expected, list):
        if not isinstance(got, Sequence) or isinstance(got, str) or len(got) != len(expected):
            return [f"{where}: expected {_written(expected)}, got {_written(got)}"]
        return [
            line
            for i, (one, other) in enumerate(zip(expected, got, strict=True), 1)
            for line in differing(one, other, f"{where}[{i}]")
        ]
    return [] if _equal(expected, got) else [f"{where}: expected {_written(expected)}, got {_written(got)}"]


def _equal(expected: Any, got: Any) -> bool:
    if expected is None or got is None or isinstance(expected, bool) or isinstance(got, bool):
        return expected is got
    if isinstance(got, int | Decimal | Fraction):
        number = _number(expected)
        return number is not None and number == exact(got)
    if isinstance(got, date):
        return (iso_day(expected) if isinstance(expected, str) else expected) == got
    return type(expected) is type(got) and bool(expected == got)


def _number(value: Any) -> Fraction | None:
    if isinstance(value, str):
        return Fraction(value) if _NUMBER.fullmatch(value) else None
    if isinstance(value, Decimal) and not value.is_finite():
        return None
    return exact(value) if isinstance(value, int | Decimal) else None


def _written(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_written(item)}" for key, item in value.items()) + "}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ", ".join(_written(item) for item in value) + "]"
    return value if isinstance(value, str) and value else written(value)


def _written_answer(answer: Mapping[str, Any]) -> str:
    return ", ".join(f"{key}: {_written(value)}" for key, value in answer.items())


def report(failure: Failure) -> str:
    """A failure for a reader: given, expected, got, and the rule's own explanation."""
    case = failure.case
    lines = [
        f"FAILED  {case.title}",
        f"  in        {case.path}, case {case.number}",
        f"  rule      {case.rule}",
    ]
    if case.cites:
        lines.append(f"  cites     {', '.join(case.cites)}")
    lines.append(f"  given     {_written(case.given)}")
    if case.readings:
        lines.append(f"  readings  {_written(case.readings)}")
    lines += [f"  expected  {_written(case.expect)}", f"  got       {failure.got}"]
    lines += [f"  differs   {difference}" for difference in failure.differences]
    if failure.outcome is not None:
        words = explain(failure.outcome.trace)
        lines.append(f"  why       {words.sentence}")
        for line in words.lines:
            inputs = ", ".join(f"{name} {value}" for name, value in line.inputs)
            lines.append(f"            {line.label}: {line.formula} [{inputs}] = {line.result} ({line.citation})")
        lines += [f"            reading {one.key}: {one.value}. {one.means}" for one in words.understandings]
    return "\n".join(lines)


def run(paths: Sequence[Path], write: Callable[[str], object]) -> int:
    """Run the cases of files and folders, writing failures and the last line `N passed, M failed`.

    Out: 0 if all passed, 1 if any failed, 2 if a file is unreadable or a key, rule or reading is unknown (then nothing ran).
    """
    cases: list[Case] = []
    faults: list[str] = []
    try:
        files = case_files(paths)
    except LawFileFault as fault:
        files, faults = [], [str(fault)]
    for path in files:
        try:
            cases += read_cases(path)
        except LawFileFault as fault:
            faults.append(str(fault))
    if faults:
        write(
            "\n".join(
                [
                    *faults,
                    "Nothing was run: the files above must be readable first.",
                    "0 passed, 0 failed",
                ]
            )
        )
        return UNREADABLE
    failures = [failure for case in cases if (failure := run_case(case)) is not None]
    for failure in failures:
        write(report(failure) + "\n")
    write(f"{len(cases) - len(failures)} passed, {len(failures)} failed")
    return SOME_FAILED if failures else ALL_PASSED
