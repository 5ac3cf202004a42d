"""Who holds a desk on a day: its members, their deputies while they are away, its substitute when nobody else is there.

A deputy gets the desk's work, not the person's roles: what they may do there is what their own roles allow.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from procurement_portal.people.bodies import Body
from procurement_portal.people.models.membership import Absence, Desk, DeskMember, Membership
from procurement_portal.people.models.user import User
from procurement_portal.people.roles import PROCUREMENT_OFFICER, PROGRAM_OFFICER


@dataclass(frozen=True)
class Standard:
    """A desk every department has from its first day: its stable function, name, service days, and whose role seats them there."""

    function: str
    name: str
    service_days: int  # business days
    role: str


# Clocks are started at these desks by their function; a department without one would lose the clock.
STANDARD = (
    Standard("publication", "Review and publication", 3, PROCUREMENT_OFFICER.name),
    Standard("inquiries", "Questions about notices", 5, PROGRAM_OFFICER.name),
)


@dataclass(frozen=True)
class Holder:
    """A person who holds a desk on a day; `instead_of` says for whom, `substitute` that everybody else is away."""

    user: User
    instead_of: User | None = None
    substitute: bool = False


def holders(desk: Desk, day: date) -> list[Holder]:
    """The people who hold a desk that day: see `holders_by_desk`."""
    return holders_by_desk([desk], day)[desk.pk]


def holders_by_desk(desks: Sequence[Desk], day: date) -> dict[int, list[Holder]]:
    """Desk id → the people who hold it that day, members first, each once, by name; three queries for any number of desks.

    A member who is away is replaced by their deputy for that body; a deputy who is away too is replaced by theirs in turn. When
    nobody is left the substitute holds it. A person without a role in the body any more holds nothing. May be empty.
    """
    here: dict[Body, set[int]] = {}
    for row in Membership.objects.filter(_of_bodies(desks), ended_at__isnull=True):
        here.setdefault(Body.of(row), set()).add(row.user_id)
    away: dict[Body, dict[int, Absence]] = {}
    for absence in Absence.objects.filter(
        _of_bodies(desks), canceled_at__isnull=True, first_day__lte=day, last_day__gte=day
    ).select_related("user", "deputy"):
        away.setdefault(Body.of(absence), {})[absence.user_id] = absence
    seats: dict[int, list[DeskMember]] = {}
    for seat in DeskMember.objects.filter(desk__in=desks).select_related("user").order_by("user__name", "user_id"):
        seats.setdefault(seat.desk_id, []).append(seat)
    found = {}
    for desk in desks:
        body = Body.of(desk)
        found[desk.pk] = _holders(desk, seats.get(desk.pk, []), here.get(body, set()), away.get(body, {}))
    return found


def _of_bodies(desks: Sequence[Desk]) -> Q:
    return Q(organization_id__in={d.organization_id for d in desks if d.organization_id}) | Q(
        department_id__in={d.department_id for d in desks if d.department_id}
    )


def _holders(desk: Desk, seats: Sequence[DeskMember], here: set[int], away: dict[int, Absence]) -> list[Holder]:
    found: dict[int, Holder] = {}
    stand_ins: list[Holder] = []
    for seat in seats:
        if seat.user_id not in here:
            continue
        if seat.user_id not in away:
            found[seat.user_id] = Holder(seat.user)
            continue
        deputy = _present_deputy(away, seat.user_id, here)
        if deputy is not None:
            stand_ins.append(Holder(deputy, instead_of=seat.user))
    for holder in stand_ins:
        found.setdefault(holder.user.pk, holder)
    substitute = desk.substitute
    if not found and substitute is not None and substitute.pk in here and substitute.pk not in away:
        found[substitute.pk] = Holder(substitute, substitute=True)
    return list(found.values())


def _present_deputy(away: dict[int, Absence], user_id: int, here: set[int]) -> User | None:
    """Follow deputies until one is present; None when the chain ends, returns on itself or leaves the body."""
    seen = {user_id}
    deputy = away[user_id].deputy
    while deputy.pk in away and deputy.pk not in seen:
        seen.add(deputy.pk)
        deputy = away[deputy.pk].deputy
    return deputy if deputy.pk not in seen and deputy.pk in here else None


def desks_held(
    user_id: int, day: date, *, organization_id: int | None = None, department_id: int | None = None
) -> list[Desk]:
    """The open desks of one body that a person holds that day, by name, deputized ones included."""
    rows = (
        Desk.objects.filter(organization_id=organization_id, department_id=department_id, closed_at__isnull=True)
        .select_related("substitute")
        .order_by("name")
    )
    found = holders_by_desk(list(rows), day)
    return [desk for desk in rows if any(holder.user.pk == user_id for holder in found[desk.pk])]
