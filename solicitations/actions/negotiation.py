"""Scope and budget in tracked versions, within what was advertised and awarded, until both sides agree to one of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from procurement_portal import events
from procurement_portal.clocks import actions as clocks
from procurement_portal.history.record import record
from procurement_portal.people.actor import Actor
from procurement_portal.people.proof import need_second_factor
from procurement_portal.time.clock import CHICAGO
from procurement_portal.web import words
from procurement_portal.web.refusal import Conflict, Invalid, Refused
from procurement_portal.workflow import advance
from solicitations.actions.award_ground import (
    TURN_CLOCK,
    held,
    need,
    tell_department,
    tell_organization,
    turn_clock,
)
from solicitations.events import AwardAgreed
from solicitations.models.award import Award, NegotiationAgreement, NegotiationVersion
from solicitations.queries.negotiation import dollars
from solicitations.states import AwardState, Side
from solicitations.workflow.award import (
    AWARD,
    award_of_own_department,
    no_protest_in_the_way,
    own_award,
)

MOST_LINES = 60
_DRAFTS = {Side.DEPARTMENT: "solicitations.negotiate", Side.ORGANIZATION: "contracts.answer"}
_AGREES = {Side.DEPARTMENT: "solicitations.negotiate", Side.ORGANIZATION: "contracts.sign"}


def side_of(actor: Actor) -> Side:
    """Which side the actor speaks for."""
    return Side.ORGANIZATION if actor.organization_id is not None else Side.DEPARTMENT


def _in_negotiation(actor: Actor, award_id: int, permissions: Mapping[Side, str]) -> tuple[Award, Side]:
    """The award under lock, open for this side. Raises Refused with the reason, Conflict when it is not in negotiation."""
    award, side = held(actor, award_id), side_of(actor)
    need(actor, permissions[side])
    (award_of_own_department if side == Side.DEPARTMENT else own_award)(award, actor)
    if award.status != AwardState.NEGOTIATING:
        raise Conflict(_("This is now “%(state)s”.") % {"state": AWARD.public[AWARD.states(award.status)]}, award)
    no_protest_in_the_way(award, actor)
    return award, side


def _newest(award: Award) -> NegotiationVersion | None:
    return NegotiationVersion.objects.filter(award=award).order_by("-number").first()


@transaction.atomic
def put_forward(*, actor: Actor, award_id: int, after: int, given: Mapping[str, Any]) -> NegotiationVersion:
    """Put forward the next version. `after` is the number of the version it answers (0: the first one).

    `given`: scope, amount (dollars), starts_on, ends_on, budget ([{"label", "cents", "why"}]), note. Raises Invalid at the
    field with the reason, Conflict when the other side put a version forward meanwhile, Refused while a protest is open.
    """
    award, side = _in_negotiation(actor, award_id, _DRAFTS)
    newest = _newest(award)
    number = newest.number if newest else 0
    if number != after:
        raise Conflict(
            _("Version %(number)s was put forward while you were writing. Read it; nothing of yours is lost.")
            % {"number": number},
            newest,
        )
    budget = _lines(given.get("budget", []))
    _check(award, given, budget)
    version = NegotiationVersion.objects.create(
        award=award,
        number=number + 1,
        side=side,
        scope=given["scope"].strip(),
        amount=given["amount"],
        starts_on=given["starts_on"],
        ends_on=given["ends_on"],
        budget=budget,
        note=given.get("note", "").strip(),
        made_by_id=actor.user_id,
    )
    record(actor, "award.version", award, after={"version": version.number, "amount": str(version.amount)})
    other = Side.ORGANIZATION if side == Side.DEPARTMENT else Side.DEPARTMENT
    turn_clock(
        award, other, _("Answer version %(number)s of scope and budget") % {"number": version.number}, actor=actor
    )
    tell = tell_organization if other == Side.ORGANIZATION else tell_department
    tell(award, "version", version.number, amount=version.amount)
    return version


def _lines(given: list[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Budget lines as they are kept: label, whole cents, why; empty ones are left out."""
    kept = []
    for line in given:
        label, cents, why = str(line.get("label", "")).strip(), line.get("cents"), str(line.get("why", "")).strip()
        if label or cents or why:
            kept.append({"label": label[:200], "cents": cents, "why": why[:500]})
    return kept


def _check(award: Award, given: Mapping[str, Any], budget: list[dict[str, Any]]) -> None:
    """Raises Invalid for everything outside what was advertised and awarded, each at its field."""
    row, amount = award.solicitation, given["amount"]
    starts_on, ends_on = given["starts_on"], given["ends_on"]
    problems: dict[str, list[str]] = {}
    if not given["scope"].strip():
        problems["scope"] = [_("Say what will be done.")]
    problems["amount"] = _amount(award, amount)
    if starts_on < award.announced_at.astimezone(CHICAGO).date():
        problems["starts_on"] = [_("It starts on the day of the announcement or later.")]
    if ends_on < starts_on:
        problems["ends_on"] = [_("It ends on the day it starts or later.")]
    elif row.term_months is not None and ends_on > (last := last_day(starts_on, row.term_months)):
        problems["ends_on"] = [
            _("%(months)s months were advertised: from %(start)s it ends on %(last)s at the latest.")
            % {"months": row.term_months, "start": words.day(starts_on), "last": words.day(last)}
        ]
    problems["budget"] = _budget(amount, budget)
    problems = {field: found for field, found in problems.items() if found}
    if problems:
        raise Invalid(problems)


def _amount(award: Award, amount: Decimal) -> list[str]:
    if amount <= 0:
        return [_("Enter an amount above zero.")]
    found = []
    if award.amount is not None and amount > award.amount:
        found.append(
            _("Awarded are %(awarded)s; this is %(over)s more.")
            % {"awarded": words.money(award.amount), "over": words.money(amount - award.amount)}
        )
    most = award.solicitation.award_max
    if most is not None and amount > most:
        found.append(_("The notice advertises at most %(most)s for one award.") % {"most": words.money(most)})
    return found


def _budget(amount: Decimal, budget: list[dict[str, Any]]) -> list[str]:
    if not budget:
        return [_("Name at least one budget line.")]
    if len(budget) > MOST_LINES:
        return [_("At most %(most)s lines.") % {"most": MOST_LINES}]
    for place, line in enumerate(budget, 1):
        if not line["label"]:
            return [_("Line %(place)s has no name.") % {"place": place}]
        if type(line["cents"]) is not int or line["cents"] <= 0:
            return [_("%(label)s: enter an amount above zero.") % {"label": line["label"]}]
    if len({line["label"].casefold() for line in budget}) < len(budget):
        return [_("Two lines have the same name.")]
    total = dollars(sum(line["cents"] for line in budget))
    if total == amount:
        return []
    facts = {"total": words.money(total), "amount": words.money(amount), "off": words.money(abs(total - amount))}
    if total > amount:
        return [_("The lines add up to %(total)s; the amount is %(amount)s: %(off)s too much.") % facts]
    return [_("The lines add up to %(total)s; the amount is %(amount)s: %(off)s is missing.") % facts]


def last_day(starts_on: date, months: int) -> date:
    """The last day of a term of so many months that starts on a day: the day before the same day of the later month."""
    count = starts_on.month - 1 + months
    year, month = starts_on.year + count // 12, count % 12 + 1
    first_of_next = date(year + month // 12, month % 12 + 1, 1)
    last_of_month = first_of_next - timedelta(days=1)
    if starts_on.day > last_of_month.day:
        return last_of_month
    return date(year, month, starts_on.day) - timedelta(days=1)


@transaction.atomic
def agree(*, actor: Actor, award_id: int, number: int) -> NegotiationAgreement:
    """Agree for one's side to the newest version, which has this number. The second side's agreement settles the award.

    Raises Conflict when a newer version was put forward or this side agreed already; Refused: permission, open protest, or
    the same person for both sides.
    """
    award, side = _in_negotiation(actor, award_id, _AGREES)
    if side == Side.ORGANIZATION:
        need_second_factor(actor)
    version = _newest(award)
    if version is None or version.number != number:
        raise Conflict(_("Another version was put forward meanwhile. Read it before you agree."), version)
    agreed = {a.side: a for a in NegotiationAgreement.objects.filter(version=version)}
    if side in agreed:
        raise Conflict(_("Your side agreed to this version already."), version)
    if any(a.agreed_by_id == actor.user_id for a in agreed.values()):
        raise Refused(_("Two people agree: you spoke for the other side."))
    made = NegotiationAgreement.objects.create(version=version, side=side, agreed_by_id=actor.user_id)
    record(actor, "award.side_agrees", award, after={"version": version.number, "side": side.value})
    if not agreed:
        other = Side.ORGANIZATION if side == Side.DEPARTMENT else Side.DEPARTMENT
        what = _("Agree to version %(number)s of scope and budget") % {"number": version.number}
        turn_clock(award, other, what, actor=actor)
        (tell_organization if other == Side.ORGANIZATION else tell_department)(award, "one_side", version.number)
        return made
    advance(AWARD, award, "agree", actor=Actor.system("both sides agreed"), version=version.number)
    clocks.stop(award, TURN_CLOCK, "agreed", actor)
    tell_organization(award, "agreed", version.number, amount=version.amount)
    tell_department(award, "agreed", version.number, amount=version.amount)
    events.publish(AwardAgreed(award_id=award.pk, version_id=version.pk))
    return made


@transaction.atomic
def reopen(*, actor: Actor, award_id: int, why: str) -> Award:
    """Open scope and budget again before the contract is made. Raises Invalid without a reason, Refused, Conflict."""
    award = held(actor, award_id)
    if not why.strip():
        raise Invalid({"why": [_("Say why.")]})
    advance(AWARD, award, "renegotiate", actor=actor, why=why.strip())
    newest = _newest(award)
    turn_clock(award, Side.DEPARTMENT, _("Put forward scope and budget"), actor=actor)
    tell_organization(award, "reopened", newest.number if newest else 0, why=why.strip())
    return award
