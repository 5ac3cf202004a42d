"""solicitations.certificate_standing: may this earned credit certificate be used in this bid, and what does it deduct?

Cook County Code (committee substitute): 34-234(b) "... in a future Bid for a Contract for Public Works of equal or greater value
as the Qualifying Contract"; (c) "an Earned Credit Certificate, which shall be valid for three years from the date of
issuance"; (d) "the CPO shall deduct from the Bid Price the amount of Earned Credit set forth on the Earned Credit Certificate
submitted by a Bidder. If the Bidder is awarded the Contract, such Earned Credit Certificate may not be used again in a future
Bid." 34-239(f), (g) and 34-240(f), (g) say the same of apprentice and youth certificates, of "any future project contract bid of
equal or greater dollar value"; read to need public works as well (A-56).
"""

from datetime import date
from decimal import Decimal
from typing import Any

from procurement_portal.law.calendar import anniversary
from procurement_portal.law.facts import Boolean, Choice, Day, Facts, Given, Money
from procurement_portal.law.money import half_up
from procurement_portal.law.words import dollars, gettext_noop
from procurement_portal.law.workings import Workings

TITLE = gettext_noop("May an earned credit certificate be used in this bid?")
CITES = ("Cook County Code 34-234(d)", "Cook County Code 34-239(f)", "Cook County Code 34-240(f)")
FACTS = Facts(
    program=Choice("reentry", "apprentice", "youth", label=gettext_noop("Program of the certificate")),
    issued_on=Day(label=gettext_noop("Issued on")),
    amount=Money(label=gettext_noop("Amount printed on it")),
    qualifying_bid_price=Money(label=gettext_noop("Bid price of the qualifying contract")),
    consumed=Boolean(label=gettext_noop("Already used for an award")),
    public_works=Boolean(label=gettext_noop("This bid is for public works")),
    bid_due_on=Day(label=gettext_noop("This bid is due on")),
    base_bid=Money(positive=True, label=gettext_noop("Base bid")),
)
YEARS = "county.certificate_years"
READINGS = ()
# Apprentice and youth credits begin after the first day of their tables: "advertised after the effective date".
AFTER_FIRST_DAY = {"apprentice": "county.earned_credit_apprentice", "youth": "county.earned_credit_youth"}
PARAMETERS = (YEARS,)
ANSWERS = ("usable", "reason", "deduction")
# The provision that states each reason, by program.
_SECTION = {
    "reentry": {"valid": "34-234(c)", "floor": "34-234(b)", "once": "34-234(d)"},
    "apprentice": {"valid": "34-239(g)", "floor": "34-239(f)", "once": "34-239(h)"},
    "youth": {"valid": "34-240(g)", "floor": "34-240(f)", "once": "34-240(h)"},
}
_SENTENCES = {
    None: gettext_noop("The certificate may be used; it deducts %(deduction)s in the evaluation."),
    "expired": gettext_noop("The certificate cannot be used: it expires before bids are due."),
    "not_yet_issued": gettext_noop("The certificate cannot be used: it is issued after bids are due."),
    "below_floor": gettext_noop("The certificate cannot be used: the bid is less than the contract that earned it."),
    "consumed": gettext_noop("The certificate cannot be used: it already brought an award."),
    "not_public_works": gettext_noop("The certificate cannot be used: this is not a public works contract."),
}


def decide(given: Given, law: Workings) -> dict[str, Any]:
    """Answers: usable, reason (the first that holds, or null), deduction (dollars; 0.00 if not usable)."""
    section = {name: f"Cook County Code {text}" for name, text in _SECTION[given.program].items()}
    last_day: date = law.step(
        gettext_noop("Last day of validity"),
        gettext_noop("the anniversary of its issue, that day included"),
        {gettext_noop("issued"): given.issued_on, gettext_noop("years"): law.value(YEARS)},
        anniversary(given.issued_on, int(law.value(YEARS))),
        section["valid"],
        "date",
    )
    faults = faults_of(given, given.bid_due_on, given.base_bid, given.public_works, last_day)
    formulas = {
        "expired": gettext_noop("bids are due after the last day of validity"),
        "not_yet_issued": gettext_noop("it is issued after bids are due"),
        "below_floor": gettext_noop("the base bid is less than the bid price of the qualifying contract"),
        "consumed": gettext_noop("it was used for an award before"),
        "not_public_works": gettext_noop("the contract is not for public works"),
    }
    cites = {"expired": section["valid"], "not_yet_issued": section["valid"], "consumed": section["once"]}
    for code, holds in faults.items():
        law.step(gettext_noop("Reason against it"), formulas[code], {}, holds, cites.get(code, section["floor"]))
    reason = next((code for code, holds in faults.items() if holds), None)
    deduction = law.cents(
        gettext_noop("Deduction"),
        gettext_noop("the amount printed on the certificate, if it may be used"),
        {gettext_noop("amount"): dollars(given.amount), gettext_noop("reason against it"): reason},
        given.amount if reason is None else half_up(0),
        section["once"],
    )
    return {"usable": reason is None, "reason": reason, "deduction": deduction}


def sentence(given: Given, answer: dict[str, Any]) -> tuple[str, dict[str, object]]:
    """The answer in words."""
    return _SENTENCES[answer["reason"]], {"deduction": dollars(answer["deduction"])}


def faults_of(
    certificate: Given, due_on: date, base_bid: Decimal, public_works: bool, last_day: date
) -> dict[str, bool]:
    """Each reason against a certificate in a bid, in order, and whether it holds. Also asked where bids are evaluated."""
    return {
        "expired": due_on > last_day,
        "not_yet_issued": certificate.issued_on > due_on,
        "below_floor": base_bid < certificate.qualifying_bid_price,
        "consumed": certificate.get("consumed", False),
        "not_public_works": not public_works,
    }


def usable(
    certificate: Given, advertised_on: date, due_on: date, base_bid: Decimal, law: Workings, *, public_works: bool
) -> bool:
    """Whether a certificate deducts in a bid: sound on the due day, and its program in force for the project."""
    table = AFTER_FIRST_DAY.get(certificate.program)
    if table is not None:
        first_day = law.row(table).first_day
        if first_day is not None and advertised_on <= first_day:
            return False
    last_day = anniversary(certificate.issued_on, int(law.value(YEARS)))
    return not any(faults_of(certificate, due_on, base_bid, public_works, last_day).values())
