"""The vault in a real browser: no axe finding at any width, files added with and without JavaScript, by keyboard too."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from procurement_portal.documents import actions
from procurement_portal.documents.models import Document, File
from procurement_portal.time import clock
from tests.browser.looks import accessible
from tests.cast import Cast, Person
from tests.factories.documents import document, pdf, received

os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # the browser's driver runs a loop in this thread; the tests do not
pytestmark = pytest.mark.django_db(transaction=True)
SignIn = Callable[[Person], Client]


@pytest.fixture(scope="module")
def browser(chromium_path: str) -> Iterator[Browser]:
    with sync_playwright() as driver:
        launched = driver.chromium.launch(executable_path=chromium_path, args=["--no-sandbox"])
        yield launched
        launched.close()


def context_of(browser: Browser, as_: SignIn, person: Person, address: str, **options: Any) -> BrowserContext:
    """A browser signed in as one of the cast."""
    key = as_(person).cookies[settings.SESSION_COOKIE_NAME].value
    context = browser.new_context(**options)
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": address}])
    return context


def _full(cast: Cast) -> dict[str, Document]:
    """A vault with a paper in every state."""
    ben, day = cast.ben.actor, clock.today()
    cover = {"coverage": "general_liability", "limit_cents": 100_000_000}
    found = {
        "w9": document(ben, kind="w9", title="W-9 of 2026"),
        "soon": document(ben, kind="good_standing", title="Good standing", expires_on=day + timedelta(days=12)),
        "lapsed": document(ben, kind="charity_registration", title="Registration", expires_on=day - timedelta(days=3)),
        "held": document(ben, kind="audit", title="Audit 2025", file=received(ben, name="audit.pdf", released=False)),
        "cover": document(ben, kind="insurance", title="ACORD", expires_on=day + timedelta(days=300), details=cover),
        "refused": document(ben, kind="board_list", title="Board"),
    }
    File.objects.filter(pk=found["refused"].file_id).update(
        state="refused", state_reason="The virus scan found something harmful in it."
    )
    new = actions.replace(ben, found["w9"], file=received(ben, name="w9 new.pdf"))
    return {**found, "new": new}


def test_every_page_of_the_vault_is_accessible_in_every_state(
    browser: Browser, live_server, cast: Cast, as_: SignIn
) -> None:
    with context_of(browser, as_, cast.ben, live_server.url) as context:
        page = context.new_page()
        page.goto(live_server.url + reverse("documents:vault"))
        accessible(page, "vault-empty", picture="vault-empty")
        papers = _full(cast)
        pages = [
            ("vault", "vault", []),
            ("choose", "choose", []),
            ("photos", "photos", []),
            ("add-insurance", "add", ["insurance"]),
        ]
        pages += [
            (f"paper-{name}", "document", [paper.pk])
            for name, paper in papers.items()
            if name in ("soon", "refused", "held", "w9")
        ]
        pages += [(name, name, [papers["cover"].pk]) for name in ("replace", "correct", "remove")]
        for name, route, given in pages:
            answer = page.goto(live_server.url + reverse(f"documents:{route}", args=given))
            assert answer is not None and answer.status == 200, name
            accessible(page, name, picture=name)


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_paper_is_added_refused_and_added_again(
    browser: Browser, live_server, cast: Cast, as_: SignIn, tmp_path: Path, script: bool
) -> None:
    good, bad = tmp_path / "good standing.pdf", tmp_path / "bill.pdf"
    good.write_bytes(pdf())
    bad.write_bytes(b"MZ" + b"\0" * 300)
    with context_of(browser, as_, cast.ben, live_server.url, java_script_enabled=script) as context:
        page = context.new_page()
        page.goto(live_server.url + reverse("documents:choose"))
        page.get_by_role("link", name="Certificate of good standing").click()
        page.get_by_label("File", exact=False).first.set_input_files(bad)
        page.get_by_role("button", name="Add to the vault").click()
        page.get_by_text("Inside, this is").first.wait_for()
        assert page.title().startswith("Error:")
        if script:
            accessible(page, "add-refused", picture="add-refused")
        page.get_by_label("File", exact=False).first.set_input_files(good)
        page.get_by_role("button", name="Add to the vault").click()
        page.get_by_text("We have your file").wait_for()  # the day is still missing; the file is not asked for again
        page.get_by_label("Month").last.select_option("12")
        page.get_by_label("Day", exact=True).last.fill("31")
        page.get_by_label("Year").last.fill("2027")
        page.get_by_role("button", name="Add to the vault").press("Enter")
        page.get_by_text("The document is in your vault").wait_for()
        assert page.get_by_text("good standing.pdf").first.is_visible()
    found = Document.objects.get()
    assert found.expires_on is not None and found.file.size == good.stat().st_size
