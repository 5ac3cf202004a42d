"""Mails of sign-in: written to the outbox as kind and ids, made and sent by the worker. No secret link lies in a row."""

from __future__ import annotations

import uuid
from typing import Any

from allauth.core import context as allauth_context
from django.conf import settings
from django.db import transaction

from procurement_portal.outbox.intents import enqueue
from procurement_portal.time.clock import now
from procurement_portal.web import words

TASK = "people.account_mail"
# What of allauth's context may lie in a row: where and when an act on an account was done.
_PLAIN = ("ip", "user_agent")


def public_base() -> str:
    """The address people reach the portal at, without a slash: the setting, or the present request's host."""
    if settings.PUBLIC_URL:
        return settings.PUBLIC_URL.rstrip("/")
    request = allauth_context.request
    return request.build_absolute_uri("/").rstrip("/") if request else "http://localhost"


def queue_account_mail(kind: str, email: str, context: dict[str, Any]) -> None:
    """Write the intent of one mail. `kind` is the template's path without its ending; known and unknown addresses cost the same."""
    user = context.get("user")
    facts = {name: str(context[name])[:200] for name in _PLAIN if name in context}
    with transaction.atomic():
        enqueue(
            TASK,
            key=f"{TASK}:{uuid.uuid4()}",
            kind=kind,
            email=email,
            user_id=getattr(user, "pk", None),
            base=public_base(),
            facts={**facts, "at": words.instant(now())},
        )
