"""The planning pages as people use them: from an empty draft to a published notice, by plain form posts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from procurement_portal.law.calendar import Calendar
from procurement_portal.time import clock
from solicitations.actions import addendum as addenda
from solicitations.actions import inquiry as inquiries
from solicitations.actions.criteria_library import load_seed
from solicitations.models.addendum import Addendum
from solicitations.models.criterion import Criterion
from solicitations.models.inquiry import Inquiry
from solicitations.models.question import Question
from solicitations.models.solicitation import Solicitation
from solicitations.queries import topics
from tests.cast import Cast, Person
from tests.factories.solicitations import add_contents, make_draft, make_published

SignIn = Callable[[Person], Client]
CITY = Calendar.for_jurisdiction("city")


def url(name: str, *args: Any) -> str:
    return reverse(f"solicitations:{name}", args=args)


def instant(name: str, at: datetime) -> dict[str, str]:
    here = at.astimezone(clock.CHICAGO)
    return {**day(name, here.date()), f"{name}_hour": f"{here:%H:%M}"}


def day(name: str, on: date) -> dict[str, str]:
    return {f"{name}_month": str(on.month), f"{name}_day": str(on.day), f"{name}_year": str(on.year)}


def post_topic(client: Client, row: Solicitation, topic: str, **data: Any) -> Any:
    whole = {"version": topics.version(row, topic), **data}
    return client.post(url("plan-topic", row.number, topic), whole)


def test_a_notice_goes_from_nothing_to_published_by_plain_forms(cast: Cast, as_: SignIn) -> None:
    load_seed(actor=cast.cleo.actor)
    dora, percy = as_(cast.dora), as_(cast.percy)
    made = dora.post(url("plan-new"), {"title": "Warm meals", "method": "rfp", "service_category": "senior_meals"})
    assert made.status_code == 303
    row = Solicitation.objects.get()
    texts = {n: f"About {n}." for n in ("summary", "purpose", "services", "eligibility")}
    money = {
        "amount_total": "$900,000", "award_min": "50,000.00", "award_max": "200000", "awards_expected_min": "3",
        "awards_expected_max": "6", "term_months": "12", "renewals_count": "1", "renewal_months": "12",
        "lot_1_title": "North", "lot_1_amount": "400,000",
    }  # fmt: skip
    yes = dict.fromkeys(("social_services", "targeted_community", "pass_through"), "yes")
    funding = {
        **yes, "financial": "no", "contract_kind": "contract", "awarded_by": "department",
        "share_1_source": "federal", "share_1_program": "Older Americans Act", "share_1_percent": "62.5",
        "share_2_source": "state", "share_2_percent": "37.5",
    }  # fmt: skip
    days = [CITY.add_business_days(clock.today(), n) for n in (5, 10, 20)]
    dates = {
        **instant("conference_at", clock.chicago(days[0], 10)), "conference_place": "Room 100",
        **instant("questions_due_at", clock.chicago(days[1], 17)),
        **instant("due_at", clock.chicago(days[2], 17)),
        **day("expected_start_on", days[2] + timedelta(days=50)),
    }  # fmt: skip
    answering = {"languages": ["en", "es"], "unconfirmed_rule": "mark"}
    posts = {
        "texts": texts, "awards": money, "funding": funding, "schedule": dates, "answering": answering,
        "areas": {"areas": ["25", "29"]},
    }  # fmt: skip
    for topic, data in posts.items():
        response = post_topic(dora, row, topic, **data)
        assert response.status_code == 303, response.content.decode()
        row = Solicitation.objects.get()
    item = dora.get(url("plan-criteria", row.number)).context["library"][0]
    assert item.code == "cultural-competence-and-place"
    dora.post(url("library-take", row.number, item.pk), {"weight": "40"})
    own = {"name": "Kitchen", "weight": "60", "max_points": "5", "anchors": "0: None\n5: Its own, inspected"}
    dora.post(url("criterion-add", row.number), own)
    place, kitchen = Criterion.objects.order_by("position")
    dora.post(url("section-add", row.number), {"title": "Your kitchen", "intro": ""})
    section = row.sections.get()
    for kind, settings in {
        "text": {"word_limit": "300", "criterion": str(place.pk)},
        "number": {"unit": "meals", "least": "1", "most": "5000", "whole": "on", "criterion": str(kitchen.pk)},
        "choice": {"choices": "Own kitchen\nShared kitchen", "criterion": str(kitchen.pk)},
        "table": {"column_1_label": "Site", "column_2_label": "Meals", "column_2_kind": "number", "rows": "",
                  "most_rows": "10", "criterion": str(kitchen.pk)},
        "file": {"kinds": ["pdf"], "most_files": "1", "most_megabytes": "10", "criterion": str(kitchen.pk)},
        "budget": {"budget_lines": "Food\nDrivers", "extra_lines": "3", "criterion": str(kitchen.pk)},
    }.items():  # fmt: skip
        words = {"prompt": f"A question of kind {kind}?", "hint": "", "required": "on", "marking": "scored"}
        response = dora.post(
            url("question-add", row.number, section.pk) + f"?kind={kind}",
            {**words, "section": str(section.pk), **settings},
        )
        assert response.status_code == 303, response.content.decode()
    review = dora.get(url("plan-review", row.number))
    assert review.context["found"] == []
    assert "Send to review" in review.content.decode()
    assert dora.post(url("plan-review", row.number), {"act": "request_review"}).status_code == 303
    page = percy.get(url("plan-review", row.number))
    assert b"Publish the notice" in page.content
    row = Solicitation.objects.get()
    assert percy.post(url("plan-review", row.number), {"act": "publish", "lock": row.lock}).status_code == 303
    row = Solicitation.objects.select_related("scope_trace").get()
    assert row.is_public and row.scope_trace is not None
    assert row.scope_trace.answer["reason"] == "delegate_agency_contract"
    public = Client().get(url("notice", row.pk))
    assert public.status_code == 200 and b"delegate agency contract" in public.content
    history = dora.get(url("plan-history", row.number)).content.decode()
    assert "Published" in history and "Percy" in history


def test_problems_lead_to_their_field(cast: Cast, as_: SignIn) -> None:
    row = add_contents(make_draft(cast, summary="", due_at=clock.chicago(date(2027, 5, 31), 17)))
    page = as_(cast.dora).get(url("plan-review", row.number)).content.decode()
    assert url("plan-topic", row.number, "texts") + "#id_summary" in page
    assert "Memorial Day" in page
    assert 'value="request_review"' not in page


def test_a_crossed_save_keeps_both_texts_and_the_second_try_decides(cast: Cast, as_: SignIn) -> None:
    row = make_draft(cast)
    shown = topics.version(row, "texts")
    texts = {n: getattr(row, n) for n in ("summary", "purpose", "services", "eligibility")}
    address = url("plan-topic", row.number, "texts")
    as_(cast.percy).post(address, {**texts, "summary": "Percy was faster.", "version": shown})
    dora = as_(cast.dora)
    crossed = dora.post(address, {**texts, "summary": "Dora wrote this.", "version": shown})
    assert crossed.status_code == 409
    page = crossed.content.decode()
    assert "Percy was faster." in page and "Dora wrote this." in page
    again = crossed.context["form"]["version"].value()
    assert dora.post(address, {**texts, "summary": "Dora wrote this.", "version": again}).status_code == 303
    assert Solicitation.objects.get().summary == "Dora wrote this."


def test_wrong_input_is_shown_at_the_field_and_keeps_what_was_typed(cast: Cast, as_: SignIn) -> None:
    row = make_draft(cast)
    response = post_topic(as_(cast.dora), row, "awards", amount_total="a lot", award_min="5", award_max="4")
    assert response.status_code == 422
    page = response.content.decode()
    assert "a lot" in page and "There is 1 thing to correct" in page


@pytest.mark.parametrize(
    "topic", ["basics", "texts", "funding", "awards", "areas", "schedule", "answering", "documents"]
)
def test_every_topic_saves_what_it_shows(cast: Cast, as_: SignIn, topic: str) -> None:
    """A page that is opened and saved without a change changes nothing: nothing is lost on the way through the form."""
    row = add_contents(
        make_draft(cast, due_at=clock.chicago(date(2027, 5, 3), 17), estimate=Decimal("100.50"), target_market=True)
    )
    before = topics.version(row, topic)
    client = as_(cast.dora)
    form = client.get(url("plan-topic", row.number, topic)).context["form"]
    data: dict[str, Any] = {}
    for bound in form:
        value = bound.value()
        if hasattr(bound.field.widget, "decompress"):
            parts = bound.field.widget.decompress(value)
            names = bound.field.widget.widgets_names
            data |= {f"{bound.html_name}{n}": str(p) for n, p in zip(names, parts, strict=True)}
        elif value is not None:
            data[bound.html_name] = value
    response = client.post(url("plan-topic", row.number, topic), data)
    assert response.status_code == 303, response.content.decode()
    row = Solicitation.objects.get()
    assert topics.version(row, topic) == before
    assert row.lock == 1


def test_questions_keep_their_settings_through_the_editor(cast: Cast, as_: SignIn) -> None:
    row = add_contents(make_draft(cast))
    question = Question.objects.get(kind="budget")
    before = question.options
    form = as_(cast.dora).get(url("question-edit", row.number, question.pk)).context["form"]
    data = {b.html_name: b.value() for b in form if b.value() not in (None, False)}
    data["budget_lines"] = "Staff\nWages\nRent"
    response = as_(cast.dora).post(url("question-edit", row.number, question.pk), data)
    assert response.status_code == 303, response.content.decode()
    question.refresh_from_db()
    keys = {line["label"]: line["key"] for line in question.options["lines"]}
    assert keys == {"Staff": "staff", "Wages": "wages", "Rent": "rent"}
    assert before["lines"][0]["key"] == "wages"


def test_moving_and_deleting_work_without_script(cast: Cast, as_: SignIn) -> None:
    row = add_contents(make_draft(cast))
    client = as_(cast.dora)
    section = row.sections.get(position=2)
    text = section.questions.get(position=1)
    client.post(url("question-move", row.number, "question", text.pk, "down"))
    text.refresh_from_db()
    assert text.position == 2
    assert client.get(url("question-move", row.number, "question", text.pk, "up")).status_code == 405
    assert client.post(url("question-move", row.number, "question", text.pk, "left")).status_code == 404
    assert b"Delete this?" in client.get(url("question-delete", row.number, "question", text.pk)).content
    client.post(url("question-delete", row.number, "question", text.pk))
    assert not Question.objects.filter(pk=text.pk).exists()


def test_an_addendum_is_drafted_reviewed_and_issued_on_pages(cast: Cast, as_: SignIn) -> None:
    on = [CITY.roll(clock.today() + timedelta(days=n)) for n in (14, 40)]
    row = make_published(cast, questions_due_at=clock.chicago(on[0], 12), due_at=clock.chicago(on[1], 12))
    question = Question.objects.get(solicitation=row, kind="text")
    dora, percy = as_(cast.dora), as_(cast.percy)
    address = url("addendum", row.number)
    assert b"Begin the addendum" in dora.get(address).content
    dora.post(address, {"act": "begin"})
    form = dora.get(address).context["form"]
    data: dict[str, Any] = {}
    for bound in form:
        if hasattr(bound.field.widget, "decompress"):
            parts = bound.field.widget.decompress(bound.value())
            data |= {
                f"{bound.html_name}{n}": str(p) for n, p in zip(bound.field.widget.widgets_names, parts, strict=True)
            }
        elif bound.value() is not None:
            data[bound.html_name] = bound.value()
    data |= {"announcement": "There is more money.", "amount_total": "2,000,000"}
    assert dora.post(address, data).status_code == 303
    made = Addendum.objects.get()
    edit = url("addendum-question", row.number, question.key)
    form = dora.get(edit).context["form"]
    data = {b.html_name: b.value() for b in form if b.value() not in (None, False)}
    assert dora.post(edit, {**data, "prompt": "Describe two weeks."}).status_code == 303
    made.refresh_from_db()
    page = dora.get(address)
    assert "$2,000,000.00" in page.content.decode() and len(page.context["changes"]) == 2
    dora.post(url("addendum-act", row.number), {"act": "request_review", "lock": made.lock})
    made.refresh_from_db()
    assert made.status == "in_review"
    review = percy.get(url("addendum-review", row.number))
    assert b"Issue addendum 1" in review.content
    percy.post(url("addendum-review", row.number), {"act": "issue", "lock": made.lock})
    row.refresh_from_db()
    assert str(row.amount_total) == "2000000.00"
    public = Client().get(url("notice", row.pk)).content.decode()
    assert "There is more money." in public and "Describe two weeks." in public
    # Rows made by a factory have no version 0; the page needs both sides and says 404 without them.
    assert Client().get(url("notice-addendum", row.pk, 1)).status_code == 404


def test_a_question_is_asked_answered_and_published_on_pages(cast: Cast, as_: SignIn) -> None:
    row = make_published(cast)
    alice, dora = as_(cast.alice), as_(cast.dora)
    assert alice.post(url("ask", row.pk), {"text": "May fiscal sponsors apply?"}).status_code == 303
    inquiry = Inquiry.objects.get()
    desk = dora.get(url("inquiry-desk", row.number)).content.decode()
    assert "May fiscal sponsors apply?" in desk and "Alpha" not in desk
    answer = {"published_text": "May fiscal sponsors apply?", "answer": "They may.", "lock": "1"}
    dora.post(url("inquiry-answer", row.number, inquiry.pk), answer)
    assert "They may." not in Client().get(url("notice", row.pk)).content.decode()
    dora.post(url("inquiry-desk", row.number), {"inquiries": [inquiry.pk, "x", "99999999999999"]})
    public = Client().get(url("notice", row.pk)).content.decode()
    assert "They may." in public and "Alpha" not in public
    assert "They may." in alice.get(url("inquiry-list-own")).content.decode()
    assert "They may." not in as_(cast.bob).get(url("inquiry-list-own")).content.decode()


@pytest.mark.parametrize("who", ["alice", "charlie", "cora"])
def test_strangers_find_no_draft(cast: Cast, as_: SignIn, who: str) -> None:
    row = make_draft(cast)
    client = as_(getattr(cast, who))
    for name in ("plan", "plan-review", "plan-history", "plan-questions", "plan-criteria", "inquiry-desk"):
        assert client.get(url(name, row.number)).status_code == 404, name
    assert Client().get(url("plan", row.number)).status_code == 302


def test_lists_ask_a_constant_number_of_queries(
    cast: Cast, as_: SignIn, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for n in range(26):
        make_draft(cast, number=f"N-{n}")
    row = make_published(cast)
    for n in range(12):
        inquiries.ask(actor=cast.alice.actor, solicitation_id=row.pk, text=f"Question {n}?")
    addenda.begin(actor=cast.dora.actor, solicitation_id=row.pk)
    client = as_(cast.dora)
    for address in (
        url("plan-list"), url("plan", row.number), url("plan-questions", row.number), url("plan-criteria", row.number),
        url("inquiry-desk", row.number), url("plan-review", row.number), url("plan-library"),
        url("addendum", row.number), url("plan-history", row.number),
    ):  # fmt: skip
        with django_assert_max_num_queries(28):
            assert client.get(address).status_code == 200, address


def test_insurance_is_asked_for_by_coverage_and_limit_and_printed_in_the_notice(cast: Cast, as_: SignIn) -> None:
    row, dora = make_draft(cast), as_(cast.dora)
    saved = post_topic(
        dora, row, "documents", needed_insurance="with_answer", least_general_liability="1,000,000", least_automobile="500000"
    )  # fmt: skip
    assert saved.status_code == 303
    assert topics.values(row, "documents")["documents"][0]["coverages"] == [
        {"coverage": "general_liability", "limit_cents": 100_000_000},
        {"coverage": "automobile", "limit_cents": 50_000_000},
    ]
    page = dora.get(url("plan-review", row.number)).content.decode()
    assert "Commercial general liability, at least $1,000,000 for each occurrence" in page
    assert 'value="500,000' in dora.get(url("plan-topic", row.number, "documents")).content.decode()
    wrong = post_topic(dora, row, "documents", least_automobile="500000")
    assert wrong.status_code == 422 and "Say when the certificates" in wrong.content.decode()
