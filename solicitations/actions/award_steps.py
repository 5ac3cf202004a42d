"""What becomes of an announced award: scope and budget begin, it is declined or rescinded; the waiting list is called or ends."""

from __future__ import annotations

from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from procurement_portal.clocks import actions as clocks
from procurement_portal.people.access import found_or_404
from procurement_portal.people.actor import Actor
from procurement_portal.people.proof import need_second_factor
from procurement_portal.time.clock import now
from procurement_portal.web.refusal import Conflict, Invalid, Refused
from procurement_portal.workflow import advance
from solicitations.actions import legislative
from solicitations.actions.award import refusals_of_standing
from solicitations.actions.award_ground import (
    BEGIN_CLOCK,
    end,
    held,
    lock_solicitation,
    need,
    tell_department,
    tell_organization,
    turn_clock,
)
from solicitations.models.award import Award
from solicitations.queries import award as queries
from solicitations.queries.solicitation import internal
from solicitations.states import AwardState, Side
from solicitations.workflow.award import AWARD
from solicitations.workflow.notice import of_own_department


@transaction.atomic
def begin(*, actor: Actor, award_id: int) -> Award:
    """Begin with scope and budget, once the protest window has passed and no protest is open. Raises Refused, Conflict."""
    award = held(actor, award_id)
    refused = refusals_of_standing(award.organization)
    if refused:
        raise Refused(" ".join(refused))
    advance(AWARD, award, "negotiate", actor=actor)
    clocks.stop(award, BEGIN_CLOCK, "begun", actor)
    turn_clock(award, Side.DEPARTMENT, _("Put forward scope and budget"), actor=actor)
    tell_organization(award, "begun", award.pk)
    return award


@transaction.atomic
def decline(*, actor: Actor, award_id: int, why: str) -> Award:
    """The organization declines its award or its place on the waiting list. Raises Invalid without a reason, Refused."""
    award = held(actor, award_id)
    need(actor, "contracts.sign")
    need_second_factor(actor)
    end(award, "decline", actor=actor, why=_reason(why))
    tell_department(award, "declined", award.pk, why=award.ended_why, amount=award.amount)
    return award


@transaction.atomic
def rescind(*, actor: Actor, award_id: int, why: str) -> Award:
    """Take an award back before a contract was made, for a reason everybody reads. Raises Invalid, Refused, Conflict."""
    award = held(actor, award_id)
    need(actor, "solicitations.award")
    need_second_factor(actor)
    end(award, "rescind", actor=actor, why=_reason(why))
    tell_organization(award, "rescinded", award.pk, why=award.ended_why)
    return award


@transaction.atomic
def call(*, actor: Actor, award_id: int, amount: Decimal, why: str = "") -> Award:
    """Call an organization from the waiting list with `amount` dollars of the money left.

    Out of order only with the reason `why`. Raises Invalid at the field (too much, with the arithmetic; no reason for
    passing over others), Refused (window open, protest open, standing), Conflict when it no longer waits.
    """
    award = held(actor, award_id)
    need(actor, "solicitations.award")
    need_second_factor(actor)
    if award.status != AwardState.WAITING:
        raise Conflict(_("This is now “%(state)s”.") % {"state": AWARD.public[AWARD.states(award.status)]}, award)
    row = award.solicitation
    problems: dict[str, list[str]] = {}
    if amount <= 0:
        problems["amount"] = [_("Enter an amount above zero.")]
    elif found := queries.problems_of_amount(row, [(award.lot_id, amount)]):
        problems["amount"] = found
    passed = [
        other
        for other in queries.waiting(row, award.lot_id)
        if (other.waiting_position or 0) < (award.waiting_position or 0)
    ]
    if passed and not why.strip():
        names = ", ".join(other.organization.name for other in passed)
        problems["why"] = [_("%(names)s come first. Say why they are passed over.") % {"names": names}]
    if problems:
        raise Invalid(problems)
    refused = refusals_of_standing(award.organization)
    if refused:
        raise Refused(" ".join(refused))
    award.amount = amount
    award.called_at, award.called_by_id = now(), actor.user_id
    award.save(update_fields=["amount", "called_at", "called_by"])
    advance(AWARD, award, "call", actor=actor, why=why.strip(), amount=str(amount))
    legislative.ask(award, actor=actor)
    turn_clock(award, Side.DEPARTMENT, _("Put forward scope and budget"), actor=actor)
    tell_organization(award, "called", award.pk, amount=amount)
    return award


@transaction.atomic
def lapse(*, actor: Actor, solicitation_id: int, why: str) -> int:
    """End the whole waiting list of a solicitation, for a reason those on it read; returns how many places ended.

    Raises Invalid without a reason, Refused, Conflict when nobody waits.
    """
    row = lock_solicitation(found_or_404(internal(actor), pk=solicitation_id).pk)
    need(actor, "solicitations.award")
    of_own_department(row, actor)
    reason = _reason(why)
    waiting = list(Award.objects.filter(solicitation=row, status=AwardState.WAITING).select_related("organization"))
    if not waiting:
        raise Conflict(_("Nobody is on the waiting list any more."))
    for award in waiting:
        award.solicitation = row
        end(award, "lapse", actor=actor, why=reason)
        tell_organization(award, "lapsed", award.pk, why=reason)
    return len(waiting)


def _reason(why: str) -> str:
    if not why.strip():
        raise Invalid({"why": [_("Say why.")]})
    return why.strip()
