"""payments.indirect_cost_limit: how much of a federally funded award may pay indirect costs, without a negotiated rate.

2 CFR 200.414(f): a recipient without a negotiated rate may charge a de minimis rate of 10 percent (awards from 2024-10-01: up to
15 percent) of modified total direct costs. 2 CFR 200.1: modified total direct cost includes salaries and wages, fringe benefits,
supplies, travel, and the first $25,000 (from then $50,000) of each subaward; it excludes equipment.
"""

from decimal import Decimal
from typing import Any

from procurement_portal.law.facts import Day, Facts, Given, ListOf, Money
from procurement_portal.law.money import half_up, share
from procurement_portal.law.words import dollars, gettext_noop, percent
from procurement_portal.law.workings import Workings

TITLE = gettext_noop("How much may pay indirect costs, without a negotiated rate?")
CITES = ("2 CFR 200.414(f)", "2 CFR 200.1")
FACTS = Facts(
    award_on=Day(label=gettext_noop("Awarded on")),
    costs=Facts(
        group_label=gettext_noop("Direct costs"),
        salaries=Money(label=gettext_noop("Salaries and wages")),
        fringe=Money(label=gettext_noop("Fringe benefits")),
        supplies=Money(label=gettext_noop("Supplies")),
        travel=Money(label=gettext_noop("Travel")),
        equipment=Money(label=gettext_noop("Equipment")),
    ),
    subawards=ListOf(Money(), label=gettext_noop("Subawards, each")),
)
RATE, PART = "federal.indirect_rate_percentage", "federal.indirect_subaward_amount"
READINGS = ()
PARAMETERS = (RATE, PART)
ANSWERS = ("base", "rate_percent", "limit")
_COUNTED = {
    "salaries": gettext_noop("salaries"),
    "fringe": gettext_noop("fringe benefits"),
    "supplies": gettext_noop("supplies"),
    "travel": gettext_noop("travel"),
}


def decide(given: Given, law: Workings) -> dict[str, Any]:
    """Answers: base (dollars: direct costs without equipment, of each subaward only its first part), rate_percent, limit
    (dollars, half-up). The rate and the part are those of the day of the award."""
    most = law.value(PART, given.award_on)
    part = sum((min(subaward, most) for subaward in given.subawards), Decimal(0))
    law.step(
        gettext_noop("Counted of subawards"),
        gettext_noop("of each subaward its first part, no more than the amount"),
        {gettext_noop("subawards"): [dollars(each) for each in given.subawards], gettext_noop("amount"): dollars(most)},
        half_up(part),
        law.cite(PART, given.award_on),
        "dollars",
    )
    base = law.cents(
        gettext_noop("Base"),
        gettext_noop("the direct costs that count + what counts of subawards; equipment is left out"),
        {words: dollars(given.costs[name]) for name, words in _COUNTED.items()},
        sum((given.costs[name] for name in _COUNTED), part),
        law.cite(PART, given.award_on),
    )
    rate = law.value(RATE, given.award_on)
    limit = law.cents(
        gettext_noop("Most for indirect costs"),
        gettext_noop("base × rate ÷ 100"),
        {gettext_noop("base"): dollars(base), gettext_noop("rate"): percent(rate)},
        share(base, rate),
        law.cite(RATE, given.award_on),
    )
    return {"base": base, "rate_percent": rate, "limit": limit}


def sentence(given: Given, answer: dict[str, Any]) -> tuple[str, dict[str, object]]:
    """The answer in words."""
    values: dict[str, object] = {key: dollars(answer[key]) for key in ("limit", "base")}
    values["rate"] = percent(answer["rate_percent"])
    return gettext_noop("At most %(limit)s may pay indirect costs: %(rate)s of %(base)s."), values
