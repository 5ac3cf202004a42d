"""Everything an officer may decide: the open questions of the law book, and the portal's numbers of policy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from procurement_portal.law.book import current_book
from procurement_portal.law.errors import UnknownReading
from procurement_portal.law.readings import Choice, Question
from procurement_portal.people.actor import Actor


@dataclass(frozen=True)
class Officer:
    """Who is competent: a permission, in a government ("" for either), and the name people know."""

    permission: str
    jurisdiction: str
    label: str | Promise

    def is_(self, actor: Actor) -> bool:
        """Whether the actor holds this office now."""
        return actor.can(self.permission) and (not self.jurisdiction or actor.jurisdiction == self.jurisdiction)


OFFICERS: Mapping[str, Officer] = {
    "city_contract_compliance_officer": Officer(
        "readings.decide_city", "city", _("Contract Compliance Officer (City)")
    ),
    "county_contract_compliance_director": Officer(
        "readings.decide_county_certification", "county", _("Contract Compliance Director (County)")
    ),
    "county_chief_procurement_officer": Officer(
        "readings.decide_procurement", "county", _("Chief Procurement Officer (County)")
    ),
    "portal_administrator": Officer("portal.operate", "", _("Portal administrator")),
}


@dataclass(frozen=True)
class Policy:
    """A number that an office sets for its own work, where no law does. Whole, from `least` to `most`."""

    key: str
    question: str | Promise
    unit: str | Promise
    default: int
    least: int
    most: int
    officer: str

    def choice(self, value: object) -> int:
        """The number that `value` writes. Raises UnknownReading outside the limits."""
        text = str(value).strip()
        if isinstance(value, bool) or not (text.isascii() and text.isdigit()):
            raise UnknownReading(f"{self.key}: {text} is not a whole number")
        if not self.least <= int(text) <= self.most:
            raise UnknownReading(f"{self.key}: {text} is not from {self.least} to {self.most}")
        return int(text)


POLICIES: Mapping[str, Policy] = {
    policy.key: policy
    for policy in (
        Policy(
            "portal.broken_answer_days",
            _("How many business days may a report that something is broken wait for an answer?"),
            _("business days"),
            1,
            1,
            10,
            "portal_administrator",
        ),
    )
}

Topic = Question | Policy
Area = Literal["city", "county", "shared", "portal"]


def topics() -> dict[str, Topic]:
    """Every key with its question or policy, in the order of the register."""
    return {**current_book().questions, **POLICIES}


def topic(key: str) -> Topic | None:
    """What a key stands for, or None."""
    return topics().get(key)


def officer_of(subject: Topic) -> Officer:
    """Who decides it."""
    return OFFICERS[subject.officer]


def written(value: Choice) -> str:
    """A choice as the register writes it."""
    return ("true" if value else "false") if isinstance(value, bool) else str(value)
