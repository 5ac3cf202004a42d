"""Showing a protected value in the clear: for a stated reason, and written down before it is shown.

The view asks for step-up: `@requires(permission, step_up=True)`.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext as _

from procurement_portal.history.record import ActorLike, witness
from procurement_portal.vault.fields import Secret
from procurement_portal.web.refusal import Invalid


def reveal(actor: ActorLike, subject: models.Model, field: str, *, why: str) -> str:
    """The plain value of an encrypted field. The reading is an entry of history, the value is not.

    Raises Invalid without a reason, TypeError for a field that holds no secret.
    """
    if len(why.strip()) < 5:
        raise Invalid({"why": [_("Say why you need to see it.")]})
    value = getattr(subject, field)
    if not isinstance(value, Secret):
        raise TypeError(f"{field} holds no secret")
    witness(actor, "secret.reveal", subject, why=f"{field}: {why.strip()}")
    return value.open()
