"""compliance.target_market_designation: which contracts are designated for the target market.

MCC 2-92-460 (2019 proposal): (a) Contracts with an estimated dollar value equal to such products shall be set aside (prior to
advertisement in the case of contracts to be awarded by bid) to be let only to qualified M.B.E.'s and qualified W.B.E.'s,
respectively. (c) No contract shall be eligible for inclusion in the target market program unless the list developed by DCC
indicates that there are at least three qualified M.B.E.s or W.B.E.s interested in participating in that type of contract.

440(g): contracts not exceeding $10,000.00 awarded to MBEs and WBEs shall be considered target market contracts for purposes of
satisfying 460. They count first.
"""

from decimal import Decimal
from typing import Any

from procurement_portal.law.facts import Choice, Count, Facts, Given, ListOf, Money, Text
from procurement_portal.law.money import half_up
from procurement_portal.law.words import dollars, gettext_noop
from procurement_portal.law.workings import Workings

TITLE = gettext_noop("Which contracts are designated for the target market?")
CITES = ("MCC 2-92-460(a)", "MCC 2-92-460(c)", "MCC 2-92-440(g)")
FACTS = Facts(
    program=Choice("mbe", "wbe", label=gettext_noop("Set aside for")),
    set_aside=Money(label=gettext_noop("To be set aside")),
    candidates=ListOf(
        Facts(
            id=Text(label=gettext_noop("Contract")),
            estimated_value=Money(label=gettext_noop("Estimated value")),
            interested_firms=Count(label=gettext_noop("Interested qualified firms")),
        ),
        unique="id",
        label=gettext_noop("Candidates, in order"),
    ),
    small_awards=Money(
        optional=True, default=Decimal(0), label=gettext_noop("Small contracts awarded to such firms already")
    ),
)
FILL = "city.tm.fill"
FIRMS = "city.target_market_minimum_firms"
READINGS = (FILL,)
PARAMETERS = (FIRMS,)
ANSWERS = ("eligible", "designated", "designated_value", "remaining", "overshoot")
_SET_ASIDE = CITES[0]


def decide(given: Given, law: Workings) -> dict[str, Any]:
    """Answers: eligible and designated (ids, in the given order), designated_value (dollars, without the small awards),
    remaining (dollars still to be set aside), overshoot (dollars beyond it)."""
    firms = int(law.value(FIRMS))
    eligible = [one for one in given.candidates if one.interested_firms >= firms]
    law.step(
        gettext_noop("Eligible contracts"),
        gettext_noop("at least so many interested qualified firms"),
        {gettext_noop("firms"): firms},
        [one.id for one in eligible],
        law.cite(FIRMS),
    )
    fill = law.reading(FILL)
    designated = []
    total = given.small_awards
    for one in eligible:
        taken = law.step(
            gettext_noop("Designated"),
            gettext_noop("while the value to be set aside is not reached, small awards counting first"),
            {
                gettext_noop("contract"): one.id,
                gettext_noop("estimated value"): dollars(one.estimated_value),
                gettext_noop("reached before"): dollars(total),
                gettext_noop("to be set aside"): dollars(given.set_aside),
            },
            _takes(fill, total, one.estimated_value, given.set_aside),
            _SET_ASIDE,
        )
        if taken:
            designated.append(one)
            total += one.estimated_value
    return {
        "eligible": [one.id for one in eligible],
        "designated": [one.id for one in designated],
        "designated_value": half_up(sum((one.estimated_value for one in designated), Decimal(0))),
        "remaining": half_up(max(given.set_aside - total, Decimal(0))),
        "overshoot": half_up(max(total - given.set_aside, Decimal(0))),
    }


def sentence(given: Given, answer: dict[str, Any]) -> tuple[str, dict[str, object]]:
    """The answer in words."""
    values: dict[str, object] = {key: dollars(answer[key]) for key in ("designated_value", "remaining", "overshoot")}
    values["count"] = len(answer["designated"])
    if given.small_awards >= given.set_aside:
        return gettext_noop("Small awards already reach the value to be set aside."), values
    if answer["overshoot"]:
        template = gettext_noop(
            "Contracts designated: %(count)s, worth %(designated_value)s, %(overshoot)s beyond the value."
        )
    else:
        template = gettext_noop("Contracts designated: %(count)s, worth %(designated_value)s; %(remaining)s remains.")
    return template, values


def _takes(fill: object, total: Decimal, value: Decimal, aim: Decimal) -> bool:
    """Whether a contract is taken after `total` was reached, by each reading of "equal to"."""
    if fill == "nearest":
        return abs(total + value - aim) < abs(total - aim)
    return total < aim and (fill == "until_reached" or total + value <= aim)
