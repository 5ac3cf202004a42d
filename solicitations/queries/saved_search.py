"""Kept searches: one's own, and those with something new to tell."""

from __future__ import annotations

from django.db.models import Max, QuerySet

from procurement_portal.people.actor import Actor
from solicitations.models.saved_search import SavedSearch
from solicitations.models.solicitation import Solicitation


def own(actor: Actor) -> QuerySet[SavedSearch]:
    """The searches this person keeps, newest first."""
    return SavedSearch.objects.filter(user_id=actor.user_id, user__isnull=False, left_at__isnull=True).order_by(
        "-made_at"
    )


def by_token(token: str) -> SavedSearch | None:
    """The search whose mail carried this token; the token is the only authority it needs."""
    return SavedSearch.objects.filter(token=token).first()


def waiting(limit: int = 500) -> list[int]:
    """Ids of confirmed searches that have not been asked since the newest publication, longest waiting first."""
    newest = Solicitation.objects.filter(published_at__isnull=False).aggregate(newest=Max("published_at"))["newest"]
    if newest is None:
        return []
    rows = SavedSearch.objects.filter(confirmed_at__isnull=False, left_at__isnull=True, told_until__lt=newest)
    return list(rows.order_by("told_until").values_list("pk", flat=True)[:limit])
