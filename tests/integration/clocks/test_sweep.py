"""The sweeper is right when it runs late, twice and in two processes."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection, transaction

from procurement_portal.clocks import actions, tasks
from procurement_portal.clocks.models import Clock
from procurement_portal.history.models import Entry
from procurement_portal.notifications.models.delivery import Delivery
from tests.cast import Cast, make_cast
from tests.factories.clocks import make_absence, make_clock, make_desk


def test_each_reminder_is_sent_once_on_its_day(cast: Cast, move_clock: Callable[..., None]) -> None:
    clock = make_clock(cast.alpha, days=5, user_id=cast.alice.user.pk, remind=(3, 1))
    assert tasks.sweep() == [0, 0]
    for days, told in ((2.5, 1), (2.6, 0), (4.1, 1), (4.2, 0)):
        move_clock(by=timedelta(days=days))
        assert tasks.sweep() == [told, 0]
    subjects = Delivery.objects.filter(channel="portal", user=cast.alice.user).order_by("pk")
    assert [row.subject for row in subjects] == [
        "Answer the question: Alpha Youth Collective, due in 3 days",
        "Answer the question: Alpha Youth Collective, due in 1 day",
    ]
    assert clock.reminders.filter(announced_at=None).count() == 0


def test_a_sweeper_that_slept_announces_only_the_nearest_day(cast: Cast, move_clock: Callable[..., None]) -> None:
    make_clock(cast.alpha, days=8, user_id=cast.alice.user.pk, remind=(7, 3, 1))
    move_clock(by=timedelta(days=7.5))
    assert tasks.sweep() == [1, 0]
    assert "in 1 day" in Delivery.objects.get(channel="portal").subject


def test_a_sweeper_that_slept_past_the_deadline_tells_only_that_it_is_late(
    cast: Cast, move_clock: Callable[..., None]
) -> None:
    make_clock(cast.alpha, days=8, user_id=cast.alice.user.pk, remind=(7, 3, 1))
    move_clock(by=timedelta(days=30))
    assert tasks.sweep() == [0, 1]
    assert tasks.sweep() == [0, 0]
    row = Delivery.objects.get(channel="portal")
    assert row.subject == "Late: Answer the question, Alpha Youth Collective" and row.urgent
    assert Clock.objects.get().breached_at is not None
    assert Entry.objects.filter(act="clock.breach").count() == 1


def test_the_due_instant_itself_is_in_time(cast: Cast, move_clock: Callable[..., None]) -> None:
    clock = make_clock(cast.alpha, days=1, user_id=cast.alice.user.pk, remind=())
    move_clock(to=clock.due_at - timedelta(seconds=30))
    assert tasks.sweep() == [0, 0]
    move_clock(to=clock.due_at + timedelta(seconds=1))
    assert tasks.sweep() == [0, 1]


def test_a_stopped_clock_is_neither_announced_nor_late(cast: Cast, move_clock: Callable[..., None]) -> None:
    make_clock(cast.alpha, days=5, user_id=cast.alice.user.pk)
    with transaction.atomic():
        actions.stop(cast.alpha, "test.promise", "done")
    move_clock(by=timedelta(days=9))
    assert tasks.sweep() == [0, 0]


def test_lateness_at_a_desk_is_told_to_those_at_it_and_the_deputy(cast: Cast, move_clock: Callable[..., None]) -> None:
    desk = make_desk(cast.family, cast.dora.user, cast.percy.user)
    make_absence(cast.dora.user, cast.petra.user, cast.family, last=5)
    make_clock(cast.alpha, days=1, desk=desk, remind=())
    move_clock(by=timedelta(days=2))
    tasks.sweep()
    told = Delivery.objects.filter(channel="mail").values_list("address", "instead_of_id")
    assert sorted(told) == [
        ("dora@example.org", None),
        ("percy@example.org", None),
        ("petra@example.org", cast.dora.user.pk),
    ]


@pytest.mark.django_db(transaction=True)
def test_two_sweepers_at_once_mark_each_clock_once(move_clock: Callable[..., None]) -> None:
    people = make_cast()
    for number in range(20):
        make_clock(people.alpha, rule=f"test.{number}", days=1, user_id=people.alice.user.pk, remind=())
    move_clock(by=timedelta(days=2))
    results: list[list[int]] = []
    gate = threading.Barrier(3)

    def one() -> None:
        gate.wait()
        results.append(tasks.sweep())
        connection.close()

    threads = [threading.Thread(target=one) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(breached for _, breached in results) == 20
    assert Entry.objects.filter(act="clock.breach").count() == 20
    assert Delivery.objects.filter(channel="portal").count() == 20
