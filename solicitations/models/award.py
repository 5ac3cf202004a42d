"""Awards, the waiting list, negotiation within what was advertised, legislative approval, and each proposer's letter."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from procurement_portal.history.models import append_only
from procurement_portal.time.clock import PortalNow
from solicitations.models.opening import OpenedProposal
from solicitations.states import AwardState, LegislativeResult, LetterKind, Side


class Award(models.Model):
    """One award or place on the waiting list. `amount` is what was awarded; negotiation may end below it."""

    solicitation = models.ForeignKey("solicitations.Solicitation", models.PROTECT, related_name="awards")
    recommended = models.OneToOneField("solicitations.RecommendedAward", models.PROTECT, related_name="award")
    proposal = models.ForeignKey(OpenedProposal, models.PROTECT, related_name="awards")
    organization = models.ForeignKey("people.Organization", models.PROTECT, related_name="awards")
    lot = models.ForeignKey("solicitations.Lot", models.PROTECT, null=True, related_name="awards")
    areas = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)
    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=2, null=True)
    waiting_position = models.PositiveSmallIntegerField(null=True)
    status = models.CharField(
        max_length=12, choices=[(s.value, s.value) for s in AwardState], default=AwardState.ANNOUNCED
    )
    announced_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    announced_at = models.DateTimeField(db_default=PortalNow(), editable=False)
    called_at = models.DateTimeField(null=True)  # from the waiting list
    called_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)  # declined, rescinded or lapsed
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    ended_why = models.TextField(blank=True)
    lock = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("award")
        ordering = ["solicitation", "waiting_position", "-amount"]
        indexes = [
            models.Index(fields=["organization", "-announced_at"], name="award_of_organization"),
            models.Index(fields=["solicitation", "status"], name="award_of_solicitation"),
        ]
        constraints = [
            # After a sustained protest the same proposal may be awarded anew.
            models.UniqueConstraint(
                fields=["proposal", "lot"],
                condition=~Q(status__in=[AwardState.DECLINED, AwardState.RESCINDED, AwardState.LAPSED]),
                nulls_distinct=False,
                name="award_once",
            ),
            models.CheckConstraint(
                name="award_amount_or_waiting",
                condition=(Q(status=AwardState.WAITING) & Q(waiting_position__isnull=False))
                | Q(status__in=[AwardState.LAPSED, AwardState.DECLINED], waiting_position__isnull=False)
                | Q(amount__gt=0),
            ),
            models.CheckConstraint(
                name="award_called_pair",
                condition=Q(called_at__isnull=True, called_by__isnull=True)
                | Q(called_at__isnull=False, called_by__isnull=False),
            ),
            models.CheckConstraint(
                name="award_ended_whole",
                condition=Q(ended_at__isnull=True, ended_by__isnull=True, ended_why="")
                | (Q(ended_at__isnull=False, ended_by__isnull=False) & ~Q(ended_why="")),
            ),
            models.CheckConstraint(name="award_areas", condition=Q(areas__contained_by=list(range(1, 78)))),
        ]

    def __str__(self) -> str:
        return f"Award to {self.organization} under {self.solicitation_id}"


class NegotiationVersion(models.Model):
    """One version of scope and budget, put forward by one side. Never changed; the next version answers it.

    `budget`: [{"label": "…", "cents": 1234, "why": "…"}], which sums to `amount`.
    """

    award = models.ForeignKey(Award, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    side = models.CharField(max_length=12, choices=Side)
    scope = models.TextField()
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    starts_on = models.DateField()
    ends_on = models.DateField()
    budget = models.JSONField(default=list)
    note = models.TextField(blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(db_default=PortalNow(), editable=False)

    class Meta:
        verbose_name = _("version of scope and budget")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["award", "number"], name="negotiation_number"),
            models.CheckConstraint(name="negotiation_amount", condition=Q(amount__gt=0)),
            models.CheckConstraint(name="negotiation_term", condition=Q(ends_on__gte=models.F("starts_on"))),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"Version {self.number} of {self.award_id}"


class NegotiationAgreement(models.Model):
    """One side agrees to exactly one version. When both did, the contract is made from it."""

    version = models.ForeignKey(NegotiationVersion, models.PROTECT, related_name="agreements")
    side = models.CharField(max_length=12, choices=Side)
    agreed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    agreed_at = models.DateTimeField(db_default=PortalNow(), editable=False)

    class Meta:
        verbose_name = _("agreement to a version")
        constraints = [
            models.UniqueConstraint(fields=["version", "side"], name="negotiation_side_once"),
            models.UniqueConstraint(fields=["version", "agreed_by"], name="negotiation_two_people"),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.side} agrees to {self.version_id}"


class LegislativeApproval(models.Model):
    """The approval of the City Council or the County Board where the amount asks for it."""

    award = models.OneToOneField(Award, models.PROTECT, related_name="legislative_approval")
    body = models.CharField(_("body"), max_length=120)
    trace = models.ForeignKey("solicitations.Trace", models.PROTECT, related_name="+")  # why it is needed
    agenda_deadline_on = models.DateField(_("agenda deadline"))
    meeting_on = models.DateField(_("meeting"), null=True)
    file_number = models.CharField(_("file number"), max_length=40, blank=True)
    result = models.CharField(_("result"), max_length=10, choices=LegislativeResult, blank=True)
    result_on = models.DateField(_("day of the result"), null=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("legislative approval")
        constraints = [
            models.CheckConstraint(
                name="legislative_result_whole",
                condition=Q(result="", result_on__isnull=True, recorded_at__isnull=True, recorded_by__isnull=True)
                | (
                    Q(result_on__isnull=False, recorded_at__isnull=False, recorded_by__isnull=False)
                    & ~Q(result="")
                    & ~Q(file_number="")
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.body} on {self.award_id}"


class ClosedWithoutAward(models.Model):
    """Why a solicitation ended without an award after its answers were opened; everybody reads it."""

    solicitation = models.OneToOneField(
        "solicitations.Solicitation", models.PROTECT, related_name="closed_without_award"
    )
    why = models.TextField(_("reason"))
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(db_default=PortalNow(), editable=False)

    class Meta:
        verbose_name = _("closing without award")
        constraints = [models.CheckConstraint(name="closed_without_award_reasoned", condition=~Q(why=""))]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.solicitation_id} without award"


class DecisionLetter(models.Model):
    """What one proposer is told: the decision and its own debrief. `content` is what the PDF says, frozen."""

    proposal = models.ForeignKey(OpenedProposal, models.PROTECT, related_name="letters")
    kind = models.CharField(max_length=12, choices=LetterKind)
    content = models.JSONField()
    made_at = models.DateTimeField(db_default=PortalNow(), editable=False)
    file = models.ForeignKey("documents.File", models.PROTECT, null=True, related_name="+")  # made in the background

    class Meta:
        verbose_name = _("decision letter")
        constraints = [models.UniqueConstraint(fields=["proposal", "kind"], name="decision_letter_once")]

    def __str__(self) -> str:
        return f"{self.kind} letter on {self.proposal_id}"
