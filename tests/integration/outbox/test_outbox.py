"""The outbox: once a key, done once, failures pause and are given up, a lost broker loses nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from kombu.exceptions import OperationalError

from procurement_portal.history.models import Entry
from procurement_portal.notifications import recipients
from procurement_portal.notifications.models.delivery import Delivery
from procurement_portal.notifications.send import send
from procurement_portal.outbox import intents, tasks
from procurement_portal.outbox.models import Intent
from procurement_portal.time.clock import now
from tests.cast import Cast, Person
from tests.integration.notifications.test_send import Told


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """A task "test.work" that counts its runs in the database and does what `work["then"]` says."""
    state: dict[str, Any] = {"then": lambda: None, "runs": 0}

    def carry_out(number: int = 0) -> None:
        state["runs"] += 1
        Intent.objects.create(task="test.effect", key=f"effect:{number}:{state['runs']}")
        state["then"]()

    monkeypatch.setitem(intents._tasks, "test.work", carry_out)
    monkeypatch.setitem(intents._tasks, "test.effect", lambda: None)
    yield state


def _enqueue(key: str = "work:1", **given: Any) -> Intent:
    with transaction.atomic():
        return intents.enqueue("test.work", key=key, **given)


def _fail() -> None:
    raise OSError("the scanner is away")


def test_the_same_key_is_one_intent(cast: Cast, work: dict[str, Any]) -> None:
    assert _enqueue(number=1).pk == _enqueue(number=2).pk
    with transaction.atomic():
        intents.enqueue_many("test.work", {"work:1": {"number": 5}, "work:2": {"number": 2}})
    assert list(Intent.objects.order_by("key").values_list("arguments", flat=True)) == [{"number": 1}, {"number": 2}]


def test_an_intent_stands_or_falls_with_its_act(cast: Cast) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        intents.enqueue("test.work", key="work:1")
        _ = 1 / 0
    assert not Intent.objects.exists()
    with pytest.raises(TypeError), transaction.atomic():
        intents.enqueue("test.work", key="work:1", when=now())


def test_an_intent_is_done_once(cast: Cast, work: dict[str, Any]) -> None:
    pk = _enqueue().pk
    assert intents.run(pk) and intents.run(pk)
    assert work["runs"] == 1 and Intent.objects.get(pk=pk).attempts == 1


def test_what_a_failed_task_wrote_does_not_stand_and_it_pauses_longer_each_time(
    cast: Cast, work: dict[str, Any]
) -> None:
    work["then"] = _fail
    pk = _enqueue().pk
    pauses = []
    for _ in range(4):
        assert not intents.run(pk)
        row = Intent.objects.get(pk=pk)
        pauses.append(round((row.due_at - now()).total_seconds()))
        assert row.last_error == "OSError: the scanner is away" and row.handed_at is None
    assert pauses == [10, 20, 40, 80]
    assert not Intent.objects.filter(task="test.effect").exists()
    assert pk not in intents.waiting()


def test_a_failing_intent_is_given_up_told_to_the_operators_and_tried_again_by_hand(
    cast: Cast, work: dict[str, Any], as_: Callable[[Person], Client]
) -> None:
    work["then"] = _fail
    pks = [_enqueue(f"work:{number}").pk for number in (1, 2)]
    for pk in pks:
        for _ in range(intents.GIVE_UP_AFTER + 3):
            intents.run(pk)
    assert work["runs"] == 2 * intents.GIVE_UP_AFTER
    assert intents.given_up().count() == 2
    told = Delivery.objects.filter(kind="outbox.given_up", channel="portal")
    assert [row.user for row in told] == [cast.pat.user]  # once a day and kind of work
    operator, url = as_(cast.pat), reverse("given_up")
    page = operator.get(url).content.decode()
    assert "OSError: the scanner is away" in page and "12 attempts" in page
    for stranger in (cast.dora, cast.alice):
        assert as_(stranger).get(url).status_code == 404
        assert as_(stranger).post(reverse("retry_given_up", args=[pks[0]])).status_code == 404
    work["then"] = lambda: None
    assert operator.post(reverse("retry_given_up", args=[pks[0]]), follow=True).status_code == 200
    assert Entry.objects.get(act="outbox.retry").actor_id == cast.pat.user.pk
    assert intents.run(pks[0])
    assert operator.post(reverse("retry_given_up", args=[pks[0]])).status_code == 404


def test_work_that_kills_its_worker_is_given_up_too(cast: Cast, work: dict[str, Any]) -> None:
    pk = _enqueue().pk

    class Killed(BaseException):
        """As when the process ends: nothing after it runs."""

    def die() -> None:
        raise Killed

    work["then"] = die
    for _ in range(intents.GIVE_UP_AFTER):
        with pytest.raises(Killed):
            intents.run(pk)
    assert not intents.run(pk)
    row = Intent.objects.get(pk=pk)
    assert row.given_up_at is not None and row.last_error == "Every worker that took it died."


def test_a_mail_that_cannot_be_sent_is_marked_so_and_begets_no_other_mail(cast: Cast, monkeypatch) -> None:
    monkeypatch.setattr("django.core.mail.message.EmailMessage.send", lambda *a, **k: _fail())
    with transaction.atomic():
        send(Told(), to=recipients.user(cast.alice.user))
    pk = Intent.objects.get().pk
    for _ in range(intents.GIVE_UP_AFTER):
        intents.run(pk)
    row = Delivery.objects.get(channel="mail")
    assert row.kind == "test.told" and row.outcome == "failed" and row.sent_at is None
    assert Delivery.objects.get(kind="outbox.mail_given_up").channel == "portal"
    monkeypatch.undo()
    intents.retry(cast.pat.actor, pk)
    assert intents.run(pk) and len(mail.outbox) == 1
    row.refresh_from_db()
    assert row.outcome == "sent"


def test_an_intent_of_no_known_task_waits_with_its_error(cast: Cast) -> None:
    with transaction.atomic():
        pk = intents.enqueue("nobody.knows", key="x").pk
    assert not intents.run(pk)
    assert Intent.objects.get(pk=pk).last_error == "UnknownTask: nobody.knows"


def test_the_relay_hands_each_intent_once_in_two_minutes(
    cast: Cast, work: dict[str, Any], monkeypatch: pytest.MonkeyPatch, move_clock: Callable[..., None]
) -> None:
    handed: list[int] = []
    monkeypatch.setattr(tasks.run, "apply_async", lambda args, **_: handed.append(args[0]))
    pk, later = _enqueue().pk, _enqueue("work:2", due_at=now() + timedelta(minutes=1)).pk
    assert (tasks.relay(), tasks.relay()) == (1, 0)
    move_clock(by=timedelta(seconds=61))
    assert tasks.relay() == 1
    move_clock(by=timedelta(seconds=122))
    assert tasks.relay() == 1
    assert handed == [pk, later, pk]


def test_a_broker_that_is_away_leaves_everything_for_the_next_turn(
    cast: Cast, work: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        _enqueue(f"work:{number}")

    def away(args: tuple[int], **_: Any) -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr(tasks.run, "apply_async", away)
    assert tasks.relay() == 0
    handed: list[int] = []
    monkeypatch.setattr(tasks.run, "apply_async", lambda args, **_: handed.append(args[0]))
    assert tasks.relay() == 3 and len(set(handed)) == 3


def test_the_sweeper_carries_out_what_waited_too_long(
    cast: Cast, work: dict[str, Any], move_clock: Callable[..., None]
) -> None:
    _enqueue()
    assert tasks.sweep() == 0
    move_clock(by=timedelta(minutes=3))
    assert tasks.sweep() == 1
    assert work["runs"] == 1 and Intent.objects.get(task="test.work").done_at is not None


@pytest.mark.django_db(transaction=True)
def test_many_workers_at_one_intent_carry_it_out_once(work: dict[str, Any]) -> None:
    pks = [_enqueue(f"work:{number}", number=number).pk for number in range(10)]
    gate = threading.Barrier(4)

    def worker() -> None:
        gate.wait()
        for pk in pks:
            intents.run(pk)
        connection.close()

    threads = [threading.Thread(target=worker) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert work["runs"] == 10 and Intent.objects.filter(task="test.effect").count() == 10
    assert Intent.objects.filter(task="test.work", done_at=None).count() == 0
