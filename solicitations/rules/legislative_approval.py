"""solicitations.legislative_approval: does the amount of this award ask for the City Council or the County Board?

Portal policy, legislative approval: "An award of the amount the policy states for the government, or more, is put before its
legislative body, within the business days the policy states for the agenda." The amounts are policy numbers, not law.
"""

from typing import Any

from procurement_portal.law.facts import Choice, Day, Facts, Given, Money
from procurement_portal.law.words import gettext_noop
from procurement_portal.law.workings import Workings

TITLE = gettext_noop("Does this award need the approval of the legislative body?")
CITES = ("Portal policy, legislative approval",)
FACTS = Facts(
    jurisdiction=Choice("city", "county", label=gettext_noop("Government")),
    amount=Money(positive=True, label=gettext_noop("Amount of the award")),
    announced_on=Day(label=gettext_noop("Day the award is announced")),
)
CITY, COUNTY, AGENDA = (
    "portal.legislative_amount_city",
    "portal.legislative_amount_county",
    "portal.legislative_agenda_days",
)
READINGS = ()
PARAMETERS = (CITY, COUNTY, AGENDA)
ANSWERS = ("required", "body", "agenda_by")
_POLICY = "Portal policy, legislative approval"
_BODIES = {"city": ("City Council", CITY), "county": ("County Board", COUNTY)}

_SENTENCES = {
    True: gettext_noop("The %(body)s approves this award; it is put on the agenda by %(day)s."),
    False: gettext_noop("The %(body)s does not have to approve this award."),
}


def decide(given: Given, law: Workings) -> dict[str, Any]:
    """Answers: required, body (which one, also when it is not asked), agenda_by (None when it is not required)."""
    body, parameter = _BODIES[given.jurisdiction]
    least = law.value(parameter, given.announced_on)
    required = law.step(
        gettext_noop("Approval required"),
        gettext_noop("the amount of the award is at least the amount of the policy"),
        {gettext_noop("amount of the award"): given.amount, gettext_noop("amount of the policy"): least},
        given.amount >= least,
        _POLICY,
    )
    by = None
    if required:
        days = law.value(AGENDA, given.announced_on)
        by = law.step(
            gettext_noop("On the agenda by"),
            gettext_noop("business days after the day of the announcement"),
            {gettext_noop("announced on"): given.announced_on, gettext_noop("business days"): days},
            law.calendar.add_business_days(given.announced_on, int(days)),
            _POLICY,
            "date",
        )
    return {"required": required, "body": body, "agenda_by": by}


def sentence(given: Given, answer: dict[str, Any]) -> tuple[str, dict[str, object]]:
    """The answer in words."""
    words = {"body": answer["body"]}
    return _SENTENCES[answer["required"]], {**words, "day": answer["agenda_by"]} if answer["required"] else words
