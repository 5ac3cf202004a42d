"""Scoring: bounds and reasons in words, blind to others, locked for good, late but counted until an officer ends it."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.http import Http404
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from procurement_portal.clocks.models import Clock
from procurement_portal.history.models import Entry
from procurement_portal.notifications.models.delivery import Delivery
from procurement_portal.time import clock
from procurement_portal.web.refusal import Conflict, Invalid, Refused
from solicitations.actions import assignment, evaluation, responsiveness, scoring
from solicitations.models.evaluation import Assignment, Evaluation
from solicitations.models.scoring import Score
from solicitations.queries import scoring as queries
from solicitations.queries.assignment import team_differences
from solicitations.states import EvaluationState
from tests.cast import Cast
from tests.factories import evaluations
from tests.integration.evaluation.world import person, score_all, scoring_begun


def readings(made: Evaluation) -> list[Assignment]:
    return list(
        Assignment.objects.filter(member__evaluation=made, ended_at__isnull=True)
        .select_related("member__user", "proposal__solicitation")
        .order_by("pk")
    )


def mine(cast: Cast, made: Evaluation) -> Assignment:
    return next(r for r in readings(made) if r.member.user_id == cast.eva.user.pk)


def first_criterion(reading: Assignment) -> int:
    return reading.proposal.solicitation.criteria.get(position=1).pk


def act(cast: Cast, reading: Assignment, **changes: Any) -> dict[str, Any]:
    facts = {"points": "3.5", "reason": "The weeks are named.", "share": True, "base_version": 0}
    return {
        "actor": cast.eva.actor,
        "reading_id": reading.pk,
        "criterion_id": first_criterion(reading),
        **facts,
        **changes,
    }


@pytest.mark.parametrize("points", ["-1", "5.01", "6", "many", "", "NaN", "1e9", "3.333"])
def test_points_out_of_bounds_are_refused_in_words(cast: Cast, points: str) -> None:
    reading = mine(cast, scoring_begun(cast))
    with pytest.raises(Invalid) as refused:
        scoring.save(**act(cast, reading, points=points))
    assert set(refused.value.problems) == {"points"}
    assert not Score.objects.exists()


def test_points_are_kept_with_their_reason_and_not_without(cast: Cast) -> None:
    reading = mine(cast, scoring_begun(cast))
    with pytest.raises(Invalid) as refused:
        scoring.save(**act(cast, reading, reason="  "))
    assert set(refused.value.problems) == {"reason"}
    assert scoring.save(**act(cast, reading)).version == 1
    assert scoring.save(**act(cast, reading)).version == 1
    with pytest.raises(Conflict):
        scoring.save(**act(cast, reading, points="2"))
    assert scoring.save(**act(cast, reading, points="2", base_version=1)).version == 2
    assert Score.objects.get().points == Decimal(2)


def test_a_score_changed_after_locking_is_refused(cast: Cast) -> None:
    reading = mine(cast, scoring_begun(cast))
    with pytest.raises(Refused, match="Program plan; Reasonable cost"):
        scoring.lock(actor=cast.eva.actor, reading_id=reading.pk)
    score_all(cast, reading)
    scoring.lock(actor=cast.eva.actor, reading_id=reading.pk)
    with pytest.raises(Refused, match="they stand"):
        scoring.save(**act(cast, reading, points="5", base_version=1))
    with pytest.raises(Conflict):
        scoring.lock(actor=cast.eva.actor, reading_id=reading.pk)
    with pytest.raises(Refused, match="locked and stay"):
        assignment.unassign(actor=cast.percy.actor, reading_id=reading.pk, why="Too low")
    entry = Entry.objects.get(act="reading.lock")
    assert len(entry.after["sha256"]) == 64 and "points" not in entry.after


def test_nobody_writes_in_anothers_reading(cast: Cast) -> None:
    made = scoring_begun(cast)
    other = next(r for r in readings(made) if r.member.user_id != cast.eva.user.pk)
    for actor in (cast.eva.actor, cast.percy.actor, cast.connor.actor, cast.charlie.actor):
        with pytest.raises(Http404):
            scoring.save(**{**act(cast, other), "actor": actor})
        with pytest.raises(Http404):
            scoring.lock(actor=actor, reading_id=other.pk)


def test_late_scores_are_locked_until_an_officer_ends_scoring(cast: Cast, move_clock: Any, as_: Any) -> None:
    made = scoring_begun(cast)
    reading = mine(cast, made)
    score_all(cast, reading)
    move_clock(to=made.scoring_due_at + timedelta(hours=1))
    page = as_(cast.eva).get(reverse("solicitations:reading-lock", args=[reading.pk])).content.decode()
    assert "The date has passed" in page
    scoring.lock(actor=cast.eva.actor, reading_id=reading.pk)
    assert Entry.objects.get(act="reading.lock").after["late"] is True
    Evaluation.objects.filter(pk=made.pk).update(status=EvaluationState.CONSENSUS, scoring_ended_at=clock.now())
    other = next(r for r in readings(made) if r.locked_at is None)
    with pytest.raises(Refused, match="Scoring has ended"):
        scoring.save(**{**act(cast, other), "actor": person(other.member.user, cast).actor})


def test_a_readers_clock_stops_and_the_officers_hear_when_everything_is_locked(cast: Cast) -> None:
    made = scoring_begun(cast)
    for reading in readings(made):
        assert not Delivery.objects.filter(kind="solicitations.everything_locked").exists()
        score_all(cast, reading)
        scoring.lock(actor=person(reading.member.user, cast).actor, reading_id=reading.pk)
    assert not Clock.objects.filter(rule=evaluation.SCORE_CLOCK, stopped_at=None).exists()
    assert Delivery.objects.filter(kind="solicitations.everything_locked", user=cast.percy.user).exists()


def test_what_is_found_not_responsive_is_neither_read_nor_waited_for(cast: Cast) -> None:
    made = scoring_begun(cast, readers=1, members=2)
    reading = mine(cast, made)
    responsiveness.find_responsiveness(
        actor=cast.percy.actor, proposal_id=reading.proposal_id, responsive=False, reason="Asks for twice the money"
    )
    with pytest.raises(Http404):
        scoring.save(**act(cast, reading))
    assert Clock.objects.get(rule=evaluation.SCORE_CLOCK, subject_id=str(reading.member_id)).outcome == "done"
    assert {r.proposal_id for r in readings(made)} == {
        p.pk for p in made.solicitation.opened_proposals.exclude(pk=reading.proposal_id)
    }


def test_no_page_shows_anothers_points_before_comparison(cast: Cast, as_: Any) -> None:
    made = scoring_begun(cast, readers=2, members=2)
    word = "UNSEENREASON"
    other = next(r for r in readings(made) if r.member.user_id != cast.eva.user.pk)
    scoring.save(**{**act(cast, other, points="4.75", reason=word), "actor": person(other.member.user, cast).actor})
    number = made.solicitation.number
    officers = [
        reverse(f"solicitations:{name}", args=[number])
        for name in ("evaluation", "evaluation-panel", "evaluation-readings", "evaluation-differences", "plan-history")
    ] + [reverse("solicitations:opened-proposal", args=[number, other.proposal.position])]
    own = queries.readings(cast.eva.actor).get(proposal=other.proposal)
    readers = [
        reverse("solicitations:evaluation-reading", args=[own.member_id]),
        reverse("solicitations:reading", args=[own.pk]),
    ]
    for someone, pages in ((cast.percy, officers), (cast.dora, officers), (cast.eva, readers)):
        for page in pages:
            answer = as_(someone).get(page)
            assert answer.status_code == 200
            assert word not in answer.content.decode() and "4.75" not in answer.content.decode(), page
    assert team_differences(cast.percy.actor, made) == []


def test_the_page_keeps_what_was_typed_and_says_what_is_wrong(cast: Cast, as_: Any) -> None:
    reading = mine(cast, scoring_begun(cast))
    client, key = as_(cast.eva), first_criterion(reading)
    page = reverse("solicitations:reading", args=[reading.pk])
    shown = client.get(page).content.decode()
    assert "Each week begins with a meeting at" in shown and "Convincing, with evidence" in shown
    answer = client.post(page, {f"c-{key}.points": "9", f"c-{key}.reason": "Far above", f"v-c-{key}": "0"})
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "from 0 to 5" in text and "Far above" in text and 'value="9"' in text
    assert client.post(page, {f"c-{key}.points": "4", f"c-{key}.reason": "Good", f"v-c-{key}": "0"}).status_code == 303
    stale = client.post(page, {f"c-{key}.points": "1", f"c-{key}.reason": "Bad", f"v-c-{key}": "0"})
    assert stale.status_code == 422 and "another window" in stale.content.decode()


def test_one_criterion_saves_itself(cast: Cast, as_: Any) -> None:
    reading = mine(cast, scoring_begun(cast))
    client, name = as_(cast.eva), f"c-{first_criterion(reading)}"
    url = reverse("solicitations:reading-save", args=[reading.pk])
    sent = {"field": name, "version": "0", f"{name}.points": "4", f"{name}.reason": "Good", f"{name}.share": "yes"}
    assert client.post(url, sent).json()["version"] == "1"
    crossed = client.post(url, {**sent, f"{name}.points": "2"})
    assert crossed.status_code == 409 and crossed.json()["value"][f"{name}.points"] == ["4"]
    assert client.post(url, {**sent, f"{name}.points": "7"}).status_code == 422
    assert Score.objects.get().share is True


def test_the_lists_of_a_reader_take_a_constant_number_of_queries(cast: Cast, as_: Any) -> None:
    counted = []
    client = as_(cast.eva)
    client.get(reverse("solicitations:evaluation-mine"))
    for size in (2, 40):
        made = evaluations.panel(cast, [evaluations.proposer(size * 100 + n) for n in range(size)])
        place = made.panel.get(user=cast.eva.user)
        for page in (
            reverse("solicitations:evaluation-mine"),
            reverse("solicitations:evaluation-reading", args=[place.pk]),
            reverse("solicitations:evaluation-declare", args=[place.pk]),
            reverse("solicitations:reading", args=[place.assignments.first().pk]),
        ):
            with CaptureQueriesContext(connection) as seen:
                assert client.get(page).status_code == 200
            counted.append(len(seen))
    assert counted[:4] == counted[4:]


def test_three_hundred_fifty_proposals_are_assigned_in_a_fixed_number_of_statements(cast: Cast) -> None:
    counted = []
    for size in (5, 60):
        bodies = [evaluations.proposer(size * 1000 + n) for n in range(size)]
        made = evaluations.panel(
            cast, bodies, readers=4, assigned=False, status=EvaluationState.PREPARING, scoring_began_at=None
        )
        with CaptureQueriesContext(connection) as seen:
            plan = assignment.assign_all(actor=cast.percy.actor, evaluation_id=made.pk)
        counted.append(len(seen))
        assert {len(readers) for readers in plan.chosen.values()} == {4}
    assert counted[0] == counted[1]


def test_teams_are_compared_once_scoring_has_ended(cast: Cast, as_: Any) -> None:
    made = evaluations.scored(cast, points=(5, 2))
    rows = team_differences(cast.percy.actor, made)
    assert [(r.criterion, r.count, r.mean, r.spread) for r in rows] == [
        ("Program plan", 6, Decimal("3.50"), Decimal(3)),
        ("Reasonable cost", 6, Decimal("3.50"), Decimal(3)),
    ]
    page = as_(cast.percy).get(reverse("solicitations:evaluation-differences", args=[made.solicitation.number]))
    assert "3.50" in page.content.decode()
