"""Notices of the clocks: what comes near and what is late, to whoever holds the clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext, ngettext

from procurement_portal.clocks.events import ClockBreached, ClockDue, ClockEvent
from procurement_portal.notifications import recipients
from procurement_portal.notifications.notice import Category, Notice
from procurement_portal.notifications.send import send


@dataclass(frozen=True, kw_only=True)
class DeadlineNear(Notice):
    """Work is due in some days."""

    kind = "clocks.due"
    template = "deadline_near"
    category = Category.WORK

    clock_id: int
    what: str
    about: str
    due_at: datetime
    days_before: int
    citation: str

    @property
    def key(self) -> str:
        return f"clock:{self.clock_id}:{self.due_at:%Y%m%dT%H%M}:{self.days_before}"

    def subject(self) -> str:
        left = ngettext("due in %(days)d day", "due in %(days)d days", self.days_before) % {"days": self.days_before}
        return f"{self.what}: {self.about}, {left}"


@dataclass(frozen=True, kw_only=True)
class DeadlineMissed(Notice):
    """Work is late."""

    kind = "clocks.breached"
    template = "deadline_missed"
    category = Category.WORK
    urgent = True

    clock_id: int
    what: str
    about: str
    due_at: datetime
    citation: str

    @property
    def key(self) -> str:
        return f"clock:{self.clock_id}"

    def subject(self) -> str:
        return gettext("Late: %(what)s, %(about)s") % {"what": self.what, "about": self.about}


def tell_due(event: ClockDue) -> None:
    """Answer to `ClockDue`."""
    notice = DeadlineNear(
        clock_id=event.clock_id,
        what=event.what,
        about=event.subject_label,
        due_at=event.due_at,
        days_before=event.days_before,
        citation=event.citation,
        url=event.url,
    )
    send(notice, to=holders(event))


def tell_breached(event: ClockBreached) -> None:
    """Answer to `ClockBreached`."""
    notice = DeadlineMissed(
        clock_id=event.clock_id,
        what=event.what,
        about=event.subject_label,
        due_at=event.due_at,
        citation=event.citation,
        url=event.url,
    )
    send(notice, to=holders(event))


def holders(event: ClockEvent) -> list[recipients.Recipient]:
    """The people who hold a clock: those at the desk and deputies, the person, or who leads the organization."""
    if event.desk_id is not None:
        return recipients.desk(event.desk_id)
    if event.user_id is not None:
        return recipients.user(event.user_id)
    assert event.organization_id is not None
    return recipients.organization(event.organization_id)
