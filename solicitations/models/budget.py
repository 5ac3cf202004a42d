"""Budget lines as ciphertext, and their arithmetic in whole cents.

A line's value is `{"label": text, "request": cents, "match": cents, "why": text}`; `label` only where the proposer named the
line. Amounts are whole cents, never floats. Lines of a partner carry the partner; everybody's lines add up to one budget.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from procurement_portal.time.clock import PortalNow
from procurement_portal.web import words
from solicitations.models.answer import BadValue
from solicitations.models.question import Question
from solicitations.models.submission import Submission

MOST_CENTS = 10**13  # a hundred billion dollars
OWN_LINE = "own_"  # keys of lines the proposer added: own_1, own_2, …


class BudgetLine(models.Model):
    """One line of a budget. `key` is the solicitation's word for the line, or own_N for one the proposer added."""

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="budget_lines")
    question = models.ForeignKey(Question, models.PROTECT, related_name="budget_lines")
    partner = models.ForeignKey("solicitations.Partner", models.PROTECT, null=True, related_name="budget_lines")
    key = models.CharField(max_length=40)
    ciphertext = models.BinaryField()
    version = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField(db_default=PortalNow())
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = gettext_lazy("budget line")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "question", "partner", "key"], nulls_distinct=False, name="budget_line_once"
            ),
            models.CheckConstraint(name="budget_line_version", condition=Q(version__gte=1)),
        ]

    def __str__(self) -> str:
        return f"Budget line {self.pk}"


@dataclass(frozen=True)
class Totals:
    """Sums in cents: what is asked for, what the organization adds, both."""

    request: int = 0
    match: int = 0

    @property
    def all(self) -> int:
        return self.request + self.match

    @classmethod
    def of(cls, lines: Iterable[Mapping[str, Any]]) -> Totals:
        """The sums of line values; a missing amount counts as nothing."""
        lines = list(lines)
        return cls(sum(line.get("request") or 0 for line in lines), sum(line.get("match") or 0 for line in lines))


def cents(amount: Decimal) -> int:
    """Dollars to whole cents. Raises BadValue for a part of a cent or too large an amount."""
    hundredfold = amount * 100
    if hundredfold != hundredfold.to_integral_value() or abs(hundredfold) > MOST_CENTS:
        raise BadValue(_("Enter an amount in dollars and cents, for example 1,234.50."))
    return int(hundredfold)


def dollars(amount: int | None) -> Decimal | None:
    """Whole cents to dollars with two places."""
    return None if amount is None else (Decimal(amount) / 100).quantize(Decimal("0.01"))


def share_of(part: int, whole: int) -> Decimal:
    """`part` of `whole` in percent, rounded half up to two places; 0 of nothing is 0."""
    if whole == 0:
        return Decimal("0.00")
    return (Decimal(part) * 100 / Decimal(whole)).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


def line_value(given: Mapping[str, Any]) -> dict[str, Any] | None:
    """A line as it is stored; None for an empty one. Raises BadValue for amounts that are not whole cents from 0 up."""
    for name in ("request", "match"):
        amount = given.get(name)
        if amount is None:
            continue
        if isinstance(amount, bool) or not isinstance(amount, int) or not 0 <= amount <= MOST_CENTS:
            raise BadValue(_("Enter an amount in dollars and cents, for example 1,234.50."))
    label = str(given.get("label") or "").strip()[:120]
    why = str(given.get("why") or "").strip()[:2000]
    value = {"label": label, "request": given.get("request"), "match": given.get("match"), "why": why}
    return value if label or why or value["request"] is not None or value["match"] is not None else None


def problems(
    question: Question, lines: list[dict[str, Any]], stated: Mapping[str, int | None] | None, largest: Decimal | None
) -> list[str]:
    """What keeps a budget from being complete: lines without a name or a reason, sums that disagree with the totals stated
    to the cent, a request above the largest award. `lines` are values with `name` and `is_own` added.
    """
    found = []
    for line in lines:
        if line["is_own"] and not line["label"]:
            found.append(_("A line you added has no name."))
        if (line["request"] or line["match"]) and not line["why"]:
            found.append(_("%(line)s: say what the money is for.") % {"line": line["name"]})
    sums, stated = Totals.of(lines), stated or {}
    columns = [("request", _("What you ask for"), sums.request)]
    if question.options.get("match_column"):
        columns.append(("match", _("What you add yourself"), sums.match))
    for name, label, total in columns:
        told = stated.get(name)
        if told is None:
            found.append(
                _("%(column)s: enter the total, so that we can check the lines against it.") % {"column": label}
            )
        elif told != total:
            found.append(
                _("%(column)s: the lines add up to %(sum)s, and the total you entered is %(told)s.")
                % {"column": label, "sum": words.money(dollars(total)), "told": words.money(dollars(told))}
            )
    if sums.request == 0:
        found.append(_("No line asks for money yet."))
    if question.options.get("within_largest_award") and largest is not None and sums.request > cents(largest):
        found.append(
            _("You ask for %(sum)s. The largest award is %(limit)s.")
            % {"sum": words.money(dollars(sums.request)), "limit": words.money(largest)}
        )
    return found
