"""The inbox, read marks, choices, and the private calendar."""

from __future__ import annotations

from collections.abc import Callable

from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from procurement_portal.notifications import queries, recipients
from procurement_portal.notifications.models.delivery import Delivery, Preference
from procurement_portal.notifications.send import send
from tests.cast import Cast, Person
from tests.factories.clocks import make_clock
from tests.integration.notifications.test_send import Told


def _tell(person: Person, count: int = 1) -> None:
    with transaction.atomic():
        for number in range(count):
            send(Told(number=number, url="/you/"), to=recipients.user(person.user))


def test_a_notice_is_opened_and_read_by_post_and_only_by_its_owner(cast: Cast, as_: Callable[[Person], Client]) -> None:
    _tell(cast.alice)
    row = Delivery.objects.get(channel="portal")
    client = as_(cast.alice)
    assert "You have 1 notice that you have not read" in client.get(reverse("notifications:inbox")).content.decode()
    client.get(reverse("notifications:notice", args=[row.pk]))
    assert queries.unread_count(cast.alice.actor) == 1  # a GET writes nothing
    assert as_(cast.bob).post(reverse("notifications:open", args=[row.pk])).status_code == 404
    assert as_(cast.bob).get(reverse("notifications:notice", args=[row.pk])).status_code == 404
    assert client.post(reverse("notifications:open", args=[row.pk]), {"go": "1"})["Location"] == "/you/"
    assert queries.unread_count(cast.alice.actor) == 0


def test_everything_is_marked_read_at_once(cast: Cast, as_: Callable[[Person], Client]) -> None:
    _tell(cast.alice, 3)
    _tell(cast.bob)
    as_(cast.alice).post(reverse("notifications:read_all"))
    assert (queries.unread_count(cast.alice.actor), queries.unread_count(cast.bob.actor)) == (0, 1)


def test_a_full_inbox_takes_few_queries_and_is_filtered(
    cast: Cast, as_: Callable[[Person], Client], django_assert_max_num_queries
) -> None:
    _tell(cast.alice, 60)
    client = as_(cast.alice)
    url = reverse("notifications:inbox")
    client.get(url)
    with django_assert_max_num_queries(9):
        page = client.get(url).content.decode()
    assert page.count('class="p-work"') == 25 and "1 to 25 of 60 results" in page
    assert 'class="p-work"' not in client.get(url, {"category": "documents"}).content.decode()
    assert client.get(url, {"category": "no such"}).status_code == 200


def test_the_top_of_every_page_counts_what_is_unread_in_words_and_at_the_same_cost(
    cast: Cast, as_: Callable[[Person], Client]
) -> None:
    client, url = as_(cast.alice), reverse("people:account")
    client.get(url)

    def seen() -> tuple[str, int]:
        with CaptureQueriesContext(connection) as asked:
            page = client.get(url).content.decode()
        return page, len(asked)

    none, without = seen()
    assert "unread" not in none
    _tell(cast.alice, 30)
    many, with_thirty = seen()
    assert '<span class="p-sr">30 unread notices</span>' in many and with_thirty == without
    client.post(reverse("notifications:read_all"))
    assert "unread" not in seen()[0]
    assert "unread" not in as_(cast.bob).get(url).content.decode(), "another's notices are not counted"


def test_a_notice_never_leads_to_another_site(cast: Cast, as_: Callable[[Person], Client]) -> None:
    with transaction.atomic():
        send(Told(url="https://evil.example/"), to=recipients.user(cast.alice.user))
    row = Delivery.objects.get(channel="portal")
    answer = as_(cast.alice).post(reverse("notifications:open", args=[row.pk]), {"go": "1"})
    assert answer["Location"] == reverse("notifications:notice", args=[row.pk])


def test_choices_are_kept_by_category_and_channel(cast: Cast, as_: Callable[[Person], Client]) -> None:
    client = as_(cast.alice)
    url = reverse("notifications:preferences")
    assert client.get(url).status_code == 200
    given = {category: ["mail", "portal"] for category in ("solicitations", "proposals", "documents", "messages")}
    client.post(url, {**given, "work": ["portal"]})
    choices = queries.choices(cast.alice.actor)
    assert choices["work", "portal"] and not choices["work", "mail"] and not choices["searches", "mail"]
    assert Preference.objects.filter(user=cast.alice.user, wanted=False).count() == 7
    _tell(cast.alice)
    assert Delivery.objects.get(channel="mail").outcome == "turned_off"


def test_a_calendar_address_is_shown_once_and_ends_with_the_next(cast: Cast, as_: Callable[[Person], Client]) -> None:
    make_clock(cast.alpha, organization_id=cast.alpha.pk, url="/proposals/1/")
    make_clock(cast.beta, organization_id=cast.beta.pk, what="Of another organization")
    client, url = as_(cast.ben), reverse("clocks:calendar")

    def make() -> str:
        page = client.post(url).content.decode()
        return page.split("<code>")[1].split("</code>")[0].replace("http://testserver", "")

    first = make()
    answer = Client().get(first)
    text = answer.content.decode()
    assert answer["Content-Type"].startswith("text/calendar") and answer["Cache-Control"] == "private, no-store"
    assert "Answer the question: Alpha Youth Collective" in text and "/proposals/1/" in text
    assert "Of another organization" not in text
    assert first not in client.get(url).content.decode()
    second = make()
    assert Client().get(first).status_code == 404 and Client().get(second).status_code == 200
    client.post(url, {"end": "1"})
    assert Client().get(second).status_code == 404
    assert Client().get(url).status_code == 302
