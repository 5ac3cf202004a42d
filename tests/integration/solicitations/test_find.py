"""Finding notices without an account: words, filters, order, feeds, calendar files, constant queries."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from procurement_portal.people.actor import Actor
from procurement_portal.time import clock
from procurement_portal.time.clock import now
from solicitations.models.facts import ServiceArea
from solicitations.models.solicitation import Solicitation
from solicitations.queries import find
from tests.cast import Cast
from tests.factories.submissions import begin, open_solicitation

pytestmark = pytest.mark.django_db
PUBLIC = Actor.public()


def notices(cast: Cast, count: int, **changes: Any) -> list[Solicitation]:
    """Published notices in a few statements; `changes` override every one."""
    present = now()
    rows = []
    for n in range(count):
        values: dict[str, Any] = {
            "number": f"T-{Solicitation.objects.count() + n:06d}", "fiscal_year": 2026, "title": f"Notice {n}", "department": cast.family,
            "service_category": "youth_employment", "status": "published", "summary": "Jobs for young people.", "drafted_by": cast.dora.user,
            "published_by": cast.percy.user, "published_at": present - timedelta(days=n % 30), "advertised_on": present.date(),
            "questions_due_at": present + timedelta(days=3), "due_at": present + timedelta(days=10 + n % 20), "amount_total": Decimal(1000 * (n + 1)),
        }  # fmt: skip
        rows.append(Solicitation(**(values | changes)))
    return Solicitation.objects.bulk_create(rows)


def numbers(search: find.Search) -> list[str]:
    return [row.title for row in find.found(PUBLIC, search)]


def test_words_categories_areas_amounts_and_days_narrow_the_list(cast: Cast) -> None:
    notices(cast, 1, title="Violin lessons", amount_total=Decimal(50))
    [south] = notices(
        cast, 1, title="Meals for seniors", service_category="senior_meals", due_at=now() + timedelta(days=60)
    )
    ServiceArea.objects.create(solicitation=south, area=44)
    notices(cast, 1, title="Draft", status="draft", published_at=None, published_by=None, advertised_on=None)
    notices(cast, 1, title="Closed", status="closed")
    assert numbers(find.Search(text="violin lesson")) == ["Violin lessons"]
    assert numbers(find.Search(text='"for seniors"')) == ["Meals for seniors"]
    assert numbers(find.Search(category="senior_meals")) == ["Meals for seniors"]
    assert numbers(find.Search(area=44)) == ["Meals for seniors"]
    assert numbers(find.Search(amount_most=Decimal(50))) == ["Violin lessons"]
    assert numbers(find.Search(due_from=(now() + timedelta(days=40)).date())) == ["Meals for seniors"]
    assert numbers(find.Search()) == ["Violin lessons", "Meals for seniors"]
    assert numbers(find.Search(phase="closed")) == ["Closed"]
    assert set(numbers(find.Search(phase="all"))) == {"Violin lessons", "Meals for seniors", "Closed"}


@pytest.mark.parametrize("text", ["'", '"', "((", "a & | b", "\\", "%", "<script>", "x" * 200, "—"])
def test_any_words_are_only_words(cast: Cast, client: Client, text: str) -> None:
    notices(cast, 1)
    assert client.get(reverse("solicitations:opportunities"), {"text": text}).status_code == 200


@pytest.mark.parametrize(
    "query",
    [
        "department=x",
        "area=99",
        "amount_least=ten",
        "due_from=2026-13-01",
        "sort=evil",
        "phase=x",
        "amount_least=10&amount_most=5",
    ],
)
def test_a_wrong_filter_is_told_and_the_rest_of_the_page_stands(cast: Cast, client: Client, query: str) -> None:
    notices(cast, 1)
    answer = client.get(f"{reverse('solicitations:opportunities')}?{query}")
    assert answer.status_code == 200
    assert "error" in answer.content.decode().lower() and "Notice 0" in answer.content.decode()


def test_the_list_costs_the_same_queries_at_4_and_at_a_full_page(cast: Cast, client: Client) -> None:
    counts = []
    for more in (4, 96):
        notices(cast, more)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(reverse("solicitations:opportunities")).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 6


def test_a_notice_a_draft_and_the_calendar(cast: Cast, client: Client) -> None:
    [seen] = notices(cast, 1, title="Seen")
    [draft] = notices(cast, 1, title="Hidden", status="draft", published_at=None, published_by=None, advertised_on=None)
    for name in ("notice", "notice_calendar"):
        assert client.get(reverse(f"solicitations:{name}", args=[seen.pk])).status_code == 200
        assert client.get(reverse(f"solicitations:{name}", args=[draft.pk])).status_code == 404
    calendar = client.get(reverse("solicitations:calendar")).content.decode()
    assert "Due: Seen" in calendar and "Hidden" not in calendar
    feed = client.get(reverse("solicitations:feed"))
    assert feed["Content-Type"].startswith("application/atom+xml")
    assert b"Seen" in feed.content and b"Hidden" not in feed.content


def test_a_closed_notice_says_why_nobody_answers_now_and_what_comes_next(
    cast: Cast, client: Client, as_: Any, move_clock: Any
) -> None:
    asked = open_solicitation(cast)
    begun = begin(cast.ben, asked)
    where = reverse("solicitations:notice", args=[asked.pk])
    assert "Answers are no longer taken" not in client.get(where).content.decode()
    own = reverse("solicitations:proposal", args=[begun.pk])
    assert as_(cast.rita).get(where).content.decode().count(f'href="{own}"') == 1, "the own answer, not a second one"
    move_clock(to=asked.due_at + timedelta(hours=1))
    Solicitation.objects.filter(pk=asked.pk).update(status="closed")
    page = client.get(where).content.decode()
    assert "Answers are no longer taken" in page and "Two officers open what was received" in page
    assert "Get ready to answer" not in page


def test_the_list_says_in_how_many_days_an_answer_is_due(cast: Cast, client: Client) -> None:
    notices(cast, 1, due_at=clock.chicago(clock.today() + timedelta(days=3), 12))
    notices(cast, 1, status="closed", title="Over", due_at=now() - timedelta(days=3))
    page = client.get(reverse("solicitations:opportunities"), {"phase": "all"}).content.decode()
    assert page.count("12 noon") == 1 and re.search(r"12 noon C[SD]T, in 3 days", page)
    assert "days ago" not in page and "Was due" in page
    assert re.search(
        r'usa-breadcrumb__link" href="/"><span>Home<.*aria-current="page"><span>Opportunities<', page, re.S
    )


def test_a_search_is_kept_only_after_the_second_yes_and_left_with_one_click(
    cast: Cast, client: Client, mailoutbox: list[Any]
) -> None:
    from procurement_portal.outbox import intents
    from solicitations.actions import saved_search
    from solicitations.models.saved_search import SavedSearch

    where = reverse("solicitations:save_search") + "?category=youth_employment"
    for _ in range(2):  # asking twice keeps it once and says the same
        assert client.post(where, {"email": "Reader@example.org", "name": "Youth"}).status_code == 302
    kept = SavedSearch.objects.get()
    notices(cast, 2, published_at=now() + timedelta(seconds=-1))
    assert saved_search.tell(search_id=kept.pk) == 0, "nobody confirmed yet"
    assert client.get(reverse("solicitations:confirm_search", args=[kept.token])).status_code == 200
    kept.refresh_from_db()
    assert kept.confirmed_at is None, "a mail scanner's GET confirms nothing"
    client.post(reverse("solicitations:confirm_search", args=[kept.token]))
    notices(cast, 2, published_at=now())
    assert saved_search.tell(search_id=kept.pk) == 2
    assert saved_search.tell(search_id=kept.pk) == 0
    for pk in intents.waiting():
        intents.run(pk)
    assert [m.to for m in mailoutbox] == [["reader@example.org"]] * 2
    assert kept.token in mailoutbox[1].body
    client.post(reverse("solicitations:leave_search", args=[kept.token]))
    notices(cast, 1, published_at=now())
    assert saved_search.tell(search_id=kept.pk) == 0


def test_the_register_is_searched_downloaded_and_decided(cast: Cast, client: Client, tmp_path: Any, as_: Any) -> None:
    from solicitations.actions import register
    from tests.integration.solicitations.test_register_import import FINE, SYSTEM, write

    register.import_file(actor=SYSTEM, path=write(tmp_path / "a.csv", *FINE))
    page = client.get(reverse("solicitations:register"), {"text": "mentoring"}).content.decode()
    assert "9001" in page and "not determined" in page.lower()
    assert "$50.05" in client.get(reverse("solicitations:register_contract", args=["9001"])).content.decode()
    lines = (
        b"".join(client.get(reverse("solicitations:register_export", args=["csv"])).streaming_content)
        .decode()
        .splitlines()
    )
    assert len(lines) == 5
    assert client.get(reverse("solicitations:register_export", args=["xlsx"])).status_code == 200
    assert client.get(reverse("solicitations:register_export", args=["exe"])).status_code == 404
    assert as_(cast.dora).get(reverse("solicitations:register_merges")).status_code == 404
    assert as_(cast.pat).get(reverse("solicitations:register_merges")).status_code == 200


def test_asking_again_for_a_kept_search_tells_a_stranger_nothing(cast: Cast, client: Client, as_: Any) -> None:
    from solicitations.models.saved_search import SavedSearch

    where, alice = reverse("solicitations:save_search") + "?category=youth_employment", as_(cast.alice)
    own = {"email": cast.alice.user.email, "name": "Youth"}

    def said(by: Client) -> str:
        return by.post(where, own, follow=True).content.decode()

    assert "We sent you a mail" in said(client) and SavedSearch.objects.get().confirmed_at is None
    assert "Kept." in said(alice), "signed in with the address, nothing is left to confirm"
    assert SavedSearch.objects.get().confirmed_at is not None
    again = said(client)
    assert "We sent you a mail" in again and "Kept." not in again
