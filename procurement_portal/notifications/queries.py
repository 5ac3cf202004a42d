"""The inbox: what was told to me, what I have not read, and how I want to be told."""

from __future__ import annotations

from django.db.models import F, QuerySet

from procurement_portal.notifications.models.delivery import Category, Channel, Delivery, Preference
from procurement_portal.notifications.models.report import Report
from procurement_portal.people.actor import Actor


def inbox(actor: Actor, *, category: str = "", unread_only: bool = False) -> QuerySet[Delivery]:
    """The actor's notices, newest first; those of a category they switched off are not in it."""
    if actor.user_id is None:
        return Delivery.objects.none()
    rows = Delivery.objects.filter(user_id=actor.user_id, channel=Channel.PORTAL, outcome=Delivery.Outcome.SHOWN)
    if category:
        rows = rows.filter(category=category)
    if unread_only:
        rows = rows.filter(read_at__isnull=True)
    return rows.order_by("-id")


def unread_count(actor: Actor) -> int:
    """How many notices the actor has not read."""
    return inbox(actor, unread_only=True).order_by().count()


def choices(actor: Actor) -> dict[tuple[str, str], bool]:
    """(category, channel) → wanted, for every category and channel."""
    if actor.user_id is None:
        raise ValueError("only a person chooses")
    stored = {(row.category, row.channel): row.wanted for row in Preference.objects.filter(user_id=actor.user_id)}
    return {(c, ch): stored.get((c, ch), True) for c in Category.values for ch in Channel.values}


def about(kind: str, key: str) -> QuerySet[Delivery]:
    """Everything sent about one thing, as it was sent. Whoever asks has already been allowed to see the record."""
    return Delivery.objects.filter(kind=kind, key=key).order_by("pk")


def reports(actor: Actor) -> QuerySet[Report]:
    """Reports that something is broken, unanswered first, oldest first: for those who run the portal."""
    if not actor.can("portal.operate"):
        return Report.objects.none()
    return Report.objects.select_related("reported_by", "answered_by").order_by(
        F("answered_at").desc(nulls_first=True), "reported_at"
    )


def reports_by_receipt() -> QuerySet[Report]:
    """All reports, for whoever shows the signed address of one's receipt."""
    return Report.objects.all()
