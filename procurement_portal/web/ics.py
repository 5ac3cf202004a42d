"""Calendar files (RFC 5545) of deadlines and meetings, as a download or as a feed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.http import HttpResponse
from django.utils.text import get_valid_filename
from icalendar import Calendar, Event

CONTENT_TYPE = "text/calendar; charset=utf-8"


@dataclass(frozen=True)
class Occasion:
    """One entry. `uid` stays the same when the entry changes and `changed_at` grows; `ends` None marks a deadline (no length)."""

    uid: str
    title: str
    starts: datetime
    changed_at: datetime
    ends: datetime | None = None
    url: str = ""
    place: str = ""
    description: str = ""
    canceled: bool = False


def calendar_file(occasions: Iterable[Occasion], name: str) -> bytes:
    """The calendar as bytes, times in UTC. Raises ValueError for a naive instant."""
    calendar = Calendar()
    calendar.add("prodid", "-//Procurement Portal//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    for occasion in occasions:
        event = Event()
        event.add("uid", occasion.uid)
        event.add("summary", occasion.title)
        event.add("dtstamp", _utc(occasion.changed_at))
        event.add("last-modified", _utc(occasion.changed_at))
        event.add("sequence", int(occasion.changed_at.timestamp()) - 1_700_000_000)
        event.add("dtstart", _utc(occasion.starts))
        if occasion.ends is not None:
            event.add("dtend", _utc(occasion.ends))
        else:
            event.add("duration", timedelta(0))
        for key, text in (("url", occasion.url), ("location", occasion.place), ("description", occasion.description)):
            if text:
                event.add(key, text)
        event.add("status", "CANCELLED" if occasion.canceled else "CONFIRMED")
        calendar.add_component(event)
    return calendar.to_ical()


def calendar_response(occasions: Iterable[Occasion], name: str) -> HttpResponse:
    """The calendar as a download named `name`.ics."""
    response = HttpResponse(calendar_file(occasions, name), content_type=CONTENT_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{get_valid_filename(name)}.ics"'
    return response


def _utc(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("a calendar entry needs an aware instant")
    return value.astimezone(UTC)
