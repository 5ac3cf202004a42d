"""solicitations.protest_decision: by which day is a protest decided?

Portal policy, protests: "The Chief Procurement Officer decides a protest within the business days the policy states, counted
from the day after it was filed."
"""

from typing import Any

from procurement_portal.law.facts import Day, Facts, Given
from procurement_portal.law.words import gettext_noop
from procurement_portal.law.workings import Workings

TITLE = gettext_noop("By when is this protest decided?")
CITES = ("Portal policy, protests",)
FACTS = Facts(filed_on=Day(label=gettext_noop("Day the protest was filed")))
DAYS = "portal.protest_decision_days"
READINGS = ()
PARAMETERS = (DAYS,)
ANSWERS = ("decide_by",)
_POLICY = "Portal policy, protests"


def decide(given: Given, law: Workings) -> dict[str, Any]:
    """Answers: decide_by, the last day on which the decision is in time."""
    days = law.value(DAYS, given.filed_on)
    by = law.step(
        gettext_noop("Decided by"),
        gettext_noop("business days after the day it was filed"),
        {gettext_noop("filed on"): given.filed_on, gettext_noop("business days"): days},
        law.calendar.add_business_days(given.filed_on, int(days)),
        _POLICY,
        "date",
    )
    return {"decide_by": by}


def sentence(given: Given, answer: dict[str, Any]) -> tuple[str, dict[str, object]]:
    """The answer in words."""
    return gettext_noop("The protest is decided by %(day)s."), {"day": answer["decide_by"]}
