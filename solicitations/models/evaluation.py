"""Evaluation: the panel, reader teams, declared conflicts, and who reads which proposal."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from procurement_portal.history.models import append_only
from procurement_portal.time.clock import PortalNow
from solicitations.models.opening import OpenedProposal
from solicitations.states import ConflictGround, ConflictOutcome, EvaluationState, PanelPart


class Evaluation(models.Model):
    """The evaluation of one solicitation and the rules it was begun with.

    `spread_percent`: when the readers' points for one criterion of one proposal lie further apart than this percent of the
    criterion's highest score, a consensus meeting is called. `readers` read each proposal.
    """

    solicitation = models.OneToOneField("solicitations.Solicitation", models.PROTECT, related_name="evaluation")
    status = models.CharField(
        max_length=12, choices=[(s.value, s.value) for s in EvaluationState], default=EvaluationState.PREPARING
    )
    spread_percent = models.PositiveSmallIntegerField(_("spread that calls a meeting, percent"), default=40)
    readers = models.PositiveSmallIntegerField(_("readers of each proposal"), default=3)
    scoring_due_at = models.DateTimeField(_("scores due"))
    begun_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    begun_at = models.DateTimeField(db_default=PortalNow(), editable=False)
    scoring_began_at = models.DateTimeField(null=True)
    scoring_ended_at = models.DateTimeField(null=True)
    ranked_at = models.DateTimeField(null=True)
    lock = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("evaluation")
        constraints = [
            models.CheckConstraint(
                name="evaluation_spread_percent", condition=Q(spread_percent__gte=1, spread_percent__lte=100)
            ),
            models.CheckConstraint(name="evaluation_readers", condition=Q(readers__gte=1, readers__lte=12)),
            models.CheckConstraint(
                name="evaluation_order",
                condition=(Q(scoring_ended_at__isnull=True) | Q(scoring_began_at__isnull=False))
                & (Q(ranked_at__isnull=True) | Q(scoring_ended_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"Evaluation of {self.solicitation_id}"


class ReaderTeam(models.Model):
    """Readers who share the proposals of some community areas. No areas: whatever no other team reads."""

    evaluation = models.ForeignKey(Evaluation, models.PROTECT, related_name="teams")
    name = models.CharField(_("name"), max_length=80)
    areas = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)

    class Meta:
        verbose_name = _("reader team")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["evaluation", "name"], name="reader_team_once"),
            models.CheckConstraint(name="reader_team_areas", condition=Q(areas__contained_by=list(range(1, 78)))),
        ]

    def __str__(self) -> str:
        return self.name


class PanelMember(models.Model):
    """A person on the panel. A guest from the community is there from a first to a last day, both included."""

    evaluation = models.ForeignKey(Evaluation, models.PROTECT, related_name="panel")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="panels")
    part = models.CharField(max_length=10, choices=PanelPart, default=PanelPart.EVALUATOR)
    team = models.ForeignKey(ReaderTeam, models.PROTECT, null=True, related_name="members")
    first_day = models.DateField(null=True)
    last_day = models.DateField(null=True)
    appointed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    appointed_at = models.DateTimeField(db_default=PortalNow(), editable=False)
    replaces = models.OneToOneField("self", models.PROTECT, null=True, related_name="replaced_by")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    ended_why = models.TextField(blank=True)

    class Meta:
        verbose_name = _("panel member")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["evaluation", "user"], condition=Q(ended_at__isnull=True), name="panel_member_once"
            ),
            models.UniqueConstraint(
                fields=["evaluation"],
                condition=Q(part=PanelPart.CHAIR, ended_at__isnull=True),
                name="panel_one_chair",
            ),
            models.CheckConstraint(
                name="panel_guest_dated",
                condition=~Q(part=PanelPart.GUEST) | Q(first_day__isnull=False, last_day__gte=F("first_day")),
            ),
            models.CheckConstraint(
                name="panel_ended_whole",
                condition=Q(ended_at__isnull=True, ended_by__isnull=True, ended_why="")
                | (Q(ended_at__isnull=False, ended_by__isnull=False) & ~Q(ended_why="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} on the panel of {self.evaluation_id}"


class ConflictDeclaration(models.Model):
    """What a panel member declared about one proposer, its board and partners; or what the portal found by itself.

    Rows only grow. Any conflict not cleared keeps the member from everything of that proposal, whatever else was declared.
    """

    member = models.ForeignKey(PanelMember, models.PROTECT, related_name="declarations")
    proposal = models.ForeignKey(OpenedProposal, models.PROTECT, related_name="declarations")
    conflicted = models.BooleanField()
    ground = models.CharField(max_length=16, choices=ConflictGround)
    statement = models.TextField(blank=True)
    declared_at = models.DateTimeField(db_default=PortalNow(), editable=False)

    class Meta:
        verbose_name = _("conflict declaration")
        ordering = ["id"]
        indexes = [models.Index(fields=["member", "proposal"], name="conflict_of_member")]
        constraints = [
            models.CheckConstraint(name="conflict_says_what", condition=Q(conflicted=False) | ~Q(statement="")),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.member_id} on {self.proposal_id}: {'conflict' if self.conflicted else 'none'}"


class ConflictReview(models.Model):
    """An officer's decision on a conflict the portal found by a name: the same person, or another one. With a reason."""

    declaration = models.OneToOneField(ConflictDeclaration, models.PROTECT, related_name="review")
    outcome = models.CharField(max_length=8, choices=ConflictOutcome)
    reason = models.TextField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(db_default=PortalNow(), editable=False)

    class Meta:
        verbose_name = _("review of a conflict")
        constraints = [models.CheckConstraint(name="conflict_review_reasoned", condition=~Q(reason=""))]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.declaration_id}: {self.outcome}"


class Assignment(models.Model):
    """One member reads one proposal. Locked: their scores stand and nobody changes them, except by consensus on record."""

    member = models.ForeignKey(PanelMember, models.PROTECT, related_name="assignments")
    proposal = models.ForeignKey(OpenedProposal, models.PROTECT, related_name="assignments")
    assigned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    assigned_at = models.DateTimeField(db_default=PortalNow(), editable=False)
    locked_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    ended_why = models.TextField(blank=True)

    class Meta:
        verbose_name = _("assignment")
        ordering = ["id"]
        indexes = [models.Index(fields=["proposal"], condition=Q(ended_at__isnull=True), name="assignment_readers")]
        constraints = [
            models.UniqueConstraint(
                fields=["member", "proposal"], condition=Q(ended_at__isnull=True), name="assignment_once"
            ),
            models.CheckConstraint(
                name="assignment_ended_whole",
                condition=Q(ended_at__isnull=True, ended_by__isnull=True, ended_why="")
                | (Q(ended_at__isnull=False, ended_by__isnull=False) & ~Q(ended_why="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} reads {self.proposal_id}"
