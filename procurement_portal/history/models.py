"""The acts of the portal: append-only, chained by hash, without foreign keys so that no deletion can reach them."""

from __future__ import annotations

import pgtrigger
from django.db import models

from procurement_portal.time.clock import PortalNow


def append_only() -> list[pgtrigger.Trigger]:
    """The triggers of a table that only grows: refuses UPDATE, DELETE and TRUNCATE. For `Meta.triggers` of any app."""
    return [
        pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        pgtrigger.Trigger(
            name="never_emptied",
            operation=pgtrigger.Truncate,
            level=pgtrigger.Statement,
            when=pgtrigger.Before,
            func="RAISE EXCEPTION USING MESSAGE = TG_TABLE_NAME || ' only grows: it cannot be emptied';",
        ),
    ]


class CurrentTransaction(models.Func):
    """The number of the transaction that writes (64 bits, never reused): tells the sealer what may still be on its way."""

    template = "pg_current_xact_id()::text::bigint"
    output_field = models.BigIntegerField()


class Entry(models.Model):
    """One act: who, as whom, what, on what, before and after, why, under which law. Never changed once written."""

    at = models.DateTimeField(db_default=PortalNow(), editable=False)
    actor_id = models.BigIntegerField(null=True)  # a plain number: the person's row may be anonymized, the act stays
    actor_label = models.TextField()
    acting_as = models.TextField(blank=True)
    act = models.TextField()  # a dotted verb: "solicitation.publish"
    subject_type = models.TextField()
    subject_id = models.TextField()
    subject_label = models.TextField()
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    why = models.TextField(blank=True)
    law = models.TextField(blank=True)
    request_id = models.TextField(blank=True)
    witnessed = models.BooleanField(default=False)  # a refused or sensitive read, not a change
    txid = models.BigIntegerField(db_default=CurrentTransaction(), editable=False)

    class Meta:
        verbose_name = "history entry"
        verbose_name_plural = "history entries"
        indexes = [
            models.Index(fields=["subject_type", "subject_id", "-id"], name="history_subject"),
            models.Index(fields=["actor_id", "-id"], name="history_actor"),
            models.Index(fields=["txid"], name="history_txid"),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.act} {self.subject_type}:{self.subject_id}"


class Seal(models.Model):
    """The link of one entry into the chain, written by the sealer in commit order within seconds."""

    position = models.BigIntegerField(primary_key=True)
    entry_id = models.BigIntegerField(unique=True)
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64, unique=True)
    horizon = models.BigIntegerField()  # every transaction below this number had ended when this was sealed
    sealed_at = models.DateTimeField(db_default=PortalNow(), editable=False)

    class Meta:
        verbose_name = "history seal"
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.position}: {self.digest[:12]}"
