"""The ground: roles of the database, the one clock, history that only grows, GET that never writes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import InternalError, connection, transaction
from django.db.utils import ProgrammingError

from procurement_portal.history.models import Entry
from procurement_portal.history.record import record
from procurement_portal.outbox import intents
from procurement_portal.outbox.models import Intent
from procurement_portal.time import clock
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def test_the_application_works_in_a_role_that_owns_nothing() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)")
        assert cursor.fetchone() == ("portal_app", False)
        cursor.execute("SELECT count(*) FROM pg_tables WHERE tableowner = current_user")
        assert cursor.fetchone() == (0,)


@pytest.mark.parametrize(
    "statement", ["DROP TABLE history_entry", "TRUNCATE history_entry", "ALTER TABLE people_user ADD x int"]
)
def test_the_application_cannot_change_or_empty_a_table(statement: str) -> None:
    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_history_refuses_change_and_deletion(cast: Cast) -> None:
    record(cast.dora.actor, "department.rename", cast.family, before={"name": "A"}, after={"name": "B"})
    for change in (lambda: Entry.objects.update(why="x"), lambda: Entry.objects.all().delete()):
        with pytest.raises(InternalError, match="Cannot update or delete"), transaction.atomic():
            change()


def test_the_clock_is_the_databases_and_moves_only_here(move_clock) -> None:
    move_clock(to=datetime(2027, 3, 14, 8, 30, tzinfo=UTC))
    assert abs(clock.now() - datetime(2027, 3, 14, 8, 30, tzinfo=UTC)) < timedelta(seconds=5)
    assert clock.today().isoformat() == "2027-03-14"


def test_a_deadline_in_the_repeated_hour_is_decided_by_the_instant() -> None:
    # On Nov 1, 2026 Chicago shows 1:30 am twice: first in CDT (06:30 UTC), an hour later in CST (07:30 UTC).
    first = datetime(2026, 11, 1, 1, 30, tzinfo=clock.CHICAGO)
    second = first.replace(fold=1)
    assert clock.in_time(first, second)
    assert not clock.in_time(second, first)


@pytest.mark.django_db(transaction=True)
def test_an_intent_runs_once_and_a_failure_is_told_and_tried_again() -> None:
    ran: list[int] = []

    @intents.task("test.count")
    def count(number: int) -> None:
        ran.append(number)
        if number == 2 and len(ran) < 3:
            raise OSError("no line")

    with transaction.atomic():
        one = intents.enqueue("test.count", key="test:1", number=1)
        again = intents.enqueue("test.count", key="test:1", number=1)
        two = intents.enqueue("test.count", key="test:2", number=2)
    assert one.pk == again.pk
    assert intents.run(one.pk) and intents.run(one.pk)
    assert not intents.run(two.pk)
    two.refresh_from_db()
    assert two.attempts == 1 and "no line" in two.last_error and two.done_at is None
    assert intents.run(two.pk)
    assert ran == [1, 2, 2]
    assert Intent.objects.filter(done_at__isnull=False).count() == 2


def test_an_intent_outside_a_transaction_is_an_error() -> None:
    with pytest.raises(TypeError), transaction.atomic():
        intents.enqueue("test.count", key="test:3", number=object())
