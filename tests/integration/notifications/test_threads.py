"""Threads: everyone who takes part is told, deputies stand in, answers come by mail, strangers do not."""

from __future__ import annotations

from collections.abc import Callable
from email.message import EmailMessage

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import InternalError, transaction
from django.test import Client
from django.urls import reverse

from procurement_portal.history.models import Entry
from procurement_portal.notifications import threads
from procurement_portal.notifications.actions import inbound
from procurement_portal.notifications.actions.threads import mark_read, post
from procurement_portal.notifications.models.delivery import Delivery
from procurement_portal.notifications.models.thread import Inbound, Post, Thread
from procurement_portal.outbox import intents
from procurement_portal.web.refusal import Invalid, Refused
from tests.cast import Cast, Person
from tests.factories.clocks import make_absence
from tests.integration.notifications.conftest import KIND, Case


def _write(who: Person, case: Case, body: str = "When may we begin?") -> Post:
    return post(actor=who.actor, subject_type=KIND, subject_id=case.pk, body=body)


def _run_all() -> None:
    while waiting := intents.waiting():  # a task may write further intents
        for pk in waiting:
            assert intents.run(pk)


def _told(row: Post) -> list[str]:
    return sorted(Delivery.objects.filter(key=f"post:{row.pk}", channel="mail").values_list("address", flat=True))


def test_a_message_reaches_everyone_else_who_takes_part(cast: Cast, case: Case) -> None:
    row = _write(cast.alice, case)
    assert _told(row) == ["ben@example.org", "dora@example.org"]
    assert (row.author_name, row.author_body) == ("Alice Alpha", "Alpha Youth Collective")
    assert _told(_write(cast.dora, case, "On Monday.")) == ["alice@example.org", "ben@example.org"]
    assert Thread.objects.count() == 1
    assert "When may we begin?" not in str(list(Entry.objects.values()))


def test_in_an_absence_the_deputy_gets_the_message_and_answers_it(cast: Cast, case: Case) -> None:
    make_absence(cast.dora.user, cast.petra.user, cast.family)
    row = _write(cast.alice, case)
    assert _told(row) == ["ben@example.org", "dora@example.org", "petra@example.org"]
    copy = Delivery.objects.get(address="petra@example.org")
    assert copy.instead_of_id == cast.dora.user.pk
    _run_all()
    _answer(copy.reply_to, "petra@example.org", "I stand in for Dora: yes.")
    assert Post.objects.last().author_name == "Petra Family"


def test_who_does_not_see_the_record_neither_reads_nor_writes(cast: Cast, case: Case, as_) -> None:
    _write(cast.alice, case)
    url = reverse("notifications:thread", args=[KIND, case.pk])
    for stranger in (cast.bob, cast.charlie, cast.cora):
        with pytest.raises(Refused):
            _write(stranger, case)
        assert not threads.posts(stranger.actor, KIND, case.pk).exists()
        assert as_(stranger).get(url).status_code == 404
    assert Client().get(url).status_code == 302
    assert as_(cast.alice).get(reverse("notifications:thread", args=["no.kind", "1"])).status_code == 404


def test_the_reason_why_nobody_may_write_now_is_said_and_kept_to(cast: Cast, case: Case, as_) -> None:
    case.reason = "This solicitation is open. Ask a public question instead."
    url = reverse("notifications:thread", args=[KIND, case.pk])
    client = as_(cast.alice)
    page = client.get(url)
    assert case.reason in page.content.decode() and "Send this message" not in page.content.decode()
    assert client.post(url, {"body": "Just between us"}).status_code == 403
    assert not Post.objects.exists()


def test_messages_are_read_and_written_on_the_page(cast: Cast, case: Case, as_: Callable[[Person], Client]) -> None:
    _write(cast.dora, case, "Send the lease, please.\n<b>Today</b>")
    url = reverse("notifications:thread", args=[KIND, case.pk])
    client = as_(cast.ben)
    page = client.get(url).content.decode()
    assert "1 new message" in page and "&lt;b&gt;Today&lt;/b&gt;" in page
    assert threads.unread(cast.ben.actor, KIND, case.pk) == 1
    client.post(reverse("notifications:read_thread", args=[KIND, case.pk]))
    assert threads.unread(cast.ben.actor, KIND, case.pk) == 0
    assert client.post(url, {"body": "  "}).status_code == 200
    assert client.post(url, {"body": "Here it is."}, follow=True).status_code == 200
    assert [row.body for row in threads.posts(cast.dora.actor, KIND, case.pk)] == [
        "Send the lease, please.\n<b>Today</b>",
        "Here it is.",
    ]


def test_a_full_conversation_takes_few_queries(cast: Cast, case: Case, as_, django_assert_max_num_queries) -> None:
    for number in range(30):
        _write(cast.dora, case, f"Message {number}")
    client = as_(cast.alice)
    client.get(reverse("home"))
    with django_assert_max_num_queries(12):
        client.get(reverse("notifications:thread", args=[KIND, case.pk]))


def test_an_empty_or_endless_message_is_refused(cast: Cast, case: Case) -> None:
    for body in ("", " \n ", "x" * 10_001):
        with pytest.raises(Invalid):
            _write(cast.alice, case, body)
    assert mark_read(actor=cast.alice.actor, subject_type=KIND, subject_id=case.pk) == 0


def test_the_database_keeps_messages_as_written(cast: Cast, case: Case) -> None:
    row = _write(cast.alice, case)
    with pytest.raises(InternalError), transaction.atomic():
        Post.objects.filter(pk=row.pk).update(body="Something else")
    with pytest.raises(InternalError), transaction.atomic():
        row.delete()


# --- Answers by mail -----------------------------------------------------------------------------------------------------


def _mail(to: str, sender: str, body: str, **headers: str) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = f"Somebody <{sender}>", to, "Re: a message"
    message["Message-ID"] = headers.pop("message_id", f"<{abs(hash((to, sender, body)))}@example.org>")
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(body)
    return message


def _answer(to: str, sender: str, body: str, **headers: str) -> Inbound:
    row = inbound.accept(_mail(to, sender, body, **headers).as_bytes())
    _run_all()
    row.refresh_from_db()
    return row


@pytest.fixture
def address(cast: Cast, case: Case) -> str:
    """Ben's reply address of a thread Dora wrote in."""
    _write(cast.dora, case)
    _run_all()
    sent = next(message for message in mail.outbox if message.to == ["ben@example.org"])
    return sent.reply_to[0]


def test_an_answer_by_mail_is_posted_without_what_it_quotes(cast: Cast, address: str) -> None:
    body = (
        "On Monday.\r\n\r\nBest,\r\nBen\r\n\r\nOn Sun, Nov 22, 2026 at 4:00 PM Procurement Portal\r\n"
        "<portal@localhost> wrote:\r\n> ## Write your answer above\r\n> When may we begin?\r\n"
    )
    row = _answer(address, "Ben@Example.org", body)
    assert row.outcome == "posted"
    last = Post.objects.latest("pk")
    assert (last.body, last.way, last.author_id) == ("On Monday.\n\nBest,\nBen", "mail", cast.ben.user.pk)
    assert Delivery.objects.filter(key=f"post:{last.pk}", channel="mail", address="dora@example.org").exists()


def test_the_same_mail_delivered_twice_is_posted_once(address: str) -> None:
    for _ in range(2):
        _answer(address, "ben@example.org", "Yes.", message_id="<same@example.org>")
    assert Post.objects.filter(way="mail").count() == 1


@pytest.mark.parametrize(
    ("sender", "change", "reason"),
    [
        ("eve@example.org", str, "unknown sender"),
        ("alice@example.org", str, "unknown sender"),  # a participant, but the address is Ben's
        ("ben@example.org", lambda a: a.replace("thread+", "thread+9"), "not addressed to a thread"),
        ("ben@example.org", lambda a: a.split("@")[0] + "@elsewhere.example", "not addressed to a thread"),
        ("ben@example.org", lambda a: "help@example.org", "not addressed to a thread"),
    ],
)
def test_unknown_senders_and_tampered_addresses_are_refused_without_an_answer(
    address: str, sender: str, change: Callable[[str], str], reason: str
) -> None:
    before = len(mail.outbox)
    row = _answer(change(address), sender, "Let me in")
    assert (row.outcome, row.reason) == ("refused", reason)
    assert not Post.objects.filter(way="mail").exists() and len(mail.outbox) == before


def test_a_writer_who_may_not_write_now_is_told_why(case: Case, address: str) -> None:
    case.reason = "This solicitation is open. Ask a public question instead."
    mail.outbox.clear()
    assert _answer(address, "ben@example.org", "Just between us").outcome == "refused"
    (told,) = mail.outbox
    assert told.to == ["ben@example.org"] and case.reason in told.body
    case.reason = None
    assert _answer(address, "ben@example.org", "> only what you wrote").reason == "We found no text of yours in it."


def test_automatic_replies_do_not_come_back_as_messages(address: str) -> None:
    row = _answer(address, "ben@example.org", "I am away until Monday.", Auto_Submitted="auto-replied")
    assert (row.outcome, row.reason) == ("refused", "an automatic reply")


def test_somebody_who_left_can_no_longer_answer(cast: Cast, address: str) -> None:
    cast.ben.user.is_active = False
    cast.ben.user.save()
    assert _answer(address, "ben@example.org", "One more thing").reason == "unknown sender"


def test_attachments_are_left_out_with_a_note(address: str) -> None:
    message = _mail(address, "ben@example.org", "The lease is attached.")
    message.add_attachment(b"%PDF-1.7 ...", maintype="application", subtype="pdf", filename="lease.pdf")
    inbound.accept(message.as_bytes())
    _run_all()
    last = Post.objects.latest("pk")
    assert (last.body, last.files_left_out) == ("The lease is attached.", 1)
    assert "1 file of this e-mail was not taken" in Delivery.objects.filter(key=f"post:{last.pk}").first().body


def test_a_mail_with_only_html_is_taken_as_text(address: str) -> None:
    message = _mail(address, "ben@example.org", "x")
    message.set_content("<p>Yes &amp; no</p><blockquote>older</blockquote><script>x()</script>", subtype="html")
    inbound.accept(message.as_bytes())
    _run_all()
    assert Post.objects.latest("pk").body == "Yes & no"


def test_the_command_takes_a_message_from_standard_input(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    import io
    import types

    raw = _mail(address, "ben@example.org", "By pipe.").as_bytes()
    monkeypatch.setattr("sys.stdin", types.SimpleNamespace(buffer=io.BytesIO(raw)))
    call_command("receive_mail", stdout=io.StringIO())
    _run_all()
    assert Post.objects.latest("pk").body == "By pipe."
    monkeypatch.setattr("sys.stdin", types.SimpleNamespace(buffer=io.BytesIO(b"\x00\x01 not a mail")))
    with pytest.raises(SystemExit) as ended:
        call_command("receive_mail", stderr=io.StringIO())
    assert ended.value.code == 65


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Yes.\n\n-----Original Message-----\nFrom: x", "Yes."),
        ("Sí.\n\nEl dom, 22 nov 2026 a las 16:00, Portal escribió:\n> hola", "Sí."),
        ("Yes.\n## Write your answer above this line", "Yes."),
        ("Yes.\n-- \nBen", "Yes."),
        ("Yes.\n\nFrom: Portal <p@example.org>\nSent: Sunday", "Yes."),
        ("On Monday we wrote: nothing\nSee you", "On Monday we wrote: nothing\nSee you"),
        ("Yes\n\n\n\n\nno", "Yes\n\nno"),
    ],
)
def test_quotes_are_left_out(text: str, kept: str) -> None:
    assert inbound.without_quotes(text) == kept
