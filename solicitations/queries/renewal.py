"""Batches of renewals: who sees them, the contracts to choose from, where each one is and at whose desk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from procurement_portal.people.actor import Actor
from procurement_portal.web import words
from solicitations.models.contract import Amendment, Contract, ContractParticipant
from solicitations.models.execution import ContractStep
from solicitations.models.renewal import EndDecision, RenewalBatch, RenewalItem, RenewalOffer
from solicitations.queries.contract import internal, own
from solicitations.queries.ending import OPEN, OPEN_ITEM, running, standing_decisions
from solicitations.queries.renewal_terms import Term, against
from solicitations.queries.solicitation import ACROSS_DEPARTMENTS
from solicitations.states import AmendmentState, OfferAnswer, ParticipantPart, RenewalState

SHOWN = 200  # of contracts to choose from; more are found by fewer months
STAGES: dict[str, str | Promise] = {
    "draft": gettext_lazy("Being prepared"),
    "sent": gettext_lazy("Sent to the organization"),
    "asked": gettext_lazy("Changes asked for"),
    "confirmed": gettext_lazy("Confirmed, being checked"),
    "in_signature": gettext_lazy("Being signed"),
    "in_force": gettext_lazy("In force"),
    "dropped": gettext_lazy("Dropped"),
}
_OF_AMENDMENT = {
    AmendmentState.DRAFT: "confirmed", AmendmentState.IN_SIGNATURE: "in_signature",
    AmendmentState.SIGNED: "in_force", AmendmentState.DROPPED: "dropped",
}  # fmt: skip


def stage(item: RenewalItem) -> str:
    """Where one contract of a batch is, its amendment included: a key of `STAGES`."""
    if item.status == RenewalState.CONFIRMED and item.amendment is not None:
        return _OF_AMENDMENT[AmendmentState(item.amendment.status)]
    return item.status


# --- Contracts to choose from -----------------------------------------------------------------------------------------------


def ending(actor: Actor, day: date, until: date, *, with_options: bool = True) -> QuerySet[Contract]:
    """The running contracts of the actor's department that end by `until`, the first to end at the top, with what the page
    shows of each (`loaded_contracts`)."""
    rows = internal(actor).filter(department_id=actor.department_id)
    if with_options:
        rows = rows.filter(renewals_left__gt=0)
    return loaded_contracts(running(rows, day).filter(present_end__lte=until)).order_by("present_end", "number")


def loaded_contracts(rows: QuerySet[Contract]) -> QuerySet[Contract]:
    """The same with participants, amendments in force, what is open in batches, and standing decisions; five queries a page."""
    in_batches = RenewalItem.objects.filter(status__in=OPEN_ITEM).select_related("batch")
    moving = Amendment.objects.filter(status__in=OPEN).order_by("number")
    return _with_terms(rows).prefetch_related(
        Prefetch("renewals", in_batches, to_attr="in_batches"),
        Prefetch("end_decisions", standing_decisions(), to_attr="let_end"),
    ).annotate(moving=Exists(moving.filter(contract=OuterRef("pk"))))  # fmt: skip


def _with_terms(rows: QuerySet[Contract]) -> QuerySet[Contract]:
    parts = ContractParticipant.objects.select_related("organization").order_by("pk")
    signed = Amendment.objects.filter(status=AmendmentState.SIGNED).order_by("number")
    return rows.select_related("department").prefetch_related(
        Prefetch("participants", parts), Prefetch("amendments", signed, to_attr="in_force")
    )


def note_of(contract: Contract) -> str:
    """What is known already about the end of a contract (from `loaded_contracts`), in a sentence; "" when nothing is."""
    ends_on = contract.present_end  # type: ignore[attr-defined]
    decided: list[EndDecision] = contract.let_end  # type: ignore[attr-defined]
    if any(decision.ends_on == ends_on for decision in decided):
        return _("Decided: it ends.")
    for item in contract.in_batches:  # type: ignore[attr-defined]
        return _("In the batch “%(batch)s”.") % {"batch": item.batch.title}
    return _("An amendment is on its way.") if contract.moving else ""  # type: ignore[attr-defined]


# --- Batches ------------------------------------------------------------------------------------------------------------------


def batches(actor: Actor) -> QuerySet[RenewalBatch]:
    """The batches this actor sees as staff, newest first: of the own department, of the jurisdiction for the offices that look
    across, of an audited department."""
    rows = RenewalBatch.objects.select_related("department", "made_by", "sent_by").order_by("-pk")
    if actor.is_system:
        return rows
    reach = Q(department_id__in=actor.audited("department"))
    if actor.is_staff and actor.can_as_officer("solicitations.view_internal"):
        if actor.roles & ACROSS_DEPARTMENTS:
            reach |= Q(department__jurisdiction=actor.jurisdiction)
        else:
            reach |= Q(department_id=actor.department_id)
    return rows.filter(reach)


def counted(rows: QuerySet[RenewalBatch]) -> QuerySet[RenewalBatch]:
    """The same with how many contracts are in each, are being prepared, wait for the organization, are in force or dropped."""
    item = Q(items__status=RenewalState.CONFIRMED)
    return rows.annotate(
        all=Count("items"),
        drafts=Count("items", filter=Q(items__status=RenewalState.DRAFT)),
        waiting=Count("items", filter=Q(items__status=RenewalState.SENT)),
        asked=Count("items", filter=Q(items__status=RenewalState.ASKED)),
        moving=Count("items", filter=item & Q(items__amendment__status__in=OPEN)),
        in_force=Count("items", filter=item & Q(items__amendment__status=AmendmentState.SIGNED)),
        dropped=Count("items", filter=Q(items__status=RenewalState.DROPPED)),
    )


def items(actor: Actor) -> QuerySet[RenewalItem]:
    """Every contract in the batches this actor sees as staff."""
    return RenewalItem.objects.filter(batch__in=batches(actor).order_by().values("pk"))


def loaded(rows: QuerySet[RenewalItem]) -> QuerySet[RenewalItem]:
    """The same with contract, terms in force, offers, amendment and the steps it waits at; six queries for any number."""
    open_steps = ContractStep.objects.filter(opened_at__isnull=False, done_at__isnull=True).select_related(
        "desk__department", "organization"
    )
    offers = RenewalOffer.objects.select_related("sent_by", "answered_by").order_by("number")
    return rows.select_related("batch__department", "amendment", "dropped_by").prefetch_related(
        Prefetch("contract", _with_terms(Contract.objects.all())),
        Prefetch("offers", offers),
        Prefetch("amendment__steps", open_steps.order_by("position"), to_attr="waiting"),
    )


def before(item: RenewalItem) -> list[Amendment]:
    """The amendments in force (from `loaded`) that count as last year's terms: those before the item's own one."""
    in_force: list[Amendment] = item.contract.in_force  # type: ignore[attr-defined]
    own_number = item.amendment.number if item.amendment is not None else None
    return [row for row in in_force if own_number is None or row.number < own_number]


def comparison(last: Term, item: RenewalItem, amount_change: Decimal, new_ends_on: date | None) -> str:
    """How the amount of a renewal stands to last year's, in a sentence; "" for other changes."""
    found = against(last, item.batch.kind, amount_change, new_ends_on)
    if found is None:
        return ""
    months, percent = found
    told = {
        "months": ngettext("%(n)s month", "%(n)s months", months) % {"n": months},
        "percent": f"{abs(percent).normalize():f}",
    }
    if percent == 0:
        return _("As last year, for %(months)s.") % told
    if percent > 0:
        return _("For %(months)s, %(percent)s percent more than last year in proportion.") % told
    return _("For %(months)s, %(percent)s percent less than last year in proportion.") % told


def own_items(actor: Actor) -> QuerySet[RenewalItem]:
    """What was offered to the actor's organization; nothing of what a department still prepares."""
    offered = RenewalOffer.objects.filter(item=OuterRef("pk"))
    return RenewalItem.objects.filter(Exists(offered), contract__in=own(actor).values("pk"))


def waiting_for(actor: Actor, contract: Contract | None = None) -> list[RenewalOffer]:
    """The open offers the actor's organization is to answer, the first due at the top; one query."""
    rows = RenewalOffer.objects.filter(answer="", item__in=own_items(actor).values("pk"))
    if contract is not None:
        rows = rows.filter(item__contract=contract)
    return list(rows.select_related("item__contract__department", "item__batch").order_by("due_at", "pk"))


@dataclass(frozen=True)
class Place:
    """Where one contract of a batch waits: since when, at whose desk; nothing for what is over."""

    since: datetime | None = None
    desk: str = ""
    due_at: datetime | None = None


def place(item: RenewalItem) -> Place:
    """Where an item (from `loaded`) waits now."""
    offers = list(item.offers.all())
    match stage(item):
        case "draft":
            return Place(item.batch.made_at if not offers else _answered(offers), str(item.batch.department))
        case "asked":
            return Place(_answered(offers), str(item.batch.department))
        case "sent":
            return Place(offers[-1].sent_at, prime_name(item.contract), offers[-1].due_at)
        case "confirmed" | "in_signature":
            return _at_steps(item)
    return Place()


def _answered(offers: Sequence[RenewalOffer]) -> datetime | None:
    return offers[-1].answered_at


def _at_steps(item: RenewalItem) -> Place:
    waiting: list[ContractStep] = item.amendment.waiting  # type: ignore[union-attr]
    names = dict.fromkeys(f"{s.desk.name}, {s.desk.department}" if s.desk else str(s.organization) for s in waiting)
    opened = [step.opened_at for step in waiting if step.opened_at is not None]
    return Place(min(opened) if opened else None, "; ".join(names))


def prime_name(contract: Contract) -> str:
    """Whom the contract is with, from the participants that were loaded."""
    return next((p.organization.name for p in contract.participants.all() if p.part == ParticipantPart.PRIME), "")


def current_offer(item: RenewalItem) -> RenewalOffer | None:
    """The offer that waits for an answer, of offers that were loaded."""
    return next((offer for offer in item.offers.all() if not offer.answer), None)


def said_in_words(offer: RenewalOffer) -> str:
    """What became of an offer, in a sentence."""
    if not offer.answer:
        return _("Waits for the organization until %(due)s.") % {"due": words.instant(offer.due_at)}
    return str(OfferAnswer(offer.answer).label)
