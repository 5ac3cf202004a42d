"""compliance.veteran_goal: did the County reach its yearly goal for veteran-owned businesses?

Cook County Code 34-237(a) (committee substitute): It is the goal of the County to award each year not less than three percent of its
total expenditures for supplies, equipment, goods, and services to VBEs and SDVBEs. The CCD may count toward its three-percent
yearly goal that portion of all Contracts in which the Contractor subcontracts with a VBE or SDVBE. (d) The above-stated goal
shall not be treated as a quota.
"""

from decimal import Decimal
from typing import Any

from procurement_portal.law.facts import Facts, Given, Money, refuse
from procurement_portal.law.money import exact, percentage, share, up
from procurement_portal.law.words import dollars, gettext_noop, percent
from procurement_portal.law.workings import Workings

TITLE = gettext_noop("Did the County reach its yearly goal for veteran-owned businesses?")
CITES = ("Cook County Code 34-237(a)", "Cook County Code 34-237(d)")
FACTS = Facts(
    expenditures=Money(label=gettext_noop("Total expenditures of the year")),
    prime=Money(label=gettext_noop("Awarded to veteran-owned businesses")),
    subcontracts=Money(
        optional=True, default=Decimal(0), label=gettext_noop("Subcontracted to veteran-owned businesses")
    ),
)
GOAL = "county.veteran_goal_percentage"
READINGS = ()
PARAMETERS = (GOAL,)
ANSWERS = ("goal", "counted", "percent", "achieved")


def check(given: Given) -> None:
    """What is counted cannot be more than all expenditures. Raises `InvalidInput`."""
    counted = given.prime + given.subcontracts
    if counted > given.expenditures:
        field = "prime" if given.prime > given.expenditures else "subcontracts"
        raise refuse(field, given[field], "with the other awards to veteran-owned businesses, at most the expenditures")


def decide(given: Given, law: Workings) -> dict[str, Any]:
    """Answers: goal (dollars, rounded up), counted, percent (null without expenditures), achieved (on the exact ratio)."""
    cite, rate = law.cite(GOAL), law.value(GOAL)
    goal = law.step(
        gettext_noop("Goal"),
        gettext_noop("total expenditures × percentage ÷ 100, rounded up to the cent"),
        {gettext_noop("expenditures"): dollars(given.expenditures), gettext_noop("percentage"): percent(rate)},
        up(share(given.expenditures, rate)),
        cite,
        "dollars",
    )
    counted = law.cents(
        gettext_noop("Counted"),
        gettext_noop("awards to veteran-owned businesses + what other contractors subcontract to them"),
        {gettext_noop("awards"): dollars(given.prime), gettext_noop("subcontracts"): dollars(given.subcontracts)},
        given.prime + given.subcontracts,
        cite,
    )
    reached = law.step(
        gettext_noop("Share reached"),
        gettext_noop("counted ÷ total expenditures × 100"),
        {gettext_noop("counted"): dollars(counted), gettext_noop("expenditures"): dollars(given.expenditures)},
        percentage(counted, given.expenditures),
        cite,
        "percent",
    )
    achieved = exact(counted) >= share(given.expenditures, rate)
    return {"goal": goal, "counted": counted, "percent": reached, "achieved": achieved}


def sentence(given: Given, answer: dict[str, Any]) -> tuple[str, dict[str, object]]:
    """The answer in words."""
    values: dict[str, object] = {key: dollars(answer[key]) for key in ("counted", "goal")}
    if answer["achieved"]:
        return gettext_noop("The goal is reached: %(counted)s against %(goal)s."), values
    return gettext_noop("The goal is not reached: %(counted)s against %(goal)s. It is a goal, not a quota."), values
