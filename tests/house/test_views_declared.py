"""A view without a decorator does not answer; libraries' views are listed by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, path

from procurement_portal.people.access import access_of
from procurement_portal.urls import urlpatterns as portal_patterns


def all_patterns(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[tuple[str, Callable[..., Any]]]:
    """(address pattern, view) of every route."""
    for entry in (resolver or get_resolver()).url_patterns:
        here = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from all_patterns(entry, here)
        elif isinstance(entry, URLPattern):
            yield here, entry.callback


def test_every_view_says_who() -> None:
    undeclared = [address for address, view in all_patterns() if access_of(view) is None]
    assert undeclared == []


def _undeclared(request: Any) -> Any:
    raise AssertionError("an undeclared view answered")


urlpatterns = [path("planted", _undeclared), *portal_patterns]


@pytest.mark.django_db
@pytest.mark.urls(__name__)
def test_an_undeclared_view_does_not_answer() -> None:
    assert Client(raise_request_exception=False).get("/planted").status_code in (404, 500)
