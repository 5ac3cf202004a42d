"""The pseudo-locale: every page that needs no number in its address, as the public and as an organization: each text goes through gettext."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from procurement_portal.web.pseudo import pseudo_language, untranslated
from tests.cast import Cast, Person

# The library's own pages that we have not drawn ourselves are translated by it; the API and the admin speak no page.
NOT_PAGES = ("api/", "admin/", "static/", "media/")
# The sign-in library's form for a passkey names this field without gettext.
OF_THE_LIBRARY = {"/account/2fa/webauthn/add/": "Name"}


def _addresses(resolver: URLResolver | None = None, prefix: str = "/") -> Iterator[str]:
    for entry in (resolver or get_resolver()).url_patterns:
        here = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from _addresses(entry, here)
        elif isinstance(entry, URLPattern) and not any(mark in here for mark in "<(?^"):
            yield here


def _left(client: Client) -> tuple[dict[str, list[str]], int]:
    """Texts left untranslated by address, and how many pages were read."""
    found, read = {}, 0
    for address in sorted(set(_addresses())):
        if address.lstrip("/").startswith(NOT_PAGES):
            continue
        response = client.get(address)
        if response.status_code == 200 and _is_page(response):
            read += 1
            if left := [
                text for text in untranslated(response.content.decode()) if text != OF_THE_LIBRARY.get(address)
            ]:
                found[address] = left
    return found, read


def _is_page(response: HttpResponse) -> bool:
    return not response.streaming and response["Content-Type"].startswith("text/html")


@pytest.mark.django_db
def test_public_pages_speak_through_gettext() -> None:
    with pseudo_language():
        left, read = _left(Client())
    assert read >= 3
    assert left == {}


@pytest.mark.django_db
def test_an_organizations_pages_speak_through_gettext(cast: Cast, as_: Callable[[Person], Client]) -> None:
    client = as_(cast.alice)
    with pseudo_language():
        left, read = _left(client)
    assert read >= 3
    assert left == {}
