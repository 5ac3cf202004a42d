"""Recommend: begin on a ranking, decide each proposal, send to the chain; approve or return, by one person a step."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _

from procurement_portal.clocks import actions as clocks
from procurement_portal.history.record import record
from procurement_portal.notifications import recipients
from procurement_portal.notifications.send import send as tell
from procurement_portal.people.access import found_or_404
from procurement_portal.people.actor import Actor
from procurement_portal.time.clock import now, today
from procurement_portal.web.refusal import Conflict, Invalid, Refused
from procurement_portal.workflow import advance
from solicitations.actions.drafting import locked, touched
from solicitations.actions.recommendation_chain import STEP_CLOCK, open_chain, open_step
from solicitations.actions.tally import proven_for
from solicitations.models.facts import Lot
from solicitations.models.recommendation import Approval, Recommendation, RecommendedAward
from solicitations.models.solicitation import Solicitation
from solicitations.notifications.recommendation import RecommendationDecided
from solicitations.queries import recommendation as queries
from solicitations.states import (
    ApprovalOutcome,
    RecommendationState,
    RecommendedOutcome,
    SolicitationState,
)
from solicitations.workflow.evaluation import RECOMMENDATION
from solicitations.workflow.notice import SOLICITATION, of_own_department

R, AWARD, WAITING = RecommendationState, RecommendedOutcome.AWARD, RecommendedOutcome.WAITING_LIST


def _mine(actor: Actor, solicitation_id: int) -> Solicitation:
    """The notice locked, under evaluation, one's own department's, by whoever may recommend."""
    row = locked(actor, solicitation_id)
    if not actor.can("solicitations.recommend"):
        raise Refused(_("Recommending is for program officers and procurement officers."))
    of_own_department(row, actor)
    if row.state != SolicitationState.UNDER_EVALUATION:
        raise Conflict(_("This is now “%(state)s”.") % {"state": SOLICITATION.public[row.state]}, row.state)
    return row


def _draft(actor: Actor, recommendation_id: int, lock: int | None = None) -> Recommendation:
    """A draft locked for change. Raises Http404, Refused, Conflict when it is no draft or was changed meanwhile."""
    seen = found_or_404(queries.recommendations(actor), pk=recommendation_id)
    _mine(actor, seen.solicitation_id)
    made = queries.recommendations(actor).select_for_update(of=("self",)).get(pk=recommendation_id)
    if made.status != R.DRAFT:
        raise Conflict(_("This is now “%(state)s”.") % {"state": RECOMMENDATION.public[R(made.status)]}, made.status)
    if lock is not None and made.lock != lock:
        raise Conflict(_("Somebody changed the recommendation while you were reading. Read it again."), made.lock)
    return made


def _changed(made: Recommendation) -> None:
    made.lock += 1
    Recommendation.objects.filter(pk=made.pk).update(lock=F("lock") + 1)


@transaction.atomic
def begin(*, actor: Actor, solicitation_id: int) -> Recommendation:
    """Begin a recommendation on the ranking that counts, with a row for every opened proposal (and lot); or put a draft
    already begun on the newest ranking. Every row begins without an award. Raises Refused when the ranking does not agree
    with the scores, Conflict when another recommendation stands."""
    row = _mine(actor, solicitation_id)
    tally = proven_for(row.pk)
    made = queries.standing_one(actor, row.pk)
    if made is not None and made.status != R.DRAFT:
        raise Conflict(_("A recommendation is in approval already."), made.status)
    if made is None:
        made = Recommendation.objects.create(
            solicitation=row,
            number=Recommendation.objects.filter(solicitation=row).count() + 1,
            tally=tally,
            made_by_id=actor.user_id,
        )
        lots: list[Lot | None] = [*row.lots.all()]
        lots = lots or [None]
        RecommendedAward.objects.bulk_create(
            RecommendedAward(recommendation=made, proposal=proposal, lot=lot, outcome=RecommendedOutcome.NO_AWARD)
            for proposal in row.opened_proposals.all()
            for lot in lots
        )
        record(actor, "recommendation.begin", made, after={"number": made.number, "tally": tally.number})
    elif made.tally_id != tally.pk:
        made.tally = tally
        made.save(update_fields=["tally"])
        record(actor, "recommendation.begin", made, after={"number": made.number, "tally": tally.number})
    _take_ranks(made)
    _changed(made)
    return made


def _take_ranks(made: Recommendation) -> None:
    ranks = queries.ranked_rows(made.tally)
    rows = list(made.rows.select_related("proposal"))
    for row in rows:
        row.rank, row.total = ranks.get(row.proposal.position, (None, None))
    RecommendedAward.objects.bulk_update(rows, ["rank", "total"])


@transaction.atomic
def decide_row(*, actor: Actor, recommendation_id: int, row_id: int, facts: Mapping[str, Any]) -> RecommendedAward:
    """Decide one row of a draft. `facts`: outcome, amount (dollars), areas, waiting_position, reason.

    Raises Invalid per field, Refused, Conflict, Http404. What only the whole can show is said before sending.
    """
    made = _draft(actor, recommendation_id)
    row = found_or_404(queries.rows_of(made), pk=row_id)
    before = _told(row)
    outcome = facts["outcome"]
    amount, position = facts.get("amount"), facts.get("waiting_position")
    found: dict[str, list[str]] = {}
    if outcome == AWARD and not amount:
        found["amount"] = [_("Enter the amount of the award.")]
    if outcome == WAITING and not position:
        found["waiting_position"] = [_("Enter the place on the waiting list.")]
    taken = made.rows.filter(lot=row.lot_id, waiting_position=position).exclude(pk=row.pk)
    if outcome == WAITING and position and taken.exists():
        found["waiting_position"] = [_("Another proposal has this place.")]
    if outcome != RecommendedOutcome.NO_AWARD:
        (line,) = queries.lines(made, today(), [row])
        if line.why_not:
            found["outcome"] = [_("Not possible: %(why)s.") % {"why": "; ".join(line.why_not)}]
    if found:
        raise Invalid(found)
    row.outcome = outcome
    row.amount = amount if outcome != RecommendedOutcome.NO_AWARD else None
    row.waiting_position = position if outcome == WAITING else None
    row.areas = sorted(facts.get("areas") or []) if outcome != RecommendedOutcome.NO_AWARD else []
    row.reason = str(facts.get("reason") or "").strip()
    row.save(update_fields=["outcome", "amount", "waiting_position", "areas", "reason"])
    _changed(made)
    record(actor, "recommendation.save", made, before=before, after=_told(row))
    return row


def _told(row: RecommendedAward) -> dict[str, Any]:
    return {
        "row": row.pk,
        "outcome": str(row.outcome),
        "amount": str(row.amount) if row.amount is not None else None,
        "areas": list(row.areas),
        "waiting_position": row.waiting_position,
        "reason": row.reason,
    }


@transaction.atomic
def fill(*, actor: Actor, recommendation_id: int) -> Recommendation:
    """Fill the rows from the rank: awards of what was asked for, at most the largest award, until the advertised amount is
    used; eligible proposals after that wait in their order. Reasons stay. Raises Refused, Conflict, Http404."""
    made = _draft(actor, recommendation_id)
    row = made.solicitation
    asked = queries.asked_amounts(row.pk)
    lots = {lot.pk: lot.amount for lot in row.lots.all()}
    found = queries.lines(made, today())
    made.rows.update(outcome=RecommendedOutcome.NO_AWARD, amount=None, waiting_position=None, areas=[])
    left, waiting = {None: row.amount_total, **lots}, dict.fromkeys([None, *lots], 0)
    for line in found:
        one = line.row
        one.outcome, one.amount, one.waiting_position, one.areas = RecommendedOutcome.NO_AWARD, None, None, []
        if not line.eligible:
            continue
        amount = min(filter(None, [asked.get(one.proposal_id), row.award_max]), default=Decimal(0))
        purses = {None, one.lot_id}
        fits = all(left[purse] is None or amount <= (left[purse] or 0) for purse in purses)
        if amount > 0 and waiting[one.lot_id] == 0 and fits and amount >= (row.award_min or 0):
            one.outcome, one.amount = AWARD, amount
            for purse in purses:
                if left[purse] is not None:
                    left[purse] -= amount  # type: ignore[operator]
        else:
            waiting[one.lot_id] += 1
            one.outcome, one.waiting_position, one.amount = WAITING, waiting[one.lot_id], amount or None
    RecommendedAward.objects.bulk_update(
        [line.row for line in found], ["outcome", "amount", "waiting_position", "areas"]
    )
    _changed(made)
    record(actor, "recommendation.fill", made, after={"awards": sum(one.row.outcome == AWARD for one in found)})
    return made


@transaction.atomic
def write_reasons(
    *, actor: Actor, recommendation_id: int, summary: str, departure_reason: str, lock: int
) -> Recommendation:
    """Keep the reasons of a draft. Raises Conflict, Refused, Http404."""
    made = _draft(actor, recommendation_id, lock)
    before = {"summary": made.summary, "departure_reason": made.departure_reason}
    made.summary, made.departure_reason = summary.strip(), departure_reason.strip()
    made.save(update_fields=["summary", "departure_reason"])
    _changed(made)
    record(
        actor, "recommendation.save", made, before=before,
        after={"summary": made.summary, "departure_reason": made.departure_reason},
    )  # fmt: skip
    return made


@transaction.atomic
def send(*, actor: Actor, recommendation_id: int, lock: int) -> Recommendation:
    """Send a draft to the chain: budget, procurement, chief procurement officer. `lock` is the state the sender read.

    Raises Refused with every problem (the arithmetic of an award above the advertised amount among them) or when the
    ranking does not agree with the scores; Conflict when the draft changed, was sent, or rests on an earlier ranking.
    """
    made = _draft(actor, recommendation_id, lock)
    if proven_for(made.solicitation_id).pk != made.tally_id:
        raise Conflict(_("There is a newer ranking. Put the recommendation on it first."))
    found = queries.problems(made, queries.lines(made, today()))
    if found:
        raise Refused(" ".join(found))
    made.sent_by_id, made.sent_at = actor.user_id, now()
    made.save(update_fields=["sent_by", "sent_at"])
    advance(RECOMMENDATION, made, "send", actor=actor, tally=made.tally.sha256)
    record(actor, "recommendation.send", made, after={"total": str(queries.totals(queries.lines(made, today()))[None])})
    _changed(made)
    row = made.solicitation
    advance(SOLICITATION, row, "recommend", actor=actor, recommendation=made.number)
    touched(row)
    open_chain(made, actor)
    return made


@transaction.atomic
def decide(*, actor: Actor, approval_id: int, outcome: str, why: str = "") -> Approval:
    """Decide the step whose turn it is: "approved", or "returned" with a reason.

    Approving the last step approves the recommendation; returning puts the solicitation back under evaluation. Raises
    Refused for whoever wrote, sent or decided on it before, Conflict when the step was decided or is not its turn,
    Invalid without a reason.
    """
    step = found_or_404(
        Approval.objects.filter(recommendation__in=queries.recommendations(actor).values("pk")), pk=approval_id
    )
    seen = queries.recommendations(actor).get(pk=step.recommendation_id)
    row = locked(
        actor, seen.solicitation_id
    )  # two approvers at once: the second waits here, and finds the step decided
    made = queries.recommendations(actor).select_for_update(of=("self",)).get(pk=step.recommendation_id)
    step.refresh_from_db()
    if step.outcome or step.opened_at is None or made.status != R.IN_APPROVAL:
        told = ApprovalOutcome(step.outcome).label if step.outcome else _("not this step's turn")
        raise Conflict(_("Somebody was faster, or it is not your turn: %(state)s.") % {"state": told}, step.outcome)
    reason = queries.why_not_decide(actor, step, made)
    if reason:
        raise Refused(reason)
    if outcome not in ApprovalOutcome.values:
        raise Refused(_("Choose what to do."))
    if outcome == ApprovalOutcome.RETURNED and not why.strip():
        raise Invalid({"why": [_("Say what has to change.")]})
    if outcome == ApprovalOutcome.APPROVED:
        _still_good(made)
    step.outcome, step.why = outcome, why.strip()
    step.decided_by_id, step.decided_at = actor.user_id, now()
    step.save(update_fields=["outcome", "why", "decided_by", "decided_at"])
    record(actor, f"recommendation.{step.step}_{outcome}", made, after={"outcome": outcome}, why=step.why)
    clocks.stop(step, STEP_CLOCK, outcome, actor)
    _go_on(actor, made, row, step)
    return step


def _still_good(made: Recommendation) -> None:
    """An approval rests on the tally and on everybody's standing today."""
    if proven_for(made.solicitation_id).pk != made.tally_id:
        raise Refused(_("There is a newer ranking. Return the recommendation."))
    found = queries.problems(made, queries.lines(made, today()))
    if found:
        raise Refused(" ".join(found))


def _go_on(actor: Actor, made: Recommendation, row: Solicitation, step: Approval) -> None:
    following = made.approvals.filter(outcome="").order_by("position").first()
    if step.outcome == ApprovalOutcome.APPROVED and following is not None:
        open_step(following, made, actor)
        return
    system = Actor.system(f"decided by {actor.label}")
    made.decided_at = now()
    made.save(update_fields=["decided_at"])
    if step.outcome == ApprovalOutcome.RETURNED:
        advance(RECOMMENDATION, made, "return", actor=system, why=step.why)
        advance(SOLICITATION, row, "return_recommendation", actor=system, why=step.why)
    else:
        advance(RECOMMENDATION, made, "approve", actor=system)
    touched(row)
    tell(
        RecommendationDecided(
            recommendation_id=made.pk,
            outcome=step.outcome,
            number=row.number,
            title=row.title,
            by=actor.label,
            why=step.why,
            url=reverse("solicitations:recommendation", args=[row.number]),
        ),
        to=recipients.users(sorted(queries.made_by(made) - {actor.user_id or 0})),
    )
