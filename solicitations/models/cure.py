"""Between opening and ranking: papers cured within one window, clarifications, interviews, the shortlist."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from procurement_portal.history.models import append_only
from procurement_portal.time.clock import PortalNow
from solicitations.models.opening import OpenedProposal


class CureWindow(models.Model):
    """The one window of a solicitation in which missing papers that are not scored may be handed in: equal for all."""

    solicitation = models.OneToOneField("solicitations.Solicitation", models.PROTECT, related_name="cure_window")
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    note = models.TextField(blank=True)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    published_at = models.DateTimeField(db_default=PortalNow(), editable=False)

    class Meta:
        verbose_name = _("cure window")
        constraints = [models.CheckConstraint(name="cure_window_order", condition=Q(closes_at__gt=F("opens_at")))]
        triggers = append_only()

    def __str__(self) -> str:
        return f"Cure window of {self.solicitation_id}"


class CureItem(models.Model):
    """One paper one proposal lacks, and the paper handed in for it within the window."""

    window = models.ForeignKey(CureWindow, models.PROTECT, related_name="items")
    proposal = models.ForeignKey(OpenedProposal, models.PROTECT, related_name="cure_items")
    kind = models.CharField(max_length=40)  # a word of documents/kinds.py
    what = models.TextField()  # what lacks, in words
    document = models.ForeignKey("documents.Document", models.PROTECT, null=True, related_name="+")
    cured_at = models.DateTimeField(null=True)
    cured_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("paper to cure")
        ordering = ["proposal__position", "kind"]
        constraints = [
            models.UniqueConstraint(fields=["window", "proposal", "kind"], name="cure_item_once"),
            models.CheckConstraint(
                name="cure_item_cured_whole",
                condition=Q(cured_at__isnull=True, cured_by__isnull=True, document__isnull=True)
                | Q(cured_at__isnull=False, cured_by__isnull=False, document__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.proposal_id}"


class ClarificationRequest(models.Model):
    """A question to one proposer about what it submitted, and its answer. Neither changes the proposal."""

    proposal = models.ForeignKey(OpenedProposal, models.PROTECT, related_name="clarifications")
    part = models.ForeignKey("solicitations.OpenedPart", models.PROTECT, null=True, related_name="+")
    question = models.TextField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(db_default=PortalNow(), editable=False)
    due_at = models.DateTimeField()
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("clarification request")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(name="clarification_asks", condition=~Q(question="")),
            models.CheckConstraint(
                name="clarification_answered_whole",
                condition=Q(answered_at__isnull=True, answered_by__isnull=True, answer="")
                | (Q(answered_at__isnull=False, answered_by__isnull=False) & ~Q(answer="")),
            ),
        ]

    def __str__(self) -> str:
        return f"Clarification {self.pk}"


class Interview(models.Model):
    """A meeting of the panel with one proposer: when, where, and what was said."""

    proposal = models.ForeignKey(OpenedProposal, models.PROTECT, related_name="interviews")
    at = models.DateTimeField(_("when"))
    place = models.CharField(_("place"), max_length=200, blank=True)
    link = models.URLField(_("link"), max_length=300, blank=True)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    invited_at = models.DateTimeField(db_default=PortalNow(), editable=False)
    record = models.TextField(_("what was said"), blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("interview")
        ordering = ["at"]
        constraints = [
            models.CheckConstraint(
                name="interview_recorded_whole",
                condition=Q(recorded_at__isnull=True, recorded_by__isnull=True, record="")
                | (Q(recorded_at__isnull=False, recorded_by__isnull=False) & ~Q(record="")),
            ),
        ]

    def __str__(self) -> str:
        return f"Interview {self.pk}"


class ShortlistDecision(models.Model):
    """Whether a proposal goes on to interviews, with the reason; the newest row counts."""

    proposal = models.ForeignKey(OpenedProposal, models.PROTECT, related_name="shortlist_decisions")
    listed = models.BooleanField()
    reason = models.TextField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(db_default=PortalNow(), editable=False)

    class Meta:
        verbose_name = _("shortlist decision")
        ordering = ["-id"]
        constraints = [models.CheckConstraint(name="shortlist_reasoned", condition=~Q(reason=""))]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.proposal_id}: {'listed' if self.listed else 'not listed'}"
