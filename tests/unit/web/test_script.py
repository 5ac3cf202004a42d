"""The portal's script in a real browser: nothing typed is lost, nothing is overwritten in silence."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from tests.unit.web.browser import Server, browser, listening, open_page

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def chromium(chromium_path: str) -> Iterator[Any]:
    with browser(chromium_path) as running:
        yield running


@pytest.fixture
def context(chromium: Any) -> Iterator[BrowserContext]:
    made = chromium.new_context()
    yield made
    made.close()


def _saved(page: Page) -> Any:
    return page.locator("[data-saved]")


def test_a_pause_in_typing_saves_and_says_when_by_the_servers_clock(context: BrowserContext) -> None:
    server = Server()
    page = open_page(context, server)
    page.locator("#story").press_sequentially("We serve lunch.")
    expect(_saved(page)).to_have_text("Saved 2:14 pm CST")
    assert server.saves == [{"field": "story", "version": "v1", "story": "We serve lunch.", "token": "token-1"}]
    assert page.evaluate("localStorage.length") == 0 and server.faults == []


def test_leaving_a_field_saves_at_once_and_an_unchanged_one_never(context: BrowserContext) -> None:
    server = Server(story="As it was.")
    page = open_page(context, server)
    page.locator("#story").focus()
    page.locator("#kind_0").focus()
    page.locator("#kind_1").check()
    expect(_saved(page)).to_have_text("Saved 2:14 pm CST", timeout=700)
    assert [save["field"] for save in server.saves] == ["kind"]
    assert server.saves[0]["kind"] == "b"


def test_what_is_typed_while_a_save_is_under_way_is_saved_after_it(context: BrowserContext) -> None:
    server = Server()
    page = open_page(context, server)
    for part in ("one ", "two ", "three"):
        page.locator("#story").press_sequentially(part)
        page.wait_for_timeout(850)
    expect(_saved(page)).to_have_attribute("data-state", "done")
    page.wait_for_function("localStorage.length === 0")
    assert server.story == "one two three" and [s["version"] for s in server.saves] == ["v1", "v2", "v3"]


def test_two_tabs_show_the_conflict_and_overwrite_nothing(context: BrowserContext) -> None:
    server = Server()
    first, second = open_page(context, server), open_page(context, server)
    first.locator("#story").fill("From the first tab.")
    expect(_saved(first)).to_have_text("Saved 2:14 pm CST")
    second.locator("#story").fill("From the second tab.")
    box = second.locator(".p-conflict")
    expect(box).to_be_focused()
    expect(box).to_contain_text("Ana Ruiz")
    expect(box).to_contain_text("From the first tab.")
    expect(box).to_contain_text("From the second tab.")
    assert server.story == "From the first tab."
    second.get_by_role("button", name="Save what I wrote").click()
    expect(_saved(second)).to_have_text("Saved 2:14 pm CST")
    assert server.story == "From the second tab."


def test_in_a_conflict_the_saved_text_can_be_kept(context: BrowserContext) -> None:
    server = Server(story="Theirs.")
    page = open_page(context, server)
    server.version = 5
    page.locator("#story").fill("Mine.")
    page.get_by_role("button", name="Keep what is saved").click()
    expect(page.locator("#story")).to_have_value("Theirs.")
    page.locator("#story").fill("Theirs, and more.")
    expect(_saved(page)).to_have_text("Saved 2:14 pm CST")
    assert server.story == "Theirs, and more."


def test_text_typed_while_the_server_is_away_survives_closing_the_page(context: BrowserContext) -> None:
    server = Server(answer="down")
    page = open_page(context, server)
    page.locator("#story").fill("Typed in a tunnel.")
    expect(_saved(page)).to_have_attribute("data-state", "kept")
    page.close()
    server.answer = "save"
    again = open_page(context, server)
    expect(again.locator("#story")).to_have_value("Typed in a tunnel.")
    expect(_saved(again)).to_have_text("Saved 2:14 pm CST")
    assert server.story == "Typed in a tunnel."


def test_the_server_comes_back_and_the_page_saves_by_itself(context: BrowserContext) -> None:
    server = Server(answer="down")
    page = open_page(context, server)
    page.locator("#story").fill("Patience.")
    expect(_saved(page)).to_have_attribute("data-state", "kept")
    server.answer = "save"
    expect(_saved(page)).to_have_text("Saved 2:14 pm CST")
    assert server.story == "Patience."


def test_an_ended_session_keeps_the_text_and_leads_to_sign_in(context: BrowserContext) -> None:
    server = Server(answer="signed_out")
    page = open_page(context, server)
    page.locator("#story").fill("Written too slowly.")
    link = page.get_by_role("link", name="Sign in again")
    expect(link).to_have_attribute("href", "/sign-in/?next=%2Fanswer%2F")
    server.answer = "save"
    page.goto("http://portal.test/answer/")
    expect(page.locator("#story")).to_have_value("Written too slowly.")


def test_somebody_elses_kept_text_is_not_given_back(context: BrowserContext) -> None:
    server = Server(answer="down")
    page = open_page(context, server)
    page.locator("#story").fill("Of person seven.")
    expect(_saved(page)).to_have_attribute("data-state", "kept")
    page.close()
    server.user, server.answer = "8", "save"
    expect(open_page(context, server).locator("#story")).to_have_value("")


def test_kept_text_of_an_older_version_is_shown_as_a_conflict(context: BrowserContext) -> None:
    server = Server(answer="down")
    page = open_page(context, server)
    page.locator("#story").fill("Kept.")
    expect(_saved(page)).to_have_attribute("data-state", "kept")
    page.close()
    server.answer, server.story, server.version = "save", "Saved by Ana.", 9
    again = open_page(context, server)
    expect(again.locator(".p-conflict")).to_contain_text("Saved by Ana.")
    expect(again.locator(".p-conflict")).to_contain_text("Kept.")
    assert server.story == "Saved by Ana."


@pytest.mark.parametrize(
    ("answer", "said"), [("refused", "The deadline has passed."), ("invalid", "Write at most 500 words.")]
)
def test_a_refusal_is_told_at_the_field_and_the_text_stays(context: BrowserContext, answer: str, said: str) -> None:
    server = Server(answer=answer)
    page = open_page(context, server)
    page.locator("#story").fill("Still here.")
    expect(page.locator("[data-live-error]")).to_have_text(said)
    expect(_saved(page)).to_contain_text(said)
    expect(page.locator("#story")).to_have_value("Still here.")
    expect(page.locator("#story")).to_have_attribute("aria-invalid", "true")


def test_the_end_of_the_session_is_announced_two_minutes_before(context: BrowserContext) -> None:
    page = open_page(context, Server(session_seconds=121))
    expect(page.locator(".p-session")).to_contain_text("two minutes")
    page.get_by_role("button", name="Stay signed in").click()
    expect(page.locator(".p-session")).to_have_count(0)


def test_a_file_over_the_limit_or_of_another_kind_is_refused_aloud(context: BrowserContext) -> None:
    page = open_page(context, Server())
    chosen = page.locator("#file")
    chosen.set_input_files({"name": "a.pdf", "mimeType": "application/pdf", "buffer": b"x" * 101})
    expect(page.locator("[data-upload] [data-status]")).to_contain_text("at most 100 bytes")
    assert chosen.evaluate("e => e.files.length") == 0
    chosen.set_input_files({"name": "a.exe", "mimeType": "application/octet-stream", "buffer": b"x"})
    expect(page.locator("[data-upload] [data-status]")).to_contain_text(".pdf")
    chosen.set_input_files({"name": "b.pdf", "mimeType": "application/pdf", "buffer": b"x"})
    expect(page.locator("[data-upload] [data-status]")).to_have_text("b.pdf")


def test_a_sent_file_arrives_whole_and_leads_on(context: BrowserContext) -> None:
    server = Server()
    with listening(server) as address:
        page = context.new_page()
        page.goto(f"{address}/answer/")
        page.locator("#file").set_input_files({"name": "b.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-whole"})
        page.get_by_role("button", name="Send the file").click()
        page.wait_for_url("**/received/")
    assert len(server.uploads) == 1 and b"%PDF-whole" in server.uploads[0]


def test_a_refused_file_shows_the_answered_page_and_its_summary(context: BrowserContext) -> None:
    server = Server(answer="invalid")
    page = open_page(context, server)
    page.locator("#file").set_input_files({"name": "b.pdf", "mimeType": "application/pdf", "buffer": b"%PDF"})
    page.get_by_role("button", name="Send the file").click()
    expect(page.locator("[data-error-summary]")).to_be_focused()
    expect(page).to_have_title("Error: An answer")


def test_the_error_summary_takes_the_focus(context: BrowserContext) -> None:
    page = open_page(context, Server(), "/gallery/")
    expect(page.locator("[data-error-summary]").first).to_be_focused()


@pytest.mark.parametrize("width", [320, 768, 1280])
def test_the_gallery_is_free_of_faults_at_every_width(context: BrowserContext, width: int) -> None:
    server = Server()
    page = open_page(context, server, "/gallery/")
    page.set_viewport_size({"width": width, "height": 900})
    page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = !d.classList.contains('p-drop'); })")
    found = Axe().run(page).response["violations"]
    assert [(v["id"], v["nodes"][0]["html"]) for v in found] == []
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, "the page scrolls sideways"
    assert server.faults == []


def test_the_page_works_with_the_keyboard_from_skip_link_to_menu(context: BrowserContext) -> None:
    page = open_page(context, Server())
    page.set_viewport_size({"width": 390, "height": 900})
    page.keyboard.press("Tab")
    expect(page.locator(".usa-skipnav")).to_be_focused()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    menu = page.locator(".p-menu > summary")
    menu.focus()
    expect(page.locator(".p-nav")).to_be_hidden()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Opportunities")).to_be_visible()
