"""Notices: stored as sent, once a person and channel, mailed by the outbox, switched off only where that is allowed."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from django.core import mail
from django.db import IntegrityError, transaction

from procurement_portal.notifications import recipients
from procurement_portal.notifications.models.delivery import Delivery, Preference
from procurement_portal.notifications.notice import Category, Notice
from procurement_portal.notifications.send import send
from procurement_portal.outbox import intents
from procurement_portal.outbox.models import Intent
from tests.cast import Cast
from tests.factories.clocks import make_absence, make_desk


@dataclass(frozen=True, kw_only=True)
class Told(Notice):
    kind = "test.told"
    template = "deadline_missed"
    category = Category.WORK

    number: int = 1
    what: str = "Answer <the> question & more"
    about: str = "Beacon Row"
    citation: str = ""
    due_at: object = None

    @property
    def key(self) -> str:
        return f"told:{self.number}"

    def subject(self) -> str:
        return f"Late: {self.what}\nBcc: everyone@example.org"


@dataclass(frozen=True, kw_only=True)
class Required(Told):
    kind = "test.required"
    legal = True

    def leave_url(self, user_id: int | None) -> str:
        return "/leave/1"


def _send(notice: Notice, to: recipients.Audience) -> list[Delivery]:
    with transaction.atomic():
        return send(notice, to=to)


def _run_all() -> None:
    for pk in intents.waiting():
        assert intents.run(pk)


def test_a_notice_is_stored_as_sent_and_mailed_by_the_outbox(cast: Cast) -> None:
    rows = _send(Told(url="/my-work/"), recipients.user(cast.alice.user))
    assert {row.channel for row in rows} == {"portal", "mail"}
    assert mail.outbox == []
    assert Intent.objects.filter(task="notifications.mail").count() == 1
    _run_all()
    (message,) = mail.outbox
    stored = Delivery.objects.get(channel="mail")
    assert message.to == ["alice@example.org"] and message.subject == stored.subject
    assert "\n" not in stored.subject  # what people wrote cannot add a header
    assert message.body == stored.body and "Answer <the> question & more" in stored.body
    html = message.alternatives[0][0]
    assert "Answer &lt;the&gt; question &amp; more" in html
    assert message.extra_headers["Message-ID"] == stored.message_id
    assert (stored.outcome, stored.sent_at is not None) == ("sent", True)


def test_the_same_notice_about_the_same_thing_reaches_a_person_once(cast: Cast) -> None:
    audience = recipients.users([cast.alice.user, cast.ben.user, cast.alice.user])
    assert len(_send(Told(), audience)) == 4
    assert _send(Told(), audience) == []
    assert len(_send(Told(number=2), recipients.user(cast.alice.user))) == 2
    _run_all()
    _run_all()
    assert len(mail.outbox) == 3


def test_a_mail_whose_task_runs_again_is_not_sent_again(cast: Cast) -> None:
    _send(Told(), recipients.user(cast.alice.user))
    _run_all()
    Intent.objects.update(done_at=None)
    _run_all()
    assert len(mail.outbox) == 1


def test_a_person_switches_a_category_off_by_channel_but_never_a_legal_notice(cast: Cast) -> None:
    Preference.objects.create(user=cast.alice.user, category="work", channel="mail", wanted=False)
    _send(Told(), recipients.user(cast.alice.user))
    _send(Required(), recipients.user(cast.alice.user))
    _run_all()
    assert [message.extra_headers.get("List-Unsubscribe-Post") for message in mail.outbox] == [
        "List-Unsubscribe=One-Click"
    ]
    assert sorted(Delivery.objects.values_list("kind", "channel", "outcome")) == [
        ("test.required", "mail", "sent"),
        ("test.required", "portal", "shown"),
        ("test.told", "mail", "turned_off"),
        ("test.told", "portal", "shown"),
    ]
    with pytest.raises(IntegrityError), transaction.atomic():
        Delivery.objects.filter(kind="test.required", channel="mail").update(outcome="turned_off", sent_at=None)


def test_each_audience_is_who_it_says(cast: Cast) -> None:
    def names(audience: recipients.Audience) -> list[str]:
        return [recipient.user.email.split("@")[0] if recipient.user else recipient.address for recipient in audience]

    desk = make_desk(cast.family, cast.dora.user)
    assert names(recipients.organization(cast.alpha)) == ["alice"]
    assert names(recipients.organization(cast.alpha, ("preparer", "finance"))) == ["ben", "fiona"]
    assert names(recipients.department(cast.family, ("procurement_officer",))) == ["percy", "petra"]
    assert names(recipients.everybody_with("portal_administrator")) == ["pat"]
    assert names(recipients.desk(desk)) == ["dora"]
    make_absence(cast.dora.user, cast.percy.user, cast.family)
    assert names(recipients.desk(desk)) == ["dora", "percy"]
    assert names(recipients.user(cast.charlie.user)) == ["charlie"]
    cast.charlie.user.is_active = False
    cast.charlie.user.save()
    assert names(recipients.user(cast.charlie.user)) == []


def test_a_bare_address_gets_mail_only(cast: Cast) -> None:
    (row,) = _send(Told(), recipients.address("Somebody@Example.org"))
    assert (row.channel, row.address, row.user_id) == ("mail", "somebody@example.org", None)
    assert _send(Told(), recipients.address("somebody@example.org")) == []


def test_a_notice_is_refused_outside_a_transaction(transactional_db: None) -> None:
    with pytest.raises(RuntimeError, match="inside the transaction"):
        send(Told(), to=[])


def test_words_follow_the_language_of_each_person(cast: Cast) -> None:
    cast.ben.user.language = "es"
    cast.ben.user.save()
    rows = _send(Told(), recipients.users([cast.alice.user, cast.ben.user]))
    assert {row.language for row in rows if row.user_id == cast.ben.user.pk} == {"es"}


def test_sending_to_many_takes_few_queries(cast: Cast, django_assert_max_num_queries) -> None:
    everybody = recipients.users([person.user for person in cast.everybody().values()])
    with transaction.atomic(), django_assert_max_num_queries(10):
        assert len(send(Told(), to=everybody)) == 2 * len(everybody)
