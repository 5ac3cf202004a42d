"""Every act of evaluation and recommendation in any order, by anybody, with what must hold after each step.

Used small by `test_no_order_breaks_it.py` and at full number by `manage.py prove no_order`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.http import Http404
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from procurement_portal.time import clock
from procurement_portal.web.refusal import Conflict, Invalid, Refused
from procurement_portal.workflow import advance
from solicitations.actions import conflict, consensus, panel, recommendation
from solicitations.actions import tally as tallies
from solicitations.models.evaluation import (
    Assignment,
    ConflictDeclaration,
    ConflictReview,
    Evaluation,
    PanelMember,
)
from solicitations.models.recommendation import Approval, Recommendation
from solicitations.models.scoring import ConsensusMeeting, Score, ScoreChange
from solicitations.models.solicitation import Solicitation
from solicitations.queries.consensus import readers
from solicitations.states import ApprovalStep, EvaluationState
from solicitations.workflow.notice import SOLICITATION
from tests.cast import Cast, Person
from tests.factories import evaluations

PEOPLE = ("dora", "percy", "petra", "fay", "cleo", "eva", "lee", "connor", "alice")
STEPS = [str(step) for step in ApprovalStep]
Index = st.integers(min_value=0, max_value=5)


class AnyOrder(RuleBasedStateMachine):
    """One solicitation of Family Services from locked scores on; `cast` is set by the test."""

    cast: Cast
    refused: int = 0
    done: int = 0
    farthest: int = 0  # of the honest way, over all runs

    def __init__(self) -> None:
        super().__init__()
        self.outer = transaction.atomic()
        self.outer.__enter__()
        evaluation = evaluations.scored(self.cast, (4, 3), status=EvaluationState.SCORING, scoring_ended_at=None)
        self.pk, self.notice = evaluation.pk, evaluation.solicitation_id
        self.wrote: dict[int, set[int]] = defaultdict(set)  # recommendation id → who wrote or sent it

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.outer.__exit__(None, None, None)

    # --- The acts ------------------------------------------------------------------------------------------------------

    def attempt(self, act: Callable[[], Any]) -> Any:
        """The act's result, or None when it was refused; a refusal leaves nothing behind."""
        try:
            with transaction.atomic():
                found = act()
        except (Refused, Conflict, Invalid, Http404):
            type(self).refused += 1
            return None
        type(self).done += 1
        return found

    def actor(self, name: str) -> Any:
        return getattr(self.cast, name).actor

    @rule(who=st.sampled_from(PEOPLE))
    def end_scoring(self, who: str) -> None:
        self.attempt(lambda: tallies.end_scoring(actor=self.actor(who), evaluation_id=self.pk))

    @rule(who=st.sampled_from(PEOPLE))
    def rank(self, who: str) -> None:
        self.attempt(lambda: tallies.rank(actor=self.actor(who), evaluation_id=self.pk))

    @rule(who=st.sampled_from(PEOPLE))
    def reopen(self, who: str) -> None:
        self.attempt(lambda: tallies.reopen(actor=self.actor(who), evaluation_id=self.pk, why="Look again."))

    @rule(reading=Index)
    def find_a_conflict(self, reading: int) -> None:
        one = Assignment.objects.filter(member__evaluation=self.pk).order_by("pk")[reading]
        ConflictDeclaration.objects.create(
            member=one.member, proposal=one.proposal, conflicted=True, ground="found_board", statement="On its board"
        )

    @rule(reading=Index)
    def declare_a_conflict(self, reading: int) -> None:
        """By the reader themselves, through the act that also ends the reading."""
        one = Assignment.objects.filter(member__evaluation=self.pk).order_by("pk")[reading]
        who = Person(one.member.user, f"department:{self.cast.family.pk}")
        self.attempt(
            lambda: conflict.add_conflict(
                actor=who.actor,
                member_id=one.member_id,
                proposal_id=one.proposal_id,
                ground="family",
                statement="A sister",
            )
        )

    @rule(number=st.integers(min_value=0, max_value=2), who=st.sampled_from(PEOPLE))
    def end_a_place(self, number: int, who: str) -> None:
        member = PanelMember.objects.filter(evaluation=self.pk).order_by("pk")[number]
        self.attempt(lambda: panel.end(actor=self.actor(who), member_id=member.pk, why="Left"))

    @rule()
    def clear_a_conflict(self) -> None:
        one = ConflictDeclaration.objects.filter(ground="found_board", review__isnull=True).first()
        if one is not None:
            ConflictReview.objects.create(
                declaration=one, outcome="cleared", reason="Another person", decided_by=self.cast.percy.user
            )

    @rule(reading=Index)
    def lock_late(self, reading: int) -> None:
        one = Assignment.objects.filter(member__evaluation=self.pk).order_by("pk")[reading]
        Assignment.objects.filter(pk=one.pk).update(locked_at=clock.now().replace(year=2090))

    @rule(reading=Index)
    def lock_in_time(self, reading: int) -> None:
        row = Evaluation.objects.get(pk=self.pk)
        one = Assignment.objects.filter(member__evaluation=self.pk).order_by("pk")[reading]
        Assignment.objects.filter(pk=one.pk).update(locked_at=row.scoring_began_at)

    @rule(score=Index, points=st.integers(min_value=-1, max_value=6), who=st.sampled_from(PEOPLE))
    def meet(self, score: int, points: int, who: str) -> None:
        """A meeting called, held, a score changed by its reader or somebody else, perhaps closed."""
        one = Score.objects.filter(assignment__member__evaluation=self.pk).order_by("pk")[score]
        meeting, _made = ConsensusMeeting.objects.get_or_create(
            evaluation_id=self.pk, proposal=one.assignment.proposal, criterion=one.criterion,
            defaults={"spread": 3, "bound": 2},
        )  # fmt: skip
        present = list(readers(meeting).values_list("pk", flat=True))
        self.attempt(lambda: consensus.hold(actor=self.actor(who), meeting_id=meeting.pk, present=present))
        for actor in (self.cast.eva.actor, self.actor(who)):
            self.attempt(
                lambda actor=actor: consensus.change_score(
                    actor=actor, meeting_id=meeting.pk, score_id=one.pk, after=Decimal(points), reason="Read again"
                )
            )

    @rule(who=st.sampled_from(PEOPLE))
    def close_meetings(self, who: str) -> None:
        for meeting in ConsensusMeeting.objects.filter(evaluation=self.pk, closed_at__isnull=True):
            present = list(readers(meeting).values_list("pk", flat=True))
            self.attempt(lambda m=meeting, p=present: consensus.hold(actor=self.actor(who), meeting_id=m.pk, present=p))
            self.attempt(lambda m=meeting: consensus.close(actor=self.actor(who), meeting_id=m.pk, note="Talked."))

    def standing(self) -> Recommendation | None:
        return Recommendation.objects.filter(solicitation=self.notice).exclude(status="returned").first()

    @rule(who=st.sampled_from(PEOPLE))
    def begin(self, who: str) -> None:
        made = self.attempt(lambda: recommendation.begin(actor=self.actor(who), solicitation_id=self.notice))
        if made is not None:
            self.wrote[made.pk].add(self.actor(who).user_id)

    @rule(who=st.sampled_from(PEOPLE))
    def fill(self, who: str) -> None:
        made = self.standing()
        if made and self.attempt(lambda: recommendation.fill(actor=self.actor(who), recommendation_id=made.pk)):
            self.wrote[made.pk].add(self.actor(who).user_id)

    @rule(
        who=st.sampled_from(PEOPLE), number=Index, outcome=st.sampled_from(["award", "waiting_list", "no_award"]),
        amount=st.sampled_from([Decimal(1), Decimal(150000), Decimal(2000000)]),
    )  # fmt: skip
    def decide_row(self, who: str, number: int, outcome: str, amount: Decimal) -> None:
        made = self.standing()
        if made is None:
            return
        row = made.rows.order_by("pk")[number % 2]
        facts = {"outcome": outcome, "amount": amount, "waiting_position": 1, "reason": "Judged"}
        done = self.attempt(
            lambda: recommendation.decide_row(
                actor=self.actor(who), recommendation_id=made.pk, row_id=row.pk, facts=facts
            )
        )
        if done:
            self.wrote[made.pk].add(self.actor(who).user_id)

    @rule(who=st.sampled_from(PEOPLE), reason=st.sampled_from(["", "Judged so."]))
    def send(self, who: str, reason: str) -> None:
        made = self.standing()
        if made is None:
            return
        kept = self.attempt(
            lambda: recommendation.write_reasons(
                actor=self.actor(who),
                recommendation_id=made.pk,
                summary="Best",
                departure_reason=reason,
                lock=made.lock,
            )
        )
        if kept is None:
            return
        self.wrote[made.pk].add(self.actor(who).user_id)
        self.attempt(lambda: recommendation.send(actor=self.actor(who), recommendation_id=made.pk, lock=kept.lock))

    @rule(
        who=st.sampled_from(PEOPLE), step=st.sampled_from(STEPS),
        outcome=st.sampled_from(["approved", "approved", "returned"]),
    )  # fmt: skip
    def decide_step(self, who: str, step: str, outcome: str) -> None:
        made = self.standing()
        row = Approval.objects.filter(recommendation=made, step=step).first() if made else None
        if row is not None:
            self.attempt(
                lambda: recommendation.decide(actor=self.actor(who), approval_id=row.pk, outcome=outcome, why="Mine")
            )

    @initialize(far=st.integers(min_value=0, max_value=9))
    def go_some_way(self, far: int) -> None:
        """What honest people would do, as far as chance says: from locked scores at the door to every approval given."""
        honest: list[Callable[[], None]] = [
            lambda: self.end_scoring(who="percy"),
            lambda: self.rank(who="percy"),
            lambda: self.begin(who="dora"),
            lambda: self.fill(who="dora"),
            lambda: self.send(who="dora", reason="Judged so."),
            lambda: self.decide_step(who="fay", step="budget", outcome="approved"),
            lambda: self.decide_step(who="petra", step="procurement", outcome="approved"),
            lambda: self.decide_step(who="cleo", step="chief", outcome="approved"),
            lambda: self.award(who="percy"),
        ]
        for act in honest[:far]:
            act()
        type(self).farthest = max(self.farthest, far)

    @rule(who=st.sampled_from(PEOPLE))
    def award(self, who: str) -> None:
        row = Solicitation.objects.get(pk=self.notice)
        self.attempt(lambda: advance(SOLICITATION, row, "award", actor=self.actor(who)))

    # --- What must hold ------------------------------------------------------------------------------------------------

    @invariant()
    def no_conflicted_or_late_score_counts(self) -> None:
        row = Evaluation.objects.select_related("solicitation").get(pk=self.pk)
        try:
            tally = tallies.proven(row)
        except Refused:
            return
        counted = 0
        for one in Assignment.objects.filter(member__evaluation=self.pk, ended_at__isnull=True):
            declared = ConflictDeclaration.objects.filter(
                member=one.member_id, proposal=one.proposal_id, conflicted=True
            )
            cleared = ConflictReview.objects.filter(declaration__in=declared, outcome="cleared").count()
            late = one.locked_at is None or one.locked_at > row.scoring_ended_at
            if declared.count() == cleared and not late:
                counted += one.scores.count()
        assert len(tally.content["scores"]) == counted

    @invariant()
    def points_stay_within_bounds_and_are_changed_by_their_reader(self) -> None:
        for change in ScoreChange.objects.select_related("score__assignment__member", "score__criterion"):
            assert 0 <= change.after <= change.score.criterion.max_points
            assert change.changed_by_id == change.score.assignment.member.user_id

    @invariant()
    def maker_and_checker_are_never_one_person(self) -> None:
        for made in Recommendation.objects.filter(solicitation=self.notice):
            decided = [a for a in made.approvals.order_by("position") if a.decided_by_id]
            people = [a.decided_by_id for a in decided]
            assert len(people) == len(set(people))
            assert not set(people) & self.wrote[made.pk]
            assert [a.position for a in decided] == list(range(1, len(decided) + 1))

    @invariant()
    def no_award_skips_an_approval(self) -> None:
        row = Solicitation.objects.get(pk=self.notice)
        approved = Recommendation.objects.filter(solicitation=row, status="approved")
        for made in approved:
            assert list(made.approvals.order_by("position").values_list("step", "outcome")) == [
                (step, "approved") for step in STEPS
            ]
        if row.status == "awarded":
            assert approved.count() == 1

    @invariant()
    def nothing_sent_is_above_the_advertised_amount(self) -> None:
        row = Solicitation.objects.get(pk=self.notice)
        for made in Recommendation.objects.filter(solicitation=row).exclude(status="draft"):
            amounts = made.rows.filter(outcome="award").values_list("amount", flat=True)
            assert sum(amounts) <= row.amount_total
            assert all(row.award_min <= amount <= row.award_max for amount in amounts)
