"""Holds, bars, exclusions: what keeps an organization from an award, on what ground, from when to when."""

from __future__ import annotations

from django.db import models

from procurement_portal.time.clock import PortalNow


class Hold(models.Model):
    """One effect on one organization; on a joint venture it reaches each venturer. Compliance alone writes it."""

    class Effect(models.TextChoices):
        NO_AWARD = "no_award"
        NO_PAYMENT = "no_payment"
        BARRED = "barred"

    organization = models.ForeignKey("people.Organization", models.PROTECT, related_name="holds")
    effect = models.CharField(max_length=20, choices=Effect)
    ground = models.TextField()
    citation = models.CharField(max_length=200)
    first_day = models.DateField()
    last_day = models.DateField(null=True)
    lifted_at = models.DateTimeField(null=True)
    lifted_why = models.TextField(blank=True)
    written_at = models.DateTimeField(db_default=PortalNow(), editable=False)

    class Meta:
        verbose_name = "hold"
        constraints = [
            models.CheckConstraint(
                name="standing_order",
                condition=models.Q(last_day__isnull=True) | models.Q(last_day__gte=models.F("first_day")),
            ),
            models.CheckConstraint(
                name="standing_lifted_pair",
                condition=models.Q(lifted_at__isnull=True, lifted_why="")
                | (models.Q(lifted_at__isnull=False) & ~models.Q(lifted_why="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.effect}: {self.organization}"
