"""Desks, who sits at them, and who stands in while somebody is away."""

from __future__ import annotations

import re
from datetime import date

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext

from procurement_portal import events
from procurement_portal.history.record import record
from procurement_portal.people.actor import Actor
from procurement_portal.people.bodies import Body, may_manage, must_manage
from procurement_portal.people.events import AbsenceNoted
from procurement_portal.people.models.membership import Absence, Desk, DeskMember, Membership
from procurement_portal.people.models.user import User
from procurement_portal.time.clock import now, today
from procurement_portal.web.refusal import Conflict, Invalid, Refused

MOST_SERVICE_DAYS = 90


def _function(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")[:40]


def _check(body: Body, name: str, service_days: int, substitute: User | None) -> None:
    problems: dict[str, list[str]] = {}
    if not name:
        problems["name"] = [gettext("Enter the desk's name.")]
    if not 1 <= service_days <= MOST_SERVICE_DAYS:
        problems["service_days"] = [gettext("Enter a number of business days from 1 to 90.")]
    if substitute is not None and not _member(body, substitute.pk):
        problems["substitute"] = [gettext("Choose somebody who works here.")]
    if problems:
        raise Invalid(problems)


def _member(body: Body, user_id: int) -> bool:
    return Membership.objects.filter(user_id=user_id, ended_at__isnull=True, **body.fields).exists()


def make_desk(
    *, actor: Actor, body: Body, name: str, service_days: int = 5, substitute: User | None = None, function: str = ""
) -> Desk:
    """Make a desk. `function` is its stable word (by default made from the name). Raises Refused, Invalid, Conflict."""
    must_manage(actor, body)
    name = " ".join(name.split())
    _check(body, name, service_days, substitute)
    with transaction.atomic():
        row = body.lock()
        function = function or _function(name)
        if Desk.objects.filter(function=function, **body.fields).exists():
            raise Conflict(gettext("There is a desk of this name already."))
        desk = Desk.objects.create(
            name=name, function=function, service_days=service_days, substitute=substitute, **body.fields
        )
        record(actor, "desk.make", row, after={"desk": name, "service_days": service_days})
    return desk


def edit_desk(*, actor: Actor, desk_id: int, name: str, service_days: int, substitute: User | None = None) -> Desk:
    """Change a desk's name, service days and substitute. Raises Refused, Invalid."""
    with transaction.atomic():
        desk = Desk.objects.select_for_update(of=("self",)).get(pk=desk_id)
        body = Body.of(desk)
        must_manage(actor, body)
        name = " ".join(name.split())
        _check(body, name, service_days, substitute)
        before = {"desk": desk.name, "service_days": desk.service_days, "substitute": str(desk.substitute or "")}
        desk.name, desk.service_days, desk.substitute = name, service_days, substitute
        desk.save(update_fields=["name", "service_days", "substitute"])
        after = {"desk": name, "service_days": service_days, "substitute": str(substitute or "")}
        record(actor, "desk.edit", body.row(), before=before, after=after)
    return desk


def seat(*, actor: Actor, desk_id: int, user: User) -> DeskMember:
    """Put a person at a desk; twice is once. Raises Refused, Invalid for somebody who does not work here."""
    with transaction.atomic():
        desk = Desk.objects.select_for_update(of=("self",)).get(pk=desk_id)
        body = Body.of(desk)
        must_manage(actor, body)
        if not _member(body, user.pk):
            raise Invalid({"user": [gettext("Choose somebody who works here.")]})
        row, made = DeskMember.objects.get_or_create(desk=desk, user=user)
        if made:
            record(actor, "desk.seat", body.row(), after={"desk": desk.name, "person": str(user)})
    return row


def unseat(*, actor: Actor, desk_id: int, user_id: int) -> None:
    """Take a person from a desk. Raises Refused."""
    with transaction.atomic():
        desk = Desk.objects.select_for_update(of=("self",)).get(pk=desk_id)
        body = Body.of(desk)
        must_manage(actor, body)
        row = DeskMember.objects.filter(desk=desk, user_id=user_id).select_related("user").first()
        if row is None:
            return
        record(actor, "desk.unseat", body.row(), before={"desk": desk.name, "person": str(row.user)})
        row.delete()


def note_absence(*, actor: Actor, body: Body, user: User, deputy: User, first_day: date, last_day: date) -> Absence:
    """Say when a person is away and who holds their desks meanwhile: themselves, or an administrator for them.

    Raises Refused, Invalid: days in the past or out of order, a deputy who does not work here, is the person, or is away too on
    some of the days.
    """
    if user.pk != actor.user_id and not may_manage(actor, body):
        raise Refused(gettext("You may note your own absence; an administrator may note others'."))
    problems: dict[str, list[str]] = {}
    if last_day < first_day:
        problems["last_day"] = [gettext("The last day is before the first.")]
    elif last_day < today():
        problems["last_day"] = [gettext("These days are past.")]
    if deputy.pk == user.pk or not _member(body, deputy.pk):
        problems["deputy"] = [gettext("Choose somebody else who works here.")]
    if not _member(body, user.pk):
        problems["user"] = [gettext("Choose somebody who works here.")]
    with transaction.atomic():
        row = body.lock()
        meanwhile = Q(first_day__lte=last_day, last_day__gte=first_day, canceled_at__isnull=True)
        if not problems and Absence.objects.filter(meanwhile, user=deputy, **body.fields).exists():
            problems["deputy"] = [gettext("This person is away too on some of these days.")]
        if not problems and Absence.objects.filter(meanwhile, user=user, **body.fields).exists():
            problems["first_day"] = [gettext("An absence on some of these days is noted already.")]
        if problems:
            raise Invalid(problems)
        absence = Absence.objects.create(
            user=user, deputy=deputy, first_day=first_day, last_day=last_day, **body.fields
        )
        record(
            actor, "absence.note", row,
            after={"person": str(user), "deputy": str(deputy), "from": str(first_day), "to": str(last_day)},
        )  # fmt: skip
        events.publish(AbsenceNoted(absence_id=absence.pk, user_id=user.pk, deputy_id=deputy.pk))
    return absence


def cancel_absence(*, actor: Actor, absence_id: int) -> Absence:
    """The person is back, or did not go: they themselves or an administrator say so. Raises Refused, Conflict."""
    with transaction.atomic():
        absence = Absence.objects.select_for_update(of=("self",)).select_related("user").get(pk=absence_id)
        if absence.user_id != actor.user_id and not may_manage(actor, Body.of(absence)):
            raise Refused(gettext("You may note your own absence; an administrator may note others'."))
        if absence.canceled_at:
            raise Conflict(gettext("This absence was canceled already."), absence)
        absence.canceled_at = now()
        absence.save(update_fields=["canceled_at"])
        record(actor, "absence.cancel", Body.of(absence).row(), before={"person": str(absence.user)})
    return absence
