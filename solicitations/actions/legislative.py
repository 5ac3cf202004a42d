"""The approval of the legislative body, where the amount of an award asks for it: agenda, file number, result."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from procurement_portal import events
from procurement_portal.clocks import actions as clocks
from procurement_portal.clocks.models import Clock
from procurement_portal.history.record import record, subject_type
from procurement_portal.law.calendar import Calendar
from procurement_portal.people.actor import Actor
from procurement_portal.time.clock import CHICAGO, chicago, now, today
from procurement_portal.web.refusal import Conflict, Invalid, Refused
from solicitations.actions.award_ground import (
    AWARD_DESK,
    ask_rule,
    end,
    held,
    need,
    start_at_department,
    tell_department,
    tell_organization,
)
from solicitations.actions.publication import CLOSING_HOUR
from solicitations.events import LegislatureDecided
from solicitations.models.award import Award, LegislativeApproval
from solicitations.states import AwardState, LegislativeResult
from solicitations.workflow.award import AWARD, award_of_own_department

RULE = "solicitations.legislative_approval"
RESULT_CLOCK = "solicitations.legislative_result"
CITATION = "Portal policy, legislative approval"


def ask(award: Award, *, actor: Actor) -> LegislativeApproval | None:
    """Ask whether this award's amount needs the legislative body; if so, write the step with its agenda clock.

    Called inside the act that announces the award or calls it from the waiting list.
    """
    jurisdiction = award.solicitation.department.jurisdiction
    day = now().astimezone(CHICAGO).date()
    facts = {"jurisdiction": jurisdiction, "amount": award.amount, "announced_on": day}
    trace, answer = ask_rule(RULE, facts, award, jurisdiction, day)
    if not answer["required"]:
        return None
    step = LegislativeApproval.objects.create(
        award=award, body=answer["body"], trace=trace, agenda_deadline_on=answer["agenda_by"]
    )
    _agenda_clock(award, step, actor=actor)
    return step


def _agenda_clock(award: Award, step: LegislativeApproval, *, actor: Actor) -> None:
    start_at_department(
        step,
        award,
        RULE,
        _("Put the award on the agenda of the %(body)s") % {"body": step.body},
        chicago(step.agenda_deadline_on, CLOSING_HOUR),
        actor=actor,
        citation=CITATION,
        function=AWARD_DESK,
    )


def _own(actor: Actor, award_id: int) -> tuple[Award, LegislativeApproval]:
    award = held(actor, award_id)
    need(actor, "solicitations.award")
    award_of_own_department(award, actor)
    step = LegislativeApproval.objects.select_for_update().filter(award=award).first()
    if step is None:
        raise Refused(_("The amount of this award does not ask for the legislative body."))
    if AWARD.states(award.status) in AWARD.final and award.status != AwardState.CONTRACTED:
        raise Conflict(_("This is now “%(state)s”.") % {"state": AWARD.public[AWARD.states(award.status)]})
    if step.result in (LegislativeResult.APPROVED, LegislativeResult.REJECTED):
        raise Conflict(_("The result is recorded already."), step)
    return award, step


@transaction.atomic
def put_on_agenda(*, actor: Actor, award_id: int, file_number: str, meeting_on: date) -> LegislativeApproval:
    """Record under which file number an award is on the agenda of which meeting. Raises Invalid, Refused, Conflict."""
    award, step = _own(actor, award_id)
    problems: dict[str, list[str]] = {}
    if not file_number.strip():
        problems["file_number"] = [_("Enter the file number of the legislative body.")]
    if meeting_on < today():
        problems["meeting_on"] = [_("The meeting is today or later.")]
    if problems:
        raise Invalid(problems)
    step.file_number, step.meeting_on = file_number.strip()[:40], meeting_on
    step.save(update_fields=["file_number", "meeting_on"])
    record(
        actor, "legislative.agenda", step, after={"file_number": step.file_number, "meeting_on": meeting_on.isoformat()}
    )
    clocks.stop(step, RULE, "on the agenda", actor)
    _result_clock(award, step, meeting_on, _("Another meeting was named"), actor=actor)
    tell_organization(award, "on_agenda", meeting_on.toordinal())
    return step


def _result_clock(award: Award, step: LegislativeApproval, meeting_on: date, why: str, *, actor: Actor) -> None:
    """By the business day after the meeting its result is recorded; another meeting moves the deadline, with the reason."""
    calendar = Calendar.for_jurisdiction(award.solicitation.department.jurisdiction)
    due = chicago(calendar.add_business_days(meeting_on, 1), CLOSING_HOUR)
    running = Clock.objects.filter(
        subject_type=subject_type(step), subject_id=str(step.pk), rule=RESULT_CLOCK, stopped_at__isnull=True
    ).first()
    if running is not None:
        clocks.move(running, due, why, actor)
        return
    what = _("Record what the %(body)s decided") % {"body": step.body}
    start_at_department(step, award, RESULT_CLOCK, what, due, actor=actor, citation=CITATION, function=AWARD_DESK)


@transaction.atomic
def record_result(
    *, actor: Actor, award_id: int, result: str, result_on: date, why: str = "", next_meeting_on: date | None = None
) -> LegislativeApproval:
    """Record what the legislative body did.

    Approved: the award goes on. Rejected: it is rescinded with the reason `why`. Deferred: `next_meeting_on` is the new
    meeting. Raises Invalid at the field, Refused before it is on an agenda, Conflict when a result is recorded already.
    """
    award, step = _own(actor, award_id)
    if not step.file_number:
        raise Refused(_("Record the file number and the meeting first."))
    _check(step, result, result_on, why, next_meeting_on)
    step.result, step.result_on = result, result_on
    step.recorded_by_id, step.recorded_at = actor.user_id, now()
    if result == LegislativeResult.DEFERRED:
        step.meeting_on = next_meeting_on
    step.save(update_fields=["result", "result_on", "recorded_by", "recorded_at", "meeting_on"])
    record(
        actor,
        "legislative.result",
        step,
        after={"result": result, "result_on": result_on.isoformat(), "file_number": step.file_number},
        why=why.strip(),
    )
    if result == LegislativeResult.DEFERRED:
        assert next_meeting_on is not None
        _result_clock(award, step, next_meeting_on, why.strip() or _("Deferred to another meeting"), actor=actor)
        tell_organization(award, "deferred", next_meeting_on.toordinal(), why=why.strip())
        return step
    clocks.stop(step, RESULT_CLOCK, result, actor)
    events.publish(LegislatureDecided(award_id=award.pk))
    if result == LegislativeResult.APPROVED:
        tell_organization(award, "approved", step.pk)
        return step
    reason = _("The %(body)s rejected it, file %(file)s: %(why)s") % {
        "body": step.body,
        "file": step.file_number,
        "why": why.strip(),
    }
    if award.status != AwardState.CONTRACTED:  # else the contract made of it ended with the event
        end(award, "rescind", actor=actor, why=reason)
    tell_organization(award, "rescinded", award.pk, why=reason)
    tell_department(award, "rescinded", award.pk, why=reason)
    return step


def _check(step: LegislativeApproval, result: str, result_on: date, why: str, next_meeting_on: date | None) -> None:
    problems: dict[str, list[str]] = {}
    if result not in LegislativeResult.values:
        problems["result"] = [_("Choose what was decided.")]
    if result_on > today():
        problems["result_on"] = [_("The result is of today or earlier.")]
    if result == LegislativeResult.REJECTED and not why.strip():
        problems["why"] = [_("Say why; the organization and everybody read it.")]
    if result == LegislativeResult.DEFERRED and (next_meeting_on is None or next_meeting_on < max(result_on, today())):
        problems["next_meeting_on"] = [_("Name the meeting to which it was deferred, today or later.")]
    if problems:
        raise Invalid(problems)
