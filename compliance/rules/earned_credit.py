"""compliance.earned_credit: what earned credit a completed public works contract brings its contractor.

Cook County Code (committee substitute):

34-229: Qualifying Contract means a Contract for Public Works with a Bid Price of $100,000.00 or more. Labor hours means the total
hours of workers receiving an hourly wage who are directly employed at the work site. "Labor hours" shall include hours performed
by workers employed by the contractor and all subcontractors working at the work site. "Labor hours" shall not include hours worked
by nonworking foremen, superintendents, owners and workers who are not subject to prevailing wage requirements. Youth means a male
or female resident of Cook County between the ages of 16 and 19 years of age.

34-234(b), (c), 34-239(c), (f), 34-240(c), (f): a certificate is issued if the goal was met or exceeded (re-entry, apprentices), for a
percentage of the bid price by the percentage of total labor hours performed by former offenders, apprentices or youth. 34-239: each
apprentice's certificate is on file; 34-233: the Committee determines who is a former offender; 34-240(f): based upon documentation.
"""

from decimal import Decimal
from fractions import Fraction
from typing import Any

from procurement_portal.law.facts import Boolean, Choice, Count, Facts, Given, ListOf, Money, Number, Percent, refuse
from procurement_portal.law.money import exact, half_up, percentage, share
from procurement_portal.law.words import dollars, gettext_noop, percent
from procurement_portal.law.workings import Workings

TITLE = gettext_noop("What earned credit does a completed public works contract bring?")
CITES = ("Cook County Code 34-234", "Cook County Code 34-239", "Cook County Code 34-240", "Cook County Code 34-229")


_KINDS = {
    "contractor_hourly": gettext_noop("Hourly workers of the contractor"),
    "subcontractor_hourly": gettext_noop("Hourly workers of all subcontractors"),
    "nonworking_foremen": gettext_noop("Nonworking foremen"),
    "superintendents": gettext_noop("Superintendents"),
    "owners": gettext_noop("Owners"),
    "not_prevailing_wage": gettext_noop("Workers not subject to prevailing wage"),
}


def _excluded(kind: str) -> Number:
    return Number(
        optional=True, default=Decimal(0), label=_KINDS[kind], help=gettext_noop("Not part of the labor hours.")
    )


FACTS = Facts(
    program=Choice("reentry", "apprentice", "youth", label=gettext_noop("Program")),
    estimated_value=Money(label=gettext_noop("Estimated contract value")),
    bid_price=Money(label=gettext_noop("Bid price")),
    goal_percent=Percent(optional=True, label=gettext_noop("Goal: part of the labor hours")),
    labor_hours=Facts(
        group_label=gettext_noop("Hours at the work site"),
        contractor_hourly=Number(label=_KINDS["contractor_hourly"]),
        subcontractor_hourly=Number(optional=True, default=Decimal(0), label=_KINDS["subcontractor_hourly"]),
        nonworking_foremen=_excluded("nonworking_foremen"),
        superintendents=_excluded("superintendents"),
        owners=_excluded("owners"),
        not_prevailing_wage=_excluded("not_prevailing_wage"),
    ),
    program_hours=ListOf(
        Facts(
            hours=Number(label=gettext_noop("Hours")),
            documented=Boolean(label=gettext_noop("Certificate on file, confirmed by the Committee, or documented")),
            age=Count(optional=True, label=gettext_noop("Age on the day worked")),
            county_resident=Boolean(label=gettext_noop("Resident of the County on the day worked")),
        ),
        label=gettext_noop("Hours worked through the program"),
    ),
)
BASIS, AGE, GOAL, BANDS = "county.qc.basis", "county.youth.age", "county.ec.youth_goal", "county.ec.bands"
SMALLEST, YOUNGEST, OLDEST = (
    "county.qualifying_contract_amount",
    "county.youth_minimum_age",
    "county.youth_maximum_age",
)
TABLES = {program: f"county.earned_credit_{program}" for program in ("reentry", "apprentice", "youth")}
READINGS = (BASIS, AGE, GOAL, BANDS)
PARAMETERS = (SMALLEST, YOUNGEST, OLDEST, *TABLES.values())
ANSWERS = ("qualifying", "denominator", "counted_hours", "percent", "credit", "reason")
_HOURS = CITES[-1]
_SENTENCES = {
    None: gettext_noop("The contract earns a credit of %(credit)s: %(percent)s of the labor hours count."),
    "not_qualifying": gettext_noop("No credit: it is no qualifying contract."),
    "below_band": gettext_noop("No credit: only %(percent)s of the labor hours count."),
    "goal_not_met": gettext_noop("No credit: %(percent)s of the labor hours count, and the goal is not met."),
}


def check(given: Given) -> None:
    """There are labor hours; a goal and ages are given where they are needed. Raises `InvalidInput`."""
    if given.goal_percent is None and given.program != "youth":
        raise refuse("goal_percent", "nothing", "the goal of the program, a percentage from 0 to 100")
    if not given.labor_hours.contractor_hourly + given.labor_hours.subcontractor_hourly:
        raise refuse("labor_hours", "no hours of hourly workers", "more than no hours")
    for position, one in enumerate(given.program_hours, 1):
        if one.age is None and given.program == "youth":
            raise refuse(f"program_hours[{position}].age", "nothing", "the age on the day worked")


def decide(given: Given, law: Workings) -> dict[str, Any]:
    """Answers: qualifying, denominator and counted_hours (hours), percent, credit (dollars, half-up; 0.00 with a reason),
    reason (`not_qualifying`, `below_band`, `goal_not_met`, the first that holds, or null)."""
    needs_goal = given.program != "youth" or law.reading(GOAL) == "needed"
    if needs_goal and given.goal_percent is None:
        raise refuse("goal_percent", "nothing", "the goal of the program, where a youth credit is read to need one")
    qualifying = _qualifying(given, law)
    total = law.step(
        gettext_noop("Labor hours"),
        gettext_noop(
            "hours of hourly workers of the contractor and all subcontractors; the four excluded kinds do not count"
        ),
        {_KINDS[name]: hours for name, hours in given.labor_hours.items()},
        exact(given.labor_hours.contractor_hourly) + exact(given.labor_hours.subcontractor_hourly),
        _HOURS,
    )
    counted = law.step(
        gettext_noop("Hours that count"),
        gettext_noop("documented hours; of young people, hours at the right age by residents of the County"),
        {gettext_noop("hours given"): [one.hours for one in given.program_hours]},
        sum((exact(one.hours) for one in given.program_hours if _counts(given.program, one, law)), Fraction(0)),
        _HOURS,
    )
    if counted > total:
        raise refuse("program_hours", counted, f"together at most the labor hours, {total}")
    table = TABLES[given.program]
    rate = _rate(counted / total * 100, table, law)
    met = not needs_goal or counted >= share(total, given.goal_percent)
    reason = None
    if not qualifying:
        reason = "not_qualifying"
    elif rate is None:
        reason = "below_band"
    elif not met:
        reason = "goal_not_met"
    law.step(
        gettext_noop("Goal met"),
        gettext_noop("the exact share of hours reaches the goal, where one is needed"),
        {
            gettext_noop("needed"): needs_goal,
            gettext_noop("goal"): None if given.goal_percent is None else percent(given.goal_percent),
        },
        met,
        law.cite(table),
    )
    credit = law.cents(
        gettext_noop("Earned credit"),
        gettext_noop("bid price × percentage of the band ÷ 100; nothing with a reason against it"),
        {
            gettext_noop("bid price"): dollars(given.bid_price),
            gettext_noop("percentage"): None if rate is None else percent(rate),
            gettext_noop("reason against it"): reason,
        },
        half_up(0) if reason is not None or rate is None else share(given.bid_price, rate),
        law.cite(table),
    )
    found = (qualifying, total, counted, percentage(counted, total), credit, reason)
    return dict(zip(ANSWERS, found, strict=True))


def sentence(given: Given, answer: dict[str, Any]) -> tuple[str, dict[str, object]]:
    """The answer in words."""
    return _SENTENCES[answer["reason"]], {"credit": dollars(answer["credit"]), "percent": percent(answer["percent"])}


def _qualifying(given: Given, law: Workings) -> bool:
    smallest, basis = law.value(SMALLEST), law.reading(BASIS)
    by_estimate, by_bid = given.estimated_value >= smallest, given.bid_price >= smallest
    readings = {"both": by_estimate and by_bid, "bid_price_only": by_bid, "either": by_estimate or by_bid}
    qualifying: bool = law.step(
        gettext_noop("Qualifying contract"),
        gettext_noop("estimate and bid price (or the one the reading asks for) reach the amount"),
        {
            gettext_noop("estimate"): dollars(given.estimated_value),
            gettext_noop("bid price"): dollars(given.bid_price),
            gettext_noop("amount"): dollars(smallest),
        },
        readings[str(basis)],
        law.cite(SMALLEST),
    )
    return qualifying


def _counts(program: str, one: Given, law: Workings) -> bool:
    if program != "youth":
        return bool(one.documented)
    oldest = law.value(OLDEST)
    young = one.age < oldest or (one.age == oldest and law.reading(AGE) == "under_20")
    return bool(one.documented and one.county_resident and one.age >= law.value(YOUNGEST) and young)


def _rate(reached: Fraction, table: str, law: Workings) -> Decimal | None:
    """The percentage of the band the share of hours is in, or None below the first: bounds included, "over" strictly more."""
    bands, cite = law.value(table), law.cite(table)
    compared = reached if law.reading(BANDS) == "exact" else exact(half_up(reached, 1))
    rate = None
    for band in bands:
        if compared >= band["from"] if "from" in band else compared > band["over"]:
            rate = band["credit_percent"]
    law.step(
        gettext_noop("Band"),
        gettext_noop("the percentage of the last band that is reached; none below the first"),
        {gettext_noop("share of the labor hours"): percent(compared)},
        rate,
        cite,
        "percent",
    )
    return rate
