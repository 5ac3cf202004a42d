"""What a session has proven about the person before the screen: which factors, and how long ago.

Stamps are those of allauth's session records, made and compared by the web server's own clock: they say whether a person
is still there, and no right or deadline depends on them.
"""

from __future__ import annotations

import time
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext

from procurement_portal.people.actor import Actor
from procurement_portal.web.refusal import Refused

RECORDS = "account_authentication_methods"
SEEN = "seen_at"
SEEN_STEP = 60  # seconds between two writes of SEEN: a page a second does not write the session each time

# What nobody does with a password alone (Sign-in, promises): signing, bank details, an organization's people.
SECOND_FACTOR_PERMISSIONS = frozenset(
    {"organization.manage", "organization.sign", "proposals.submit", "proposals.withdraw"}
)


def _records(request: HttpRequest) -> list[dict[str, Any]]:
    found = request.session.get(RECORDS, [])
    return found if isinstance(found, list) else []


def has_second_factor(request: HttpRequest) -> bool:
    """Whether a TOTP code, a passkey or a recovery code was given in this session."""
    return any(record.get("method") == "mfa" for record in _records(request))


def recently_proved(request: HttpRequest) -> bool:
    """Whether the password or a second factor was given within the step-up time (5 minutes)."""
    stamps = [record.get("at", 0) for record in _records(request)]
    return bool(stamps) and time.time() - max(stamps) < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT


def idle_limit(staff: bool) -> int:
    """Seconds without a request after which the session ends: 30 minutes for staff, 60 for organizations."""
    return settings.SESSION_IDLE_SECONDS["staff" if staff else "organization"]


def still_there(request: HttpRequest, staff: bool) -> bool:
    """Note this request in the session; False when the one before is longer ago than the idle limit."""
    present, seen = time.time(), request.session.get(SEEN)
    if seen is not None and present - seen > idle_limit(staff) + SEEN_STEP:
        return False
    if seen is None or present - seen > SEEN_STEP:
        request.session[SEEN] = present
    return True


def need_second_factor(actor: Actor) -> None:
    """For actions: raises Refused when this person signed in with a password alone."""
    if not actor.is_system and not actor.second_factor:
        raise Refused(gettext("This needs a second factor. Set one up under “Sign-in and security”, then come back."))
