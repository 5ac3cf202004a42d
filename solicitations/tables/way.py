"""The figure "executed before start" as tables: each department's line, and the contracts behind it."""

from __future__ import annotations

from django.utils.translation import gettext as _gettext
from django.utils.translation import gettext_lazy as _

from procurement_portal.web.tables import Column, Table
from solicitations.models.contract import Contract


class ExecutedTable(Table):
    """One line a department; the share is the second number out of the first."""

    department = Column(_("Department"), "department.name", head=True)
    base = Column(_("Terms begun"), kind="number")
    before = Column(_("Executed before start"), kind="number")
    late = Column(_("Executed after start"), kind="number")
    unsigned = Column(_("Not executed yet"), kind="number")
    share = Column(_("Share"), kind="percent")
    imported = Column(_("Taken in from elsewhere"), kind="number")


def _outcome(row: Contract) -> str:
    executed_on = row.executed_on  # type: ignore[attr-defined]
    if executed_on is None:
        return _gettext("not executed yet")
    return _gettext("before start") if executed_on <= row.starts_on else _gettext("after start")


class BehindTable(Table):
    """One line a contract of the base."""

    number = Column(_("Contract"), head=True)
    department = Column(_("Department"), "department.name")
    starts_on = Column(_("First day of the term"), kind="day")
    executed_on = Column(_("Last signature"), kind="day")
    outcome = Column(_("Executed"), _outcome, kind="text")
