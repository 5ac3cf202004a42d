"""compliance.modification_review: which modification requests of a contract must be reviewed for further participation.

MCC 2-92-440(b) (2019 proposal): Review each proposed contract modification request that, by itself or aggregated with previous
modification requests, increases the contract value by ten percent of the initial contract value or $50,000.00, whichever is
greater, for opportunities to increase participation of MBEs or WBEs already involved in the contract.
"""

from decimal import Decimal
from fractions import Fraction
from typing import Any

from procurement_portal.law.facts import Facts, Given, ListOf, Money
from procurement_portal.law.money import exact, half_up, share
from procurement_portal.law.words import dollars, gettext_noop, percent
from procurement_portal.law.workings import Workings

TITLE = gettext_noop("Which modification requests are reviewed for further participation?")
CITES = ("MCC 2-92-440(b)",)
FACTS = Facts(
    initial_value=Money(positive=True, label=gettext_noop("Initial contract value")),
    requests=ListOf(Money(signed=True), label=gettext_noop("Requested changes, in order")),
)
AGGREGATE, COMPARISON = "city.mod.aggregate", "city.mod.comparison"
PERCENTAGE, AMOUNT = "city.modification_percentage", "city.modification_amount"
READINGS = (AGGREGATE, COMPARISON)
PARAMETERS = (PERCENTAGE, AMOUNT)
ANSWERS = ("threshold", "review")


def decide(given: Given, law: Workings) -> dict[str, Any]:
    """Answers: threshold (dollars, half-up; compared exactly), review (true or false for each request, in order)."""
    percentage, amount = law.value(PERCENTAGE), law.value(AMOUNT)
    threshold = max(share(given.initial_value, percentage), exact(amount))
    law.step(
        gettext_noop("Threshold"),
        gettext_noop("the greater of the percentage of the initial value and the fixed amount"),
        {
            gettext_noop("initial value"): dollars(given.initial_value),
            gettext_noop("percentage"): percent(percentage),
            gettext_noop("fixed amount"): dollars(amount),
        },
        half_up(threshold),
        law.cite(PERCENTAGE),
        "dollars",
    )
    only_increases = law.reading(AGGREGATE) == "gross_increases"
    strictly = law.reading(COMPARISON) == "more_than"
    review = []
    total = Fraction(0)
    for request in given.requests:
        change: Decimal = max(request, Decimal(0)) if only_increases else request
        total += exact(change)
        greatest = max(exact(request), total)
        reached = greatest > threshold if strictly else greatest >= threshold
        law.step(
            gettext_noop("Request"),
            gettext_noop("by itself, or added to the requests before it, against the threshold"),
            {gettext_noop("request"): dollars(request), gettext_noop("with those before"): dollars(half_up(total))},
            reached,
            law.cite(PERCENTAGE),
        )
        review.append(reached)
    return {"threshold": half_up(threshold), "review": review}


def sentence(given: Given, answer: dict[str, Any]) -> tuple[str, dict[str, object]]:
    """The answer in words."""
    values = {
        "count": answer["review"].count(True),
        "all": len(answer["review"]),
        "threshold": dollars(answer["threshold"]),
    }
    return gettext_noop("%(count)s of %(all)s requests are reviewed; the threshold is %(threshold)s."), values
