"""Keep what is sent, and what became of it."""

from __future__ import annotations

from django.db import transaction

from procurement_portal.notifications.models.delivery import Channel, Delivery
from procurement_portal.outbox.intents import enqueue_many
from procurement_portal.time.clock import now

MAIL = "notifications.mail"  # the intent that sends one delivery by mail


def keep(rows: list[Delivery]) -> list[Delivery]:
    """Store deliveries with an intent for each mail that is wanted, in the caller's transaction; returns what is new.

    Another process may tell the same at this moment: the unique key decides, the loser writes nothing.
    """
    if not rows:
        return []
    Delivery.objects.bulk_create(rows, ignore_conflicts=True)
    same = Delivery.objects.filter(kind=rows[0].kind, key=rows[0].key)
    stored = [
        *same.filter(channel=Channel.PORTAL, user__in=[r.user_id for r in rows if r.channel == Channel.PORTAL]),
        *same.filter(message_id__in=[r.message_id for r in rows if r.message_id]),
    ]
    mails = [row.pk for row in stored if row.channel == Channel.MAIL and row.outcome == Delivery.Outcome.WAITING]
    enqueue_many(MAIL, {f"{MAIL}:{pk}": {"delivery_id": pk} for pk in mails})
    return stored


def begin(delivery_id: int) -> Delivery | None:
    """Lock a mail that is to be sent and mark it sent; None when it was sent or switched off.

    The mail leaves after this, before the transaction ends: if it cannot, the mark goes with it.
    """
    row = Delivery.objects.select_for_update().get(pk=delivery_id)
    if row.outcome not in (Delivery.Outcome.WAITING, Delivery.Outcome.FAILED):
        return None
    row.outcome, row.sent_at = Delivery.Outcome.SENT, now()
    row.save(update_fields=["outcome", "sent_at"])
    return row


def fail(delivery_id: int) -> Delivery | None:
    """Mark a mail that could not be sent at any attempt; None when it was sent after all."""
    with transaction.atomic():
        row = Delivery.objects.select_for_update().get(pk=delivery_id)
        if row.outcome != Delivery.Outcome.WAITING:
            return None
        row.outcome = Delivery.Outcome.FAILED
        row.save(update_fields=["outcome"])
        return row
