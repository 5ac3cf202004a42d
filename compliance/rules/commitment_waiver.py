"""compliance.commitment_waiver: is a waiver or reduction of a commitment deemed appropriate, and what does its application lack?

MCC 2-92-450 (2019 proposal): Except as otherwise provided in such rules and regulations, a waiver or reduction shall be deemed
appropriate if a contractor has unsuccessfully solicited 50 percent or more of the appropriate M.B.E.'s or W.B.E.'s to perform the
work identified in the bid solicitation in accordance with Section 2-92-440(i) hereof and has documented such effort to the
satisfaction of the contract compliance officer. In addition, such rules and regulations shall require that a contractor seeking a
waiver or reduction shall have provided timely notice of the need for subcontractors to an appropriate association of M.B.E.'s or
W.B.E.'s.

Where it is not deemed appropriate the officer still decides.
"""

from typing import Any

from procurement_portal.law.facts import Boolean, Count, Day, Facts, Given, refuse
from procurement_portal.law.money import exact, percentage, share
from procurement_portal.law.words import gettext_noop, percent
from procurement_portal.law.workings import Workings

TITLE = gettext_noop("Is a waiver of the commitment deemed appropriate?")
CITES = ("MCC 2-92-450",)


def _class(label: str) -> Facts:
    return Facts(
        optional_group=True,
        group_label=label,
        appropriate=Count(label=gettext_noop("Appropriate firms on the list")),
        unsuccessful=Count(label=gettext_noop("Of these, solicited without success")),
    )


FACTS = Facts(
    mbe=_class(gettext_noop("Minority-owned businesses")),
    wbe=_class(gettext_noop("Women-owned businesses")),
    documented=Boolean(label=gettext_noop("Documented to the officer's satisfaction")),
    association_notified_on=Day(optional=True, label=gettext_noop("An association was notified on")),
    bid_due_on=Day(label=gettext_noop("Bids are due on")),
)
POOLING, NOTICE = "city.waiver.pooling", "city.waiver.assoc_notice_days"
SOLICITED = "city.waiver_solicited_percentage"
READINGS = (POOLING, NOTICE)
PARAMETERS = (SOLICITED,)
ANSWERS = ("mbe", "wbe", "missing")
CLASSES = ("mbe", "wbe")
_CITE = CITES[0]


def check(given: Given) -> None:
    """Firms solicited without success are among the appropriate ones. Raises `InvalidInput`."""
    for name in CLASSES:
        one = given[name]
        if one is not None and one.unsuccessful > one.appropriate:
            raise refuse(f"{name}.unsuccessful", one.unsuccessful, "at most the appropriate firms")


def decide(given: Given, law: Workings) -> dict[str, Any]:
    """Answers: for each class solicited_percent (null without appropriate firms) and deemed_appropriate, or null for a class
    left out; missing (`documentation`, `association_notice`)."""
    asked = [given[name] for name in CLASSES if given[name] is not None]
    pooled = law.reading(POOLING) == "pooled"
    answer: dict[str, Any] = {}
    for name in CLASSES:
        counted = asked if pooled else [given[name]]
        answer[name] = None if given[name] is None else _judged(name, counted, given.documented, law)
    answer["missing"] = [] if given.documented else ["documentation"]
    if not _timely(given, law):
        answer["missing"].append("association_notice")
    return answer


def sentence(given: Given, answer: dict[str, Any]) -> tuple[str, dict[str, object]]:
    """The answer in words."""
    judged = [answer[name]["deemed_appropriate"] for name in CLASSES if answer[name] is not None]
    values = {"missing": answer["missing"]}
    if not judged or not any(judged):
        return gettext_noop("Not deemed appropriate: the officer decides. Missing: %(missing)s."), values
    if all(judged):
        return gettext_noop("Deemed appropriate. Missing: %(missing)s."), values
    return gettext_noop("Deemed appropriate for one of the classes. Missing: %(missing)s."), values


def _judged(name: str, counted: list[Given], documented: bool, law: Workings) -> dict[str, Any]:
    appropriate = sum(one.appropriate for one in counted)
    unsuccessful = sum(one.unsuccessful for one in counted)
    reached = law.step(
        gettext_noop("Solicited without success"),
        gettext_noop("firms solicited without success ÷ appropriate firms × 100"),
        {
            gettext_noop("class"): name,
            gettext_noop("without success"): unsuccessful,
            gettext_noop("appropriate firms"): appropriate,
        },
        percentage(unsuccessful, appropriate),
        law.cite(SOLICITED),
        "percent",
    )
    enough = appropriate > 0 and exact(unsuccessful) >= share(appropriate, law.value(SOLICITED))
    deemed = law.step(
        gettext_noop("Deemed appropriate"),
        gettext_noop("the share reaches the percentage of the law, and the effort is documented"),
        {gettext_noop("percentage"): percent(law.value(SOLICITED)), gettext_noop("documented"): documented},
        enough and documented,
        law.cite(SOLICITED),
    )
    return {"solicited_percent": reached, "deemed_appropriate": deemed}


def _timely(given: Given, law: Workings) -> bool:
    days = int(law.reading(NOTICE))
    notified = given.association_notified_on
    last = None if notified is None else law.calendar.add_business_days(notified, days)
    timely: bool = law.step(
        gettext_noop("Notice to an association in time"),
        gettext_noop("the last of the business days after the notice is on or before the day bids are due"),
        {
            gettext_noop("notified"): notified,
            gettext_noop("business days"): days,
            gettext_noop("last of them"): last,
            gettext_noop("bids due"): given.bid_due_on,
        },
        last is not None and last <= given.bid_due_on,
        _CITE,
    )
    return timely
