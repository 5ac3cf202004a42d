"""law.value: the value of one parameter on one day.

MCC 2-92-420(t): "M.B.E. percentage" means, from ... through ... A day outside the printed periods has no value: it is refused
(`not_in_force`), never answered with a neighboring value and never with zero.
"""

from datetime import date
from typing import Any

from procurement_portal.law.facts import Day, Facts, Given, Text
from procurement_portal.law.words import gettext_noop
from procurement_portal.law.workings import Workings

TITLE = gettext_noop("Which value does a number of the law have on a day?")
CITES = ()
FACTS = Facts(
    parameter=Text(label=gettext_noop("Parameter")),
    date=Day(label=gettext_noop("Day")),
)
READINGS = ()
PARAMETERS = None  # reads any parameter, by the name it is given
ANSWERS = (
    "value",
    "citation",
    "status",
    "title",
    "unit",
    "label",
    "in_force_from",
    "in_force_until",
)


def decide(given: Given, law: Workings) -> dict[str, Any]:
    """Given: parameter (name), date. Answers: value (number, or list of bands), citation, status; besides title, unit, label
    and the first and last day in force (null: open). Raises `InvalidInput` (unknown parameter), `NotInForce`."""
    day: date = given.date
    parameter = law.book.parameter(given.parameter)
    row = law.row(given.parameter, day)
    law.step(
        gettext_noop("The value in force"),
        gettext_noop("the row whose first day is on or before the day, and whose last day is not before it"),
        {
            gettext_noop("day"): day,
            gettext_noop("first day"): row.first_day,
            gettext_noop("last day"): row.last_day,
        },
        row.value,
        row.citation,
        parameter.unit if parameter.unit in ("dollars", "percent") else "",
    )
    return {
        "value": row.value,
        "citation": row.citation,
        "status": parameter.status,
        "title": parameter.title,
        "unit": parameter.unit,
        "label": parameter.label,
        "in_force_from": row.first_day,
        "in_force_until": row.last_day,
    }


def sentence(given: Given, answer: dict[str, Any]) -> tuple[str, dict[str, object]]:
    """The answer in words."""
    value = {"value": answer["value"], "unit": answer["unit"]}
    values = {"title": answer["title"], "value": value, "day": given.date}
    return gettext_noop("%(title)s: %(value)s on %(day)s."), values
