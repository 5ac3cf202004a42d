"""Wrapped data keys: one per proposal, vault or file, useless without the master keys, which are never in the database."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from procurement_portal.time.clock import PortalNow


class DataKey(models.Model):
    """A 256-bit key, wrapped. `context` is bound into the wrapping and into every sealing as associated data."""

    purpose = models.CharField(max_length=40)
    context = models.TextField()
    wrapped = models.BinaryField()
    wrapping = models.CharField(max_length=40, default="master")  # the strategy's id: see vault/sealing.py
    master_id = models.CharField(max_length=40, blank=True)  # which master key wrapped it, for rotation
    within = models.ForeignKey("self", models.PROTECT, null=True, related_name="held")  # the key that wraps this one
    made_at = models.DateTimeField(db_default=PortalNow(), editable=False)
    rewrapped_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "data key"
        constraints = [
            models.CheckConstraint(
                name="vault_key_within_pair",
                condition=Q(wrapping="within", within__isnull=False) | (~Q(wrapping="within") & Q(within__isnull=True)),
            ),
            models.CheckConstraint(
                name="vault_key_master_pair",
                condition=~Q(wrapping="master") | ~Q(master_id=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} key {self.pk}"
