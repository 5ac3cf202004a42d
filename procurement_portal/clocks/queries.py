"""What waits for me, what waits for others, and what a private calendar shows."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db import connection, models
from django.db.models import Q, QuerySet
from django.db.models.functions import Cast

from procurement_portal.clocks.models import Clock, Feed
from procurement_portal.history.record import subject_type
from procurement_portal.people import scopes
from procurement_portal.people.acting import actor_from, body_key, open_memberships
from procurement_portal.people.actor import Actor
from procurement_portal.people.models.body import Organization
from procurement_portal.people.models.user import User


@dataclass(frozen=True)
class DeskCount:
    """A desk the actor holds, how much waits there and how much of it is late."""

    id: int
    name: str
    open: int
    late: int


# The desks a person holds in a body: their seats, those of everybody whose deputy (or deputy's deputy) they are today, and
# those they are substitute of while nobody at the desk is present. The same as `people.desks`, in one statement.
_DESKS = """
WITH RECURSIVE day AS (SELECT (portal_now() AT TIME ZONE 'America/Chicago')::date AS today),
away AS (
    SELECT user_id, deputy_id FROM people_absence, day
    WHERE {body} = %(body)s AND canceled_at IS NULL AND today BETWEEN first_day AND last_day
),
stands_for AS (
    SELECT %(user)s::bigint AS user_id
    UNION SELECT away.user_id FROM away JOIN stands_for ON away.deputy_id = stands_for.user_id
)
SELECT desk.id, desk.name,
    (SELECT count(*) FROM clocks_clock WHERE desk_id = desk.id AND stopped_at IS NULL) AS open,
    (SELECT count(*) FROM clocks_clock WHERE desk_id = desk.id AND stopped_at IS NULL AND due_at < portal_now()) AS late
FROM people_desk desk
WHERE desk.{body} = %(body)s AND desk.closed_at IS NULL AND (
    EXISTS (SELECT 1 FROM people_deskmember seat JOIN stands_for USING (user_id) WHERE seat.desk_id = desk.id)
    OR (desk.substitute_id = %(user)s AND NOT EXISTS (
        SELECT 1 FROM people_deskmember seat WHERE seat.desk_id = desk.id
        AND seat.user_id NOT IN (SELECT user_id FROM away)))
)
ORDER BY desk.name, desk.id
"""


def desk_counts(actor: Actor) -> list[DeskCount]:
    """The desks of the body acted for that the actor holds today, deputized ones included, by name; one query."""
    if actor.user_id is None or not (actor.department_id or actor.organization_id):
        return []
    column = "department_id" if actor.department_id else "organization_id"
    given = {"body": actor.department_id or actor.organization_id, "user": actor.user_id}
    with connection.cursor() as cursor:
        cursor.execute(_DESKS.format(body=column), given)
        return [DeskCount(*row) for row in cursor.fetchall()]


def desk_ids(actor: Actor) -> list[int]:
    """The ids of `desk_counts`."""
    return [desk.id for desk in desk_counts(actor)]


def for_actor(actor: Actor, desks: Collection[int] | None = None) -> QuerySet[Clock]:
    """Open clocks the actor holds: their own, their desks' (also as a deputy), their organization's; soonest first.

    `desks` are the ids of the actor's desks where they are known already.
    """
    return _open().filter(_held(actor, desks)).order_by("due_at", "pk")


def waiting_for_others(actor: Actor, desks: Collection[int] | None = None) -> QuerySet[Clock]:
    """Open clocks that acts of the actor (or of the organization acted for) started and somebody else holds."""
    if actor.user_id is None:
        return Clock.objects.none()
    if actor.organization_id:
        asked = Q(asked_by_organization_id=actor.organization_id) & _reached(actor)
    else:
        asked = Q(asked_by_id=actor.user_id, asked_by_organization_id__isnull=True)
    return _open().filter(asked).exclude(_held(actor, desks)).order_by("due_at", "pk")


def names_of_holders(clocks: Collection[Clock]) -> dict[int, str]:
    """Clock id → the person or organization that holds it, by name; desks have their own. At most two queries."""
    people = {c.user_id for c in clocks if c.user_id is not None}
    bodies = {c.organization_id for c in clocks if c.organization_id is not None}
    users = dict(User.objects.filter(pk__in=people).values_list("pk", "name")) if people else {}
    organizations = dict(Organization.objects.filter(pk__in=bodies).values_list("pk", "name")) if bodies else {}
    found = {c.pk: users.get(c.user_id or 0) or organizations.get(c.organization_id or 0, "") for c in clocks}
    return {pk: name for pk, name in found.items() if name}


def on(subject: models.Model) -> QuerySet[Clock]:
    """Every clock of a record, newest first. Whoever asks has already been allowed to see the record."""
    return (
        Clock.objects.filter(subject_type=subject_type(subject), subject_id=str(subject.pk))
        .select_related("desk")
        .order_by("-started_at", "-pk")
    )


def feed_owner(token_hash: str) -> int | None:
    """The person whose calendar address has this hash; None for an unknown or ended one."""
    return Feed.objects.filter(token_hash=token_hash, user__is_active=True).values_list("user_id", flat=True).first()


def for_feed(user_id: int, most: int = 500) -> QuerySet[Clock]:
    """The open clocks of a person over all bodies they act for, soonest first; at most 500, with their moves."""
    memberships = open_memberships(user_id)
    person = User.objects.get(pk=user_id)
    held = Q(user_id=user_id)
    for body in dict.fromkeys(body_key(membership) for membership in memberships):
        held |= _held(actor_from(person, memberships, body))
    return _open().filter(held).prefetch_related("moves").order_by("due_at", "pk")[:most]


def has_feed(actor: Actor) -> Feed | None:
    """The actor's own calendar address, without its token (which is kept nowhere)."""
    return Feed.objects.filter(user_id=actor.user_id or 0).first()


def _open() -> QuerySet[Clock]:
    return Clock.objects.filter(stopped_at__isnull=True).select_related(
        "desk", "desk__department", "desk__organization"
    )


def _held(actor: Actor, desks: Collection[int] | None = None) -> Q:
    """The condition in null-safe form, so that it can be excluded as well."""
    if actor.user_id is None:
        return Q(pk__in=[])
    held = Q(user_id__isnull=False, user_id=actor.user_id)
    ids = desk_ids(actor) if desks is None else desks
    if ids:
        held |= Q(desk__isnull=False, desk__in=ids)
    if actor.organization_id:
        held |= Q(organization_id__isnull=False, organization_id=actor.organization_id) & _reached(actor)
    return held


def _reached(actor: Actor) -> Q:
    """No bound for somebody with a role everywhere in the organization; else the records their limited roles reach."""
    if actor.roles:
        return Q()
    condition = Q(pk__in=[])
    for rows in scopes.reached(actor):
        ids = rows.annotate(as_text=Cast("pk", models.CharField())).values("as_text")
        condition |= Q(subject_type=subject_type(rows.model), subject_id__in=ids)
    return condition
