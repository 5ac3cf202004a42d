"""Reading recoveries: who is concerned, who may help."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from procurement_portal.people.actor import Actor
from procurement_portal.people.bodies import Body, may_manage
from procurement_portal.people.models.membership import Membership
from procurement_portal.people.models.oversight import Recovery


def _bodies(recovery: Recovery) -> list[Body]:
    if recovery.organization_id:
        return [Body(organization_id=recovery.organization_id)]
    rows = Membership.objects.filter(user_id=recovery.user_id, ended_at__isnull=True)
    return list(dict.fromkeys(Body.of(row) for row in rows))


def concerned(recovery: Recovery) -> list[int]:
    """Ids of everybody who is told: all members of the organization, or the administrators of the person's bodies."""
    found: set[int] = set()
    for body in _bodies(recovery):
        members = Membership.objects.filter(ended_at__isnull=True, **body.fields)
        if body.department_id:
            members = members.filter(role=body.manager)
        found |= set(members.values_list("user_id", flat=True))
    return sorted(found)


def may_help(actor: Actor, recovery: Recovery) -> bool:
    """Whether the actor administers a body of the person, and is not that person."""
    return actor.user_id != recovery.user_id and any(may_manage(actor, body) for body in _bodies(recovery))


def recoveries(actor: Actor) -> QuerySet[Recovery]:
    """Open recoveries this actor may see: all for who checks identities, else those of people of the body they manage."""
    rows = Recovery.objects.filter(done_at__isnull=True, stopped_at__isnull=True).select_related(
        "user", "organization", "checked_by"
    )
    if actor.can("people.check_identity"):
        return rows.order_by("asked_at")
    body = Body.acted_for(actor)
    if (body.organization_id or body.department_id) and may_manage(actor, body):
        people = Membership.objects.filter(ended_at__isnull=True, **body.fields).values("user_id")
        return rows.filter(Q(organization_id=body.organization_id or 0) | Q(user_id__in=people)).order_by("asked_at")
    if actor.organization_id:
        return rows.filter(organization_id=actor.organization_id).order_by("asked_at")
    return rows.filter(user_id=actor.user_id or 0)
