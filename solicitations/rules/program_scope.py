"""solicitations.program_scope: is this a "contract" of the City's MBE/WBE program at all?

MCC 2-92-420 (2019 proposal):

(i) "Contract" means any (1) contract, purchase order or agreement (other than a delegate agency contract or lease of real
property or collective bargaining agreement) awarded by any officer or agency of the city other than the City Council, and
whose cost is to be paid from funds belonging to or administered by the City of Chicago, regardless of source; and (2)
contract or agreement to which the City is a party relative to any financial transaction, including those associated with
financial institutions, bond underwriters, lines of credit, financial advisors, bond counsel, disclosure counsel, pension
disclosure counsel, and the like.

(m) "Delegate agency contract" means a contract with a not-for-profit or for-profit organization which provides social
services (including but not limited to job training and placement, education, child day care, emergency shelter,
home-delivery meals, and health care) to targeted communities under agreements with the city which are funded by federal or
state grants and paid on a pass-through basis.

All of (m) must hold: a nonprofit shelter paid from the City's own funds is not a delegate agency contract.
"""

from typing import Any

from procurement_portal.law.facts import Boolean, Choice, Facts, Given, Share, refuse
from procurement_portal.law.money import exact, shown
from procurement_portal.law.words import gettext_noop
from procurement_portal.law.workings import Workings

TITLE = gettext_noop("Is the contract in the City's program for minority- and women-owned businesses?")
CITES = ("MCC 2-92-420(i)", "MCC 2-92-420(m)")
FACTS = Facts(
    kind=Choice(
        "contract",
        "lease",
        "collective_bargaining",
        label=gettext_noop("Kind of agreement"),
    ),
    awarded_by=Choice("department", "city_council", label=gettext_noop("Awarded by")),
    financial=Boolean(label=gettext_noop("Relates to a financial transaction")),
    social_services=Boolean(label=gettext_noop("The organization provides social services")),
    targeted_community=Boolean(label=gettext_noop("The services go to targeted communities")),
    pass_through=Boolean(label=gettext_noop("Paid on a pass-through basis")),
    funding=Facts(
        group_label=gettext_noop("Funding, as shares of the whole"),
        federal=Share(optional=True, default=0, label=gettext_noop("Federal grants")),
        state=Share(optional=True, default=0, label=gettext_noop("State grants")),
        city=Share(optional=True, default=0, label=gettext_noop("City funds")),
    ),
)
DELEGATE_FUNDING = "city.scope.delegate_funding"
FINANCIAL_OVERRIDES = "city.scope.financial_overrides"
MAJORITY = "city.delegate_funding_majority_percentage"
READINGS = (DELEGATE_FUNDING, FINANCIAL_OVERRIDES)
PARAMETERS = (MAJORITY,)
ANSWERS = ("in_scope", "pending_decision", "reason")
_CONTRACT, _DELEGATE = "MCC 2-92-420(i)", "MCC 2-92-420(m)"

_SENTENCES = {
    "financial_transaction": gettext_noop("In the program: it relates to a financial transaction."),
    "lease": gettext_noop("Not in the program: it is a lease of real property."),
    "collective_bargaining": gettext_noop("Not in the program: it is a collective bargaining agreement."),
    "council_award": gettext_noop("Not in the program: the City Council awards it."),
    "delegate_agency_contract": gettext_noop("Not in the program: it is a delegate agency contract."),
    "mixed_funding": gettext_noop(
        "In the program until the Contract Compliance Officer decides: grants pay only a part of this delegate agency contract."
    ),
    "contract": gettext_noop("In the program: it is a contract awarded by the City, and no exclusion applies."),
}


def check(given: Given) -> None:
    """The funding shares must sum to exactly 1. Raises `InvalidInput`."""
    total = sum(exact(share) for share in given.funding.values())
    if total != 1:
        raise refuse(
            "funding",
            f"shares that sum to {shown(total)}",
            "shares that sum to exactly 1",
        )


def decide(given: Given, law: Workings) -> dict[str, Any]:
    """Answers: in_scope, pending_decision (the Contract Compliance Officer has to decide), reason (the first that holds, in
    the order financial_transaction, lease, collective_bargaining, council_award, delegate_agency_contract, mixed_funding,
    contract)."""
    exclusion = _exclusion(given, law)
    if given.financial:
        overrides = law.reading(FINANCIAL_OVERRIDES)
        stands = law.step(
            gettext_noop("Financial transaction"),
            gettext_noop("in by part (2), unless the exclusions of part (1) are read to limit it and one applies"),
            {
                gettext_noop("part (2) stands by itself"): overrides,
                gettext_noop("exclusion"): exclusion,
            },
            overrides is True or exclusion in (None, "mixed_funding"),
            _CONTRACT,
        )
        if stands:
            return _answer(True, False, "financial_transaction")
    if exclusion == "mixed_funding":
        return _answer(True, True, exclusion)
    if exclusion is not None:
        return _answer(False, False, exclusion)
    law.step(
        gettext_noop("Contract"),
        gettext_noop("awarded by a department, paid from funds the City owns or administers, and not excluded"),
        {gettext_noop("awarded by"): given.awarded_by},
        True,
        _CONTRACT,
    )
    return _answer(True, False, "contract")


def sentence(given: Given, answer: dict[str, Any]) -> tuple[str, dict[str, object]]:
    """The answer in words, one for each reason."""
    return _SENTENCES[answer["reason"]], {}


def _answer(in_scope: bool, pending: bool, reason: str) -> dict[str, Any]:
    return {"in_scope": in_scope, "pending_decision": pending, "reason": reason}


def _exclusion(given: Given, law: Workings) -> str | None:
    """The first exclusion of part (1) that holds, `mixed_funding` where the delegate agency exclusion is undecided, or None."""
    excluded = None
    if given.kind != "contract":
        excluded = given.kind
    elif given.awarded_by == "city_council":
        excluded = "council_award"
    law.step(
        gettext_noop("Excluded by its kind or its award"),
        gettext_noop(
            "a lease, a collective bargaining agreement, or an award of the City Council is no contract of part (1)"
        ),
        {
            gettext_noop("kind"): given.kind,
            gettext_noop("awarded by"): given.awarded_by,
        },
        excluded,
        _CONTRACT,
    )
    return excluded or _delegate_agency(given, law)


def _delegate_agency(given: Given, law: Workings) -> str | None:
    serves = given.social_services and given.targeted_community and given.pass_through
    law.step(
        gettext_noop("Services of a delegate agency"),
        gettext_noop("social services, to targeted communities, paid on a pass-through basis: all three"),
        {
            gettext_noop("social services"): given.social_services,
            gettext_noop("targeted communities"): given.targeted_community,
            gettext_noop("pass-through"): given.pass_through,
        },
        serves,
        _DELEGATE,
    )
    if not serves:
        return None
    grants = law.step(
        gettext_noop("Part paid from grants"),
        gettext_noop("federal share + state share"),
        {
            gettext_noop("federal"): given.funding.federal,
            gettext_noop("state"): given.funding.state,
        },
        exact(given.funding.federal) + exact(given.funding.state),
        _DELEGATE,
    )
    reading = law.reading(DELEGATE_FUNDING)
    if reading == "any_grant_dollar":
        result = "delegate_agency_contract" if grants > 0 else None
    elif reading == "majority":
        result = "delegate_agency_contract" if grants * 100 > exact(law.value(MAJORITY)) else None
    elif grants == 1:
        result = "delegate_agency_contract"
    else:
        result = "mixed_funding" if grants > 0 else None
    law.step(
        gettext_noop("Funded by federal or state grants"),
        gettext_noop("the part paid from grants, judged by the reading of the words"),
        {
            gettext_noop("part paid from grants"): grants,
            gettext_noop("reading"): reading,
        },
        result,
        _DELEGATE,
    )
    return result
