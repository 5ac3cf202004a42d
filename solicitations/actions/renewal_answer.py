"""The organization's answer to the terms it was sent: confirmed, and the amendment is drafted; or what should be different."""

from __future__ import annotations

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
from procurement_portal.workflow import advance, who_may
from solicitations.actions import amendment as amendments
from solicitations.actions.execution import desk_of, due
from solicitations.actions.renewal import ANSWER_DAYS, REPLY_CLOCK, answered
from solicitations.actions.way import contracts_desk
from solicitations.models.contract import Contract
from solicitations.models.renewal import RenewalItem, RenewalOffer
from solicitations.notifications.renewal import RenewalAnswered
from solicitations.queries import renewal as queries
from solicitations.queries.ending import POLICY
from solicitations.queries.renewal_checks import check_all, stopping
from solicitations.states import ContractStepKind, OfferAnswer
from solicitations.workflow.execution import STEPS
from solicitations.workflow.renewal import RENEWAL

_SYSTEM = Actor.system("the organization confirmed the terms")


@transaction.atomic
def confirm(*, actor: Actor, item_id: int, number: int) -> RenewalItem:
    """Confirm the terms of offer `number`: the amendment is drafted and goes its way to both signatures.

    When its checks no longer hold (an option used up meanwhile, a hold) nothing is drafted: the item goes back to the
    department with the reason in `held_why`, and its status says so. Raises Refused for who does not answer for the
    organization, Conflict when the offer was answered, replaced or withdrawn.
    """
    item, offer = _asked(actor, item_id, number)
    actor = actor.within(item.contract.scopes)
    why = stopping(check_all([item], today())[item.pk])
    if not why:
        try:
            with transaction.atomic():
                drafted = amendments.draft(
                    actor=_SYSTEM, contract_id=item.contract_id, kind=item.batch.kind, reason=item.batch.reason,
                    amount_change=offer.amount_change, new_ends_on=offer.new_ends_on, scope_change=offer.scope_change,
                    by=offer.sent_by_id,
                )  # fmt: skip
        except Refused as refused:
            why = refused.reason
        except (Conflict, Invalid) as crossed:
            why = str(crossed)
    if why:
        return _fall_back(actor, item, offer, why)
    answered(offer, OfferAnswer.CONFIRMED, actor)
    item.amendment = drafted
    item.save(update_fields=["amendment"])
    advance(RENEWAL, item, "confirm", actor=actor, offer=offer.number, amendment=drafted.number)
    _tell(item, offer, "confirmed", actor.organization_name)
    return item


@transaction.atomic
def ask_changes(*, actor: Actor, item_id: int, number: int, reply: str) -> RenewalItem:
    """Say what should be different in the terms of offer `number`; they go back to the officer who sent them.

    Raises Invalid without words, Refused, Conflict when the offer was answered, replaced or withdrawn.
    """
    item, offer = _asked(actor, item_id, number)
    actor = actor.within(item.contract.scopes)
    if not reply.strip():
        raise Invalid({"reply": [_("Say what should be different.")]})
    answered(offer, OfferAnswer.CHANGES, actor, reply.strip())
    advance(RENEWAL, item, "ask", actor=actor, why=reply.strip(), offer=offer.number)
    _wait(item, offer, actor)
    _tell(item, offer, "changes", actor.organization_name, reply.strip())
    return item


def _asked(actor: Actor, item_id: int, number: int) -> tuple[RenewalItem, RenewalOffer]:
    """An item offered to the actor's organization, its contract locked, and the open offer of that number."""
    seen = found_or_404(queries.own_items(actor).select_related("contract"), pk=item_id)
    if not actor.within(seen.contract.scopes).can("contracts.answer"):
        raise Refused(_("Terms are answered by %(who)s.") % {"who": who_may("contracts.answer")})
    Contract.objects.select_for_update(of=("self",)).get(pk=seen.contract_id)
    RenewalItem.objects.select_for_update().get(pk=item_id)
    item = queries.loaded(RenewalItem.objects.filter(pk=item_id)).get()
    open_offer = queries.current_offer(item)
    if open_offer is None:
        last = list(item.offers.all())[-1]
        raise Conflict(
            _("This was answered or withdrawn meanwhile: %(answer)s.") % {"answer": last.get_answer_display()}, last
        )
    if open_offer.number != number:
        raise Conflict(_("The department sent new terms meanwhile. Read them before you answer."), open_offer)
    return item, open_offer


def _fall_back(actor: Actor, item: RenewalItem, offer: RenewalOffer, why: str) -> RenewalItem:
    """What was confirmed can no longer be had: nothing is drafted, the department is to decide what becomes of it."""
    record(actor, "renewal.confirm_held", item, after={"offer": offer.number}, why=why)
    answered(offer, OfferAnswer.WITHDRAWN, actor, why, by=offer.sent_by_id)
    item.held_why = why
    item.save(update_fields=["held_why"])
    advance(RENEWAL, item, "fall_back", actor=_SYSTEM, why=why)
    _wait(item, offer, actor)
    _tell(item, offer, "held", actor.organization_name, why)
    return item


def _wait(item: RenewalItem, offer: RenewalOffer, actor: Actor) -> None:
    """The department's desk for contracts has the next word; its clock."""
    contract = item.contract
    desk = contracts_desk(contract.department_id) or desk_of(STEPS[ContractStepKind.INSURANCE], contract.department)
    clocks.start(
        offer, rule=REPLY_CLOCK, citation=POLICY, what="Change the terms and send them again, or drop it",
        due_at=due(contract, ANSWER_DAYS, now()), desk=desk, url=_url(item), about=str(contract), actor=actor,
    )  # fmt: skip


def _tell(item: RenewalItem, offer: RenewalOffer, outcome: str, organization: str, words: str = "") -> None:
    told = RenewalAnswered(
        offer_id=offer.pk, outcome=outcome, organization=organization, words=words, number=item.contract.number,
        title=item.contract.title, url=_url(item),
    )  # fmt: skip
    tell(told, to=recipients.users([offer.sent_by_id]))


def _url(item: RenewalItem) -> str:
    return reverse("solicitations:renewal-item", args=[item.batch_id, item.pk])
