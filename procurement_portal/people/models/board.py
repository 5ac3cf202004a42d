"""Who sits on an organization's board: named by the organization, so that conflicts are found before a file opens."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from procurement_portal.time.clock import PortalNow


class BoardMember(models.Model):
    """One person on a board or in the leadership, from a day to a day. `fold` is the name as it is compared."""

    organization = models.ForeignKey("people.Organization", models.PROTECT, related_name="board")
    name = models.CharField(_("name"), max_length=200)
    fold = models.GeneratedField(
        expression=models.Func("name", function="portal_fold"), output_field=models.TextField(), db_persist=True
    )
    title = models.CharField(_("office"), max_length=120, blank=True)  # "Treasurer"
    first_day = models.DateField(_("since"), null=True, blank=True)
    last_day = models.DateField(_("until"), null=True, blank=True)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    added_at = models.DateTimeField(db_default=PortalNow(), editable=False)
    removed_at = models.DateTimeField(null=True)
    removed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("board member")
        ordering = ["fold", "id"]
        indexes = [models.Index(fields=["fold"], name="people_board_fold")]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "fold"], condition=Q(removed_at__isnull=True), name="people_board_once"
            ),
            models.CheckConstraint(
                name="people_board_order",
                condition=Q(first_day__isnull=True) | Q(last_day__isnull=True) | Q(last_day__gte=F("first_day")),
            ),
            models.CheckConstraint(
                name="people_board_removed_pair",
                condition=Q(removed_at__isnull=True, removed_by__isnull=True)
                | Q(removed_at__isnull=False, removed_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.organization}"
