"""The work queue: mine by deadline, others' with desk and days, searched and filtered, in few queries at any size."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse

from procurement_portal.clocks.models import Clock
from procurement_portal.pages import queue
from procurement_portal.time.clock import now
from tests.cast import Cast, Person
from tests.factories.clocks import make_absence, make_clock, make_desk

Sign = Callable[[Person], Client]
CHICAGO = ZoneInfo("America/Chicago")


def _many(cast: Cast, count: int) -> None:
    """So many clocks at two desks of Dora's, due from two days ago to far ahead, and as many she asked of others."""
    desks = [make_desk(cast.family, cast.dora.user, function=f"desk{n}", name=f"Desk {n}") for n in (1, 2)]
    other = make_desk(cast.family, cast.percy.user, function="other", name="Publication desk")
    start = now() - timedelta(days=3)
    shared = {"subject_type": "people.organization", "citation": "MCC 2-92", "started_at": start}
    rows = [
        Clock(
            **shared, subject_id=str(n), subject_label=f"Record {n}", rule="test.mine", what=f"Answer question {n}",
            desk=desks[n % 2], due_at=start + timedelta(hours=24 + n), url="/readings/",
        )
        for n in range(count)
    ]  # fmt: skip
    rows += [
        Clock(
            **shared, subject_id=str(n), subject_label=f"Record {n}", rule="test.other", what=f"Check draft {n}",
            desk=other, due_at=start + timedelta(days=9), asked_by_id=cast.dora.user.pk,
        )
        for n in range(count)
    ]  # fmt: skip
    Clock.objects.bulk_create(rows)


@pytest.mark.parametrize("count", [4, 400])
def test_the_page_takes_at_most_twelve_queries_at_any_size(
    cast: Cast, as_: Sign, count: int, django_assert_max_num_queries
) -> None:
    _many(cast, count)
    client = as_(cast.dora)
    client.get(reverse("work"))
    for query in ({}, {"sort": "what", "when": "late", "q": "question 1"}, {"show": "others"}, {"sort": "oldest"}):
        with django_assert_max_num_queries(12):
            page = client.get(reverse("work"), query)
        assert page.status_code == 200


def test_work_stands_in_groups_by_deadline(cast: Cast, as_: Sign) -> None:
    desk = make_desk(cast.family, cast.dora.user)
    make_clock(cast.alpha, rule="test.b", what="Far away", desk=desk, days=40)
    make_clock(
        cast.alpha, rule="test.c", what="Of another desk", desk=make_desk(cast.family, cast.percy.user, function="x")
    )
    make_clock(cast.alpha, rule="test.d", what="Score it", user_id=cast.eva.user.pk, actor=cast.dora.actor)
    make_clock(cast.beta, rule="test.e", what="Bring papers", organization_id=cast.beta.pk, actor=cast.dora.actor)
    page = as_(cast.dora).get(reverse("work")).content.decode()
    assert "Far away" in page and "Of another desk" not in page
    assert "Later: " in page and "Questions desk, Department of Family Services" in page
    others = page.partition("Waiting for others")[2]
    assert cast.eva.user.name in others and cast.beta.name in others, "each says with whom it is"


@pytest.mark.parametrize(
    ("due", "group"),
    [
        (datetime(2026, 11, 25, 11, 59, 59, tzinfo=CHICAGO), "late"),
        (datetime(2026, 11, 25, 12, 0, tzinfo=CHICAGO), "today"),
        (datetime(2026, 11, 25, 23, 59, 59, tzinfo=CHICAGO), "today"),
        (datetime(2026, 11, 26, 0, 0, tzinfo=CHICAGO), "week"),
        (datetime(2026, 11, 29, 23, 59, 59, tzinfo=CHICAGO), "week"),
        (datetime(2026, 11, 30, 0, 0, tzinfo=CHICAGO), "later"),
    ],
)
def test_the_edges_of_the_groups_are_chicagos_days(due: datetime, group: str) -> None:
    edges = queue.Edges(datetime(2026, 11, 25, 12, 0, tzinfo=CHICAGO).astimezone(UTC))
    assert edges.group(due.astimezone(UTC)) == group


def test_on_a_sunday_this_week_is_over() -> None:
    edges = queue.Edges(datetime(2026, 11, 29, 12, 0, tzinfo=CHICAGO).astimezone(UTC))
    assert edges.group(datetime(2026, 11, 30, 9, 0, tzinfo=CHICAGO)) == "later"


def test_counts_in_sql_agree_with_the_groups_of_the_page(cast: Cast) -> None:
    _many(cast, 300)
    edges = queue.Edges(now())
    rows = Clock.objects.filter(rule="test.mine")
    listed = [edges.group(clock.due_at) for clock in rows]
    assert queue.counts(rows, edges) == {group: listed.count(group) for group in ("late", "today", "week", "later")}


def test_search_and_filters_narrow_the_queue(cast: Cast, as_: Sign) -> None:
    _many(cast, 12)
    client, url = as_(cast.dora), reverse("work")
    desk = Clock.objects.filter(desk__name="Desk 1").first().desk_id

    def count(**query: object) -> int:
        return client.get(url, query).content.decode().count("Answer question")

    everything = count()
    assert count(q="question 11") < everything and count(q="question 11") > 0
    assert 0 < count(desk=desk) < everything
    assert count(q="no such words") == 0
    assert "Answer question" not in client.get(url, {"when": "later", "desk": "999999", "q": "zzz"}).content.decode()
    assert client.get(url, {"sort": "by colour"}).status_code == 200
    assert client.get(url, {"page": "99"}).status_code == 404


def test_what_waits_for_others_says_desk_and_days(cast: Cast, as_: Sign) -> None:
    _many(cast, 12)
    page = as_(cast.dora).get(reverse("work")).content.decode()
    assert "Check draft" in page and "Publication desk, Department of Family Services" in page
    assert "Waiting for 3 days" in page and "All that waits for others" in page
    page = as_(cast.dora).get(reverse("work"), {"show": "others"}).content.decode()
    assert "Check draft 11" in page and "Answer question" not in page


def test_a_deputy_finds_the_desk_in_the_side_list_with_its_count(cast: Cast, as_: Sign) -> None:
    desk = make_desk(cast.family, cast.dora.user)
    make_clock(cast.alpha, desk=desk)
    client = as_(cast.petra)
    assert "Questions desk" not in client.get(reverse("work")).content.decode()
    make_absence(cast.dora.user, cast.petra.user, cast.family)
    page = client.get(reverse("work")).content.decode()
    assert f"?desk={desk.pk}" in page and "Answer the question" in page


def test_staff_begin_at_their_work_and_strangers_sign_in(cast: Cast, as_: Sign) -> None:
    assert as_(cast.dora).get(reverse("home"))["Location"] == reverse("work")
    assert Client().get(reverse("work")).status_code == 302
    assert as_(cast.charlie).get(reverse("work")).status_code == 200
