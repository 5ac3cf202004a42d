"""Holds, bars, exclusions: what keeps an organization from an award, on what ground, from when to when."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from procurement_portal.time.clock import PortalNow


class Hold(models.Model):
    """One effect on one organization; on a joint venture it reaches each venturer. Compliance alone writes it."""

    class Effect(models.TextChoices):
        NO_AWARD = "no_award", _("No new award")
        NO_PAYMENT = "no_payment", _("Payments held")
        BARRED = "barred", _("Barred: no bid, no award")

    organization = models.ForeignKey("people.Organization", models.PROTECT, related_name="holds")
    effect = models.CharField(max_length=20, choices=Effect)
    ground = models.TextField()
    citation = models.CharField(max_length=200)
    first_day = models.DateField()
    last_day = models.DateField(null=True)  # this day included; none: until lifted
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )  # none: the portal
    written_at = models.DateTimeField(db_default=PortalNow(), editable=False)
    lifted_at = models.DateTimeField(null=True)
    lifted_why = models.TextField(blank=True)
    lifted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("hold")
        indexes = [
            models.Index(
                fields=["organization", "first_day"], condition=Q(lifted_at__isnull=True), name="standing_open"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="standing_order",
                condition=Q(last_day__isnull=True) | Q(last_day__gte=F("first_day")),
            ),
            models.CheckConstraint(
                name="standing_says_why",
                condition=~Q(ground="") & ~Q(citation=""),
            ),
            models.CheckConstraint(
                name="standing_lifted_pair",
                condition=Q(lifted_at__isnull=True, lifted_why="", lifted_by__isnull=True)
                | (Q(lifted_at__isnull=False) & ~Q(lifted_why="")),
            ),
        ]
        triggers = [
            pgtrigger.ReadOnly(
                name="as_written",
                fields=[
                    "organization",
                    "effect",
                    "ground",
                    "citation",
                    "first_day",
                    "last_day",
                    "written_at",
                    "written_by",
                ],
            ),
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="lifted_once",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.Condition("OLD.lifted_at IS NOT NULL"),
                func="RAISE EXCEPTION 'a lifted hold is not changed; write a new one';",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.effect}: {self.organization}"
