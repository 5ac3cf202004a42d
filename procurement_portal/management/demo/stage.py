"""The play of the demo: acts of real people at their true instants, performed in order of time by the real actions.

The portal's clock is moved to each act, as it may be in a demo or test database alone, and put back at the end: so every
history, receipt and clock carries the time at which its act would have happened.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.db import connection

from procurement_portal.clocks import actions as clocks
from procurement_portal.law.calendar import Calendar
from procurement_portal.outbox import intents
from procurement_portal.outbox.models import Intent
from procurement_portal.people.acting import actor_from, open_memberships
from procurement_portal.people.actor import Actor
from procurement_portal.time import clock

Act = Callable[[], Any]
_ROUNDS = 20


class Stage:
    """Where the demo is played. `cast` and `things` hold what acts made, by the words the stories use."""

    def __init__(self) -> None:
        self.today: date = clock.today()
        self.cast: dict[str, tuple[int, str]] = {}  # word of a person: (user id, body acted for)
        self.things: dict[str, Any] = {}
        self._actors: dict[str, Actor] = {}
        self._acts: list[tuple[datetime, int, Act]] = []
        self._count = itertools.count()
        self._calendars = {name: Calendar.for_jurisdiction(name) for name in ("city", "county")}

    # --- Days -----------------------------------------------------------------------------------------------------------
    def day(self, business_days: int, jurisdiction: str = "city") -> date:
        """So many business days of a government from today; 0 is today or, where the office is closed, the next day open."""
        calendar = self._calendars[jurisdiction]
        if business_days == 0:
            return calendar.roll(self.today)
        return calendar.add_business_days(self.today, business_days)

    def instant(self, business_days: int, hour: int, minute: int = 0, jurisdiction: str = "city") -> datetime:
        """That day at an hour of Chicago."""
        return clock.chicago(self.day(business_days, jurisdiction), hour, minute)

    # --- Acts -----------------------------------------------------------------------------------------------------------
    def at(self, when: datetime, act: Act) -> None:
        """Plan an act; two at the same instant are performed in the order they were planned."""
        heapq.heappush(self._acts, (when, next(self._count), act))

    def perform(self) -> None:
        """Perform every planned act in order of time, with the background's work between the days, and end in the present.

        Acts may plan further ones. Raises ValueError for an act planned after the present: the demo ends today.
        """
        began = self._move(None)
        last: date | None = None
        while self._acts:
            when, _number, act = heapq.heappop(self._acts)
            if when > began:
                raise ValueError(f"an act of the demo is planned after the present: {when}")
            if last is not None and when.date() != last:
                self.background()
            self._move(when)
            act()
            last = when.date()
        self._move(None)
        self.background()

    def _move(self, when: datetime | None) -> datetime:
        """Set the portal's clock to an instant (None: to the true one) and give the true instant."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            true = cursor.fetchone()[0]
        clock.set_offset(when - true if when else timedelta(0), "demo")
        return true

    def background(self) -> None:
        """What scheduler and worker would have done by now: announce deadlines, release files, send mail, close notices."""
        clocks.sweep()
        for _round in range(_ROUNDS):
            due = Intent.objects.filter(
                done_at__isnull=True, given_up_at__isnull=True, due_at__lte=clock.now()
            ).order_by("due_at", "pk")
            found = list(due.values_list("pk", flat=True))
            if not found:
                return
            for pk in found:
                intents.run(pk)

    # --- People ---------------------------------------------------------------------------------------------------------
    def actor(self, word: str) -> Actor:
        """A person of the cast as actions know them: acting for their body, signed in with a second factor."""
        if word not in self._actors:
            user_id, body = self.cast[word]
            user = get_user_model().objects.get(pk=user_id)
            self._actors[word] = actor_from(user, open_memberships(user_id), body, second_factor=True)
        return self._actors[word]

    def roles_changed(self, word: str) -> None:
        """Ask anew what a person may do: their body or roles changed."""
        self._actors.pop(word, None)
