"""payments.recoupment: how an advance is recovered from vouchers.

Equitable social services contracting policy (February 2022): advances are requested and disbursed so "that grant funding meets its
intended purpose". No source text states a schedule; the portal's: each voucher recovers the share the advance has in the award,
and a final voucher recovers all that is outstanding, as far as its amount reaches (A-60).
"""

from decimal import Decimal
from typing import Any

from procurement_portal.law.facts import Boolean, Facts, Given, ListOf, Money, refuse
from procurement_portal.law.money import exact, half_up
from procurement_portal.law.words import dollars, gettext_noop
from procurement_portal.law.workings import Workings

TITLE = gettext_noop("How is an advance recovered from vouchers?")
CITES = ("Equitable social services contracting policy (February 2022)",)
FACTS = Facts(
    award=Money(positive=True, label=gettext_noop("Award")),
    advance=Money(label=gettext_noop("Paid in advance")),
    vouchers=ListOf(
        Facts(
            amount=Money(label=gettext_noop("Amount")),
            final=Boolean(label=gettext_noop("It is the final voucher")),
        ),
        label=gettext_noop("Vouchers, in order"),
    ),
)
READINGS = ()
PARAMETERS = ()
ANSWERS = ("recouped", "net", "outstanding")
_POLICY = CITES[0]


def check(given: Given) -> None:
    """An advance is a part of the award; nothing follows a final voucher. Raises `InvalidInput`."""
    if given.advance > given.award:
        raise refuse("advance", given.advance, "at most the award")
    for position, voucher in enumerate(given.vouchers, 1):
        if voucher.final and position < len(given.vouchers):
            raise refuse(f"vouchers[{position}].final", True, "only the last voucher is final")


def decide(given: Given, law: Workings) -> dict[str, Any]:
    """Answers: recouped and net (dollars, one for each voucher in order), outstanding (dollars left of the advance)."""
    outstanding: Decimal = given.advance
    recouped, net = [], []
    for voucher in given.vouchers:
        part = half_up(exact(voucher.amount) * exact(given.advance) / exact(given.award))
        wanted = outstanding if voucher.final else min(part, outstanding)
        recovered = law.cents(
            gettext_noop("Recovered"),
            gettext_noop(
                "voucher × advance ÷ award, to the cent; all that is outstanding from a final voucher; never more than the voucher"
            ),
            {
                gettext_noop("voucher"): dollars(voucher.amount),
                gettext_noop("advance"): dollars(given.advance),
                gettext_noop("award"): dollars(given.award),
                gettext_noop("outstanding"): dollars(outstanding),
                gettext_noop("final"): voucher.final,
            },
            min(wanted, voucher.amount),
            _POLICY,
        )
        outstanding -= recovered
        recouped.append(recovered)
        net.append(voucher.amount - recovered)
    law.cents(
        gettext_noop("Outstanding"),
        gettext_noop("advance − all that was recovered"),
        {gettext_noop("advance"): dollars(given.advance)},
        outstanding,
        _POLICY,
    )
    return {"recouped": recouped, "net": net, "outstanding": outstanding}


def sentence(given: Given, answer: dict[str, Any]) -> tuple[str, dict[str, object]]:
    """The answer in words."""
    values: dict[str, object] = {
        "recovered": dollars(sum(answer["recouped"], Decimal(0))),
        "outstanding": dollars(answer["outstanding"]),
    }
    return gettext_noop("%(recovered)s is recovered; %(outstanding)s of the advance is outstanding."), values
