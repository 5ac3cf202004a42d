"""Notices about reports that something is broken."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext

from procurement_portal.notifications.notice import Category, Notice


@dataclass(frozen=True, kw_only=True)
class BrokenReported(Notice):
    """To those who run the portal: somebody cannot work."""

    kind = "portal.broken_reported"
    template = "broken_reported"
    category = Category.PORTAL
    urgent = True

    report_id: int
    number: str
    reference: str
    page: str
    what: str
    who: str

    @property
    def key(self) -> str:
        return f"report:{self.report_id}"

    def subject(self) -> str:
        return gettext("Something is broken: %(number)s") % {"number": self.number}


@dataclass(frozen=True, kw_only=True)
class BrokenReceived(Notice):
    """To whoever reported: we have it, and when we answer."""

    kind = "portal.broken_received"
    template = "broken_received"
    category = Category.PORTAL
    legal = True  # a receipt for what they wrote

    report_id: int
    number: str
    what: str
    answer_by: object
    help_phone: str
    help_hours: str

    @property
    def key(self) -> str:
        return f"report:{self.report_id}"

    def subject(self) -> str:
        return gettext("We have your report %(number)s") % {"number": self.number}


@dataclass(frozen=True, kw_only=True)
class BrokenAnswered(Notice):
    """To whoever reported: our answer."""

    kind = "portal.broken_answered"
    template = "broken_answered"
    category = Category.PORTAL
    legal = True

    report_id: int
    number: str
    what: str
    answer: str

    @property
    def key(self) -> str:
        return f"report:{self.report_id}"

    def subject(self) -> str:
        return gettext("Answer to your report %(number)s") % {"number": self.number}
