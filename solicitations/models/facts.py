"""What belongs to a solicitation in several rows: areas, funding, lots, papers asked for."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from solicitations.states import FundingSource


class ServiceArea(models.Model):
    """One of Chicago's 77 community areas that the services go to. No row at all: the whole jurisdiction."""

    solicitation = models.ForeignKey("solicitations.Solicitation", models.CASCADE, related_name="areas")
    area = models.PositiveSmallIntegerField(_("community area"))

    class Meta:
        verbose_name = _("service area")
        ordering = ["area"]
        indexes = [models.Index(fields=["area", "solicitation"], name="solicitations_area")]
        constraints = [
            models.UniqueConstraint(fields=["solicitation", "area"], name="solicitations_area_once"),
            models.CheckConstraint(name="solicitations_area_known", condition=Q(area__gte=1, area__lte=77)),
        ]

    def __str__(self) -> str:
        return str(self.area)


class FundingShare(models.Model):
    """A source's share of the whole, as a fraction of 1. Shares of a published solicitation sum to exactly 1."""

    solicitation = models.ForeignKey("solicitations.Solicitation", models.CASCADE, related_name="funding")
    source = models.CharField(_("source"), max_length=10, choices=FundingSource)
    program = models.CharField(_("grant or fund"), max_length=200, blank=True)
    fraction = models.DecimalField(_("share"), max_digits=7, decimal_places=6)

    class Meta:
        verbose_name = _("funding share")
        ordering = ["-fraction", "id"]
        constraints = [
            models.UniqueConstraint(fields=["solicitation", "source", "program"], name="solicitations_funding_once"),
            models.CheckConstraint(name="solicitations_funding_share", condition=Q(fraction__gt=0, fraction__lte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.get_source_display()} {self.fraction}"


class Lot(models.Model):
    """A part that is awarded by itself."""

    solicitation = models.ForeignKey("solicitations.Solicitation", models.CASCADE, related_name="lots")
    position = models.PositiveSmallIntegerField()
    title = models.CharField(_("title"), max_length=200)
    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=2, null=True)

    class Meta:
        verbose_name = _("lot")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["solicitation", "position"],
                deferrable=models.Deferrable.DEFERRED,
                name="solicitations_lot_position",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class RequiredDocument(models.Model):
    """A paper a proposer hands in from its vault. `kind` is a word of `documents/kinds.py`.

    `coverages` says of insurance which coverages with which limits: {"coverage": word, "limit_cents": least for each
    occurrence}; empty: a certificate of any coverage.
    """

    class Needed(models.TextChoices):
        WITH_ANSWER = "with_answer", _("With the answer")
        BEFORE_AWARD = "before_award", _("Before an award")

    solicitation = models.ForeignKey("solicitations.Solicitation", models.CASCADE, related_name="documents")
    kind = models.CharField(_("document"), max_length=40)
    needed = models.CharField(_("when"), max_length=16, choices=Needed, default=Needed.WITH_ANSWER)
    note = models.CharField(_("note"), max_length=300, blank=True)
    coverages = models.JSONField(_("coverages"), default=list, blank=True)

    class Meta:
        verbose_name = _("required document")
        ordering = ["needed", "kind"]
        constraints = [
            models.UniqueConstraint(fields=["solicitation", "kind"], name="solicitations_document_once"),
            models.CheckConstraint(
                name="solicitations_coverages_of_insurance", condition=Q(coverages=[]) | Q(kind="insurance")
            ),
        ]

    def __str__(self) -> str:
        return self.kind
