"""Intents: what must be done outside the request, written in the transaction that makes it necessary."""

from __future__ import annotations

from django.db import models

from procurement_portal.time.clock import PortalNow


class Intent(models.Model):
    """One thing to do, by task name and ids. `key` makes it once; a task that runs twice finds it done."""

    task = models.TextField()
    arguments = models.JSONField(default=dict)  # ids and plain values only: never a secret, never an answer
    key = models.TextField(unique=True)
    written_at = models.DateTimeField(db_default=PortalNow(), editable=False)
    due_at = models.DateTimeField(db_default=PortalNow())
    handed_at = models.DateTimeField(null=True)  # last time it was given to the broker
    done_at = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    last_error = models.TextField(blank=True)
    given_up_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "intent"
        indexes = [
            models.Index(
                fields=["due_at"],
                name="outbox_waiting",
                condition=models.Q(done_at__isnull=True, given_up_at__isnull=True),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="outbox_done_or_given_up",
                condition=models.Q(done_at__isnull=True) | models.Q(given_up_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.task} {self.key}"
