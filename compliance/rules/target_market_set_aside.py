"""compliance.target_market_set_aside: how much of a year's contracts is set aside for the target market.

MCC 2-92-460(a) (2019 proposal): In January of each year the contract compliance officer shall estimate the dollar value of all
contracts to be awarded by the city during that year and shall multiply that total by the M.B.E. target market percentage and
the W.B.E. target market percentage for that year. Contracts with an estimated dollar value equal to such products shall be set
aside.

"Contracts" leaves delegate agency contracts out (420(i)(1)). Before 1991 there is no percentage (420(u), (aa)): not in force.
"""

from datetime import date
from decimal import Decimal
from typing import Any

from procurement_portal.law.facts import Facts, Given, Money, Year, refuse
from procurement_portal.law.money import share
from procurement_portal.law.words import dollars, gettext_noop, percent
from procurement_portal.law.workings import Workings

TITLE = gettext_noop("How much of the year's contracts is set aside for the target market?")
CITES = ("MCC 2-92-460(a)",)
FACTS = Facts(
    year=Year(label=gettext_noop("Year")),
    estimated_awards=Money(label=gettext_noop("Estimated value of all contracts of the year")),
    delegate_agency_awards=Money(
        optional=True, default=Decimal(0), label=gettext_noop("Of these, delegate agency contracts")
    ),
)
MBE, WBE = "city.target_market_mbe_percentage", "city.target_market_wbe_percentage"
READINGS = ()
PARAMETERS = (MBE, WBE)
ANSWERS = ("base", "mbe", "wbe")


def check(given: Given) -> None:
    """Delegate agency contracts cannot be more than all contracts. Raises `InvalidInput`."""
    if given.delegate_agency_awards > given.estimated_awards:
        raise refuse("delegate_agency_awards", given.delegate_agency_awards, "at most the estimated awards")


def decide(given: Given, law: Workings) -> dict[str, Any]:
    """Answers: base, mbe, wbe (dollars, half-up). Raises `NotInForce` for a year before the percentages."""
    january = date(given.year, 1, 1)
    base = law.cents(
        gettext_noop("Base"),
        gettext_noop("all contracts − delegate agency contracts"),
        {
            gettext_noop("all contracts"): dollars(given.estimated_awards),
            gettext_noop("delegate agency contracts"): dollars(given.delegate_agency_awards),
        },
        given.estimated_awards - given.delegate_agency_awards,
        "MCC 2-92-420(i)",
    )
    answer = {"base": base}
    for name, parameter, label in (
        ("mbe", MBE, gettext_noop("Set aside for minority-owned businesses")),
        ("wbe", WBE, gettext_noop("Set aside for women-owned businesses")),
    ):
        rate = law.value(parameter, january)
        inputs = {gettext_noop("base"): dollars(base), gettext_noop("percentage"): percent(rate)}
        formula = gettext_noop("base × percentage of the year ÷ 100")
        answer[name] = law.cents(label, formula, inputs, share(base, rate), "MCC 2-92-460(a)")
    return answer


def sentence(given: Given, answer: dict[str, Any]) -> tuple[str, dict[str, object]]:
    """The answer in words."""
    template = gettext_noop(
        "Of %(base)s in %(year)s, %(mbe)s is set aside for minority-owned and %(wbe)s for women-owned businesses."
    )
    return template, {**{key: dollars(answer[key]) for key in ANSWERS}, "year": given.year}
