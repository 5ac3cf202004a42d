"""Renewals, extensions and amendments made together, from last year's terms with only the changes to confirm."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from procurement_portal.time.clock import PortalNow
from solicitations.states import AmendmentKind


class RenewalBatch(models.Model):
    """One batch of a department: the same change for many contracts."""

    department = models.ForeignKey("people.Department", models.PROTECT, related_name="renewal_batches")
    title = models.CharField(_("title"), max_length=200)
    kind = models.CharField(_("kind"), max_length=10, choices=AmendmentKind)
    months = models.PositiveSmallIntegerField(_("months"), null=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(db_default=PortalNow(), editable=False)
    sent_at = models.DateTimeField(null=True)
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("renewal batch")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                name="renewal_batch_sent_pair",
                condition=Q(sent_at__isnull=True, sent_by__isnull=True)
                | Q(sent_at__isnull=False, sent_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class RenewalItem(models.Model):
    """One contract in a batch: last year's terms, what changes, what the checks said, what the organization confirmed.

    `checks`: [{"check": "options_left", "ok": true, "words": "…"}], as they stood when the batch was sent.
    """

    batch = models.ForeignKey(RenewalBatch, models.PROTECT, related_name="items")
    contract = models.ForeignKey("solicitations.Contract", models.PROTECT, related_name="renewals")
    amendment = models.OneToOneField("solicitations.Amendment", models.PROTECT, null=True, related_name="renewal")
    amount_change = models.DecimalField(_("change of the amount"), max_digits=14, decimal_places=2, default=0)
    new_ends_on = models.DateField(_("new end"), null=True)
    scope_change = models.TextField(_("changes of scope"), blank=True)
    checks = models.JSONField(default=list)
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    reply = models.TextField(blank=True)  # what the organization wants changed
    dropped_at = models.DateTimeField(null=True)
    dropped_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    dropped_why = models.TextField(blank=True)

    class Meta:
        verbose_name = _("renewal of a contract")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["batch", "contract"], condition=Q(dropped_at__isnull=True), name="renewal_item_once"
            ),
            models.CheckConstraint(
                name="renewal_item_confirmed_pair",
                condition=Q(confirmed_at__isnull=True, confirmed_by__isnull=True)
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=False),
            ),
            models.CheckConstraint(
                name="renewal_item_dropped_whole",
                condition=Q(dropped_at__isnull=True, dropped_by__isnull=True, dropped_why="")
                | (Q(dropped_at__isnull=False, dropped_by__isnull=False) & ~Q(dropped_why="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contract_id} in {self.batch_id}"
