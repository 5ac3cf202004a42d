"""What the recurring pieces of a page are made of: plain, frozen data that a query or a view fills. No domain words.

Texts may be lazy translations or `SafeString`s; what people wrote goes through the template filter `data` or is marked in
the piece's own template. Days are Chicago's calendar days, instants are aware.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any, Literal

from django.utils.functional import Promise
from django.utils.translation import gettext

from procurement_portal.web import words

Text = str | Promise
SOON_DAYS = 3


@dataclass(frozen=True)
class Clock:
    """A deadline as a thin bar of days. `stopped` is when the duty was met; `rule` and `citation` open on demand."""

    starts: datetime
    due: datetime
    now: datetime
    rule: Text = ""
    citation: str = ""
    stopped: datetime | None = None

    @cached_property
    def state(self) -> Literal["done", "missed", "late", "soon", "fine"]:
        """Met in time, met late, running late, due within three days, or fine. The due instant itself is in time."""
        if self.stopped is not None:
            return "done" if self.stopped <= self.due else "missed"
        if self.now > self.due:
            return "late"
        return "soon" if self.days_left <= SOON_DAYS else "fine"

    @cached_property
    def days_left(self) -> int:
        """Calendar days of Chicago until the due day; negative when past."""
        return (words.local(self.due).date() - words.local(self.now).date()).days

    @property
    def sentence(self) -> str:
        """ "due Fri, Nov 27, 2026, 5:00 pm CST, in 3 days", or what became of it."""
        due, today = words.instant(self.due), words.local(self.now).date()
        if self.stopped is not None:
            done = words.instant(self.stopped)
            if self.state == "done":
                return gettext("done %(done)s, in time") % {"done": done}
            return gettext("done %(done)s, late: it was due %(due)s") % {"done": done, "due": due}
        away = words.days_away(self.due, today)
        if self.state == "late":
            return gettext("late: was due %(due)s, %(away)s") % {"due": due, "away": away}
        if self.state == "soon":
            return gettext("soon: due %(due)s, %(away)s") % {"due": due, "away": away}
        return gettext("due %(due)s, %(away)s") % {"due": due, "away": away}

    @cached_property
    def run_width(self) -> int:
        """How much of the time has run, 0 to 200 (units of the bar)."""
        whole = max((self.due - self.starts).total_seconds(), 1.0)
        gone = ((self.stopped or self.now) - self.starts).total_seconds()
        return max(0, min(200, round(200 * gone / whole)))

    @property
    def day_marks(self) -> list[int]:
        """Where days begin on the bar; none when they would stand closer than four units."""
        count = max((words.local(self.due).date() - words.local(self.starts).date()).days, 0)
        return [round(200 * n / count) for n in range(1, count)] if 1 < count <= 50 else []

    @property
    def day_path(self) -> str:
        """The same marks as one path of the drawing: a list of fifty clocks would otherwise hold two thousand shapes."""
        return "".join(f"M{mark} 6h.5v2h-.5z" for mark in self.day_marks)

    @property
    def now_at(self) -> str:
        """Where the mark for now begins, inside the bar to its end."""
        return str(min(self.run_width, 198))


@dataclass(frozen=True)
class Act:
    """Something one can do from a row: a link ("get") or a button ("post")."""

    label: Text
    url: str
    method: str = "get"


@dataclass(frozen=True)
class WorkRow:
    """What waits, for whom, until when, at whose desk, and the one action."""

    what: Text
    url: str
    for_whom: Text = ""
    clock: Clock | None = None
    desk: Text = ""
    act: Act | None = None
    note: Text = ""

    @property
    def late(self) -> bool:
        """Whether its clock has run out."""
        return self.clock is not None and self.clock.state == "late"


@dataclass(frozen=True)
class WorkGroup:
    """A heading of the work list ("Late", "Today", "Waiting for others") with its rows."""

    label: Text
    rows: Sequence[WorkRow]


@dataclass(frozen=True)
class Step:
    """One step of a way. `state`: "done", "now", "late" (now and past its promise) or "later"."""

    name: Text
    state: Literal["done", "now", "late", "later"]
    desk: Text = ""
    days_taken: int | None = None
    days_promised: int | None = None
    expected: date | None = None
    done_on: date | None = None
    detail: Text = ""


@dataclass(frozen=True)
class Fact:
    """One of the six facts people look for first. `trace` is a stored rule trace, shown by "why?"."""

    label: Text
    value: Any
    trace: dict[str, Any] | None = None


@dataclass(frozen=True)
class Section:
    """One section of a longer form: where it is and how far it is."""

    label: Text
    url: str
    state: Literal["done", "started", "missing"]
    note: Text = ""


@dataclass(frozen=True)
class Entry:
    """One act of a record's history: when, who, as whom, what, why, by which law."""

    at: datetime
    what: Text
    who: str = ""
    as_whom: Text = ""
    why: Text = ""
    law: str = ""


@dataclass(frozen=True)
class Change:
    """A piece of a comparison: "same", "gone" or "new"."""

    kind: Literal["same", "gone", "new"]
    text: str


def compare(before: str, after: str) -> list[Change]:
    """What changed between two texts, word by word, in reading order."""
    old, new = (re.findall(r"\s+|[^\s]+", text) for text in (before, after))
    changes: list[Change] = []
    for kind, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            changes.append(Change("same", "".join(old[a:b])))
            continue
        if b > a:
            changes.append(Change("gone", "".join(old[a:b])))
        if d > c:
            changes.append(Change("new", "".join(new[c:d])))
    return changes
