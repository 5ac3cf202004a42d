"""The register of past contracts, as the City publishes them: every row kept as given, revisions grouped into contracts.

The file's contract type is not the ordinance's term: imported contracts are "scope not determined" and outside every base.
"""

from __future__ import annotations

from datetime import date

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from procurement_portal.time.clock import PortalNow


class RegisterImport(models.Model):
    """One file taken in. Its rows are staged in batches and enter the register in one transaction at the end."""

    file_name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64, unique=True)
    started_at = models.DateTimeField(db_default=PortalNow(), editable=False)
    next_line = models.PositiveIntegerField(default=2)  # where a run that was ended goes on; line 1 is the header
    finished_at = models.DateTimeField(null=True)
    rows_read = models.PositiveIntegerField(default=0)
    rows_loaded = models.PositiveIntegerField(default=0)
    rows_unchanged = models.PositiveIntegerField(default=0)
    rows_rejected = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("register import")

    def __str__(self) -> str:
        return self.file_name


class RegisterVendor(models.Model):
    """A vendor by the City's own identifier, with every spelling of its name."""

    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=200)
    sort_name = models.GeneratedField(
        expression=models.Func("name", function="portal_fold"), output_field=models.TextField(), db_persist=True
    )
    key = models.CharField(max_length=200, db_index=True)  # the name without case, marks, legal form: for proposals
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="merged")

    class Meta:
        verbose_name = _("past vendor")
        constraints = [
            models.CheckConstraint(
                name="register_vendor_not_self", condition=Q(merged_into__isnull=True) | ~Q(merged_into=models.F("id"))
            )
        ]

    def __str__(self) -> str:
        return self.name


class VendorMerge(models.Model):
    """Two vendors that may be one. Proposed by the import, decided by a person, never made by itself."""

    class Decision(models.TextChoices):
        OPEN = "open", _("Open")
        MERGED = "merged", _("Merged")
        KEPT_APART = "kept_apart", _("Kept apart")

    one = models.ForeignKey(RegisterVendor, models.PROTECT, related_name="+")
    other = models.ForeignKey(RegisterVendor, models.PROTECT, related_name="+")
    ground = models.CharField(max_length=200)
    decision = models.CharField(max_length=12, choices=Decision, default=Decision.OPEN)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey("people.User", models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("proposed vendor merge")
        constraints = [
            models.UniqueConstraint(fields=["one", "other"], name="register_merge_once"),
            models.CheckConstraint(name="register_merge_order", condition=Q(one__lt=models.F("other"))),
            models.CheckConstraint(
                name="register_merge_decided",
                condition=Q(decision="open", decided_at__isnull=True, decided_by__isnull=True)
                | (~Q(decision="open") & Q(decided_at__isnull=False, decided_by__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.one} = {self.other}?"


class RegisterContract(models.Model):
    """A past contract: its revisions summed. `total` may be negative or zero, as the file has it."""

    number = models.CharField(max_length=20, unique=True)
    description = models.CharField(max_length=300)
    specification = models.CharField(max_length=20, blank=True)
    contract_type = models.CharField(max_length=60, blank=True)  # the file's own word, not the ordinance's
    procurement_type = models.CharField(max_length=40, blank=True)
    department = models.CharField(max_length=100, blank=True)
    vendor = models.ForeignKey(RegisterVendor, models.PROTECT, related_name="contracts")
    vendor_name = models.CharField(max_length=200)
    starts_on = models.DateField(null=True)
    ends_on = models.DateField(null=True)
    first_approved_on = models.DateField(null=True)
    last_approved_on = models.DateField(null=True)
    # What lists are ordered by: rows without an approval fall back to their start, then to the end of the list.
    sort_on = models.GeneratedField(
        expression=Coalesce("last_approved_on", "starts_on", Value(date(1900, 1, 1), models.DateField())),
        output_field=models.DateField(),
        db_persist=True,
    )
    revisions = models.PositiveIntegerField()
    total = models.DecimalField(max_digits=15, decimal_places=2)
    search = models.GeneratedField(
        expression=SearchVector(
            "number", "description", "vendor_name", "department", "specification", config="english"
        ),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    class Meta:
        verbose_name = _("past contract")
        indexes = [
            GinIndex(fields=["search"], name="register_search"),
            models.Index(fields=["-sort_on", "-id"], name="register_recent"),
            models.Index(fields=["-total", "-id"], name="register_total"),
            models.Index(fields=["department", "-sort_on"], name="register_department"),
            models.Index(fields=["contract_type", "-sort_on"], name="register_type"),
        ]

    def __str__(self) -> str:
        return self.number


class RegisterRow(models.Model):
    """One row of the file as it was: a contract number with one revision."""

    taken = models.ForeignKey(RegisterImport, models.PROTECT, related_name="rows")
    line = models.PositiveIntegerField()
    staged = models.BooleanField(default=True)  # not yet part of the register
    number = models.CharField(max_length=20)
    revision = models.CharField(max_length=20)
    description = models.CharField(max_length=300, blank=True)
    specification = models.CharField(max_length=20, blank=True)
    contract_type = models.CharField(max_length=60, blank=True)
    starts_on = models.DateField(null=True)
    ends_on = models.DateField(null=True)
    approved_on = models.DateField(null=True)
    department = models.CharField(max_length=100, blank=True)
    vendor_name = models.CharField(max_length=200)
    vendor_code = models.CharField(max_length=20)
    city = models.CharField(max_length=60, blank=True)
    state = models.CharField(max_length=20, blank=True)
    postal_code = models.CharField(max_length=12, blank=True)
    amount = models.DecimalField(max_digits=15, decimal_places=2)
    procurement_type = models.CharField(max_length=40, blank=True)
    document_url = models.CharField(max_length=500, blank=True)
    fingerprint = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("past contract row")
        constraints = [
            models.UniqueConstraint(fields=["number", "revision"], condition=Q(staged=False), name="register_row_once"),
            models.UniqueConstraint(fields=["taken", "line"], name="register_row_line"),
        ]
        indexes = [models.Index(fields=["number"], condition=Q(staged=False), name="register_row_number")]

    def __str__(self) -> str:
        return f"{self.number} revision {self.revision}"
