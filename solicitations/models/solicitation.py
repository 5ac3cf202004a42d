"""A solicitation: what a department asks for, under which terms, by when."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from procurement_portal.time.clock import PortalNow
from solicitations.states import (
    PUBLIC_STATES,
    AwardedBy,
    ContractKind,
    Method,
    ServiceCategory,
    SolicitationState,
    UnconfirmedRule,
)

if TYPE_CHECKING:
    from solicitations.models.protest import ProtestWindow

WAS_PUBLISHED = Q(published_at__isnull=False)
NEEDS_PUBLICATION = tuple(s for s in PUBLIC_STATES if s != SolicitationState.CANCELED)


class NumberSeries(models.Model):
    """The last number given in one department and fiscal year; locked while the next one is taken."""

    department = models.ForeignKey("people.Department", models.PROTECT, related_name="+")
    fiscal_year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "number series"
        constraints = [models.UniqueConstraint(fields=["department", "fiscal_year"], name="solicitations_series_once")]

    def __str__(self) -> str:
        return f"{self.department_id}-{self.fiscal_year}: {self.last}"


class Solicitation(models.Model):
    """One notice, from draft to award. `lock` grows with every change; `status` moves only through the workflow."""

    # What and who
    number = models.CharField(_("number"), max_length=40, unique=True)
    fiscal_year = models.PositiveSmallIntegerField(_("fiscal year"))
    title = models.CharField(_("title"), max_length=200)
    department = models.ForeignKey("people.Department", models.PROTECT, related_name="solicitations")
    method = models.CharField(_("method"), max_length=20, choices=Method, default=Method.RFP)
    service_category = models.CharField(_("service category"), max_length=30, choices=ServiceCategory)
    status = models.CharField(
        max_length=24, choices=[(s.value, s.value) for s in SolicitationState], default=SolicitationState.DRAFT
    )

    # Texts, in paragraphs
    summary = models.TextField(_("summary"), blank=True)
    purpose = models.TextField(_("purpose and background"), blank=True)
    services = models.TextField(_("services we want"), blank=True)
    eligibility = models.TextField(_("who may apply"), blank=True)

    # Facts the program scope depends on (MCC 2-92-420, 2019 proposal); null = not answered yet
    contract_kind = models.CharField(max_length=24, choices=ContractKind, default=ContractKind.CONTRACT)
    awarded_by = models.CharField(max_length=16, choices=AwardedBy, default=AwardedBy.DEPARTMENT)
    financial = models.BooleanField(null=True)
    social_services = models.BooleanField(null=True)
    targeted_community = models.BooleanField(null=True)
    pass_through = models.BooleanField(null=True)
    target_market = models.BooleanField(_("target market"), default=False)
    scope_trace = models.ForeignKey("solicitations.Trace", models.PROTECT, null=True, related_name="+")

    # Money, term (dollars; months)
    amount_total = models.DecimalField(_("amount for all awards"), max_digits=14, decimal_places=2, null=True)
    award_min = models.DecimalField(_("smallest award"), max_digits=14, decimal_places=2, null=True)
    award_max = models.DecimalField(_("largest award"), max_digits=14, decimal_places=2, null=True)
    awards_expected_min = models.PositiveSmallIntegerField(_("awards expected, at least"), null=True)
    awards_expected_max = models.PositiveSmallIntegerField(_("awards expected, at most"), null=True)
    estimate = models.DecimalField(
        _("estimate"), max_digits=14, decimal_places=2, null=True
    )  # fixed before advertising
    estimate_fixed_at = models.DateTimeField(null=True)
    term_months = models.PositiveSmallIntegerField(_("term in months"), null=True)
    renewals_count = models.PositiveSmallIntegerField(_("renewals"), default=0)
    renewal_months = models.PositiveSmallIntegerField(_("months of each renewal"), null=True)

    # How to answer
    languages = ArrayField(models.CharField(max_length=8), default=list)  # codes in which answers are accepted
    unconfirmed_rule = models.CharField(max_length=16, choices=UnconfirmedRule, default=UnconfirmedRule.MARK)

    # Schedule (instants in UTC; days of Chicago)
    conference_at = models.DateTimeField(_("pre-submittal conference"), null=True)
    conference_place = models.CharField(_("place of the conference"), max_length=200, blank=True)
    conference_link = models.URLField(_("link of the conference"), max_length=300, blank=True)
    questions_due_at = models.DateTimeField(_("questions due"), null=True)
    due_at = models.DateTimeField(_("answers due"), null=True)
    expected_start_on = models.DateField(_("expected start"), null=True)
    advertised_on = models.DateField(_("advertised on"), null=True)  # the day of publication in Chicago

    # Who did what
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField(db_default=PortalNow(), editable=False)
    review_requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    review_requested_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    canceled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    canceled_at = models.DateTimeField(null=True)
    canceled_why = models.TextField(blank=True)
    copied_from = models.ForeignKey("self", models.PROTECT, null=True, related_name="copies")
    lock = models.PositiveIntegerField(default=1)
    last_activity_at = models.DateTimeField(db_default=PortalNow(), editable=False)

    search = models.GeneratedField(
        expression=SearchVector("number", "title", weight="A", config="english")
        + SearchVector("summary", weight="B", config="english")
        + SearchVector("purpose", "services", "eligibility", weight="C", config="english"),
        output_field=SearchVectorField(),
        db_persist=True,
    )
    history = HistoricalRecords(excluded_fields=["search"])

    class Meta:
        verbose_name = _("solicitation")
        indexes = [
            GinIndex(fields=["search"], name="solicitations_search"),
            models.Index(fields=["status", "due_at", "id"], name="solicitations_due"),
            models.Index(fields=["status", "-published_at", "-id"], name="solicitations_newest"),
            models.Index(fields=["status", "service_category", "due_at"], name="solicitations_category"),
            models.Index(
                F("status"), F("amount_total").desc(nulls_last=True), F("id").desc(), name="solicitations_amount"
            ),
            # The same orders over every phase at once: what was ever published.
            models.Index(fields=["due_at", "id"], condition=WAS_PUBLISHED, name="solicitations_all_due"),
            models.Index(fields=["-published_at", "-id"], condition=WAS_PUBLISHED, name="solicitations_all_newest"),
            models.Index(
                F("amount_total").desc(nulls_last=True),
                F("id").desc(),
                condition=WAS_PUBLISHED,
                name="solicitations_all_amount",
            ),
            models.Index(fields=["department", "status", "due_at"], name="solicitations_department"),
            models.Index(fields=["-last_activity_at", "-id"], name="solicitations_activity"),
            models.Index(fields=["department", "-last_activity_at", "-id"], name="solicitations_desk"),
        ]
        constraints = [
            models.CheckConstraint(
                name="solicitations_state_known", condition=Q(status__in=[s.value for s in SolicitationState])
            ),
            models.CheckConstraint(
                name="solicitations_published_all_or_none",
                condition=Q(published_at__isnull=True, published_by__isnull=True, advertised_on__isnull=True)
                | Q(
                    published_at__isnull=False,
                    published_by__isnull=False,
                    advertised_on__isnull=False,
                    due_at__isnull=False,
                    questions_due_at__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="solicitations_public_was_published",
                condition=~Q(status__in=[s.value for s in NEEDS_PUBLICATION]) | Q(published_at__isnull=False),
            ),
            models.CheckConstraint(
                name="solicitations_maker_not_checker",
                condition=Q(published_by__isnull=True)
                | (~Q(published_by=F("drafted_by")) & ~Q(published_by=F("review_requested_by"))),
            ),
            models.CheckConstraint(
                name="solicitations_review_pair",
                condition=Q(review_requested_at__isnull=True, review_requested_by__isnull=True)
                | Q(review_requested_at__isnull=False, review_requested_by__isnull=False),
            ),
            # The facts are written in the same act just before the workflow changes the status.
            models.CheckConstraint(
                name="solicitations_canceled_together",
                condition=Q(canceled_at__isnull=True, canceled_by__isnull=True, canceled_why="")
                | (Q(canceled_at__isnull=False, canceled_by__isnull=False) & ~Q(canceled_why="")),
            ),
            models.CheckConstraint(
                name="solicitations_canceled_by_somebody",
                condition=~Q(status=SolicitationState.CANCELED) | Q(canceled_at__isnull=False),
            ),
            models.CheckConstraint(
                name="solicitations_estimate_pair",
                condition=Q(estimate__isnull=True, estimate_fixed_at__isnull=True) | Q(estimate__isnull=False),
            ),
            models.CheckConstraint(
                name="solicitations_award_order",
                condition=Q(award_min__isnull=True) | Q(award_max__isnull=True) | Q(award_min__lte=F("award_max")),
            ),
            models.CheckConstraint(
                name="solicitations_awards_order",
                condition=Q(awards_expected_min__isnull=True)
                | Q(awards_expected_max__isnull=True)
                | Q(awards_expected_min__lte=F("awards_expected_max")),
            ),
            models.CheckConstraint(
                name="solicitations_amounts_positive",
                condition=(Q(amount_total__isnull=True) | Q(amount_total__gt=0))
                & (Q(award_min__isnull=True) | Q(award_min__gte=0))
                & (Q(estimate__isnull=True) | Q(estimate__gt=0)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def state(self) -> SolicitationState:
        """The status as the word the workflow knows."""
        return SolicitationState(self.status)

    @property
    def protest_window(self) -> ProtestWindow | None:
        """The newest window for protests; None before an award was announced."""
        return self.protest_windows.order_by("-pk").first()

    @property
    def is_public(self) -> bool:
        """Whether the public may read it."""
        return self.published_at is not None
