"""Read marks of the inbox, and a person's choices of how notices reach them."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from procurement_portal.history.record import record
from procurement_portal.notifications.models.delivery import Category, Channel, Delivery, Preference
from procurement_portal.people.actor import Actor
from procurement_portal.people.models.user import User
from procurement_portal.time.clock import now


def mark_read(*, actor: Actor, delivery_ids: list[int] | None = None) -> int:
    """Mark these notices of the actor's inbox read, or all of them; returns how many were unread."""
    rows = Delivery.objects.filter(
        user_id=_person(actor), channel=Channel.PORTAL, outcome=Delivery.Outcome.SHOWN, read_at__isnull=True
    )
    if delivery_ids is not None:
        rows = rows.filter(pk__in=delivery_ids)
    return rows.update(read_at=now())


def choose(*, actor: Actor, wanted: Mapping[tuple[str, str], bool]) -> None:
    """Keep a person's choices: (category, channel) → wanted. Legal notices come whatever is chosen.

    Raises ValueError for a category or channel that does not exist.
    """
    for category, channel in wanted:
        if category not in Category.values or channel not in Channel.values:
            raise ValueError(f"no such choice: {category}, {channel}")
    with transaction.atomic():
        person = User.objects.select_for_update().get(pk=_person(actor))
        old = {(row.category, row.channel): row.wanted for row in Preference.objects.filter(user_id=person.pk)}
        changed = {choice: value for choice, value in wanted.items() if old.get(choice, True) != value}
        for (category, channel), value in changed.items():
            Preference.objects.update_or_create(
                user_id=person.pk, category=category, channel=channel, defaults={"wanted": value}
            )
        if changed:
            after = {f"{category}.{channel}": value for (category, channel), value in changed.items()}
            record(actor, "notices.choose", person, after=after)


def _person(actor: Actor) -> int:
    if actor.user_id is None:
        raise ValueError("only a person has an inbox")
    return actor.user_id
