"""Whom a notice goes to, said as an audience and resolved to people when it is sent."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.db.models import Q

from procurement_portal.people.bodies import Body
from procurement_portal.people.desks import holders
from procurement_portal.people.models.membership import Absence, Desk, DeskMember
from procurement_portal.people.models.user import User
from procurement_portal.time.clock import today

if TYPE_CHECKING:
    from procurement_portal.people.models.body import Department, Organization


@dataclass(frozen=True)
class Recipient:
    """One person (or a bare address) who gets a notice, and for whom they get it."""

    user: User | None = None
    address: str = ""
    language: str = "en"
    organization_id: int | None = None
    desk_id: int | None = None
    instead_of_id: int | None = None


Audience = Iterable[Recipient]


def users(people: Iterable[User | int]) -> list[Recipient]:
    """These people themselves, by row or id, in the order given; closed accounts are left out."""
    ids = [person if isinstance(person, int) else person.pk for person in people]
    found = User.objects.filter(is_active=True).in_bulk(ids)
    return [_to(found[pk]) for pk in dict.fromkeys(ids) if pk in found]


def user(person: User | int) -> list[Recipient]:
    """One person."""
    return users([person])


def address(email: str, language: str = "en") -> list[Recipient]:
    """A bare e-mail address: a subscriber or an invited person without an account. Mail only."""
    return [Recipient(address=email.lower(), language=language)]


def organization(
    body: Organization | int,
    roles: Iterable[str] = ("administrator", "signatory"),
    scopes: Iterable[tuple[str, str]] = (),
) -> list[Recipient]:
    """The people of an organization who hold one of these roles everywhere in it, or for one of `scopes` ((type, id))."""
    pk = body if isinstance(body, int) else body.pk
    return [
        replace(recipient, organization_id=pk)
        for recipient in _holders(Q(memberships__organization_id=pk), tuple(roles), tuple(scopes))
    ]


def department(body: Department | int, roles: Iterable[str]) -> list[Recipient]:
    """The people of a department who hold one of these roles; the deputies of those away today get a copy."""
    pk = body if isinstance(body, int) else body.pk
    return with_deputies(_holders(Q(memberships__department_id=pk), tuple(roles)))


def everybody_with(role: str) -> list[Recipient]:
    """Everybody who holds a department's role anywhere, such as the portal's administrators."""
    return _holders(Q(memberships__department__isnull=False), (role,))


def desk(place: Desk | int) -> list[Recipient]:
    """The people at a desk, and whoever holds it today instead of those away (deputies, the substitute).

    A desk nobody holds is its body's administrators' to mend: they are told instead.
    """
    pk = place if isinstance(place, int) else place.pk
    row = Desk.objects.select_related("substitute").get(pk=pk)
    seats = DeskMember.objects.filter(desk_id=pk, user__is_active=True).select_related("user").order_by("user_id")
    people = [replace(_to(seat.user), desk_id=pk) for seat in seats]
    known = {recipient.user.pk for recipient in people if recipient.user}
    for holder in holders(row, today()):
        if holder.user.pk not in known and holder.user.is_active:
            instead = holder.instead_of.pk if holder.instead_of else None
            people.append(replace(_to(holder.user), desk_id=pk, instead_of_id=instead))
    if not people:
        body = Body.of(row)
        where = {f"memberships__{name}": value for name, value in body.fields.items() if value}
        return [replace(recipient, desk_id=pk) for recipient in _holders(Q(**where), (body.manager,))]
    return people


def with_deputies(people: Iterable[Recipient]) -> list[Recipient]:
    """The same people, and for each who is away today their deputy as well (once, if not among them already)."""
    people = list(people)
    known = {recipient.user.pk for recipient in people if recipient.user}
    day = today()
    away = Absence.objects.filter(
        user_id__in=known, first_day__lte=day, last_day__gte=day, canceled_at__isnull=True, deputy__is_active=True
    ).select_related("deputy")
    by_person = {absence.user_id: absence.deputy for absence in away.order_by("-pk")}
    for recipient in list(people):
        deputy = by_person.get(recipient.user.pk) if recipient.user else None
        if deputy is not None and deputy.pk not in known:
            known.add(deputy.pk)
            people.append(
                replace(recipient, user=deputy, language=deputy.language, instead_of_id=recipient.user.pk)  # type: ignore[union-attr]
            )
    return people


def _holders(body: Q, roles: tuple[str, ...], scopes: tuple[tuple[str, str], ...] = ()) -> list[Recipient]:
    reach = Q(memberships__scope_type="")
    for kind, key in scopes:
        reach |= Q(memberships__scope_type=kind, memberships__scope_id=key)
    found = User.objects.filter(
        body,
        reach,
        is_active=True,
        memberships__role__in=roles,
        memberships__ended_at__isnull=True,
    )
    return [_to(person) for person in found.distinct().order_by("pk")]


def _to(person: User) -> Recipient:
    return Recipient(user=person, language=person.language)
