"""Something is broken: anybody reports it, gets a receipt, and is answered."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core import mail
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from procurement_portal.clocks.models import Clock
from procurement_portal.notifications.models.delivery import Delivery
from procurement_portal.notifications.models.report import Report
from procurement_portal.outbox import intents
from tests.cast import Cast, Person
from tests.factories.clocks import make_desk

Sign = Callable[[Person], Client]


@pytest.fixture(autouse=True)
def _fresh_counts() -> None:
    cache.clear()


def _given(**more: str) -> dict[str, str]:
    return {"what": "The page stays white.", "reply_to": "who@example.org", "phone": "", "page": "/my-work/", **more}


def _run_all() -> None:
    while waiting := intents.waiting():
        for pk in waiting:
            assert intents.run(pk)


def test_a_stranger_reports_and_gets_a_receipt_by_page_and_mail(cast: Cast, settings) -> None:
    client = Client()
    page = client.get(
        reverse("broken"), {"ref": "4F2A91C3-07"}, headers={"referer": "http://testserver/my-work/?q=secret"}
    )
    text = page.content.decode()
    assert (
        "4F2A91C3-07" in text and settings.HELP_PHONE in text and 'value="/my-work/"' in text and "secret" not in text
    )
    answer = client.post(reverse("broken"), _given(ref="4F2A91C3-07"))
    row = Report.objects.get()
    assert (row.reference, row.page, row.reported_by) == ("4F2A91C3-07", "/my-work/", None)
    receipt = client.get(answer["Location"]).content.decode()
    assert row.number in receipt and "The page stays white." in receipt and settings.HELP_HOURS in receipt
    _run_all()
    sent = {message.to[0]: message for message in mail.outbox}
    assert row.number in sent["who@example.org"].subject
    assert "4F2A91C3-07" in sent["pat@example.org"].body


def test_a_receipt_cannot_be_guessed(cast: Cast) -> None:
    Client().post(reverse("broken"), _given())
    row = Report.objects.get()
    for token in (str(row.pk), "x:y", f"{row.pk}:abcdef"):
        assert Client().get(reverse("broken_receipt", args=[token])).status_code == 404


def test_what_cannot_be_ours_is_left_out_and_an_empty_report_refused(cast: Cast) -> None:
    Client().post(reverse("broken"), _given(ref="<script>", page="https://evil.example/"))
    row = Report.objects.get()
    assert (row.reference, row.page) == ("", "")
    page = Client().post(reverse("broken"), _given(what=" "))
    assert page.status_code == 200 and Report.objects.count() == 1


def test_many_reports_of_one_network_are_asked_to_call(cast: Cast, monkeypatch) -> None:
    monkeypatch.setattr("procurement_portal.pages.broken.MOST_AN_HOUR", 2)
    for _ in range(4):
        page = Client().post(reverse("broken"), _given(), follow=True)
    assert Report.objects.count() == 2 and "Call us instead" in page.content.decode()


def test_operators_answer_once_and_the_reporter_reads_it(cast: Cast, as_: Sign) -> None:
    desk = make_desk(cast.procurement, cast.pat.user, function="operations", name="Portal operations")
    as_(cast.alice).post(reverse("broken"), _given(reply_to="alice@example.org"))
    row = Report.objects.get()
    assert (row.reported_by, row.reported_as) == (cast.alice.user, "Alpha Youth Collective")
    assert Clock.objects.get().desk == desk
    url = reverse("report", args=[row.pk])
    for stranger in (cast.alice, cast.dora):
        assert as_(stranger).get(url).status_code == 404
        assert as_(stranger).get(reverse("reports")).status_code == 404
    operator = as_(cast.pat)
    assert row.number in operator.get(reverse("reports")).content.decode()
    assert operator.post(url, {"answer": "It works again."}, follow=True).status_code == 200
    assert Clock.objects.get().outcome == "answered"
    told = Delivery.objects.get(kind="portal.broken_answered", channel="portal")
    assert told.user == cast.alice.user and "It works again." in told.body
    assert operator.post(url, {"answer": "Once more"}).status_code == 409
    row.refresh_from_db()
    assert row.answer == "It works again."


def test_a_full_list_of_reports_takes_few_queries(cast: Cast, as_: Sign, django_assert_max_num_queries) -> None:
    Report.objects.bulk_create(Report(what=f"Fault {n}") for n in range(40))
    client = as_(cast.pat)
    client.get(reverse("reports"))
    with django_assert_max_num_queries(7):
        page = client.get(reverse("reports")).content.decode()
    assert page.count('class="p-work"') == 25


def test_an_answer_is_complete_or_absent(cast: Cast) -> None:
    row = Report.objects.create(what="x")
    with pytest.raises(IntegrityError), transaction.atomic():
        Report.objects.filter(pk=row.pk).update(answer="Nobody signed this")
