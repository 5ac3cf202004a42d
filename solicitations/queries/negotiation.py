"""Versions of scope and budget: the list, what changed between two, and the one both sides agreed to."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Prefetch

from solicitations.models.award import Award, NegotiationAgreement, NegotiationVersion
from solicitations.states import Side

_CENTS = Decimal("0.01")


@dataclass(frozen=True)
class LineChange:
    """One budget line before and after, in dollars; None where it did not exist."""

    label: str
    before: Decimal | None
    after: Decimal | None

    @property
    def changed(self) -> bool:
        """Whether anything differs."""
        return self.before != self.after


@dataclass(frozen=True)
class Changes:
    """What one version changes of the one before it; `before` None for the first."""

    version: NegotiationVersion
    before: NegotiationVersion | None
    lines: list[LineChange]


def dollars(cents: int) -> Decimal:
    """Whole cents as dollars."""
    return Decimal(cents) * _CENTS


def versions(award: Award) -> list[NegotiationVersion]:
    """Every version of an award, newest first, with who agreed; two queries. The caller may see the award."""
    agreements = NegotiationAgreement.objects.select_related("agreed_by").order_by("pk")
    rows = NegotiationVersion.objects.filter(award=award).select_related("made_by")
    return list(rows.prefetch_related(Prefetch("agreements", agreements)).order_by("-number"))


def changes(rows: list[NegotiationVersion]) -> list[Changes]:
    """The same list with what each changes of the one before."""
    return [
        Changes(row, before := rows[place + 1] if place + 1 < len(rows) else None, _lines(before, row))
        for place, row in enumerate(rows)
    ]


def agreed_version(award: Award) -> NegotiationVersion | None:
    """The newest version both sides agreed to."""
    return next((row for row in versions(award) if sides(row) == set(Side.values)), None)


def sides(version: NegotiationVersion) -> set[str]:
    """The sides that agreed to a version of `versions`."""
    return {agreement.side for agreement in version.agreements.all()}


def first_version(award: Award) -> dict[str, Any]:
    """What a first version begins from: the notice's services, the awarded amount, the budget as it was proposed.

    A proposed budget that asks for more than was awarded is given as it is; its author brings it down to the amount.
    """
    lines: list[dict[str, Any]] = []
    for part in award.proposal.parts.filter(kind="budget").order_by("position"):
        lines += [
            {"label": str(line.get("name") or line.get("label") or line.get("key", "")), "cents": int(line["request"])}
            for line in part.lines
            if isinstance(line, dict) and line.get("request")
        ]
    return {"scope": award.solicitation.services, "amount": award.amount, "budget": lines}


def _lines(before: NegotiationVersion | None, after: NegotiationVersion) -> list[LineChange]:
    old = {line["label"]: dollars(line["cents"]) for line in before.budget} if before else {}
    new = {line["label"]: dollars(line["cents"]) for line in after.budget}
    return [LineChange(label, old.get(label), new.get(label)) for label in dict.fromkeys([*new, *old])]
