"""Write an intent; register what carries it out; run it exactly once.

A task is a function of plain keyword arguments, registered with `@task("room.verb")` in the room's `tasks.py`.
It runs inside a transaction that holds the intent's row: when it returns, the intent is done; when it raises, nothing it
wrote stands and it is tried again after growing pauses. It must re-read what it acts on under a lock. Anything that
leaves the database (a mail, a scan) belongs after the last write that can fail.

Every attempt is counted before it begins, so that work which kills its worker is given up too.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import transaction
from django.db.models import QuerySet
from django.utils.module_loading import autodiscover_modules

from procurement_portal import events
from procurement_portal.history.record import ActorLike, record
from procurement_portal.outbox.events import IntentGivenUp
from procurement_portal.outbox.models import Intent
from procurement_portal.time.clock import now

log = structlog.get_logger(__name__)
GIVE_UP_AFTER = 12  # attempts; with doubling pauses from 5 seconds that is about six hours
_tasks: dict[str, Callable[..., None]] = {}


class UnknownTask(LookupError):
    """An intent names a task that no room registers."""


def task(name: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Register a function as the one that carries out intents of this name. Raises ValueError for a name taken."""

    def register(function: Callable[..., None]) -> Callable[..., None]:
        if name in _tasks and _tasks[name] is not function:
            raise ValueError(f"two tasks are named {name}")
        _tasks[name] = function
        return function

    return register


def enqueue(name: str, *, key: str, due_at: datetime | None = None, **arguments: Any) -> Intent:
    """Write an intent in the caller's transaction; the same key again returns the first one unchanged.

    Raises RuntimeError outside a transaction and TypeError for arguments that are not plain JSON.
    """
    _inside()
    json.dumps(arguments)
    defaults: dict[str, Any] = {"task": name, "arguments": arguments}
    if due_at is not None:
        defaults["due_at"] = due_at
    return Intent.objects.get_or_create(key=key, defaults=defaults)[0]


def enqueue_many(name: str, by_key: Mapping[str, Mapping[str, Any]]) -> None:
    """Write many intents of one task in one statement: key → arguments. Keys that exist stay as they are."""
    _inside()
    json.dumps(list(by_key.values()))
    rows = [Intent(task=name, key=key, arguments=dict(arguments)) for key, arguments in by_key.items()]
    Intent.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1000)


def run(intent_id: int) -> bool:
    """Carry out one intent under its row lock. True if it is done now or was before; False if it failed or is held."""
    intent = _begin(intent_id)
    if intent is None:
        return False
    if intent.done_at or intent.given_up_at:
        return intent.done_at is not None
    try:
        with transaction.atomic():
            held = Intent.objects.select_for_update(skip_locked=True).filter(pk=intent_id).first()
            if held is None:
                return False
            if held.done_at or held.given_up_at:
                return held.done_at is not None
            _carry_out(held)
            held.done_at = now()
            held.save(update_fields=["done_at"])
            return True
    except Exception as error:  # whatever a task raises is its failure, told below
        log.warning("intent_failed", intent=intent_id, task=intent.task, error=type(error).__name__)
        _count_failure(intent_id, error)
        return False


def retry(actor: ActorLike, intent_id: int) -> Intent:
    """Try a given-up intent again from the beginning; one that is not given up is returned as it is."""
    with transaction.atomic():
        intent = Intent.objects.select_for_update().get(pk=intent_id)
        if intent.given_up_at is not None:
            error = intent.last_error
            intent.given_up_at, intent.attempts, intent.due_at, intent.handed_at = None, 0, now(), None
            intent.save(update_fields=["given_up_at", "attempts", "due_at", "handed_at"])
            record(actor, "outbox.retry", intent, before={"last_error": error})
        return intent


def given_up() -> QuerySet[Intent]:
    """Intents that nobody tries any more, newest first."""
    return Intent.objects.filter(given_up_at__isnull=False).order_by("-given_up_at")


def waiting(limit: int = 200) -> list[int]:
    """Ids of intents that are due, oldest first, skipping those another process holds."""
    with transaction.atomic():
        rows = (
            Intent.objects.select_for_update(skip_locked=True)
            .filter(done_at__isnull=True, given_up_at__isnull=True, due_at__lte=now())
            .order_by("due_at")
            .values_list("id", flat=True)[:limit]
        )
        return list(rows)


def _inside() -> None:
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("an intent is written inside the transaction that makes it necessary")


def _begin(intent_id: int) -> Intent | None:
    """Count the attempt before it begins; None when another process holds the intent or it is gone."""
    with transaction.atomic():
        intent = Intent.objects.select_for_update(skip_locked=True).filter(pk=intent_id).first()
        if intent is None or intent.done_at or intent.given_up_at:
            return intent
        if intent.attempts >= GIVE_UP_AFTER:
            intent.last_error = intent.last_error or "Every worker that took it died."
            _give_up(intent)
            return intent
        intent.attempts += 1
        intent.save(update_fields=["attempts"])
        return intent


def _carry_out(intent: Intent) -> None:
    if intent.task not in _tasks:
        autodiscover_modules("tasks")
    if intent.task not in _tasks:
        raise UnknownTask(intent.task)
    _tasks[intent.task](**intent.arguments)


def _count_failure(intent_id: int, error: Exception) -> None:
    with transaction.atomic():
        intent = Intent.objects.select_for_update().get(pk=intent_id)
        if intent.done_at or intent.given_up_at:
            return
        intent.last_error = f"{type(error).__name__}: {error}"[:500]
        intent.due_at = now() + timedelta(seconds=5 * 2 ** min(intent.attempts, 12))
        intent.handed_at = None
        intent.save(update_fields=["last_error", "due_at", "handed_at"])
        if intent.attempts >= GIVE_UP_AFTER:
            _give_up(intent)


def _give_up(intent: Intent) -> None:
    intent.given_up_at = now()
    intent.save(update_fields=["given_up_at", "last_error"])
    log.error("intent_given_up", intent=intent.pk, task=intent.task)
    events.publish(
        IntentGivenUp(intent_id=intent.pk, task=intent.task, arguments=intent.arguments, error=intent.last_error)
    )
