"""Pages of a long list with a capped count: a list of 100,000 rows is never counted to the end for a headline.

The count stops at `cap`; above it the page says "more than 1,000". Pages beyond the cap do not exist: filters and search
are the way there, and the database is spared the deep offsets.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.http import Http404, HttpRequest
from django.utils.translation import gettext, ngettext


@dataclass(frozen=True)
class PageLink:
    """A page's number and address."""

    number: int
    url: str


@dataclass(frozen=True)
class Page:
    """One page of a list. Iterating gives its rows; `words` says how many there are."""

    items: Sequence[Any]
    number: int
    per_page: int
    total: int
    capped: bool
    query: Any

    def __iter__(self) -> Iterator[Any]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    @property
    def last(self) -> int:
        """Number of the last page that can be opened; at least 1."""
        return max(1, -(-self.total // self.per_page))

    @property
    def words(self) -> str:
        """ "No results", "1 result", "26 to 50 of 312 results", "1 to 25 of more than 1,000 results"."""
        if self.total == 0:
            return gettext("No results")
        if self.total <= self.per_page and not self.capped:
            return ngettext("%(count)s result", "%(count)s results", self.total) % {"count": f"{self.total:,}"}
        first = (self.number - 1) * self.per_page + 1
        shown = {"first": f"{first:,}", "last": f"{first + len(self.items) - 1:,}", "total": f"{self.total:,}"}
        if self.capped:
            return gettext("%(first)s to %(last)s of more than %(total)s results") % shown
        return gettext("%(first)s to %(last)s of %(total)s results") % shown

    def url(self, number: int) -> str:
        """Address of another page with the same filters."""
        return f"{self._filters}page={number}"

    @cached_property
    def _filters(self) -> str:
        query = self.query.copy()
        query.pop("page", None)
        return f"?{query.urlencode()}&" if query else "?"

    @property
    def links(self) -> list[PageLink]:
        """The pages around this one; nothing when there is only one."""
        if self.last == 1:
            return []
        first = max(1, min(self.number - 2, self.last - 4))
        return [PageLink(n, self.url(n)) for n in range(first, min(self.last, first + 4) + 1)]

    @property
    def previous_url(self) -> str:
        """Address of the page before, or "" on the first."""
        return self.url(self.number - 1) if self.number > 1 else ""

    @property
    def next_url(self) -> str:
        """Address of the page after, or "" on the last."""
        return self.url(self.number + 1) if self.number < self.last else ""


def paginate(request: HttpRequest, rows: Any, per_page: int = 25, cap: int = 1000, shown: Any = None) -> Page:
    """The page that `?page=` asks for. `rows` is a queryset or a list; `shown` the same rows in their order, read with
    what counting them needs not. Raises Http404 for a page that does not exist.
    """
    asked = request.GET.get("page", "1")
    if not asked.isascii() or not asked.isdigit() or int(asked) < 1 or len(asked) > 6:
        raise Http404("no such page")
    number = int(asked)
    counted = len(rows) if isinstance(rows, (list, tuple)) else rows.order_by()[: cap + 1].count()
    capped = counted > cap
    total = min(counted, cap)
    first = (number - 1) * per_page
    if number > 1 and first >= total:
        raise Http404("no such page")
    shown = rows if shown is None else shown
    return Page(list(shown[first : first + per_page]), number, per_page, total, capped, request.GET)
