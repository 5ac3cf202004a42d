"""solicitations.bid_evaluation: which bidder is recommended for award, and at what price.

Cook County Code (committee substitute):

34-230 Local business preference; all contracts. The CPO shall recommend award of the Procurement to the lowest Responsible and
Responsive Bidder which is a Local Business, so long as the Bid of such Bidder does not exceed the Bid of the lowest Responsible and
Responsive Bidder by more than five percent. 34-241: the same of a Bidder which is a Social Enterprise.

34-234(d) For purposes of calculating the lowest Responsive and Responsible Bidder only, the CPO shall deduct from the Bid Price the
amount of Earned Credit set forth on the Earned Credit Certificate submitted by a Bidder. 34-239(d), 34-240(d): The bid incentive
does not affect the contract price. (h): only one bid incentive on one project contract award.

34-236(a) ... a preference of one percent of the amount of the Contract to a Responsible and Responsive Contractor for a Public Works
Contract when such Contractor has committed by affidavit to utilize Eligible Veterans for at least five percent of the hours worked
under such Contract. (b) ... a preference of five percent of the amount of the Contract to a Responsible and Responsive VBE or SDVBE.

A request for proposals has no lowest bidder: the highest score, and no preference (A-18).
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from procurement_portal.law.facts import (
    Boolean,
    Choice,
    Day,
    Facts,
    Given,
    ListOf,
    Money,
    Number,
    Percent,
    Text,
    refuse,
)
from procurement_portal.law.money import percentage, share
from procurement_portal.law.recommendation import EITHER, Bid, Result, Section, Within, names, recommend, within_cap
from procurement_portal.law.words import dollars, gettext_noop, percent
from procurement_portal.law.workings import Workings
from solicitations.rules.certificate_standing import AFTER_FIRST_DAY, YEARS, usable

TITLE = gettext_noop("Which bidder is recommended, and at what price?")
CITES = (
    "Cook County Code 34-230",
    "Cook County Code 34-234(d)",
    "Cook County Code 34-236(a)",
    "Cook County Code 34-236(b)",
    "Cook County Code 34-241",
)
LOCAL, CREDIT, WORKPLACE, BUSINESS, SOCIAL = CITES
FACTS = Facts(
    method=Choice(
        "competitive_bid", "rfp", optional=True, default="competitive_bid", label=gettext_noop("How it is awarded")
    ),
    public_works=Boolean(label=gettext_noop("It is for public works")),
    federally_funded=Boolean(label=gettext_noop("Paid from federal funds")),
    advertised_on=Day(optional=True, label=gettext_noop("Advertised on")),
    due_on=Day(optional=True, label=gettext_noop("Due on")),
    bids=ListOf(
        Facts(
            bidder=Text(label=gettext_noop("Bidder")),
            base_bid=Money(positive=True, optional=True, label=gettext_noop("Base bid")),
            responsive=Boolean(default=True, label=gettext_noop("Responsive")),
            responsible=Boolean(default=True, label=gettext_noop("Responsible")),
            local_business=Boolean(label=gettext_noop("Local business")),
            social_enterprise=Boolean(label=gettext_noop("Social enterprise")),
            vbe=Boolean(label=gettext_noop("Veteran-owned business")),
            sdvbe=Boolean(label=gettext_noop("Service-disabled veteran-owned business")),
            veteran_hours_percent=Percent(
                optional=True, default=Decimal(0), label=gettext_noop("Hours committed to eligible veterans")
            ),
            certificates=ListOf(
                Facts(
                    program=Choice("reentry", "apprentice", "youth", label=gettext_noop("Program of the certificate")),
                    issued_on=Day(label=gettext_noop("Issued on")),
                    amount=Money(label=gettext_noop("Amount printed on it")),
                    qualifying_bid_price=Money(label=gettext_noop("Bid price of the qualifying contract")),
                    consumed=Boolean(label=gettext_noop("Already used for an award")),
                ),
                label=gettext_noop("Earned credit certificates"),
            ),
            score=Number(optional=True, label=gettext_noop("Score")),
        ),
        unique="bidder",
        label=gettext_noop("Bids"),
    ),
)
PRECEDENCE, CAP_BASIS, AMOUNT = "county.pref.precedence", "county.pref.cap_basis", "county.vbe.base"
STACK, MOST, BLOCK = "county.stack.deductions", "county.ec.max_per_bid", "pref.federal_block"
READINGS = (PRECEDENCE, CAP_BASIS, AMOUNT, STACK, MOST, BLOCK)
CAP, FOR_BUSINESS = "county.preference_cap_percentage", "county.veteran_business_percentage"
FOR_WORKPLACE, HOURS = "county.veteran_workplace_percentage", "county.veteran_workplace_hours_percentage"
PARAMETERS = (CAP, FOR_BUSINESS, FOR_WORKPLACE, HOURS, YEARS, *AFTER_FIRST_DAY.values())
ANSWERS = (
    "recommended",
    "contract_price",
    "benchmark",
    "evaluated",
    "premium_percent",
    "preferences_applied",
    "decision_required",
    "tied",
    "reading_sensitive",
    "alternatives",
)
_DEDUCTIONS = {
    "earned_credit": (gettext_noop("Earned credit"), CREDIT),
    "veteran_workplace": (gettext_noop("Veterans' workplace"), WORKPLACE),
    "veteran_business": (gettext_noop("Veteran-owned business"), BUSINESS),
}


def check(given: Given) -> None:
    """What each method needs is given; bids are due on or after advertisement. Raises `InvalidInput`."""
    if given.method == "competitive_bid":
        for field in ("advertised_on", "due_on"):
            if given[field] is None:
                raise refuse(field, "nothing", "a day, for a competitive bid")
    needed = "base_bid" if given.method == "competitive_bid" else "score"
    for position, bid in enumerate(given.bids, 1):
        if bid[needed] is None:
            raise refuse(f"bids[{position}].{needed}", "nothing", "given for each bid of this method")
    if given.advertised_on and given.due_on and given.due_on < given.advertised_on:
        raise refuse("due_on", given.due_on, f"a day on or after {given.advertised_on.isoformat()}, its advertisement")


def decide(given: Given, law: Workings) -> dict[str, Any]:
    """Answers all but `reading_sensitive` and `alternatives` (see `complete`). Raises `NotInForce` for a competitive bid
    advertised before the division is in force."""
    if given.method == "rfp":
        return _by_score(given, law)
    cap = law.value(CAP, given.advertised_on)
    bids = [bid for bid in given.bids if bid.responsive and bid.responsible]
    law.step(
        gettext_noop("Bids that count"),
        gettext_noop("responsive bids of responsible bidders"),
        {gettext_noop("all bids"): len(given.bids)},
        len(bids),
        LOCAL,
    )
    if not bids:
        return _answer(None, None, (), {}, None)
    blocked = law.step(
        gettext_noop("Federal money"),
        gettext_noop("where preferences are read to be blocked by it, there is none"),
        {gettext_noop("federal funds"): given.federally_funded},
        given.federally_funded and law.reading(BLOCK) == "block",
        CREDIT,
    )
    lowest = min(bid.base_bid for bid in bids)
    evaluated = [_evaluated(bid, given, blocked, lowest, law) for bid in bids]
    least = min(bid.evaluated for bid in evaluated)
    first = tuple(bid for bid in evaluated if bid.evaluated == least)
    law.step(
        gettext_noop("Lowest bidder"),
        gettext_noop("the least evaluated bid among responsive bids of responsible bidders"),
        {gettext_noop("evaluated bid"): dollars(first[0].evaluated)},
        list(names(first)),
        CREDIT,
    )
    sections = [] if blocked else _sections(evaluated, law)
    within = within_cap(str(law.reading(CAP_BASIS)), cap, lowest) if sections else None
    if within is not None and law.traced:
        _tested(sections, first[0], within, cap, law)
    results = [recommend(sections, benchmark, within) for benchmark in first]
    outcomes = {(result.winner and result.winner.name, names(result.tied)) for result in results}
    result = results[0] if len(outcomes) == 1 else Result(None, None, first)
    return _stated(result, first, evaluated, lowest, cap, law)


def outcome(answer: dict[str, Any]) -> object:
    """What counts as a change under another reading: the recommended bidder."""
    return answer["recommended"]


def complete(answer: dict[str, Any], alternatives: Sequence[Any]) -> dict[str, Any]:
    """The answer with `alternatives`: reading=value to whom it would recommend, null where it would need a decision."""
    others = {f"{one.reading}={one.value}": one.answer and one.answer["recommended"] for one in alternatives}
    return {**answer, "reading_sensitive": bool(others), "alternatives": others}


def sentence(given: Given, answer: dict[str, Any]) -> tuple[str, dict[str, object]]:
    """The answer in words."""
    values: dict[str, object] = {"bidder": answer["recommended"], "tied": answer["tied"]}
    if answer["decision_required"]:
        return gettext_noop("The officer decides between equals: %(tied)s."), values
    if answer["recommended"] is None:
        return gettext_noop("Nobody is recommended: no bid is responsive and from a responsible bidder."), values
    if answer["contract_price"] is None:
        return gettext_noop("%(bidder)s is recommended, with the highest score."), values
    values["price"] = dollars(answer["contract_price"])
    return gettext_noop("%(bidder)s is recommended; the contract price is its base bid, %(price)s."), values


def _answer(
    winner: str | None,
    price: Decimal | None,
    tied: Sequence[str],
    evaluated: dict[str, Decimal],
    benchmark: str | None,
    *,
    premium: Decimal | None = None,
    preferences: Sequence[str] = (),
) -> dict[str, Any]:
    return {
        "recommended": winner,
        "contract_price": price,
        "benchmark": benchmark,
        "evaluated": evaluated,
        "premium_percent": premium,
        "preferences_applied": list(preferences),
        "decision_required": winner is None and bool(tied),
        "tied": list(tied),
    }


def _by_score(given: Given, law: Workings) -> dict[str, Any]:
    """The highest score among responsive and responsible proposals; no price preference."""
    proposals = [bid for bid in given.bids if bid.responsive and bid.responsible]
    highest = max((bid.score for bid in proposals), default=None)
    first = [bid for bid in proposals if bid.score == highest]
    law.step(
        gettext_noop("Highest score"),
        gettext_noop("among responsive proposals of responsible proposers; equals are decided by the officer"),
        {bid.bidder: bid.score for bid in proposals},
        highest,
        LOCAL,
    )
    if len(first) != 1:
        return _answer(None, None, sorted(bid.bidder for bid in first), {}, None)
    return _answer(first[0].bidder, first[0].base_bid, (), {}, None)


def _evaluated(bid: Given, given: Given, blocked: bool, lowest: Decimal, law: Workings) -> Bid:
    """The bid with its deductions, each to the cent."""
    found = {} if blocked else _deductions(bid, given, lowest, law)
    if len(found) > 1 and law.reading(STACK) == "max_one":
        largest = max(found, key=found.__getitem__)
        found = {largest: found[largest]}
    evaluated = bid.base_bid - sum(found.values(), Decimal(0))
    law.step(
        gettext_noop("Evaluated bid"),
        gettext_noop("base bid − deductions, for the evaluation only"),
        {
            gettext_noop("bidder"): bid.bidder,
            gettext_noop("base bid"): dollars(bid.base_bid),
            **{_DEDUCTIONS[code][0]: dollars(amount) for code, amount in found.items()},
        },
        evaluated,
        CREDIT,
        "dollars",
    )
    flags = (("social_enterprise", bid.social_enterprise), ("local_business", bid.local_business))
    return Bid(bid.bidder, bid.base_bid, evaluated, found, tuple(code for code, holds in flags if holds))


def _deductions(bid: Given, given: Given, lowest: Decimal, law: Workings) -> dict[str, Decimal]:
    """Earned credit, veterans' workplace, veteran-owned business: those that deduct something, in this order."""
    found = {"earned_credit": _credit(bid, given, law)}
    preferred = {
        "veteran_workplace": given.public_works and bid.veteran_hours_percent >= law.value(HOURS),
        "veteran_business": bid.vbe or bid.sdvbe,
    }
    for (code, holds), rate in zip(preferred.items(), (FOR_WORKPLACE, FOR_BUSINESS), strict=True):
        if holds:
            amount = bid.base_bid if law.reading(AMOUNT) == "own_bid" else lowest
            label, cite = _DEDUCTIONS[code]
            found[code] = law.cents(
                label,
                gettext_noop("the bidder's base bid (or the lowest, where it is so read) × percentage ÷ 100"),
                {
                    gettext_noop("bidder"): bid.bidder,
                    gettext_noop("bid"): dollars(amount),
                    gettext_noop("percentage"): percent(law.value(rate)),
                },
                share(amount, law.value(rate)),
                cite,
            )
    return {code: amount for code, amount in found.items() if amount}


def _credit(bid: Given, given: Given, law: Workings) -> Decimal:
    """What the bid's usable certificates deduct: the best one, unless more are read to be allowed."""
    project = (given.advertised_on, given.due_on, bid.base_bid)
    found = [one for one in bid.certificates if usable(one, *project, law, public_works=given.public_works)]
    allowed = law.reading(MOST) if len(found) > 1 else "all"
    amounts = [one.amount for one in found]
    if allowed == "one":
        amounts = [max(amounts)]
    elif allowed == "one_per_program":
        best = {one.program: one.amount for one in sorted(found, key=lambda one: one.amount)}
        amounts = list(best.values())
    credit = sum(amounts, Decimal(0))
    if bid.certificates:
        law.cents(
            _DEDUCTIONS["earned_credit"][0],
            gettext_noop("the best usable certificate, or as many as are read to be allowed"),
            {
                gettext_noop("bidder"): bid.bidder,
                gettext_noop("usable certificates"): [dollars(one.amount) for one in found],
            },
            credit,
            CREDIT,
        )
    return credit


def _sections(bids: Sequence[Bid], law: Workings) -> list[Section]:
    """The sections that have a candidate, in the order they act, each with its lowest-evaluated bidders."""
    sections: list[Section] = []
    for code in ("social_enterprise", "local_business"):
        flagged = [bid for bid in bids if code in bid.sections]
        least = min((bid.evaluated for bid in flagged), default=None)
        if flagged:
            sections.append((code, tuple(bid for bid in flagged if bid.evaluated == least)))
    if len(sections) < 2:
        return sections
    precedence = law.reading(PRECEDENCE)
    if precedence == "local_first":
        return sections[::-1]
    if precedence == "social_enterprise_first":
        return sections
    (_, social), (_, local) = sections
    if social[0].evaluated == local[0].evaluated and social != local:
        return [(EITHER, social), (EITHER, local)]
    return sections if social[0].evaluated <= local[0].evaluated else sections[::-1]


def _tested(sections: Sequence[Section], benchmark: Bid, within: Within, cap: Decimal, law: Workings) -> None:
    """The steps of the cap: each section's candidates against the lowest bidder (the first of equals)."""
    for _, candidates in sections:
        for bid in candidates:
            law.step(
                gettext_noop("Within the cap"),
                gettext_noop("the preferred bid exceeds the lowest bidder's by no more than the percentage, exactly"),
                {
                    gettext_noop("bidder"): bid.name,
                    gettext_noop("preferred as"): list(bid.sections),
                    gettext_noop("base bid"): dollars(bid.base),
                    gettext_noop("lowest bidder"): benchmark.name,
                    gettext_noop("its base bid"): dollars(benchmark.base),
                    gettext_noop("cap"): percent(cap),
                },
                within(bid, benchmark),
                SOCIAL if "social_enterprise" in bid.sections else LOCAL,
            )


def _stated(
    result: Result, first: Sequence[Bid], bids: Sequence[Bid], lowest: Decimal, cap: Decimal, law: Workings
) -> dict[str, Any]:
    """The answer, and the steps that lead to it."""
    winner, evaluated = result.winner, {bid.name: bid.evaluated for bid in bids}
    law.step(
        gettext_noop("Recommended"),
        gettext_noop(
            "the lowest social enterprise or local business within the cap over the lowest bidder, else the lowest bidder"
        ),
        {gettext_noop("cap"): percent(cap), gettext_noop("preference"): result.section},
        None if winner is None else winner.name,
        SOCIAL if result.section == "social_enterprise" else LOCAL,
    )
    if winner is None:
        return _answer(None, None, names(result.tied), evaluated, None)
    premium = law.step(
        gettext_noop("Premium"),
        gettext_noop("how far the recommended base bid is over the lowest base bid, in percent of it"),
        {gettext_noop("recommended"): dollars(winner.base), gettext_noop("lowest base bid"): dollars(lowest)},
        percentage(winner.base - lowest, lowest),
        LOCAL,
        "percent",
    )
    benchmark = first[0] if len(first) == 1 else winner if winner in first else None
    through = [result.section] if result.section and winner != benchmark else []
    tied = names(first) if len(first) > 1 else ()
    answer = _answer(
        winner.name,
        winner.base,
        tied,
        evaluated,
        None if benchmark is None else benchmark.name,
        premium=premium,
        preferences=[*winner.deductions, *through],
    )
    law.cents(
        gettext_noop("Contract price"),
        gettext_noop("the base bid of the recommended bidder, without deductions"),
        {gettext_noop("bidder"): winner.name},
        winner.base,
        CREDIT,
    )
    return answer
