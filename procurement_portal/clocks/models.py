"""Every promise has a clock: one kind of row for all statutory and service deadlines."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from procurement_portal.time.clock import PortalNow


class Clock(models.Model):
    """A deadline: on what, by which rule, at whose desk, due when, stopped when, how it ended."""

    subject_type = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=40)
    subject_label = models.CharField(max_length=300)
    url = models.CharField(max_length=300, blank=True)  # where the work is done
    rule = models.CharField(max_length=80)  # "solicitations.inquiry_answer"
    citation = models.CharField(max_length=200)
    what = models.CharField(max_length=200)  # the act that is due, in words
    desk = models.ForeignKey("people.Desk", models.PROTECT, null=True, related_name="clocks")
    user_id = models.BigIntegerField(null=True)  # a clock held by one person
    organization_id = models.BigIntegerField(null=True)  # a clock held by an organization
    started_at = models.DateTimeField(db_default=PortalNow(), editable=False)
    due_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=40, blank=True)
    breached_at = models.DateTimeField(null=True)
    reminded = models.JSONField(default=list)  # days-before already announced

    class Meta:
        verbose_name = "clock"
        indexes = [
            models.Index(
                fields=["desk", "due_at"],
                condition=Q(stopped_at__isnull=True),
                name="clocks_desk_open",
            ),
            models.Index(
                fields=["due_at"],
                condition=Q(stopped_at__isnull=True),
                name="clocks_due_open",
            ),
            models.Index(fields=["subject_type", "subject_id"], name="clocks_subject"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["subject_type", "subject_id", "rule"],
                condition=Q(stopped_at__isnull=True),
                name="clocks_one_open",
            ),
            models.CheckConstraint(
                name="clocks_stopped_pair",
                condition=Q(stopped_at__isnull=True, outcome="") | (Q(stopped_at__isnull=False) & ~Q(outcome="")),
            ),
            models.CheckConstraint(
                name="clocks_due_after_start",
                condition=Q(due_at__gte=models.F("started_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.what} ({self.subject_label})"
