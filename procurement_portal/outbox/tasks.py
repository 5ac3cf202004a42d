"""The relay and the sweeper: intents reach a worker even when Redis loses everything."""

from __future__ import annotations

from datetime import timedelta
from time import monotonic

import structlog
from celery import shared_task
from django.db import transaction
from kombu.exceptions import OperationalError

from procurement_portal.outbox import intents
from procurement_portal.outbox.models import Intent
from procurement_portal.time.clock import now

log = structlog.get_logger(__name__)
HANDED_AGAIN_AFTER = timedelta(minutes=2)  # a message lost with the broker is sent again after this
SWEEP_SECONDS = 50  # the sweeper ends before its next turn


@shared_task(name="outbox.run")
def run(intent_id: int) -> None:
    """Carry out one intent by id; safe to receive twice."""
    intents.run(intent_id)


@shared_task(name="outbox.relay")
def relay() -> int:
    """Hand due intents to the broker, each once per two minutes; returns how many it took."""
    with transaction.atomic():
        present = now()
        rows = list(
            Intent.objects.select_for_update(skip_locked=True)
            .filter(done_at__isnull=True, given_up_at__isnull=True, due_at__lte=present)
            .exclude(handed_at__gt=present - HANDED_AGAIN_AFTER)
            .order_by("due_at")
            .values_list("pk", flat=True)[:500]
        )
        Intent.objects.filter(pk__in=rows).update(handed_at=present)
    for count, pk in enumerate(rows):
        try:
            run.apply_async((pk,), retry=False)
        except OperationalError:
            # The broker is away. What was not handed over is free for the next turn at once.
            log.warning("broker_away", not_handed=len(rows) - count)
            Intent.objects.filter(pk__in=rows[count:], handed_at=present).update(handed_at=None)
            return count
    return len(rows)


@shared_task(name="outbox.sweep")
def sweep() -> int:
    """Carry out here what has waited more than two minutes past its time, whatever became of its message."""
    began, done = monotonic(), 0
    late = now() - HANDED_AGAIN_AFTER
    for intent_id in (
        Intent.objects.filter(done_at__isnull=True, given_up_at__isnull=True, due_at__lt=late)
        .order_by("due_at")
        .values_list("pk", flat=True)[:100]
    ):
        if monotonic() - began > SWEEP_SECONDS:
            break
        done += intents.run(intent_id)
    return done
