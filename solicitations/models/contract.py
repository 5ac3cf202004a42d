"""Contracts with their participants and amendments as rows. The way to signature is in `execution.py`; money comes later."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from procurement_portal.time.clock import PortalNow
from solicitations.states import AmendmentKind, AmendmentState, ContractState, ParticipantPart


class Contract(models.Model):
    """One contract. Its present amount and end are the original ones and the signed amendments together.

    `terms` is what the parties agreed (scope, budget lines in cents, award), frozen when the contract was made.
    `renewals_left` options of `renewal_months` each remain; a signed renewal takes one.
    """

    number = models.CharField(_("number"), max_length=60, unique=True)
    title = models.CharField(_("title"), max_length=300)
    department = models.ForeignKey("people.Department", models.PROTECT, related_name="contracts")
    solicitation = models.ForeignKey("solicitations.Solicitation", models.PROTECT, null=True, related_name="contracts")
    lot = models.ForeignKey("solicitations.Lot", models.PROTECT, null=True, related_name="contracts")
    award = models.OneToOneField("solicitations.Award", models.PROTECT, null=True, related_name="contract")
    status = models.CharField(
        max_length=12, choices=[(s.value, s.value) for s in ContractState], default=ContractState.DRAFT
    )
    original_amount = models.DecimalField(_("amount as signed"), max_digits=14, decimal_places=2)
    starts_on = models.DateField(_("starts"), null=True)
    ends_on = models.DateField(_("ends as signed"), null=True)
    areas = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)
    terms = models.JSONField(default=dict, blank=True)
    renewals_left = models.PositiveSmallIntegerField(_("renewals left"), default=0)
    renewal_months = models.PositiveSmallIntegerField(_("months of each renewal"), null=True)
    signed_at = models.DateTimeField(null=True)  # executed: the last signature
    scope_trace = models.ForeignKey("solicitations.Trace", models.PROTECT, null=True, related_name="+")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )  # none: an import
    made_at = models.DateTimeField(db_default=PortalNow(), editable=False)
    lock = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("contract")
        indexes = [
            models.Index(fields=["department", "status", "-made_at"], name="contract_of_department"),
            models.Index(fields=["status", "-signed_at"], name="contract_signed"),
            models.Index(fields=["status", "ends_on"], name="contract_ending"),
        ]
        constraints = [
            models.CheckConstraint(name="solicitations_contract_amount", condition=Q(original_amount__gte=0)),
            models.CheckConstraint(
                name="solicitations_contract_term",
                condition=Q(starts_on__isnull=True) | Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
            ),
            models.CheckConstraint(
                name="solicitations_contract_signed_pair",
                condition=Q(status__in=[ContractState.DRAFT, ContractState.IN_SIGNATURE, ContractState.ABANDONED])
                | Q(signed_at__isnull=False, starts_on__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def scope(self) -> tuple[str, str]:
        """The record a role may be given for alone."""
        return ("solicitations.contract", str(self.pk))

    @property
    def scopes(self) -> tuple[tuple[str, str], ...]:
        """What a role that reaches this contract may be limited to: the contract itself, or the department it is with."""
        return (self.scope, ("people.department", str(self.department_id)))


class ContractSeries(models.Model):
    """The last number of a department's contracts in a fiscal year. Locked while the next one is taken."""

    department = models.ForeignKey("people.Department", models.PROTECT, related_name="contract_series")
    fiscal_year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("series of contract numbers")
        constraints = [models.UniqueConstraint(fields=["department", "fiscal_year"], name="contract_series_once")]

    def __str__(self) -> str:
        return f"{self.department} {self.fiscal_year}"


class ContractParticipant(models.Model):
    """An organization's part in a contract; `share_percent` is its part of the amount where one is agreed."""

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="participants")
    organization = models.ForeignKey("people.Organization", models.PROTECT, related_name="contract_parts")
    part = models.CharField(_("part"), max_length=16, choices=ParticipantPart)
    share_percent = models.DecimalField(max_digits=7, decimal_places=4, null=True)

    class Meta:
        verbose_name = _("contract participant")
        constraints = [
            models.UniqueConstraint(fields=["contract", "organization", "part"], name="solicitations_participant_once"),
            models.UniqueConstraint(
                fields=["contract"], condition=Q(part=ParticipantPart.PRIME), name="solicitations_one_prime"
            ),
            models.CheckConstraint(
                name="solicitations_participant_share",
                condition=Q(share_percent__isnull=True) | Q(share_percent__gt=0, share_percent__lte=100),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organization} in {self.contract}"


class Amendment(models.Model):
    """A change of a contract: by how much, until when, why; in force once both sides signed, by two people."""

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="amendments")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(_("kind"), max_length=10, choices=AmendmentKind)
    status = models.CharField(
        max_length=12, choices=[(s.value, s.value) for s in AmendmentState], default=AmendmentState.DRAFT
    )
    amount_change = models.DecimalField(_("change of the amount"), max_digits=14, decimal_places=2, default=0)
    new_ends_on = models.DateField(_("new end"), null=True)
    scope_change = models.TextField(_("changes of scope"), blank=True)
    reason = models.TextField(_("reason"))
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(db_default=PortalNow(), editable=False)
    signed_at = models.DateTimeField(null=True)
    signed_for_department_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    signed_for_organization_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("amendment")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["contract", "number"], name="solicitations_amendment_number"),
            models.CheckConstraint(name="solicitations_amendment_reasoned", condition=~Q(reason="")),
            models.CheckConstraint(
                name="solicitations_amendment_signed_whole",
                condition=Q(
                    signed_at__isnull=True,
                    signed_for_department_by__isnull=True,
                    signed_for_organization_by__isnull=True,
                )
                | Q(
                    signed_at__isnull=False,
                    signed_for_department_by__isnull=False,
                    signed_for_organization_by__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="solicitations_amendment_in_force_signed",
                condition=~Q(status=AmendmentState.SIGNED) | Q(signed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="solicitations_amendment_two_people",
                condition=~Q(signed_for_department_by=F("signed_for_organization_by")),
            ),
            models.CheckConstraint(
                name="solicitations_amendment_kind_facts",
                condition=(~Q(kind=AmendmentKind.AMOUNT) | ~Q(amount_change=0))
                & (~Q(kind__in=[AmendmentKind.TERM, AmendmentKind.RENEWAL]) | Q(new_ends_on__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contract_id} amendment {self.number}"
