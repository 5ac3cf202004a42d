"""certification.eligible_veteran: is this person an eligible veteran, and a service-disabled one?

Cook County Code 34-229 (committee substitute): Eligible Veteran means a person who (i) has been either a member of the armed forces
of the United States or, while a citizen of the United States, was a member of the armed forces of allies of the United States in
time of hostilities with a foreign country and (ii) has served under one or more of the following conditions: (a) the veteran served
a total of at least six months; (b) the veteran served for the duration of hostilities regardless of the length of the engagement;
(c) the veteran was discharged on the basis of hardship; or (d) the veteran was released from active duty because of a service
connected disability and was discharged under honorable conditions.

Service-Disabled Veteran means an Eligible Veteran who has been found to have ten percent or more service-connected disability by the
United States Department of Veterans Affairs or the United States Department of Defense.
"""

from itertools import pairwise
from typing import Any

from procurement_portal.law.calendar import months_after, whole_months
from procurement_portal.law.facts import Boolean, Choice, Day, Facts, Given, ListOf, Percent, refuse
from procurement_portal.law.words import gettext_noop, percent
from procurement_portal.law.workings import Workings

TITLE = gettext_noop("Is this person an eligible veteran?")
CITES = ("Cook County Code 34-229",)
# "from" is a word of Python's own, so these two fields are named in a mapping.
_PERIOD: dict[str, Any] = {"from": Day(label=gettext_noop("From")), "to": Day(label=gettext_noop("To"))}
FACTS = Facts(
    service=Choice("us", "allied", label=gettext_noop("Armed forces of the United States, or of its allies")),
    us_citizen=Boolean(label=gettext_noop("Citizen of the United States while serving with allies")),
    hostilities=Boolean(label=gettext_noop("Served with allies in time of hostilities")),
    periods=ListOf(
        Facts(**_PERIOD),
        label=gettext_noop("Periods of service"),
    ),
    served_duration_of_hostilities=Boolean(label=gettext_noop("Served for the duration of hostilities")),
    hardship_discharge=Boolean(label=gettext_noop("Discharged on the basis of hardship")),
    released_for_service_connected_disability=Boolean(
        label=gettext_noop("Released because of a service-connected disability")
    ),
    honorable_discharge=Boolean(label=gettext_noop("Discharged under honorable conditions")),
    disability_percent=Percent(optional=True, label=gettext_noop("Service-connected disability found")),
)
HONORABLE = "county.veteran.honorable"
MONTHS, DAYS = "county.veteran_service_months", "county.service_days_in_a_month"
DISABILITY = "county.disability_percentage"
READINGS = (HONORABLE,)
PARAMETERS = (MONTHS, DAYS, DISABILITY)
ANSWERS = ("eligible", "basis", "service_disabled")
_CITE = CITES[0]
_SENTENCES = {
    "six_months": gettext_noop("An eligible veteran, by the length of service."),
    "duration": gettext_noop("An eligible veteran, having served for the duration of hostilities."),
    "hardship": gettext_noop("An eligible veteran, discharged for hardship."),
    "disability": gettext_noop("An eligible veteran, released for a service-connected disability."),
    None: gettext_noop("Not an eligible veteran."),
}


def check(given: Given) -> None:
    """A period ends on or after its beginning; periods do not overlap (they may touch). Raises `InvalidInput`."""
    for position, period in enumerate(given.periods, 1):
        if period["to"] < period["from"]:
            raise refuse(f"periods[{position}].to", period["to"], f"a day on or after {period['from']}, its beginning")
    ordered = sorted((period["from"], period["to"]) for period in given.periods)
    for (_, end), (start, _) in pairwise(ordered):
        if start < end:
            raise refuse("periods", f"one from {start} before another ends on {end}", "periods that do not overlap")


def decide(given: Given, law: Workings) -> dict[str, Any]:
    """Answers: eligible, basis (`six_months`, `duration`, `hardship`, `disability`: the first that holds, or null),
    service_disabled."""
    member = law.step(
        gettext_noop("Member of the armed forces"),
        gettext_noop(
            "of the United States; or of its allies, as a citizen of the United States in time of hostilities"
        ),
        {
            gettext_noop("service"): given.service,
            gettext_noop("citizen"): given.us_citizen,
            gettext_noop("hostilities"): given.hostilities,
        },
        given.service == "us" or (given.us_citizen and given.hostilities),
        _CITE,
    )
    conditions = {
        "six_months": _served_long_enough(given, law),
        "duration": given.served_duration_of_hostilities,
        "hardship": given.hardship_discharge,
        "disability": given.released_for_service_connected_disability and given.honorable_discharge,
    }
    of_every_one = any(conditions.values()) and not given.honorable_discharge and law.reading(HONORABLE) == "all"
    found = next((code for code, holds in conditions.items() if holds), None)
    basis = law.step(
        gettext_noop("Condition of service"),
        gettext_noop("the first that holds: length of service, duration of hostilities, hardship, disability"),
        {
            gettext_noop("member of the armed forces"): member,
            gettext_noop("honorable discharge"): given.honorable_discharge,
            gettext_noop("honorable discharge asked of every one"): of_every_one,
        },
        found if member and not of_every_one else None,
        _CITE,
    )
    least = law.value(DISABILITY)
    disabled = law.step(
        gettext_noop("Service-disabled"),
        gettext_noop("an eligible veteran whose disability reaches the percentage"),
        {
            gettext_noop("disability"): None if given.disability_percent is None else percent(given.disability_percent),
            gettext_noop("percentage"): percent(least),
        },
        basis is not None and given.disability_percent is not None and given.disability_percent >= least,
        law.cite(DISABILITY),
    )
    return {"eligible": basis is not None, "basis": basis, "service_disabled": disabled}


def sentence(given: Given, answer: dict[str, Any]) -> tuple[str, dict[str, object]]:
    """The answer in words."""
    return _SENTENCES[answer["basis"]], {}


def _served_long_enough(given: Given, law: Workings) -> bool:
    """Whole calendar months of each period, and the days left over of all, added up."""
    months, days = 0, 0
    for period in given.periods:
        whole = whole_months(period["from"], period["to"])
        left = (period["to"] - months_after(period["from"], whole)).days
        law.step(
            gettext_noop("Period of service"),
            gettext_noop("whole months, the first day not counted and the last counted; and the days left over"),
            {
                gettext_noop("from"): period["from"],
                gettext_noop("to"): period["to"],
                gettext_noop("days left over"): left,
            },
            whole,
            _CITE,
        )
        months, days = months + whole, days + left
    total = months + days // int(law.value(DAYS))
    enough: bool = law.step(
        gettext_noop("Length of service"),
        gettext_noop("months of all periods, and a month for so many days left over, reach the months of the law"),
        {
            gettext_noop("months"): total,
            gettext_noop("days that make a month"): int(law.value(DAYS)),
            gettext_noop("months of the law"): int(law.value(MONTHS)),
        },
        total >= law.value(MONTHS),
        law.cite(MONTHS),
    )
    return enough
