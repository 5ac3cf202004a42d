"""The recurring pieces: what they say in each state."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from procurement_portal.web import charts, pieces
from procurement_portal.web.community_areas import COMMUNITY_AREAS
from procurement_portal.web.shell import Crumb, NavItem, NextAction, Shell, active

DUE = datetime(2026, 11, 27, 23, 0, tzinfo=UTC)
TICK = timedelta(microseconds=1)


def _clock(now: datetime, stopped: datetime | None = None) -> pieces.Clock:
    return pieces.Clock(DUE - timedelta(days=30), DUE, now, stopped=stopped)


@pytest.mark.parametrize(
    ("now", "stopped", "state"),
    [
        (DUE - timedelta(days=10), None, "fine"),
        (DUE - timedelta(days=3), None, "soon"),
        (DUE, None, "soon"),
        (DUE + TICK, None, "late"),
        (DUE + timedelta(days=5), DUE, "done"),
        (DUE + timedelta(days=5), DUE + TICK, "missed"),
    ],
)
def test_the_due_instant_itself_is_in_time(now: datetime, stopped: datetime | None, state: str) -> None:
    assert _clock(now, stopped).state == state


def test_a_clock_says_in_words_what_its_color_says(template: Callable[..., str]) -> None:
    late = template("{% clock c %}", c=_clock(DUE + timedelta(days=2)))
    assert "late: was due Fri, Nov 27, 2026, 5:00 pm CST, 2 days ago" in late and "p-clock--late" in late
    assert "soon: due" in template("{% clock c %}", c=_clock(DUE - timedelta(days=1)))


@pytest.mark.parametrize("days", [-40, 0, 15, 29, 45])
def test_the_bar_never_leaves_its_frame(days: int) -> None:
    assert 0 <= _clock(DUE - timedelta(days=30) + timedelta(days=days)).run_width <= 200


def test_a_work_row_names_its_button_for_readers_by_ear(template: Callable[..., str]) -> None:
    row = pieces.WorkRow(
        "Voucher 7", "/v/7", "Harbor Lights", _clock(DUE + TICK), "Fiscal desk", pieces.Act("Review", "/v/7/go", "post")
    )
    page = template("{% work_row row %}", row=row)
    assert 'method="post"' in page and "csrfmiddlewaretoken" in page
    assert '<span class="p-sr">: Voucher 7</span>' in page and "p-work--late" in page


def test_empty_groups_of_the_work_list_are_not_shown(template: Callable[..., str]) -> None:
    page = template(
        "{% work_list groups %}",
        groups=[pieces.WorkGroup("Late", []), pieces.WorkGroup("Today", [pieces.WorkRow("A", "/")])],
    )
    assert "Late" not in page and "Today" in page


def test_a_way_opens_the_present_step_alone(template: Callable[..., str]) -> None:
    steps = [
        pieces.Step("One", "done", days_taken=4),
        pieces.Step("Two", "late", days_taken=40, days_promised=30),
        pieces.Step("Three", "later"),
    ]
    page = template("{% way steps %}", steps=steps)
    assert page.count("<details open>") == 1 and page.count('aria-current="step"') == 1
    assert (
        "took 4 days" in page and "40 days so far, 30 days promised" in page.replace("\n", "") and "now, late" in page
    )


def test_why_shows_a_stored_trace_line_by_line(template: Callable[..., str]) -> None:
    trace: dict[str, Any] = {
        "cites": ["50 ILCS 505/4"], "sentence": {"template": "Interest is %(interest)s", "values": {"interest": "12.50"}},
        "steps": [{"label": "Interest", "formula": "amount × rate", "inputs": {"amount": "100"}, "result": "12.50", "citation": "", "unit": "dollars"}],
        "parameters": [], "readings": [], "alternatives": [], "reading_sensitive": False,
    }  # fmt: skip
    page = template("{% why trace %}", trace=trace)
    assert "Interest is" in page and "amount × rate" in page and "50 ILCS 505/4" in page
    assert template("{% why trace %}", trace=None).strip() == ""


@pytest.mark.parametrize(
    ("before", "after"),
    [("due on the 20th at noon", "due on the 27th at noon"), ("", "new"), ("gone", ""), ("same", "same")],
)
def test_a_comparison_keeps_both_texts_whole(before: str, after: str) -> None:
    changes = pieces.compare(before, after)
    assert "".join(c.text for c in changes if c.kind != "new") == before
    assert "".join(c.text for c in changes if c.kind != "gone") == after


def test_block_pieces_escape_what_they_are_given(template: Callable[..., str]) -> None:
    for source in (
        "{% alert 'refused' title %}x{% endalert %}",
        "{% empty_state title %}x{% endempty_state %}",
        "{% refusal title title title %}x{% endrefusal %}",
        "{% decision title what=title final=True %}x{% enddecision %}",
        "{% status 'late' title %}",
        "{% person title title title %}",
        "{% search_box title title hint=title %}",
        "{% crumbs %}{% crumb '/' title %}{% crumb '' title %}{% endcrumbs %}",
        "{% diff title 'b' %}",
    ):
        page = template(source, title="<script>alert(1)</script>")
        assert "<script>" not in page and "&lt;script&gt;" in page, source


@pytest.mark.parametrize("source", ["{% status 'green' 'x' %}", "{% alert 'danger' 'x' %}y{% endalert %}"])
def test_an_unknown_kind_is_refused(template: Callable[..., str], source: str) -> None:
    with pytest.raises(ValueError, match="knows"):
        template(source)


def test_the_map_names_all_77_areas_once_on_tiles_that_do_not_touch() -> None:
    assert [area.number for area in COMMUNITY_AREAS] == list(range(1, 78))
    assert len({(area.column, area.row) for area in COMMUNITY_AREAS}) == 77
    picture = charts.area_map("Title", {25: 5, 76: Decimal("2.5")})
    assert picture.svg.count('<rect class="tile') == 77
    assert len(list(picture.table.body)) == 77 and "Austin" in picture.svg


def test_a_map_refuses_an_area_that_does_not_exist() -> None:
    with pytest.raises(ValueError, match="78"):
        charts.area_map("Title", {78: 1})


def test_bars_say_whether_the_goal_is_met_in_both_directions() -> None:
    given = [charts.Bar("2025", 38, 30), charts.Bar("2026", 23, 30), charts.Bar("2027", 5)]
    less = [row["kept"] for row in charts.bars("t", given, less_is_better=True).table.rows]
    more = [row["kept"] for row in charts.bars("t", given).table.rows]
    assert (less, more) == (["no", "yes", "—"], ["yes", "no", "—"])


def test_pictures_stay_drawable_at_their_edges() -> None:
    assert "polyline" in charts.steps("t", [(date(2026, 1, 1), 5)], date(2026, 1, 1)).svg
    assert charts.bars("t", []).svg and charts.sparkline([1], "s") == ""
    assert "nan" not in charts.sparkline([0, 0, 0], "flat").lower()
    with pytest.raises(ValueError, match="at least one"):
        charts.steps("t", [], date(2026, 1, 1))


def test_the_entry_with_the_longest_fitting_address_is_active() -> None:
    items = [NavItem("Home", "/"), NavItem("Opportunities", "/o/"), NavItem("Saved", "/o/saved/")]
    assert [i.active for i in active(items, "/o/saved/3/")] == [False, False, True]
    assert [i.active for i in active(items, "/")] == [True, False, False]
    assert [i.active for i in active(items, "/other/")] == [False, False, False]


def test_the_frame_draws_what_the_shell_says(template: Callable[..., str]) -> None:
    bare = Shell.bare()
    assert bare.nav == () and bare.broken_contact.phone
    page = template(
        "{% breadcrumbs crumbs %}{% next_action go %}",
        crumbs=[Crumb("Home", "/"), Crumb("Here")],
        go=NextAction("Start", "/s", "post"),
    )
    assert page.count('aria-current="page"') == 1 and 'method="post"' in page
    assert template("{% breadcrumbs crumbs %}{% next_action go %}", crumbs=[], go=None).strip() == ""
    assert "Members" not in template("{% breadcrumbs crumbs 'Members' %}", crumbs=[Crumb("Home", "/"), Crumb("Here")])
    closed = template("{% breadcrumbs crumbs 'Members' %}", crumbs=[Crumb("Home", "/")])
    assert closed.index('href="/"') < closed.index('aria-current="page"') < closed.index("Members")
