"""compliance.hearing_clock: the days of a hearing on a penalty.

MCC 2-92-445 (2019 proposal):

(b) Within 15 days of receiving the final decision of the contract compliance officer on the matter, and in the event that
such final decision is adverse to the contractor, the contractor may submit to the contract compliance officer a written
request for a hearing to be conducted by the city's department of administrative hearings.

(c) Upon receipt of a timely request for a hearing, the city shall institute an action with the department of administrative
hearings, which shall appoint an administrative law officer who shall conduct the hearing within 30 days of receiving the
request.

(d) The penalty specified by this section shall be imposed either upon expiration of the time period in which the contractor
may seek review by the department of administrative hearings, or upon the administrative law officer's finding adverse to the
contractor, as applicable.
"""

from datetime import date, timedelta
from typing import Any

from procurement_portal.law.facts import Day, Facts, Given, refuse
from procurement_portal.law.words import gettext_noop
from procurement_portal.law.workings import ROLL, Workings

TITLE = gettext_noop(
    "Until when may a hearing be asked for, when is it held, and from when may the penalty be imposed?"
)
CITES = ("MCC 2-92-445(b)", "MCC 2-92-445(c)", "MCC 2-92-445(d)")
FACTS = Facts(
    final_decision_received_on=Day(label=gettext_noop("Final decision received on")),
    hearing_requested_on=Day(optional=True, label=gettext_noop("Hearing asked for on")),
)
REQUEST, HEARING = "city.hearing_request_days", "city.hearing_days"
READINGS = (ROLL,)
PARAMETERS = (REQUEST, HEARING)
ANSWERS = ("request_deadline", "timely", "hearing_by", "impose_from")
_IMPOSED = "MCC 2-92-445(d)"

_SENTENCES = {
    True: gettext_noop("The hearing was asked for in time; it is held by %(hearing_by)s."),
    False: gettext_noop(
        "The hearing was asked for after %(request_deadline)s; the penalty may be imposed from %(impose_from)s."
    ),
    None: gettext_noop(
        "A hearing may be asked for through %(request_deadline)s; unless it is, the penalty may be imposed from %(impose_from)s."
    ),
}


def check(given: Given) -> None:
    """A hearing cannot be asked for before the decision is received. Raises `InvalidInput`."""
    asked, received = given.hearing_requested_on, given.final_decision_received_on
    if asked is not None and asked < received:
        raise refuse(
            "hearing_requested_on", asked, f"a day on or after {received.isoformat()}, when the decision was received"
        )


def decide(given: Given, law: Workings) -> dict[str, Any]:
    """Answers: request_deadline; timely (null if not asked); hearing_by (null unless timely); impose_from (null if timely;
    the day after the deadline, not rolled)."""
    deadline = _after(
        gettext_noop("Last day to ask"),
        given.final_decision_received_on,
        int(law.value(REQUEST)),
        law.cite(REQUEST),
        law,
    )
    asked: date | None = given.hearing_requested_on
    timely = None if asked is None else asked <= deadline
    if asked is not None and timely:
        hearing_by = _after(gettext_noop("Hearing held by"), asked, int(law.value(HEARING)), law.cite(HEARING), law)
        return {"request_deadline": deadline, "timely": True, "hearing_by": hearing_by, "impose_from": None}
    impose_from = law.step(
        gettext_noop("Penalty may be imposed from"),
        gettext_noop("the day after the last day to ask"),
        {gettext_noop("last day to ask"): deadline, gettext_noop("asked"): asked},
        deadline + timedelta(days=1),
        _IMPOSED,
        "date",
    )
    return {"request_deadline": deadline, "timely": timely, "hearing_by": None, "impose_from": impose_from}


def sentence(given: Given, answer: dict[str, Any]) -> tuple[str, dict[str, object]]:
    """The answer in words."""
    return _SENTENCES[answer["timely"]], {key: answer[key] for key in ANSWERS}


def _after(label: str, start: date, days: int, citation: str, law: Workings) -> date:
    result: date = law.step(
        label,
        gettext_noop("the first day is not counted, the last is; a closed last day moves to the next open one"),
        {gettext_noop("from"): start, gettext_noop("days"): days},
        law.roll(start + timedelta(days=days)),
        citation,
        "date",
    )
    return result
