"""What an organization hands in for a solicitation: one working copy, its submitted versions, and what came too late.

Everything an organization writes is ciphertext from the first save. The rows here say who may open what and when it was
saved; they hold no word, number or file name of an answer. The lead organization is the submission's own; others stand in
`partner.py`.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from procurement_portal.history.models import append_only
from procurement_portal.time.clock import PortalNow
from solicitations.states import EnvelopeKind, LateAct, SubmissionKind, SubmissionStatus


class Submission(models.Model):
    """A proposal or bid of one organization for one solicitation: the working copy and its state.

    `content_version` counts every change of the working copy; `submitted_content` is what it was when last submitted, so
    that "changed since you submitted" needs no opening. `number` counts submitted versions.
    """

    solicitation = models.ForeignKey("solicitations.Solicitation", models.PROTECT, related_name="submissions")
    organization = models.ForeignKey("people.Organization", models.PROTECT, related_name="submissions")
    kind = models.CharField(max_length=12, choices=SubmissionKind)
    status = models.CharField(
        max_length=12, choices=[(s.value, s.value) for s in SubmissionStatus], default=SubmissionStatus.DRAFT
    )
    data_key = models.OneToOneField("vault.DataKey", models.PROTECT, related_name="+")
    content_version = models.PositiveIntegerField(default=0)
    number = models.PositiveIntegerField(default=0)
    submitted_content = models.PositiveIntegerField(null=True)
    submitted_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(db_default=PortalNow(), editable=False)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(db_default=PortalNow())

    class Meta:
        verbose_name = _("proposal")
        verbose_name_plural = _("proposals")
        indexes = [models.Index(fields=["organization", "-changed_at"], name="submission_of_organization")]
        constraints = [
            # One working copy per organization and solicitation, for ever: withdrawn is taken up again, not begun anew.
            models.UniqueConstraint(fields=["solicitation", "organization"], name="submission_once"),
            models.CheckConstraint(
                name="submission_submitted_pair",
                condition=Q(number=0, submitted_at__isnull=True, submitted_content__isnull=True)
                | Q(number__gt=0, submitted_at__isnull=False, submitted_content__isnull=False),
            ),
            models.CheckConstraint(
                name="submission_status_needs_version",
                condition=Q(status__in=[SubmissionStatus.DRAFT, SubmissionStatus.LATE]) | Q(number__gt=0),
            ),
            models.CheckConstraint(
                name="submission_content_grows",
                condition=Q(submitted_content__isnull=True) | Q(submitted_content__lte=F("content_version")),
            ),
        ]

    def __str__(self) -> str:
        # Neutral on purpose: history keeps this text, and staff must not learn of a proposal before opening.
        return f"Proposal {self.pk}"

    def place(self, what: str) -> str:
        """What a sealing of this submission is bound to besides the key's own context, such as "question:…|1"."""
        return f"solicitation:{self.solicitation_id}|organization:{self.organization_id}|submission:{self.pk}|{what}"

    @property
    def scope(self) -> tuple[str, str]:
        """The record a role may be given for alone."""
        return ("solicitations.submission", str(self.pk))

    @property
    def scopes(self) -> tuple[tuple[str, str], ...]:
        """What a role that reaches this proposal may be limited to: the proposal itself, or the department that asks."""
        return (self.scope, ("people.department", str(self.solicitation.department_id)))

    @property
    def changed_since_submitted(self) -> bool:
        """Whether the working copy differs from what stands as submitted."""
        return self.submitted_content is not None and self.content_version > self.submitted_content


class Envelope(models.Model):
    """A part of a submission that is opened by itself: everything at once, or the price after the technical answer."""

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="envelopes")
    kind = models.CharField(max_length=12, choices=[(k.value, k.value) for k in EnvelopeKind])
    opened_at = models.DateTimeField(null=True)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("envelope")
        constraints = [
            models.UniqueConstraint(fields=["submission", "kind"], name="envelope_once"),
            models.CheckConstraint(
                name="envelope_opened_pair",
                condition=Q(opened_at__isnull=True, opened_by__isnull=True)
                | Q(opened_at__isnull=False, opened_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} envelope of {self.submission}"


class AdvanceConsent(models.Model):
    """The consent to submit the last complete version at the deadline, given in advance by an authorized signatory.

    `attestation` and the name typed are ciphertext. `used_at` says that the portal submitted under it.
    """

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="advance_consents")
    attestation = models.BinaryField()
    given_at = models.DateTimeField(db_default=PortalNow(), editable=False)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    used_at = models.DateTimeField(null=True)
    # The last complete version since the consent: ciphertext of the whole submission and when it became complete.
    snapshot = models.BinaryField(null=True)
    snapshot_at = models.DateTimeField(null=True)
    snapshot_content = models.PositiveIntegerField(null=True)

    class Meta:
        verbose_name = _("consent given in advance")
        constraints = [
            models.UniqueConstraint(
                fields=["submission"],
                condition=Q(revoked_at__isnull=True, used_at__isnull=True),
                name="advance_consent_one_open",
            ),
            models.CheckConstraint(
                name="advance_consent_revoked_pair",
                condition=Q(revoked_at__isnull=True, revoked_by__isnull=True)
                | Q(revoked_at__isnull=False, revoked_by__isnull=False),
            ),
            models.CheckConstraint(
                name="advance_consent_revoked_or_used",
                condition=Q(revoked_at__isnull=True) | Q(used_at__isnull=True),
            ),
            models.CheckConstraint(
                name="advance_consent_snapshot_whole",
                condition=Q(snapshot__isnull=True, snapshot_at__isnull=True, snapshot_content__isnull=True)
                | Q(snapshot__isnull=False, snapshot_at__isnull=False, snapshot_content__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"Consent in advance {self.pk}"


class LateEvidence(models.Model):
    """What arrived after the deadline: refused, and kept as evidence with both instants of the database's clock."""

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="late_evidence")
    question = models.ForeignKey("solicitations.Question", models.PROTECT, null=True, related_name="+")
    act = models.CharField(max_length=12, choices=[(a.value, a.value) for a in LateAct])
    ciphertext = models.BinaryField()
    due_at = models.DateTimeField()
    received_at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("late evidence")
        constraints = [
            models.CheckConstraint(name="late_evidence_is_late", condition=Q(received_at__gt=F("due_at"))),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"Late {self.act} {self.pk}"
