"""The citywide library: criteria and templates every department starts from, and where departments depart from it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from procurement_portal.time.clock import PortalNow
from solicitations.states import LibraryKind


class LibraryItem(models.Model):
    """One criterion or template. `body` is shaped by `kind` (`actions.criteria_library.SCHEMAS`). Changed by a new edition only."""

    code = models.CharField(max_length=60)
    edition = models.PositiveSmallIntegerField(default=1)
    kind = models.CharField(max_length=12, choices=LibraryKind)
    jurisdiction = models.CharField(max_length=8, blank=True)  # "" = both
    title = models.CharField(_("title"), max_length=160)
    guidance = models.TextField(_("guidance"), blank=True)
    body = models.JSONField(default=dict)
    expected = models.BooleanField(_("expected in every solicitation"), default=False)  # leaving it out needs a reason
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(db_default=PortalNow(), editable=False)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("library item")
        ordering = ["kind", "title"]
        constraints = [
            models.UniqueConstraint(fields=["code", "edition"], name="solicitations_library_edition"),
            models.UniqueConstraint(
                fields=["code"], condition=Q(retired_at__isnull=True), name="solicitations_library_one_current"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Departure(models.Model):
    """Where one solicitation departs from a library item, and why."""

    class Way(models.TextChoices):
        CHANGED = "changed", _("Used with changes")
        LEFT_OUT = "left_out", _("Left out")

    solicitation = models.ForeignKey("solicitations.Solicitation", models.CASCADE, related_name="departures")
    item = models.ForeignKey(LibraryItem, models.PROTECT, related_name="departures")
    way = models.CharField(max_length=10, choices=Way)
    reason = models.TextField(_("reason"))
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(db_default=PortalNow(), editable=False)

    class Meta:
        verbose_name = _("departure from the library")
        constraints = [
            models.UniqueConstraint(fields=["solicitation", "item"], name="solicitations_departure_once"),
            models.CheckConstraint(name="solicitations_departure_reasoned", condition=~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"{self.solicitation_id}: {self.item}"
