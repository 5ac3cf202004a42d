"""Reports that something is broken: what people told us, and what we answered."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from procurement_portal.time.clock import PortalNow


class Report(models.Model):
    """One report. Its number is said on the phone; `reference` is the one the broken page showed."""

    reference = models.CharField(max_length=20)  # of the page that failed; the logs of that request carry it
    page = models.CharField(max_length=500, blank=True)  # the address the person came from, a path of the portal
    what = models.TextField()
    reply_to = models.EmailField(blank=True)
    phone = models.CharField(max_length=40, blank=True)
    reported_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    reported_as = models.CharField(max_length=200, blank=True)
    reported_at = models.DateTimeField(db_default=PortalNow(), editable=False)
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("report that something is broken")
        indexes = [
            models.Index(
                fields=["reported_at"], condition=Q(answered_at__isnull=True), name="notifications_report_open"
            )
        ]
        constraints = [
            models.CheckConstraint(name="notifications_report_says", condition=~Q(what="")),
            models.CheckConstraint(
                name="notifications_report_answered_together",
                condition=Q(answered_at__isnull=True, answered_by__isnull=True, answer="")
                | (Q(answered_at__isnull=False, answered_by__isnull=False) & ~Q(answer="")),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """What people say on the phone: "B-000123"."""
        return f"B-{self.pk:06d}"
