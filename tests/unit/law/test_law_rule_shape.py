"""A rule is a file of one shape: an invented one is found, asked, completed, and refused where it breaks its word."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest

from procurement_portal.law.engine import evaluate
from procurement_portal.law.errors import InvalidInput, UnknownRule
from procurement_portal.law.rulebook import find_rule

SOUND = """
from procurement_portal.law.facts import Facts, Money, refuse

TITLE = "An invented question"
CITES = ("Invented Code 1",)
FACTS = Facts(amount=Money(), most=Money(optional=True))
READINGS = ("city.commitment.rounding", "city.waiver.assoc_notice_days")
PARAMETERS = ("city.commitment_threshold",)
ANSWERS = ("over", "way", "others")


def check(given):
    if given.most is not None and given.amount > given.most:
        raise refuse("amount", given.amount, "at most the most")


def decide(given, law):
    law.reading("city.waiver.assoc_notice_days")
    way = law.reading("city.commitment.rounding")
    if way == "half_up" and given.amount == 7:
        raise refuse("amount", given.amount, "not seven, if rounded half-up")
    return {"over": given.amount > law.value("city.commitment_threshold"), "way": way}


def outcome(answer):
    return answer["way"] if answer["over"] else None


def complete(answer, alternatives):
    return {**answer, "others": {f"{one.reading}={one.value}": one.error or one.answer["way"] for one in alternatives}}
"""

Write = Callable[[str], str]


@pytest.fixture
def write_rule(tmp_path: Path) -> Iterator[Write]:
    name = "solicitations.rules.invented_question"

    def write(source: str) -> str:
        path = tmp_path / "invented_question.py"
        path.write_text(source, encoding="utf-8")
        module = ModuleType(name)
        module.__file__ = str(path)
        exec(
            compile(source, str(path), "exec"), module.__dict__
        )  # an invented rule, as importing its file would run it
        sys.modules[name] = module
        find_rule.cache_clear()
        return "solicitations.invented_question"

    yield write
    sys.modules.pop(name, None)
    find_rule.cache_clear()


def test_a_rule_may_name_in_its_answer_what_other_readings_give(write_rule: Write) -> None:
    outcome = evaluate(write_rule(SOUND), {"amount": "10000.01"})
    assert outcome["others"] == {"city.commitment.rounding=half_up": "half_up"}
    assert outcome.reading_sensitive


def test_what_the_rule_says_is_no_difference_is_none(write_rule: Write) -> None:
    outcome = evaluate(write_rule(SOUND), {"amount": "10000.00"})
    assert (outcome["over"], outcome["others"], outcome.reading_sensitive) == (False, {}, False)


def test_a_refusal_under_another_reading_counts_as_a_difference(write_rule: Write) -> None:
    outcome = evaluate(write_rule(SOUND), {"amount": 7})
    assert outcome["others"] == {"city.commitment.rounding=half_up": "invalid_input"}
    assert outcome.trace["alternatives"][0]["error"] == "invalid_input"


def test_a_relation_between_fields_is_checked_before_the_rule_decides(write_rule: Write) -> None:
    with pytest.raises(InvalidInput, match="amount: given 5.00; allowed: at most the most"):
        evaluate(write_rule(SOUND), {"amount": 5, "most": 4})


def test_a_rule_that_breaks_its_promise_of_answers_is_stopped(write_rule: Write) -> None:
    with pytest.raises(TypeError, match="but promises"):
        evaluate(write_rule(SOUND.replace('"others")', '"others", "more")')), {"amount": 5})


@pytest.mark.parametrize("constant", ["TITLE", "CITES", "FACTS", "READINGS", "ANSWERS"])
def test_a_file_that_does_not_state_a_constant_is_no_rule(write_rule: Write, constant: str) -> None:
    with pytest.raises(UnknownRule, match=f"its file does not state {constant}"):
        find_rule(write_rule(SOUND.replace(f"\n{constant} =", "\nOTHER =")))
