"""Addenda: what they change, whose answers they touch, when the date moves, who issues them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from procurement_portal import events
from procurement_portal.law.calendar import Calendar
from procurement_portal.outbox.models import Intent
from procurement_portal.time import clock
from procurement_portal.web.refusal import Conflict, Invalid, Refused
from solicitations.actions import addendum as actions
from solicitations.events import AddendumIssued
from solicitations.models.addendum import Addendum, AddendumTouch, Version
from solicitations.models.question import Question
from solicitations.models.solicitation import Solicitation
from solicitations.queries.addendum import FACTS, issued
from solicitations.queries.version import differences, digest, snapshot
from tests.cast import Cast, make_cast
from tests.factories.solicitations import make_published

CITY = Calendar.for_jurisdiction("city")


def business_noon(days: int) -> Any:
    return clock.chicago(CITY.roll(clock.today() + timedelta(days=days)), 12)


@pytest.fixture
def notice(cast: Cast) -> Solicitation:
    return published(cast)


def published(cast: Cast, **changes: Any) -> Solicitation:
    row = make_published(cast, questions_due_at=business_noon(20), due_at=business_noon(40), **changes)
    content = snapshot(row)
    Version.objects.create(solicitation=row, number=0, content=content, sha256=digest(content))
    return row


def begin(cast: Cast, row: Solicitation, **facts: Any) -> Addendum:
    made = actions.begin(actor=cast.dora.actor, solicitation_id=row.pk)
    whole = {name: getattr(row, name) for name in FACTS} | facts
    return actions.save_facts(
        actor=cast.dora.actor, addendum_id=made.pk, lock=made.lock, summary="More money.", facts=whole
    )


def issue(cast: Cast, made: Addendum) -> Addendum:
    sent = actions.request_review(actor=cast.dora.actor, addendum_id=made.pk, lock=made.lock)
    return actions.issue(actor=cast.percy.actor, addendum_id=sent.pk, lock=sent.lock)


def text_question(row: Solicitation) -> Question:
    return Question.objects.get(solicitation=row, kind="text")


def test_an_addendum_changes_the_notice_keeps_the_version_and_touches_only_what_it_changes(
    cast: Cast, notice: Solicitation, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[Any] = []
    monkeypatch.setitem(events._handlers, AddendumIssued, (heard.append,))
    question = text_question(notice)
    made = begin(cast, notice, amount_total=Decimal(2000000))
    made = actions.save_question(
        actor=cast.dora.actor,
        addendum_id=made.pk,
        lock=made.lock,
        key=str(question.key),
        given={"prompt": "Describe a participant's first week.", "word_limit": 600},
    )
    notice.refresh_from_db()
    assert notice.amount_total == Decimal(1500000)  # drafted is not issued
    issue(cast, made)
    notice.refresh_from_db()
    question.refresh_from_db()
    assert notice.amount_total == Decimal(2000000)
    assert (question.prompt, question.revision) == ("Describe a participant's first week.", 2)
    assert [t.question_id for t in AddendumTouch.objects.filter(addendum=made)] == [question.pk]
    assert heard == [AddendumIssued(solicitation_id=notice.pk, number=1, question_ids=(question.pk,))]
    first, second = Version.objects.filter(solicitation=notice).order_by("number")
    assert {d.name for d in differences(first.content, second.content)} == {"amount_total", "prompt", "word_limit"}
    assert list(issued(cast.alice.actor, notice)) == [made]


def test_everybody_reads_what_an_addendum_changed(cast: Cast, notice: Solicitation) -> None:
    made = begin(cast, notice, amount_total=Decimal(2000000))
    address = reverse("solicitations:notice-addendum", args=[notice.pk, 1])
    assert Client().get(address).status_code == 404  # a draft is nobody's business
    issue(cast, made)
    page = Client().get(address)
    assert [(c.before, c.after) for c in page.context["changes"]] == [("$1,500,000.00", "$2,000,000.00")]
    assert Client().get(reverse("solicitations:notice-addendum", args=[notice.pk, 2])).status_code == 404


def test_an_addendum_makes_the_entry_of_the_feed_new_again(
    cast: Cast, notice: Solicitation, move_clock: Callable[..., None]
) -> None:
    def updated() -> str:
        feed = Client().get(reverse("solicitations:feed")).content.decode()
        return feed.split("<entry>")[1].split("<updated>")[1].split("<")[0]

    before = updated()
    move_clock(to=clock.now() + timedelta(days=1))
    made = begin(cast, notice, amount_total=Decimal(2000000))
    assert updated() == before, "a draft is nobody's business"
    issue(cast, made)
    assert updated()[:10] == clock.now().isoformat()[:10] > before[:10]


def test_a_late_addendum_moves_the_due_date_by_the_policy_and_plans_the_closing_anew(
    cast: Cast, notice: Solicitation, move_clock: Callable[..., None]
) -> None:
    assert notice.due_at is not None
    move_clock(to=notice.due_at - timedelta(days=3))
    made = begin(cast, notice, services="Nine weeks instead of eight.")
    issue(cast, made)
    notice.refresh_from_db()
    earliest = CITY.roll(clock.today() + timedelta(days=7))
    assert notice.due_at == clock.chicago(earliest, 12)
    assert Addendum.objects.get(pk=made.pk).new_due_at == notice.due_at
    assert Intent.objects.filter(task="solicitations.close", due_at=notice.due_at).count() == 1


def test_an_early_addendum_leaves_the_due_date(cast: Cast, notice: Solicitation) -> None:
    due = notice.due_at
    issue(cast, begin(cast, notice, services="Nine weeks."))
    notice.refresh_from_db()
    assert notice.due_at == due


def test_an_addendum_never_shortens_the_time_and_keeps_to_open_days(cast: Cast, notice: Solicitation) -> None:
    assert notice.due_at is not None
    with pytest.raises(Invalid) as refused:
        begin(cast, notice, due_at=notice.due_at - timedelta(days=7))
    assert "never shortens" in refused.value.problems["due_at"][0]
    local = notice.due_at.astimezone(clock.CHICAGO).date()
    saturday = local + timedelta(days=(5 - local.weekday()) % 7 or 7)
    with pytest.raises(Invalid) as refused:
        begin(cast, notice, due_at=clock.chicago(saturday, 12))
    assert "closed" in refused.value.problems["due_at"][0]


def test_questions_are_withdrawn_and_added(cast: Cast, notice: Solicitation) -> None:
    asked = Question.objects.get(solicitation=notice, kind="choice")
    made = begin(cast, notice)
    made = actions.withdraw_question(actor=cast.dora.actor, addendum_id=made.pk, lock=made.lock, key=str(asked.key))
    section = notice.sections.get(position=1)
    made = actions.add_question(
        actor=cast.dora.actor,
        addendum_id=made.pk,
        lock=made.lock,
        section_id=section.pk,
        given={"kind": "text", "prompt": "Whom did you serve last year?", "marking": "information"},
    )
    issue(cast, made)
    asked.refresh_from_db()
    assert asked.withdrawn_at is not None
    new = Question.objects.get(solicitation=notice, prompt="Whom did you serve last year?")
    assert [t.question_id for t in AddendumTouch.objects.filter(addendum=made)] == [new.pk]


def test_the_only_question_of_a_criterion_stays(cast: Cast, notice: Solicitation) -> None:
    made = begin(cast, notice)
    with pytest.raises(Refused, match="only scored question"):
        actions.withdraw_question(
            actor=cast.dora.actor, addendum_id=made.pk, lock=made.lock, key=str(text_question(notice).key)
        )


def test_an_addendum_that_changes_nothing_or_says_nothing_is_not_sent(cast: Cast, notice: Solicitation) -> None:
    made = begin(cast, notice)
    with pytest.raises(Refused, match="changes nothing"):
        actions.request_review(actor=cast.dora.actor, addendum_id=made.pk, lock=made.lock)
    silent = actions.save_facts(
        actor=cast.dora.actor, addendum_id=made.pk, lock=made.lock, summary=" ", facts={"services": "Nine weeks."}
    )
    with pytest.raises(Invalid):
        actions.request_review(actor=cast.dora.actor, addendum_id=made.pk, lock=silent.lock)


def test_a_change_equal_to_the_notice_is_no_change(cast: Cast, notice: Solicitation) -> None:
    question = text_question(notice)
    made = begin(cast, notice)
    for prompt in ("Something else?", question.prompt):
        made = actions.save_question(
            actor=cast.dora.actor, addendum_id=made.pk, lock=made.lock, key=str(question.key), given={"prompt": prompt}
        )
    assert actions.effect_of(made, notice).is_empty


def test_the_drafter_does_not_issue_and_the_lock_guards_the_reader(cast: Cast, notice: Solicitation) -> None:
    made = actions.begin(actor=cast.percy.actor, solicitation_id=notice.pk)
    made = actions.save_facts(
        actor=cast.percy.actor, addendum_id=made.pk, lock=made.lock, summary="Nine.", facts={"services": "Nine weeks."}
    )
    with pytest.raises(Conflict):
        actions.save_facts(actor=cast.dora.actor, addendum_id=made.pk, lock=1, summary="x", facts={})
    sent = actions.request_review(actor=cast.dora.actor, addendum_id=made.pk, lock=made.lock)
    with pytest.raises(Refused, match="second person"):
        actions.issue(actor=cast.percy.actor, addendum_id=made.pk, lock=sent.lock)
    with pytest.raises(Refused):
        actions.issue(actor=cast.dora.actor, addendum_id=made.pk, lock=sent.lock)
    with pytest.raises(Conflict):
        actions.issue(actor=cast.petra.actor, addendum_id=made.pk, lock=sent.lock - 1)
    actions.issue(actor=cast.petra.actor, addendum_id=made.pk, lock=sent.lock)


def test_after_the_due_hour_there_is_no_addendum(
    cast: Cast, notice: Solicitation, move_clock: Callable[..., None]
) -> None:
    assert notice.due_at is not None
    move_clock(to=notice.due_at + timedelta(seconds=1))
    with pytest.raises(Refused):
        actions.begin(actor=cast.dora.actor, solicitation_id=notice.pk)


def test_a_discarded_number_is_used_again(cast: Cast, notice: Solicitation) -> None:
    made = begin(cast, notice)
    actions.discard(actor=cast.dora.actor, addendum_id=made.pk)
    assert actions.begin(actor=cast.dora.actor, solicitation_id=notice.pk).number == 1


def test_what_an_addendum_may_not_change_is_refused(cast: Cast, notice: Solicitation) -> None:
    made = begin(cast, notice)
    with pytest.raises(Invalid):
        actions.save_facts(
            actor=cast.dora.actor, addendum_id=made.pk, lock=made.lock, summary="x", facts={"pass_through": False}
        )


@pytest.mark.django_db(transaction=True)
def test_two_officers_issue_at_once_and_one_is_told() -> None:
    cast = make_cast()
    row = published(cast)
    made = begin(cast, row, services="Nine weeks.")
    sent = actions.request_review(actor=cast.dora.actor, addendum_id=made.pk, lock=made.lock)
    outcomes: list[str] = []

    def act(actor: Any) -> None:
        try:
            actions.issue(actor=actor, addendum_id=sent.pk, lock=sent.lock)
            outcomes.append("issued")
        except Exception as error:
            outcomes.append(type(error).__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=act, args=[person.actor]) for person in (cast.percy, cast.petra)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["Conflict", "issued"]
    assert Version.objects.filter(solicitation=row).count() == 2
