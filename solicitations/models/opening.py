"""Opening: the act of two officers, what was received, and the readable answers it wrote.

Before opening, a proposal is ciphertext and staff do not learn that it exists. Opening copies the version submitted last
into these tables; they only grow, so what evaluators read is what was submitted. Files are not copied: a stored file never
changes, and `OpenedFile` names it by hash.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from procurement_portal.history.models import append_only
from procurement_portal.time.clock import PortalNow
from solicitations.states import EnvelopeKind, Marking, QuestionKind


class Opening(models.Model):
    """One opening of one solicitation: a first officer asks, a second one opens. `received` counts proposals in time."""

    solicitation = models.OneToOneField("solicitations.Solicitation", models.PROTECT, related_name="opening")
    envelope = models.CharField(
        max_length=12, choices=[(k.value, k.value) for k in EnvelopeKind], default=EnvelopeKind.WHOLE
    )
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(db_default=PortalNow(), editable=False)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    opened_at = models.DateTimeField(null=True)
    received = models.PositiveIntegerField(null=True)
    digest = models.CharField(max_length=64, blank=True)  # SHA-256 over the list of what was received

    class Meta:
        verbose_name = _("opening")
        constraints = [
            models.CheckConstraint(
                name="opening_two_officers", condition=Q(opened_by__isnull=True) | ~Q(opened_by=F("asked_by"))
            ),
            models.CheckConstraint(
                name="opening_whole",
                condition=Q(opened_at__isnull=True, opened_by__isnull=True, received__isnull=True, digest="")
                | (Q(opened_at__isnull=False, opened_by__isnull=False, received__isnull=False) & ~Q(digest="")),
            ),
        ]

    def __str__(self) -> str:
        return f"Opening of {self.solicitation_id}"


class OpenedProposal(models.Model):
    """One proposal as it was opened: whose, received when, in which submitted version. `position` is the order of receipt."""

    opening = models.ForeignKey(Opening, models.PROTECT, related_name="proposals")
    solicitation = models.ForeignKey("solicitations.Solicitation", models.PROTECT, related_name="opened_proposals")
    submission = models.OneToOneField("solicitations.Submission", models.PROTECT, related_name="opened")
    organization = models.ForeignKey("people.Organization", models.PROTECT, related_name="opened_proposals")
    position = models.PositiveIntegerField()
    version = models.PositiveIntegerField()  # the number of the submitted version
    received_at = models.DateTimeField()
    sha256 = models.CharField(max_length=64)  # of the submitted version's canonical JSON
    amount = models.DecimalField(_("amount asked for"), max_digits=14, decimal_places=2, null=True)
    areas = models.JSONField(default=list)  # numbers of the community areas the organization serves, at opening
    partners = models.JSONField(default=list)  # [{"organization": id, "name": "…", "role": "…", "share": "…"}]

    class Meta:
        verbose_name = _("opened proposal")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["opening", "position"], name="opened_proposal_position"),
            models.UniqueConstraint(fields=["solicitation", "organization"], name="opened_proposal_once"),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.organization} for {self.solicitation_id}"


class OpenedPart(models.Model):
    """One answer, partner's part or paper as it was submitted. `criterion` is what a scored answer is scored by."""

    proposal = models.ForeignKey(OpenedProposal, models.PROTECT, related_name="parts")
    position = models.PositiveIntegerField()
    part = models.CharField(max_length=120)  # the part's name in the receipt
    title = models.TextField()
    kind = models.CharField(max_length=10, choices=QuestionKind, blank=True)  # empty for partners and papers
    marking = models.CharField(max_length=12, choices=Marking, blank=True)
    question = models.ForeignKey("solicitations.Question", models.PROTECT, null=True, related_name="+")
    criterion = models.ForeignKey("solicitations.Criterion", models.PROTECT, null=True, related_name="+")
    value = models.JSONField(null=True)
    lines = models.JSONField(default=list)  # of a budget, as submitted
    confirmed = models.BooleanField(default=True)  # false: an addendum touched the question and nobody confirmed

    class Meta:
        verbose_name = _("opened answer")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["proposal", "position"], name="opened_part_position"),
            models.UniqueConstraint(fields=["proposal", "part"], name="opened_part_once"),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.part} of {self.proposal_id}"


class OpenedFile(models.Model):
    """A file of an opened answer, by hash."""

    part = models.ForeignKey(OpenedPart, models.PROTECT, related_name="files")
    file = models.ForeignKey("documents.File", models.PROTECT, related_name="+")
    name = models.CharField(max_length=255)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("opened file")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["part", "file"], name="opened_file_once")]
        triggers = append_only()

    def __str__(self) -> str:
        return f"file {self.file_id} of {self.part_id}"


class ResponsivenessFinding(models.Model):
    """Whether a proposal is responsive, found by an officer with a reason; the newest row counts, all rows stay."""

    proposal = models.ForeignKey(OpenedProposal, models.PROTECT, related_name="findings")
    responsive = models.BooleanField()
    reason = models.TextField()
    found_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    found_at = models.DateTimeField(db_default=PortalNow(), editable=False)

    class Meta:
        verbose_name = _("finding of responsiveness")
        ordering = ["-id"]
        constraints = [models.CheckConstraint(name="responsiveness_reasoned", condition=~Q(reason=""))]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.proposal_id}: {'responsive' if self.responsive else 'not responsive'}"
