"""A search somebody keeps: sent by e-mail when new notices match, after a double opt-in, left with one click."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from procurement_portal.time.clock import PortalNow


class SavedSearch(models.Model):
    """The filters of the public list, kept for one address. `token` confirms and leaves; it is never shown to others."""

    email = models.EmailField(_("e-mail"))
    user = models.ForeignKey("people.User", models.PROTECT, null=True, related_name="saved_searches")
    name = models.CharField(_("name"), max_length=120)
    query = models.JSONField()  # the cleaned filters, as the list's address holds them
    language = models.CharField(max_length=8, default="en")
    token = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(db_default=PortalNow(), editable=False)
    confirmed_at = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True)
    told_until = models.DateTimeField(null=True)  # notices published up to here have been told

    class Meta:
        verbose_name = _("saved search")
        indexes = [
            models.Index(
                fields=["told_until"],
                condition=Q(confirmed_at__isnull=False, left_at__isnull=True),
                name="saved_search_live",
            )
        ]
        constraints = [
            models.CheckConstraint(
                name="saved_search_told_when_confirmed",
                condition=Q(told_until__isnull=True) | Q(confirmed_at__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["email", "query"], condition=Q(left_at__isnull=True), name="saved_search_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.email})"
