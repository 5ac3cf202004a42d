"""Wrapped data keys: one per proposal or vault, useless without the master keys, which are never in the database."""

from __future__ import annotations

from django.db import models

from procurement_portal.time.clock import PortalNow


class DataKey(models.Model):
    """A 256-bit key, wrapped. `context` is bound into every sealing as associated data."""

    purpose = models.CharField(max_length=40)
    context = models.TextField()
    wrapped = models.BinaryField()
    master_id = models.CharField(max_length=40)  # which master key wrapped it, for rotation
    made_at = models.DateTimeField(db_default=PortalNow(), editable=False)
    rewrapped_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "data key"

    def __str__(self) -> str:
        return f"{self.purpose} key {self.pk}"
