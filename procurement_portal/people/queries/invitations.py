"""Reading invitations."""

from __future__ import annotations

from django.core import signing
from django.db.models import QuerySet

from procurement_portal.people.actor import Actor
from procurement_portal.people.bodies import Body, may_manage
from procurement_portal.people.models.invitation import Invitation
from procurement_portal.time.clock import PortalNow

_SALT = "people.invitation"


def invitation_token(pk: int) -> str:
    """The part of an invitation's address nobody can guess; nothing secret is stored for it."""
    return signing.dumps(pk, salt=_SALT)


def invitation_by_token(token: str) -> Invitation | None:
    """The invitation a link names; None for a link we did not make. The link alone gives no right: the address must match."""
    try:
        pk = signing.loads(token, salt=_SALT)
    except signing.BadSignature:
        return None
    return Invitation.objects.select_related("organization", "department", "made_by").filter(pk=pk).first()


def open_invitations() -> QuerySet[Invitation]:
    """Neither answered nor withdrawn nor expired."""
    return Invitation.objects.filter(
        accepted_at__isnull=True, declined_at__isnull=True, revoked_at__isnull=True, expires_at__gte=PortalNow()
    ).select_related("organization", "department", "made_by")


def invitations_to(actor: Actor) -> QuerySet[Invitation]:
    """Open invitations made to the actor's own address."""
    return open_invitations().filter(email=actor.email.lower() or "-").order_by("-made_at")


def invitations_of(actor: Actor, body: Body) -> QuerySet[Invitation]:
    """Open invitations of a body the actor manages; none for others."""
    if not may_manage(actor, body):
        return Invitation.objects.none()
    return open_invitations().filter(**body.fields).order_by("email", "role")
