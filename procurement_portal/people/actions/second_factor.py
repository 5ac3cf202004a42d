"""Second factors given outside the pages: for the demonstration, for tests, and taken away in a recovery."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.db import transaction

from procurement_portal.history.record import record
from procurement_portal.people.actor import Actor
from procurement_portal.people.models.user import User


def verify_email(*, actor: Actor, user: User) -> EmailAddress:
    """The person's address as their one verified, primary address; returns it. For people the portal itself makes."""
    with transaction.atomic():
        address, _ = EmailAddress.objects.update_or_create(
            user=user, email=user.email, defaults={"verified": True, "primary": True}
        )
        record(actor, "person.verify_email", user)
    return address


def enroll_totp(*, actor: Actor, user: User, secret: str = "") -> str:
    """Give a person an authenticator app with this Base32 secret (or a fresh one) in place of any before; returns the secret."""
    secret = secret or generate_totp_secret()
    with transaction.atomic():
        Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).delete()
        TOTP.activate(user, secret)
        RecoveryCodes.activate(user)
        record(actor, "person.enroll_second_factor", user, after={"kind": "totp"})
    return secret


def remove_second_factors(*, actor: Actor, user: User, why: str) -> int:
    """Take away all second factors of a person, so that they set up new ones at the next sign-in; returns how many."""
    with transaction.atomic():
        count, _ = Authenticator.objects.filter(user=user).delete()
        record(actor, "person.remove_second_factors", user, after={"removed": count}, why=why)
    return count
