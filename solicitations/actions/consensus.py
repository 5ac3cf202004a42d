"""Consensus meetings: who is present, each change of a score by its own reader, the close; opened again by an officer."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from procurement_portal.clocks import actions as clocks
from procurement_portal.history.record import record
from procurement_portal.people.access import found_or_404
from procurement_portal.people.actor import Actor
from procurement_portal.time.clock import now
from procurement_portal.web.refusal import Conflict, Invalid, Refused
from solicitations.actions.tally import MEETING_CLOCK
from solicitations.models.evaluation import Evaluation
from solicitations.models.scoring import ConsensusMeeting, ScoreChange
from solicitations.queries import consensus as queries
from solicitations.queries.tally import counting
from solicitations.states import EvaluationState
from solicitations.workflow.evaluation import EVALUATION, evaluation_of_own_department


def _locked(actor: Actor, meeting_id: int, *, closed: bool = False) -> ConsensusMeeting:
    """The meeting, its evaluation locked first. Http404, Conflict when it is closed (or is not, for opening it again)."""
    seen = found_or_404(queries.meetings(actor), pk=meeting_id)
    evaluation = Evaluation.objects.select_for_update().get(pk=seen.evaluation_id)
    meeting = queries.meetings(actor).select_for_update(of=("self",)).get(pk=meeting_id)
    if evaluation.status != EvaluationState.CONSENSUS:
        state = EVALUATION.public[EvaluationState(evaluation.status)]
        raise Conflict(_("The evaluation is now “%(state)s”.") % {"state": state}, evaluation.status)
    if (meeting.closed_at is not None) != closed:
        raise Conflict(
            _("Somebody was faster: this meeting is not closed.") if closed else _("This meeting is closed.")
        )
    return meeting


def _must_lead(actor: Actor, meeting: ConsensusMeeting) -> None:
    if not queries.leads(actor, meeting):
        raise Refused(_("A meeting is run by the chair of the panel or by a procurement officer."))
    if actor.can("solicitations.manage_evaluation"):
        evaluation_of_own_department(meeting.evaluation, actor)


@transaction.atomic
def hold(*, actor: Actor, meeting_id: int, present: Iterable[int]) -> ConsensusMeeting:
    """Begin the meeting: note which readers (ids of panel members) are present. Raises Invalid, Refused, Conflict, Http404."""
    meeting = _locked(actor, meeting_id)
    _must_lead(actor, meeting)
    known = {member.pk: member for member in queries.readers(meeting)}
    chosen = sorted({*present} & {*known})
    if len(chosen) < min(2, len(known)):
        raise Invalid({"present": [_("A meeting needs two readers of this proposal. Mark who is present.")]})
    before = sorted(meeting.present.values_list("pk", flat=True))
    meeting.present.set(chosen)
    meeting.held_at = meeting.held_at or now()
    meeting.save(update_fields=["held_at"])
    record(actor, "meeting.hold", meeting, before={"present": before}, after={"present": chosen})
    return meeting


@transaction.atomic
def change_score(*, actor: Actor, meeting_id: int, score_id: int, after: Decimal, reason: str) -> ScoreChange:
    """Change one's own score in a meeting one is present at. The locked score stays as it is; the change is a row of its own.

    Raises Invalid per field, Refused for another reader's score or when not noted as present, Conflict, Http404.
    """
    meeting = _locked(actor, meeting_id)
    score = found_or_404(
        counting(meeting.evaluation)
        .filter(assignment__proposal=meeting.proposal_id, criterion=meeting.criterion_id)
        .select_related("criterion", "assignment__member"),
        pk=score_id,
    )
    if score.assignment.member.user_id != actor.user_id:
        raise Refused(_("Each reader changes only their own points."))
    if meeting.held_at is None or not meeting.present.filter(pk=score.assignment.member_id).exists():
        raise Refused(_("Points change only in the meeting, and you are not noted as present."))
    problems: dict[str, list[str]] = {}
    most = score.criterion.max_points
    if not 0 <= after <= most or after != after.quantize(Decimal("0.01")):
        problems["after"] = [_("Enter points from 0 to %(most)s, with at most two decimals.") % {"most": most}]
    elif after == score.counts:  # type: ignore[attr-defined]
        problems["after"] = [_("These are the points that count already.")]
    if not reason.strip():
        problems["reason"] = [_("Say why the points change.")]
    if problems:
        raise Invalid(problems)
    change = ScoreChange.objects.create(
        score=score,
        meeting=meeting,
        before=score.counts,  # type: ignore[attr-defined]
        after=after,
        reason=reason.strip(),
        changed_by_id=actor.user_id,
    )
    record(
        actor, "meeting.change_score", meeting,
        before={"score": score.pk, "points": str(change.before)}, after={"score": score.pk, "points": str(after)},
        why=reason.strip(),
    )  # fmt: skip
    return change


@transaction.atomic
def close(*, actor: Actor, meeting_id: int, note: str) -> ConsensusMeeting:
    """Close a held meeting with a note of what was said. Raises Invalid, Refused, Conflict when somebody closed it before."""
    meeting = _locked(actor, meeting_id)
    _must_lead(actor, meeting)
    if meeting.held_at is None:
        raise Refused(_("Note first who is present."))
    if not note.strip():
        raise Invalid({"note": [_("Note what was said and what came of it.")]})
    meeting.note, meeting.closed_at, meeting.closed_by_id = note.strip(), now(), actor.user_id
    meeting.save(update_fields=["note", "closed_at", "closed_by"])
    clocks.stop(meeting, MEETING_CLOCK, "held", actor)
    record(actor, "meeting.close", meeting, after={"changes": meeting.changes.count()}, why=meeting.note)
    return meeting


@transaction.atomic
def open_again(*, actor: Actor, meeting_id: int, why: str) -> ConsensusMeeting:
    """Open a closed meeting again, after the ranking was opened again. For officers, with a reason. Raises Invalid, Refused,
    Conflict."""
    meeting = _locked(actor, meeting_id, closed=True)
    if not actor.can("solicitations.manage_evaluation"):
        raise Refused(_("Opening a meeting again is for procurement officers."))
    evaluation_of_own_department(meeting.evaluation, actor)
    if not why.strip():
        raise Invalid({"why": [_("Say why the meeting is opened again.")]})
    meeting.closed_at = meeting.closed_by = None
    meeting.save(update_fields=["closed_at", "closed_by"])
    record(actor, "meeting.open_again", meeting, before={"note": meeting.note}, why=why.strip())
    return meeting
