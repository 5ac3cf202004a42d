"""What a rule's answer says in one sentence, for each turn the sentence takes."""

from typing import Any

import pytest

from procurement_portal.law.engine import evaluate
from procurement_portal.law.explain import explain

BILL = {"bill_received_on": "2026-03-02", "amount": "1000.00"}
BIDS = {"advertised_on": "2026-01-15", "due_on": "2026-02-16"}
ONE, OTHER = {"bidder": "A", "base_bid": "100.00"}, {"bidder": "B", "base_bid": "100.00"}
WAIVER = {"documented": True, "association_notified_on": "2026-03-02", "bid_due_on": "2026-03-31"}
HALF, LESS = {"appropriate": 4, "unsuccessful": 2}, {"appropriate": 4, "unsuccessful": 1}
TARGET = {"program": "mbe", "set_aside": "100.00"}
CARD = {"program": "youth", "issued_on": "2025-01-01", "amount": "10.00", "qualifying_bid_price": "0.00"}
DAYS = {"advertised_on": "2026-01-15", "due_on": "2026-02-16"}


def candidate(value: str) -> dict[str, Any]:
    return {"id": "K", "estimated_value": value, "interested_firms": 3}


@pytest.mark.parametrize(
    ("rule", "given", "sentence"),
    [
        ("payments.prompt_payment", {**BILL, "as_of": "2026-03-03"},
         "The bill is approved or disapproved by 2026-04-01; interest runs from 2026-05-01."),
        ("payments.prompt_payment", {**BILL, "approved_on": "2026-03-20", "as_of": "2026-03-20"},
         "Payment is due by 2026-04-20; no interest has run."),
        ("payments.prompt_payment", {**BILL, "approved_on": "2026-03-20", "as_of": "2026-04-21"},
         "Interest of $10.00: paid late after 2026-04-20; months, a part counting as a whole one: 1."),
        ("payments.recoupment", {"award": "100.00", "advance": "20.00", "vouchers": [{"amount": "50.00"}]},
         "$10.00 is recovered; $10.00 of the advance is outstanding."),
        ("compliance.indirect_participation", {"amount": "100.00", "claims": [{"contract": "K", "amount": "40.00"}]},
         "$40.00 is credited; $60.00 is left."),
        ("compliance.commitment_waiver", {**WAIVER, "mbe": HALF, "wbe": HALF}, "Deemed appropriate. Missing: none."),
        ("compliance.commitment_waiver", {**WAIVER, "mbe": HALF, "wbe": LESS},
         "Deemed appropriate for one of the classes. Missing: none."),
        ("compliance.commitment_waiver", {**WAIVER, "mbe": LESS, "documented": False},
         "Not deemed appropriate: the officer decides. Missing: documentation."),
        ("compliance.commitment_waiver", WAIVER, "Not deemed appropriate: the officer decides. Missing: none."),
        ("compliance.target_market_designation", {**TARGET, "small_awards": "100.00"},
         "Small awards already reach the value to be set aside."),
        ("compliance.target_market_designation", {**TARGET, "candidates": [candidate("120.00")]},
         "Contracts designated: 1, worth $120.00, $20.00 beyond the value."),
        ("compliance.target_market_designation", {**TARGET, "candidates": [candidate("90.00")]},
         "Contracts designated: 1, worth $90.00; $10.00 remains."),
        ("solicitations.bid_evaluation", {**BIDS, "bids": [ONE]}, "A is recommended; the contract price is its base bid, $100.00."),
        ("solicitations.bid_evaluation", {**BIDS, "bids": [ONE, OTHER]}, "The officer decides between equals: A; B."),
        ("solicitations.bid_evaluation", {**BIDS, "bids": []},
         "Nobody is recommended: no bid is responsive and from a responsible bidder."),
        ("solicitations.bid_evaluation", {"method": "rfp", "bids": [{"bidder": "A", "score": 80}]},
         "A is recommended, with the highest score."),
        ("solicitations.certificate_award",
         {"certificate": CARD, "bidder": "A", "projects": [{"project": "P", **DAYS, "bids": [ONE]}]},
         "The certificate acts on P, which A wins at its base bid."),
        ("solicitations.certificate_award",
         {"certificate": CARD, "bidder": "C", "projects": [{"project": "P", **DAYS, "bids": [ONE, OTHER]}]},
         "The officer decides between equals; until then the certificate acts on no project."),
        ("solicitations.certificate_award", {"certificate": CARD, "bidder": "C"},
         "The certificate acts on no project: C is lowest with it on none."),
    ],
)  # fmt: skip
def test_the_sentence_says(rule: str, given: dict[str, Any], sentence: str) -> None:
    assert explain(evaluate(rule, given).trace).sentence == sentence
