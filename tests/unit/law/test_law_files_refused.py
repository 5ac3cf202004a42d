"""Faults planted in law files: each is refused, with a message a lawyer can read."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from procurement_portal.law.book import load_book
from procurement_portal.law.errors import LawFileFault, NotInForce, UnknownReading
from procurement_portal.law.parameters import Parameter, read_parameters
from procurement_portal.law.readings import Question, read_questions

SOUND = """
label: invented text
parameters:
  city.invented_percentage:
    title: An invented share
    unit: percent
    status: proposed
    checked_on: 2026-11-22
    values:
      - {from: open, until: 1999-12-31, value: "7.5", citation: Invented Code 1(a)}
      - {from: 2000-01-01, until: 2004-12-31, value: 8, citation: Invented Code 1(b)}
      - {from: 2005-01-01, until: open, value: "9", citation: Invented Code 1(c)}
"""
BANDS = """
label: invented text
parameters:
  county.invented_bands:
    title: An invented table
    unit: percent_bands
    status: policy
    checked_on: 2026-11-22
    values:
      - from: 2018-01-01
        until: open
        citation: Invented Code 2
        value:
          - {from: 5, to: 10, credit_percent: "0.5"}
          - {over: 10, to: 20, credit_percent: 1}
          - {over: 20, credit_percent: 2}
"""
QUESTION = """
questions:
  city.invented.key:
    ambiguity: A-99
    question: Which way?
    officer: city_contract_compliance_officer
    authority: Invented Code 3
    read_by: rules
    readings:
      - {value: left, means: To the left.}
      - {value: right, means: To the right.}
"""


def parameters(folder: Path, text: str) -> dict[str, Parameter]:
    path = folder / "law.yaml"
    path.write_text(text, encoding="utf-8")
    return read_parameters(path)


def questions(folder: Path, text: str) -> dict[str, Question]:
    path = folder / "questions.yaml"
    path.write_text(text, encoding="utf-8")
    return read_questions(path)


def test_a_sound_file_answers_each_day(tmp_path: Path) -> None:
    found = parameters(tmp_path, SOUND)["city.invented_percentage"]
    days = {
        date(1900, 1, 1): "7.5",
        date(1999, 12, 31): "7.5",
        date(2000, 1, 1): "8",
        date(2004, 12, 31): "8",
        date(2005, 1, 1): "9",
        date(2100, 1, 1): "9",
    }
    assert {day: found.on(day).value for day in days} == {day: Decimal(value) for day, value in days.items()}
    assert found.on(date(2005, 1, 1)).citation == "Invented Code 1(c)"
    assert found.label == "invented text"


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("from: 2000-01-01", "from: 2000-01-02", "gap: no value from 2000-01-01 through 2000-01-01"),
        ("from: 2000-01-01", "from: 1999-12-31", "overlap: two values on 1999-12-31"),
        ("until: 1999-12-31", "until: open", "overlap: only the first value may begin open"),
        ("from: 2005-01-01", "from: open", "overlap: only the first value may begin open"),
        ("until: 2004-12-31", "until: 1999-06-30", "ends on 1999-06-30, before it begins on 2000-01-01"),
        ('value: "7.5"', "value: 7.5", "7.5 is a bare decimal; write it in quotes"),
        ('value: "7.5"', 'value: "105"', "105 percent is more than 100"),
        ('value: "7.5"', 'value: "-1"', "is not a number, not negative"),
        ('value: "7.5"', "value: seven", "'seven' is not a number"),
        ('value: "7.5"', "value: true", "True is not a number"),
        ('value: "7.5"', 'value: "7,5"', "'7,5' is not a number"),
        ("citation: Invented Code 1(a)", "citation: ''", "a value without a citation is not law"),
        (", citation: Invented Code 1(a)", "", "the key citation is missing"),
        ("citation: Invented Code 1(a)", "citation: x, rate: 2", "unknown key rate"),
        ("    unit: percent\n", "    unit: furlongs\n", "unit 'furlongs' is not one of percent, dollars"),
        ("    unit: percent\n", "    unit: years\n", "7.5 years is not a whole number"),
        ("status: proposed", "status: law", "status 'law' is not one of proposed, enacted, policy"),
        ("checked_on: 2026-11-22", "checked_on: 2026-11-31", "checked_on '2026-11-31' is not a date"),
        ("    title: An invented share\n", "", "the key title is missing"),
        ("title: An invented share", "title: ' '", "the title is empty"),
        ("title: An invented share", "titel: x", "unknown key titel"),
        ("label: invented text", "name: invented text", "must have exactly the keys label and parameters"),
        ("city.invented_percentage", "village.percentage", "a parameter is named city., county., state."),
        ("from: open", "from: 1985-02-30", "from '1985-02-30' is neither a date nor open"),
        ("status: proposed", "status: proposed\n    status: enacted", "the key 'status' is given twice"),
    ],
)
def test_a_planted_fault_is_refused_in_words(tmp_path: Path, before: str, after: str, message: str) -> None:
    assert before in SOUND
    with pytest.raises(LawFileFault) as refused:
        parameters(tmp_path, SOUND.replace(before, after, 1))
    assert message in str(refused.value)
    assert "law.yaml" in str(refused.value)


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("{over: 10, to: 20", "{over: 12, to: 20", "gap between band 1 (to 10) and the next (over 12)"),
        ("{over: 10, to: 20", "{over: 9, to: 20", "band 1 (to 10) overlaps the next (over 9)"),
        ("{over: 10, to: 20", "{from: 10, to: 20", "unknown key from"),
        ("{from: 5, to: 10", "{from: 15, to: 10", "band 1 ends at 10, before it begins"),
        ("{over: 20, credit", "{over: 20, to: 30, credit", "unknown key to"),
        ('"0.5"', '"101"', "101 percent is more than 100"),
        (", credit_percent: 2", "", "the key credit_percent is missing"),
    ],
)
def test_a_fault_in_a_table_of_bands_is_refused(tmp_path: Path, before: str, after: str, message: str) -> None:
    assert before in BANDS
    with pytest.raises(LawFileFault) as refused:
        parameters(tmp_path, BANDS.replace(before, after, 1))
    assert message in str(refused.value)


def test_sound_bands_are_read(tmp_path: Path) -> None:
    (value,) = parameters(tmp_path, BANDS)["county.invented_bands"].values
    assert [dict(band) for band in value.value] == [  # type: ignore[union-attr]
        {"from": 5, "to": 10, "credit_percent": Decimal("0.5")},
        {"over": 10, "to": 20, "credit_percent": 1},
        {"over": 20, "credit_percent": 2},
    ]


def test_all_faults_of_a_file_are_told_at_once(tmp_path: Path) -> None:
    faulty = SOUND.replace("percent\n", "furlongs\n", 1).replace("proposed", "law", 1)
    with pytest.raises(LawFileFault) as refused:
        parameters(tmp_path, faulty)
    assert len(refused.value.faults) == 2


def test_outside_its_dates_a_value_is_not_in_force(tmp_path: Path) -> None:
    closed = SOUND.replace("from: open", "from: 1990-01-01").replace("until: open", "until: 2010-12-31")
    found = parameters(tmp_path, closed)["city.invented_percentage"]
    assert found.on(date(1990, 1, 1)).value == Decimal("7.5")
    assert found.on(date(2010, 12, 31)).value == 9
    with pytest.raises(NotInForce, match="no value in force on 1989-12-31: its first day is 1990-01-01"):
        found.on(date(1989, 12, 31))
    with pytest.raises(NotInForce, match="no value in force on 2011-01-01: its last day was 2010-12-31"):
        found.on(date(2011, 1, 1))


def test_a_dated_table_is_never_read_without_a_date(tmp_path: Path) -> None:
    with pytest.raises(TypeError, match="say on which day"):
        parameters(tmp_path, SOUND)["city.invented_percentage"].only()


def test_a_name_stated_in_two_files_is_refused(tmp_path: Path) -> None:
    for name in ("one.yaml", "two.yaml"):
        (tmp_path / name).write_text(SOUND, encoding="utf-8")
    with pytest.raises(LawFileFault, match=r"two\.yaml: city\.invented_percentage: is already stated in another file"):
        load_book([tmp_path / "one.yaml", tmp_path / "two.yaml"], [])


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("A-99", "99", "ambiguity 99 is not A- and two digits"),
        ("officer: city_contract_compliance_officer", "officer: mayor", "officer 'mayor' is not one of"),
        ("read_by: rules", "read_by: anyone", "read_by 'anyone' is not one of rules, workflows"),
        ("value: right", "value: left", "reading left is listed twice"),
        ("value: right", "value: [1]", "is not true, false, a whole number or a word"),
        ("question: Which way?", "question: ''", "the question is empty"),
        ("authority: Invented Code 3", "authority: Invented Code 3\n    note: x", "unknown key note"),
        ("means: To the right.", "meaning: x", "the key means is missing"),
    ],
)
def test_a_faulty_question_is_refused(tmp_path: Path, before: str, after: str, message: str) -> None:
    assert before in QUESTION
    with pytest.raises(LawFileFault) as refused:
        questions(tmp_path, QUESTION.replace(before, after, 1))
    assert message in str(refused.value)


def test_a_question_knows_its_readings(tmp_path: Path) -> None:
    question = questions(tmp_path, QUESTION)["city.invented.key"]
    assert question.default == "left"
    assert question.alternatives_to("left") == ("right",)
    assert question.choice("right") == "right"
    with pytest.raises(UnknownReading, match="city.invented.key: up is not a reading; listed are: left, right"):
        question.choice("up")


def test_any_whole_number_may_be_a_reading(tmp_path: Path) -> None:
    text = QUESTION.replace("    readings:", "    any_whole_number: true\n    readings:").replace(
        "value: left", "value: 5"
    )
    question = questions(tmp_path, text)["city.invented.key"]
    assert (question.choice("7"), question.choice(0), question.choice("5")) == (7, 0, 5)
    for refused in (-1, "7.5", True, Decimal("7.5"), "seven"):
        with pytest.raises(UnknownReading, match="or any whole number"):
            question.choice(refused)


def test_the_digest_changes_with_a_value_a_day_a_citation_or_a_reading(tmp_path: Path) -> None:
    law, asked = tmp_path / "law.yaml", tmp_path / "questions.yaml"
    asked.write_text(QUESTION, encoding="utf-8")
    seen = set()
    for before, after in (("x", "x"), ('"7.5"', '"7.6"'), ("1(a)", "1(z)"), ("policy", "policy")):
        law.write_text(SOUND.replace(before, after), encoding="utf-8")
        seen.add(load_book([law], [asked]).digest)
    asked.write_text(QUESTION.replace("right", "straight"), encoding="utf-8")
    seen.add(load_book([law], [asked]).digest)
    assert len(seen) == 4
