"""The planning pages in a real browser: no axe finding at any width, nothing scrolls sideways, also without JavaScript."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from procurement_portal.law.calendar import Calendar
from procurement_portal.time import clock
from solicitations.actions import addendum, criterion, inquiry, template
from solicitations.actions import solicitation as drafting
from solicitations.actions.criteria_library import load_seed
from solicitations.models.criteria_library import LibraryItem
from solicitations.models.question import Question
from solicitations.models.solicitation import Solicitation
from solicitations.queries import topics
from tests.browser.looks import accessible
from tests.cast import Cast, Person, make_cast
from tests.factories.solicitations import add_contents, make_draft, make_published

os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # the browser's driver runs a loop in this thread; the tests do not
pytestmark = pytest.mark.django_db(transaction=True)
CITY = Calendar.for_jurisdiction("city")
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


def url(name: str, *args: Any) -> str:
    return reverse(f"solicitations:{name}", args=args)


def look(page: Page, address: str, path: str, name: str) -> None:
    """The page answers, axe finds nothing at any width, and it does not scroll sideways."""
    answer = page.goto(f"{address}{path}")
    assert answer is not None and answer.status == 200, (path, answer and answer.status)
    accessible(page, path, picture=name)


def ready(cast: Cast, **changes: Any) -> Solicitation:
    days = [CITY.add_business_days(clock.today(), n) for n in (5, 10, 25)]
    row = add_contents(
        make_draft(
            cast,
            conference_at=clock.chicago(days[0], 10),
            conference_place="Room 100, 2 Example Street",
            questions_due_at=clock.chicago(days[1], 17),
            due_at=clock.chicago(days[2], 17),
            expected_start_on=days[2] + timedelta(days=60),
            **changes,
        )
    )
    item = LibraryItem.objects.get(code="cultural-competence-and-place")
    cost = row.criteria.get(position=2)
    cost.weight = Decimal(20)
    cost.save()
    taken = criterion.add_from_library(
        actor=cast.dora.actor, solicitation_id=row.pk, item_id=item.pk, weight=Decimal(20)
    )
    Question.objects.filter(solicitation=row, kind="choice").update(marking="scored", criterion=taken)
    drafting.save_topic(
        actor=cast.dora.actor,
        solicitation_id=row.pk,
        topic="funding",
        version=topics.version(row, "funding"),
        given={"shares": [{"source": "federal", "program": "Youth workforce grant", "fraction": Decimal(1)}]},
    )
    return Solicitation.objects.get(pk=row.pk)


@pytest.fixture
def cast_of_plan(transactional_db: None) -> Cast:
    cast = make_cast()
    load_seed(actor=cast.cleo.actor)
    return cast


def test_every_page_of_a_draft(cast_of_plan: Cast, browser: Browser, as_: SignIn, live_server: Any) -> None:
    cast = cast_of_plan
    row = ready(cast)
    broken = add_contents(make_draft(cast, summary="", title="Evening program for young people"))
    page = context_of(browser, as_, cast.dora, live_server.url).new_page()
    number = row.number
    section, question, one = (
        row.sections.all()[0],
        Question.objects.get(solicitation=row, kind="budget"),
        row.criteria.all()[0],
    )
    for name, path in {
        "list": url("plan-list"),
        "new": url("plan-new"),
        "plan": url("plan", number),
        "plan-broken": url("plan", broken.number),
        **{f"topic-{t}": url("plan-topic", number, t) for t in topics.FIELDS},
        "topic-texts-broken": url("plan-topic", broken.number, "texts"),
        "questions": url("plan-questions", number),
        "section": url("section-edit", number, section.pk),
        "question-kind": url("question-add", number, section.pk),
        "question-table": url("question-add", number, section.pk) + "?kind=table",
        "question": url("question-edit", number, question.pk),
        "question-delete": url("question-delete", number, "question", question.pk),
        "criteria": url("plan-criteria", number),
        "criterion": url("criterion-edit", number, one.pk),
        "library": url("plan-library"),
        "review-ready": url("plan-review", number),
        "review-broken": url("plan-review", broken.number),
        "history": url("plan-history", number),
        "copy": url("plan-copy", row.pk),
    }.items():
        look(page, live_server.url, path, name)


def test_every_page_of_a_template(cast_of_plan: Cast, browser: Browser, as_: SignIn, live_server: Any) -> None:
    cast = cast_of_plan
    row = make_published(cast)
    item = template.keep_as_template(
        actor=cast.cleo.actor,
        solicitation_id=row.pk,
        code="jobs",
        title="Summer jobs",
        guidance="Each year in January.",
    )
    page = context_of(browser, as_, cast.cleo, live_server.url).new_page()
    look(page, live_server.url, url("template-keep", row.number), "template-keep")
    look(page, live_server.url, url("plan-library"), "library-with-template")
    page = context_of(browser, as_, cast.dora, live_server.url).new_page()
    look(page, live_server.url, url("template", item.pk), "template")
    look(page, live_server.url, url("plan-from-template", item.pk), "from-template")


def test_every_page_of_a_published_notice(cast_of_plan: Cast, browser: Browser, as_: SignIn, live_server: Any) -> None:
    cast = cast_of_plan
    days = [CITY.add_business_days(clock.today(), n) for n in (10, 25)]
    row = make_published(cast, questions_due_at=clock.chicago(days[0], 17), due_at=clock.chicago(days[1], 17))
    asked = [
        inquiry.ask(actor=cast.alice.actor, solicitation_id=row.pk, text=text)
        for text in (
            "May fiscal sponsors apply?",
            "Does the term include set-up time?",
            "Is rent allowed in the budget?",
        )
    ]
    for each, answer in zip(asked[:2], ("Yes, with a signed agreement.", "Yes."), strict=True):
        inquiry.answer(actor=cast.dora.actor, inquiry_id=each.pk, lock=1, published_text=each.text, text=answer)
    inquiry.publish_answers(actor=cast.dora.actor, solicitation_id=row.pk, inquiry_ids=[asked[0].pk])
    made = addendum.begin(actor=cast.dora.actor, solicitation_id=row.pk)
    made = addendum.save_facts(
        actor=cast.dora.actor, addendum_id=made.pk, lock=made.lock, summary="There is more money, and one question is clearer.",
        facts={"amount_total": Decimal(1800000), "services": row.services.replace("eight", "nine")},
    )  # fmt: skip
    text = Question.objects.get(solicitation=row, kind="text")
    made = addendum.save_question(
        actor=cast.dora.actor, addendum_id=made.pk, lock=made.lock, key=str(text.key),
        given={"prompt": "Describe a participant's first week, day by day."},
    )  # fmt: skip
    number = row.number
    dora = context_of(browser, as_, cast.dora, live_server.url).new_page()
    for name, path in {
        "published": url("plan", number),
        "addendum": url("addendum", number),
        "addendum-question": url("addendum-question", number, text.key),
        "desk": url("inquiry-desk", number),
        "answer": url("inquiry-answer", number, asked[2].pk),
    }.items():
        look(dora, live_server.url, path, name)
    addendum.request_review(actor=cast.dora.actor, addendum_id=made.pk, lock=made.lock)
    percy = context_of(browser, as_, cast.percy, live_server.url).new_page()
    look(percy, live_server.url, url("addendum-review", number), "addendum-review")
    look(percy, live_server.url, url("plan-cancel", number), "cancel")
    alice = context_of(browser, as_, cast.alice, live_server.url).new_page()
    look(alice, live_server.url, url("ask", row.pk), "ask")
    look(alice, live_server.url, url("inquiry-list-own"), "own-questions")


def test_a_draft_is_finished_and_published_without_javascript(
    cast_of_plan: Cast, browser: Browser, as_: SignIn, live_server: Any
) -> None:
    cast = cast_of_plan
    row = ready(cast)
    Solicitation.objects.filter(pk=row.pk).update(summary="")
    dora = context_of(browser, as_, cast.dora, live_server.url, java_script_enabled=False).new_page()
    dora.goto(live_server.url + url("plan-review", row.number))
    dora.get_by_role("link", name="Write the summary").click()
    dora.get_by_label("Summary").fill("Paid summer jobs with mentors.")
    dora.get_by_role("button", name="Save and go back to the list").click()
    dora.get_by_role("link", name="Check and send to review").click()
    dora.get_by_role("button", name="Send to review").click()
    assert "Sent to review" in dora.content()
    percy = context_of(browser, as_, cast.percy, live_server.url, java_script_enabled=False).new_page()
    percy.goto(live_server.url + url("plan", row.number))
    percy.get_by_role("link", name="Read and decide").click()
    percy.get_by_role("button", name="Publish the notice").click()
    assert "Everybody can read it now" in percy.content()
    row.refresh_from_db()
    assert row.published_by_id == cast.percy.user.pk
