"""Batches of renewals, extensions and amendments: begin one, change and drop its contracts, send it to the organizations.

Whoever acts locks in one order: the batch, then contracts by number of their row, then items. So two officers at one batch,
or an officer and an organization at one contract, act one after the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from procurement_portal.clocks import actions as clocks
from procurement_portal.history.record import record
from procurement_portal.notifications import recipients
from procurement_portal.notifications.send import send as tell
from procurement_portal.people.access import found_or_404
from procurement_portal.people.actor import Actor
from procurement_portal.time.clock import now, today
from procurement_portal.web.refusal import Conflict, Invalid, Refused
from procurement_portal.workflow import advance
from solicitations.actions.amendment import problems_of_terms
from solicitations.actions.ending import TOLD
from solicitations.actions.execution import due
from solicitations.models.contract import Contract
from solicitations.models.renewal import RenewalBatch, RenewalItem, RenewalOffer
from solicitations.notifications.renewal import RenewalDropped, RenewalOffered
from solicitations.queries import renewal as queries
from solicitations.queries.contract import figures, internal
from solicitations.queries.ending import MOVES_THE_END, POLICY, running
from solicitations.queries.renewal_checks import Check, check_all, prime_of, stopping
from solicitations.queries.renewal_terms import Change, Terms, first_terms, last_term
from solicitations.states import AmendmentKind, OfferAnswer, RenewalState
from solicitations.workflow.renewal import RENEWAL, batch_of_own_department

OFFER_CLOCK, REPLY_CLOCK = "solicitations.renewal_offer", "solicitations.renewal_reply"
ANSWER_DAYS = 5  # business days for the organization to answer, and for the department to answer it
MOST = 200  # contracts in one batch


@dataclass(frozen=True)
class Sent:
    """What one sending did: the items that went out, and those that stay with their reason."""

    sent: list[RenewalItem]
    held: list[RenewalItem]


def _may_prepare(actor: Actor) -> None:
    if not actor.can("solicitations.prepare_contract"):
        raise Refused(_("Renewals are prepared by program officers and procurement officers."))


@transaction.atomic
def begin(*, actor: Actor, contract_ids: Sequence[int], title: str, reason: str, change: Change) -> RenewalBatch:
    """Begin a batch from running contracts of the actor's department, each with last year's terms and the one change put in.

    Amounts in dollars. Raises Invalid at fields; Refused for other people; Http404 for a contract that is not one of the
    department's; Conflict naming one that does not run any more.
    """
    _may_prepare(actor)
    asked = sorted(set(contract_ids))
    rows = internal(actor).filter(department_id=actor.department_id, pk__in=asked)
    found = {row.pk: row for row in queries.loaded_contracts(running(rows, today()))}
    for pk in asked:
        if pk not in found:
            gone = found_or_404(rows, pk=pk)
            raise Conflict(_("%(number)s does not run any more.") % {"number": gone.number}, gone)
    problems = _problems_of_batch(asked, title, reason, change)
    if problems:
        raise Invalid(problems)
    batch = RenewalBatch.objects.create(
        department_id=actor.department_id, title=title.strip(), kind=change.kind, months=change.months,
        reason=reason.strip(), made_by_id=actor.user_id,
    )  # fmt: skip
    for pk in asked:
        contract = found[pk]
        terms = first_terms(contract, last_term(contract, contract.in_force), change)  # type: ignore[attr-defined]
        RenewalItem.objects.create(
            batch=batch, contract=contract, amount_change=terms.amount_change, new_ends_on=terms.new_ends_on,
            scope_change=terms.scope_change,
        )  # fmt: skip
    record(
        actor, "renewal_batch.begin", batch, why=reason.strip(), law=POLICY,
        after={"kind": change.kind, "contracts": [found[pk].number for pk in asked]},
    )  # fmt: skip
    return batch


def _problems_of_batch(asked: Sequence[int], title: str, reason: str, change: Change) -> dict[str, list[str]]:
    problems: dict[str, list[str]] = {}
    if not asked:
        problems["contracts"] = [_("Choose at least one contract.")]
    elif len(asked) > MOST:
        problems["contracts"] = [_("At most %(most)s contracts stand in one batch.") % {"most": MOST}]
    if change.kind not in AmendmentKind.values:
        problems["kind"] = [_("Choose what changes.")]
    if not title.strip():
        problems["title"] = [_("Give the batch a name.")]
    if not reason.strip():
        problems["reason"] = [_("Say why. Everybody reads it in the amendments.")]
    if change.kind == AmendmentKind.TERM and not change.months:
        problems["months"] = [_("Enter by how many months the term is extended.")]
    if change.percent is not None and change.dollars is not None:
        problems["dollars"] = [_("Enter percent or dollars, not both.")]
    if change.percent is not None and change.percent < Decimal(-100):
        problems["percent"] = [_("An amount becomes less by at most 100 percent.")]
    if change.kind == AmendmentKind.AMOUNT and not (change.percent or change.dollars):
        problems["percent"] = [_("Enter by how much the amount changes, in percent or in dollars.")]
    if change.kind == AmendmentKind.SCOPE and not change.scope.strip():
        problems["scope"] = [_("Say what changes in the services.")]
    return problems


def _held_batch(actor: Actor, batch_id: int) -> RenewalBatch:
    """The batch, locked. Raises Http404 for whoever does not see it, Refused for whoever does not prepare it."""
    batch = found_or_404(queries.batches(actor).order_by().select_for_update(of=("self",)), pk=batch_id)
    _may_prepare(actor)
    batch_of_own_department(batch, actor)
    return batch


def _held_item(actor: Actor, item_id: int) -> RenewalItem:
    """An item with its contract locked, then itself."""
    seen = found_or_404(queries.items(actor), pk=item_id)
    _may_prepare(actor)
    Contract.objects.select_for_update(of=("self",)).get(pk=seen.contract_id)
    RenewalItem.objects.select_for_update().get(pk=item_id)
    item = queries.loaded(RenewalItem.objects.filter(pk=item_id)).get()
    batch_of_own_department(item.batch, actor)
    return item


@transaction.atomic
def change_item(
    *,
    actor: Actor,
    item_id: int,
    amount_change: Decimal,
    new_ends_on: date | None,
    scope_change: str = "",
    note: str = "",
    legislative_file: str = "",
) -> RenewalItem:
    """Put in what differs for one contract; where the organization asked for changes this is the answer to send again.

    `amount_change` in dollars; `note` is read by the organization. What was sent before stays as it was. Raises Invalid at
    fields, Refused, Conflict when it is with the organization or over.
    """
    item = _held_item(actor, item_id)
    if item.status not in (RenewalState.DRAFT, RenewalState.ASKED):
        state = RENEWAL.public[RenewalState(item.status)]
        raise Conflict(_("This is now “%(state)s”; its terms do not change.") % {"state": state}, item)
    present = figures(item.contract, item.contract.in_force)  # type: ignore[attr-defined]
    problems = problems_of_terms(item.contract, present, item.batch.kind, amount_change, new_ends_on, scope_change)
    if item.batch.kind not in MOVES_THE_END and new_ends_on is not None:
        problems["new_ends_on"] = [_("This batch does not change the last day.")]
    if problems:
        raise Invalid(problems)
    before = _terms(item)
    if item.status == RenewalState.ASKED:
        advance(RENEWAL, item, "revise", actor=actor)
    item.amount_change, item.new_ends_on, item.scope_change = amount_change, new_ends_on, scope_change.strip()
    item.note, item.legislative_file, item.held_why = note.strip(), legislative_file.strip(), ""
    item.save(
        update_fields=["amount_change", "new_ends_on", "scope_change", "note", "legislative_file", "held_why"]
    )  # fmt: skip
    record(actor, "renewal.change", item, before=before, after=_terms(item), why=item.note)
    return item


def _terms(item: RenewalItem) -> dict[str, str]:
    return {
        "contract": item.contract.number, "amount_change": str(item.amount_change), "scope_change": item.scope_change,
        "new_ends_on": str(item.new_ends_on or ""), "legislative_file": item.legislative_file,
    }  # fmt: skip


@transaction.atomic
def drop_item(*, actor: Actor, item_id: int, why: str) -> RenewalItem:
    """Take one contract out of a batch for a reason; the rest goes on. An organization that was sent terms reads the reason.

    Raises Invalid without a reason, Refused, Conflict when it is confirmed (then its amendment is dropped) or over.
    """
    item = _held_item(actor, item_id)
    if not why.strip():
        raise Invalid({"why": [_("Say why it is dropped.")]})
    offer = queries.current_offer(item)
    if offer is not None:
        answered(offer, OfferAnswer.WITHDRAWN, actor, why.strip())
    for sent in item.offers.all():
        clocks.stop(sent, REPLY_CLOCK, "dropped", actor)
    item.dropped_at, item.dropped_by_id, item.dropped_why = now(), actor.user_id, why.strip()
    item.save(update_fields=["dropped_at", "dropped_by", "dropped_why"])
    advance(RENEWAL, item, "drop", actor=actor, why=why.strip(), contract=item.contract.number)
    prime = prime_of(item.contract)
    if item.offers.all() and prime is not None:
        told = RenewalDropped(
            item_id=item.pk, by=actor.label, why=why.strip(), number=item.contract.number, title=item.contract.title,
            url=reverse("solicitations:our-contract", args=[item.contract_id]),
        )  # fmt: skip
        tell(told, to=recipients.organization(prime, TOLD, item.contract.scopes))
    return item


def answered(offer: RenewalOffer, answer: OfferAnswer, actor: Actor, reply: str = "", *, by: int | None = None) -> None:
    """Write what became of an offer and stop its clock. `by` is the officer where the portal acts. The contract is locked."""
    offer.answer, offer.reply, offer.answered_at = answer, reply, now()
    offer.answered_by_id = by if by is not None else actor.user_id
    offer.save(update_fields=["answer", "reply", "answered_at", "answered_by"])
    clocks.stop(offer, OFFER_CLOCK, str(answer), actor)


@transaction.atomic
def send(*, actor: Actor, batch_id: int) -> Sent:
    """Send every contract of a batch that is being prepared and whose checks hold to its organization; in one act.

    One that fails stays where it is with its reason, and the others go. Raises Refused, Conflict when nothing waits to be sent:
    a colleague was faster.
    """
    batch = _held_batch(actor, batch_id)
    drafts = RenewalItem.objects.filter(batch=batch, status=RenewalState.DRAFT)
    contracts = sorted(drafts.values_list("contract_id", flat=True))
    list(Contract.objects.select_for_update(of=("self",)).filter(pk__in=contracts).order_by("pk"))
    ready = list(drafts.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))
    if not ready:
        raise Conflict(_("Nothing waits to be sent in this batch any more."), batch)
    items = list(queries.loaded(RenewalItem.objects.filter(pk__in=ready)).order_by("pk"))
    checks = check_all(items, today())
    outcome = Sent([], [])
    for item in items:
        why = stopping(checks[item.pk]) or _wrong(item)
        if why:
            _hold(actor, item, why)
            outcome.held.append(item)
        else:
            _offer(actor, item, checks[item.pk])
            outcome.sent.append(item)
    if outcome.sent and batch.sent_at is None:
        batch.sent_at, batch.sent_by_id = now(), actor.user_id
        batch.save(update_fields=["sent_at", "sent_by"])
    record(
        actor, "renewal_batch.send", batch, law=POLICY,
        after={
            "sent": [item.contract.number for item in outcome.sent],
            "held": {item.contract.number: item.held_why for item in outcome.held},
        },
    )  # fmt: skip
    return outcome


def _wrong(item: RenewalItem) -> str:
    """What an amendment of these terms would be refused for, in words."""
    present = figures(item.contract, item.contract.in_force)  # type: ignore[attr-defined]
    terms = Terms(item.amount_change, item.new_ends_on, item.scope_change)
    problems = problems_of_terms(
        item.contract, present, item.batch.kind, terms.amount_change, terms.new_ends_on, terms.scope_change
    )
    return " ".join(message for messages in problems.values() for message in messages)


def _hold(actor: Actor, item: RenewalItem, why: str) -> None:
    item.held_why = why
    item.save(update_fields=["held_why"])
    record(actor, "renewal.held", item, after={"contract": item.contract.number}, why=why)


def _offer(actor: Actor, item: RenewalItem, checks: Sequence[Check]) -> None:
    before = list(item.offers.all())
    contract, prime = item.contract, prime_of(item.contract)
    offer = RenewalOffer.objects.create(
        item=item, number=len(before) + 1, amount_change=item.amount_change, new_ends_on=item.new_ends_on,
        scope_change=item.scope_change, note=item.note, checks=[check.stored() for check in checks],
        sent_by_id=actor.user_id, due_at=due(contract, ANSWER_DAYS, now()),
    )  # fmt: skip
    item.held_why = ""
    item.save(update_fields=["held_why"])
    advance(RENEWAL, item, "send", actor=actor, offer=offer.number, **_terms(item))
    for sent in before:
        clocks.stop(sent, REPLY_CLOCK, "sent_again", actor)
    url = reverse("solicitations:our-renewal", args=[contract.pk, item.pk])
    clocks.start(
        offer, rule=OFFER_CLOCK, citation=POLICY, what="Confirm the terms or say what should be different",
        due_at=offer.due_at, organization_id=prime, url=url, about=str(contract), actor=actor,
    )  # fmt: skip
    told = RenewalOffered(
        offer_id=offer.pk, again=bool(before), amount_change=offer.amount_change, new_ends_on=offer.new_ends_on,
        note=offer.note, due_at=offer.due_at, number=contract.number, title=contract.title, url=url,
    )  # fmt: skip
    assert prime is not None  # a check that was passed
    tell(told, to=recipients.organization(prime, TOLD, contract.scopes))
