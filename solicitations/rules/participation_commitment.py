"""solicitations.participation_commitment: what participation a contract must commit to, in percent and in dollars.

MCC 2-92-440 (2019 proposal):

a) Insert within specifications for each contract let through competitive bidding with an estimated value in excess of
$10,000.00 a requirement that the contractor commit to the expenditure of at least the MBE percentage of the dollar value of
the contract with one or more MBEs and at least the WBE percentage of the dollar value with one or more WBEs, or make good
faith efforts to do so.

d) Negotiate with any contractor whose contract is in excess of $10,000.00 in value and is not awarded by competitive bidding
a commitment, where practicable, to MBE participation of at least the MBE percentage and WBE participation of at least the WBE
percentage of the dollar value of the contract.

420(t), (z): For contracts procured by public solicitation, the percentages shall apply as of the date the solicitation is
publicly advertised. 450: a lesser percentage standard may be set for a particular contract before its solicitation.
460: a target market contract is let only to such firms; no commitment is added to it.
"""

from typing import Any

from procurement_portal.law.commitment import PERCENTAGES, ROUNDING, committed_dollars, committed_percent
from procurement_portal.law.facts import Boolean, Choice, Day, Facts, Given, Money, Percent, refuse
from procurement_portal.law.words import dollars, gettext_noop, percent
from procurement_portal.law.workings import Workings

TITLE = gettext_noop("Which participation of minority- and women-owned businesses does a contract commit to?")
CITES = ("MCC 2-92-440(a)", "MCC 2-92-440(d)")
FACTS = Facts(
    in_scope=Boolean(default=True, label=gettext_noop("The contract is in the program")),
    method=Choice(
        "competitive_bid",
        "negotiated",
        optional=True,
        default="competitive_bid",
        label=gettext_noop("How it is awarded"),
    ),
    target_market=Boolean(label=gettext_noop("It is a target market contract")),
    estimated_value=Money(label=gettext_noop("Estimated value")),
    advertised_on=Day(optional=True, label=gettext_noop("Advertised on")),
    awarded_on=Day(optional=True, label=gettext_noop("Awarded on")),
    revised_mbe_percent=Percent(
        optional=True, label=gettext_noop("Lesser percentage set for minority-owned businesses")
    ),
    revised_wbe_percent=Percent(optional=True, label=gettext_noop("Lesser percentage set for women-owned businesses")),
)
THRESHOLD = "city.commitment_threshold"
READINGS = (ROUNDING,)
PARAMETERS = (*PERCENTAGES.values(), THRESHOLD)
ANSWERS = ("required", "negotiate", "mbe_percent", "wbe_percent", "mbe_dollars", "wbe_dollars")

_SENTENCES = {
    "required": gettext_noop(
        "The contract commits at least %(mbe_percent)s (%(mbe_dollars)s) to minority-owned and %(wbe_percent)s "
        "(%(wbe_dollars)s) to women-owned businesses, or shows good faith efforts."
    ),
    "negotiate": gettext_noop(
        "Where practicable, the City negotiates at least %(mbe_percent)s (%(mbe_dollars)s) for minority-owned and "
        "%(wbe_percent)s (%(wbe_dollars)s) for women-owned businesses."
    ),
    "none": gettext_noop("No participation commitment is required."),
}


def check(given: Given) -> None:
    """A competitive bid needs the day it was advertised; a negotiated contract that day or the day of award."""
    if given.advertised_on is None and given.method == "competitive_bid":
        raise refuse("advertised_on", "nothing", "the day a competitive bid was publicly advertised")
    if given.advertised_on is None and given.awarded_on is None:
        raise refuse("awarded_on", "nothing", "the day of advertisement or the day of award")
    if given.advertised_on and given.awarded_on and given.awarded_on < given.advertised_on:
        raise refuse(
            "awarded_on", given.awarded_on, f"a day on or after {given.advertised_on.isoformat()}, its advertisement"
        )


def decide(given: Given, law: Workings) -> dict[str, Any]:
    """Answers: required, negotiate (booleans); mbe_percent, wbe_percent, mbe_dollars, wbe_dollars (null where neither)."""
    as_of = law.step(
        gettext_noop("Day whose percentages apply"),
        gettext_noop("the day of public advertisement; without one, the day of award"),
        {gettext_noop("advertised"): given.advertised_on, gettext_noop("awarded"): given.awarded_on},
        given.advertised_on or given.awarded_on,
        "MCC 2-92-420(t)",
        "date",
    )
    mbe = committed_percent("mbe", given.revised_mbe_percent, as_of, law)
    wbe = committed_percent("wbe", given.revised_wbe_percent, as_of, law)
    threshold = law.value(THRESHOLD)
    applies = law.step(
        gettext_noop("A commitment applies"),
        gettext_noop("in the program, not a target market contract, and estimated value over the threshold"),
        {
            gettext_noop("in the program"): given.in_scope,
            gettext_noop("target market"): given.target_market,
            gettext_noop("estimated value"): dollars(given.estimated_value),
            gettext_noop("threshold"): dollars(threshold),
        },
        given.in_scope and not given.target_market and given.estimated_value > threshold,
        law.cite(THRESHOLD),
    )
    if not applies:
        return dict(zip(ANSWERS, (False, False, None, None, None, None), strict=True))
    competitive = given.method == "competitive_bid"
    return {
        "required": competitive,
        "negotiate": not competitive,
        "mbe_percent": mbe,
        "wbe_percent": wbe,
        "mbe_dollars": committed_dollars("mbe", given.estimated_value, mbe, law),
        "wbe_dollars": committed_dollars("wbe", given.estimated_value, wbe, law),
    }


def sentence(given: Given, answer: dict[str, Any]) -> tuple[str, dict[str, object]]:
    """The answer in words."""
    kind = "required" if answer["required"] else "negotiate" if answer["negotiate"] else "none"
    if kind == "none":
        return _SENTENCES[kind], {}
    shares = {key: percent(answer[key]) for key in ("mbe_percent", "wbe_percent")}
    return _SENTENCES[kind], {**shares, **{key: dollars(answer[key]) for key in ("mbe_dollars", "wbe_dollars")}}
