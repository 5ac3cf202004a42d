"""The due instant itself is in time, a microsecond later is late, on every day of the year; the database's clock decides."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.db import connection

from procurement_portal.time.clock import chicago
from solicitations.actions import submission
from solicitations.actions.working_copy import Late
from solicitations.models.receipt import SubmittedVersion
from solicitations.models.solicitation import Solicitation
from solicitations.models.submission import LateEvidence
from solicitations.queries.draft import draft
from solicitations.states import QuestionKind
from tests.cast import Cast
from tests.factories.submissions import begin, fill, hand_in, open_solicitation, say

MICRO = timedelta(microseconds=1)
# An ordinary afternoon; the hour that comes twice (1:30 am CDT, then CST); the night an hour is skipped (1:59 am CST).
DUE = {
    "ordinary": chicago(date(2026, 12, 4), 17),
    "fall back": chicago(date(2026, 11, 1), 1, 30),
    "spring forward": chicago(date(2027, 3, 14), 3),
}


@pytest.fixture
def freeze(db: None) -> Iterator[Callable[[datetime], None]]:
    """Stop the portal's clock at an instant, exactly: the test replaces `portal_now()` and puts it back with its transaction."""

    def stop(at: datetime) -> None:
        with connection.cursor() as cursor:
            cursor.execute("RESET ROLE")
            cursor.execute(
                "CREATE OR REPLACE FUNCTION portal_now() RETURNS timestamptz LANGUAGE sql STABLE AS "
                f"$$ SELECT '{at.isoformat()}'::timestamptz $$"
            )
            cursor.execute('SET ROLE "portal_app"')

    yield stop


@pytest.fixture(params=DUE)
def proposal(request: pytest.FixtureRequest, cast: Cast, freeze: Callable[[datetime], None]):
    due = DUE[request.param]
    freeze(due - timedelta(days=3))
    return fill(
        cast.ben, begin(cast.ben, open_solicitation(cast, due_at=due, questions_due_at=due - timedelta(days=4)))
    )


@pytest.mark.parametrize(
    "gap", [timedelta(seconds=-1), -MICRO, timedelta(0)], ids=["1 s before", "1 µs before", "on time"]
)
def test_until_the_due_instant_a_save_and_a_submission_are_taken(cast: Cast, proposal, freeze, gap) -> None:
    due = proposal.solicitation.due_at
    freeze(due + gap)
    with time_machine.travel(due + timedelta(hours=5)):  # the web server's own clock is wrong, and nobody asks it
        assert say(cast.ben, proposal, QuestionKind.TEXT, "Just in time", base=1).at == due + gap
        version = hand_in(cast.alice, proposal)
    assert version.received_at == due + gap and not LateEvidence.objects.exists()


@pytest.mark.parametrize(
    "gap", [MICRO, timedelta(seconds=1), timedelta(hours=1)], ids=["1 µs late", "1 s late", "1 h late"]
)
def test_after_it_nothing_is_taken_and_what_came_is_kept_as_evidence(cast: Cast, proposal, freeze, gap) -> None:
    due = proposal.solicitation.due_at
    freeze(due + gap)
    with time_machine.travel(due - timedelta(hours=5)), pytest.raises(Late) as told:
        say(cast.ben, proposal, QuestionKind.TEXT, "Too late", base=1)
    assert (told.value.due_at, told.value.received_at) == (due, due + gap)
    with pytest.raises(Late):
        hand_in(cast.alice, proposal)
    kept = list(LateEvidence.objects.order_by("pk").values_list("act", "due_at", "received_at"))
    assert kept == [("save", due, due + gap), ("submit", due, due + gap)]
    assert "Too late" not in str([p.value for p in draft(proposal).parts])
    proposal.refresh_from_db()
    assert proposal.status == "late" and not SubmittedVersion.objects.exists()


def test_the_late_page_and_the_late_field_say_both_instants(cast: Cast, freeze, as_) -> None:
    due = DUE["ordinary"]
    freeze(due - timedelta(days=3))
    proposal = fill(
        cast.ben, begin(cast.ben, open_solicitation(cast, due_at=due, questions_due_at=due - timedelta(days=4)))
    )
    text = next(p for p in draft(proposal).parts if p.question.kind == "text")
    freeze(due + MICRO)
    reply = as_(cast.ben).post(
        f"/our-answers/{proposal.pk}/save/", {"field": text.name, "version": "1", text.name: "late"}
    )
    assert reply.status_code == 403
    assert "5:00:00 pm CST" in reply.json()["reason"] and "5:00:00.000001 pm CST" in reply.json()["reason"]
    page = as_(cast.alice).post(
        f"/our-answers/{proposal.pk}/submit/",
        {
            "token": str(uuid.uuid4()),
            "content": proposal.content_version,
            "typed_name": cast.alice.user.name,
            "agreed": "on",
        },
    )
    assert page.status_code == 403 and "5:00:00.000001 pm CST" in page.content.decode()
    home = as_(cast.alice).get(f"/our-answers/{proposal.pk}/").content.decode()
    assert "5:00:00.000001 pm CST" in home and "Not submitted in time" in home


def test_a_retry_of_a_submission_that_was_in_time_is_that_submission(cast: Cast, freeze) -> None:
    due = DUE["ordinary"]
    freeze(due - timedelta(days=3))
    proposal = fill(
        cast.ben, begin(cast.ben, open_solicitation(cast, due_at=due, questions_due_at=due - timedelta(days=4)))
    )
    token = uuid.uuid4()
    freeze(due)
    first = hand_in(cast.alice, proposal, token)
    freeze(due + timedelta(minutes=1))
    assert hand_in(cast.alice, proposal, token).pk == first.pk
    with pytest.raises(Late):
        submission.withdraw(actor=cast.alice.actor, submission=proposal)
    proposal.refresh_from_db()
    assert proposal.status == "submitted"


def test_a_date_moved_later_opens_the_answer_again_and_moves_its_clock(cast: Cast, freeze) -> None:
    from procurement_portal.clocks.models import Clock

    due = DUE["ordinary"]
    freeze(due - timedelta(days=3))
    proposal = fill(
        cast.ben, begin(cast.ben, open_solicitation(cast, due_at=due, questions_due_at=due - timedelta(days=4)))
    )
    freeze(due + timedelta(seconds=5))
    with pytest.raises(Late):
        hand_in(cast.alice, proposal)
    later = due + timedelta(days=2)
    Solicitation.objects.filter(pk=proposal.solicitation_id).update(due_at=later)
    assert submission.solicitation_moved(solicitation_id=proposal.solicitation_id, due_at=later, why="Addendum 1") == 1
    assert Clock.objects.get(rule=submission.DUE_CLOCK).due_at == later
    assert hand_in(cast.alice, proposal).number == 1
