"""certification.minority_owned_business: is this a minority-owned business of the City's program?

MCC 2-92-420 (2019 proposal):

(s) "Minority-owned business" or "M.B.E." means a local business which is at least 51 percent owned by one or more members of one or
more minority groups, or, in the case of a publicly held corporation, at least 51 percent of the stock of which is owned by one or
more members of one or more minority groups, whose management and daily business operations are controlled by one or more members
of one or more minority groups.

(r) "Minority group" means ... i) African-Americans or Blacks ...; ii) Hispanics ...; (iii) Asian-Americans ...; iv) Other groups, or
other individuals, found by the board to be socially and economically disadvantaged and to have suffered actual racial or ethnic
discrimination ...; and v) For purposes of contracts funded by state or federal governmental sources, groups found to be eligible
for purposes of the designation of D.B.E.s by such governmental sources.

(v) "Owned" means having all the customary incidents of ownership, including the right of disposition, and sharing in all risks and
profits commensurate with the degree of ownership interest.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from procurement_portal.law.facts import Boolean, Choice, Facts, Given, ListOf, Percent, Text, refuse
from procurement_portal.law.money import PERCENT_PLACES, half_up
from procurement_portal.law.words import gettext_noop, percent
from procurement_portal.law.workings import Workings

TITLE = gettext_noop("Is this a minority-owned business?")
CITES = ("MCC 2-92-420(s)", "MCC 2-92-420(r)", "MCC 2-92-420(v)")
FACTS = Facts(
    local_business=Boolean(label=gettext_noop("It is a local business")),
    publicly_held=Boolean(label=gettext_noop("It is a publicly held corporation; ownership is of its stock")),
    owners=ListOf(
        Facts(
            name=Text(label=gettext_noop("Owner")),
            percent=Percent(label=gettext_noop("Part owned")),
            minority_group=Choice(
                "black",
                "hispanic",
                "asian",
                "board_finding",
                "dbe_group",
                optional=True,
                label=gettext_noop("Member of a minority group"),
            ),
            woman=Boolean(label=gettext_noop("Is a woman")),
            profit_share_percent=Percent(optional=True, label=gettext_noop("Part of risks and profits")),
            right_of_disposition=Boolean(label=gettext_noop("May dispose of the part")),
        ),
        unique="name",
        label=gettext_noop("Owners"),
    ),
    management_controlled_by_group=Boolean(label=gettext_noop("Members of the class control the management")),
    daily_operations_controlled_by_group=Boolean(label=gettext_noop("Members of the class control daily operations")),
    state_or_federal_funding=Boolean(label=gettext_noop("For a contract with state or federal funding")),
)
OWNERSHIP = "city.ownership_percentage"
READINGS = ()
PARAMETERS = (OWNERSHIP,)
ANSWERS = ("qualifies", "owned_percent", "failed")
_CITE, _OWNED = CITES[0], CITES[2]


def members(given: Given) -> list[Given]:
    """The owners who belong to a minority group; a group of (v) counts only with state or federal funding."""
    return [
        owner
        for owner in given.owners
        if owner.minority_group is not None and (owner.minority_group != "dbe_group" or given.state_or_federal_funding)
    ]


def check(given: Given) -> None:
    """As `check_owners`, of the members of a minority group. Raises `InvalidInput`."""
    check_owners(given, members(given))


def decide(given: Given, law: Workings) -> dict[str, Any]:
    """Answers: qualifies, owned_percent (declared parts of the class), failed (`not_local`, `ownership`,
    `not_owned_in_substance`, `control`)."""
    return judge(given, members(given), law, _CITE)


def sentence(given: Given, answer: dict[str, Any]) -> tuple[str, dict[str, object]]:
    """The answer in words."""
    values = {"owned": percent(answer["owned_percent"]), "failed": answer["failed"]}
    if answer["qualifies"]:
        return gettext_noop(
            "It is a minority-owned business: %(owned)s is owned by members of minority groups."
        ), values
    return gettext_noop("It is no minority-owned business: %(failed)s."), values


def check_owners(given: Given, group: Sequence[Given]) -> None:
    """Parts are of one whole; a member of the class states the part of profits. Raises `InvalidInput`."""
    total = sum((owner.percent for owner in given.owners), Decimal(0))
    if total > 100:
        raise refuse("owners", f"parts that sum to {total}", "parts that sum to at most 100")
    names = {owner.name for owner in group}
    for position, owner in enumerate(given.owners, 1):
        if owner.name in names and owner.profit_share_percent is None:
            field = f"owners[{position}].profit_share_percent"
            raise refuse(field, "nothing", "the part of risks and profits of a member of the class, from 0 to 100")


def judge(given: Given, group: Sequence[Given], law: Workings, cite: str) -> dict[str, Any]:
    """The answer for one class of owners (also of `women_owned_business`): declared, in substance, in control."""
    required = law.value(OWNERSHIP)
    declared = law.step(
        gettext_noop("Owned by the class"),
        gettext_noop("the parts of its members, added up (of the stock, in a publicly held corporation)"),
        {gettext_noop("members"): [owner.name for owner in group], gettext_noop("publicly held"): given.publicly_held},
        sum((owner.percent for owner in group), Decimal(0)),
        cite,
        "percent",
    )
    real = law.step(
        gettext_noop("Owned in substance"),
        gettext_noop("the parts whose owner may dispose of them and shares in profits at least to the same part"),
        {gettext_noop("required"): percent(required)},
        sum(
            (
                owner.percent
                for owner in group
                if owner.right_of_disposition and owner.profit_share_percent >= owner.percent
            ),
            Decimal(0),
        ),
        _OWNED,
        "percent",
    )
    controls = law.step(
        gettext_noop("Controlled by the class"),
        gettext_noop("its members control both management and daily operations"),
        {
            gettext_noop("management"): given.management_controlled_by_group,
            gettext_noop("daily operations"): given.daily_operations_controlled_by_group,
        },
        given.management_controlled_by_group and given.daily_operations_controlled_by_group,
        cite,
    )
    faults = {
        "not_local": not given.local_business,
        "ownership": declared < required,
        "not_owned_in_substance": real < required <= declared,
        "control": not controls,
    }
    failed = [code for code, holds in faults.items() if holds]
    law.step(
        gettext_noop("Reasons against it"),
        gettext_noop("a local business, owned as declared and in substance, and controlled by the class"),
        {gettext_noop("local business"): given.local_business},
        failed,
        cite,
    )
    return {"qualifies": not failed, "owned_percent": half_up(declared, PERCENT_PLACES), "failed": failed}
