"""An answer in a real browser: no axe finding in any state, fields that save themselves, conflicts, a lost session, no script."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from playwright.sync_api import Browser, sync_playwright

from procurement_portal.outbox.intents import run
from procurement_portal.outbox.models import Intent
from solicitations.actions import partner
from solicitations.models.answer import Answer
from solicitations.models.facts import RequiredDocument
from solicitations.models.question import Question
from solicitations.models.submission import Submission
from solicitations.queries.draft import draft
from solicitations.states import QuestionKind
from tests.browser.looks import accessible
from tests.browser.test_papers import context_of
from tests.cast import Cast, Person
from tests.factories.documents import document
from tests.factories.submissions import begin, fill, hand_in, open_solicitation, question

os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
pytestmark = pytest.mark.django_db(transaction=True)
SignIn = Callable[[Person], Client]
TERMS = {"role": "fiscal_sponsor", "share": "0", "work": "Keeps the books and holds the grant money"}


@pytest.fixture(scope="module")
def browser(chromium_path: str) -> Iterator[Browser]:
    with sync_playwright() as driver:
        launched = driver.chromium.launch(executable_path=chromium_path, args=["--no-sandbox"])
        yield launched
        launched.close()


def rich(cast: Cast) -> Submission:
    """A proposal whose notice asks every kind of question."""
    asked = open_solicitation(cast)
    section = question(asked, QuestionKind.TEXT).section
    table = {
        "columns": [
            {"key": "site", "label": "Site", "kind": "text"},
            {"key": "places", "label": "Places", "kind": "number"},
        ],
        "most_rows": 4,
    }
    for position, (kind, prompt, options) in enumerate(
        [
            ("number", "How many young people will you serve?", {"unit": "people", "whole": True, "least": "1"}),
            ("table", "Where will they work?", table),
            ("file", "Your work plan", {"kinds": ["pdf", "word"], "most_files": 2, "most_megabytes": 10}),
        ],
        start=5,
    ):
        Question.objects.create(
            solicitation=asked, section=section, position=position, kind=kind, marking="information", prompt=prompt, options=options, required=False,
        )  # fmt: skip
    RequiredDocument.objects.create(solicitation=asked, kind="board_list", needed="before_award")
    RequiredDocument.objects.create(solicitation=asked, kind="w9")
    document(cast.ben.actor, kind="w9", title="W-9 of 2026")
    return begin(cast.ben, asked)


def test_every_page_of_an_answer_is_accessible_in_every_state(
    browser: Browser, live_server, cast: Cast, as_: SignIn
) -> None:
    proposal = rich(cast)
    section = question(proposal.solicitation, QuestionKind.TEXT).section_id
    home = f"/our-answers/{proposal.pk}/"
    with context_of(browser, as_, cast.alice, live_server.url) as context:
        page = context.new_page()

        def look(path: str, name: str) -> None:
            answer = page.goto(live_server.url + path)
            assert answer is not None and answer.status == 200, (name, answer and answer.status)
            accessible(page, name, picture=name)

        look(f"/opportunities/{proposal.solicitation_id}/get-ready/", "ready")
        look("/our-answers/", "answers-list")
        look(home, "answer-empty")
        look(f"{home}sections/{section}/", "section-empty")
        look(f"{home}review/", "review-missing")
        fill(cast.ben, proposal)
        look(f"{home}sections/{section}/", "section-full")
        look(f"{home}review/", "review-sign")
        look(f"{home}missing/", "missing")
        look(f"{home}at-the-due-hour/", "in-advance")
        partner.invite(actor=cast.ben.actor, submission=proposal, organization_id=cast.beta.pk, given=TERMS)
        look(f"{home}partners/", "partners")
        invited = draft(proposal).partners[0].partner
        look(f"{home}partners/{invited.pk}/", "terms")
        partner.take_out(actor=cast.ben.actor, submission=proposal, partner=invited)
        hand_in(cast.alice, proposal)
        for intent in Intent.objects.filter(task__startswith="solicitations.", done_at=None):
            run(intent.pk)
        look(f"{home}receipts/1/", "receipt")
        look(home, "answer-submitted")
        look(f"{home}withdraw/", "withdraw")
    again = partner.invite(actor=cast.ben.actor, submission=proposal, organization_id=cast.beta.pk, given=TERMS)
    with context_of(browser, as_, cast.bob, live_server.url) as context:
        page = context.new_page()
        page.goto(f"{live_server.url}/our-answers/parts/{again.pk}/")
        accessible(page, "part", picture="part")


def test_fields_save_themselves_and_two_people_are_shown_both_texts(
    browser: Browser, live_server, cast: Cast, as_: SignIn
) -> None:
    proposal = begin(cast.ben, open_solicitation(cast))
    text = question(proposal.solicitation, QuestionKind.TEXT)
    url, field = (
        f"{live_server.url}/our-answers/{proposal.pk}/sections/{text.section_id}/",
        f"textarea[name='q-{text.key}']",
    )
    with (
        context_of(browser, as_, cast.ben, live_server.url) as one,
        context_of(browser, as_, cast.alice, live_server.url) as two,
    ):
        ben, alice = one.new_page(), two.new_page()
        ben.goto(url)
        alice.goto(url)
        ben.locator(field).fill("Written by Ben")
        ben.locator(field).blur()
        ben.locator("[data-saved][data-state=done]").wait_for()
        assert "Saved" in ben.locator("[data-saved]").inner_text()
        alice.locator(field).fill("Written by Alice")
        alice.locator(field).blur()
        alice.locator(".p-conflict").wait_for()
        shown = alice.locator(".p-conflict").inner_text()
        assert "Written by Ben" in shown and "Written by Alice" in shown and cast.ben.user.name in shown
        accessible(alice, "conflict", picture="conflict")
        alice.get_by_role("button", name="Save what I wrote").click()
        alice.locator("[data-saved][data-state=done]").wait_for()
        # The form posted whole after a field saved itself is no conflict with oneself.
        alice.locator(field).fill("Written by Alice, twice")
        alice.get_by_role("button", name="Save this section").first.click()
        alice.locator(".p-alert--done").wait_for()
    values = [p.value for p in draft(proposal).parts if p.question.pk == text.pk]
    assert values == ["Written by Alice, twice"]


def test_a_session_that_ended_keeps_the_text_and_brings_it_back(
    browser: Browser, live_server, cast: Cast, as_: SignIn
) -> None:
    proposal = begin(cast.ben, open_solicitation(cast))
    text = question(proposal.solicitation, QuestionKind.TEXT)
    url, field = (
        f"{live_server.url}/our-answers/{proposal.pk}/sections/{text.section_id}/",
        f"textarea[name='q-{text.key}']",
    )
    with context_of(browser, as_, cast.ben, live_server.url) as context:
        page = context.new_page()
        page.goto(url)
        Session.objects.all().delete()
        page.locator(field).fill("Typed while signed out")
        page.locator(field).blur()
        page.get_by_role("link", name="Sign in again").wait_for()
        assert not Answer.objects.exists()
        key = as_(cast.ben).cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": live_server.url}])
        page.goto(url)
        page.locator("[data-saved][data-state=done]").wait_for()
    assert [p.value for p in draft(proposal).parts if p.question.pk == text.pk] == ["Typed while signed out"]


def test_signing_out_takes_unsaved_text_from_a_shared_computer_unless_its_writer_keeps_it(
    browser: Browser, live_server, cast: Cast, as_: SignIn
) -> None:
    proposal = begin(cast.ben, open_solicitation(cast))
    asked = question(proposal.solicitation, QuestionKind.TEXT)
    section = f"{live_server.url}/our-answers/{proposal.pk}/sections/{asked.section_id}/"
    kept = "Object.keys(localStorage).filter((key) => key.startsWith('portal:')).length"
    for keep in (False, True):
        with context_of(browser, as_, cast.ben, live_server.url) as context:
            page = context.new_page()
            page.goto(section)
            page.evaluate("localStorage.setItem('portal:999:/of-another-person/', '{}')")
            page.route("**/save/", lambda route: route.abort())  # the network is gone
            page.locator(f"textarea[name='q-{asked.key}']").fill("Words that never arrived")
            page.wait_for_function(f"{kept} === 2")
            page.locator("summary", has_text="Ben").click()
            page.locator("header").get_by_role("button", name="Sign out").click()
            page.get_by_role("heading", name="Text on this computer is not saved yet").wait_for()
            accessible(page, f"sign_out_unsaved_{keep}", picture=f"sign_out_unsaved_{keep}")
            if keep:
                page.locator("label[for=keep-unsent]").click()
            page.locator("main").get_by_role("button", name="Sign out").click()
            page.get_by_role("link", name="Sign in").first.wait_for()
            assert page.evaluate(kept) == (2 if keep else 1), "another person's text is not ours to remove"


def test_an_answer_is_written_and_submitted_without_javascript(
    browser: Browser, live_server, cast: Cast, as_: SignIn
) -> None:
    asked = open_solicitation(cast)
    with context_of(browser, as_, cast.alice, live_server.url, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{live_server.url}/opportunities/{asked.pk}/get-ready/")
        page.get_by_role("button", name="Start your answer").click()
        page.get_by_role("link", name="Your organization", exact=True).last.click()
        page.get_by_text("Yes", exact=True).click()
        page.get_by_role("button", name="Save this section").first.click()
        page.get_by_role("link", name="Next section").click()
        page.locator("textarea").first.fill("Each week begins with a meeting.")
        page.get_by_label("Wages: You ask for").fill("150,000.50")
        page.get_by_label("Wages: What it is for").fill("Forty participants")
        page.get_by_label("Total you ask for").fill("150000.50")
        page.get_by_role("button", name="Save this section").first.click()
        page.get_by_text("Nothing is missing").wait_for()
        page.get_by_role("link", name="Review everything").click()
        page.get_by_text("I attest what stands above.").click()
        page.get_by_label("Your name").fill(cast.alice.user.name)
        page.get_by_role("button", name="Sign and submit").click()
        page.get_by_text("We received this version").wait_for()
    assert Submission.objects.get().status == "submitted"
