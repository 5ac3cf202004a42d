"""What people are told about protests: that one was filed, how it ended, what was determined meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext, gettext_lazy

from procurement_portal.notifications.notice import Category, Notice


@dataclass(frozen=True, kw_only=True)
class ProtestFiled(Notice):
    """A protest suspends the awards: to the chief, the department, and every organization awarded or waiting."""

    kind = "solicitations.protest_filed"
    template = "protest_filed"
    category = Category.PROPOSALS
    legal = True

    protest_id: int
    number: str
    title: str
    organization: str
    filed_at: datetime
    decide_by: datetime

    @property
    def key(self) -> str:
        return f"protest:{self.protest_id}"

    def subject(self) -> str:
        return gettext("A protest suspends the awards of %(number)s") % {"number": self.number}


_ENDS: dict[str, Any] = {
    "sustained": gettext_lazy("The protest about %(number)s is sustained"),
    "denied": gettext_lazy("The protest about %(number)s is denied"),
    "withdrawn": gettext_lazy("The protest about %(number)s is withdrawn"),
}


@dataclass(frozen=True, kw_only=True)
class ProtestEnded(Notice):
    """A protest was decided or withdrawn. `outcome`: sustained, denied or withdrawn; `follows` as the decision says."""

    kind = "solicitations.protest_ended"
    template = "protest_ended"
    category = Category.PROPOSALS
    legal = True

    protest_id: int
    number: str
    title: str
    organization: str
    outcome: str
    decision: str
    follows: str

    @property
    def key(self) -> str:
        return f"protest:{self.protest_id}"

    def subject(self) -> str:
        return str(_ENDS[self.outcome]) % {"number": self.number}


@dataclass(frozen=True, kw_only=True)
class Determined(Notice):
    """The chief procurement officer determined what happens while a protest is open. `determination`: its kind."""

    kind = "solicitations.protest_determined"
    template = "protest_determined"
    category = Category.PROPOSALS
    legal = True

    determination_id: int
    number: str
    title: str
    determination: str
    reasons: str
    contract: str
    until: date | None

    @property
    def key(self) -> str:
        return f"determination:{self.determination_id}"

    def subject(self) -> str:
        return gettext("A determination while a protest about %(number)s is open") % {"number": self.number}
