"""solicitations.inquiry_answer: by which day is a question about a notice answered?

Portal policy, questions and answers: "A question asked in time is answered in public within the business days the policy
states, and in any case before the day answers are due."
"""

from typing import Any

from procurement_portal.law.facts import Day, Facts, Given
from procurement_portal.law.words import gettext_noop
from procurement_portal.law.workings import Workings

TITLE = gettext_noop("By when is this question answered?")
CITES = ("Portal policy, questions and answers",)
FACTS = Facts(
    asked_on=Day(label=gettext_noop("Day the question was asked")),
    due_on=Day(label=gettext_noop("Day answers are due")),
)
DAYS = "portal.inquiry_answer_business_days"
READINGS = ()
PARAMETERS = (DAYS,)
ANSWERS = ("answer_by",)
_POLICY = "Portal policy, questions and answers"


def decide(given: Given, law: Workings) -> dict[str, Any]:
    """Answers: answer_by, the last day on which the answer is in time."""
    days = law.value(DAYS, given.asked_on)
    service = law.step(
        gettext_noop("Service time"),
        gettext_noop("business days after the day it was asked"),
        {gettext_noop("asked on"): given.asked_on, gettext_noop("business days"): days},
        law.calendar.add_business_days(given.asked_on, int(days)),
        _POLICY,
        "date",
    )
    before_due = law.calendar.add_business_days(given.due_on, -1)
    by = law.step(
        gettext_noop("Answered by"),
        gettext_noop("the earlier of the service time and the last business day before answers are due"),
        {gettext_noop("service time"): service, gettext_noop("last business day before"): before_due},
        max(min(service, before_due), given.asked_on),
        _POLICY,
        "date",
    )
    return {"answer_by": by}


def sentence(given: Given, answer: dict[str, Any]) -> tuple[str, dict[str, object]]:
    """The answer in words."""
    return gettext_noop("The question is answered by %(day)s."), {"day": answer["answer_by"]}
