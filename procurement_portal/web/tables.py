"""Tables declared once, drawn as HTML and streamed as CSV or XLSX with the same columns.

    class ContractTable(Table):
        number = Column(_("Number"), head=True, link=lambda c: c.get_absolute_url())
        paid = Column(_("Paid"), kind="money", sort="paid_cents")

    table = ContractTable(rows, caption=_("Contracts"), request=request)

`sort` names the database field a head sorts by; `ContractTable.ordering(request.GET)` gives `order_by` its arguments and
knows no other names. Exports write numbers as numbers and guard texts against being read as formulas.
"""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from django.http import FileResponse, HttpRequest, QueryDict, StreamingHttpResponse
from django.utils.functional import Promise
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.text import get_valid_filename
from django.utils.translation import gettext_lazy as _

from procurement_portal.web import words

Kind = Literal["text", "data", "money", "number", "percent", "day", "instant", "html"]
_NUMERIC = ("money", "number", "percent")
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass
class Column:
    """One column. `value` is an attribute path ("vendor.name"), a mapping's key, or a function of the row; default: its own name.

    kind: text (translatable words), data (what people wrote), money, number, percent (fraction of one), day, instant, or
    html (a ready `SafeString`). `head` makes the cell the row's heading. `export` False keeps it out of files.
    """

    label: str | Promise
    value: str | Callable[[Any], Any] = ""
    kind: Kind = "data"
    sort: str = ""
    head: bool = False
    link: Callable[[Any], str] | None = None
    export: bool = True
    name: str = ""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name
        self.value = self.value or name

    def read(self, row: Any) -> Any:
        """The row's value. Raises AttributeError or KeyError when the row has none: a typing mistake is not an empty cell."""
        if callable(self.value):
            return self.value(row)
        for part in self.value.split("."):
            if row is None:
                return None
            row = row[part] if isinstance(row, Mapping) else getattr(row, part)
        return row() if callable(row) else row

    def show(self, row: Any) -> Any:
        """The cell's HTML."""
        html = present(self.read(row), self.kind)
        url = self.link(row) if self.link else ""
        return format_html('<a href="{}">{}</a>', url, html) if url else html

    @property
    def numeric(self) -> bool:
        """Whether the column stands right-aligned in tabular numerals."""
        return self.kind in _NUMERIC


def present(value: Any, kind: Kind) -> Any:
    """One value as a page shows it."""
    if value is None or value == "":
        return words.NONE
    if kind == "money":
        return words.money(value)
    if kind == "number":
        return f"{value:,}"
    if kind == "percent":
        return words.percent(value)
    if kind == "day":
        return words.day(value)
    if kind == "instant":
        return words.instant(value)
    return words.data(value) if kind == "data" else value


@dataclass(frozen=True)
class Head:
    """A drawn column head."""

    label: str | Promise
    numeric: bool
    sort_url: str = ""
    aria_sort: str = ""


@dataclass(frozen=True)
class Cell:
    """A cell of the last line; `label` is shown beside it on a phone."""

    html: Any
    label: str | Promise
    numeric: bool = False


def _around(column: Column) -> tuple[str, str]:
    """What stands before and after the value in every cell of a column."""
    if column.head:
        return format_html('<th scope="row" data-label="{}"><span>', column.label), "</span></th>"
    right = SafeString(' class="num"') if column.numeric else ""
    return format_html('<td{} data-label="{}"><span>', right, column.label), "</span></td>"


class Table:
    """Rows with declared columns. `wide` tables scroll in their own frame on a phone; the others become labeled rows."""

    columns: Sequence[Column] = ()
    empty_text: str | Promise = _("Nothing to show.")
    wide = False
    closing_line: str | Promise = ""  # what a file says on a last line of its own

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        own = [value for value in vars(cls).values() if isinstance(value, Column)]
        if own:
            cls.columns = [*cls.columns, *own]

    def __init__(
        self,
        rows: Iterable[Any],
        *,
        caption: str | Promise,
        request: HttpRequest | None = None,
        totals: Mapping[str, Any] | None = None,
    ) -> None:
        """`rows` is read once for the page; `totals` maps column names to the figures of the last line."""
        self.rows, self.caption, self.totals = rows, caption, totals or {}
        self.query = request.GET if request is not None else QueryDict()

    @classmethod
    def ordering(cls, query: Mapping[str, Any], default: Sequence[str] = ()) -> list[str]:
        """Arguments for `order_by` from `?sort=name` or `?sort=-name`; an unknown name means the default."""
        asked = str(query.get("sort", ""))
        for column in cls.columns:
            if column.sort and asked.lstrip("-") == column.name:
                return [
                    ("-" if asked.startswith("-") else "") + column.sort,
                    *[d for d in default if d.lstrip("-") != column.sort],
                ]
        return list(default)

    @property
    def heads(self) -> list[Head]:
        """The column heads with their sort addresses; sorting begins at the first page."""
        asked = str(self.query.get("sort", ""))
        heads = []
        for column in self.columns:
            url, state = "", ""
            if column.sort:
                if asked.lstrip("-") == column.name:
                    state = "descending" if asked.startswith("-") else "ascending"
                query = self.query.copy()
                query["sort"] = f"-{column.name}" if state == "ascending" else column.name
                query.pop("page", None)
                url = f"?{query.urlencode()}"
            heads.append(Head(column.label, column.numeric, url, state))
        return heads

    @property
    def body(self) -> Iterator[SafeString]:
        """The drawn rows; a cell's label is shown beside it on a phone."""
        # Drawn here: cell by cell through the template a page of 25 rows costs more than everything else on it.
        columns = [(column, *_around(column)) for column in self.columns]
        for row in self.rows:
            cells = [before + conditional_escape(column.show(row)) + after for column, before, after in columns]
            yield SafeString(f"<tr>{''.join(cells)}</tr>")  # every cell escaped above

    @property
    def foot(self) -> list[Cell]:
        """The line of totals, or nothing. The first column without a total says "Total"."""
        if not self.totals:
            return []
        cells, named = [], False
        for column in self.columns:
            if column.name in self.totals:
                cells.append(Cell(present(self.totals[column.name], column.kind), column.label, column.numeric))
            else:
                cells.append(Cell("" if named else _("Total"), "", False))
                named = True
        return cells

    def export_rows(self) -> Iterator[list[Any]]:
        """Head and rows as plain values for a file: Decimal, int, ISO days and instants, texts."""
        chosen = [c for c in self.columns if c.export]
        yield [str(c.label) for c in chosen]
        for row in self.rows:
            yield [_plain(c.read(row)) for c in chosen]
        if self.closing_line:
            yield [str(self.closing_line)]


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return words.local(value).isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    if value is None or isinstance(value, (int, Decimal)):
        return value
    return str(value)


def guarded(value: Any) -> Any:
    """A text that a spreadsheet would run as a formula gets an apostrophe before it; numbers stay numbers."""
    if isinstance(value, str) and value.lstrip(" \n").startswith(_FORMULA_STARTS):
        return "'" + value
    return value


class _Echo:
    """A file that gives back what is written: the csv module then makes lines, not a buffer."""

    def write(self, line: str) -> str:
        return line


def csv_lines(rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """CSV lines (UTF-8 with the mark that Excel asks for, CRLF)."""
    writer = csv.writer(_Echo())
    yield "\ufeff"
    for row in rows:
        yield writer.writerow(["" if v is None else guarded(v) for v in row])


def csv_response(table: Table, name: str) -> StreamingHttpResponse:
    """The table as a streamed CSV download named `name`.csv."""
    response = StreamingHttpResponse(csv_lines(table.export_rows()), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{get_valid_filename(name)}.csv"'
    return response


def xlsx_response(table: Table, name: str, sheet: str = "Data") -> FileResponse:
    """The table as an XLSX download, written row by row to a temporary file so that memory stays flat."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    book = Workbook(write_only=True)
    page = book.create_sheet(sheet[:31])
    page.freeze_panes = "A2"
    for number, row in enumerate(table.export_rows()):
        cells = []
        for value in row:
            cell = WriteOnlyCell(page, value=guarded(value))
            if isinstance(value, str):
                cell.data_type = "s"  # never a formula, whatever it begins with
            if isinstance(value, Decimal):
                cell.number_format = "#,##0.00"
            if number == 0:
                cell.font = Font(bold=True)
            cells.append(cell)
        page.append(cells)
    file = tempfile.TemporaryFile()  # noqa: SIM115 (the response closes it)
    book.save(file)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"{get_valid_filename(name)}.xlsx", content_type=XLSX_TYPE)
