"""What the tables of evaluation and award refuse whoever writes."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import F

from procurement_portal.time import clock
from solicitations.models.opening import Opening
from solicitations.models.recommendation import Approval
from solicitations.models.scoring import Score, ScoreChange, Tally
from tests.cast import Cast
from tests.factories import evaluations


def test_a_score_above_the_highest_of_its_criterion_is_refused(cast: Cast) -> None:
    evaluation = evaluations.panel(cast)
    assignment = evaluation.panel.first().assignments.first()
    criterion = evaluation.solicitation.criteria.first()
    with pytest.raises(DatabaseError, match="between zero and the highest"), transaction.atomic():
        Score.objects.create(assignment=assignment, criterion=criterion, points=Decimal("5.01"), reason="Too good")
    Score.objects.create(assignment=assignment, criterion=criterion, points=Decimal("5.00"), reason="Complete")


def test_a_locked_score_neither_changes_nor_goes(cast: Cast) -> None:
    score = Score.objects.filter(assignment__member__evaluation=evaluations.scored(cast)).first()
    for act in (lambda: Score.objects.filter(pk=score.pk).update(points=1), score.delete):
        with pytest.raises(DatabaseError, match="locked score"), transaction.atomic():
            act()


def test_a_consensus_change_stays_within_bounds(cast: Cast) -> None:
    evaluation = evaluations.scored(cast)
    score = Score.objects.filter(assignment__member__evaluation=evaluation).first()
    meeting = evaluation.meetings.create(
        proposal=score.assignment.proposal, criterion=score.criterion, spread=Decimal(3), bound=Decimal(2)
    )
    with pytest.raises(DatabaseError, match="between zero and the highest"), transaction.atomic():
        ScoreChange.objects.create(
            score=score, meeting=meeting, before=4, after=6, reason="Higher", changed_by=cast.eva.user
        )


def test_a_tally_never_changes(cast: Cast) -> None:
    evaluations.approved(cast)
    with pytest.raises(DatabaseError), transaction.atomic():
        Tally.objects.update(sha256="1" * 64)


def test_who_made_a_recommendation_approves_no_step_of_it(cast: Cast) -> None:
    made = evaluations.approved(cast)
    with pytest.raises(IntegrityError, match="approval_maker_not_checker"), transaction.atomic():
        Approval.objects.filter(recommendation=made, position=1).update(decided_by=F("made_by"))


def test_nobody_approves_two_steps(cast: Cast) -> None:
    made = evaluations.approved(cast)
    with pytest.raises(IntegrityError, match="approval_a_person_once"), transaction.atomic():
        Approval.objects.filter(recommendation=made, position=1).update(decided_by=cast.cleo.user)


def test_one_officer_does_not_open_alone(cast: Cast) -> None:
    row = evaluations.opened(cast)
    with pytest.raises(IntegrityError, match="opening_two_officers"), transaction.atomic():
        Opening.objects.filter(solicitation=row).update(opened_by=cast.percy.user)


def test_the_stages_of_the_factory_stand_in_the_database(cast: Cast) -> None:
    award = evaluations.awarded(cast)
    assert award.organization == cast.alpha
    assert award.solicitation.status == "awarded"
    assert award.solicitation.protest_window.closes_at < clock.now()
