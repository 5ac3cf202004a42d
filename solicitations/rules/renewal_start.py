"""solicitations.renewal_start: from which day is it decided whether a contract is renewed or ends?

Portal policy, renewals: "The department decides whether to renew early enough to sign before the term ends: the business days
the way to execution takes in four of five cases, or the service days promised where too few were seen, and a margin."
"""

from typing import Any

from procurement_portal.law.facts import Count, Day, Facts, Given, refuse
from procurement_portal.law.words import gettext_noop
from procurement_portal.law.workings import Workings

TITLE = gettext_noop("When is a renewal begun?")
CITES = ("Portal policy, renewals",)
FACTS = Facts(
    ends_on=Day(label=gettext_noop("Last day of the term")),
    seen=Count(label=gettext_noop("Ways of the department that ended in the last year")),
    p80_days=Count(label=gettext_noop("Business days four of five took at most"), optional=True),
    service_days=Count(label=gettext_noop("Service days along the longest path"), optional=True),
)
LEAST = "portal.forecast_least_steps"
MARGIN = "portal.renewal_margin_days"
WAY = "portal.renewal_way_days"
READINGS = ()
PARAMETERS = (LEAST, MARGIN, WAY)
ANSWERS = ("start_on", "decide_by", "way_days", "basis")
_POLICY = "Portal policy, renewals"


def check(given: Given) -> None:
    """Where ways were seen, the days they took are given. Raises `InvalidInput`."""
    if given.seen and given.p80_days is None:
        raise refuse("p80_days", "nothing", "the days taken, where ways ended")


def decide(given: Given, law: Workings) -> dict[str, Any]:
    """Answers: start_on (the day "Renew or let end" is asked), decide_by (the last day on which a renewal that goes its way at
    the pace seen is signed before the term ends: the margin is used up by then), way_days, basis ("history", "service_days",
    "policy")."""
    least, margin = law.value(LEAST, given.ends_on), law.value(MARGIN, given.ends_on)
    if given.seen >= least:
        basis, days = "history", given.p80_days
    elif given.service_days:
        basis, days = "service_days", given.service_days
    else:
        basis, days = "policy", int(law.value(WAY, given.ends_on))
    law.step(
        gettext_noop("The way takes"),
        {
            "history": gettext_noop("business days, as four of five took at most in the last year"),
            "service_days": gettext_noop("business days, as promised along the longest path"),
            "policy": gettext_noop("business days, by the policy: nothing was seen and nothing promised yet"),
        }[basis],
        {gettext_noop("ways seen in the last year"): given.seen, gettext_noop("least number"): least},
        days,
        _POLICY,
        "days",
    )
    start = law.step(
        gettext_noop("Begun on"),
        gettext_noop("the way and the margin, in business days before the last day of the term"),
        {
            gettext_noop("last day"): given.ends_on,
            gettext_noop("way"): days,
            gettext_noop("margin"): margin,
        },
        law.calendar.add_business_days(given.ends_on, -(days + int(margin))),
        _POLICY,
        "date",
    )
    decide_by = law.step(
        gettext_noop("Decided by"),
        gettext_noop(
            "the way alone, in business days before the last day of the term; a renewal begun later is signed too late"
        ),
        {gettext_noop("last day"): given.ends_on, gettext_noop("way"): days},
        law.calendar.add_business_days(given.ends_on, -days),
        _POLICY,
        "date",
    )
    return {"start_on": start, "decide_by": decide_by, "way_days": days, "basis": basis}


def sentence(given: Given, answer: dict[str, Any]) -> tuple[str, dict[str, object]]:
    """The answer in words."""
    return gettext_noop("It is decided from %(day)s whether this contract is renewed or ends."), {
        "day": answer["start_on"]
    }
