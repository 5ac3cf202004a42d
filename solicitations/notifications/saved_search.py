"""The two mails of a kept search: the second opt-in, and what is new."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from django.urls import reverse
from django.utils.translation import gettext, ngettext

from procurement_portal.notifications.notice import Category, Notice
from procurement_portal.notifications.send import absolute


@dataclass(frozen=True, kw_only=True)
class ConfirmSearch(Notice):
    """Asks an address whether it wants the mails; until it says so, nothing more is sent."""

    kind: ClassVar[str] = "solicitations.confirm_search"
    template: ClassVar[str] = "confirm_search"
    category: ClassVar[Category] = Category.SOLICITATIONS
    mail_only: ClassVar[bool] = True
    legal: ClassVar[bool] = True  # a preference cannot hold back the question whether one wants mail at all

    search_id: int
    name: str
    day: str  # on which it is asked, for its key

    @property
    def key(self) -> str:
        return f"saved_search:{self.search_id}:{self.day}"

    def subject(self) -> str:
        return gettext("Confirm your search “%(name)s”") % {"name": self.name}


@dataclass(frozen=True, kw_only=True)
class NewMatches(Notice):
    """What was published since the last mail and matches; `matches` are (title, department, due, path)."""

    kind: ClassVar[str] = "solicitations.new_matches"
    template: ClassVar[str] = "new_matches"
    category: ClassVar[Category] = Category.SOLICITATIONS
    mail_only: ClassVar[bool] = True

    search_id: int
    name: str
    token: str
    until: str  # the instant up to which this mail tells, for its key
    matches: tuple[tuple[str, str, str, str], ...]
    more: int = 0

    @property
    def key(self) -> str:
        return f"saved_search:{self.search_id}:{self.until}"

    def subject(self) -> str:
        count = len(self.matches) + self.more
        return ngettext("%(count)d new notice: %(name)s", "%(count)d new notices: %(name)s", count) % {
            "count": count,
            "name": self.name,
        }

    def leave_url(self, user_id: int | None) -> str:
        return absolute(reverse("solicitations:leave_search", args=[self.token]))

    def context(self) -> dict[str, Any]:
        lines = [(title, department, due, absolute(path)) for title, department, due, path in self.matches]
        return {**super().context(), "lines": lines, "leave": self.leave_url(None)}
