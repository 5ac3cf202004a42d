"""The portal's one clock: the database's, through `portal_now()`.

Nothing else in the portal asks any clock. Rules get their dates as arguments; actions and pages ask here.
Instants are kept and compared in UTC and shown in America/Chicago.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection
from django.db.models import DateTimeField, Func

CHICAGO = ZoneInfo(settings.LOCAL_ZONE)


class PortalNow(Func):
    """`portal_now()` inside a query or as a column's `db_default`."""

    template = "portal_now()"
    output_field = DateTimeField()


def now() -> datetime:
    """The present instant by the database's clock, in UTC."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT portal_now()")
        return cursor.fetchone()[0]


def today() -> date:
    """The present day in Chicago, by the database's clock."""
    return now().astimezone(CHICAGO).date()


def in_time(received_at: datetime, due_at: datetime) -> bool:
    """Whether something received then met a deadline: the due instant itself is in time, a microsecond later is late.

    The one function that decides this. Both must be aware; a naive datetime is a programming error (ValueError).
    """
    if received_at.tzinfo is None or due_at.tzinfo is None:
        raise ValueError("in_time compares instants; a naive datetime is none")
    # Subtract as UTC instants: two aware datetimes of one zone compare by wall clock in the hour that repeats in fall.
    return (due_at.astimezone(ZoneInfo("UTC")) - received_at.astimezone(ZoneInfo("UTC"))) >= timedelta(0)


def chicago(day: date, hour: int = 0, minute: int = 0) -> datetime:
    """The instant at which Chicago's clocks show that day and time (the first one where an hour repeats)."""
    return datetime.combine(day, time(hour, minute), tzinfo=CHICAGO).astimezone(ZoneInfo("UTC"))


def set_offset(shift: timedelta, made_by: str) -> None:
    """Move the portal's clock in a database made by the test runner or demo mode; refused elsewhere (ValueError)."""
    if not settings.EMBEDDED or made_by not in ("test", "demo"):
        raise ValueError("the clock moves only in a test or demo database")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO portal_time_offset (made_by, shift) VALUES (%s, %s)"
            " ON CONFLICT (only_row) DO UPDATE SET shift = excluded.shift",
            [made_by, str(shift.total_seconds()) + " seconds"],
        )
