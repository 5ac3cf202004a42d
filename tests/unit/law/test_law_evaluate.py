"""One door to every rule: the answer, its trace, what another reading would give, and the same again from the trace."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procurement_portal.law.book import current_book, load_book, parameter_files, question_files
from procurement_portal.law.calendar import Calendar
from procurement_portal.law.engine import evaluate
from procurement_portal.law.errors import InvalidInput, NotInForce, UnknownReading, UnknownRule
from procurement_portal.law.explain import explain
from procurement_portal.law.replay import replay
from procurement_portal.law.rulebook import rule_ids
from procurement_portal.law.trace import plain
from procurement_portal.law.workings import Workings

MIXED: dict[str, Any] = {
    "kind": "contract",
    "awarded_by": "department",
    "social_services": True,
    "targeted_community": True,
    "pass_through": True,
    "funding": {"federal": Decimal("0.6"), "city": "0.4"},
}
RATE: dict[str, Any] = {"parameter": "city.mbe_percentage", "date": date(2019, 12, 31)}


def test_an_answer_holds_every_key_the_rule_promises() -> None:
    outcome = evaluate("solicitations.program_scope", MIXED)
    assert dict(outcome.answer) == {"in_scope": True, "pending_decision": True, "reason": "mixed_funding"}
    assert outcome["reason"] == "mixed_funding"
    assert outcome["reading_sensitive"] is True


def test_the_alternatives_say_which_reading_gives_what() -> None:
    outcome = evaluate("solicitations.program_scope", MIXED)
    assert [(other.reading, other.value) for other in outcome.alternatives] == [
        ("city.scope.delegate_funding", "any_grant_dollar"),
        ("city.scope.delegate_funding", "majority"),
    ]
    assert all(other.answer is not None and other.answer["in_scope"] is False for other in outcome.alternatives)


def test_the_trace_survives_json_and_gives_the_same_again() -> None:
    for rule, facts in (("solicitations.program_scope", MIXED), ("law.value", RATE)):
        trace = evaluate(rule, facts, on=date(2026, 11, 22)).trace
        stored = json.loads(json.dumps(trace))
        assert stored == trace
        again = replay(stored)
        assert (again.same, again.law_changed, again.rule_changed, again.refused) == (True, False, False, None)


def test_the_trace_names_the_parameter_as_it_was_read() -> None:
    (read,) = evaluate("law.value", RATE).trace["parameters"]
    assert (read["value"], read["from"], read["until"], read["read_on"]) == (
        "16.9",
        "1994-01-01",
        "2019-12-31",
        "2019-12-31",
    )
    assert (read["citation"], read["status"], read["label"]) == ("MCC 2-92-420(t)", "proposed", "2019 proposal")


def test_a_parameter_read_under_another_reading_does_not_enter_the_trace() -> None:
    trace = evaluate("solicitations.program_scope", MIXED).trace
    assert trace["parameters"] == []
    chosen = evaluate("solicitations.program_scope", MIXED, readings={"city.scope.delegate_funding": "majority"}).trace
    assert [read["name"] for read in chosen["parameters"]] == ["city.delegate_funding_majority_percentage"]
    assert chosen["choices"] == {"city.scope.delegate_funding": "majority"}


def test_a_replay_under_changed_law_says_so(tmp_path: Path) -> None:
    files = []
    for path in parameter_files():
        copy = tmp_path / path.name
        copy.write_text(path.read_text(encoding="utf-8").replace('"16.9"', '"17.9"'), encoding="utf-8")
        files.append(copy)
    changed = load_book(files, question_files())
    again = replay(evaluate("law.value", RATE).trace, book=changed)
    assert (again.same, again.law_changed, again.rule_changed) == (False, True, False)
    assert again.differences == {"value": ("16.9", "17.9")}


def test_a_replay_under_law_that_no_longer_answers_says_so(tmp_path: Path) -> None:
    scope_only = load_book([path for path in parameter_files() if path.stem == "program_scope"], question_files())
    again = replay(evaluate("law.value", RATE).trace, book=scope_only)
    assert not again.same and again.refused is not None and again.refused.startswith("invalid_input: parameter:")


def test_a_trace_of_another_format_is_refused() -> None:
    with pytest.raises(InvalidInput, match="a trace of format 1"):
        replay({"format": 0})


def test_the_calendar_of_an_evaluation_is_kept() -> None:
    own = Calendar.federal().with_days({date(2026, 2, 3): "Snow closure"})
    trace = evaluate("law.value", RATE, calendar=own).trace
    assert Calendar.from_data(trace["calendar"]) == own


def test_bad_input_comes_before_a_day_out_of_force() -> None:
    with pytest.raises(InvalidInput):
        evaluate("law.value", {"parameter": "county.youth_minimum_age", "date": "1900-01-01", "extra": 1})
    with pytest.raises(NotInForce):
        evaluate("law.value", {"parameter": "county.youth_minimum_age", "date": "1900-01-01"})


@pytest.mark.parametrize(
    "rule", ["law.nothing", "solicitations.__init__", "os.path", "law", "", "law.value.value", None]
)
def test_an_unknown_rule_is_refused(rule: Any) -> None:
    with pytest.raises(UnknownRule):
        evaluate(rule, {})


def test_unknown_readings_are_refused() -> None:
    with pytest.raises(UnknownReading, match="no reading carries this key"):
        evaluate("law.value", RATE, readings={"city.nothing": 1})
    with pytest.raises(UnknownReading, match="listed are: true, false"):
        evaluate("law.value", RATE, readings={"city.scope.financial_overrides": "maybe"})


def test_a_rule_reads_only_what_it_declares() -> None:
    law = Workings(current_book(), {}, Calendar.federal(), frozenset({"city.mbe_percentage"}))
    assert law.value("city.mbe_percentage", date(2020, 1, 1)) == 22
    for ask in (lambda: law.value("city.wbe_percentage", date(2020, 1, 1)), lambda: law.reading("calendar.roll")):
        with pytest.raises(TypeError, match="does not declare it"):
            ask()


@pytest.mark.parametrize(("reading", "due"), [("roll", date(2026, 11, 27)), ("no_roll", date(2026, 11, 26))])
def test_a_rule_rolls_by_the_reading(reading: str, due: date) -> None:
    law = Workings(current_book(), {"calendar.roll": reading}, Calendar.federal(), frozenset({"calendar.roll"}))
    assert law.roll(date(2026, 11, 26)) == due  # Thanksgiving Day
    assert law.used == {"calendar.roll": reading}


def test_steps_round_to_the_cent_and_untraced_workings_keep_nothing() -> None:
    for traced in (True, False):
        law = Workings(current_book(), {}, Calendar.federal(), frozenset({"city.ownership_percentage"}), traced=traced)
        assert law.value("city.ownership_percentage") == 51
        assert law.cents("Half", "amount / 2", {"amount": Decimal("0.01")}, Decimal("0.005"), "none") == Decimal("0.01")
        assert (len(law.steps), len(law.reads)) == ((1, 1) if traced else (0, 0))


def test_only_plain_values_stand_in_a_trace() -> None:
    with pytest.raises(TypeError, match="cannot stand in a trace"):
        plain({"x": object()})


def test_an_explanation_in_words() -> None:
    words = explain(evaluate("solicitations.program_scope", MIXED).trace)
    assert words.sentence.startswith("In the program until the Contract Compliance Officer decides")
    assert words.reading_sensitive
    assert [line.result for line in words.lines] == ["none", "yes", "0.6", "mixed funding"]
    (reading,) = words.understandings
    assert (reading.ambiguity, reading.value, reading.is_default) == ("A-01", "fully", True)
    assert reading.others[0] == (
        "any grant dollar: in scope: no, pending decision: no, reason: delegate agency contract"
    )
    assert words.citations == ("MCC 2-92-420(i)", "MCC 2-92-420(m)")


def test_an_explanation_labels_the_standing_of_a_number() -> None:
    (figure,) = explain(evaluate("law.value", RATE).trace).figures
    assert figure.standing == "2019 proposal (proposed, not shown to be enacted)"
    assert (figure.value, figure.in_force) == ("16.9%", "from 1994-01-01 through 2019-12-31")


def test_an_explanation_shows_dollars_as_money() -> None:
    facts = {"parameter": "city.modification_amount", "date": "2026-01-01"}
    words = explain(evaluate("law.value", facts).trace)
    assert words.figures[0].value == "$50,000.00"
    assert words.lines[0].result == "$50,000.00" and words.lines[0].is_amount


def test_an_explanation_is_translated_word_by_word() -> None:
    words = explain(evaluate("solicitations.program_scope", MIXED).trace, translate=str.upper)
    assert words.sentence.isupper() and words.lines[0].label.isupper() and words.understandings[0].question.isupper()


@given(
    st.sampled_from(["contract", "lease", "collective_bargaining"]),
    st.sampled_from(["department", "city_council"]),
    st.lists(st.booleans(), min_size=4, max_size=4),
    st.integers(0, 1000),
    st.integers(0, 1000),
    st.sampled_from(["fully", "any_grant_dollar", "majority"]),
    st.booleans(),
)
def test_program_scope_against_a_table(
    kind: str, awarded_by: str, flags: list[bool], first: int, second: int, funding: str, overrides: bool
) -> None:
    low, high = sorted((first, second))
    financial, social, targeted, passing = flags
    thousandths = {"federal": low, "state": high - low, "city": 1000 - high}
    outcome = evaluate(
        "solicitations.program_scope",
        {
            "kind": kind,
            "awarded_by": awarded_by,
            "financial": financial,
            "social_services": social,
            "targeted_community": targeted,
            "pass_through": passing,
            "funding": {name: Decimal(part) / 1000 for name, part in thousandths.items()},
        },
        readings={"city.scope.delegate_funding": funding, "city.scope.financial_overrides": overrides},
    )
    least = {"fully": 1000, "any_grant_dollar": 1, "majority": 501}[funding]
    holds = {
        "lease": kind == "lease",
        "collective_bargaining": kind == "collective_bargaining",
        "council_award": awarded_by == "city_council",
        "delegate_agency_contract": social and targeted and passing and high >= least,
    }
    reasons = [name for name, held in holds.items() if held]
    if financial and (overrides or not reasons):
        expected = (True, False, "financial_transaction")
    elif reasons:
        expected = (False, False, reasons[0])
    elif funding == "fully" and social and targeted and passing and high > 0:
        expected = (True, True, "mixed_funding")
    else:
        expected = (True, False, "contract")
    assert (outcome["in_scope"], outcome["pending_decision"], outcome["reason"]) == expected
    assert replay(outcome.trace).same


def test_there_are_rules() -> None:
    assert {"law.value", "solicitations.program_scope"} <= set(rule_ids())


def test_an_explanation_says_money_percentages_and_days_as_its_reader_reads_them() -> None:
    facts = {"estimated_value": "1234567.80", "advertised_on": "2026-03-02"}
    words = explain(
        evaluate("solicitations.participation_commitment", facts).trace,
        show_day=lambda day: f"{day.month}/{day.day}/{day.year}",
    )
    # 22 % of 1,234,567.80 = 271,604.916 -> .92; 6 % = 74,074.068 -> .07
    assert "at least 22% ($271,604.92) to minority-owned and 6% ($74,074.07) to women-owned" in words.sentence
    assert words.lines[0].result == "3/2/2026"
    assert words.figures[0].in_force == "from 1/1/2020"
    assert ("estimated value", "$1,234,567.80") in words.lines[1].inputs
