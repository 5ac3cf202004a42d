"""Giving and taking roles. One body's changes happen one after another; its last administrator stays until there is another."""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext

from procurement_portal import events
from procurement_portal.history.record import record
from procurement_portal.people.actor import Actor
from procurement_portal.people.bodies import Body, must_manage
from procurement_portal.people.desks import STANDARD
from procurement_portal.people.events import RoleEnded, RoleGiven
from procurement_portal.people.models.membership import Desk, DeskMember, Membership
from procurement_portal.people.models.user import User
from procurement_portal.people.roles import ROLES, SIGNATORY
from procurement_portal.people.scopes import EVERYWHERE, Scope
from procurement_portal.time.clock import now
from procurement_portal.web.refusal import Conflict, Invalid, Refused


def role_facts(membership: Membership) -> dict[str, str]:
    """What history keeps of a role: whose, which, on what."""
    scope = f"{membership.scope_type}:{membership.scope_id}" if membership.scope_type else ""
    return {"person": str(membership.user), "role": membership.role, **({"scope": scope} if scope else {})}


def check_role(body: Body, role: str, scope: Scope) -> None:
    """Raises Invalid for a role of the other side, or an administrator limited to one record."""
    if role not in ROLES or ROLES[role].side != body.side:
        raise Invalid({"role": [gettext("Choose a role from the list.")]})
    if scope != EVERYWHERE and role == body.manager:
        raise Invalid({"scope": [gettext("An administrator's role holds for everything; it cannot be limited.")]})


def open_membership(*, actor: Actor, body: Body, user: User, role: str, scope: Scope = EVERYWHERE) -> Membership:
    """Write one role, once: the same role again returns the one in force. Called under the body's lock."""
    membership, made = Membership.objects.get_or_create(
        user=user,
        role=role,
        scope_type=scope[0],
        scope_id=scope[1],
        ended_at__isnull=True,
        **body.fields,
        defaults={"given_by_id": actor.user_id, **body.fields},
    )
    if made:
        record(actor, "membership.give", body.row(), after=role_facts(membership))
        _seat(actor, body, membership)
        events.publish(RoleGiven(membership_id=membership.pk, user_id=user.pk, role=role, **body.fields))  # type: ignore[arg-type]
    return membership


def give_role(*, actor: Actor, body: Body, user: User, role: str, scope: Scope = EVERYWHERE) -> Membership:
    """Give a member one more role, everywhere or on one record.

    Raises Refused unless the actor manages the body, Invalid for a wrong role; a signatory is made by a claim with its paper
    (`claims.claim_to_sign`), not here, save by the portal itself.
    """
    must_manage(actor, body)
    check_role(body, role, scope)
    if role == SIGNATORY.name and not actor.is_system:
        raise Refused(gettext("A signatory shows proof of authority: that person claims the role under “Members”."))
    with transaction.atomic():
        body.lock()
        member = Membership.objects.filter(user=user, ended_at__isnull=True, **body.fields).exists()
        if not member and not actor.is_system:
            raise Invalid({"user": [gettext("This person is not a member. Invite them.")]})
        return open_membership(actor=actor, body=body, user=user, role=role, scope=scope)


def end_role(*, actor: Actor, membership_id: int, why: str = "") -> Membership:
    """End one role of one person: by an administrator, or one's own.

    Raises Refused for the last administrator (a successor first) and for outsiders, Conflict when it has ended already.
    """
    with transaction.atomic():
        body = Body.of(Membership.objects.get(pk=membership_id))
        body.lock()
        membership = Membership.objects.select_for_update(of=("self",)).select_related("user").get(pk=membership_id)
        if membership.user_id != actor.user_id:
            must_manage(actor, body)
        if membership.ended_at:
            raise Conflict(gettext("This role has ended already."), membership)
        if membership.role == body.manager and not _managers(body).exclude(user_id=membership.user_id).exists():
            raise Refused(
                gettext(
                    "This is the last administrator. Make somebody else administrator first; then this role can end."
                )
            )
        _end(actor, membership, body, why)
    return membership


def leave(*, actor: Actor, body: Body, user_id: int, why: str = "") -> int:
    """End every role of a person in a body (themselves leaving, or an administrator parting with them); returns how many.

    Raises Refused when no administrator would be left.
    """
    with transaction.atomic():
        body.lock()
        if user_id != actor.user_id:
            must_manage(actor, body)
        rows = list(
            Membership.objects.select_for_update(of=("self",))
            .filter(user_id=user_id, ended_at__isnull=True, **body.fields)
            .select_related("user")
        )
        if any(row.role == body.manager for row in rows) and not _managers(body).exclude(user_id=user_id).exists():
            raise Refused(
                gettext(
                    "This is the last administrator. Make somebody else administrator first; then this role can end."
                )
            )
        for row in rows:
            _end(actor, row, body, why)
    return len(rows)


def _managers(body: Body) -> QuerySet[Membership]:
    return Membership.objects.filter(role=body.manager, scope_type="", ended_at__isnull=True, **body.fields)


def _end(actor: Actor, membership: Membership, body: Body, why: str) -> None:
    membership.ended_at, membership.ended_by_id = now(), actor.user_id
    membership.save(update_fields=["ended_at", "ended_by"])
    record(actor, "membership.end", body.row(), before=role_facts(membership), why=why)
    if not Membership.objects.filter(user_id=membership.user_id, ended_at__isnull=True, **body.fields).exists():
        _clear_desks(actor, body, membership.user)
    events.publish(
        RoleEnded(membership_id=membership.pk, user_id=membership.user_id, role=membership.role, **body.fields)  # type: ignore[arg-type]
    )


def _seat(actor: Actor, body: Body, membership: Membership) -> None:
    """Put who got a role at the department's standard desk for it, so that its work never waits for nobody."""
    if body.department_id is None or membership.scope_type:
        return
    functions = [standard.function for standard in STANDARD if standard.role == membership.role]
    for desk in Desk.objects.filter(function__in=functions, closed_at__isnull=True, **body.fields):
        _row, made = DeskMember.objects.get_or_create(desk=desk, user_id=membership.user_id)
        if made:
            record(actor, "desk.seat", body.row(), after={"desk": desk.name, "person": str(membership.user)})


def _clear_desks(actor: Actor, body: Body, user: User) -> None:
    """Take who has left from the body's desks: an old seat would keep the substitute from the work."""
    held = Desk.objects.filter(**body.fields)
    for seat in DeskMember.objects.filter(desk__in=held, user=user).select_related("desk"):
        record(actor, "desk.unseat", body.row(), before={"desk": seat.desk.name, "person": str(user)})
        seat.delete()
    for desk in held.filter(substitute=user).select_for_update(of=("self",)):
        desk.substitute = None
        desk.save(update_fields=["substitute"])
        record(
            actor,
            "desk.edit",
            body.row(),
            before={"desk": desk.name, "substitute": str(user)},
            after={"desk": desk.name, "substitute": ""},
        )
