"""The demo people as a table, as JSON, and the code their authenticator app shows."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.apps import apps

from procurement_portal.management.demo.load import NotHere
from procurement_portal.management.demo.people import PASSWORD
from procurement_portal.people.acting import open_memberships

_DOMAIN = ".example"


def people() -> list[dict[str, str]]:
    """One entry a person and body, staff first: name, email, password, totp_secret ("" without one), role, organization."""
    users = apps.get_model("people", "User").objects.filter(email__endswith=_DOMAIN).order_by("pk")
    secrets = _secrets([user.pk for user in users])
    found: list[dict[str, str]] = []
    for user in users:
        by_body: dict[str, list[str]] = {}
        for membership in open_memberships(user.pk):
            by_body.setdefault(str(membership.department or membership.organization), []).append(membership.role)
        for body, names in (by_body or {"": []}).items():
            found.append({
                "name": user.name, "email": user.email, "password": PASSWORD, "totp_secret": secrets.get(user.pk, ""),
                "role": ", ".join(names), "organization": body,
            })  # fmt: skip
    return found


def table() -> str:
    """The same for a terminal; the one password and the way to a code are said once."""
    rows = people()
    if not rows:
        return "The demo is not loaded."
    heads = ("name", "email", "role", "organization")
    shown = [{**row, "role": row["role"].replace("_", " ")} for row in rows]
    widths = {head: max(len(head), *(len(row[head]) for row in shown)) for head in heads}
    lines = [
        f"The demo people (password of all: {PASSWORD}). Those with * also give a code:"
        " `python3 manage.py demo --code EMAIL` shows it.",
        "  ".join(head.ljust(widths[head]) for head in heads) + "  code",
    ]
    for row in shown:
        cells = "  ".join(row[head].ljust(widths[head]) for head in heads)
        lines.append((cells + ("  *" if row["totp_secret"] else "")).rstrip())
    return "\n".join(lines)


def code(email: str) -> str:
    """The six digits of this moment. Raises NotHere for nobody of the demo, or one without an authenticator app."""
    user = apps.get_model("people", "User").objects.filter(email=email.strip().lower(), email__endswith=_DOMAIN).first()
    secret = _secrets([user.pk]).get(user.pk) if user else None
    if secret is None:
        raise NotHere(f"No demo person with an authenticator app has the address {email}.")
    counters = list(yield_hotp_counters_from_time())  # around the present one
    return format_hotp_value(hotp_value(secret, counters[len(counters) // 2]))


def _secrets(user_ids: list[int]) -> dict[int, str]:
    rows: Any = Authenticator.objects.filter(user__in=user_ids, type=Authenticator.Type.TOTP)
    return {row.user_id: _secret(row) for row in rows}


def _secret(row: Authenticator) -> str:
    from allauth.mfa.utils import decrypt

    return decrypt(TOTP(row).instance.data["secret"])
