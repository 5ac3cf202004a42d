"""What panel members hear of consensus meetings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import ngettext

from procurement_portal.notifications.notice import Category, Notice


@dataclass(frozen=True, kw_only=True)
class MeetingsCalled(Notice):
    """Readers lie too far apart somewhere: they meet."""

    kind = "solicitations.meetings_called"
    template = "meetings_called"
    category = Category.WORK

    evaluation_id: int
    first_id: int
    number: str
    title: str
    count: int
    by: date

    @property
    def key(self) -> str:
        return f"evaluation:{self.evaluation_id}:{self.first_id}"

    def subject(self) -> str:
        told = ngettext(
            "%(count)d consensus meeting for %(number)s", "%(count)d consensus meetings for %(number)s", self.count
        )
        return told % {"count": self.count, "number": self.number}
