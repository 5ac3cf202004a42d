"""Questions about a notice: in time by the database's clock, answered without knowing who asked, published for everybody."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.http import Http404

from procurement_portal.clocks.models import Clock
from procurement_portal.history.models import Entry
from procurement_portal.notifications.models.delivery import Delivery
from procurement_portal.people.models.membership import Desk
from procurement_portal.web.refusal import Conflict, Invalid, Refused
from solicitations.actions import inquiry as actions
from solicitations.actions import publication
from solicitations.models.inquiry import Inquiry
from solicitations.models.solicitation import Solicitation
from solicitations.queries import inquiry as queries
from solicitations.queries.solicitation import acts
from tests.cast import Cast, make_cast
from tests.factories.solicitations import make_draft, make_published


def ask(cast: Cast, row: Solicitation, text: str = "May fiscal sponsors apply?", who: str = "alice") -> Inquiry:
    return actions.ask(actor=getattr(cast, who).actor, solicitation_id=row.pk, text=text)


def draft(cast: Cast, inquiry: Inquiry, answer: str = "Yes.") -> Inquiry:
    return actions.answer(
        actor=cast.dora.actor, inquiry_id=inquiry.pk, lock=inquiry.lock, published_text=inquiry.text, text=answer
    )


@pytest.mark.parametrize(("seconds", "taken"), [(-1, True), (1, False)])
def test_the_database_clock_decides_whether_a_question_is_in_time(
    cast: Cast, move_clock: Callable[..., None], seconds: int, taken: bool
) -> None:
    row = make_published(cast)
    assert row.questions_due_at is not None
    move_clock(to=row.questions_due_at + timedelta(seconds=seconds))
    if taken:
        assert ask(cast, row).pk
    else:
        with pytest.raises(Refused, match="Questions were due"):
            ask(cast, row)


@pytest.mark.parametrize("text", ["", "   ", "x" * 4001])
def test_a_question_says_something_and_not_too_much(cast: Cast, text: str) -> None:
    with pytest.raises(Invalid) as refused:
        ask(cast, make_published(cast), text)
    assert "text" in refused.value.problems


def test_only_for_an_organization_and_only_about_a_published_notice(cast: Cast) -> None:
    row = make_published(cast)
    for who in ("charlie", "dora"):
        with pytest.raises(Refused):
            ask(cast, row, who=who)
    with pytest.raises(Http404):
        ask(cast, make_draft(cast))


def test_who_asked_stays_with_the_asker(cast: Cast) -> None:
    row = make_published(cast)
    inquiry = ask(cast, row, "We at the corner of 63rd ask: may fiscal sponsors apply?")
    published = actions.answer(
        actor=cast.dora.actor, inquiry_id=inquiry.pk, lock=1, published_text="May fiscal sponsors apply?", text="Yes."
    )
    actions.publish_answers(actor=cast.dora.actor, solicitation_id=row.pk, inquiry_ids=[published.pk])
    seen = queries.bundle(cast.bob.actor, row).get()
    assert seen.get_deferred_fields() == {"organization_id", "asked_by_id"}
    assert queries.for_staff(cast.dora.actor).get().get_deferred_fields() == {"organization_id", "asked_by_id"}
    assert list(queries.own(cast.ben.actor)) == [inquiry]  # a colleague sees it
    assert not queries.own(cast.bob.actor).exists()
    written = Entry.objects.filter(act__startswith="inquiry.").values_list("actor_id", "actor_label", "acting_as")
    assert cast.alice.user.pk not in [row[0] for row in written]
    assert not any("Alice" in row[1] or "Alpha" in row[2] for row in written)
    assert not acts(row).filter(act="inquiry.ask").exists()
    assert not Delivery.objects.filter(user=cast.dora.user, body__contains="Alpha").exists()


def test_the_answer_is_due_at_the_desk_and_its_clock_stops_when_it_is_published(cast: Cast) -> None:
    desk = Desk.objects.create(department=cast.family, function="inquiries", name="Questions desk")
    desk.seats.create(user=cast.dora.user)
    row = make_published(cast)
    inquiry = ask(cast, row)
    clock = Clock.objects.get(rule=actions.ANSWER_RULE)
    assert (clock.desk_id, clock.subject_id) == (desk.pk, str(inquiry.pk))
    assert str(clock).count("Alpha") == 0
    draft(cast, inquiry)
    clock.refresh_from_db()
    assert clock.stopped_at is None
    actions.publish_answers(actor=cast.percy.actor, solicitation_id=row.pk, inquiry_ids=[inquiry.pk])
    clock.refresh_from_db()
    assert clock.outcome == "answered"
    assert Delivery.objects.filter(user=cast.alice.user, kind="solicitations.inquiry_published").exists()


@pytest.mark.parametrize("empty_desk", [False, True])
def test_without_anybody_at_a_desk_the_drafter_holds_the_clock(cast: Cast, empty_desk: bool) -> None:
    if empty_desk:
        Desk.objects.create(department=cast.family, function="inquiries", name="Questions desk")
    ask(cast, make_published(cast))
    assert Clock.objects.get(rule=actions.ANSWER_RULE).user_id == cast.dora.user.pk


def test_answers_get_their_numbers_in_the_order_they_were_asked(cast: Cast) -> None:
    row = make_published(cast)
    first, second = ask(cast, row, "First?"), ask(cast, row, "Second?", who="bob")
    draft(cast, second)
    draft(cast, first)
    done = actions.publish_answers(actor=cast.dora.actor, solicitation_id=row.pk, inquiry_ids=[second.pk, first.pk])
    assert [(i.number, i.text) for i in done] == [(1, "First?"), (2, "Second?")]
    third = draft(cast, ask(cast, row, "Third?"))
    (published,) = actions.publish_answers(actor=cast.dora.actor, solicitation_id=row.pk, inquiry_ids=[third.pk])
    assert published.number == 3


def test_an_answer_is_not_overwritten_and_a_published_one_not_changed(cast: Cast) -> None:
    row = make_published(cast)
    inquiry = draft(cast, ask(cast, row))
    with pytest.raises(Conflict) as crossed:
        actions.answer(actor=cast.percy.actor, inquiry_id=inquiry.pk, lock=1, published_text="Q", text="No.")
    assert crossed.value.current["answer"] == "Yes."
    actions.publish_answers(actor=cast.dora.actor, solicitation_id=row.pk, inquiry_ids=[inquiry.pk])
    with pytest.raises(Refused):
        actions.answer(actor=cast.dora.actor, inquiry_id=inquiry.pk, lock=2, published_text="Q", text="No.")
    with pytest.raises(Conflict):
        actions.publish_answers(actor=cast.dora.actor, solicitation_id=row.pk, inquiry_ids=[inquiry.pk])


def test_empty_answers_and_empty_choices_are_refused(cast: Cast) -> None:
    row = make_published(cast)
    inquiry = ask(cast, row)
    with pytest.raises(Invalid) as refused:
        actions.answer(actor=cast.dora.actor, inquiry_id=inquiry.pk, lock=1, published_text=" ", text=" ")
    assert set(refused.value.problems) == {"published_text", "answer"}
    with pytest.raises(Invalid):
        actions.publish_answers(actor=cast.dora.actor, solicitation_id=row.pk, inquiry_ids=[])
    with pytest.raises(Conflict):  # not answered yet
        actions.publish_answers(actor=cast.dora.actor, solicitation_id=row.pk, inquiry_ids=[inquiry.pk])


def test_another_department_sees_and_answers_nothing(cast: Cast) -> None:
    row = make_published(cast)
    inquiry = ask(cast, row)
    assert not queries.for_staff(cast.cora.actor).exists()
    with pytest.raises(Http404):
        actions.answer(actor=cast.cora.actor, inquiry_id=inquiry.pk, lock=1, published_text="Q", text="A")
    with pytest.raises(Refused):
        actions.answer(actor=cast.cleo.actor, inquiry_id=inquiry.pk, lock=1, published_text="Q", text="A")


def test_a_cancellation_ends_the_clocks_of_open_questions(cast: Cast) -> None:
    row = make_published(cast)
    ask(cast, row)
    publication.cancel(actor=cast.percy.actor, solicitation_id=row.pk, why="The grant was withdrawn.")
    assert Clock.objects.get(rule=actions.ANSWER_RULE).outcome == "canceled"


@pytest.mark.django_db(transaction=True)
def test_two_officers_publish_the_same_answer_at_once_and_it_gets_one_number() -> None:
    cast = make_cast()
    row = make_published(cast)
    inquiry = draft(cast, ask(cast, row))
    outcomes: list[str] = []

    def act(actor: Any) -> None:
        try:
            actions.publish_answers(actor=actor, solicitation_id=row.pk, inquiry_ids=[inquiry.pk])
            outcomes.append("published")
        except Exception as error:
            outcomes.append(type(error).__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=act, args=[person.actor]) for person in (cast.dora, cast.percy)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["Conflict", "published"]
    inquiry.refresh_from_db()
    assert inquiry.number == 1
