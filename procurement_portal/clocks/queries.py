"""What waits for me, what waits for others, and what a private calendar shows."""

from __future__ import annotations

from django.db import models
from django.db.models import Q, QuerySet

from procurement_portal.clocks.models import Clock, Feed
from procurement_portal.history.record import subject_type
from procurement_portal.people.acting import actor_from, body_key, open_memberships
from procurement_portal.people.actor import Actor
from procurement_portal.people.models.membership import Absence, Desk
from procurement_portal.people.models.user import User
from procurement_portal.time.clock import PortalNow, today


def desks_of(actor: Actor) -> QuerySet[Desk]:
    """The desks of the body acted for at which the actor sits, or stands in for somebody away today."""
    if actor.user_id is None or not (actor.department_id or actor.organization_id):
        return Desk.objects.none()
    body = Q(department_id=actor.department_id) if actor.department_id else Q(organization_id=actor.organization_id)
    day = today()
    away = Absence.objects.filter(
        body, deputy_id=actor.user_id, first_day__lte=day, last_day__gte=day, canceled_at__isnull=True
    ).values("user_id")
    seats = Desk.members.through.objects.filter(Q(user_id=actor.user_id) | Q(user_id__in=away)).values("desk_id")
    return Desk.objects.filter(body, pk__in=seats)


def for_actor(actor: Actor) -> QuerySet[Clock]:
    """Open clocks the actor holds: their own, their desks' (also as a deputy), their organization's; soonest first."""
    return _open().filter(_held(actor)).order_by("due_at", "pk")


def waiting_for_others(actor: Actor) -> QuerySet[Clock]:
    """Open clocks the actor's own acts (or those of the organization acted for) started and somebody else holds."""
    if actor.user_id is None:
        return Clock.objects.none()
    asked = Q(asked_by_id=actor.user_id, asked_by_organization_id=actor.organization_id)
    if actor.organization_id:
        asked = Q(asked_by_organization_id=actor.organization_id)
    return (
        _open().filter(asked).exclude(pk__in=Clock.objects.filter(_held(actor)).values("pk")).order_by("due_at", "pk")
    )


def on(subject: models.Model) -> QuerySet[Clock]:
    """Every clock of a record, newest first. Whoever asks has already been allowed to see the record."""
    return (
        Clock.objects.filter(subject_type=subject_type(subject), subject_id=str(subject.pk))
        .select_related("desk")
        .order_by("-started_at", "-pk")
    )


def desk_counts(actor: Actor) -> list[tuple[Desk, int, int]]:
    """(desk, open clocks, late ones) for each desk of the actor, by name, in one query."""
    from_clocks = Q(clocks__stopped_at__isnull=True)
    rows = (
        desks_of(actor)
        .annotate(
            open=models.Count("clocks", filter=from_clocks & Q(clocks__id__isnull=False)),
            late=models.Count("clocks", filter=from_clocks & Q(clocks__due_at__lt=PortalNow())),
        )
        .order_by("name")
    )
    return [(desk, desk.open, desk.late) for desk in rows]


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
    return Feed.objects.filter(user_id=actor.user_id).first()


def _open() -> QuerySet[Clock]:
    return Clock.objects.filter(stopped_at__isnull=True).select_related(
        "desk", "desk__department", "desk__organization"
    )


def _held(actor: Actor) -> Q:
    if actor.user_id is None:
        return Q(pk__in=[])
    held = Q(user_id=actor.user_id) | Q(desk__in=desks_of(actor).values("pk"))
    if actor.organization_id:
        held |= Q(organization_id=actor.organization_id)
    return held
