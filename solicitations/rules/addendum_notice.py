"""solicitations.addendum_notice: does an addendum come so late that the due date has to move?

Portal policy, addenda: "Between the day an addendum is issued and the day answers are due there are at least the days the
policy states. Where fewer are left, the due date moves to the first business day on which they have passed."
"""

from datetime import timedelta
from typing import Any

from procurement_portal.law.facts import Day, Facts, Given
from procurement_portal.law.words import gettext_noop
from procurement_portal.law.workings import Workings

TITLE = gettext_noop("Does this addendum move the due date?")
CITES = ("Portal policy, addenda",)
FACTS = Facts(
    issued_on=Day(label=gettext_noop("Day the addendum is issued")),
    due_on=Day(label=gettext_noop("Day answers are due")),
)
DAYS = "portal.addendum_notice_days"
READINGS = ()
PARAMETERS = (DAYS,)
ANSWERS = ("moves", "earliest_due_on")
_POLICY = "Portal policy, addenda"

_SENTENCES = {
    True: gettext_noop("The addendum comes late: answers are due on %(day)s at the earliest."),
    False: gettext_noop("Enough time is left: the due date stays, unless you move it."),
}


def decide(given: Given, law: Workings) -> dict[str, Any]:
    """Answers: moves (fewer days are left than the policy asks), earliest_due_on (the first day answers may be due)."""
    days = law.value(DAYS, given.issued_on)
    earliest = law.step(
        gettext_noop("Earliest day"),
        gettext_noop("the day of issue and the days of the policy, moved to a business day"),
        {gettext_noop("issued on"): given.issued_on, gettext_noop("days"): days},
        law.calendar.roll(given.issued_on + timedelta(days=int(days))),
        _POLICY,
        "date",
    )
    moves = law.step(
        gettext_noop("Too late"),
        gettext_noop("the due date stands before the earliest day"),
        {gettext_noop("due on"): given.due_on, gettext_noop("earliest day"): earliest},
        given.due_on < earliest,
        _POLICY,
    )
    return {"moves": moves, "earliest_due_on": earliest}


def sentence(given: Given, answer: dict[str, Any]) -> tuple[str, dict[str, object]]:
    """The answer in words."""
    return _SENTENCES[answer["moves"]], {"day": answer["earliest_due_on"]}
