"""Dated engagements of auditors, and the recovery of accounts and organizations."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from procurement_portal.time.clock import PortalNow


class Engagement(models.Model):
    """An auditor reads these bodies' records from the first day to the last, for this purpose; outside it, nothing."""

    auditor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="engagements")
    purpose = models.CharField(_("purpose"), max_length=300)
    departments = models.ManyToManyField("people.Department", related_name="engagements", blank=True)
    organizations = models.ManyToManyField("people.Organization", related_name="engagements", blank=True)
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    given_at = models.DateTimeField(db_default=PortalNow(), editable=False)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("audit engagement")
        constraints = [
            models.CheckConstraint(name="people_engagement_order", condition=Q(last_day__gte=models.F("first_day"))),
            models.CheckConstraint(
                name="people_engagement_ended_pair",
                condition=Q(ended_at__isnull=True, ended_by__isnull=True)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
            ),
            models.CheckConstraint(
                name="people_engagement_other_gives",
                condition=Q(given_by__isnull=True) | ~Q(given_by=models.F("auditor")),
            ),
        ]

    def __str__(self) -> str:
        return self.purpose


class Recovery(models.Model):
    """Somebody lost their second factor, or an organization its last administrator. Asked, checked, waited for, done."""

    class Kind(models.TextChoices):
        SECOND_FACTOR = "second_factor", _("A lost second factor")
        ADMINISTRATOR = "administrator", _("A departed last administrator")

    kind = models.CharField(max_length=16, choices=Kind)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="recoveries")
    organization = models.ForeignKey("people.Organization", models.PROTECT, null=True, related_name="recoveries")
    statement = models.TextField(_("what happened"))
    asked_at = models.DateTimeField(db_default=PortalNow(), editable=False)
    checked_at = models.DateTimeField(null=True)
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    how_checked = models.CharField(_("how identity was checked"), max_length=300, blank=True)
    waits_until = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)
    stopped_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    stop_reason = models.CharField(max_length=300, blank=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("recovery")
        constraints = [
            models.CheckConstraint(
                name="people_recovery_kind_body",
                condition=Q(kind="second_factor", organization__isnull=True)
                | Q(kind="administrator", organization__isnull=False),
            ),
            models.CheckConstraint(
                name="people_recovery_checked_pair",
                condition=Q(checked_at__isnull=True, checked_by__isnull=True, how_checked="", waits_until__isnull=True)
                | Q(checked_at__isnull=False, checked_by__isnull=False, waits_until__gte=models.F("checked_at"))
                & ~Q(how_checked=""),
            ),
            models.CheckConstraint(
                name="people_recovery_other_checks",
                condition=Q(checked_by__isnull=True) | ~Q(checked_by=models.F("user")),
            ),
            models.CheckConstraint(
                name="people_recovery_stopped_pair",
                condition=Q(stopped_at__isnull=True, stopped_by__isnull=True)
                | Q(stopped_at__isnull=False, stopped_by__isnull=False),
            ),
            models.CheckConstraint(
                name="people_recovery_done_after_wait",
                condition=Q(done_at__isnull=True)
                | Q(stopped_at__isnull=True, checked_at__isnull=False, done_at__gte=models.F("waits_until")),
            ),
            models.UniqueConstraint(
                fields=["kind", "user", "organization"],
                condition=Q(done_at__isnull=True, stopped_at__isnull=True),
                nulls_distinct=False,
                name="people_recovery_open_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.user}"
