"""compliance.records_access: from which day a contractor's books and records are open after notice.

MCC 2-92-440(e)(v) (2019 proposal): Uniform provisions allowing the contract compliance officer access to the contractor's
books and records, including without limitation payroll records, tax returns and records, and books of account, on five
business days' notice.
"""

from datetime import date
from typing import Any

from procurement_portal.law.facts import Day, Facts, Given
from procurement_portal.law.words import gettext_noop
from procurement_portal.law.workings import Workings

TITLE = gettext_noop("From which day may books and records be seen after notice?")
CITES = ("MCC 2-92-440(e)(v)",)
FACTS = Facts(noticed_on=Day(label=gettext_noop("Notice given on")))
CLEAR_DAYS = "city.access.clear_days"
NOTICE = "city.records_access_business_days"
READINGS = (CLEAR_DAYS,)
PARAMETERS = (NOTICE,)
ANSWERS = ("earliest_access",)


def decide(given: Given, law: Workings) -> dict[str, Any]:
    """Answers: earliest_access, the last business day of the notice (the one after it, if clear days are read)."""
    count = int(law.value(NOTICE))
    last: date = law.step(
        gettext_noop("Last day of the notice"),
        gettext_noop("business days counted from the day after the notice"),
        {gettext_noop("notice"): given.noticed_on, gettext_noop("business days"): count},
        law.calendar.add_business_days(given.noticed_on, count),
        law.cite(NOTICE),
        "date",
    )
    clear = law.reading(CLEAR_DAYS) is True
    earliest = law.step(
        gettext_noop("First day of access"),
        gettext_noop("the last day of the notice, or the business day after it where the days must be clear"),
        {gettext_noop("last day of the notice"): last, gettext_noop("clear days"): clear},
        law.calendar.next_business_day(last) if clear else last,
        law.cite(NOTICE),
        "date",
    )
    return {"earliest_access": earliest}


def sentence(given: Given, answer: dict[str, Any]) -> tuple[str, dict[str, object]]:
    """The answer in words."""
    values = {"noticed": given.noticed_on, "day": answer["earliest_access"]}
    return gettext_noop("After notice on %(noticed)s, books and records may be seen from %(day)s."), values
