"""payments.advance: how much of an award may be paid in advance.

Equitable social services contracting policy (February 2022): "Advance mobilization payments: Subject to the availability of
funds, initial funding to eligible delegates to begin providing the services described in the selected delegate agency
agreements." MCC 2-92-460(g) (2019 proposal) allows "a portion of the value of a target market contract at the time of award as an
advance to cover startup and mobilization costs". No text states a percentage: the cap is given, never taken from the law.
Who is eligible, and that the agreement is executed, is asked by the act that pays.
"""

from typing import Any

from procurement_portal.law.facts import Facts, Given, Money, Percent
from procurement_portal.law.money import down, share
from procurement_portal.law.words import dollars, gettext_noop, percent
from procurement_portal.law.workings import Workings

TITLE = gettext_noop("How much may be paid in advance?")
CITES = ("Equitable social services contracting policy (February 2022)", "MCC 2-92-460(g)")
FACTS = Facts(
    award=Money(positive=True, label=gettext_noop("Award")),
    cap_percent=Percent(label=gettext_noop("Largest part of the award that may be paid in advance")),
    requested=Money(label=gettext_noop("Asked for")),
    funds_available=Money(label=gettext_noop("Funds available")),
)
READINGS = ()
PARAMETERS = ()
ANSWERS = ("advance", "limited_by")
_POLICY = CITES[0]
_SENTENCES = {
    "requested": gettext_noop("%(advance)s may be paid in advance, as asked."),
    "cap": gettext_noop("%(advance)s may be paid in advance: the largest part of the award that is allowed."),
    "funds": gettext_noop("%(advance)s may be paid in advance: no more funds are available."),
}


def decide(given: Given, law: Workings) -> dict[str, Any]:
    """Answers: advance (dollars), limited_by (`requested`, `cap` or `funds`; the first of these at a tie)."""
    cap = law.step(
        gettext_noop("Cap"),
        gettext_noop("award × largest part ÷ 100, rounded down to the cent"),
        {gettext_noop("award"): dollars(given.award), gettext_noop("largest part"): percent(given.cap_percent)},
        down(share(given.award, given.cap_percent)),
        _POLICY,
        "dollars",
    )
    limits = {"requested": given.requested, "cap": cap, "funds": given.funds_available}
    limited_by = min(limits, key=limits.__getitem__)
    advance = law.cents(
        gettext_noop("Advance"),
        gettext_noop("the least of what is asked for, the cap and the funds available"),
        {
            gettext_noop("asked for"): dollars(given.requested),
            gettext_noop("cap"): dollars(cap),
            gettext_noop("funds available"): dollars(given.funds_available),
        },
        limits[limited_by],
        _POLICY,
    )
    return {"advance": advance, "limited_by": limited_by}


def sentence(given: Given, answer: dict[str, Any]) -> tuple[str, dict[str, object]]:
    """The answer in words."""
    return _SENTENCES[answer["limited_by"]], {"advance": dollars(answer["advance"])}
