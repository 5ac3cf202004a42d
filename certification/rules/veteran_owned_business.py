"""certification.veteran_owned_business: is this a veteran-owned business, or a service-disabled veteran-owned one?

Cook County Code 34-229, 34-238 (committee substitute): Veteran-owned Business Enterprise (VBE) means a small business (i) that is at
least 51 percent owned, controlled, and managed by one or more Eligible Veterans or, in the case of a corporation, at least 51
percent or more of the stock of which is owned, controlled, and managed by one or more Eligible Veterans; (ii) that has its home
office in Illinois. SDVBE: the same of service-disabled veterans.

At least one of them controls and at least one manages (A-58). It need not be in the six counties.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from procurement_portal.law.facts import Boolean, Facts, Given, ListOf, Percent, Text, refuse
from procurement_portal.law.words import gettext_noop, percent
from procurement_portal.law.workings import Workings

TITLE = gettext_noop("Is this a veteran-owned business?")
CITES = ("Cook County Code 34-238(a)", "Cook County Code 34-238(b)", "Cook County Code 34-229")
FACTS = Facts(
    small_business=Boolean(label=gettext_noop("It is a small business")),
    home_office_state=Text(
        r"[A-Z]{2}", "a state's code, two capital letters", label=gettext_noop("State of the home office")
    ),
    owners=ListOf(
        Facts(
            name=Text(label=gettext_noop("Owner")),
            percent=Percent(label=gettext_noop("Part owned")),
            eligible_veteran=Boolean(label=gettext_noop("Eligible veteran")),
            service_disabled=Boolean(label=gettext_noop("Service-disabled")),
            controls=Boolean(label=gettext_noop("Controls the business")),
            manages=Boolean(label=gettext_noop("Manages the business")),
        ),
        unique="name",
        label=gettext_noop("Owners"),
    ),
)
OWNERSHIP = "county.ownership_percentage"
READINGS = ()
PARAMETERS = (OWNERSHIP,)
ANSWERS = ("vbe", "sdvbe", "failed")
STATE = "IL"


def check(given: Given) -> None:
    """Parts are of one whole; only an eligible veteran is a service-disabled one. Raises `InvalidInput`."""
    total = sum((owner.percent for owner in given.owners), Decimal(0))
    if total > 100:
        raise refuse("owners", f"parts that sum to {total}", "parts that sum to at most 100")
    for position, owner in enumerate(given.owners, 1):
        if owner.service_disabled and not owner.eligible_veteran:
            raise refuse(f"owners[{position}].service_disabled", True, "true only of an eligible veteran")


def decide(given: Given, law: Workings) -> dict[str, Any]:
    """Answers: vbe, sdvbe, failed (why it is no vbe: `not_small`, `home_office`, `ownership`, `control`)."""
    at_home = law.step(
        gettext_noop("A small business of the State"),
        gettext_noop("small, with its home office in Illinois"),
        {gettext_noop("small"): given.small_business, gettext_noop("home office"): given.home_office_state},
        given.small_business and given.home_office_state == STATE,
        CITES[0],
    )
    veterans = [owner for owner in given.owners if owner.eligible_veteran]
    owned, controlled = _held(gettext_noop("Eligible veterans"), veterans, CITES[0], law)
    disabled = [owner for owner in veterans if owner.service_disabled]
    also_owned, also_controlled = _held(gettext_noop("Service-disabled veterans"), disabled, CITES[1], law)
    faults = {
        "not_small": not given.small_business,
        "home_office": given.home_office_state != STATE,
        "ownership": not owned,
        "control": not controlled,
    }
    failed = [code for code, holds in faults.items() if holds]
    return {"vbe": not failed, "sdvbe": at_home and also_owned and also_controlled, "failed": failed}


def sentence(given: Given, answer: dict[str, Any]) -> tuple[str, dict[str, object]]:
    """The answer in words."""
    if answer["sdvbe"]:
        return gettext_noop("It is a veteran-owned business, and a service-disabled veteran-owned one."), {}
    if answer["vbe"]:
        return gettext_noop("It is a veteran-owned business."), {}
    return gettext_noop("It is no veteran-owned business: %(failed)s."), {"failed": answer["failed"]}


def _held(label: str, group: Sequence[Given], cite: str, law: Workings) -> tuple[bool, bool]:
    """Whether the group owns enough, and whether one of it controls and one manages."""
    required = law.value(OWNERSHIP)
    owned = law.step(
        label,
        gettext_noop("the parts they own, added up, against what is required"),
        {gettext_noop("owners"): [owner.name for owner in group], gettext_noop("required"): percent(required)},
        sum((owner.percent for owner in group), Decimal(0)),
        cite,
        "percent",
    )
    controlled = law.step(
        label,
        gettext_noop("at least one of them controls and at least one manages"),
        {
            gettext_noop("control"): [owner.name for owner in group if owner.controls],
            gettext_noop("manage"): [owner.name for owner in group if owner.manages],
        },
        any(owner.controls for owner in group) and any(owner.manages for owner in group),
        cite,
    )
    return owned >= required, controlled
