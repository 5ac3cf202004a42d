"""payments.subcontractor_payment: by when a contractor pays its subcontractors and suppliers.

50 ILCS 505/9: a contractor who is paid by a local governmental agency pays its subcontractors and suppliers within 15 days of
receiving the payment, in proportion to the work they completed.
"""

from datetime import timedelta
from typing import Any

from procurement_portal.law.facts import Day, Facts, Given
from procurement_portal.law.words import gettext_noop
from procurement_portal.law.workings import ROLL, Workings

TITLE = gettext_noop("By when does a contractor pay its subcontractors and suppliers?")
CITES = ("50 ILCS 505/9",)
FACTS = Facts(prime_paid_on=Day(label=gettext_noop("The contractor was paid on")))
DAYS = "state.subcontractor_payment_days"
READINGS = (ROLL,)
PARAMETERS = (DAYS,)
ANSWERS = ("due",)


def decide(given: Given, law: Workings) -> dict[str, Any]:
    """Answers: due, the last day to pay (moved to an open day)."""
    days = int(law.value(DAYS))
    due = law.step(
        gettext_noop("Last day to pay"),
        gettext_noop("the first day is not counted, the last is; a closed last day moves to the next open one"),
        {gettext_noop("from"): given.prime_paid_on, gettext_noop("days"): days},
        law.roll(given.prime_paid_on + timedelta(days=days)),
        law.cite(DAYS),
        "date",
    )
    return {"due": due}


def sentence(given: Given, answer: dict[str, Any]) -> tuple[str, dict[str, object]]:
    """The answer in words."""
    values = {"paid": given.prime_paid_on, "due": answer["due"]}
    return gettext_noop("Paid on %(paid)s, the contractor pays its subcontractors by %(due)s."), values
