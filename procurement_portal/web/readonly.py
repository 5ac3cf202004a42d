"""GET never writes: enforced at the database cursor, not by review.

While a GET, HEAD or OPTIONS is answered, a statement that writes raises `WriteInGet`. Exactly these pass: the session
table, `history.witness()` (a refused or sensitive read is itself an act) and counted page views. The list is `ALLOWED_TABLES`
and a test pins it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import connections
from django.http import HttpRequest, HttpResponse

SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
ALLOWED_TABLES = ("django_session",)
_WRITES = re.compile(
    r"^\s*(?:WITH\b.*?\b)?(INSERT\s+INTO|UPDATE|DELETE\s+FROM|TRUNCATE|ALTER|DROP|CREATE)\s+\"?(\w+)",
    re.I | re.S,
)
_open: ContextVar[bool] = ContextVar("portal_write_open", default=False)


class WriteInGet(Exception):
    """A page tried to write while answering a GET."""


@contextmanager
def allow_write() -> Iterator[None]:
    """For `history.witness` and `insights.count_view` alone: lets one write through while a GET is answered."""
    token = _open.set(True)
    try:
        yield
    finally:
        _open.reset(token)


def _guard(
    execute: Callable[..., Any],
    sql: Any,
    params: Any,
    many: bool,
    context: dict[str, Any],
) -> Any:
    if not _open.get():
        match = _WRITES.match(str(sql))
        if match and match.group(2).lower() not in ALLOWED_TABLES:
            raise WriteInGet(f"a GET wrote to {match.group(2)}")
    return execute(sql, params, many, context)


class ReadOnlyGetMiddleware:
    """Wraps every connection's cursor while a safe method is answered."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in SAFE_METHODS:
            return self.get_response(request)
        with connections["default"].execute_wrapper(_guard):
            return self.get_response(request)
