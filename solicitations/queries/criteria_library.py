"""The citywide library as it stands, and where departments depart from it."""

from __future__ import annotations

from django.db.models import Count, Q, QuerySet

from procurement_portal.people.actor import Actor
from solicitations.models.criteria_library import Departure, LibraryItem


def current_items(actor: Actor, jurisdiction: str = "") -> QuerySet[LibraryItem]:
    """Items in force for a jurisdiction (the actor's own by default), criteria first."""
    where = jurisdiction or actor.jurisdiction
    rows = LibraryItem.objects.filter(retired_at__isnull=True)
    return rows.filter(Q(jurisdiction="") | Q(jurisdiction=where)).order_by("kind", "title")


def with_use(actor: Actor) -> QuerySet[LibraryItem]:
    """The items in force with how many criteria use them and how many solicitations depart."""
    return current_items(actor).annotate(
        uses=Count("used_in", distinct=True), departs=Count("departures", distinct=True)
    )


def departures(actor: Actor) -> QuerySet[Departure]:
    """Every department's departures in the actor's jurisdiction with reasons, by department, newest first."""
    return (
        Departure.objects.filter(solicitation__department__jurisdiction=actor.jurisdiction)
        .select_related("solicitation__department", "item", "made_by")
        .order_by("solicitation__department__name", "-made_at", "-pk")
    )
