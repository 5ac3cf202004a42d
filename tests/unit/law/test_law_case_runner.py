"""The runner of case files: what it reads, what it compares, what it says, and how it ends."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from procurement_portal.law import engine
from procurement_portal.law.book import Book, load_book, parameter_files, question_files
from procurement_portal.law.cases import differing, run
from procurement_portal.law.errors import LawFileFault

RATE = """
- case: The MBE percentage today
  rule: law.value
  given: {parameter: city.mbe_percentage, date: 2026-11-22}
  expect: {value: 22}
  cites: [C-20]
"""
SCOPE = """
- case: A lease is outside
  rule: solicitations.program_scope
  given: {kind: lease, awarded_by: department, funding: {city: 1}}
  expect: {in_scope: false, reason: lease}
  readings: {city.scope.delegate_funding: majority, city.waiver.assoc_notice_days: 9}
"""

Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run_text(tmp_path: Path) -> Run:
    def go(*texts: str) -> tuple[int, str]:
        said: list[str] = []
        for number, text in enumerate(texts):
            (tmp_path / f"{number}.yaml").write_text(text, encoding="utf-8")
        code = run([tmp_path], said.append)
        return code, "\n".join(said)

    return go


def test_all_pass(run_text: Run) -> None:
    assert run_text(RATE, SCOPE) == (0, "2 passed, 0 failed")


def test_a_failure_shows_given_expected_got_and_the_rules_own_reasons(run_text: Run) -> None:
    code, said = run_text(RATE.replace("value: 22", "value: 21"), SCOPE)
    assert code == 1
    assert said.splitlines()[-1] == "1 passed, 1 failed"
    for line in (
        "FAILED  The MBE percentage today",
        "  cites     C-20",
        "  given     {parameter: city.mbe_percentage, date: 2026-11-22}",
        "  expected  {value: 21}",
        "  differs   value: expected 21, got 22",
        "  why       Share of a contract committed to minority-owned businesses: 22% on 2026-11-22.",
    ):
        assert line in said
    assert "= 22% (MCC 2-92-420(t))" in said


def planted(tmp_path: Path, before: str, after: str) -> Book:
    """The law book with one change made in its files."""
    files = []
    for path in parameter_files():
        copy = tmp_path / path.name
        copy.write_text(path.read_text(encoding="utf-8").replace(before, after), encoding="utf-8")
        files.append(copy)
    return load_book(files, question_files())


def test_a_planted_wrong_rate_turns_the_run_red(
    run_text: Run, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = planted(tmp_path_factory.mktemp("law"), 'until: open, value: "22"', 'until: open, value: "21"')
    monkeypatch.setattr(engine, "current_book", lambda: book)
    code, said = run_text(RATE)
    assert code == 1 and "value: expected 22, got 21" in said


def test_a_planted_wrong_bound_is_refused_when_the_law_is_read(tmp_path: Path) -> None:
    with pytest.raises(LawFileFault, match="city.mbe_percentage: gap: no value from 2020-01-01 through 2020-01-01"):
        planted(tmp_path, "from: 2020-01-01, until: open", "from: 2020-01-02, until: open")


def test_a_refusal_is_expected_by_its_code_and_nothing_else_is_compared(run_text: Run) -> None:
    refused = RATE.replace("city.mbe_percentage", "city.mbe").replace("{value: 22}", "{error: invalid_input, value: 3}")
    assert run_text(refused) == (0, "1 passed, 0 failed")


def test_the_wrong_refusal_fails(run_text: Run) -> None:
    early = RATE.replace("city.mbe_percentage", "federal.reimbursement_days").replace("2026-11-22", "1990-01-01")
    code, said = run_text(early.replace("{value: 22}", "{error: invalid_input}"))
    assert code == 1 and "error: not_in_force (federal.reimbursement_days has no value in force on 1990-01-01" in said
    code, said = run_text(early)
    assert code == 1 and "expected an answer" in said


def test_an_answer_where_a_refusal_was_expected_fails(run_text: Run) -> None:
    code, said = run_text(RATE.replace("{value: 22}", "{error: not_in_force}"))
    assert code == 1 and "expected the refusal not_in_force" in said


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        (
            "  cites: [C-20]",
            "  sites: [C-20]",
            "unknown key sites; known are case, rule, given, expect, readings, cites",
        ),
        ("law.value", "law.worth", "law.worth: no rule carries this id"),
        ("law.value", "village.value", "village.value: a rule's id is an app's name, a dot and a word"),
        ("  rule: law.value\n", "", "the key rule is missing"),
        ("  expect: {value: 22}\n", "", "the key expect is missing"),
        ("{value: 22}", "22", "expect must be a mapping"),
        ("  cites: [C-20]", "  readings: {city.tm.full: x}", "city.tm.full: no reading carries this key"),
        (
            "  cites: [C-20]",
            "  readings: {city.tm.fill: half}",
            "city.tm.fill: half is not a reading; listed are: until_reached",
        ),
        ("  cites: [C-20]", "  readings: [x]", "readings must be a mapping"),
        ("  cites: [C-20]", "  rule: law.value", "the key 'rule' is given twice"),
        ("- case", "case", "must be a list of cases"),
        ("- case: The MBE percentage today", "- - case", "line"),
    ],
)
def test_a_faulty_file_ends_the_run_with_two(run_text: Run, before: str, after: str, message: str) -> None:
    faulty = RATE.replace(before, after, 1)
    if before == "- case":
        faulty = "\n".join(line.removeprefix("  ") for line in faulty.splitlines())
    code, said = run_text(faulty, SCOPE)
    assert code == 2
    assert message in said
    assert said.splitlines()[-1] == "0 passed, 0 failed"


def test_a_path_that_is_not_there_or_an_empty_folder_ends_with_two(tmp_path: Path) -> None:
    said: list[str] = []
    assert run([tmp_path / "nowhere"], said.append) == 2
    assert run([tmp_path], said.append) == 2
    assert "is not there" in said[0] and "holds no case file" in said[1]


def test_a_rule_that_stops_is_a_failure_and_the_others_run(run_text: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    from solicitations.rules import program_scope

    monkeypatch.setattr(program_scope, "_SENTENCES", {})
    code, said = run_text(SCOPE, RATE)
    assert code == 1 and "KeyError" in said and said.endswith("1 passed, 1 failed")


@pytest.mark.parametrize(
    ("expected", "got"),
    [
        ("5", Decimal("5.00")),
        (Decimal("0.5"), Fraction(1, 2)),
        (5, Decimal("5.00")),
        ("2026-11-22", date(2026, 11, 22)),
        (date(2026, 11, 22), date(2026, 11, 22)),
        ([1, {"a": 2}], (Decimal(1), {"a": Decimal("2.0"), "b": 3})),
        ({}, {"a": 1}),
        (None, None),
        (True, True),
        ("lease", "lease"),
    ],
)
def test_what_is_the_same(expected: Any, got: Any) -> None:
    assert differing({"x": expected}, {"x": got}) == []


@pytest.mark.parametrize(
    ("expected", "got"),
    [
        ("5.01", Decimal("5.00")),
        (True, 1),
        (1, True),
        (0, None),
        (None, 0),
        (None, False),
        ([1], (1, 2)),
        ([2, 1], (1, 2)),
        ([], None),
        ({"a": 1}, {}),
        ({"a": None}, {}),
        ({"a": 1}, None),
        ("05", "5"),
        (5, "5"),
        ("five", Decimal(5)),
        (Decimal("NaN"), Decimal(5)),
        ("2026-11-23", date(2026, 11, 22)),
        ("ab", ("a", "b")),
    ],
)
def test_what_differs(expected: Any, got: Any) -> None:
    said = differing({"x": expected}, {"x": got})
    assert said and all(line.startswith("x") for line in said)
