"""Last year's terms of a contract, and the terms of the next one made from them with only the change put in. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from procurement_portal.law.calendar import months_after
from procurement_portal.law.money import exact, half_up, share
from solicitations.models.contract import Amendment, Contract
from solicitations.states import AmendmentKind

HALF_A_MONTH = 15


@dataclass(frozen=True)
class Term:
    """The last term of a contract: its days, its amount in dollars, its length in whole months."""

    starts_on: date | None
    ends_on: date | None
    amount: Decimal

    @property
    def months(self) -> int:
        """Whole months, half a month and more counted as one; at least one. 0 when a day is not known."""
        if self.starts_on is None or self.ends_on is None:
            return 0
        after = self.ends_on + timedelta(days=1)
        months = (after.year - self.starts_on.year) * 12 + after.month - self.starts_on.month
        return max(1, months + (after.day - self.starts_on.day + HALF_A_MONTH) // (2 * HALF_A_MONTH))


@dataclass(frozen=True)
class Terms:
    """What an amendment would change: the amount in dollars, the last day, the services."""

    amount_change: Decimal = Decimal(0)
    new_ends_on: date | None = None
    scope_change: str = ""


@dataclass(frozen=True)
class Change:
    """The one change put in for all contracts of a batch; percent or dollars on top of last year's amount, at most one of them."""

    kind: str
    months: int | None = None
    percent: Decimal | None = None
    dollars: Decimal | None = None
    scope: str = ""


def last_term(contract: Contract, in_force: list[Amendment]) -> Term:
    """The last term: as signed, or the last renewal; what was amended since then changes its amount and its last day."""
    term = Term(contract.starts_on, contract.ends_on, contract.original_amount)
    for amendment in sorted(in_force, key=lambda a: a.number):
        ends_on = amendment.new_ends_on or term.ends_on
        if amendment.kind == AmendmentKind.RENEWAL and term.ends_on is not None:
            term = Term(term.ends_on + timedelta(days=1), ends_on, amendment.amount_change)
        else:
            term = Term(term.starts_on, ends_on, term.amount + amendment.amount_change)
    return term


def first_terms(contract: Contract, last: Term, change: Change) -> Terms:
    """Terms of the next amendment as last year's with the change put in.

    A renewal is for `months`, or the months it was advertised with, at last year's amount in proportion to the months; an
    extension moves the last day alone. Percent is of last year's amount.
    """
    months = change.months or (contract.renewal_months if change.kind == AmendmentKind.RENEWAL else None)
    base = Decimal(0)
    if change.kind == AmendmentKind.RENEWAL:
        base = last.amount
        if months and last.months and months != last.months:
            base = half_up(exact(last.amount) * months / last.months)
    more = change.dollars or Decimal(0)
    if change.percent is not None:
        more = half_up(share(base or last.amount, change.percent))
    moves = change.kind in (AmendmentKind.RENEWAL, AmendmentKind.TERM)
    ends_on = months_after(last.ends_on, months) if moves and months and last.ends_on else None
    return Terms(base + more, ends_on, change.scope.strip())


def against(last: Term, kind: str, amount_change: Decimal, new_ends_on: date | None) -> tuple[int, Decimal] | None:
    """(months of the new term, percent above or below last year's amount in proportion to them) of a renewal; None for other
    changes and where there is nothing to compare with."""
    if kind != AmendmentKind.RENEWAL or last.ends_on is None or new_ends_on is None or new_ends_on <= last.ends_on:
        return None
    months = Term(last.ends_on + timedelta(days=1), new_ends_on, amount_change).months
    if not last.amount or not last.months:
        return None
    base = exact(last.amount) * months / last.months
    return months, half_up((exact(amount_change) - base) / base * 100)
