"""Every case file under tests/law holds, and every rule has the cases it must have."""

from pathlib import Path

import pytest

from procurement_portal.law.book import current_book
from procurement_portal.law.cases import Case, case_files, read_cases, report, run_case
from procurement_portal.law.engine import evaluate
from procurement_portal.law.explain import explain
from procurement_portal.law.rulebook import find_rule, rule_ids

FOLDER = Path(__file__).parent
CASES = [case for path in case_files([FOLDER]) for case in read_cases(path)]


def name_of(case: Case) -> str:
    return f"{case.path.parent.name}/{case.path.stem}:{case.number}"


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_the_case_holds(case: Case) -> None:
    failure = run_case(case)
    assert failure is None, report(failure)


@pytest.mark.parametrize("rule_id", rule_ids())
def test_every_rule_has_at_least_eight_cases_in_the_file_of_its_name(rule_id: str) -> None:
    app, word = rule_id.split(".")
    own = [case for case in CASES if case.rule == rule_id and case.path == FOLDER / app / f"{word}.yaml"]
    assert len(own) >= 8
    assert any("error" in case.expect for case in own), "no case shows what the rule refuses"


@pytest.mark.parametrize("rule_id", rule_ids())
def test_every_other_reading_of_a_rule_is_tried_by_a_case(rule_id: str) -> None:
    tried = {(key, str(value)) for case in CASES if case.rule == rule_id for key, value in case.readings.items()}
    for key in find_rule(rule_id).readings:
        question = current_book().question(key)
        for alternative in question.alternatives_to(question.default):
            assert (key, str(alternative)) in tried


def test_every_key_of_an_answer_is_expected_by_a_case() -> None:
    for rule_id in rule_ids():
        expected = {key for case in CASES if case.rule == rule_id for key in case.expect}
        promised = set(find_rule(rule_id).answers) - {"title", "unit", "label", "in_force_from", "in_force_until"}
        assert promised <= expected, rule_id


def test_every_answer_explains_itself_in_words_and_provisions() -> None:
    for case in CASES:
        if "error" in case.expect:
            continue
        words = explain(evaluate(case.rule, case.given, readings=case.readings).trace)
        assert words.sentence.endswith(".") and "%(" not in words.sentence, case.title
        assert words.lines and all(line.label and line.formula and line.citation for line in words.lines), case.title
