"""compliance.award_goal: did the City reach its yearly award goal?

MCC 2-92-430 (2019 proposal): The contract compliance officer shall establish a goal of awarding not less than 30 percent of the
annual dollar value of all contracts to qualified M.B.E.s and eight percent of the annual dollar value of all contracts to
qualified W.B.E.'s.

"Contracts" leaves delegate agency contracts out (420(i)(1)), above and below the line.
"""

from decimal import Decimal
from typing import Any

from procurement_portal.law.facts import Facts, Given, Money, refuse
from procurement_portal.law.money import exact, half_up, percentage, share, up
from procurement_portal.law.words import dollars, gettext_noop, percent
from procurement_portal.law.workings import Workings

TITLE = gettext_noop("Did the City reach its yearly award goal?")
CITES = ("MCC 2-92-430",)
FACTS = Facts(
    all_awards=Money(label=gettext_noop("Value of all contracts of the year")),
    delegate_agency_awards=Money(
        optional=True, default=Decimal(0), label=gettext_noop("Of these, delegate agency contracts")
    ),
    mbe=Money(label=gettext_noop("Awarded to minority-owned businesses")),
    wbe=Money(label=gettext_noop("Awarded to women-owned businesses")),
)
GOALS = {"mbe": "city.award_goal_mbe_percentage", "wbe": "city.award_goal_wbe_percentage"}
READINGS = ()
PARAMETERS = tuple(GOALS.values())
ANSWERS = ("base", "mbe_goal", "wbe_goal", "mbe_percent", "wbe_percent", "mbe_gap", "wbe_gap", "mbe_met", "wbe_met")
_LABELS = {
    "mbe": gettext_noop("Goal for minority-owned businesses"),
    "wbe": gettext_noop("Goal for women-owned businesses"),
}


def check(given: Given) -> None:
    """A part cannot be more than its whole. Raises `InvalidInput`."""
    if given.delegate_agency_awards > given.all_awards:
        raise refuse("delegate_agency_awards", given.delegate_agency_awards, "at most all awards")
    base = given.all_awards - given.delegate_agency_awards
    for group in GOALS:
        if given[group] > base:
            raise refuse(group, given[group], "at most all awards without the delegate agency contracts")


def decide(given: Given, law: Workings) -> dict[str, Any]:
    """Answers: base; for each class goal (rounded up), percent (null without a base), gap (dollars still missing), met."""
    base = law.cents(
        gettext_noop("Base"),
        gettext_noop("all contracts − delegate agency contracts"),
        {
            gettext_noop("all contracts"): dollars(given.all_awards),
            gettext_noop("delegate agency contracts"): dollars(given.delegate_agency_awards),
        },
        given.all_awards - given.delegate_agency_awards,
        "MCC 2-92-420(i)",
    )
    found: dict[str, Any] = {"base": base}
    for group, parameter in GOALS.items():
        rate, cite = law.value(parameter), law.cite(parameter)
        goal = law.step(
            _LABELS[group],
            gettext_noop("base × percentage ÷ 100, rounded up to the cent"),
            {gettext_noop("base"): dollars(base), gettext_noop("percentage"): percent(rate)},
            up(share(base, rate)),
            cite,
            "dollars",
        )
        found[f"{group}_goal"] = goal
        found[f"{group}_percent"] = percentage(given[group], base)
        found[f"{group}_gap"] = law.cents(
            gettext_noop("Still missing"),
            gettext_noop("goal − awarded, not less than nothing"),
            {gettext_noop("goal"): dollars(goal), gettext_noop("awarded"): dollars(given[group])},
            max(goal - given[group], half_up(0)),
            cite,
        )
        found[f"{group}_met"] = exact(given[group]) >= share(base, rate)
    return {key: found[key] for key in ANSWERS}


def sentence(given: Given, answer: dict[str, Any]) -> tuple[str, dict[str, object]]:
    """The answer in words."""
    template = gettext_noop(
        "Minority-owned businesses: %(mbe)s of a goal of %(mbe_goal)s. Women-owned: %(wbe)s of a goal of %(wbe_goal)s."
    )
    amounts = {**given, **answer}
    return template, {key: dollars(amounts[key]) for key in ("mbe", "mbe_goal", "wbe", "wbe_goal")}
