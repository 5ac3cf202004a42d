"""The way of a contract to execution: steps at desks, the paper that is signed, signatures in their order."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from procurement_portal.history.models import append_only
from procurement_portal.time.clock import PortalNow
from solicitations.models.contract import Amendment, Contract
from solicitations.states import ContractStepKind, Side, StepOutcome


class ContractStep(models.Model):
    """One step on the way to execution, of a contract or of one of its amendments.

    Held by a desk or by the organization. `after` names the steps it waits for; what waits for nothing is open at once, side
    by side. `service_days` are business days, promised when the step was made. Days are counted from `opened_at`, which a
    return never moves.
    """

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="steps")
    amendment = models.ForeignKey(Amendment, models.PROTECT, null=True, related_name="steps")
    kind = models.CharField(max_length=16, choices=ContractStepKind)
    position = models.PositiveSmallIntegerField()
    after = ArrayField(models.CharField(max_length=16, choices=ContractStepKind), default=list, blank=True)
    desk = models.ForeignKey("people.Desk", models.PROTECT, null=True, related_name="+")
    organization = models.ForeignKey("people.Organization", models.PROTECT, null=True, related_name="+")
    service_days = models.PositiveSmallIntegerField()
    opened_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=12, choices=StepOutcome, blank=True)
    why = models.TextField(blank=True)
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("step to execution")
        ordering = ["position"]
        indexes = [
            models.Index(fields=["kind", "done_at"], condition=Q(done_at__isnull=False), name="contract_step_done"),
            models.Index(fields=["desk"], condition=Q(done_at__isnull=True), name="contract_step_waiting"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["contract", "amendment", "kind"], nulls_distinct=False, name="contract_step_once"
            ),
            models.CheckConstraint(
                name="contract_step_one_holder",
                condition=Q(desk__isnull=False, organization__isnull=True)
                | Q(desk__isnull=True, organization__isnull=False),
            ),
            models.CheckConstraint(
                name="contract_step_done_whole",
                condition=Q(done_at__isnull=True, done_by__isnull=True, outcome="")
                | (Q(done_at__isnull=False, done_by__isnull=False, opened_at__isnull=False) & ~Q(outcome="")),
            ),
            models.CheckConstraint(
                name="contract_step_opened_pair",
                condition=Q(opened_at__isnull=True, due_at__isnull=True)
                | Q(opened_at__isnull=False, due_at__isnull=False),
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="days_never_restart",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                func="""
                    IF OLD.opened_at IS NOT NULL AND NEW.opened_at IS DISTINCT FROM OLD.opened_at THEN
                        RAISE EXCEPTION 'a step is opened once';
                    END IF;
                    IF OLD.done_at IS NOT NULL AND NEW.done_at IS DISTINCT FROM OLD.done_at
                            AND NOT (NEW.done_at IS NULL AND OLD.kind IN ('sign_org', 'sign_dept')) THEN
                        RAISE EXCEPTION 'a step that is done stays done';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.contract_id}"


class StepReturn(models.Model):
    """A step was sent back for something: to whom, why, and when it came again. The days go on counting meanwhile, apart."""

    step = models.ForeignKey(ContractStep, models.PROTECT, related_name="returns")
    to = models.CharField(_("to whom"), max_length=12, choices=Side, default=Side.ORGANIZATION)
    why = models.TextField()
    returned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    returned_at = models.DateTimeField(db_default=PortalNow(), editable=False)
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("return of a step")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["step"], condition=Q(answered_at__isnull=True), name="step_return_one_open"
            ),
            models.CheckConstraint(name="step_return_reasoned", condition=~Q(why="")),
            models.CheckConstraint(
                name="step_return_answered_pair",
                condition=Q(answered_at__isnull=True, answered_by__isnull=True)
                | Q(answered_at__isnull=False, answered_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"return of {self.step_id}"


class ContractPaper(models.Model):
    """The document that is signed: what it says, frozen, and its PDF. A new version voids the old one's signatures openly.

    `content_sha256` is over the canonical JSON of `content`, `sha256` over the PDF; signers sign both.
    """

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="papers")
    amendment = models.ForeignKey(Amendment, models.PROTECT, null=True, related_name="papers")
    number = models.PositiveSmallIntegerField()
    content = models.JSONField()
    content_sha256 = models.CharField(max_length=64)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(db_default=PortalNow(), editable=False)
    file = models.ForeignKey("documents.File", models.PROTECT, null=True, related_name="+")  # made in the background
    sha256 = models.CharField(max_length=64, blank=True)
    # The same with its page of signatures, made once both sides signed.
    signed_copy = models.ForeignKey("documents.File", models.PROTECT, null=True, related_name="+")
    voided_at = models.DateTimeField(null=True)
    voided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    voided_why = models.TextField(blank=True)

    class Meta:
        verbose_name = _("contract document")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["contract", "amendment", "number"], nulls_distinct=False, name="contract_paper_number"
            ),
            models.UniqueConstraint(
                fields=["contract", "amendment"],
                condition=Q(voided_at__isnull=True),
                nulls_distinct=False,
                name="contract_paper_one_standing",
            ),
            models.CheckConstraint(
                name="contract_paper_file_pair",
                condition=Q(file__isnull=True, sha256="") | (Q(file__isnull=False) & ~Q(sha256="")),
            ),
            models.CheckConstraint(
                name="contract_paper_voided_whole",
                condition=Q(voided_at__isnull=True, voided_by__isnull=True, voided_why="")
                | (Q(voided_at__isnull=False, voided_by__isnull=False) & ~Q(voided_why="")),
            ),
        ]
        triggers = [
            pgtrigger.ReadOnly(
                name="as_written", fields=["contract", "amendment", "number", "content", "content_sha256", "made_by"]
            ),
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="file_once",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                func="""
                    IF OLD.sha256 <> '' AND (NEW.sha256 <> OLD.sha256 OR NEW.file_id IS DISTINCT FROM OLD.file_id) THEN
                        RAISE EXCEPTION 'a document that can be signed does not change';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"Document {self.number} of {self.contract_id}"


class Signature(models.Model):
    """One signature: the name typed, the intent in words, the hashes signed, when, in which order. Never changed."""

    paper = models.ForeignKey(ContractPaper, models.PROTECT, related_name="signatures")
    order = models.PositiveSmallIntegerField()
    side = models.CharField(max_length=12, choices=Side)
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    typed_name = models.CharField(max_length=200)
    title = models.CharField(max_length=200, blank=True)
    intent = models.TextField()
    content_sha256 = models.CharField(max_length=64)
    sha256 = models.CharField(max_length=64)
    signed_at = models.DateTimeField(db_default=PortalNow(), editable=False)

    class Meta:
        verbose_name = _("signature")
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint(fields=["paper", "order"], name="signature_order"),
            models.UniqueConstraint(fields=["paper", "signed_by"], name="signature_two_people"),
            models.CheckConstraint(name="signature_whole", condition=~Q(typed_name="") & ~Q(intent="") & ~Q(sha256="")),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.typed_name} on {self.paper_id}"
