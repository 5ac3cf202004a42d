"""Write and lift holds. Reserved to the compliance officers and to the portal itself."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from procurement_portal.history.record import record
from procurement_portal.people.actor import Actor
from procurement_portal.people.models.body import Organization
from procurement_portal.people.roles import CONTRACT_COMPLIANCE_DIRECTOR, CONTRACT_COMPLIANCE_OFFICER
from procurement_portal.standing.models import Hold
from procurement_portal.time.clock import now
from procurement_portal.web.refusal import Conflict, Invalid, Refused

_OFFICERS = {CONTRACT_COMPLIANCE_OFFICER.name, CONTRACT_COMPLIANCE_DIRECTOR.name}


def hold(
    *,
    actor: Actor,
    organization: Organization,
    effect: str,
    ground: str,
    citation: str,
    first_day: date,
    last_day: date | None = None,
) -> Hold:
    """Write a hold on an organization and return it.

    `ground` is what happened, `citation` the provision that gives the effect; without `last_day` it lasts until lifted.
    Raises Refused for anybody but a compliance officer or the portal, Invalid for missing words or days out of order.
    """
    _may(actor)
    problems: dict[str, list[str]] = {}
    if not ground.strip():
        problems["ground"] = ["Say on what ground."]
    if not citation.strip():
        problems["citation"] = ["Name the provision that gives this effect."]
    if effect not in Hold.Effect.values:
        problems["effect"] = ["Choose an effect."]
    if last_day is not None and last_day < first_day:
        problems["last_day"] = ["The last day is not before the first."]
    if problems:
        raise Invalid(problems)
    with transaction.atomic():
        row = Hold.objects.create(
            organization=organization,
            effect=effect,
            ground=ground.strip(),
            citation=citation.strip(),
            first_day=first_day,
            last_day=last_day,
            written_by_id=actor.user_id,
        )
        after = {"effect": effect, "first_day": str(first_day), "last_day": str(last_day) if last_day else None}
        record(actor, "standing.hold", row, after=after, why=row.ground, law=row.citation)
        return row


def lift(*, actor: Actor, hold: Hold, why: str) -> Hold:
    """Lift a hold for a stated reason; it stays readable. Raises Refused, Invalid without a reason, Conflict when lifted."""
    _may(actor)
    if not why.strip():
        raise Invalid({"why": ["Say why the hold is lifted."]})
    with transaction.atomic():
        row = Hold.objects.select_for_update().get(pk=hold.pk)
        if row.lifted_at is not None:
            raise Conflict("This hold is lifted already.", row)
        row.lifted_at, row.lifted_why, row.lifted_by_id = now(), why.strip(), actor.user_id
        row.save(update_fields=["lifted_at", "lifted_why", "lifted_by"])
        record(actor, "standing.lift", row, after={"lifted": True}, why=row.lifted_why, law=row.citation)
        return row


def _may(actor: Actor) -> None:
    if not (actor.is_system or actor.roles & _OFFICERS):
        raise Refused("Only the compliance officers decide about holds.")
