"""Facts are refused by name, with what was given and what is allowed."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from procurement_portal.law.errors import InvalidInput
from procurement_portal.law.facts import Boolean, Choice, Count, Day, Facts, ListOf, Money, Number, Percent, Share, Text

BID = Facts(bidder=Text(), base=Money(), responsive=Boolean(default=True))
FORM = Facts(
    kind=Choice("lease", "contract"),
    due=Day(),
    amount=Money(optional=True),
    change=Money(signed=True, optional=True),
    value=Money(positive=True, optional=True),
    percent=Percent(optional=True),
    share=Share(optional=True, default=0),
    people=Count(optional=True),
    score=Number(low=None, optional=True),
    public=Boolean(),
    bids=ListOf(BID, unique="bidder"),
    teams=ListOf(ListOf(Choice("mbe", "wbe"))),
    code=Text(r"[0-9]{5}", "five digits", optional=True),
)
SOUND: dict[str, Any] = {"kind": "lease", "due": "2024-02-29"}


def problem(**changes: object) -> str:
    with pytest.raises(InvalidInput) as refused:
        FORM.read_all({**SOUND, **changes})
    assert refused.value.code == "invalid_input"
    return str(refused.value)


def test_defaults_are_filled_in() -> None:
    facts = FORM.read_all(SOUND)
    assert facts.due == date(2024, 2, 29)
    assert (facts.amount, facts.share, facts.public, facts.bids) == (None, 0, False, ())


def test_null_is_leaving_out_for_an_optional_field_only() -> None:
    assert FORM.read_all({**SOUND, "amount": None, "public": None, "bids": None}).bids == ()
    assert problem(due=None) == "due: given null; allowed: a date that exists, as YYYY-MM-DD, without a time"


@pytest.mark.parametrize(
    "given", ["2500", "2500.0", "2500.00", 2500, Decimal("2500"), Decimal("2500.000"), Decimal("2.5E+3")]
)
def test_money_in_each_writing(given: object) -> None:
    assert str(FORM.read_all({**SOUND, "amount": given}).amount) == "2500.00"


@pytest.mark.parametrize(
    "given",
    [
        "2500.001", Decimal("0.001"), "-1", -1, "1e3", "1,000", "$5", "", " 5", "5 ", ".5", "5.", "+5", "٥", True, 2500 / 1,
        Decimal("NaN"), Decimal("Infinity"), [], {}, "9" * 40, Decimal("1E+999999"), Decimal("1E-999999"),
    ],
)  # fmt: skip
def test_what_is_no_money(given: object) -> None:
    assert problem(amount=given).startswith("amount: given ")
    assert problem(amount=given).endswith("allowed: dollars with at most two decimals, not negative")


def test_signed_and_positive_money() -> None:
    assert FORM.read_all({**SOUND, "change": "-0.01"}).change == Decimal("-0.01")
    assert FORM.read_all({**SOUND, "value": "0.01"}).value == Decimal("0.01")
    assert problem(value=0) == "value: given 0; allowed: dollars with at most two decimals, more than zero"


@pytest.mark.parametrize(
    ("given", "fine"), [("0", True), (100, True), ("100.0001", False), ("-0.1", False), ("33.333333", True)]
)
def test_a_percentage_lies_between_0_and_100(given: object, fine: bool) -> None:
    if fine:
        assert FORM.read_all({**SOUND, "percent": given}).percent == Decimal(str(given))
    else:
        assert problem(percent=given) == f"percent: given {given!r}; allowed: a percentage from 0 to 100".replace(
            "'", '"'
        )


def test_a_count_is_whole() -> None:
    assert FORM.read_all({**SOUND, "people": "4"}).people == 4
    assert FORM.read_all({**SOUND, "people": Decimal("4.0")}).people == 4
    assert problem(people="4.5") == 'people: given "4.5"; allowed: a whole number, at least 0'
    assert problem(people=-1) == "people: given -1; allowed: a whole number, at least 0"


@pytest.mark.parametrize(
    "given", ["2025-02-30", "2025-2-3", "20250203", "2025-02-03T00:00", datetime(2025, 2, 3), 20250203, ""]
)
def test_what_is_no_day(given: object) -> None:
    assert problem(due=given).startswith("due: given ")


@pytest.mark.parametrize("given", ["true", 1, 0, "yes"])
def test_what_is_no_boolean(given: object) -> None:
    assert problem(public=given).endswith("allowed: true or false")


def test_an_unknown_field_is_named_with_the_known_ones() -> None:
    assert problem(bids=[{"bidder": "A", "base": 1, "prize": 2}]) == (
        "bids[1].prize: given an unknown field; allowed: only bidder, base, responsive"
    )


def test_all_problems_are_told_at_once() -> None:
    with pytest.raises(InvalidInput) as refused:
        FORM.read_all({"kind": "gift", "amount": "-5", "extra": 1})
    assert [one.field for one in refused.value.problems] == ["extra", "kind", "due", "amount"]


def test_names_in_a_list_are_given_once() -> None:
    bids = [{"bidder": "Harbor", "base": 1}, {"bidder": "Harbor", "base": 2}]
    assert problem(bids=bids) == 'bids[2].bidder: given "Harbor"; allowed: each name once in this list'
    assert problem(bids=[{"bidder": "  ", "base": 1}]).startswith('bids[1].bidder: given "  "')


def test_lists_in_lists() -> None:
    assert FORM.read_all({**SOUND, "teams": [["mbe"], [], ["wbe", "mbe"]]}).teams == (("mbe",), (), ("wbe", "mbe"))
    assert problem(teams=[["dbe"]]) == 'teams[1][1]: given "dbe"; allowed: one of mbe, wbe'
    assert problem(teams="mbe") == 'teams: given "mbe"; allowed: a list'


def test_a_list_that_may_not_be_empty() -> None:
    form = Facts(venturers=ListOf(Text(), at_least=1))
    for given in ({}, {"venturers": None}, {"venturers": []}):
        with pytest.raises(InvalidInput, match="allowed: a list of at least 1"):
            form.read_all(given)


def test_a_pattern() -> None:
    assert FORM.read_all({**SOUND, "code": "17031"}).code == "17031"
    assert problem(code=17031) == "code: given 17031; allowed: five digits"


def test_facts_do_not_change() -> None:
    facts = FORM.read_all(SOUND)
    with pytest.raises(TypeError):
        facts.kind = "contract"


@pytest.mark.parametrize("given", [None, [], "text", 5])
def test_facts_are_a_mapping(given: object) -> None:
    with pytest.raises(InvalidInput, match="allowed: a mapping of named fields"):
        FORM.read_all(given)
