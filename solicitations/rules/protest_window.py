"""solicitations.protest_window: from when to when may an award be protested?

Portal policy, protests: "A proposer that was not awarded, or was awarded less than it asked for, may protest from the day of
the announcement until 5 pm of the last of the business days the policy states. The day of the announcement is not counted."
"""

from typing import Any

from procurement_portal.law.facts import Day, Facts, Given
from procurement_portal.law.words import gettext_noop
from procurement_portal.law.workings import Workings

TITLE = gettext_noop("Until when may this award be protested?")
CITES = ("Portal policy, protests",)
FACTS = Facts(announced_on=Day(label=gettext_noop("Day the awards were announced")))
DAYS = "portal.protest_days"
READINGS = ()
PARAMETERS = (DAYS,)
ANSWERS = ("opens_on", "last_day")
_POLICY = "Portal policy, protests"


def decide(given: Given, law: Workings) -> dict[str, Any]:
    """Answers: opens_on (the day of the announcement), last_day (the last day on which a protest is in time, until 5 pm)."""
    days = law.value(DAYS, given.announced_on)
    last = law.step(
        gettext_noop("Last day"),
        gettext_noop("business days after the day of the announcement"),
        {gettext_noop("announced on"): given.announced_on, gettext_noop("business days"): days},
        law.calendar.add_business_days(given.announced_on, int(days)),
        _POLICY,
        "date",
    )
    return {"opens_on": given.announced_on, "last_day": last}


def sentence(given: Given, answer: dict[str, Any]) -> tuple[str, dict[str, object]]:
    """The answer in words."""
    return gettext_noop("Protests are in time until 5 pm on %(day)s."), {"day": answer["last_day"]}
