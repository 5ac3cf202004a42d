"""The City's participation percentages as several rules read them: the law's on a day, or the lesser one set for a contract.

MCC 2-92-420(t), (z): the percentages apply as of the date the solicitation is publicly advertised. 450: a lesser percentage
standard may be set for a particular contract before its solicitation. Required dollars are shown rounded up (A-04).
"""

from datetime import date
from decimal import Decimal
from typing import Any

from procurement_portal.law.facts import refuse
from procurement_portal.law.money import half_up, share, shown, up
from procurement_portal.law.words import dollars, gettext_noop, percent
from procurement_portal.law.workings import Workings

ROUNDING = "city.commitment.rounding"
PERCENTAGES = {"mbe": "city.mbe_percentage", "wbe": "city.wbe_percentage"}
_LABELS = {
    "mbe": gettext_noop("For minority-owned businesses"),
    "wbe": gettext_noop("For women-owned businesses"),
}


def committed_percent(group: str, revised: Decimal | None, on: date, law: Workings) -> Decimal:
    """The percentage of a class (`mbe`, `wbe`) on a day, or the lesser one revised. Raises `InvalidInput` for a greater one."""
    printed: Decimal = law.value(PERCENTAGES[group], on)
    if revised is None:
        return printed
    if revised > printed:
        allowed = f"at most {shown(printed)}, the law's percentage on {on.isoformat()}"
        raise refuse(f"revised_{group}_percent", revised, allowed)
    return revised


def committed_dollars(group: str, value: Decimal, percentage: Decimal, law: Workings) -> Any:
    """The dollars a class is committed: `percentage` of `value`, rounded by the reading `city.commitment.rounding`."""
    rounded = up if law.reading(ROUNDING) == "up" else half_up
    return law.step(
        _LABELS[group],
        gettext_noop("value × percentage ÷ 100, to the cent"),
        {gettext_noop("value"): dollars(value), gettext_noop("percentage"): percent(percentage)},
        rounded(share(value, percentage)),
        "MCC 2-92-440(a)",
        "dollars",
    )
