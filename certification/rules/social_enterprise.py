"""certification.social_enterprise: is this a social enterprise of the County, and by which route?

Cook County Code 34-229 (committee substitute): Social Enterprise means a Person which has its principal place of business and a
majority of its regular, full-time work force located within the County Marketplace on the date a bid is submitted and which is: (i)
an Illinois benefit corporation subject to the Benefit Corporation Act (805 ILCS 40/1 et seq.); (ii) an Illinois low-profit limited
liability company subject to Section 1-26 of the Limited Liability Company Act (805 ILCS 180/1-26); or (iii) a nonprofit or
private-sector entity (or any business unit thereof which maintains separate books and records) which (a) uses earned revenue
strategies, either exclusively as a business or as a significant part of a nonprofit's revenue stream, and (b) directly addresses
social needs either (1) through its goods and/or services or (2) by employing people who are disadvantaged, or (3) both.
"""

from typing import Any

from procurement_portal.law.counties import COUNTY_ALLOWED, COUNTY_PATTERN, SIX_COUNTIES
from procurement_portal.law.facts import Boolean, Choice, Count, Facts, Given, Text, refuse
from procurement_portal.law.words import gettext_noop
from procurement_portal.law.workings import Workings

TITLE = gettext_noop("Is this a social enterprise?")
CITES = ("Cook County Code 34-229",)
FACTS = Facts(
    principal_county_fips=Text(
        COUNTY_PATTERN, COUNTY_ALLOWED, label=gettext_noop("County of the principal place of business")
    ),
    full_time_in_region=Count(label=gettext_noop("Regular full-time employees in the six counties")),
    full_time_total=Count(label=gettext_noop("Regular full-time employees in all")),
    form=Choice(
        "benefit_corporation",
        "l3c",
        "nonprofit",
        "private",
        "business_unit",
        label=gettext_noop("Form of the enterprise"),
    ),
    separate_books=Boolean(label=gettext_noop("The business unit keeps separate books and records")),
    earned_revenue=Choice(
        "exclusive", "significant", "insignificant", "none", label=gettext_noop("Part of earned revenue")
    ),
    social_goods_or_services=Boolean(label=gettext_noop("Addresses social needs through its goods or services")),
    employs_disadvantaged=Boolean(label=gettext_noop("Addresses social needs by employing disadvantaged people")),
)
READINGS = ()
PARAMETERS = ()
ANSWERS = ("qualifies", "route", "failed")
_CITE = CITES[0]
_ROUTES = {"benefit_corporation": "i", "l3c": "ii"}
# Earned revenue that is enough, by form: as a business exclusively, of a nonprofit also as a significant part.
_ENOUGH = {"nonprofit": ("exclusive", "significant"), "private": ("exclusive",), "business_unit": ("exclusive",)}
_SENTENCES = {
    "i": gettext_noop("It is a social enterprise, as an Illinois benefit corporation."),
    "ii": gettext_noop("It is a social enterprise, as an Illinois low-profit limited liability company."),
    "iii": gettext_noop("It is a social enterprise, by its earned revenue and the social needs it addresses."),
    None: gettext_noop("It is no social enterprise: %(failed)s."),
}


def check(given: Given) -> None:
    """Those in the region are among all. Raises `InvalidInput`."""
    if given.full_time_in_region > given.full_time_total:
        raise refuse("full_time_in_region", given.full_time_in_region, "at most all full-time employees")


def decide(given: Given, law: Workings) -> dict[str, Any]:
    """Answers: qualifies, route (`i`, `ii`, `iii`; null if it does not qualify), failed (`not_in_marketplace`,
    `not_a_majority`, `separate_books`, `earned_revenue`, `social_need`)."""
    county, form = given.principal_county_fips, given.form
    located = law.step(
        gettext_noop("Principal place of business"),
        gettext_noop("the county is one of the six of the County Marketplace"),
        {gettext_noop("county"): SIX_COUNTIES.get(county, county)},
        county in SIX_COUNTIES,
        _CITE,
    )
    majority = law.step(
        gettext_noop("Majority of the full-time work force"),
        gettext_noop("more than half of the regular full-time employees work in the region"),
        {gettext_noop("in the region"): given.full_time_in_region, gettext_noop("in all"): given.full_time_total},
        2 * given.full_time_in_region > given.full_time_total,
        _CITE,
    )
    faults = {"not_in_marketplace": not located, "not_a_majority": not majority}
    if form in _ENOUGH:
        faults["separate_books"] = form == "business_unit" and not given.separate_books
        faults["earned_revenue"] = given.earned_revenue not in _ENOUGH[form]
        faults["social_need"] = not (given.social_goods_or_services or given.employs_disadvantaged)
    failed = [code for code, holds in faults.items() if holds]
    route = law.step(
        gettext_noop("Route"),
        gettext_noop(
            "(i) a benefit corporation, (ii) a low-profit company, (iii) any other that lives of earned revenue and "
            "addresses social needs; a business unit keeps separate books"
        ),
        {
            gettext_noop("form"): form,
            gettext_noop("earned revenue"): given.earned_revenue,
            gettext_noop("reasons against it"): failed,
        },
        None if failed else _ROUTES.get(form, "iii"),
        _CITE,
    )
    return {"qualifies": not failed, "route": route, "failed": failed}


def sentence(given: Given, answer: dict[str, Any]) -> tuple[str, dict[str, object]]:
    """The answer in words."""
    return _SENTENCES[answer["route"]], {"failed": answer["failed"]}
