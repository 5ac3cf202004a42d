"""Contracts as a table: on the department's page and as CSV."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from procurement_portal.web import words
from procurement_portal.web.tables import Column, Table
from solicitations.queries.contract import Line, figures
from solicitations.states import ContractState, ParticipantPart
from solicitations.workflow.contract import CONTRACT

if TYPE_CHECKING:
    from solicitations.models.contract import Contract


def _with(contract: Contract) -> str:
    return next((p.organization.name for p in contract.participants.all() if p.part == ParticipantPart.PRIME), "")


def _waits_at(contract: Any) -> str:
    """The desks or people it waits for."""
    return ", ".join(dict.fromkeys(str(s.desk or s.organization) for s in contract.waiting))


def _amount(contract: Any) -> Any:
    return figures(contract, contract.in_force).amount


def _ends(contract: Any) -> Any:
    return figures(contract, contract.in_force).ends_on


class ContractTable(Table):
    """The list of a department."""

    number = Column(_("Contract"), head=True, link=lambda c: reverse("solicitations:contract", args=[c.number]))
    title = Column(_("For"))
    organization = Column(_("With"), _with)
    state = Column(_("State"), lambda c: CONTRACT.public[ContractState(c.status)], kind="text")
    waits_at = Column(_("Waits at"), _waits_at)
    starts = Column(_("Starts"), "starts_on", kind="day")
    amount = Column(_("Present amount"), _amount, kind="money")
    empty_text = _("No contract matches. Contracts begin with an award whose scope and budget are agreed.")


class ContractFile(ContractTable):
    """The same with every column, for downloads."""

    ends = Column(_("Ends"), _ends, kind="day")
    department = Column(_("Department"), "department.name")
    solicitation = Column(_("Solicitation"), lambda c: c.solicitation.number if c.solicitation else "")
    original = Column(_("Amount as signed"), "original_amount", kind="money")
    executed = Column(_("Executed"), "signed_at", kind="instant")


def _line(line: Line) -> Any:
    if line.amendment is None:
        return _("As signed")
    return gettext("Amendment %(number)s: %(kind)s") % {
        "number": line.amendment.number,
        "kind": line.amendment.get_kind_display(),
    }


def _change(line: Line) -> str:
    return words.money(line.change, gettext("less")) if line.amendment is not None else words.NONE


class _Amount(Column):
    """Text that is an amount: it stands right like one."""

    @property
    def numeric(self) -> bool:
        return True


class FiguresTable(Table):
    """The arithmetic of a contract, line by line."""

    what = Column(_("What"), _line, kind="text", head=True)
    change = _Amount(_("Change"), _change, kind="text")
    amount = Column(_("Amount"), kind="money")
    ends = Column(_("Ends"), "ends_on", kind="day")


class BudgetTable(Table):
    """The agreed budget; its total is the amount."""

    label = Column(_("Line"), head=True)
    why = Column(_("For"))
    amount = Column(_("Amount"), kind="money")
    empty_text = _("No budget lines were agreed.")
