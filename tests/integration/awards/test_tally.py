"""End scoring, rank, open again; and what rests on a tally when somebody edited the database."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from django.db import connection
from django.http import Http404

from procurement_portal.clocks.models import Clock
from procurement_portal.notifications.models.delivery import Delivery
from procurement_portal.web.refusal import Conflict, Invalid, Refused
from solicitations.actions import tally as actions
from solicitations.models.evaluation import Assignment, ConflictDeclaration, ConflictReview, Evaluation
from solicitations.models.opening import ResponsivenessFinding
from solicitations.models.scoring import ConsensusMeeting, Score, ScoreChange, Tally
from solicitations.queries import tally as queries
from solicitations.queries.version import digest
from solicitations.states import EvaluationState
from tests.cast import Cast
from tests.factories import evaluations


def as_database_owner(sql: str, values: list[object]) -> None:
    """What somebody with the database's keys could do, past every trigger."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE NONE")
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(sql, values)
        assert cursor.rowcount > 0
        cursor.execute("SET LOCAL session_replication_role = origin")


def scoring(cast: Cast, points: tuple[int, int] = (4, 3)) -> Evaluation:
    """Everybody has locked; scoring has not been ended."""
    return evaluations.scored(cast, points, status=EvaluationState.SCORING, scoring_ended_at=None)


def spread(evaluation: Evaluation, *points: int) -> None:
    """Give the first criterion of the first proposal these points, reader by reader, before anything was locked."""
    rows = Score.objects.filter(assignment__member__evaluation=evaluation, criterion__position=1)
    rows = rows.filter(assignment__proposal__position=1).order_by("assignment__member_id")
    for score, value in zip(rows, points, strict=True):
        as_database_owner("UPDATE solicitations_score SET points = %s WHERE id = %s", [value, score.pk])


def test_scoring_ends_when_every_reader_has_locked(cast: Cast) -> None:
    evaluation = scoring(cast)
    Assignment.objects.filter(pk=Assignment.objects.first().pk).update(locked_at=None)
    with pytest.raises(Refused, match="1 readings are not locked"):
        actions.end_scoring(actor=cast.percy.actor, evaluation_id=evaluation.pk)
    Assignment.objects.filter(locked_at=None).update(locked_at=evaluation.scoring_began_at)
    assert actions.end_scoring(actor=cast.percy.actor, evaluation_id=evaluation.pk) == []
    evaluation.refresh_from_db()
    assert evaluation.status == EvaluationState.CONSENSUS
    assert evaluation.scoring_ended_at is not None


def test_a_meeting_is_called_only_where_readers_lie_further_apart_than_the_bound(cast: Cast) -> None:
    evaluation = scoring(cast)
    spread(evaluation, 5, 3, 2)  # 3 apart; 40 percent of 5 is 2
    called = actions.end_scoring(actor=cast.percy.actor, evaluation_id=evaluation.pk)
    assert [(m.proposal.position, m.criterion.position, m.spread, m.bound) for m in called] == [(1, 1, 3, 2)]
    clock = Clock.objects.get(rule="solicitations.consensus_meeting")
    assert (clock.user_id, clock.stopped_at) == (cast.eva.user.pk, None)
    told = Delivery.objects.filter(kind="solicitations.meetings_called", channel="mail")
    assert told.count() == 3


def test_exactly_the_bound_calls_no_meeting(cast: Cast) -> None:
    evaluation = scoring(cast)
    spread(evaluation, 5, 4, 3)
    assert actions.end_scoring(actor=cast.percy.actor, evaluation_id=evaluation.pk) == []


def test_the_tally_keeps_every_row_its_digest_and_its_trace(cast: Cast) -> None:
    evaluation = evaluations.scored(cast)
    tally = actions.rank(actor=cast.percy.actor, evaluation_id=evaluation.pk)
    assert tally.sha256 == digest(tally.content)
    assert len(tally.content["scores"]) == 2 * 2 * 3  # proposals × criteria × readers
    first, second = tally.content["result"]["proposals"]
    assert (first["proposal"], first["rank"], first["shown_total"]) == ("Proposal 1", 1, "80.0000")
    assert (second["proposal"], second["rank"], second["shown_total"]) == ("Proposal 2", 2, "60.0000")
    assert tally.trace.content["rule"] == "solicitations.evaluation_tally"
    assert {row["reader"] for row in tally.content["scores"]} == {"Reader 1", "Reader 2", "Reader 3"}
    assert cast.eva.user.name not in json.dumps(tally.content)


def test_ranking_waits_for_every_meeting(cast: Cast) -> None:
    evaluation = evaluations.scored(cast)
    score = Score.objects.filter(assignment__member__evaluation=evaluation).first()
    ConsensusMeeting.objects.create(
        evaluation=evaluation, proposal=score.assignment.proposal, criterion=score.criterion, spread=3, bound=2
    )
    with pytest.raises(Refused, match="1 consensus meetings"):
        actions.rank(actor=cast.percy.actor, evaluation_id=evaluation.pk)
    assert not Tally.objects.exists()


def test_the_last_consensus_change_counts(cast: Cast) -> None:
    evaluation = evaluations.scored(cast)
    score = Score.objects.filter(assignment__proposal__position=1, criterion__position=1).first()
    meeting = ConsensusMeeting.objects.create(
        evaluation=evaluation, proposal=score.assignment.proposal, criterion=score.criterion, spread=3, bound=2
    )
    for before, after in ((4, 2), (2, 1)):
        ScoreChange.objects.create(
            score=score, meeting=meeting, before=before, after=after, reason="Read again", changed_by=cast.eva.user
        )
    first = queries.compute(evaluation, evaluation.begun_at.date()).content["result"]["proposals"][0]
    # plan (1+4+4)/3 = 3 -> 60 × 3/5 = 36; cost 4 -> 32; 68
    assert (first["proposal"], first["shown_total"]) == ("Proposal 1", "68.0000")


def test_a_conflicted_or_late_score_does_not_count(cast: Cast) -> None:
    evaluation = evaluations.scored(cast)
    one, two = Assignment.objects.filter(proposal__position=1).order_by("pk")[:2]
    declared = ConflictDeclaration.objects.create(
        member=one.member, proposal=one.proposal, conflicted=True, ground="found_board", statement="On its board"
    )
    Assignment.objects.filter(pk=two.pk).update(locked_at=evaluation.scoring_ended_at.replace(year=2099))
    counted = queries.counting(evaluation).filter(position=1).values_list("assignment", flat=True)
    assert not {one.pk, two.pk} & set(counted)
    ConflictReview.objects.create(
        declaration=declared, outcome="cleared", reason="Another person", decided_by=cast.percy.user
    )
    assert one.pk in set(queries.counting(evaluation).filter(position=1).values_list("assignment", flat=True))


def test_a_proposal_that_is_not_responsive_is_not_ranked(cast: Cast) -> None:
    evaluation = evaluations.scored(cast)
    second = evaluation.solicitation.opened_proposals.get(position=2)
    ResponsivenessFinding.objects.create(
        proposal=second, responsive=False, reason="No signed disclosure", found_by=cast.percy.user
    )
    tally = actions.rank(actor=cast.percy.actor, evaluation_id=evaluation.pk)
    assert [row["proposal"] for row in tally.content["result"]["proposals"]] == ["Proposal 1"]


@pytest.mark.parametrize(
    "edit",
    [
        "UPDATE solicitations_score SET points = 5 WHERE id = (SELECT min(id) FROM solicitations_score)",
        "DELETE FROM solicitations_score WHERE id = (SELECT min(id) FROM solicitations_score)",
        "UPDATE solicitations_assignment SET ended_at = now(), ended_by_id = assigned_by_id, ended_why = 'x' WHERE proposal_id = (SELECT min(id) FROM solicitations_openedproposal)",
        """UPDATE solicitations_tally SET content = jsonb_set(content, '{result,proposals,0,shown_total}', '"99.0000"')""",
        "UPDATE solicitations_tally SET sha256 = repeat('1', 64)",
        "UPDATE solicitations_criterion SET weight = 50",
    ],
)
def test_an_edit_of_the_database_is_noticed_before_anything_rests_on_the_tally(cast: Cast, edit: str) -> None:
    evaluation = evaluations.scored(cast)
    tally = actions.rank(actor=cast.percy.actor, evaluation_id=evaluation.pk)
    evaluation.refresh_from_db()
    assert actions.proven(evaluation) == tally
    as_database_owner(edit, [])
    with pytest.raises(Refused, match="does not agree with the scores") as refused:
        actions.proven(evaluation)
    tally.refresh_from_db()
    assert tally.sha256 in refused.value.reason
    assert "the score tables give" in refused.value.reason


def test_a_ranking_is_opened_again_only_with_a_reason(cast: Cast) -> None:
    evaluation = evaluations.scored(cast)
    tally = actions.rank(actor=cast.percy.actor, evaluation_id=evaluation.pk)
    with pytest.raises(Invalid):
        actions.reopen(actor=cast.percy.actor, evaluation_id=evaluation.pk, why=" ")
    actions.reopen(actor=cast.percy.actor, evaluation_id=evaluation.pk, why="A reader was replaced.")
    with pytest.raises(Refused, match="not ranked"):
        actions.proven_for(evaluation.solicitation_id)
    again = actions.rank(actor=cast.percy.actor, evaluation_id=evaluation.pk)
    assert (again.number, again.sha256) == (2, tally.sha256)


def test_a_ranking_under_a_recommendation_stays_closed(cast: Cast) -> None:
    made = evaluations.approved(cast)
    with pytest.raises(Refused, match="recommendation stands"):
        actions.reopen(actor=cast.percy.actor, evaluation_id=made.tally.evaluation_id, why="Look again.")


def test_ranking_twice_is_a_conflict(cast: Cast) -> None:
    evaluation = evaluations.scored(cast)
    actions.rank(actor=cast.percy.actor, evaluation_id=evaluation.pk)
    with pytest.raises(Conflict):
        actions.rank(actor=cast.petra.actor, evaluation_id=evaluation.pk)
    assert Tally.objects.count() == 1


def test_points_are_for_whoever_manages_recommends_or_approves(cast: Cast) -> None:
    evaluation = evaluations.scored(cast)
    seen = {
        name
        for name, person in cast.everybody().items()
        if queries.evaluations(person.actor).filter(pk=evaluation.pk).exists()
    }
    assert seen == {"dora", "percy", "petra", "fay", "cleo"}
    with pytest.raises(Http404):
        actions.rank(actor=cast.connor.actor, evaluation_id=evaluation.pk)
    with pytest.raises(Refused):
        actions.rank(actor=cast.dora.actor, evaluation_id=evaluation.pk)


def test_a_reader_who_left_something_out_stops_the_ranking(cast: Cast) -> None:
    evaluation = evaluations.scored(cast)
    as_database_owner("DELETE FROM solicitations_score WHERE id = (SELECT min(id) FROM solicitations_score)", [])
    with pytest.raises(Refused, match="not complete"):
        actions.rank(actor=cast.percy.actor, evaluation_id=evaluation.pk)
    evaluation.refresh_from_db()
    assert evaluation.status == EvaluationState.CONSENSUS


def test_the_ranking_page_shows_rank_arithmetic_and_digest(cast: Cast, as_, django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    evaluation = evaluations.scored(cast)
    address = f"/plan/{evaluation.solicitation.number}/ranking/"
    client = as_(cast.percy)
    assert "Rank the proposals" in client.get(address).content.decode()
    assert client.post(address, {"act": "rank"}).status_code == 303
    with django_assert_max_num_queries(30):
        page = client.get(address).content.decode()
    assert cast.alpha.name in page
    assert "80.0000" in page
    assert Tally.objects.get().sha256 in page
    assert as_(cast.fay).get(address).status_code == 200
    assert as_(cast.eva).get(address).status_code == 404
    assert as_(cast.lee).get(address).status_code == 404
    assert client.post(address, {"act": "reopen", "why": ""}).status_code == 422
    assert Decimal(queries.newest(evaluation).content["criteria"][0]["weight"]) == 60
