"""The calendar of one's solicitations: what falls on which day, what collides, who is away. A month, as a list."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import quote

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from procurement_portal.law.calendar import Calendar
from procurement_portal.pages.absences import Away, away_between
from procurement_portal.people.access import actor_of, requires
from procurement_portal.people.actor import Actor
from procurement_portal.time.clock import CHICAGO, chicago, today
from procurement_portal.web import words
from solicitations.queries.solicitation import internal, published
from solicitations.queries.submission import own
from solicitations.states import SolicitationState

if TYPE_CHECKING:
    from solicitations.models.solicitation import Solicitation

MOST = 500  # solicitations read for one month
_READ = ("number", "title", "drafted_by", "conference_at", "questions_due_at", "due_at", "expected_start_on")
_OVER = (SolicitationState.CANCELED, SolicitationState.CLOSED_WITHOUT_AWARD)


@dataclass(frozen=True)
class Event:
    """One thing on one day: what, of which solicitation, at which hour ("" for the whole day)."""

    what: str
    title: str
    number: str
    url: str
    hour: str
    kind: str  # "due", "questions", "conference", "start"
    person_id: int | None = None


@dataclass
class Day:
    """A day with its events, who is away, whether the office is closed, and what collides."""

    day: date
    events: list[Event] = field(default_factory=list)
    away: list[Away] = field(default_factory=list)
    closed: str = ""
    collisions: list[str] = field(default_factory=list)


@requires("account.use")
@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """One month; `?month=2026-12` chooses it, `?whose=mine` leaves out what colleagues draft."""
    actor = actor_of(request)
    first = _month(request.GET.get("month", ""), today())
    after = (first.replace(day=28) + timedelta(days=4)).replace(day=1)
    mine = request.GET.get("whose") == "mine"
    days = _days(actor, first, after, mine=mine)
    context = {
        "first": first,
        "days": days,
        "today": today(),
        "collisions": sum(len(day.collisions) for day in days),
        "previous": (first - timedelta(days=1)).strftime("%Y-%m"),
        "next": after.strftime("%Y-%m"),
        "mine": mine,
        "staff": actor.is_staff,
        "whose": "mine" if mine else "",
    }
    return render(request, "pages/calendar.html", context)


def _month(asked: str, present: date) -> date:
    if not asked:
        return present.replace(day=1)
    try:
        first = datetime.strptime(asked, "%Y-%m").date()  # noqa: DTZ007  a month has no zone
    except ValueError as wrong:
        raise Http404 from wrong
    if not 2000 <= first.year <= 2100:
        raise Http404
    return first


def _days(actor: Actor, first: date, after: date, *, mine: bool) -> list[Day]:
    """The days of a month on which something is, in order."""
    days: dict[date, Day] = {}
    address = _addresses(actor)
    for row in _solicitations(actor, first, after, mine=mine):
        for what, kind, value in _dates(row):
            day = value.astimezone(CHICAGO).date() if isinstance(value, datetime) else value
            if first <= day < after:
                hour = words.clock_time(value) if isinstance(value, datetime) else ""
                event = Event(what, row.title, row.number, address(row), hour, kind, row.drafted_by_id)
                days.setdefault(day, Day(day)).events.append(event)
    away = away_between(actor, first, after - timedelta(days=1))
    for absence in away:
        if absence.first_day < after and absence.first_day >= first:
            days.setdefault(absence.first_day, Day(absence.first_day))
    offices = Calendar.for_jurisdiction(actor.jurisdiction or "city")
    for found in days.values():
        found.events.sort(key=lambda event: (event.hour == "", event.kind, event.title))
        found.away = [absence for absence in away if absence.first_day <= found.day <= absence.last_day]
        found.closed = offices.holiday_name(found.day) or ""
        found.collisions = collisions(found)
    return [days[key] for key in sorted(days)]


def collisions(day: Day) -> list[str]:
    """What cannot go well on one day, in words."""
    found = []
    due = [event for event in day.events if event.kind == "due"]
    if len(due) > 1:
        found.append(_("%(count)d solicitations are due on this day.") % {"count": len(due)})
    meetings = [event for event in day.events if event.kind == "conference"]
    if len({event.hour for event in meetings}) < len(meetings):
        found.append(_("Two conferences begin at the same hour."))
    if day.closed and day.events:
        found.append(_("The office is closed: %(name)s.") % {"name": day.closed})
    for absence in day.away:
        if any(event.person_id == absence.user_id for event in day.events):
            found.append(
                _("%(name)s is away; %(deputy)s stands in.") % {"name": absence.name, "deputy": absence.deputy}
            )
    return found


def _solicitations(actor: Actor, first: date, after: date, *, mine: bool) -> list[Solicitation]:
    if actor.is_staff:
        rows = internal(actor)
        if mine:
            rows = rows.filter(drafted_by_id=actor.user_id)
    else:
        rows = published(actor).filter(pk__in=own(actor).order_by().values("solicitation_id"))
    start, end = chicago(first), chicago(after)
    within = {"__gte": start, "__lt": end}
    condition = None
    for name in ("due_at", "questions_due_at", "conference_at"):
        part = _q(name, within)
        condition = part if condition is None else condition | part
    assert condition is not None
    condition |= _q("expected_start_on", {"__gte": first, "__lt": after})
    return list(
        rows.select_related(None)
        .only(*_READ)
        .filter(condition)
        .exclude(status__in=_OVER)
        .order_by("due_at", "pk")[:MOST]
    )


def _q(name: str, within: Mapping[str, object]) -> Q:
    return Q(**{f"{name}{suffix}": value for suffix, value in within.items()})


def _dates(row: Solicitation) -> list[tuple[str, str, datetime | date]]:
    listed = [
        (_("Conference"), "conference", row.conference_at),
        (_("Questions due"), "questions", row.questions_due_at),
        (_("Answers due"), "due", row.due_at),
        (_("Expected start"), "start", row.expected_start_on),
    ]
    return [(what, kind, value) for what, kind, value in listed if value is not None]


def _addresses(actor: Actor) -> Callable[[Solicitation], str]:
    """Where each solicitation is for this actor; the address is worked out once, not once an event."""
    if actor.is_staff:
        before, _number, after = reverse("solicitations:plan", args=["0"]).rpartition("0")
        return lambda row: f"{before}{quote(row.number, safe='')}{after}"
    before, _pk, after = reverse("solicitations:notice", args=[0]).rpartition("0")
    return lambda row: f"{before}{row.pk}{after}"
