"""The recommendation: who should be awarded what, why, and who approved it."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from procurement_portal.time.clock import PortalNow
from solicitations.models.opening import OpenedProposal
from solicitations.states import ApprovalOutcome, ApprovalStep, RecommendationState, RecommendedOutcome


class Recommendation(models.Model):
    """One recommendation on one tally. A returned one stays as it was; the next has its own number."""

    solicitation = models.ForeignKey("solicitations.Solicitation", models.PROTECT, related_name="recommendations")
    number = models.PositiveSmallIntegerField()
    status = models.CharField(
        max_length=12, choices=[(s.value, s.value) for s in RecommendationState], default=RecommendationState.DRAFT
    )
    tally = models.ForeignKey("solicitations.Tally", models.PROTECT, related_name="recommendations")
    summary = models.TextField(_("reasons"), blank=True)
    departure_reason = models.TextField(_("reason for departing from the rank"), blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(db_default=PortalNow(), editable=False)
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    sent_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    lock = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("recommendation")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["solicitation", "number"], name="recommendation_number"),
            models.UniqueConstraint(
                fields=["solicitation"],
                condition=~Q(status__in=[RecommendationState.RETURNED, RecommendationState.OVERTURNED]),
                name="recommendation_one_standing",
            ),
            models.CheckConstraint(
                name="recommendation_sent_pair",
                condition=Q(sent_at__isnull=True, sent_by__isnull=True)
                | Q(sent_at__isnull=False, sent_by__isnull=False),
            ),
            models.CheckConstraint(
                name="recommendation_sent_reasoned", condition=Q(sent_at__isnull=True) | ~Q(summary="")
            ),
        ]

    def __str__(self) -> str:
        return f"Recommendation {self.number} for {self.solicitation_id}"


class RecommendedAward(models.Model):
    """What is recommended for one proposal: an award (perhaps of a part), a place on the waiting list, or none."""

    recommendation = models.ForeignKey(Recommendation, models.PROTECT, related_name="rows")
    proposal = models.ForeignKey(OpenedProposal, models.PROTECT, related_name="recommended")
    lot = models.ForeignKey("solicitations.Lot", models.PROTECT, null=True, related_name="+")
    rank = models.PositiveIntegerField(null=True)
    total = models.DecimalField(max_digits=7, decimal_places=4, null=True)  # of 100, as tallied
    outcome = models.CharField(max_length=12, choices=RecommendedOutcome)
    areas = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)
    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=2, null=True)
    waiting_position = models.PositiveSmallIntegerField(null=True)
    reason = models.TextField(blank=True)

    class Meta:
        verbose_name = _("recommended award")
        ordering = ["rank", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["recommendation", "proposal", "lot"], nulls_distinct=False, name="recommended_once"
            ),
            models.UniqueConstraint(
                fields=["recommendation", "lot", "waiting_position"],
                condition=Q(waiting_position__isnull=False),
                nulls_distinct=False,
                name="recommended_waiting_position",
            ),
            models.CheckConstraint(
                name="recommended_facts",
                condition=Q(outcome=RecommendedOutcome.AWARD, amount__gt=0, waiting_position__isnull=True)
                | Q(outcome=RecommendedOutcome.WAITING_LIST, waiting_position__isnull=False)
                | Q(outcome=RecommendedOutcome.NO_AWARD, amount__isnull=True, waiting_position__isnull=True),
            ),
            models.CheckConstraint(name="recommended_areas", condition=Q(areas__contained_by=list(range(1, 78)))),
        ]

    def __str__(self) -> str:
        return f"{self.proposal_id}: {self.outcome}"


class Approval(models.Model):
    """One step of the approval chain. Each step is decided by a person of its own, none of them the maker."""

    recommendation = models.ForeignKey(Recommendation, models.PROTECT, related_name="approvals")
    step = models.CharField(max_length=12, choices=ApprovalStep)
    position = models.PositiveSmallIntegerField()
    desk = models.ForeignKey("people.Desk", models.PROTECT, null=True, related_name="+")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")  # of the recommendation
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(null=True)  # when it became this step's turn
    outcome = models.CharField(max_length=10, choices=ApprovalOutcome, blank=True)
    why = models.TextField(blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("approval")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["recommendation", "step"], name="approval_step_once"),
            models.UniqueConstraint(
                fields=["recommendation", "decided_by"],
                condition=Q(decided_by__isnull=False),
                name="approval_a_person_once",
            ),
            models.CheckConstraint(
                name="approval_maker_not_checker",
                condition=Q(decided_by__isnull=True) | (~Q(decided_by=F("made_by")) & ~Q(decided_by=F("sent_by"))),
            ),
            models.CheckConstraint(
                name="approval_decided_whole",
                condition=Q(decided_at__isnull=True, decided_by__isnull=True, outcome="")
                | (Q(decided_at__isnull=False, decided_by__isnull=False) & ~Q(outcome="")),
            ),
            models.CheckConstraint(
                name="approval_return_reasoned", condition=~Q(outcome=ApprovalOutcome.RETURNED) | ~Q(why="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.step} of {self.recommendation_id}"
