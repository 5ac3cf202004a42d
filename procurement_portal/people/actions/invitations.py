"""Invitations: made by an administrator, answered by the person whose address they were made to."""

from __future__ import annotations

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext

from procurement_portal import events
from procurement_portal.history.record import record
from procurement_portal.outbox.intents import enqueue
from procurement_portal.people.actions.account_mail import public_base
from procurement_portal.people.actions.roles import check_role, open_membership
from procurement_portal.people.actor import Actor
from procurement_portal.people.bodies import Body, must_manage
from procurement_portal.people.events import InvitationAnswered, InvitationMade
from procurement_portal.people.models.invitation import Invitation
from procurement_portal.people.models.membership import Membership
from procurement_portal.people.models.user import User
from procurement_portal.people.roles import SIGNATORY
from procurement_portal.people.scopes import EVERYWHERE, Scope
from procurement_portal.time.clock import now
from procurement_portal.web.refusal import Conflict, Invalid, Refused

VALID_FOR = timedelta(days=14)


def invite(*, actor: Actor, body: Body, email: str, role: str, scope: Scope = EVERYWHERE) -> Invitation:
    """Offer one role to one address; the mail is sent. An open, expired invitation to the same is renewed.

    Raises Refused unless the actor manages the body, Invalid for a wrong address or role, Conflict for one still open or a role
    held already. Whether the address has an account is not told.
    """
    must_manage(actor, body)
    check_role(body, role, scope)
    email = email.strip().lower()
    try:
        validate_email(email)
    except ValidationError as wrong:
        raise Invalid({"email": [gettext("Enter an e-mail address, like name@example.org.")]}) from wrong
    if role == SIGNATORY.name:
        raise Invalid(
            {"role": [gettext("Invite as another role; a signatory then claims the role with proof of authority.")]}
        )
    with transaction.atomic():
        row = body.lock()
        present = now()
        same = {"email": email, "role": role, "scope_type": scope[0], "scope_id": scope[1], **body.fields}
        held = {k: v for k, v in same.items() if k != "email"}
        if Membership.objects.filter(user__email=email, ended_at__isnull=True, **held).exists():
            raise Conflict(gettext("This person has that role already."))
        open_one = Invitation.objects.filter(
            accepted_at__isnull=True, declined_at__isnull=True, revoked_at__isnull=True, **same
        ).first()
        if open_one is not None and open_one.expires_at > present:
            raise Conflict(gettext("This person is invited already. The invitation is open."), open_one)
        if open_one is not None:
            Invitation.objects.filter(pk=open_one.pk).update(revoked_at=present, revoked_by_id=actor.user_id)
        invitation = Invitation.objects.create(made_by_id=actor.user_id, expires_at=present + VALID_FOR, **same)
        record(actor, "invitation.make", row, after={"email": email, "role": role})
        enqueue(
            "people.invitation_mail",
            key=f"people.invitation_mail:{invitation.pk}",
            invitation_id=invitation.pk,
            base=public_base(),
        )
        known = User.objects.filter(email=email).first()
        events.publish(
            InvitationMade(
                invitation_id=invitation.pk,
                email=email,
                user_id=known.pk if known else None,
                body=str(row),
                role=role,
                made_by=actor.label,
            )
        )
    return invitation


def _answerable(actor: Actor, invitation_id: int) -> Invitation:
    """The invitation, locked, if it was made to this person's own address and can still be answered."""
    invitation = Invitation.objects.select_for_update(of=("self",)).get(pk=invitation_id)
    if not actor.email or invitation.email != actor.email.lower():
        raise Refused(gettext("This invitation was made to another e-mail address. Sign in with that one."))
    if invitation.accepted_at or invitation.declined_at or invitation.revoked_at:
        raise Conflict(gettext("This invitation was answered or withdrawn already."), invitation)
    if invitation.expires_at < now():
        raise Conflict(gettext("This invitation has expired. Ask for a new one."), invitation)
    return invitation


def accept(*, actor: Actor, invitation_id: int) -> Membership:
    """Take the offered role. Raises Refused for another's invitation, Conflict when answered, withdrawn or expired."""
    with transaction.atomic():
        body = Body.of(Invitation.objects.get(pk=invitation_id))
        row = body.lock()
        invitation = _answerable(actor, invitation_id)
        person = User.objects.get(pk=actor.user_id)
        invitation.accepted_at, invitation.accepted_by = now(), person
        invitation.save(update_fields=["accepted_at", "accepted_by"])
        record(actor, "invitation.accept", row, after={"role": invitation.role})
        membership = open_membership(
            actor=actor,
            body=body,
            user=person,
            role=invitation.role,
            scope=(invitation.scope_type, invitation.scope_id),
        )
        Membership.objects.filter(pk=membership.pk).update(given_by_id=invitation.made_by_id)
        _answered(invitation, "accepted")
    return membership


def decline(*, actor: Actor, invitation_id: int) -> Invitation:
    """Say no. Raises as `accept` does."""
    with transaction.atomic():
        invitation = _answerable(actor, invitation_id)
        invitation.declined_at = now()
        invitation.save(update_fields=["declined_at"])
        record(actor, "invitation.decline", invitation.body, after={"role": invitation.role})
        _answered(invitation, "declined")
    return invitation


def revoke(*, actor: Actor, invitation_id: int) -> Invitation:
    """Withdraw an open invitation. Raises Refused unless the actor manages the body, Conflict when it was answered."""
    with transaction.atomic():
        invitation = Invitation.objects.select_for_update(of=("self",)).get(pk=invitation_id)
        must_manage(actor, Body.of(invitation))
        if invitation.accepted_at or invitation.declined_at or invitation.revoked_at:
            raise Conflict(gettext("This invitation was answered or withdrawn already."), invitation)
        invitation.revoked_at, invitation.revoked_by_id = now(), actor.user_id
        invitation.save(update_fields=["revoked_at", "revoked_by"])
        record(actor, "invitation.revoke", invitation.body, after={"email": invitation.email, "role": invitation.role})
        _answered(invitation, "revoked")
    return invitation


def _answered(invitation: Invitation, outcome: str) -> None:
    events.publish(InvitationAnswered(invitation_id=invitation.pk, outcome=outcome, made_by_id=invitation.made_by_id))
