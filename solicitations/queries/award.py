"""Announced awards: who sees which, the money left with its arithmetic, the waiting list, what keeps an award from going on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Case, Exists, F, OuterRef, Prefetch, QuerySet, Subquery, Sum, Value, When
from django.utils.translation import gettext as _

from procurement_portal.people.actor import Actor
from procurement_portal.time.clock import in_time, now
from procurement_portal.web import words
from solicitations.models.award import Award, LegislativeApproval
from solicitations.models.contract import Contract
from solicitations.models.facts import Lot
from solicitations.models.opening import OpenedProposal
from solicitations.models.protest import Protest, ProtestWindow
from solicitations.models.recommendation import Recommendation, RecommendedAward
from solicitations.models.solicitation import Solicitation
from solicitations.queries.solicitation import internal
from solicitations.states import (
    AwardState,
    ContractState,
    DeterminationKind,
    ProtestState,
    RecommendationState,
    RecommendedOutcome,
)

# What takes of the advertised money. Declined, rescinded and lapsed awards give it back, a waiting one takes none yet.
COUNTED = (AwardState.ANNOUNCED, AwardState.NEGOTIATING, AwardState.AGREED, AwardState.CONTRACTED)
_PUBLIC_CONTRACT = (ContractState.SIGNED, ContractState.ENDED, ContractState.TERMINATED)


def _rows() -> QuerySet[Award]:
    return Award.objects.select_related("solicitation__department", "organization", "lot", "proposal")


def managed(actor: Actor) -> QuerySet[Award]:
    """What staff may see: the awards of the solicitations they see as staff (`queries.solicitation.internal`)."""
    return _rows().filter(solicitation__in=internal(actor).values("pk"))


def own(actor: Actor) -> QuerySet[Award]:
    """The awards of the organization acted for."""
    if actor.is_system:
        return _rows()
    if actor.organization_id is None or not actor.can("contracts.view"):
        return Award.objects.none()
    return _rows().filter(organization_id=actor.organization_id)


def announced(actor: Actor) -> QuerySet[Award]:
    """Everybody: awards that stand, newest first. An award exists from its announcement on; before, there is no row."""
    return _rows().filter(status__in=COUNTED).order_by("-announced_at", "-pk")


def announced_without_contract(actor: Actor) -> QuerySet[Award]:
    """Of these, the ones whose contract is not public yet: the rest stands in the list of contracts."""
    return announced(actor).exclude(contract__status__in=_PUBLIC_CONTRACT)


def listed(actor: Actor) -> QuerySet[Award]:
    """For machines: awards that stand with their protest window and whether a protest is open, newest first."""
    window = ProtestWindow.objects.filter(solicitation=OuterRef("solicitation")).order_by("-pk")
    protests = Protest.objects.filter(solicitation=OuterRef("solicitation"), status=ProtestState.FILED)
    return announced(actor).annotate(
        protest_until=Subquery(window.values("closes_at")[:1]), protest_open=Exists(protests)
    )


def of_solicitation(row: Solicitation) -> list[Award]:
    """Every award and place of a solicitation, with legislative step and contract: awards by amount, then the waiting list.

    The caller has been allowed to see the solicitation; an award is public from its announcement.
    """
    rows = Award.objects.filter(solicitation=row).select_related(
        "organization", "lot", "legislative_approval", "contract"
    )
    return list(rows.order_by(F("waiting_position").asc(nulls_first=True), "-amount", "pk"))


def contract_of(award: Award) -> Contract | None:
    """The contract made from an award, once there is one."""
    return Contract.objects.filter(award=award).first()


# --- The money -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Pot:
    """An advertised amount and what of it is awarded, in dollars. `advertised` None: no limit was advertised."""

    name: str
    advertised: Decimal | None
    awarded: Decimal

    @property
    def left(self) -> Decimal | None:
        """What can still be awarded."""
        return None if self.advertised is None else self.advertised - self.awarded

    def too_much(self, more: Decimal) -> str:
        """Why so much more cannot be awarded, with the arithmetic; "" when it can. The last cent counts."""
        if self.advertised is None or self.awarded + more <= self.advertised:
            return ""
        total = self.awarded + more
        return _(
            "%(name)s: advertised are %(advertised)s. Awarded are %(awarded)s; with %(more)s more it would be %(total)s,"
            " %(over)s too much."
        ) % {
            "name": self.name,
            "advertised": words.money(self.advertised),
            "awarded": words.money(self.awarded),
            "more": words.money(more),
            "total": words.money(total),
            "over": words.money(total - self.advertised),
        }


def _taken() -> Any:
    """Dollars one award takes: what its contract is for once there is one, else what was awarded."""
    return Case(
        When(contract__status=ContractState.ABANDONED, then=Value(Decimal(0))),
        When(contract__isnull=False, then=F("contract__original_amount")),
        default=F("amount"),
    )


def pots(row: Solicitation) -> dict[int | None, Pot]:
    """The whole amount of a solicitation (None) and that of each lot (its id), with what is awarded of it; two queries."""
    taken = dict(
        Award.objects.filter(solicitation=row, status__in=COUNTED)
        .order_by()
        .values_list("lot")
        .annotate(total=Sum(_taken()))
    )
    whole = Pot(_("All awards"), row.amount_total, sum(taken.values(), Decimal(0)))
    lots: dict[int | None, Pot] = {
        lot.pk: Pot(lot.title, lot.amount, taken.get(lot.pk, Decimal(0)))
        for lot in Lot.objects.filter(solicitation=row).order_by("position")
    }
    return {None: whole, **lots}


def problems_of_amount(row: Solicitation, amounts: Iterable[tuple[int | None, Decimal]]) -> list[str]:
    """Why awards of these amounts (lot, dollars) cannot be made together on top of those that stand; [] when they can."""
    given = list(amounts)
    found: list[str] = []
    for pk, pot in pots(row).items():
        more = sum((amount for lot, amount in given if pk is None or lot == pk), Decimal(0))
        if more and (said := pot.too_much(more)):
            found.append(said)
    for _lot, amount in given:
        if row.award_max is not None and amount > row.award_max:
            found.append(
                _("One award may be at most %(most)s; %(amount)s is %(over)s too much.")
                % {
                    "most": words.money(row.award_max),
                    "amount": words.money(amount),
                    "over": words.money(amount - row.award_max),
                }
            )
    return found


# --- What stands in the way ----------------------------------------------------------------------------------------------


def window_of(row: Solicitation) -> ProtestWindow | None:
    """The newest window for protests, with its trace."""
    return ProtestWindow.objects.filter(solicitation=row).select_related("trace").order_by("-pk").first()


def open_protests(solicitation_id: int) -> QuerySet[Protest]:
    """Protests that suspend: filed, not decided, and no determination that the award proceeds."""
    filed = Protest.objects.filter(solicitation_id=solicitation_id, status=ProtestState.FILED)
    return filed.exclude(determinations__kind=DeterminationKind.PROCEED)


def standstill(row: Solicitation) -> str:
    """Why the awards of a solicitation do not go on now, in words; "" when nothing keeps them."""
    window = window_of(row)
    if window is None:
        return _("No award has been announced.")
    waiting = open_protests(row.pk).count()
    if waiting:
        return _("A protest is open. The awards are suspended until it is decided.")
    if in_time(now(), window.closes_at):
        return _("The protest window is open until %(until)s. Until then nothing is negotiated.") % {
            "until": words.instant(window.closes_at)
        }
    return ""


# --- The announcement ----------------------------------------------------------------------------------------------------


def approved_recommendation(row: Solicitation) -> Recommendation | None:
    """The recommendation every step approved, with its rows in rank order and their organizations."""
    listed = RecommendedAward.objects.select_related("proposal__organization", "lot").order_by("rank", "pk")
    return (
        Recommendation.objects.filter(solicitation=row, status=RecommendationState.APPROVED)
        .prefetch_related(Prefetch("rows", listed))
        .first()
    )


def to_announce(made: Recommendation) -> list[RecommendedAward]:
    """The rows of a recommendation that become awards or places on the waiting list."""
    return [r for r in made.rows.all() if r.outcome != RecommendedOutcome.NO_AWARD]


def proposals(row: Solicitation) -> QuerySet[OpenedProposal]:
    """Every opened proposal of a solicitation, for telling all who answered."""
    return OpenedProposal.objects.filter(solicitation=row).select_related("organization").order_by("position")


def waiting(row: Solicitation, lot_id: int | None) -> QuerySet[Award]:
    """The waiting list of a solicitation or of one lot, in its order."""
    found = Award.objects.filter(solicitation=row, lot_id=lot_id, status=AwardState.WAITING)
    return found.select_related("organization").order_by("waiting_position", "pk")


def legislative(award: Award) -> LegislativeApproval | None:
    """The legislative step of an award, with its trace, where its amount asks for one."""
    return LegislativeApproval.objects.filter(award=award).select_related("trace").first()
