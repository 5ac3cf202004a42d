"""The work queue of one person: what waits for me by deadline, what waits for others. A handful of queries at any size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from procurement_portal.clocks.models import Clock
from procurement_portal.time.clock import CHICAGO, chicago
from procurement_portal.web import pieces, words

LATE, TODAY, WEEK, LATER = "late", "today", "week", "later"
LABELS = {LATE: _("Late"), TODAY: _("Today"), WEEK: _("This week"), LATER: _("Later")}
SORTS = {
    "due": ("due_at", "pk"),
    "newest": ("-started_at", "-pk"),
    "oldest": ("started_at", "pk"),
    "what": ("what", "subject_label", "pk"),
}


@dataclass(frozen=True)
class Edges:
    """Where late ends, today ends and this week (its Sunday) ends, for one instant."""

    now: datetime

    @property
    def today(self) -> date:
        return self.now.astimezone(CHICAGO).date()

    @property
    def tonight(self) -> datetime:
        return chicago(self.today + timedelta(days=1))

    @property
    def week_end(self) -> datetime:
        return chicago(self.today + timedelta(days=7 - self.today.weekday()))

    def group(self, due: datetime) -> str:
        """The group a deadline is in."""
        if due < self.now:
            return LATE
        if due < self.tonight:
            return TODAY
        return WEEK if due < self.week_end else LATER

    def condition(self, group: str) -> Q:
        """The same as a condition on `due_at`; a word that is no group sets none."""
        return {
            LATE: Q(due_at__lt=self.now),
            TODAY: Q(due_at__gte=self.now, due_at__lt=self.tonight),
            WEEK: Q(due_at__gte=self.tonight, due_at__lt=self.week_end),
            LATER: Q(due_at__gte=max(self.tonight, self.week_end)),
        }.get(group, Q())


def counts(rows: QuerySet[Clock], edges: Edges) -> dict[str, int]:
    """How many are in each group, in one query."""
    found = rows.order_by().aggregate(
        **{group: Count("pk", filter=edges.condition(group)) for group in (LATE, TODAY, WEEK, LATER)}
    )
    return {str(group): int(count) for group, count in found.items()}


def search(rows: QuerySet[Clock], text: str) -> QuerySet[Clock]:
    """Those whose act or record has every word."""
    for word in text.split()[:8]:
        rows = rows.filter(Q(what__icontains=word) | Q(subject_label__icontains=word))
    return rows


def in_groups(rows: Sequence[Clock], edges: Edges) -> list[pieces.WorkGroup]:
    """A page of clocks as the groups of the work list, in the order of the groups."""
    by_group: dict[str, list[pieces.WorkRow]] = {group: [] for group in LABELS}
    for clock in rows:
        by_group[edges.group(clock.due_at)].append(work_row(clock, edges))
    return [pieces.WorkGroup(LABELS[group], found) for group, found in by_group.items() if found]


def work_row(clock: Clock, edges: Edges, *, waiting: bool = False, holder: str = "") -> pieces.WorkRow:
    """One line: what, on which record, until when, at whose desk (or with whom: `holder`), and the way there."""
    note = ""
    if waiting:
        days = (edges.today - clock.started_at.astimezone(CHICAGO).date()).days
        note = (
            gettext("Waiting since today")
            if days == 0
            else gettext("Waiting for %(days)s") % {"days": words.days(days)}
        )
    return pieces.WorkRow(
        what=clock.what,
        url=clock.url or "#",
        for_whom=clock.subject_label,
        clock=pieces.Clock(clock.started_at, clock.due_at, edges.now, rule=clock.citation),
        desk=place(clock) or holder,
        note=note,
    )


def place(clock: Clock) -> str:
    """Whose desk it is at, with the department; "" for a person's or an organization's own."""
    if clock.desk is None:
        return ""
    body = clock.desk.department or clock.desk.organization
    return f"{clock.desk.name}, {body}" if body else clock.desk.name
