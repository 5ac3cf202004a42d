"""A lost second factor, a departed last administrator: recovered in the open, with time to object.

Another administrator who knows the person gives a new start at once. Where there is none, whoever checks identities in a
department records how it was checked; every member is told, and it takes effect after the waiting period unless one stops it.
"""

from __future__ import annotations

from datetime import timedelta

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils.translation import gettext

from procurement_portal import events
from procurement_portal.history.record import record
from procurement_portal.law import engine
from procurement_portal.outbox.intents import enqueue
from procurement_portal.people.actions.account_mail import public_base
from procurement_portal.people.actions.roles import open_membership
from procurement_portal.people.actions.second_factor import remove_second_factors
from procurement_portal.people.actor import Actor
from procurement_portal.people.bodies import Body
from procurement_portal.people.events import RecoveryAsked, RecoveryChecked, RecoveryEnded
from procurement_portal.people.models.membership import Membership
from procurement_portal.people.models.oversight import Recovery
from procurement_portal.people.models.user import User
from procurement_portal.people.proof import need_second_factor
from procurement_portal.people.queries.recovery import concerned, may_help
from procurement_portal.people.roles import ADMINISTRATOR
from procurement_portal.time.clock import now, today
from procurement_portal.web.refusal import Conflict, Invalid, Refused

PARAMETER = "portal.recovery_waiting_days"
TASK = "people.finish_recovery"


def waiting_days() -> int:
    """How many days a recorded identity check waits, by the portal's dated policy."""
    day = today()
    outcome = engine.evaluate("law.value", {"parameter": PARAMETER, "date": day}, on=day)
    return int(outcome.answer["value"])


def ask_for_second_factor(*, email: str, password: str, statement: str) -> Recovery | None:
    """A person who knows their password but lost their second factor asks for a new start; None where that is not so.

    What the page answers must not depend on the result; a wrong address costs the same time as a wrong password.
    """
    user = User.objects.filter(email=email.strip().lower(), is_active=True).first()
    if user is None:
        make_password(password)
        return None
    if not user.check_password(password):
        return None
    return _ask(
        Actor.system("asked by e-mail address and password"), Recovery.Kind.SECOND_FACTOR, user, None, statement
    )


def ask_for_administrator(*, actor: Actor, statement: str) -> Recovery:
    """A member asks to become administrator because none is left to ask. Raises Refused, Invalid."""
    if not actor.organization_id or not actor.can("organization.view"):
        raise Refused(gettext("Only members of the organization may ask."))
    user = User.objects.get(pk=actor.user_id)
    return _ask(actor, Recovery.Kind.ADMINISTRATOR, user, actor.organization_id, statement)


def _ask(actor: Actor, kind: str, user: User, organization_id: int | None, statement: str) -> Recovery:
    if not statement.strip():
        raise Invalid({"statement": [gettext("Say what happened.")]})
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        same = {"kind": kind, "user": user, "organization_id": organization_id}
        open_one = Recovery.objects.filter(done_at__isnull=True, stopped_at__isnull=True, **same).first()
        if open_one is not None:
            return open_one
        recovery = Recovery.objects.create(statement=statement.strip(), **same)
        record(actor, "recovery.ask", recovery, after={"kind": str(kind), "person": str(user)})
        events.publish(RecoveryAsked(recovery_id=recovery.pk, user_id=user.pk, tell=tuple(concerned(recovery))))
        _mail(recovery, "asked")
    return recovery


def help_colleague(*, actor: Actor, recovery_id: int, how: str) -> Recovery:
    """Another administrator who knows the person lets them start anew, at once. Raises Refused, Invalid, Conflict."""
    with transaction.atomic():
        recovery = _open(recovery_id)
        if not may_help(actor, recovery):
            raise Refused(gettext("Only another administrator of the same organization or department may do this."))
        _check(actor, recovery, how, days=0)
        _carry_out(actor, recovery)
    return recovery


def check_identity(*, actor: Actor, recovery_id: int, how: str) -> Recovery:
    """Record how a person's identity was checked; it takes effect after the waiting period. Raises Refused, Invalid, Conflict."""
    if not actor.can("people.check_identity"):
        raise Refused(gettext("Only an administrator of a department may check identities."))
    with transaction.atomic():
        recovery = _open(recovery_id)
        _check(actor, recovery, how, days=waiting_days())
        assert recovery.waits_until is not None
        enqueue(TASK, key=f"{TASK}:{recovery.pk}", due_at=recovery.waits_until, recovery_id=recovery.pk)
        events.publish(
            RecoveryChecked(
                recovery_id=recovery.pk,
                user_id=recovery.user_id,
                waits_until=recovery.waits_until.isoformat(),
                tell=tuple(concerned(recovery)),
            )
        )
        _mail(recovery, "checked")
    return recovery


def stop(*, actor: Actor, recovery_id: int, reason: str) -> Recovery:
    """Stop a recovery that should not be: the person, any administrator told of it, or who checks identities. Raises Refused."""
    with transaction.atomic():
        recovery = _open(recovery_id)
        if actor.user_id not in {recovery.user_id, *concerned(recovery)} and not actor.can("people.check_identity"):
            raise Refused(gettext("This is not for you to stop."))
        recovery.stopped_at, recovery.stopped_by_id, recovery.stop_reason = now(), actor.user_id, reason.strip()[:300]
        recovery.save(update_fields=["stopped_at", "stopped_by", "stop_reason"])
        record(actor, "recovery.stop", recovery, why=reason)
        _ended(recovery, "stopped")
    return recovery


def finish(*, recovery_id: int) -> Recovery | None:
    """Carry out what was checked when the waiting period is over; nothing when it was stopped, done or waits still."""
    with transaction.atomic():
        recovery = Recovery.objects.select_for_update(of=("self",)).select_related("user").get(pk=recovery_id)
        if recovery.done_at or recovery.stopped_at or recovery.waits_until is None or recovery.waits_until > now():
            return None
        _carry_out(Actor.system("a recovery whose waiting period is over"), recovery)
    return recovery


def _open(recovery_id: int) -> Recovery:
    recovery = Recovery.objects.select_for_update(of=("self",)).select_related("user").get(pk=recovery_id)
    if recovery.done_at or recovery.stopped_at:
        raise Conflict(gettext("This recovery has ended already."), recovery)
    return recovery


def _check(actor: Actor, recovery: Recovery, how: str, *, days: int) -> None:
    need_second_factor(actor)
    if actor.user_id == recovery.user_id:
        raise Refused(gettext("Nobody checks their own identity."))
    if recovery.checked_at:
        raise Conflict(gettext("The identity was checked already."), recovery)
    if not how.strip():
        raise Invalid({"how": [gettext("Say how you made sure that it is this person.")]})
    recovery.checked_at, recovery.checked_by_id = now(), actor.user_id
    recovery.how_checked = how.strip()[:300]
    recovery.waits_until = recovery.checked_at + timedelta(days=days)
    recovery.save(update_fields=["checked_at", "checked_by", "how_checked", "waits_until"])
    record(actor, "recovery.check", recovery, after={"waits_until": recovery.waits_until.isoformat()}, why=how)


def _carry_out(actor: Actor, recovery: Recovery) -> None:
    if recovery.kind == Recovery.Kind.SECOND_FACTOR:
        remove_second_factors(actor=actor, user=recovery.user, why=recovery.how_checked)
    else:
        body = Body(organization_id=recovery.organization_id)
        body.lock()
        if Membership.objects.filter(user=recovery.user, ended_at__isnull=True, **body.fields).exists():
            open_membership(actor=actor, body=body, user=recovery.user, role=ADMINISTRATOR.name)
    recovery.done_at = now()
    recovery.save(update_fields=["done_at"])
    record(actor, "recovery.done", recovery)
    _ended(recovery, "done")


def _ended(recovery: Recovery, outcome: str) -> None:
    events.publish(
        RecoveryEnded(
            recovery_id=recovery.pk, user_id=recovery.user_id, outcome=outcome, tell=tuple(concerned(recovery))
        )
    )
    _mail(recovery, outcome)


def _mail(recovery: Recovery, stage: str) -> None:
    """Everybody concerned is told by mail, whatever they chose to receive: an account is at stake."""
    for user_id in {recovery.user_id, *concerned(recovery)}:
        enqueue(
            "people.recovery_mail",
            key=f"people.recovery_mail:{recovery.pk}:{stage}:{user_id}",
            recovery_id=recovery.pk, user_id=user_id, stage=stage, base=public_base(),
        )  # fmt: skip
