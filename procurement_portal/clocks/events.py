"""What the clocks announce. Handlers are listed in `handoffs.py` and must be right when the sweeper runs late."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from procurement_portal.events import Event


@dataclass(frozen=True, kw_only=True)
class ClockEvent(Event):
    """A clock, with everything a handler needs to find who is told."""

    clock_id: int
    subject_type: str
    subject_id: str
    subject_label: str
    rule: str
    citation: str
    what: str
    url: str
    due_at: datetime
    desk_id: int | None
    user_id: int | None
    organization_id: int | None


@dataclass(frozen=True, kw_only=True)
class ClockDue(ClockEvent):
    """A deadline comes near: at most once for each day announced ahead."""

    days_before: int


@dataclass(frozen=True, kw_only=True)
class ClockBreached(ClockEvent):
    """A deadline passed with its clock open: once in a clock's life."""
