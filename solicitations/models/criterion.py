"""What is scored: criteria with weight, anchored scale and minimum."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords


class Criterion(models.Model):
    """One criterion. `anchors` says what each score means: [{"points": 0, "words": "…"}, …], rising to `max_points`."""

    solicitation = models.ForeignKey("solicitations.Solicitation", models.CASCADE, related_name="criteria")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(_("name"), max_length=160)
    description = models.TextField(_("what we look for"), blank=True)
    weight = models.DecimalField(_("weight"), max_digits=5, decimal_places=2)  # percent of the whole score
    max_points = models.PositiveSmallIntegerField(_("highest score"), default=5)
    minimum = models.DecimalField(
        _("minimum"), max_digits=5, decimal_places=2, null=True
    )  # points; below it: not awarded
    anchors = models.JSONField(default=list)
    citywide_item = models.ForeignKey("solicitations.LibraryItem", models.PROTECT, null=True, related_name="used_in")
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("criterion")
        verbose_name_plural = _("criteria")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["solicitation", "position"],
                deferrable=models.Deferrable.DEFERRED,
                name="solicitations_criterion_position",
            ),
            models.UniqueConstraint(
                fields=["solicitation", "citywide_item"], name="solicitations_criterion_library_once"
            ),
            models.CheckConstraint(name="solicitations_criterion_weight", condition=Q(weight__gt=0, weight__lte=100)),
            models.CheckConstraint(name="solicitations_criterion_points", condition=Q(max_points__gte=1)),
            models.CheckConstraint(
                name="solicitations_criterion_minimum",
                condition=Q(minimum__isnull=True) | Q(minimum__gte=0, minimum__lte=F("max_points")),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def shown_weight(self) -> str:
        """The weight without idle zeros: 20, 12.5."""
        return f"{self.weight.normalize():f}"

    @property
    def shown_minimum(self) -> str:
        """The minimum without idle zeros; "" where there is none."""
        return "" if self.minimum is None else f"{self.minimum.normalize():f}"
