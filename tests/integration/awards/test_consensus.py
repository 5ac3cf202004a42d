"""Consensus meetings: who sees them, who changes what, and how they end."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.http import Http404

from procurement_portal.clocks import actions as clocks
from procurement_portal.clocks.models import Clock
from procurement_portal.history.models import Entry
from procurement_portal.time import clock
from procurement_portal.web.refusal import Conflict, Invalid, Refused
from solicitations.actions import consensus as actions
from solicitations.actions import tally as tallies
from solicitations.models.evaluation import ConflictDeclaration, PanelMember
from solicitations.models.scoring import ConsensusMeeting, Score
from solicitations.queries import consensus as queries
from tests.cast import Cast, Person
from tests.factories import evaluations


def called(cast: Cast) -> ConsensusMeeting:
    """A meeting on the first proposal's first criterion, as called by the end of scoring."""
    evaluation = evaluations.scored(cast)
    score = Score.objects.filter(assignment__proposal__position=1, criterion__position=1).first()
    meeting = ConsensusMeeting.objects.create(
        evaluation=evaluation, proposal=score.assignment.proposal, criterion=score.criterion, spread=3, bound=2
    )
    clocks.start(
        meeting,
        rule=tallies.MEETING_CLOCK,
        citation="policy",
        what="Meet",
        due_at=clock.now() + timedelta(days=5),
        user_id=cast.eva.user.pk,
    )
    return meeting


def everybody(meeting: ConsensusMeeting) -> list[int]:
    return list(queries.readers(meeting).values_list("pk", flat=True))


def person(cast: Cast, number: int) -> Person:
    """The reader beside Eva."""
    user = PanelMember.objects.get(user__email=f"reader{number}@example.org").user
    return Person(user, f"department:{cast.family.pk}")


def own_score(meeting: ConsensusMeeting, who: Person) -> Score:
    return Score.objects.get(
        assignment__member__user=who.user, assignment__proposal=meeting.proposal, criterion=meeting.criterion
    )


def test_a_reader_present_changes_the_own_points_and_the_locked_ones_stay(cast: Cast) -> None:
    meeting = called(cast)
    actions.hold(actor=cast.eva.actor, meeting_id=meeting.pk, present=everybody(meeting))
    score = own_score(meeting, person(cast, 1))
    change = actions.change_score(
        actor=person(cast, 1).actor, meeting_id=meeting.pk, score_id=score.pk, after=Decimal("3.5"),
        reason="The budget pays no mentors.",
    )  # fmt: skip
    score.refresh_from_db()
    assert (change.before, change.after, score.points) == (4, Decimal("3.5"), 4)
    mine = next(one for one in queries.on_the_table(person(cast, 1).actor, meeting) if one.own)
    assert (mine.counts, mine.changes) == (Decimal("3.5"), [change])
    told = Entry.objects.get(act="meeting.change_score")
    assert (told.before["points"], told.after["points"], told.why) == ("4.00", "3.5", "The budget pays no mentors.")


def test_nobody_changes_the_points_of_another_reader(cast: Cast) -> None:
    meeting = called(cast)
    actions.hold(actor=cast.eva.actor, meeting_id=meeting.pk, present=everybody(meeting))
    score = own_score(meeting, person(cast, 1))
    for actor in (cast.eva.actor, cast.percy.actor):
        with pytest.raises(Refused, match="only their own"):
            actions.change_score(
                actor=actor, meeting_id=meeting.pk, score_id=score.pk, after=Decimal(1), reason="Lower"
            )


@pytest.mark.parametrize("after", [Decimal("5.01"), Decimal("-0.01"), Decimal("3.333"), Decimal(4)])
def test_points_stay_within_bounds_and_change_something(cast: Cast, after: Decimal) -> None:
    meeting = called(cast)
    actions.hold(actor=cast.eva.actor, meeting_id=meeting.pk, present=everybody(meeting))
    score = own_score(meeting, cast.eva)
    with pytest.raises(Invalid) as refused:
        actions.change_score(actor=cast.eva.actor, meeting_id=meeting.pk, score_id=score.pk, after=after, reason=" ")
    assert set(refused.value.problems) == {"after", "reason"}


def test_points_change_only_in_a_held_meeting_and_by_whoever_is_present(cast: Cast) -> None:
    meeting = called(cast)
    who = person(cast, 2)
    score = own_score(meeting, who)
    facts = {"meeting_id": meeting.pk, "score_id": score.pk, "after": Decimal(2), "reason": "Read again"}
    with pytest.raises(Refused, match="not noted as present"):
        actions.change_score(actor=who.actor, **facts)
    absent = PanelMember.objects.get(user=who.user).pk
    actions.hold(actor=cast.eva.actor, meeting_id=meeting.pk, present=[pk for pk in everybody(meeting) if pk != absent])
    with pytest.raises(Refused, match="not noted as present"):
        actions.change_score(actor=who.actor, **facts)


def test_the_chair_or_an_officer_closes_with_a_note_once(cast: Cast) -> None:
    meeting = called(cast)
    with pytest.raises(Refused, match="chair"):
        actions.hold(actor=person(cast, 1).actor, meeting_id=meeting.pk, present=everybody(meeting))
    with pytest.raises(Refused, match="who is present"):
        actions.close(actor=cast.percy.actor, meeting_id=meeting.pk, note="Nothing changed.")
    with pytest.raises(Invalid):
        actions.hold(actor=cast.eva.actor, meeting_id=meeting.pk, present=[])
    actions.hold(actor=cast.eva.actor, meeting_id=meeting.pk, present=everybody(meeting))
    with pytest.raises(Invalid):
        actions.close(actor=cast.eva.actor, meeting_id=meeting.pk, note=" ")
    actions.close(actor=cast.percy.actor, meeting_id=meeting.pk, note="Nothing changed.")
    assert Clock.objects.get(rule=tallies.MEETING_CLOCK).outcome == "held"
    with pytest.raises(Conflict, match="closed"):
        actions.close(actor=cast.eva.actor, meeting_id=meeting.pk, note="Again.")
    assert tallies.rank(actor=cast.percy.actor, evaluation_id=meeting.evaluation_id).number == 1


def test_a_conflicted_member_does_not_know_of_the_meeting_even_as_chair(cast: Cast) -> None:
    meeting = called(cast)
    seat = PanelMember.objects.get(user=cast.eva.user)
    ConflictDeclaration.objects.create(
        member=seat, proposal=meeting.proposal, conflicted=True, ground="family", statement="A brother works there"
    )
    assert not queries.meetings(cast.eva.actor).exists()
    assert seat not in queries.readers(meeting)
    with pytest.raises(Http404):
        actions.close(actor=cast.eva.actor, meeting_id=meeting.pk, note="Mine.")


def test_a_guest_sees_meetings_only_within_their_days(cast: Cast) -> None:
    meeting = called(cast)
    who, day = person(cast, 1), clock.today()
    seat = PanelMember.objects.filter(user=who.user)
    seat.update(part="guest", first_day=day.replace(year=2000), last_day=day)
    assert queries.meetings(who.actor).count() == 1
    seat.update(last_day=day.replace(year=2001))
    assert not queries.meetings(who.actor).filter(pk=meeting.pk).exists()


def test_others_do_not_know_of_a_meeting(cast: Cast) -> None:
    meeting = called(cast)
    seen = {n for n, p in cast.everybody().items() if queries.meetings(p.actor).filter(pk=meeting.pk).exists()}
    assert seen == {"percy", "petra", "eva"}


def test_a_meeting_is_opened_again_by_an_officer_after_the_ranking_was(cast: Cast) -> None:
    meeting = called(cast)
    actions.hold(actor=cast.eva.actor, meeting_id=meeting.pk, present=everybody(meeting))
    actions.close(actor=cast.eva.actor, meeting_id=meeting.pk, note="Nothing changed.")
    tallies.rank(actor=cast.percy.actor, evaluation_id=meeting.evaluation_id)
    with pytest.raises(Conflict):
        actions.open_again(actor=cast.percy.actor, meeting_id=meeting.pk, why="A page was missing.")
    tallies.reopen(actor=cast.percy.actor, evaluation_id=meeting.evaluation_id, why="A page was missing.")
    with pytest.raises(Refused):
        actions.open_again(actor=cast.eva.actor, meeting_id=meeting.pk, why="A page was missing.")
    actions.open_again(actor=cast.percy.actor, meeting_id=meeting.pk, why="A page was missing.")
    with pytest.raises(Refused, match="1 consensus"):
        tallies.rank(actor=cast.percy.actor, evaluation_id=meeting.evaluation_id)


def test_the_pages_hold_a_meeting_from_call_to_close(cast: Cast, as_, django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    meeting = called(cast)
    address = f"/evaluation/meetings/{meeting.pk}/"
    chair, reader = as_(cast.eva), as_(person(cast, 1))
    assert cast.alpha.name in chair.get("/evaluation/meetings/").content.decode()
    assert "Begin the meeting" in chair.get(address).content.decode()
    assert "Begin the meeting" not in reader.get(address).content.decode()
    present = [str(pk) for pk in everybody(meeting)]
    assert chair.post(address, {"act": "hold", "present": present}).status_code == 303
    score = own_score(meeting, person(cast, 1))
    wrong = reader.post(address, {"act": "change", "score": str(score.pk), "after": "9", "reason": "High"})
    assert (wrong.status_code, "Enter points from 0 to 5" in wrong.content.decode()) == (422, True)
    right = {"act": "change", "score": str(score.pk), "after": "2.5", "reason": "Read again"}
    assert reader.post(address, right).status_code == 303
    with django_assert_max_num_queries(40):
        assert "Changed from 4 to 2.5" in chair.get(address).content.decode()
    assert chair.post(address, {"act": "close", "note": "One reader changed."}).status_code == 303
    assert "One reader changed." in reader.get(address).content.decode()
    assert as_(cast.dora).get(address).status_code == 404
    assert as_(cast.alice).get(address).status_code == 404
