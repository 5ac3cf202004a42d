"""Write an intent; register what carries it out; run it exactly once.

A task is a function of plain keyword arguments, registered with `@task("room.verb")` in the room's `tasks.py`.
It runs inside a transaction that holds the intent's row: when it returns, the intent is done; when it raises, the
attempt is counted and the sweeper tries again with growing pauses. It must re-read what it acts on under a lock.
Anything that leaves the database (a mail, a scan) belongs after the last write that can fail.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from procurement_portal.outbox.models import Intent
from procurement_portal.time.clock import now

GIVE_UP_AFTER = 12  # attempts; with doubling pauses from 5 seconds that is about six hours
_tasks: dict[str, Callable[..., None]] = {}


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
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("an intent is written inside the transaction that makes it necessary")
    json.dumps(arguments)
    defaults: dict[str, Any] = {"task": name, "arguments": arguments}
    if due_at is not None:
        defaults["due_at"] = due_at
    return Intent.objects.get_or_create(key=key, defaults=defaults)[0]


def run(intent_id: int) -> bool:
    """Carry out one intent under its row lock. True if it is done now or was before; False if it failed or is held."""
    try:
        with transaction.atomic():
            intent = Intent.objects.select_for_update(skip_locked=True).filter(pk=intent_id).first()
            if intent is None:
                return False
            if intent.done_at or intent.given_up_at:
                return intent.done_at is not None
            _tasks[intent.task](**intent.arguments)
            intent.done_at = now()
            intent.attempts += 1
            intent.save(update_fields=["done_at", "attempts"])
            return True
    except Exception as error:  # noqa: BLE001  whatever a task raises is its failure, told below
        _count_failure(intent_id, error)
        return False


def _count_failure(intent_id: int, error: Exception) -> None:
    with transaction.atomic():
        intent = Intent.objects.select_for_update().get(pk=intent_id)
        if intent.done_at:
            return
        intent.attempts += 1
        intent.last_error = f"{type(error).__name__}: {error}"[:500]
        present = now()
        intent.due_at = present + timedelta(seconds=5 * 2 ** min(intent.attempts, 12))
        if intent.attempts >= GIVE_UP_AFTER:
            intent.given_up_at = present
        intent.save(update_fields=["attempts", "last_error", "due_at", "given_up_at"])


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
