"""Random facts for each money and date rule, decided twice: by the portal's rule, and by a second implementation.

The second one (`tests/law/second`) is written differently, from the same texts: fractions and whole cents, days counted one by
one, equals tried in every order. In `test` a small fixed sample; `manage.py prove law_twice` runs 100,000 and more. The seed is
printed: `PORTAL_PROVE_SEED` repeats a run.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from procurement_portal.law.book import current_book
from procurement_portal.law.engine import Outcome, evaluate
from procurement_portal.law.rulebook import find_rule
from tests.law.second import credits, money, reviews
from tests.law.second.draws import RULES, Draw

FULL = os.environ.get("PORTAL_PROVE") == "full"
CASES = 5000 if FULL else 40
SEED = int(os.environ.get("PORTAL_PROVE_SEED", "20261125"))


def second(rule: str, given: dict[str, Any], readings: dict[str, Any]) -> dict[str, Any]:
    word = rule.split(".")[1]
    if word == "bid_evaluation":
        return credits.recommended(given, readings)
    place = next(room for room in (credits, reviews, money) if hasattr(room, word))
    found: dict[str, Any] = getattr(place, word)(given, readings)
    return found


def plain(value: Any) -> Any:
    """Numbers as fractions, lists and mappings through and through: what two implementations must agree on."""
    if isinstance(value, bool) or value is None or isinstance(value, str | date):
        return value
    if isinstance(value, int | Decimal | Fraction):
        return Fraction(value)
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    return [plain(item) for item in value]


def drawn_readings(draw: Draw, rule: str) -> dict[str, Any]:
    """The default of most questions, another listed reading of some."""
    book, chosen = current_book(), {}
    for key in find_rule(rule).readings:
        others = book.question(key).alternatives_to(book.question(key).default)
        if others and draw.yes(0.25):
            chosen[key] = draw.choice(others)
    return chosen


def other_outcomes(rule: str, given: dict[str, Any], readings: dict[str, Any]) -> dict[str, Any]:
    """What each single other reading gives by the second implementation, where it differs."""
    book, found = current_book(), {}
    here = second(rule, given, readings)
    for key in find_rule(rule).readings:
        question = book.question(key)
        for value in question.alternatives_to(readings.get(key, question.default)):
            there = second(rule, given, {**readings, key: value})
            same = there["recommended"] == here["recommended"] if "recommended" in here else plain(there) == plain(here)
            if not same:
                found[f"{key}={value}"] = there.get("recommended")
    return found


def told(rule: str, given: Any, readings: Any, outcome: Outcome, expected: Any) -> str:
    return f"{rule}\ngiven {given}\nreadings {readings}\nfirst {dict(outcome.answer)}\nsecond {expected}"


@pytest.mark.parametrize("rule", RULES)
def test_both_implementations_agree(rule: str) -> None:
    draw = Draw(f"{SEED} {rule}")
    sensitive = 0
    for _ in range(CASES):
        given, readings = RULES[rule](draw), drawn_readings(draw, rule)
        outcome, expected = evaluate(rule, given, readings=readings), second(rule, given, readings)
        got = {key: plain(outcome[key]) for key in expected}
        assert got == plain(expected), told(rule, given, readings, outcome, expected)
        others = other_outcomes(rule, given, readings)
        assert outcome["reading_sensitive"] == bool(others), told(rule, given, readings, outcome, others)
        if rule == "solicitations.bid_evaluation":
            assert outcome["alternatives"] == others, told(rule, given, readings, outcome, others)
        sensitive += bool(others)
    print(f"\n{rule}: seed {SEED}, {CASES} cases agree, {sensitive} of them sensitive to a reading")


def test_the_order_of_bids_does_not_matter() -> None:
    draw = Draw(SEED)
    for _ in range(CASES):
        given = RULES["solicitations.bid_evaluation"](draw)
        turned = {**given, "bids": draw.sample(given["bids"], len(given["bids"]))}
        assert (
            evaluate("solicitations.bid_evaluation", given).answer
            == evaluate("solicitations.bid_evaluation", turned).answer
        )


def test_a_later_payment_never_carries_less_interest() -> None:
    draw = Draw(SEED)
    for _ in range(CASES):
        given = RULES["payments.prompt_payment"](draw)
        earlier, later = sorted((draw.day(2040, 2045), draw.day(2040, 2045)))
        first, second = (
            evaluate("payments.prompt_payment", {**given, "as_of": day})["interest"] for day in (earlier, later)
        )
        assert first <= second


def test_what_is_recovered_and_what_is_outstanding_sum_to_the_advance() -> None:
    draw = Draw(SEED)
    for _ in range(CASES):
        given = RULES["payments.recoupment"](draw)
        answer = evaluate("payments.recoupment", given)
        assert sum(answer["recouped"], answer["outstanding"]) == Decimal(given["advance"])
        vouchers = [Decimal(voucher["amount"]) for voucher in given["vouchers"]]
        assert [a + b for a, b in zip(answer["recouped"], answer["net"], strict=True)] == vouchers
