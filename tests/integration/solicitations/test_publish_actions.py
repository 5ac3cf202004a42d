"""Publication by two people, what stands against it, closing at the due hour, cancellation."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from procurement_portal.history.models import Entry
from procurement_portal.law.calendar import Calendar
from procurement_portal.outbox.intents import run
from procurement_portal.outbox.models import Intent
from procurement_portal.time import clock
from procurement_portal.web.refusal import Conflict, Invalid, Refused
from solicitations.actions import publication as actions
from solicitations.models.addendum import Version
from solicitations.models.solicitation import Solicitation
from solicitations.queries import drafting
from solicitations.queries.checks import Draft, problems
from solicitations.queries.version import digest, snapshot
from solicitations.states import SolicitationState
from tests.cast import Cast, make_cast
from tests.factories.solicitations import add_contents, make_draft, make_published

CITY = Calendar.for_jurisdiction("city")
A_MONDAY = date(2027, 3, 1)


def scheduled(cast: Cast, **changes: Any) -> Solicitation:
    """A complete draft with dates on business days of spring 2027, after A_MONDAY."""
    dates = {
        "conference_at": clock.chicago(date(2027, 3, 10), 10),
        "conference_place": "Room 100",
        "questions_due_at": clock.chicago(date(2027, 3, 17), 17),
        "due_at": clock.chicago(date(2027, 4, 1), 17),
        "expected_start_on": date(2027, 7, 1),
    }
    return add_contents(make_draft(cast, **{**dates, **changes}))


def found(row: Solicitation, **changes: Any) -> set[tuple[str, str]]:
    draft: Draft = drafting.load(row)
    return {(p.topic, p.field) for p in problems(replace(draft, **changes), calendar=CITY, today=A_MONDAY)}


def ready(cast: Cast) -> Solicitation:
    """A draft with dates after today, sent to review by Dora."""
    calendar, today = CITY, clock.today()
    days = [calendar.add_business_days(today, n) for n in (5, 10, 20)]
    row = scheduled(
        cast,
        conference_at=clock.chicago(days[0], 10),
        questions_due_at=clock.chicago(days[1], 17),
        due_at=clock.chicago(days[2], 17),
        expected_start_on=days[2] + timedelta(days=60),
    )
    actions.request_review(actor=cast.dora.actor, solicitation_id=row.pk)
    row.refresh_from_db()
    return row


def publish(cast: Cast, row: Solicitation, who: str = "percy") -> Solicitation:
    return actions.publish(actor=getattr(cast, who).actor, solicitation_id=row.pk, lock=row.lock)


def test_a_complete_draft_has_no_problem(cast: Cast) -> None:
    assert found(scheduled(cast)) == set()


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"summary": " "}, ("texts", "summary")),
        ({"eligibility": ""}, ("texts", "eligibility")),
        ({"amount_total": None}, ("awards", "amount_total")),
        ({"award_max": Decimal(2000000)}, ("awards", "award_max")),
        ({"awards_expected_min": 16, "awards_expected_max": 16}, ("awards", "awards_expected_min")),
        ({"renewal_months": None}, ("awards", "renewal_months")),
        ({"method": "competitive_bid"}, ("awards", "estimate")),
        ({"pass_through": None}, ("funding", "pass_through")),
        ({"languages": []}, ("answering", "languages")),
        ({"due_at": None}, ("schedule", "due_at")),
        # A Saturday; Memorial Day; the due hour before the questions; the start on the due day; a day that has passed
        ({"due_at": clock.chicago(date(2027, 4, 3), 17)}, ("schedule", "due_at")),
        ({"due_at": clock.chicago(date(2027, 5, 31), 17)}, ("schedule", "due_at")),
        ({"due_at": clock.chicago(date(2027, 3, 16), 17)}, ("schedule", "due_at")),
        ({"expected_start_on": date(2027, 4, 1)}, ("schedule", "expected_start_on")),
        ({"conference_at": clock.chicago(A_MONDAY, 10)}, ("schedule", "conference_at")),
        ({"conference_at": clock.chicago(date(2027, 3, 18), 10)}, ("schedule", "questions_due_at")),
        ({"conference_place": ""}, ("schedule", "conference_place")),
    ],
    ids=lambda value: "-".join(map(str, value)),
)  # fmt: skip
def test_each_thing_that_stands_against_publication_is_told_at_its_field(
    cast: Cast, change: dict[str, Any], problem: tuple[str, str]
) -> None:
    assert found(scheduled(cast, **change)) == {problem}


def test_a_closed_day_is_told_with_its_name(cast: Cast) -> None:
    row = scheduled(cast, due_at=clock.chicago(date(2027, 5, 31), 17))
    (problem,) = problems(drafting.load(row), calendar=CITY, today=A_MONDAY)
    assert problem.message == "The office is closed on Mon, May 31, 2027: Memorial Day."


def test_questions_criteria_and_weights_must_fit_together(cast: Cast) -> None:
    row = scheduled(cast)
    draft = drafting.load(row)
    assert found(row, questions=()) == {("questions", "prompt"), ("criteria", "questions")}
    assert ("criteria", "weight") in found(row, criteria=())
    assert found(row, shares=()) == {("funding", "funding")}
    scored = [q for q in draft.questions if q.criterion_id]
    scored[0].criterion = None
    messages = [p.message for p in problems(draft, calendar=CITY, today=A_MONDAY)]
    assert messages == [
        "No scored question asks about “Program plan”.",
        "“Describe a participant's week.” is scored but has no criterion.",
    ]
    draft.criteria[0].weight = Decimal("55.5")
    texts = [p.message for p in problems(draft, calendar=CITY, today=A_MONDAY)]
    assert "The weights add up to 95.5, not to 100." in texts


def test_an_incomplete_draft_does_not_reach_review(cast: Cast) -> None:
    row = scheduled(cast, summary="")
    with pytest.raises(Refused, match="Write the summary"):
        actions.request_review(actor=cast.dora.actor, solicitation_id=row.pk)
    row.refresh_from_db()
    assert row.state == SolicitationState.DRAFT


def test_two_people_publish_and_the_version_is_kept(cast: Cast) -> None:
    row = ready(cast)
    published = publish(cast, row)
    published.refresh_from_db()
    assert published.state == SolicitationState.PUBLISHED
    assert published.advertised_on == clock.today()
    assert published.published_by_id == cast.percy.user.pk
    version = Version.objects.get(solicitation=row)
    assert (version.number, version.sha256) == (0, digest(snapshot(published)))
    assert published.scope_trace is not None and published.scope_trace.asked_on == published.advertised_on
    acts = list(Entry.objects.filter(subject_id=str(row.pk)).order_by("id").values_list("act", flat=True))
    assert acts == ["solicitation.request_review", "solicitation.publish"]


@pytest.mark.parametrize("who", ["dora", "percy", "fay", "connor", "cleo", "adam"])
def test_who_may_publish(cast: Cast, who: str) -> None:
    row = ready(cast)
    if who in ("percy", "cleo"):
        assert publish(cast, row, who).is_public
        return
    with pytest.raises(Exception) as refused:
        publish(cast, row, who)
    assert refused.type.__name__ in ("Refused", "Http404")
    row.refresh_from_db()
    assert row.published_at is None


def test_the_drafter_does_not_publish_even_as_procurement_officer(cast: Cast) -> None:
    row = scheduled(cast, drafted_by=cast.percy.user)
    days = [CITY.add_business_days(clock.today(), n) for n in (5, 10, 20)]
    Solicitation.objects.filter(pk=row.pk).update(
        conference_at=clock.chicago(days[0], 10),
        questions_due_at=clock.chicago(days[1], 17),
        due_at=clock.chicago(days[2], 17),
        expected_start_on=days[2] + timedelta(days=60),
    )
    actions.request_review(actor=cast.petra.actor, solicitation_id=row.pk)
    row.refresh_from_db()
    for who in ("percy", "petra"):
        with pytest.raises(Refused, match="second person"):
            publish(cast, row, who)


def test_a_draft_that_changed_since_it_was_read_is_not_published(cast: Cast) -> None:
    row = ready(cast)
    read = row.lock
    actions.return_to_draft(actor=cast.percy.actor, solicitation_id=row.pk, why="The amount")
    actions.request_review(actor=cast.dora.actor, solicitation_id=row.pk)
    with pytest.raises(Conflict):
        actions.publish(actor=cast.percy.actor, solicitation_id=row.pk, lock=read)


def test_a_date_that_passed_during_review_stops_publication(cast: Cast, move_clock: Callable[..., None]) -> None:
    row = ready(cast)
    assert row.conference_at is not None
    move_clock(to=row.conference_at)
    with pytest.raises(Refused, match="not after the day of publication"):
        publish(cast, row)


def test_a_return_says_why(cast: Cast) -> None:
    row = ready(cast)
    with pytest.raises(Invalid):
        actions.return_to_draft(actor=cast.percy.actor, solicitation_id=row.pk, why=" ")
    actions.return_to_draft(actor=cast.percy.actor, solicitation_id=row.pk, why="The amount is wrong.")
    row.refresh_from_db()
    assert (row.state, row.review_requested_by_id) == (SolicitationState.DRAFT, None)


@pytest.mark.parametrize(("seconds", "closed"), [(-1, False), (0, False), (1, True)])
def test_a_notice_closes_a_moment_after_its_due_hour_and_not_before(
    cast: Cast, move_clock: Callable[..., None], seconds: int, closed: bool
) -> None:
    row = make_published(cast)
    assert row.due_at is not None
    move_clock(to=row.due_at + timedelta(seconds=seconds) - timedelta(milliseconds=300 if seconds == 0 else 0))
    assert actions.close_due() == int(closed)
    assert actions.close_due() == 0
    row.refresh_from_db()
    assert (row.state == SolicitationState.CLOSED) is closed
    assert (row.closed_at is not None) is closed


def test_the_intent_written_at_publication_closes_the_notice(cast: Cast, move_clock: Callable[..., None]) -> None:
    row = publish(cast, ready(cast))
    intent = Intent.objects.get(task=actions.CLOSE)
    assert intent.due_at == row.due_at
    assert row.due_at is not None
    move_clock(to=row.due_at + timedelta(seconds=2))
    assert run(intent.pk)
    row.refresh_from_db()
    assert row.state == SolicitationState.CLOSED


def test_a_cancellation_has_a_reason_and_an_officer(cast: Cast) -> None:
    row = make_published(cast)
    with pytest.raises(Invalid):
        actions.cancel(actor=cast.percy.actor, solicitation_id=row.pk, why="")
    with pytest.raises(Refused):
        actions.cancel(actor=cast.dora.actor, solicitation_id=row.pk, why="Because")
    actions.cancel(actor=cast.percy.actor, solicitation_id=row.pk, why="The grant was withdrawn.")
    with pytest.raises(Conflict):
        actions.cancel(actor=cast.petra.actor, solicitation_id=row.pk, why="Again")
    row.refresh_from_db()
    assert (row.state, row.canceled_why) == (SolicitationState.CANCELED, "The grant was withdrawn.")


@pytest.mark.django_db(transaction=True)
def test_two_officers_publish_at_once_and_one_is_told() -> None:
    cast = make_cast()
    row = ready(cast)
    outcomes: list[str] = []

    def act(actor: Any) -> None:
        try:
            actions.publish(actor=actor, solicitation_id=row.pk, lock=row.lock)
            outcomes.append("published")
        except Exception as error:
            outcomes.append(type(error).__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=act, args=[person.actor]) for person in (cast.percy, cast.petra)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["Conflict", "published"]
    assert Version.objects.filter(solicitation=row).count() == 1
