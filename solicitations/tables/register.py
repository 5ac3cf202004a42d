"""The register of past contracts as a table: on the page, as CSV, as XLSX."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import quote

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from procurement_portal.web.kept import once_a_language
from procurement_portal.web.tables import Column, Table

if TYPE_CHECKING:
    from solicitations.models.register import RegisterContract


# Two addresses a row: worked out once, not once a row.
@once_a_language(10)
def _register() -> str:
    return reverse("solicitations:register")


@once_a_language(10)
def _around_number() -> tuple[str, str]:
    before, _number, after = reverse("solicitations:register_contract", args=["0"]).rpartition("0")
    return before, after


def _contract(contract: RegisterContract) -> str:
    before, after = _around_number()
    return f"{before}{quote(contract.number, safe='')}{after}"


class RegisterTable(Table):
    """Past contracts on the page: what fits without crowding."""

    number = Column(_("Contract"), head=True, link=_contract)
    description = Column(_("What for"))
    vendor = Column(
        _("Vendor, as the file names it"),
        "vendor_name",
        link=lambda c: f"{_register()}?vendor={c.vendor_id}",
    )
    department = Column(_("Department"))
    approved = Column(_("Last approved"), "last_approved_on", kind="day", sort="sort_on")
    total = Column(_("Sum of all rows"), kind="money", sort="total")
    empty_text = _("No past contract matches. Try fewer words or fewer filters.")


class RegisterFile(RegisterTable):
    """The same with every column, for downloads."""

    contract_type = Column(_("Type, in the file's words"))
    procurement_type = Column(_("Procurement type"))
    starts = Column(_("Starts"), "starts_on", kind="day")
    ends = Column(_("Ends"), "ends_on", kind="day")
    revisions = Column(_("Rows"), kind="number")
    scope = Column(_("Participation scope"), lambda contract: gettext("Not determined"), kind="text")

    def __init__(self, rows: Iterable[RegisterContract], *, caption: str | Promise, outside: int) -> None:
        """`outside`: how many contracts of the whole register stand outside every base, said on the last line."""
        super().__init__(rows, caption=caption)
        self.closing_line = outside_words(outside)


def outside_words(outside: int) -> str:
    """That this many contracts stand outside every base, in a sentence."""
    return ngettext(
        "%(n)s contract in this register: scope not determined, outside every base of the participation program.",
        "%(n)s contracts in this register: scope not determined, outside every base of the participation program.",
        outside,
    ) % {"n": f"{outside:,}"}


class RevisionTable(Table):
    """The rows of the file behind one past contract."""

    revision = Column(_("Revision"), head=True)
    description = Column(_("What for"))
    approved = Column(_("Approved"), "approved_on", kind="day")
    starts = Column(_("Starts"), "starts_on", kind="day")
    ends = Column(_("Ends"), "ends_on", kind="day")
    amount = Column(_("Amount of this row"), kind="money")
