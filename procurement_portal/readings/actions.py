"""Decide a reading or a number of policy: signed, dated, with its reason, by the competent officer alone."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from procurement_portal.history.record import record
from procurement_portal.law.errors import UnknownReading
from procurement_portal.law.readings import Question
from procurement_portal.people.actor import Actor
from procurement_portal.people.roles import ROLES
from procurement_portal.readings import register
from procurement_portal.readings.models import Decision
from procurement_portal.time.clock import today
from procurement_portal.web.refusal import Invalid, Refused


def decide(*, actor: Actor, key: str, value: object, from_day: date, reason: str, signed_name: str) -> Decision:
    """Choose `value` for `key` from a day on and return the decision.

    Raises Refused for anybody but the competent officer (with the provision that names the office), Invalid for a value
    the register does not list, a day in the past, no reason, or a name that is not the officer's. KeyError: unknown key.
    """
    topic = register.topics()[key]
    officer = register.officer_of(topic)
    law = topic.authority if isinstance(topic, Question) else ""
    if actor.user_id is None or not officer.is_(actor):
        raise Refused(_("This is decided by the %(officer)s.") % {"officer": officer.label}, law)
    problems: dict[str, list[str]] = {}
    chosen = ""
    try:
        chosen = register.written(topic.choice(value))
    except UnknownReading:
        problems["value"] = [_("Choose one of the values listed.")]
    if from_day < today():
        problems["from_day"] = [_("A decision counts from today or a later day: what was decided under another stays.")]
    if not reason.strip():
        problems["reason"] = [_("Say why.")]
    if " ".join(signed_name.split()).casefold() != " ".join(actor.name.split()).casefold():
        problems["signed_name"] = [_("Sign with your name as it is in your account: %(name)s") % {"name": actor.name}]
    if problems:
        raise Invalid(problems)
    with transaction.atomic():
        before = _stands(key, from_day)
        roles = ", ".join(str(ROLES[name].label) for name in sorted(actor.roles))
        row = Decision.objects.create(
            key=key,
            value=chosen,
            from_day=from_day,
            reason=reason.strip(),
            signed_name=" ".join(signed_name.split()),
            signed_by_id=actor.user_id,
            signed_as=f"{roles}, {actor.department_name}"[:200],
        )
        record(
            actor,
            "readings.decide",
            row,
            before={"value": before},
            after={"value": chosen, "from_day": str(from_day)},
            why=row.reason,
            law=law,
        )
        return row


def _stands(key: str, on: date) -> str:
    """What would be in force on a day, as the register writes it."""
    row = Decision.objects.filter(key=key, from_day__lte=on).order_by("-from_day", "-id").first()
    return row.value if row else register.written(register.topics()[key].default)
