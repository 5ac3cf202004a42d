"""certification.local_business: is this a local business of the City's program?

MCC 2-92-420(q) (2019 proposal): "Local business" means a business entity located within the counties of Cook, Du Page, Kane, Lake,
McHenry or Will in the State of Illinois (the "Six-County Region") which has the majority of its regular, full-time work force
located within the Six-County Region.

With no full-time employee there is no majority to find: undetermined, the officer decides (A-20).
"""

from typing import Any

from procurement_portal.law.counties import COUNTY_ALLOWED, COUNTY_PATTERN, SIX_COUNTIES
from procurement_portal.law.facts import Count, Facts, Given, Text, refuse
from procurement_portal.law.words import gettext_noop
from procurement_portal.law.workings import Workings

TITLE = gettext_noop("Is this a local business?")
CITES = ("MCC 2-92-420(q)",)
FACTS = Facts(
    county_fips=Text(COUNTY_PATTERN, COUNTY_ALLOWED, label=gettext_noop("County the business is located in")),
    full_time_in_region=Count(label=gettext_noop("Regular full-time employees in the six counties")),
    full_time_total=Count(label=gettext_noop("Regular full-time employees in all")),
)
READINGS = ()
PARAMETERS = ()
ANSWERS = ("qualifies", "reason")
_CITE = CITES[0]
_SENTENCES = {
    None: gettext_noop("It is a local business."),
    "outside_region": gettext_noop("It is no local business: it is not located in the six counties."),
    "not_a_majority": gettext_noop(
        "It is no local business: %(inside)s of %(all)s full-time employees are no majority."
    ),
    "no_full_time_work_force": gettext_noop("Undetermined: it has no full-time employee; the officer decides."),
}


def check(given: Given) -> None:
    """Those in the region are among all. Raises `InvalidInput`."""
    if given.full_time_in_region > given.full_time_total:
        raise refuse("full_time_in_region", given.full_time_in_region, "at most all full-time employees")


def decide(given: Given, law: Workings) -> dict[str, Any]:
    """Answers: qualifies (null: undetermined), reason (null, `outside_region`, `not_a_majority`, `no_full_time_work_force`)."""
    located = law.step(
        gettext_noop("Located in the region"),
        gettext_noop("the county is one of the six"),
        {gettext_noop("county"): SIX_COUNTIES.get(given.county_fips, given.county_fips)},
        given.county_fips in SIX_COUNTIES,
        _CITE,
    )
    majority = law.step(
        gettext_noop("Majority of the full-time work force"),
        gettext_noop("more than half of the regular full-time employees work in the region"),
        {gettext_noop("in the region"): given.full_time_in_region, gettext_noop("in all"): given.full_time_total},
        2 * given.full_time_in_region > given.full_time_total,
        _CITE,
    )
    if not located:
        return {"qualifies": False, "reason": "outside_region"}
    if not given.full_time_total:
        return {"qualifies": None, "reason": "no_full_time_work_force"}
    return {"qualifies": majority, "reason": None if majority else "not_a_majority"}


def sentence(given: Given, answer: dict[str, Any]) -> tuple[str, dict[str, object]]:
    """The answer in words."""
    return _SENTENCES[answer["reason"]], {"inside": given.full_time_in_region, "all": given.full_time_total}
