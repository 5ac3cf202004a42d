"""compliance.indirect_participation: what indirect participation still counts toward good faith efforts, contract by contract.

MCC 2-92-440(a) (2019 proposal): ... the contract compliance officer shall consider ... the indirect participation of MBEs or WBEs in
other aspects of the contractor's business (but no dollar of such indirect MBE or WBE participation shall be credited more than
once against a contractor's good faith efforts to achieve the MBE or WBE commitment with respect to all contracts of such
contractor).

It is a factor of good faith efforts only, not one of the ways to meet a commitment.
"""

from decimal import Decimal
from typing import Any

from procurement_portal.law.facts import Facts, Given, ListOf, Money, Text
from procurement_portal.law.money import half_up
from procurement_portal.law.words import dollars, gettext_noop
from procurement_portal.law.workings import Workings

TITLE = gettext_noop("How much indirect participation is credited to each contract?")
CITES = ("MCC 2-92-440(a)",)
FACTS = Facts(
    amount=Money(label=gettext_noop("Indirect participation in the contractor's business")),
    claims=ListOf(
        Facts(contract=Text(label=gettext_noop("Contract")), amount=Money(label=gettext_noop("Claimed for it"))),
        unique="contract",
        label=gettext_noop("Claims, in order"),
    ),
)
READINGS = ()
PARAMETERS = ()
ANSWERS = ("credited", "remaining")
_CITE = CITES[0]


def decide(given: Given, law: Workings) -> dict[str, Any]:
    """Answers: credited (contract to dollars; each dollar once, in the order of the claims), remaining (dollars)."""
    remaining: Decimal = half_up(given.amount)
    credited = {}
    for claim in given.claims:
        part = law.cents(
            gettext_noop("Credited"),
            gettext_noop("what is claimed, as far as it was not credited before"),
            {
                gettext_noop("contract"): claim.contract,
                gettext_noop("claimed"): dollars(claim.amount),
                gettext_noop("not credited before"): dollars(remaining),
            },
            min(claim.amount, remaining),
            _CITE,
        )
        credited[claim.contract] = part
        remaining -= part
    law.cents(
        gettext_noop("Left"),
        gettext_noop("indirect participation − all that was credited"),
        {gettext_noop("indirect participation"): dollars(given.amount)},
        remaining,
        _CITE,
    )
    return {"credited": credited, "remaining": remaining}


def sentence(given: Given, answer: dict[str, Any]) -> tuple[str, dict[str, object]]:
    """The answer in words."""
    values: dict[str, object] = {
        "credited": dollars(sum(answer["credited"].values(), Decimal(0))),
        "remaining": dollars(answer["remaining"]),
    }
    return gettext_noop("%(credited)s is credited; %(remaining)s is left."), values
