"""Tables on pages and in files, pages of long lists, calendar files."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import icalendar
import openpyxl
import pytest
from django.http import Http404
from django.test import RequestFactory

from procurement_portal.web.ics import Occasion, calendar_file
from procurement_portal.web.pagination import paginate
from procurement_portal.web.tables import Column, Table, csv_response, guarded, xlsx_response


class Contracts(Table):
    number = Column("Number", head=True, link=lambda row: f"/c/{row['number']}", sort="number")
    vendor = Column("Organization", value="vendor.name", sort="vendor__name")
    paid = Column("Paid", kind="money", sort="cents")
    due = Column("Due", kind="day")
    note = Column("Note", kind="text", export=False)


def _row(number: str, vendor: str, paid: str, due: date | None = None) -> dict[str, Any]:
    return {"number": number, "vendor": SimpleNamespace(name=vendor), "paid": Decimal(paid), "due": due, "note": "n"}


ROWS = [_row("1", "=HYPERLINK(evil)", "-5.00", date(2026, 11, 27)), _row("2", "<b>Ruiz</b>", "1234.5")]


def test_a_table_draws_escaped_cells_labels_and_links(template: Callable[..., str]) -> None:
    page = template(
        "{% data_table table %}", table=Contracts(ROWS, caption="Contracts", totals={"paid": Decimal("1229.5")})
    )
    assert "&lt;b&gt;Ruiz&lt;/b&gt;" in page and "<b>" not in page
    assert '<a href="/c/1">' in page and 'data-label="Organization"' in page
    assert "−$5.00 (credit)" in page and "Fri, Nov 27, 2026" in page and "$1,229.50" in page
    assert page.count('scope="row"') == 2 and page.count('scope="col"') == 5


def test_heads_sort_by_link_keep_the_filters_and_say_how_they_stand() -> None:
    request = RequestFactory().get("/?q=youth&sort=number&page=3")
    heads = Contracts([], caption="x", request=request).heads
    assert heads[0].aria_sort == "ascending"
    assert heads[0].sort_url == "?q=youth&sort=-number"
    assert heads[1].aria_sort == "" and heads[1].sort_url == "?q=youth&sort=vendor"
    assert heads[3].sort_url == ""


@pytest.mark.parametrize(
    ("asked", "order"),
    [
        ("vendor", ["vendor__name", "pk"]),
        ("-paid", ["-cents", "pk"]),
        ("password", ["pk"]),
        ("", ["pk"]),
        ("due", ["pk"]),
    ],
)
def test_only_declared_columns_sort(asked: str, order: list[str]) -> None:
    assert Contracts.ordering({"sort": asked}, ["pk"]) == order


def test_a_wrong_column_name_is_an_error_not_an_empty_cell() -> None:
    class Wrong(Table):
        missing = Column("Missing")

    with pytest.raises(KeyError):
        list(Wrong(ROWS, caption="x").body)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1", "\n=1"])
def test_texts_that_a_spreadsheet_would_run_are_guarded(text: str) -> None:
    assert guarded(text) == "'" + text


def test_numbers_and_ordinary_texts_are_left_alone() -> None:
    assert guarded(Decimal("-5.00")) == Decimal("-5.00")
    assert guarded("Harbor Lights = good") == "Harbor Lights = good"


def test_a_csv_reads_back_with_numbers_as_numbers() -> None:
    body = b"".join(csv_response(Contracts(ROWS, caption="x"), "my list")).decode("utf-8-sig")  # type: ignore[arg-type]
    read = list(csv.reader(io.StringIO(body)))
    assert read == [
        ["Number", "Organization", "Paid", "Due"],
        ["1", "'=HYPERLINK(evil)", "-5.00", "2026-11-27"],
        ["2", "<b>Ruiz</b>", "1234.5", ""],
    ]


def test_an_xlsx_reads_back_without_formulas() -> None:
    response = xlsx_response(Contracts(ROWS, caption="x"), "my list")
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(response))).active  # type: ignore[arg-type]
    cells = [[cell.value for cell in row] for row in sheet.rows]
    assert cells[1][:3] == ["1", "'=HYPERLINK(evil)", -5]
    assert all(cell.data_type != "f" for row in sheet.rows for cell in row)


def test_a_page_of_a_long_list_counts_no_further_than_the_cap() -> None:
    page = paginate(RequestFactory().get("/?q=a&page=2"), list(range(5000)), per_page=25, cap=1000)
    assert list(page) == list(range(25, 50))
    assert page.words == "26 to 50 of more than 1,000 results"
    assert page.next_url == "?q=a&page=3" and page.previous_url == "?q=a&page=1"
    assert page.last == 40


@pytest.mark.parametrize("asked", ["0", "-1", "x", "41", "9999999", "١", ""])
def test_a_page_that_does_not_exist_is_not_found(asked: str) -> None:
    with pytest.raises(Http404):
        paginate(RequestFactory().get("/", {"page": asked}), list(range(5000)), per_page=25, cap=1000)


@pytest.mark.parametrize(
    ("count", "words"), [(0, "No results"), (1, "1 result"), (25, "25 results"), (26, "1 to 25 of 26 results")]
)
def test_short_lists_say_how_many(count: int, words: str) -> None:
    page = paginate(RequestFactory().get("/"), list(range(count)))
    assert page.words == words
    assert bool(page.links) == (count > 25)


def test_a_calendar_file_reads_back() -> None:
    due = datetime(2026, 11, 27, 23, 0, tzinfo=UTC)
    made = calendar_file(
        [Occasion("n-1@portal", "Due; bring, all", due, due - timedelta(days=9), url="https://x.example/1")], "Mine"
    )
    event = icalendar.Calendar.from_ical(made).walk("VEVENT")[0]
    assert str(event["summary"]) == "Due; bring, all"
    assert event.decoded("dtstart") == due
    assert b"20261127T230000Z" in made


def test_a_naive_instant_does_not_enter_a_calendar() -> None:
    with pytest.raises(ValueError, match="aware"):
        calendar_file([Occasion("a", "b", datetime(2026, 1, 1), datetime(2026, 1, 1))], "x")
