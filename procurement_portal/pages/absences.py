"""Who of one's body is away in a span of days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from procurement_portal.people.actor import Actor
from procurement_portal.people.models.membership import Absence


@dataclass(frozen=True)
class Away:
    """A colleague's absence, both days included, and who stands in."""

    user_id: int
    name: str
    deputy: str
    first_day: date
    last_day: date


def away_between(actor: Actor, first: date, last: date) -> list[Away]:
    """The absences of the actor's department or organization that touch these days, earliest first; one query."""
    rows = Absence.objects.filter(canceled_at__isnull=True, first_day__lte=last, last_day__gte=first)
    if actor.department_id:
        rows = rows.filter(department_id=actor.department_id)
    elif actor.organization_id:
        rows = rows.filter(organization_id=actor.organization_id)
    else:
        return []
    return [
        Away(row.user_id, str(row.user), str(row.deputy), row.first_day, row.last_day)
        for row in rows.select_related("user", "deputy").order_by("first_day", "pk")
    ]
