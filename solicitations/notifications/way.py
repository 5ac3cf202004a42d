"""What people are told when a contract's first day is in danger."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext

from procurement_portal.notifications.notice import Category, Notice


@dataclass(frozen=True, kw_only=True)
class _InDanger(Notice):
    """The forecast says that the first day may not, or cannot, be met: once for each of the two and each first day."""

    category = Category.SOLICITATIONS

    contract_id: int
    number: str
    title: str
    starts_on: date
    p50_on: date
    p80_on: date
    level: str  # "p80": it may not be met; "p50": it cannot

    @property
    def key(self) -> str:
        return f"contract:{self.contract_id}:{self.level}:{self.starts_on.isoformat()}"

    def subject(self) -> str:
        if self.level == "p50":
            return gettext("%(number)s cannot be signed before its first day") % {"number": self.number}
        return gettext("%(number)s may not be signed before its first day") % {"number": self.number}


@dataclass(frozen=True, kw_only=True)
class StartInDanger(_InDanger):
    """To the department's desk for contracts."""

    kind = "solicitations.start_in_danger"
    template = "start_in_danger"


@dataclass(frozen=True, kw_only=True)
class FirstDayInDanger(_InDanger):
    """To the organization."""

    kind = "solicitations.first_day_in_danger"
    template = "first_day_in_danger"
    legal = True
