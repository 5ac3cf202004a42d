"""compliance.participation_credit: what a contract's participation counts for, against what it committed to.

MCC 2-92-440(a) (2019 proposal): This commitment may be met by the contractor's status as MBE or WBE, or by joint venture with one
or more MBEs or WBEs as prime contractor (to the extent of the MBE's or WBE's participation in such joint venture), or by
subcontracting a portion of the work to one or more MBEs or WBEs, or by purchase of materials or services for the work from one or
more MBEs or WBEs, or by any combination of the foregoing.

480: contracts with M.B.E.'s or W.B.E.'s that involve performing the duties of a broker shall only be taken into account to the
following extent: ... and thereafter, zero percent.

A firm certified in both classes counts each dollar once, as the contractor splits it (A-12).
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from procurement_portal.law.commitment import PERCENTAGES, ROUNDING, committed_dollars, committed_percent
from procurement_portal.law.facts import Choice, Day, Facts, Given, ListOf, Money, Percent, Text, refuse
from procurement_portal.law.money import exact, half_up, share
from procurement_portal.law.words import dollars, gettext_noop, percent
from procurement_portal.law.workings import Workings

TITLE = gettext_noop("What does a contract's participation count for?")
CITES = ("MCC 2-92-440(a)", "MCC 2-92-480")
CLASSES = ("mbe", "wbe")
FACTS = Facts(
    advertised_on=Day(label=gettext_noop("Advertised on")),
    contract_value=Money(positive=True, label=gettext_noop("Contract value")),
    prime=Facts(
        group_label=gettext_noop("Contractor"),
        form=Choice("single", "joint_venture", label=gettext_noop("Form")),
        certified=ListOf(Choice(*CLASSES), label=gettext_noop("Certified as")),
        mbe_share_percent=Percent(
            optional=True, default=Decimal(0), label=gettext_noop("Share of minority-owned venturers")
        ),
        wbe_share_percent=Percent(
            optional=True, default=Decimal(0), label=gettext_noop("Share of women-owned venturers")
        ),
        credit_as=Choice(*CLASSES, optional=True, label=gettext_noop("Certified in both classes, it counts as")),
    ),
    participants=ListOf(
        Facts(
            firm=Text(label=gettext_noop("Firm")),
            role=Choice("subcontractor", "supplier", "broker", label=gettext_noop("Role")),
            certified=ListOf(Choice(*CLASSES), label=gettext_noop("Certified as")),
            amount=Money(label=gettext_noop("Amount")),
            split=Facts(
                optional_group=True,
                group_label=gettext_noop("Split between the classes"),
                mbe=Money(label=gettext_noop("As minority-owned")),
                wbe=Money(label=gettext_noop("As women-owned")),
            ),
            contract_on=Day(optional=True, label=gettext_noop("Contracted on")),
        ),
        label=gettext_noop("Subcontractors, suppliers and brokers"),
    ),
    revised_mbe_percent=Percent(
        optional=True, label=gettext_noop("Lesser percentage set for minority-owned businesses")
    ),
    revised_wbe_percent=Percent(optional=True, label=gettext_noop("Lesser percentage set for women-owned businesses")),
)
OWN_STATUS, VENTURE_BASE = "city.credit.own_status", "city.credit.jv_base"
DUAL, SUPPLIER = "city.credit.dual", "city.credit.supplier_pct"
BROKER = "city.broker_credit_percentage"
READINGS = (OWN_STATUS, VENTURE_BASE, DUAL, SUPPLIER, ROUNDING)
PARAMETERS = (*PERCENTAGES.values(), BROKER)
ANSWERS = (
    "self_performed",
    "mbe_credit",
    "wbe_credit",
    "mbe_required",
    "wbe_required",
    "mbe_short",
    "wbe_short",
    "met",
    "refused",
)
_CITE = "MCC 2-92-440(a)"
_WHOLE = Decimal(100)
_SHORT = {
    "mbe": gettext_noop("Short for minority-owned businesses"),
    "wbe": gettext_noop("Short for women-owned businesses"),
}


def check(given: Given) -> None:
    """Parts are no more than their whole; a firm has a role once; a contractor of both classes says as which it counts.
    Raises `InvalidInput`."""
    prime = given.prime
    if prime.form == "single" and set(prime.certified) == set(CLASSES) and prime.credit_as is None:
        raise refuse("prime.credit_as", "nothing", "mbe or wbe, where the contractor is certified as both")
    if prime.mbe_share_percent + prime.wbe_share_percent > 100:
        raise refuse("prime.wbe_share_percent", prime.wbe_share_percent, "with the other share, at most 100")
    seen = set()
    for position, one in enumerate(given.participants, 1):
        where = f"participants[{position}]"
        if (one.firm, one.role) in seen:
            raise refuse(f"{where}.firm", one.firm, "each firm once in a role")
        seen.add((one.firm, one.role))
        if set(one.certified) == set(CLASSES) and one.split and one.split.mbe + one.split.wbe > one.amount:
            raise refuse(f"{where}.split", f"parts that sum to {one.split.mbe + one.split.wbe}", "at most the amount")
    passed_on = sum((one.amount for one in given.participants), Decimal(0))
    if passed_on > given.contract_value:
        raise refuse("participants", f"amounts that sum to {passed_on}", "at most the contract value")


def decide(given: Given, law: Workings) -> dict[str, Any]:
    """Answers: self_performed; for each class credit, required (rounded up), short (dollars); met (both classes, on exact
    ratios); refused (firm and reason: `broker` where a broker counts nothing, `split_missing`)."""
    rates = {one: committed_percent(one, given[f"revised_{one}_percent"], given.advertised_on, law) for one in CLASSES}
    own = law.cents(
        gettext_noop("Performed by the contractor"),
        gettext_noop("contract value − all that is passed on"),
        {
            gettext_noop("contract value"): dollars(given.contract_value),
            gettext_noop("passed on"): [dollars(one.amount) for one in given.participants],
        },
        given.contract_value - sum((one.amount for one in given.participants), Decimal(0)),
        _CITE,
    )
    credit = _prime(given, own, law)
    refused = []
    for one in given.participants:
        reason = _participant(given, one, credit, law)
        if reason is not None:
            refused.append({"firm": one.firm, "reason": reason})
    status = _status(given, law)
    answer: dict[str, Any] = {"self_performed": own, "refused": refused}
    met = []
    for one in CLASSES:
        required = committed_dollars(one, given.contract_value, rates[one], law)
        met.append(one in status or exact(credit[one]) >= share(given.contract_value, rates[one]))
        short = half_up(0) if one in status else max(required - credit[one], half_up(0))
        answer[f"{one}_credit"], answer[f"{one}_required"] = credit[one], required
        answer[f"{one}_short"] = law.cents(
            _SHORT[one],
            gettext_noop("required − credit, not less than nothing; nothing where the contractor's status suffices"),
            {gettext_noop("required"): dollars(required), gettext_noop("credit"): dollars(credit[one])},
            short,
            _CITE,
        )
    answer["met"] = all(met)
    return {key: answer[key] for key in ANSWERS}


def sentence(given: Given, answer: dict[str, Any]) -> tuple[str, dict[str, object]]:
    """The answer in words."""
    keys = ("mbe_credit", "mbe_required", "wbe_credit", "wbe_required")
    values: dict[str, object] = {key: dollars(answer[key]) for key in keys}
    if answer["met"]:
        template = gettext_noop(
            "The commitment is met: %(mbe_credit)s of %(mbe_required)s for minority-owned and %(wbe_credit)s of "
            "%(wbe_required)s for women-owned businesses."
        )
    else:
        template = gettext_noop(
            "The commitment is not met: %(mbe_credit)s of %(mbe_required)s for minority-owned and %(wbe_credit)s of "
            "%(wbe_required)s for women-owned businesses."
        )
    return template, values


def _prime(given: Given, own: Decimal, law: Workings) -> dict[str, Decimal]:
    """What the contractor's own part counts in each class."""
    prime = given.prime
    credit = dict.fromkeys(CLASSES, half_up(0))
    if prime.form == "single":
        for one in _counted_as(given, law):
            credit[one] = law.cents(
                gettext_noop("Contractor's own part"),
                gettext_noop("a certified contractor counts what it performs itself"),
                {gettext_noop("class"): one, gettext_noop("performed by the contractor"): dollars(own)},
                own,
                _CITE,
            )
        return credit
    for one in CLASSES:
        part = prime[f"{one}_share_percent"]
        if part:
            base = given.contract_value if law.reading(VENTURE_BASE) == "whole_contract" else own
            credit[one] = law.cents(
                gettext_noop("Share in the joint venture"),
                gettext_noop("base × share of the certified venturers ÷ 100"),
                {gettext_noop("class"): one, gettext_noop("base"): dollars(base), gettext_noop("share"): percent(part)},
                share(base, part),
                _CITE,
            )
    return credit


def _counted_as(given: Given, law: Workings) -> Iterable[str]:
    """The classes in which a contractor that is no joint venture counts."""
    held = set(given.prime.certified)
    if held == set(CLASSES) and law.reading(DUAL) == "once":
        held = {given.prime.credit_as}
    return [one for one in CLASSES if one in held]


def _status(given: Given, law: Workings) -> Iterable[str]:
    """The classes whose whole commitment the contractor's status meets, if its status is read to suffice."""
    if given.prime.form != "single" or not given.prime.certified or law.reading(OWN_STATUS) != "status_suffices":
        return ()
    return _counted_as(given, law)


def _participant(given: Given, one: Given, credit: dict[str, Decimal], law: Workings) -> str | None:
    """Adds what a firm counts to `credit`; answers why it counts nothing, or None. Without certificate: neither."""
    held = set(one.certified)
    if not held:
        return None
    extent, cite = _WHOLE, _CITE
    if one.role == "broker":
        day = one.contract_on or given.advertised_on
        extent, cite = law.value(BROKER, day), law.cite(BROKER, day)
    elif one.role == "supplier":
        extent = Decimal(int(law.reading(SUPPLIER)))
    parts = {name: one.amount for name in CLASSES if name in held}
    reason = "broker" if not extent else None
    if reason is None and held == set(CLASSES) and law.reading(DUAL) == "once":
        if one.split is None or one.split.mbe + one.split.wbe < one.amount:
            reason = "split_missing"
        else:
            parts = {name: one.split[name] for name in CLASSES}
    for name, part in parts.items():
        counted = law.cents(
            gettext_noop("Participant"),
            gettext_noop("amount in the class × extent ÷ 100; nothing for a firm of both classes without a full split"),
            {
                gettext_noop("firm"): one.firm,
                gettext_noop("class"): name,
                gettext_noop("amount"): dollars(part),
                gettext_noop("extent"): percent(extent),
                gettext_noop("reason against it"): reason,
            },
            half_up(0) if reason else share(part, extent),
            cite,
        )
        credit[name] += counted
    return reason
