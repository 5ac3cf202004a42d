"""A person at a browser: what they do on pages, and what every page they come to must hold.

Each page is looked at as a document and at three widths: a title and one h1, at most one filled button, no axe finding,
nothing scrolling sideways, no error in the console (a breach of the content security policy is one), nothing missing.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.contrib.sessions.models import Session
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, Response

from procurement_portal.time.clock import CHICAGO
from tests.browser.looks import HEIGHT, accessible, photograph

_FILLED = "main .usa-button:not(.usa-button--outline):not(.usa-button--unstyled):not(.usa-button--secondary)"


def _words(name: str) -> str | re.Pattern[str]:
    """A name whose second part only screen readers get ("Change: Wages") may have a space before the colon."""
    return re.compile(re.escape(name).replace(":", r"\s*:"), re.IGNORECASE) if ": " in name else name


class Visitor:
    """One person's browser. `troubles` gathers what pages complained about; `look` raises on any of it."""

    def __init__(self, browser: Browser, address: str, session: str = "", name: str = "nobody", **options: Any) -> None:
        self.address, self.name, self.troubles, self.looked = address, name, list[str](), 0
        self.context: BrowserContext = browser.new_context(viewport={"width": 1280, "height": HEIGHT}, **options)
        self.context.set_default_timeout(8000)
        self.script = options.get("java_script_enabled", True)
        if session:
            self.take(session)
        self.page: Page = self.context.new_page()
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.troubles.append(f"script failed: {error}"))
        self.page.on("response", self._response)

    def take(self, session: str) -> None:
        """Sign in by a session that exists."""
        self.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": self.address}])

    def _console(self, said: ConsoleMessage) -> None:
        if said.type in ("error", "warning") and not said.text.startswith("Failed to load resource"):
            self.troubles.append(f"console: {said.text[:300]}")

    def _response(self, answer: Response) -> None:
        if answer.status >= 500 or (
            answer.status >= 400 and answer.request.resource_type not in ("document", "fetch", "xhr")
        ):
            self.troubles.append(f"{answer.status} {answer.url}")

    # What a person does

    def go(self, path: str, status: int = 200, look: str = "") -> None:
        """Open an address; with `look`, the name of the page, look at it too."""
        answer = self.page.goto(path if path.startswith("http") else f"{self.address}{path}")
        assert answer is not None and answer.status == status, (self.name, path, answer and answer.status)
        if look:
            self.look(look)

    def link(self, name: str, look: str = "", exact: bool = False) -> None:
        """Follow the first link of this name in the page's content."""
        self.page.locator("main").get_by_role("link", name=_words(name), exact=exact).first.click()
        self.arrive(look)

    def button(self, name: str, look: str = "", exact: bool = False) -> None:
        """Press the first button of this name in the page's content. A form that saves itself may wait before it goes."""
        found = self.page.locator("main").get_by_role("button", name=_words(name), exact=exact).first
        if found.evaluate("button => Boolean(button.form && 'autosave' in button.form.dataset)"):
            with self.page.expect_navigation():
                found.click()
        else:
            found.click()
        self.arrive(look)

    def arrive(self, look: str = "") -> None:
        """Wait for the page that a click leads to."""
        self.page.wait_for_load_state("load")
        if look:
            self.look(look)

    def put(self, **fields: Any) -> None:
        """Fill fields by name: texts, numbers, choices, ticks (True), days and instants (month, day, year, Chicago hour)."""
        for name, value in fields.items():
            if isinstance(value, (date, datetime)):
                self._put_day(name, value)
                continue
            found = self.page.locator(f"main [name='{name}']")
            kind = found.first.evaluate("e => e.tagName === 'SELECT' ? 'select' : e.type")
            if kind == "select":
                found.first.select_option(str(value))
            elif kind in ("radio", "checkbox"):
                for each in value if isinstance(value, (list, tuple)) else [value]:
                    self.tick(
                        found.first if each is True else self.page.locator(f"main [name='{name}'][value='{each}']")
                    )
            else:
                found.first.fill(str(value))

    def _put_day(self, name: str, value: date | datetime) -> None:
        here = value.astimezone(CHICAGO) if isinstance(value, datetime) else value
        self.page.locator(f"[name={name}_month]").select_option(str(here.month))
        self.page.locator(f"[name={name}_day]").fill(str(here.day))
        self.page.locator(f"[name={name}_year]").fill(str(here.year))
        if isinstance(here, datetime):
            self.page.locator(f"[name={name}_hour]").select_option(f"{here:%H:%M}")

    def tick(self, box: Locator) -> None:
        """Tick a box or a round button by its label, as a hand does; one that is ticked stays so."""
        if not box.is_checked():
            self.page.locator(f"label[for='{box.get_attribute('id')}']").click()

    def reads(self, *words: str) -> None:
        """The page's content says all of these."""
        for each in words:
            self.page.locator("main").get_by_text(each).first.wait_for()

    def main(self) -> str:
        """What the page says, as text."""
        return self.page.locator("main").inner_text()

    @property
    def path(self) -> str:
        """Where the person is."""
        return self.page.url.removeprefix(self.address)

    def forget_proof(self) -> None:
        """Let the last proof of who one is become an hour old, as it does by waiting."""
        key = next(c["value"] for c in self.context.cookies() if c["name"] == settings.SESSION_COOKIE_NAME)  # type: ignore[typeddict-item]
        session = Session.objects.get(session_key=key).get_decoded()
        for method in session["account_authentication_methods"]:
            method["at"] -= 3600
        Session.objects.filter(session_key=key).update(session_data=Session.objects.encode(session))

    # What every page must hold

    def look(self, name: str) -> None:
        """Everything a page must hold, at every width. Raises AssertionError naming page, width and finding."""
        self.looked += 1
        where = (self.name, name, self.path)
        assert self.page.title().strip(" ·") not in ("", "Procurement Portal"), where
        assert "<" not in self.page.title(), (*where, "tags in the title of the window")
        assert self.page.locator("h1").count() == 1 and self.page.locator("h1").inner_text().strip(), where
        filled = [text.strip() for text in self.page.locator(f"{_FILLED} >> visible=true").all_inner_texts()]
        assert len(filled) <= 1, (*where, "more than one filled button", filled)
        if self.script:
            accessible(self.page, *where)
        photograph(self.page, name)
        assert self.troubles == [], (*where, self.troubles)
