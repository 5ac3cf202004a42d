"""The register of past contracts, for staff and public alike: imported rows only, outside every base."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime

from django.contrib.postgres.search import SearchQuery
from django.db import connection
from django.db.models import QuerySet

from procurement_portal.people.actor import Actor
from procurement_portal.web.kept import once_a_language
from solicitations.models.register import RegisterContract, RegisterImport, RegisterRow, RegisterVendor, VendorMerge

ROW_FIELDS = (
    "id", "number", "description", "department", "vendor_id", "vendor_name", "contract_type", "procurement_type",
    "last_approved_on", "sort_on", "starts_on", "ends_on", "revisions", "total",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class RegisterSearch:
    """Cleaned filters of the register."""

    text: str = ""
    department: str = ""
    contract_type: str = ""
    vendor: int | None = None
    year: int | None = None

    @property
    def chosen(self) -> int:
        """How many filters besides the words are set."""
        return sum(1 for f in fields(self) if f.name != "text" and getattr(self, f.name))


def contracts(actor: Actor, search: RegisterSearch) -> QuerySet[RegisterContract]:
    """Past contracts that match; the public register has no secrets, every actor sees the same."""
    rows = RegisterContract.objects.only(*ROW_FIELDS)
    if search.text:
        rows = rows.filter(search=SearchQuery(search.text, search_type="websearch", config="english"))
    if search.department:
        rows = rows.filter(department=search.department)
    if search.contract_type:
        rows = rows.filter(contract_type=search.contract_type)
    if search.vendor:
        vendor = RegisterVendor.objects.filter(pk=search.vendor).values_list("pk", "merged_into").first()
        merged = RegisterVendor.objects.filter(merged_into=search.vendor).values_list("pk", flat=True)
        rows = rows.filter(vendor_id__in=[pk for pk in (vendor or ()) if pk] + list(merged))
    if search.year:
        rows = rows.filter(last_approved_on__year=search.year)
    return rows


def contract_rows(contract: RegisterContract) -> QuerySet[RegisterRow]:
    """Every row of the file for one contract, in the order of its revisions as far as they are numbers."""
    return RegisterRow.objects.filter(number=contract.number, staged=False).order_by("approved_on", "line")


def last_import(actor: Actor) -> RegisterImport | None:
    """The file taken in last; None before the first. The register changes with an import and never between two."""
    return RegisterImport.objects.filter(finished_at__isnull=False).order_by("-finished_at").first()


def outside_every_base(actor: Actor, last: RegisterImport | None) -> int:
    """How many contracts of the register have no determined scope and so stand outside every base: all of them.

    `last` is the file taken in last (`last_import`). Counted once after each file, not once a page: the file's contract type
    is not the ordinance's term, and nothing but an import changes the register.
    """
    return _counted(last.pk, last.finished_at) if last else 0


@once_a_language(2)
def _counted(import_id: int, finished_at: datetime | None) -> int:
    return RegisterContract.objects.count()


def open_merges(actor: Actor) -> QuerySet[VendorMerge]:
    """Proposed vendor merges nobody decided yet, for whoever may decide them."""
    if not actor.can("register.import"):
        return VendorMerge.objects.none()
    return (
        VendorMerge.objects.filter(decision=VendorMerge.Decision.OPEN)
        .select_related("one", "other")
        .order_by("one__sort_name", "pk")
    )


# A plain DISTINCT reads the whole table; this walks the index from value to value.
_WALK = """
WITH RECURSIVE walk(value) AS (
    (SELECT COLUMN FROM solicitations_registercontract WHERE COLUMN <> '' ORDER BY COLUMN LIMIT 1)
    UNION ALL
    SELECT (SELECT COLUMN FROM solicitations_registercontract WHERE COLUMN > walk.value ORDER BY COLUMN LIMIT 1)
    FROM walk WHERE walk.value IS NOT NULL
) SELECT value FROM walk WHERE value IS NOT NULL
"""


def choices(column: str) -> list[str]:
    """The distinct values of `department` or `contract_type`, by an index skip: constant time however many rows.

    Raises ValueError for any other column.
    """
    if column not in ("department", "contract_type"):
        raise ValueError(column)
    sql = _WALK.replace("COLUMN", column)
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return [row[0] for row in cursor.fetchall()]
