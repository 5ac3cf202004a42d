"""The shared ground of the journeys: a browser, visitors, the portal's background work done in line, pictures of failures."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core import mail
from django.core.cache import cache
from django.http import HttpRequest, HttpResponseBase
from django.test import Client
from playwright.sync_api import Browser, Error, sync_playwright

from procurement_portal.clocks.actions import sweep
from procurement_portal.outbox.intents import run, waiting
from solicitations.actions import publication, saved_search
from solicitations.actions.criteria_library import load_seed
from solicitations.queries import saved_search as saved_searches
from tests.browser.visitor import Visitor
from tests.cast import Cast, Person, make_cast

os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # the browser's driver runs a loop in this thread; the tests do not
Come = Callable[..., Visitor]


@pytest.fixture(scope="module")
def browser(chromium_path: str) -> Iterator[Browser]:
    """One Chromium for a module's tests."""
    with sync_playwright() as driver:
        launched = driver.chromium.launch(executable_path=chromium_path, args=["--no-sandbox"])
        yield launched
        launched.close()


@pytest.fixture(scope="session", autouse=True)
def kept_files() -> Iterator[None]:
    """Browsers keep static files for an hour, as in production; the tests' server would have them asked for with each page."""
    serve = StaticFilesHandler.serve

    def kept(self: StaticFilesHandler, request: HttpRequest) -> HttpResponseBase:
        answer = serve(self, request)
        answer["Cache-Control"] = "public, max-age=3600"
        return answer

    StaticFilesHandler.serve = kept  # type: ignore[method-assign]
    yield
    StaticFilesHandler.serve = serve  # type: ignore[method-assign]


@pytest.fixture
def town(transactional_db: None) -> Iterator[Cast]:
    """The cast, and the citywide library, in a database that the live server sees."""
    cache.clear()
    mail.outbox.clear()
    cast = make_cast()
    load_seed(actor=cast.cleo.actor)
    yield cast
    cache.clear()


@pytest.fixture
def come(browser: Browser, live_server: Any, as_: Callable[[Person], Client]) -> Iterator[Come]:
    """`come(cast.alice)` or `come()` for somebody not signed in: a visitor in a browser of their own."""
    here: list[Visitor] = []

    def enter(person: Person | None = None, **options: Any) -> Visitor:
        session = as_(person).cookies[settings.SESSION_COOKIE_NAME].value if person else ""
        name = person.user.email if person else "nobody"
        here.append(Visitor(browser, live_server.url, session, name, **options))
        return here[-1]

    yield enter
    for visitor in here:
        visitor.context.close()


@pytest.fixture
def duties() -> Callable[[], None]:
    """Do what worker and scheduler would have done by now: every due intent, the sweeps of clocks, closings and searches."""

    def work() -> None:
        for _round in range(20):
            publication.close_due()
            sweep()
            for pk in saved_searches.waiting():
                saved_search.tell(search_id=pk)
            due = waiting()
            if not due:
                return
            for intent in due:
                assert run(intent), f"background work failed: intent {intent}"
        raise AssertionError("background work makes new work without end")

    return work


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, Any, Any]:
    """A failed test leaves a picture of every page that was open."""
    report = yield
    browser = getattr(item, "funcargs", {}).get("browser")
    if report.when == "call" and report.failed and isinstance(browser, Browser):
        folder: Path = item._request.getfixturevalue("artifacts_folder")  # type: ignore[attr-defined]
        pages = [page for context in browser.contexts for page in context.pages]
        for number, page in enumerate(pages, 1):
            with contextlib.suppress(Error):
                page.screenshot(path=str(folder / f"{item.name[:80]}-{number}.png"), full_page=True)
                report.sections.append((f"page {number}", f"{page.url}\n{page.locator('main').inner_text()[:2000]}"))
    return report
