"""Proving who one is: an authenticator app for one of the cast, its codes, and the page that asks for one before a grave act."""

from __future__ import annotations

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core.cache import cache

from procurement_portal.people.actions.second_factor import enroll_totp
from procurement_portal.people.actor import Actor
from tests.browser.visitor import Visitor
from tests.cast import Person

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def give_app(person: Person) -> None:
    """Let a person have an authenticator app with the secret of these tests."""
    enroll_totp(actor=Actor.system("test"), user=person.user, secret=SECRET)


def code() -> str:
    """The code an authenticator app shows now; the portal has not seen it yet."""
    cache.clear()
    return format_hotp_value(hotp_value(SECRET, next(iter(yield_hotp_counters_from_time()))))


def follow(visitor: Visitor, name: str, look: str = "") -> None:
    """Follow a link to a grave act with an old proof: the portal asks for a code first."""
    visitor.forget_proof()
    visitor.link(name)
    prove(visitor)
    if look:
        visitor.look(look)


def prove(visitor: Visitor, look: str = "") -> None:
    """Answer the page that asks for a code; a code that ran out on the way is followed by the next one, as anybody does."""
    if look:
        visitor.look(look)
    for _ in range(3):
        visitor.page.get_by_label("Code").fill(code())
        visitor.button("Go on")
        if "/2fa/reauthenticate/" not in visitor.path:
            return
    raise AssertionError((visitor.name, visitor.path, "no code was taken"))
