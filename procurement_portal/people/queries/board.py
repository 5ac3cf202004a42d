"""Who is named on the board of an organization one may read."""

from __future__ import annotations

from django.db.models import QuerySet

from procurement_portal.people.actor import Actor
from procurement_portal.people.models.board import BoardMember
from procurement_portal.people.queries.organizations import organizations


def board(actor: Actor, organization_id: int) -> QuerySet[BoardMember]:
    """The people named now, by name; none of an organization whose pages the actor may not read."""
    return BoardMember.objects.filter(
        organization__in=organizations(actor), organization_id=organization_id, removed_at__isnull=True
    ).order_by("fold", "pk")
