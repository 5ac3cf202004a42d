"""Pictures drawn by the server as SVG: no script, prints, goes into letters; the numbers stand beside as a table.

One message a picture, said in its title ("Vouchers are paid in 23 days, down from 61"). Labels stand on the marks. Each
maker returns a `Chart` for `{% chart picture %}`. Values are Decimal or int; a caller says with `show` how they are written.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from procurement_portal.web import words
from procurement_portal.web.community_areas import COMMUNITY_AREAS
from procurement_portal.web.tables import Column, Table

Number = int | Decimal
Show = Callable[[Number], str]
Text = str | Promise


@dataclass(frozen=True)
class Chart:
    """A picture with its message and its table."""

    title: Text
    svg: SafeString
    table: Table
    note: Text = ""
    map: bool = False


@dataclass(frozen=True)
class Bar:
    """One bar: its label, its value, and the goal it is held against (None: no goal line)."""

    label: str
    value: Number
    goal: Number | None = None


class BarTable(Table):
    """The numbers of a bar chart."""

    label = Column(_("What"), kind="data", head=True)
    value = Column(_("Reached"), value="shown", kind="text")
    goal = Column(_("Goal"), value="goal_shown", kind="text")
    kept = Column(_("Goal met"), value="kept", kind="text")


def _plain(value: Number) -> str:
    return f"{value:,}"


def bars(
    title: Text, given: Sequence[Bar], *, show: Show = _plain, less_is_better: bool = False, note: Text = ""
) -> Chart:
    """Bars against a goal line each. `less_is_better` for days and delays: the goal is met at or below the line."""
    top = max([1, *(b.value for b in given), *(b.goal for b in given if b.goal is not None)])
    step, width, length = 52, 400, 300
    parts, rows = [], []
    for index, bar in enumerate(given):
        y = index * step
        goal, goal_words, met = SafeString(""), "", words.NONE
        if bar.goal is not None:
            x = _scaled(bar.goal, top, length)
            goal = format_html('<line class="goal" x1="{0}" x2="{0}" y1="{1}" y2="{2}"></line>', x, y + 20, y + 42)
            kept = bar.value <= bar.goal if less_is_better else bar.value >= bar.goal
            met = gettext("yes") if kept else gettext("no")
            goal_words = gettext("goal %(goal)s") % {"goal": show(bar.goal)}
        parts.append(
            format_html(
                '<text x="0" y="{}" translate="no">{}</text><rect class="track" x="0" y="{}" width="{}" height="16"></rect>'
                '<rect class="bar" x="0" y="{}" width="{}" height="16"></rect>{}'
                '<text class="strong" x="{}" y="{}">{}</text><text class="quiet" x="{}" y="{}" text-anchor="end">{}</text>',
                y + 15, bar.label, y + 22, length, y + 22, _scaled(bar.value, top, length), goal,
                length + 8, y + 36, show(bar.value), width, y + 15, goal_words,
            )
        )  # fmt: skip
        rows.append(
            {
                "label": bar.label,
                "shown": show(bar.value),
                "goal_shown": words.NONE if bar.goal is None else show(bar.goal),
                "kept": met,
            }
        )
    return Chart(title, _frame(title, width, max(step * len(given), step), parts), BarTable(rows, caption=title), note)


class StepTable(Table):
    """The numbers of a step chart."""

    since = Column(_("From"), kind="day", head=True)
    value = Column(_("Value"), value="shown", kind="text")


def steps(
    title: Text, given: Sequence[tuple[date, Number]], until: date, *, show: Show = _plain, note: Text = ""
) -> Chart:
    """Values that hold from a day on (dated law), until the next one; the last holds `until` that day. Raises ValueError for none."""
    if not given:
        raise ValueError("a step chart needs at least one value")
    ordered = sorted(given)
    first, span = ordered[0][0], max((until - ordered[0][0]).days, 1)
    top = max([1, *(value for _since, value in ordered)])
    points, labels = [], []
    for index, (since, value) in enumerate(ordered):
        end = ordered[index + 1][0] if index + 1 < len(ordered) else until
        x1, x2 = 390 * (since - first).days // span, 390 * (end - first).days // span
        y = 190 - _scaled(value, top, 150)
        points += [f"{x1},{y}", f"{x2},{y}"]
        anchor, inset = ("end", 390) if x1 > 260 else ("start", x1)
        labels.append(
            format_html(
                '<text class="strong" x="{}" y="{}" text-anchor="{}">{}</text><line class="rule" x1="{}" x2="{}" y1="{}" y2="200"></line>'
                '<text class="quiet" x="{}" y="{}" text-anchor="{}">{}</text>',
                inset, y - 8, anchor, show(value), x1, x1, y, inset, 220 + 20 * (index % 3), anchor, words.day(since),
            )
        )  # fmt: skip
    line = format_html('<polyline class="line" points="{}"></polyline>', " ".join(points))
    axis = SafeString('<line class="axis" x1="0" x2="390" y1="200" y2="200"></line>')
    rows = [{"since": since, "shown": show(value)} for since, value in ordered]
    return Chart(title, _frame(title, 400, 268, [axis, line, *labels]), StepTable(rows, caption=title), note)


def sparkline(values: Sequence[Number], sentence: Text) -> SafeString:
    """A line as small as a word, for a table's cell. `sentence` says in words what it shows. Empty for fewer than two values."""
    if len(values) < 2:
        return SafeString("")
    low, high = min(values), max(values)
    spread = high - low or 1
    points = [(2 + 124 * i // (len(values) - 1), 22 - int(20 * (v - low) / spread)) for i, v in enumerate(values)]
    return format_html(
        '<svg class="p-spark" viewBox="0 0 128 24" role="img" aria-label="{}"><polyline class="line" points="{}"></polyline>'
        '<circle class="dot" cx="{}" cy="{}" r="2"></circle></svg>',
        sentence, " ".join(f"{x},{y}" for x, y in points), points[-1][0], points[-1][1],
    )  # fmt: skip


class AreaTable(Table):
    """The numbers of the map."""

    name = Column(_("Community area"), kind="data", head=True)
    value = Column(_("Value"), value="shown", kind="text")


def area_map(
    title: Text, values: Mapping[int, Number], *, show: Show = _plain, cuts: Sequence[Number] = (), note: Text = ""
) -> Chart:
    """Chicago's 77 community areas as equal tiles, every one with its name and its value.

    `values` maps the official number (1 to 77) to a value; an area without one is "no data". `cuts` are up to four lower
    bounds of the shades, ascending; without them the areas are parted into four equal groups. Raises ValueError for other numbers.
    """
    known = {area.number for area in COMMUNITY_AREAS}
    if unknown := set(values) - known:
        raise ValueError(f"no such community areas: {sorted(unknown)}")
    bounds = list(cuts) or _quarters(list(values.values()))
    if len(bounds) > 4:
        raise ValueError("a map has at most four shades")
    parts = []
    for area in COMMUNITY_AREAS:
        value = values.get(area.number)
        shade = 0 if value is None else sum(1 for bound in bounds if value >= bound)
        dark = " on-dark" if shade >= 3 else ""
        x, y = area.column * 90, area.row * 58
        lines = "".join(
            format_html(
                '<text class="{}" x="{}" y="{}" translate="no">{}</text>', dark.strip(), x + 5, y + 15 + 12 * n, part
            )
            for n, part in enumerate(_folded(area.name))
        )
        parts.append(
            format_html(
                '<rect class="tile tile-{}" x="{}" y="{}" width="87" height="55"></rect>{}<text class="strong{}" x="{}" y="{}">{}</text>',
                shade, x, y, SafeString(lines), dark, x + 5, y + 49, words.NONE if value is None else show(value),
            )
        )  # fmt: skip
    columns, rows = max(a.column for a in COMMUNITY_AREAS) + 1, max(a.row for a in COMMUNITY_AREAS) + 1
    listed = [
        {"name": a.name, "shown": show(values[a.number]) if a.number in values else words.NONE}
        for a in sorted(COMMUNITY_AREAS, key=lambda a: a.name)
    ]
    return Chart(title, _frame(title, columns * 90, rows * 58, parts), AreaTable(listed, caption=title), note, map=True)


def _quarters(values: list[Number]) -> list[Number]:
    ordered = sorted(values)
    if not ordered:
        return []
    return sorted({ordered[len(ordered) * part // 4] for part in range(4)})


def _folded(name: str) -> list[str]:
    """A name in at most two lines of about 14 letters."""
    lines = [""]
    for word in name.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > 14 and len(lines) < 2:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def _scaled(value: Number, top: Number, length: int) -> int:
    return max(0, math.floor(length * value / top))


def _frame(title: Text, width: int, height: int, parts: Sequence[Any]) -> SafeString:
    return format_html(
        '<svg viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>', width, height, title, SafeString("".join(parts))
    )
