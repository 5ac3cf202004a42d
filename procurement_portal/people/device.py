"""Devices a person has signed in from before. Guessing from elsewhere never delays a person at their own device."""

from __future__ import annotations

import hashlib

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

COOKIE = "portal_device"
_SALT = "people.device"
_YEAR = 365 * 24 * 3600


def _mark(email: str) -> str:
    return hashlib.sha256(f"{settings.SECRET_KEY}:{email.lower()}".encode()).hexdigest()[:32]


def _known(request: HttpRequest) -> list[str]:
    try:
        found = signing.loads(request.COOKIES.get(COOKIE, ""), salt=_SALT, max_age=_YEAR)
    except signing.BadSignature:
        return []
    return found if isinstance(found, list) else []


def is_known(request: HttpRequest, email: str) -> bool:
    """Whether this e-mail address has signed in from this browser within a year."""
    return _mark(email) in _known(request)


def note(request: HttpRequest, email: str) -> None:
    """A sign-in succeeded: the response will remember it (`remember`)."""
    request.portal_device = email  # type: ignore[attr-defined]


def remember(request: HttpRequest, response: HttpResponse) -> None:
    """Set the cookie when somebody signed in during this request; at most five addresses a browser, no address readable."""
    email = getattr(request, "portal_device", "")
    if not email:
        return
    marks = [_mark(email), *(m for m in _known(request) if m != _mark(email))][:5]
    response.set_cookie(
        COOKIE,
        signing.dumps(marks, salt=_SALT),
        max_age=_YEAR,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
