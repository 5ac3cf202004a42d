"""May this organization be awarded, and why not. Bids, awards, contracts and vouchers ask here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from procurement_portal.people.actor import Actor
from procurement_portal.people.models.body import Organization, Venturer
from procurement_portal.standing.models import Hold

_NO_AWARD = (Hold.Effect.NO_AWARD, Hold.Effect.BARRED)
_NO_BID = (Hold.Effect.BARRED,)
_NO_PAYMENT = (Hold.Effect.NO_PAYMENT,)


@dataclass(frozen=True)
class Ground:
    """One reason why not: whose, what it does, on what ground, by which provision, until when (None: until lifted)."""

    organization_id: int
    organization: str
    effect: str
    ground: str
    citation: str
    first_day: date
    last_day: date | None


@dataclass(frozen=True)
class Standing:
    """The answer; `ok` exactly when there is no ground against it."""

    grounds: tuple[Ground, ...] = ()

    @property
    def ok(self) -> bool:
        return not self.grounds


def may_be_awarded(organization: Organization | int, day: date) -> Standing:
    """Whether nothing keeps the organization, or any venturer of it when it is a joint venture, from an award that day."""
    return _standing(organization, day, _NO_AWARD)


def may_all_be_awarded(organizations: Iterable[int], day: date) -> dict[int, Standing]:
    """The same for many organizations by id, in two statements, however many there are."""
    return _standings(organizations, day, _NO_AWARD)


def may_all_be_paid(organizations: Iterable[int], day: date) -> dict[int, Standing]:
    """As `may_be_paid`, for many organizations by id, in two statements."""
    return _standings(organizations, day, _NO_PAYMENT)


def _standings(organizations: Iterable[int], day: date, effects: tuple[str, ...]) -> dict[int, Standing]:
    asked = set(organizations)
    venturers: dict[int, set[int]] = {}
    for member, venture in Venturer.objects.filter(venture_id__in=asked).values_list("member_id", "venture_id"):
        venturers.setdefault(member, set()).add(venture)
    found: dict[int, list[Ground]] = {pk: [] for pk in asked}
    rows = Hold.objects.filter(
        Q(last_day__isnull=True) | Q(last_day__gte=day),
        organization_id__in=asked | set(venturers),
        effect__in=effects,
        first_day__lte=day,
        lifted_at__isnull=True,
    )
    for row in rows.select_related("organization").order_by("first_day", "pk"):
        own = {row.organization_id} & asked
        for pk in own | venturers.get(row.organization_id, set()):
            found[pk].append(_ground(row))
    return {pk: Standing(tuple(grounds)) for pk, grounds in found.items()}


def may_bid(organization: Organization | int, day: date) -> Standing:
    """Whether nothing keeps the organization or any venturer from answering a solicitation that day."""
    return _standing(organization, day, _NO_BID)


def may_be_paid(organization: Organization | int, day: date) -> Standing:
    """Whether nothing holds payments to the organization or any venturer that day."""
    return _standing(organization, day, _NO_PAYMENT)


def holds(actor: Actor, organization: Organization) -> QuerySet[Hold]:
    """The holds on an organization, lifted ones included, newest first: for staff, an auditor engaged for the
    organization, and the organization its own.
    """
    rows = Hold.objects.filter(organization=organization).order_by("-written_at", "-pk")
    if (
        actor.can_as_officer("staff.work")
        or actor.may_audit(organization_id=organization.pk)
        or actor.organization_id == organization.pk
    ):
        return rows
    return rows.none()


def _standing(organization: Organization | int, day: date, effects: tuple[str, ...]) -> Standing:
    pk = organization if isinstance(organization, int) else organization.pk
    rows = (
        Hold.objects.filter(
            Q(organization_id=pk) | Q(organization__in=Venturer.objects.filter(venture_id=pk).values("member_id")),
            Q(last_day__isnull=True) | Q(last_day__gte=day),
            effect__in=effects,
            first_day__lte=day,
            lifted_at__isnull=True,
        )
        .select_related("organization")
        .order_by("first_day", "pk")
    )
    return Standing(tuple(_ground(row) for row in rows))


def _ground(row: Hold) -> Ground:
    return Ground(
        row.organization_id, row.organization.name, row.effect, row.ground, row.citation, row.first_day, row.last_day
    )
