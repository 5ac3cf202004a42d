"""compliance.target_market_participation: who may hold a target market contract, and how much others may perform.

MCC 2-92-460(d) (2019 proposal): Participation in the target market program shall be limited to M.B.E.s, W.B.E.s and joint ventures
consisting exclusively of M.B.E.s, W.B.E.s or both. The prime contractor on a target market contract may subcontract up to 50
percent of the dollar value of the target market contract to subcontractors who are not M.B.E.s or W.B.E.s.
"""

from decimal import Decimal
from typing import Any

from procurement_portal.law.facts import Facts, Given, ListOf, Money, Text, refuse
from procurement_portal.law.money import down, exact, share
from procurement_portal.law.words import dollars, gettext_noop, percent
from procurement_portal.law.workings import Workings

TITLE = gettext_noop("May this firm or joint venture hold the target market contract, and may others do so much of it?")
CITES = ("MCC 2-92-460(d)",)
FACTS = Facts(
    contract_value=Money(positive=True, label=gettext_noop("Contract value")),
    venturers=ListOf(ListOf(Text()), at_least=1, label=gettext_noop("Certifications of each venturer")),
    uncertified_subcontracts=Money(
        optional=True, default=Decimal(0), label=gettext_noop("Subcontracts with firms without certificate")
    ),
)
CAP = "city.target_market_subcontract_percentage"
READINGS = ()
PARAMETERS = (CAP,)
ANSWERS = ("prime_eligible", "subcontracting_allowed", "maximum_uncertified")
_CERTIFIED = {"mbe", "wbe"}


def check(given: Given) -> None:
    """Subcontracts cannot be more than the contract. Raises `InvalidInput`."""
    if given.uncertified_subcontracts > given.contract_value:
        raise refuse("uncertified_subcontracts", given.uncertified_subcontracts, "at most the contract value")


def decide(given: Given, law: Workings) -> dict[str, Any]:
    """Answers: prime_eligible, subcontracting_allowed (each by itself), maximum_uncertified (dollars, rounded down)."""
    cite, rate = law.cite(CAP), law.value(CAP)
    eligible = law.step(
        gettext_noop("Who holds the contract"),
        gettext_noop("each venturer is certified as minority- or women-owned"),
        {gettext_noop("certifications"): [", ".join(held) for held in given.venturers]},
        all(_CERTIFIED & set(held) for held in given.venturers),
        cite,
    )
    most = share(given.contract_value, rate)
    law.step(
        gettext_noop("Most that others may perform"),
        gettext_noop("contract value × percentage ÷ 100, rounded down to the cent"),
        {gettext_noop("contract value"): dollars(given.contract_value), gettext_noop("percentage"): percent(rate)},
        down(most),
        cite,
        "dollars",
    )
    allowed = law.step(
        gettext_noop("What others perform"),
        gettext_noop("subcontracts with firms without certificate are at most that much"),
        {gettext_noop("subcontracts"): dollars(given.uncertified_subcontracts)},
        exact(given.uncertified_subcontracts) <= most,
        cite,
    )
    return {"prime_eligible": eligible, "subcontracting_allowed": allowed, "maximum_uncertified": down(most)}


def sentence(given: Given, answer: dict[str, Any]) -> tuple[str, dict[str, object]]:
    """The answer in words."""
    if not answer["prime_eligible"]:
        template = gettext_noop("Not eligible: every venturer must be certified as minority- or women-owned.")
    elif not answer["subcontracting_allowed"]:
        template = gettext_noop("Too much is passed on: firms without certificate may perform at most %(most)s.")
    else:
        template = gettext_noop("Eligible; firms without certificate may perform at most %(most)s.")
    return template, {"most": dollars(answer["maximum_uncertified"])}
