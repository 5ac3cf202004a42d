"""For whom a signed-in person acts in this session."""

from __future__ import annotations

from typing import Any

from django.db.models.functions import TruncDate
from django.http import HttpRequest

from procurement_portal.people.actor import Actor
from procurement_portal.people.models.membership import Membership
from procurement_portal.people.models.oversight import Engagement
from procurement_portal.people.models.user import User
from procurement_portal.people.proof import has_second_factor
from procurement_portal.people.roles import AUDITOR
from procurement_portal.time.clock import CHICAGO, PortalNow

TODAY = TruncDate(PortalNow(), tzinfo=CHICAGO)
SESSION_KEY = "acting_as"  # "organization:12" or "department:3"


def open_memberships(user_id: int) -> list[Membership]:
    """A person's memberships in force, with their bodies, in one query, departments first, by name."""
    rows = Membership.objects.filter(user_id=user_id, ended_at__isnull=True).select_related(
        "organization", "department"
    )
    return sorted(
        rows,
        key=lambda m: (
            m.department_id is None,
            str(m.department or m.organization),
            m.pk,
        ),
    )


def body_key(membership: Membership) -> str:
    """The session's word for a membership's body."""
    if membership.department_id:
        return f"department:{membership.department_id}"
    return f"organization:{membership.organization_id}"


def engaged_for(user_id: int) -> frozenset[tuple[str, int]]:
    """The bodies an auditor may read today, as ("department"|"organization", id), by the database's day in Chicago."""
    rows = Engagement.objects.filter(
        auditor_id=user_id, ended_at__isnull=True, first_day__lte=TODAY, last_day__gte=TODAY
    ).values_list("departments", "organizations")
    found: set[tuple[str, int]] = set()
    for department_id, organization_id in rows:
        found |= {("department", department_id)} if department_id else set()
        found |= {("organization", organization_id)} if organization_id else set()
    return frozenset(found)


def actor_from(
    user: User,
    memberships: list[Membership],
    chosen: str = "",
    **extra: Any,
) -> Actor:
    """The actor of a person who chose a body (or has just one, or none)."""
    bodies = list(dict.fromkeys(body_key(m) for m in memberships))
    body = chosen if chosen in bodies else (bodies[0] if bodies else "")
    own = [m for m in memberships if body_key(m) == body]
    common: dict[str, Any] = {"user_id": user.pk, "name": user.name, "email": user.email, **extra}
    if not own:
        return Actor(**common)
    first = own[0]
    audits: frozenset[tuple[str, int]] = frozenset()
    if any(m.role == AUDITOR.name for m in own):
        # Outside a dated engagement an auditor is nobody: the role itself gives nothing.
        audits = engaged_for(user.pk)
        own = own if audits else [m for m in own if m.role != AUDITOR.name]
    return Actor(
        **common,
        organization_id=first.organization_id,
        organization_name=str(first.organization) if first.organization else "",
        department_id=first.department_id,
        department_name=str(first.department) if first.department else "",
        jurisdiction=first.department.jurisdiction if first.department else "",
        audits=audits,
        roles=frozenset(m.role for m in own if not m.scope_type),
        scoped=frozenset((m.role, m.scope_type, m.scope_id) for m in own if m.scope_type),
    )


def actor_for(request: HttpRequest) -> Actor:
    """The actor of a request; one query when signed in."""
    request_id = request.headers.get("x-request-id", "") or getattr(request, "id", "")
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        request.memberships = []  # type: ignore[attr-defined]
        return Actor.public(request_id)
    memberships = open_memberships(user.pk)
    request.memberships = memberships  # type: ignore[attr-defined]
    return actor_from(
        user,
        memberships,
        request.session.get(SESSION_KEY, ""),
        second_factor=has_second_factor(request),
        request_id=request_id,
    )
