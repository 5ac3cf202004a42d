"""What proposers and departments are told about awards and their negotiation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext, gettext_lazy

from procurement_portal.notifications.notice import Category, Notice


@dataclass(frozen=True, kw_only=True)
class EndedWithoutAward(Notice):
    """Nothing is awarded; why."""

    kind = "solicitations.ended_without_award"
    template = "ended_without_award"
    category = Category.PROPOSALS
    legal = True

    solicitation_id: int
    number: str
    title: str
    why: str

    @property
    def key(self) -> str:
        return f"solicitation:{self.solicitation_id}"

    def subject(self) -> str:
        return gettext("%(number)s ends without an award") % {"number": self.number}


_SUBJECTS: dict[str, Any] = {
    "begun": gettext_lazy("Scope and budget of your award under %(number)s"),
    "version": gettext_lazy("A new version of scope and budget, %(number)s"),
    "one_side": gettext_lazy("The other side agreed to scope and budget, %(number)s"),
    "agreed": gettext_lazy("Scope and budget are agreed, %(number)s"),
    "reopened": gettext_lazy("Scope and budget are open again, %(number)s"),
    "called": gettext_lazy("You are called from the waiting list, %(number)s"),
    "declined": gettext_lazy("An award was declined, %(number)s"),
    "rescinded": gettext_lazy("Your award under %(number)s is rescinded"),
    "lapsed": gettext_lazy("The waiting list of %(number)s has ended"),
    "on_agenda": gettext_lazy("Your award under %(number)s is on the agenda of the legislative body"),
    "approved": gettext_lazy("The legislative body approved your award under %(number)s"),
    "deferred": gettext_lazy("The legislative body deferred your award under %(number)s"),
}
STEPS = tuple(_SUBJECTS)


@dataclass(frozen=True, kw_only=True)
class AwardMoved(Notice):
    """One award took a step; `step` is one of STEPS. `turn` tells repeated steps of one kind apart."""

    kind = "solicitations.award_moved"
    template = "award_moved"
    category = Category.PROPOSALS
    legal = True

    award_id: int
    step: str
    turn: int
    number: str
    title: str
    organization: str
    why: str = ""
    amount: Decimal | None = None
    until: datetime | None = None

    @property
    def key(self) -> str:
        return f"award:{self.award_id}:{self.step}:{self.turn}"

    def subject(self) -> str:
        return str(_SUBJECTS[self.step]) % {"number": self.number}
