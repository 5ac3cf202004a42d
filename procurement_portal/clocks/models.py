"""Every promise has a clock: one kind of row for all statutory and service deadlines."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from procurement_portal.history.models import append_only
from procurement_portal.time.clock import PortalNow

# What a clock was started for never changes; a new promise is a new clock.
_KEPT = ("subject_type", "subject_id", "rule", "citation", "started_at", "asked_by_id", "asked_by_organization_id")


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
    asked_by_id = models.BigIntegerField(null=True)  # the person whose act started it: it waits for others
    asked_by_organization_id = models.BigIntegerField(null=True)  # the organization they acted for
    started_at = models.DateTimeField(db_default=PortalNow(), editable=False)
    due_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=40, blank=True)
    breached_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "clock"
        indexes = [
            models.Index(
                fields=["desk", "due_at"],
                condition=Q(stopped_at__isnull=True),
                name="clocks_desk_open",
            ),
            models.Index(
                fields=["user_id", "due_at"],
                condition=Q(stopped_at__isnull=True, user_id__isnull=False),
                name="clocks_user_open",
            ),
            models.Index(
                fields=["organization_id", "due_at"],
                condition=Q(stopped_at__isnull=True, organization_id__isnull=False),
                name="clocks_organization_open",
            ),
            models.Index(
                fields=["asked_by_id", "due_at"],
                condition=Q(stopped_at__isnull=True, asked_by_id__isnull=False),
                name="clocks_asked_open",
            ),
            models.Index(
                fields=["asked_by_organization_id", "due_at"],
                condition=Q(stopped_at__isnull=True, asked_by_organization_id__isnull=False),
                name="clocks_asked_org_open",
            ),
            models.Index(
                fields=["due_at"],
                condition=Q(stopped_at__isnull=True, breached_at__isnull=True),
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
            models.CheckConstraint(name="clocks_due_after_start", condition=Q(due_at__gte=F("started_at"))),
            models.CheckConstraint(
                name="clocks_one_holder",
                condition=Q(desk__isnull=False, user_id__isnull=True, organization_id__isnull=True)
                | Q(desk__isnull=True, user_id__isnull=False, organization_id__isnull=True)
                | Q(desk__isnull=True, user_id__isnull=True, organization_id__isnull=False),
            ),
            models.CheckConstraint(
                name="clocks_breached_after_due",
                # A moved deadline may lie after the day the old one was missed.
                condition=Q(breached_at__isnull=True) | Q(breached_at__gte=F("started_at")),
            ),
        ]
        triggers = [
            pgtrigger.ReadOnly(name="what_it_promised", fields=list(_KEPT)),
            pgtrigger.Trigger(
                name="never_reset",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                func="""
                    IF OLD.stopped_at IS NOT NULL AND NEW.stopped_at IS DISTINCT FROM OLD.stopped_at THEN
                        RAISE EXCEPTION 'a stopped clock stays stopped';
                    END IF;
                    IF OLD.breached_at IS NOT NULL AND NEW.breached_at IS DISTINCT FROM OLD.breached_at THEN
                        RAISE EXCEPTION 'a missed deadline stays missed';
                    END IF;
                    IF NEW.due_at IS DISTINCT FROM OLD.due_at AND NOT EXISTS (
                        SELECT 1 FROM clocks_move
                        WHERE clock_id = OLD.id AND from_due = OLD.due_at AND to_due = NEW.due_at
                    ) THEN
                        RAISE EXCEPTION 'a deadline moves only with its reason written down';
                    END IF;
                    RETURN NEW;
                """,
            ),
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        # Neutral on purpose: history keeps this text, and what a deadline is about may be for its holder alone.
        return f"{self.rule} on {self.subject_type} {self.subject_id}"


class Move(models.Model):
    """One change of a clock's deadline: from, to, why, by whom. The old deadline is never lost."""

    clock = models.ForeignKey(Clock, models.PROTECT, related_name="moves")
    from_due = models.DateTimeField()
    to_due = models.DateTimeField()
    why = models.TextField()
    moved_by = models.CharField(max_length=200)  # the label history keeps
    moved_at = models.DateTimeField(db_default=PortalNow(), editable=False)

    class Meta:
        verbose_name = "move of a deadline"
        constraints = [
            models.CheckConstraint(name="clocks_move_reason", condition=~Q(why="")),
            models.CheckConstraint(name="clocks_move_changes", condition=~Q(from_due=F("to_due"))),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.clock_id}: {self.from_due} to {self.to_due}"


class Reminder(models.Model):
    """One announcement ahead of a deadline, made once: `at` is the same hour `days_before` Chicago days earlier."""

    clock = models.ForeignKey(Clock, models.CASCADE, related_name="reminders")
    days_before = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    announced_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "reminder"
        indexes = [
            models.Index(fields=["at"], condition=Q(announced_at__isnull=True), name="clocks_reminder_waiting"),
        ]
        constraints = [models.UniqueConstraint(fields=["clock", "at"], name="clocks_reminder_once")]

    def __str__(self) -> str:
        return f"{self.clock_id}: {self.days_before} days before"


class Feed(models.Model):
    """A person's private calendar address. Only the hash of its token is kept; a new address ends the old one."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(db_default=PortalNow(), editable=False)

    class Meta:
        verbose_name = "calendar address"

    def __str__(self) -> str:
        return f"calendar of {self.user_id}"
