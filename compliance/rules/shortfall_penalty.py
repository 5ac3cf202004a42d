"""compliance.shortfall_penalty: what a contractor that missed its commitment may be made to pay, and for how long barred.

MCC 2-92-445(a) (2019 proposal): ... the contract compliance officer may (1) penalize the contractor in the amount of the
discrepancy between the amount of the commitment, as such amount may be amended through change orders or otherwise over the term
of the contract, and the achieved amount; (2) impose a fine on the contractor of up to $10,000.00 per offense; and (3) bar the
contractor from doing business with the City for a period of up to five years.
"""

from decimal import Decimal
from typing import Any

from procurement_portal.law.commitment import PERCENTAGES, ROUNDING, committed_dollars, committed_percent
from procurement_portal.law.facts import Count, Day, Facts, Given, ListOf, Money, Percent, refuse
from procurement_portal.law.money import half_up
from procurement_portal.law.words import dollars, gettext_noop
from procurement_portal.law.workings import Workings

TITLE = gettext_noop("What may a missed commitment cost?")
CITES = ("MCC 2-92-445(a)",)
FACTS = Facts(
    advertised_on=Day(label=gettext_noop("Advertised on")),
    award_value=Money(label=gettext_noop("Value at award")),
    changes=ListOf(Money(signed=True), label=gettext_noop("Approved changes of the value")),
    achieved=Facts(
        group_label=gettext_noop("Participation achieved"),
        mbe=Money(label=gettext_noop("Minority-owned businesses")),
        wbe=Money(label=gettext_noop("Women-owned businesses")),
    ),
    offenses=Count(label=gettext_noop("Offenses found")),
    revised_mbe_percent=Percent(
        optional=True, label=gettext_noop("Lesser percentage set for minority-owned businesses")
    ),
    revised_wbe_percent=Percent(optional=True, label=gettext_noop("Lesser percentage set for women-owned businesses")),
)
BASE, OFFSET = "city.commitment.base", "city.penalty.offset"
FINE, BAR = "city.fine_maximum", "city.bar_maximum_years"
READINGS = (BASE, OFFSET, ROUNDING)
PARAMETERS = (*PERCENTAGES.values(), FINE, BAR)
ANSWERS = (
    "value",
    "mbe_commitment",
    "wbe_commitment",
    "mbe_discrepancy",
    "wbe_discrepancy",
    "penalty",
    "maximum_fine",
    "maximum_total",
    "maximum_bar_years",
)
CLASSES = ("mbe", "wbe")
_CITE = CITES[0]
_MISSED = {
    "mbe": gettext_noop("Missed for minority-owned businesses"),
    "wbe": gettext_noop("Missed for women-owned businesses"),
}


def check(given: Given) -> None:
    """Changes cannot bring the value below nothing. Raises `InvalidInput`."""
    value = given.award_value + sum(given.changes, Decimal(0))
    if value < 0:
        raise refuse("changes", f"changes to a value of {value}", "changes that leave the value at nothing or more")


def decide(given: Given, law: Workings) -> dict[str, Any]:
    """Answers: value (dollars the commitment is a percentage of), for each class commitment (rounded up) and discrepancy,
    penalty (their sum), maximum_fine, maximum_total, maximum_bar_years (0 where there is neither penalty nor offense)."""
    current = law.reading(BASE) == "current_value"
    value = law.cents(
        gettext_noop("Value of the contract"),
        gettext_noop("value at award + approved changes; the value at award alone under the other reading"),
        {
            gettext_noop("value at award"): dollars(given.award_value),
            gettext_noop("changes"): [dollars(change) for change in given.changes],
        },
        given.award_value + sum(given.changes, Decimal(0)) if current else given.award_value,
        _CITE,
    )
    commitment: dict[str, Decimal] = {}
    for one in CLASSES:
        rate = committed_percent(one, given[f"revised_{one}_percent"], given.advertised_on, law)
        commitment[one] = committed_dollars(one, value, rate, law)
    gaps = {one: commitment[one] - given.achieved[one] for one in CLASSES}
    offset = law.reading(OFFSET) == "offset"
    discrepancy = {}
    for one, other in (CLASSES, CLASSES[::-1]):
        surplus = max(-gaps[other], Decimal(0)) if offset else Decimal(0)
        discrepancy[one] = law.cents(
            _MISSED[one],
            gettext_noop("commitment − achieved − surplus of the other class, if read to count; not less than nothing"),
            {
                gettext_noop("commitment"): dollars(commitment[one]),
                gettext_noop("achieved"): dollars(given.achieved[one]),
                gettext_noop("surplus of the other class"): dollars(surplus),
            },
            max(gaps[one] - surplus, half_up(0)),
            _CITE,
        )
    penalty = law.cents(
        gettext_noop("Largest penalty"),
        gettext_noop("what was missed in both classes, added up"),
        {name: dollars(discrepancy[one]) for one, name in _MISSED.items()},
        sum(discrepancy.values(), Decimal(0)),
        _CITE,
    )
    fine = law.cents(
        gettext_noop("Largest fine"),
        gettext_noop("offenses × largest fine for one"),
        {gettext_noop("offenses"): given.offenses, gettext_noop("for one"): dollars(law.value(FINE))},
        given.offenses * law.value(FINE),
        law.cite(FINE),
    )
    years = law.step(
        gettext_noop("Longest bar, in years"),
        gettext_noop("where there is a penalty or an offense"),
        {gettext_noop("penalty"): dollars(penalty), gettext_noop("offenses"): given.offenses},
        int(law.value(BAR)) if penalty or given.offenses else 0,
        law.cite(BAR),
    )
    return {
        "value": value,
        **{f"{one}_commitment": commitment[one] for one in CLASSES},
        **{f"{one}_discrepancy": discrepancy[one] for one in CLASSES},
        "penalty": penalty,
        "maximum_fine": fine,
        "maximum_total": penalty + fine,
        "maximum_bar_years": years,
    }


def sentence(given: Given, answer: dict[str, Any]) -> tuple[str, dict[str, object]]:
    """The answer in words."""
    values: dict[str, object] = {key: dollars(answer[key]) for key in ("penalty", "maximum_fine", "maximum_total")}
    if not answer["maximum_bar_years"]:
        return gettext_noop("Nothing was missed and no offense found: no penalty, no fine, no bar."), values
    values["years"] = answer["maximum_bar_years"]
    template = gettext_noop(
        "At most %(maximum_total)s: a penalty of %(penalty)s and fines of up to %(maximum_fine)s; a bar of up to %(years)s years."
    )
    return template, values
