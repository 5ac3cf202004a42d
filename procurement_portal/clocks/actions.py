"""Start, stop and move clocks, and the sweep that finds the late ones. No clock can be reset.

Called inside the transaction of the act that makes, meets or changes the promise.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import models, transaction

from procurement_portal import events
from procurement_portal.clocks.events import ClockBreached, ClockDue
from procurement_portal.clocks.models import Clock, Feed, Move, Reminder
from procurement_portal.history.record import record, subject_type
from procurement_portal.people.actor import Actor
from procurement_portal.people.models.membership import Desk
from procurement_portal.time.clock import CHICAGO, chicago, now
from procurement_portal.web.refusal import Conflict, Invalid

REMIND_DAYS = (3, 1)  # days ahead, unless the caller says otherwise
_SWEEP = Actor.system("deadline sweep")


def start(
    subject: models.Model,
    *,
    rule: str,
    citation: str,
    what: str,
    due_at: datetime,
    desk: Desk | None = None,
    organization_id: int | None = None,
    user_id: int | None = None,
    url: str = "",
    about: str = "",
    actor: Actor | None = None,
    remind: Iterable[int] = REMIND_DAYS,
) -> Clock:
    """Start the clock of one rule on one record and return it; an open one of the same rule returns itself unchanged.

    Exactly one of `desk`, `organization_id`, `user_id` holds it. `what` is the act due, in words ("Answer the question");
    `url` is where it is done; `about` says for its holder what it is about where the record's own label is neutral (a sealed
    proposal). `actor` is whoever asked for it: they see it among what waits for others. `remind` lists
    the days ahead on which it is announced once. Raises ValueError for no or several holders or a naive `due_at`,
    RuntimeError outside a transaction.
    """
    _inside()
    if sum(holder is not None for holder in (desk, organization_id, user_id)) != 1:
        raise ValueError("a clock is held by exactly one of a desk, an organization, a person")
    if due_at.tzinfo is None:
        raise ValueError("a deadline is an instant; a naive datetime is none")
    asked = actor if actor is not None and not actor.is_system else None
    clock, made = Clock.objects.get_or_create(
        subject_type=subject_type(subject),
        subject_id=str(subject.pk),
        rule=rule,
        stopped_at=None,
        defaults={
            "subject_label": (about or str(subject))[:300],
            "citation": citation,
            "what": what[:200],
            "due_at": due_at,
            "desk": desk,
            "organization_id": organization_id,
            "user_id": user_id,
            "url": url,
            "asked_by_id": asked.user_id if asked else None,
            "asked_by_organization_id": asked.organization_id if asked else None,
        },
    )
    if made:
        _remind(clock, remind)
        record(actor or Actor.system(rule), "clock.start", clock, after={"due_at": due_at.isoformat()}, law=citation)
    return clock


def stop(subject: models.Model, rule: str, outcome: str, actor: Actor | None = None) -> Clock | None:
    """Stop the open clock of this rule on this record with an outcome in one word ("answered"); None if none is open."""
    _inside()
    clock = _open_clock(subject, rule)
    if clock is None:
        return None
    clock.stopped_at = now()
    clock.outcome = outcome
    clock.save(update_fields=["stopped_at", "outcome"])
    clock.reminders.filter(announced_at=None).delete()
    record(actor or Actor.system(rule), "clock.stop", clock, after={"outcome": outcome}, law=clock.citation)
    return clock


def stop_all(subject: models.Model, outcome: str, actor: Actor | None = None) -> int:
    """Stop every open clock of a record that ended (canceled, withdrawn); returns how many."""
    _inside()
    rules = Clock.objects.filter(
        subject_type=subject_type(subject), subject_id=str(subject.pk), stopped_at=None
    ).values_list("rule", flat=True)
    return sum(stop(subject, rule, outcome, actor) is not None for rule in list(rules))


def move(clock: Clock, due_at: datetime, why: str, actor: Actor) -> Clock:
    """Move an open clock's deadline for a stated reason; the old one stays in `moves` and in history.

    Reminders still to come follow. A deadline already missed stays missed. Raises Invalid without a reason and Conflict
    when the clock has stopped.
    """
    _inside()
    if not why.strip():
        raise Invalid({"why": ["Say why the deadline moves."]})
    clock = Clock.objects.select_for_update().get(pk=clock.pk)
    if clock.stopped_at is not None:
        raise Conflict("This deadline has ended; it cannot be moved.", clock)
    old = clock.due_at
    if old == due_at:
        return clock
    Move.objects.create(clock=clock, from_due=old, to_due=due_at, why=why.strip(), moved_by=actor.label[:200])
    clock.due_at = due_at
    clock.save(update_fields=["due_at"])
    days = set(clock.reminders.values_list("days_before", flat=True))
    clock.reminders.filter(announced_at=None).delete()
    _remind(clock, days)
    record(
        actor,
        "clock.move",
        clock,
        before={"due_at": old.isoformat()},
        after={"due_at": due_at.isoformat()},
        why=why.strip(),
        law=clock.citation,
    )
    return clock


def hand_over(clock: Clock, desk: Desk, why: str, actor: Actor) -> Clock:
    """Give an open clock to another desk; the deadline stays. Raises Conflict when it has stopped."""
    _inside()
    clock = Clock.objects.select_for_update().get(pk=clock.pk)
    if clock.stopped_at is not None:
        raise Conflict("This work has ended; it cannot be handed over.", clock)
    before = str(clock.desk) if clock.desk_id else ""
    Clock.objects.filter(pk=clock.pk).update(desk=desk, user_id=None, organization_id=None)
    record(actor, "clock.hand_over", clock, before={"desk": before}, after={"desk": str(desk)}, why=why)
    clock.refresh_from_db()
    return clock


def sweep(limit: int = 500) -> tuple[int, int]:
    """Announce what comes near and mark what is late, each once; returns (announced, breached).

    Right when it runs late, twice, or in two processes: rows another process holds are skipped, each clock has its own
    transaction, and the mark is written with the event's consequences.
    """
    return _announce(limit), _mark_late(limit)


def _announce(limit: int) -> int:
    waiting = Reminder.objects.filter(announced_at=None, at__lte=now()).order_by("at")
    clocks = dict.fromkeys(waiting.values_list("clock_id", flat=True)[:limit])
    told = 0
    for clock_id in clocks:
        with transaction.atomic():
            clock = Clock.objects.select_for_update(skip_locked=True).filter(pk=clock_id).first()
            if clock is None:
                continue
            present = now()
            # After a pause of the sweeper several may be past: the nearest says it all.
            due = list(clock.reminders.filter(announced_at=None, at__lte=present).order_by("days_before"))
            if not due:
                continue
            clock.reminders.filter(pk__in=[r.pk for r in due]).update(announced_at=present)
            if clock.stopped_at is None and present <= clock.due_at:
                events.publish(ClockDue(days_before=due[0].days_before, **_facts(clock)))
                told += 1
    return told


def _mark_late(limit: int) -> int:
    late = Clock.objects.filter(stopped_at=None, breached_at=None, due_at__lt=now()).order_by("due_at")
    marked = 0
    for clock_id in list(late.values_list("pk", flat=True)[:limit]):
        with transaction.atomic():
            clock = late.select_for_update(skip_locked=True).filter(pk=clock_id).first()
            if clock is None:
                continue
            clock.breached_at = now()
            clock.save(update_fields=["breached_at"])
            record(_SWEEP, "clock.breach", clock, after={"due_at": clock.due_at.isoformat()}, law=clock.citation)
            events.publish(ClockBreached(**_facts(clock)))
            marked += 1
    return marked


def new_feed(actor: Actor) -> str:
    """Make a private calendar address for a person and return its token, shown this once; an older one stops working."""
    if actor.user_id is None:
        raise ValueError("only a person has a calendar")
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        feed, _ = Feed.objects.update_or_create(
            user_id=actor.user_id, defaults={"token_hash": token_hash(token), "made_at": now()}
        )
        record(actor, "calendar.new_address", feed)
    return token


def end_feed(actor: Actor) -> None:
    """End a person's private calendar address."""
    with transaction.atomic():
        for feed in Feed.objects.select_for_update().filter(user_id=actor.user_id or 0):
            record(actor, "calendar.end_address", feed)
            feed.delete()


def token_hash(token: str) -> str:
    """What is kept of a calendar token."""
    return hashlib.sha256(token.encode()).hexdigest()


def _inside() -> None:
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("a clock changes inside the transaction of the act that it belongs to")


def _open_clock(subject: models.Model, rule: str) -> Clock | None:
    return (
        Clock.objects.select_for_update()
        .filter(subject_type=subject_type(subject), subject_id=str(subject.pk), rule=rule, stopped_at=None)
        .first()
    )


def _remind(clock: Clock, days: Iterable[int]) -> None:
    present = now()
    local = clock.due_at.astimezone(CHICAGO)
    rows = []
    for count in sorted(set(days)):
        at = chicago(local.date() - timedelta(days=count), local.hour, local.minute)
        if present < at < clock.due_at:
            rows.append(Reminder(clock=clock, days_before=count, at=at))
    Reminder.objects.bulk_create(rows, ignore_conflicts=True)


def _facts(clock: Clock) -> dict[str, Any]:
    return {
        "clock_id": clock.pk,
        "subject_type": clock.subject_type,
        "subject_id": clock.subject_id,
        "subject_label": clock.subject_label,
        "rule": clock.rule,
        "citation": clock.citation,
        "what": clock.what,
        "url": clock.url,
        "due_at": clock.due_at,
        "desk_id": clock.desk_id,
        "user_id": clock.user_id,
        "organization_id": clock.organization_id,
    }
