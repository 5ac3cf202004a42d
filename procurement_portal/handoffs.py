"""What one app's event makes another app do. The one page that says it; registered in `apps.py`."""

from __future__ import annotations

from procurement_portal.clocks.events import ClockBreached, ClockDue
from procurement_portal.documents.events import FileRefused
from procurement_portal.events import Event, Handler
from procurement_portal.notifications import deadlines, failures, files
from procurement_portal.notifications.threads import ThreadSubject
from procurement_portal.outbox.events import IntentGivenUp
from solicitations.actions import receipt
from solicitations.events import AddendumIssued
from solicitations.notifications.threads import SUBMISSION_THREADS

HANDOFFS: dict[type[Event], tuple[Handler, ...]] = {
    AddendumIssued: (receipt.on_addendum,),
    ClockBreached: (deadlines.tell_breached,),
    ClockDue: (deadlines.tell_due,),
    FileRefused: (files.tell_refused,),
    IntentGivenUp: (failures.tell_given_up,),
}

# Which records have a conversation, and what they say about it.
THREADS: dict[str, ThreadSubject] = {
    "solicitations.submission": SUBMISSION_THREADS,
}
