"""Two people of an evaluation acting at the same instant on real connections: one outcome, the other told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from procurement_portal.web.refusal import Conflict, Refused
from solicitations.actions import evaluation, opening, scoring
from solicitations.models.evaluation import Evaluation
from solicitations.models.opening import OpenedProposal, Opening
from solicitations.models.scoring import Score
from solicitations.queries import scoring as queries
from solicitations.states import SolicitationState
from tests.cast import Cast
from tests.factories import evaluations
from tests.factories.submissions import begin, fill, hand_in, open_solicitation
from tests.integration.evaluation.test_opening import close
from tests.integration.evaluation.world import score_all, scoring_begun
from tests.integration.solicitations.test_at_once import at_once, told

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_officers_ask_and_two_officers_open_at_once(cast: Cast, move_clock: Callable[..., None]) -> None:
    row = open_solicitation(cast)
    hand_in(cast.alice, fill(cast.alice, begin(cast.alice, row)))
    close(row, move_clock)
    percy, petra, cleo = cast.percy.actor, cast.petra.actor, cast.cleo.actor
    asked = at_once(
        lambda: opening.ask(actor=percy, solicitation_id=row.pk),
        lambda: opening.ask(actor=petra, solicitation_id=row.pk),
    )
    assert len(told(asked)) == 1 and Opening.objects.count() == 1, asked
    second = petra if Opening.objects.get().asked_by_id == percy.user_id else percy
    results: list[Any] = at_once(
        lambda: opening.open_answers(actor=second, solicitation_id=row.pk),
        lambda: opening.open_answers(actor=cleo, solicitation_id=row.pk),
    )
    assert len(told(results)) == 1, results
    assert OpenedProposal.objects.count() == 1
    row.refresh_from_db()
    assert row.status == SolicitationState.OPENED


def test_two_officers_begin_an_evaluation_at_once(cast: Cast) -> None:
    row = evaluations.opened(cast)
    due = row.due_at.replace(year=row.due_at.year + 1)
    rules: dict[str, Any] = {"solicitation_id": row.pk, "readers": 2, "spread_percent": 40, "scoring_due_at": due}
    percy, petra = cast.percy.actor, cast.petra.actor
    results = at_once(lambda: evaluation.begin(actor=percy, **rules), lambda: evaluation.begin(actor=petra, **rules))
    assert len(told(results)) == 1 and Evaluation.objects.count() == 1, results


def test_a_save_and_a_lock_at_once_leave_what_was_locked(cast: Cast) -> None:
    scoring_begun(cast, readers=3)
    reading = queries.readings(cast.eva.actor).first()
    assert reading is not None
    score_all(cast, reading)
    actor, criterion = cast.eva.actor, reading.proposal.solicitation.criteria.get(position=1)
    results = at_once(
        lambda: scoring.lock(actor=actor, reading_id=reading.pk),
        lambda: scoring.save(
            actor=actor, reading_id=reading.pk, criterion_id=criterion.pk, points="1", reason="Lower", share=False,
            base_version=1,
        ),
    )  # fmt: skip
    reading.refresh_from_db()
    assert reading.locked_at is not None
    saved = Score.objects.get(assignment=reading, criterion=criterion)
    refused = any(isinstance(r, (Refused, Conflict)) for r in results)
    assert (saved.points == 4) is refused, results
