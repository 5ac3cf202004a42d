"""What the chain and the makers hear of a recommendation."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext

from procurement_portal.notifications.notice import Category, Notice


@dataclass(frozen=True, kw_only=True)
class ApprovalWaits(Notice):
    """It is a step's turn."""

    kind = "solicitations.approval_waits"
    template = "approval_waits"
    category = Category.WORK

    approval_id: int
    step: str
    number: str
    title: str
    by: str

    @property
    def key(self) -> str:
        return f"approval:{self.approval_id}"

    def subject(self) -> str:
        return gettext("To decide: recommendation for %(number)s") % {"number": self.number}


@dataclass(frozen=True, kw_only=True)
class RecommendationDecided(Notice):
    """The chain has approved, or a step has returned it."""

    kind = "solicitations.recommendation_decided"
    template = "recommendation_decided"
    category = Category.WORK

    recommendation_id: int
    outcome: str
    number: str
    title: str
    by: str
    why: str

    @property
    def key(self) -> str:
        return f"recommendation:{self.recommendation_id}"

    def subject(self) -> str:
        if self.outcome == "approved":
            return gettext("Approved by every step: recommendation for %(number)s") % {"number": self.number}
        return gettext("Returned: recommendation for %(number)s") % {"number": self.number}
