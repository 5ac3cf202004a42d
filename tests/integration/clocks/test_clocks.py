"""Clocks: one open a rule and record, never reset, moved with a reason, held by desks also through deputies."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, InternalError, transaction

from procurement_portal.clocks import actions, queries
from procurement_portal.clocks.models import Clock, Move, Reminder
from procurement_portal.history.models import Entry
from procurement_portal.people.desks import holders
from procurement_portal.time.clock import CHICAGO, now, today
from procurement_portal.web.refusal import Conflict, Invalid
from tests.cast import Cast
from tests.factories.clocks import make_absence, make_clock, make_desk


def test_an_open_clock_started_again_returns_itself_unchanged(cast: Cast) -> None:
    first = make_clock(cast.alpha, days=5, user_id=cast.alice.user.pk)
    again = make_clock(cast.alpha, days=50, user_id=cast.ben.user.pk, what="Something else")
    assert again.pk == first.pk
    assert again.due_at == first.due_at
    assert (again.user_id, again.what) == (cast.alice.user.pk, "Answer the question")
    assert Clock.objects.count() == 1


def test_a_stopped_clock_makes_room_for_a_new_one_and_stop_without_an_open_one_does_nothing(cast: Cast) -> None:
    first = make_clock(cast.alpha, user_id=cast.alice.user.pk)
    with transaction.atomic():
        stopped = actions.stop(cast.alpha, "test.promise", "answered", cast.alice.actor)
        assert actions.stop(cast.alpha, "test.promise", "answered") is None
    assert stopped is not None and stopped.outcome == "answered" and stopped.stopped_at is not None
    assert not Reminder.objects.exists()
    assert make_clock(cast.alpha, user_id=cast.alice.user.pk).pk != first.pk


def test_a_clock_has_exactly_one_holder(cast: Cast) -> None:
    with pytest.raises(ValueError, match="exactly one"):
        make_clock(cast.alpha)
    with pytest.raises(ValueError, match="exactly one"):
        make_clock(cast.alpha, user_id=1, organization_id=2)
    clock = make_clock(cast.alpha, user_id=cast.alice.user.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        Clock.objects.filter(pk=clock.pk).update(organization_id=cast.alpha.pk)


@pytest.mark.parametrize(
    "change",
    [
        {"rule": "another.rule"},
        {"started_at": "2020-01-01T00:00Z"},
        {"due_at": "2040-01-01T00:00Z"},
        {"citation": "another law"},
    ],
)
def test_no_clock_can_be_reset_even_by_sql(cast: Cast, change: dict[str, str]) -> None:
    clock = make_clock(cast.alpha, user_id=cast.alice.user.pk)
    with pytest.raises(InternalError), transaction.atomic():
        Clock.objects.filter(pk=clock.pk).update(**change)
    with pytest.raises(InternalError), transaction.atomic():
        Clock.objects.filter(pk=clock.pk).delete()


def test_a_stopped_clock_cannot_be_started_again_by_sql(cast: Cast) -> None:
    make_clock(cast.alpha, user_id=cast.alice.user.pk)
    with transaction.atomic():
        clock = actions.stop(cast.alpha, "test.promise", "done")
    assert clock is not None
    with pytest.raises(InternalError, match="stays stopped"), transaction.atomic():
        Clock.objects.filter(pk=clock.pk).update(stopped_at=None, outcome="")


def test_a_deadline_moves_with_its_reason_and_the_old_one_is_kept(cast: Cast) -> None:
    clock = make_clock(cast.alpha, days=5, user_id=cast.alice.user.pk)
    old, later = clock.due_at, clock.due_at + timedelta(days=10)
    with transaction.atomic():
        moved = actions.move(clock, later, "The office was closed by snow.", cast.percy.actor)
    assert moved.due_at == later
    kept = Move.objects.get()
    assert (kept.from_due, kept.to_due, kept.why) == (old, later, "The office was closed by snow.")
    entry = Entry.objects.get(act="clock.move")
    assert entry.before == {"due_at": old.isoformat()} and entry.after == {"due_at": later.isoformat()}
    at = {reminder.days_before: reminder.at.astimezone(CHICAGO) for reminder in clock.reminders.all()}
    local = later.astimezone(CHICAGO)
    assert {days: (local.date() - when.date()).days for days, when in at.items()} == {3: 3, 1: 1}


def test_a_move_needs_a_reason_and_an_open_clock(cast: Cast) -> None:
    clock = make_clock(cast.alpha, user_id=cast.alice.user.pk)
    with pytest.raises(Invalid), transaction.atomic():
        actions.move(clock, now() + timedelta(days=9), "  ", cast.percy.actor)
    with transaction.atomic():
        actions.stop(cast.alpha, "test.promise", "done")
    with pytest.raises(Conflict), transaction.atomic():
        actions.move(clock, now() + timedelta(days=9), "Late", cast.percy.actor)


def test_work_of_a_desk_waits_for_those_at_it_and_nobody_else(cast: Cast) -> None:
    desk = make_desk(cast.family, cast.dora.user)
    clock = make_clock(cast.alpha, desk=desk, actor=cast.percy.actor)
    assert list(queries.for_actor(cast.dora.actor)) == [clock]
    for stranger in (cast.percy, cast.cora, cast.alice, cast.charlie):
        assert not queries.for_actor(stranger.actor).exists()
    assert list(queries.waiting_for_others(cast.percy.actor)) == [clock]
    assert not queries.waiting_for_others(cast.dora.actor).exists()


def test_a_deputy_sees_the_work_of_the_desk_only_while_the_other_is_away(cast: Cast) -> None:
    desk = make_desk(cast.family, cast.dora.user)
    clock = make_clock(cast.alpha, desk=desk)
    absence = make_absence(cast.dora.user, cast.percy.user, cast.family, first=1)
    assert not queries.for_actor(cast.percy.actor).exists()
    absence.first_day -= timedelta(days=1)
    absence.save()
    assert list(queries.for_actor(cast.percy.actor)) == [clock]
    absence.canceled_at = now()
    absence.save()
    assert not queries.for_actor(cast.percy.actor).exists()


def test_a_deputy_of_a_deputy_and_a_substitute_hold_the_desk_as_the_people_room_says(cast: Cast) -> None:
    desk = make_desk(cast.family, cast.dora.user)
    desk.substitute = cast.fay.user
    desk.save()
    family = (cast.dora, cast.percy, cast.petra, cast.fay, cast.eva)

    def hold() -> set[str]:
        found = {person.user.name for person in family if queries.desk_ids(person.actor)}
        assert {holder.user.name for holder in holders(desk, today())} <= found
        return found

    assert hold() == {"Dora Family"}
    make_absence(cast.dora.user, cast.percy.user, cast.family)
    assert hold() == {"Dora Family", "Percy Family", "Fay Family"}
    make_absence(cast.percy.user, cast.petra.user, cast.family)
    assert hold() == {"Dora Family", "Percy Family", "Petra Family", "Fay Family"}


def test_an_organization_sees_what_waits_for_it_and_what_it_waits_for(cast: Cast) -> None:
    desk = make_desk(cast.family, cast.dora.user)
    theirs = make_clock(cast.alpha, organization_id=cast.alpha.pk)
    asked = make_clock(cast.alpha, rule="test.answer", desk=desk, actor=cast.ben.actor)
    assert list(queries.for_actor(cast.rita.actor)) == [theirs]
    assert list(queries.waiting_for_others(cast.alice.actor)) == [asked]
    assert not queries.waiting_for_others(cast.bob.actor).exists()


def test_desk_counts_are_one_query(cast: Cast, django_assert_num_queries) -> None:
    for number in range(3):
        desk = make_desk(cast.family, cast.dora.user, function=f"desk{number}", name=f"Desk {number}")
        for index in range(number):
            make_clock(cast.alpha, rule=f"test.{number}.{index}", desk=desk)
    make_desk(cast.family, cast.percy.user, function="other", name="Not hers")
    actor = cast.dora.actor
    with django_assert_num_queries(1):
        counts = queries.desk_counts(actor)
    assert [(desk.name, desk.open, desk.late) for desk in counts] == [
        ("Desk 0", 0, 0),
        ("Desk 1", 1, 0),
        ("Desk 2", 2, 0),
    ]
