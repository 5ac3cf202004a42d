"""End scoring and compare, rank, open the ranking again; and the question asked before anything rests on a tally."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from procurement_portal.clocks import actions as clocks
from procurement_portal.law import engine
from procurement_portal.law.calendar import Calendar
from procurement_portal.law.errors import InvalidInput
from procurement_portal.notifications import recipients
from procurement_portal.notifications.send import send
from procurement_portal.people.access import found_or_404
from procurement_portal.people.actor import Actor
from procurement_portal.time.clock import CHICAGO, chicago, now, today
from procurement_portal.web.refusal import Invalid, Refused
from procurement_portal.workflow import advance
from solicitations.models.evaluation import Evaluation, PanelMember
from solicitations.models.scoring import ConsensusMeeting, Tally
from solicitations.models.trace import Trace
from solicitations.notifications.consensus import MeetingsCalled
from solicitations.queries import tally as queries
from solicitations.states import PanelPart
from solicitations.workflow.evaluation import EVALUATION

MEETING_CLOCK = "solicitations.consensus_meeting"
MEETING_DAYS = 5  # business days until the readers have met
CLOSING_HOUR = 17


def locked(actor: Actor, evaluation_id: int) -> Evaluation:
    """The evaluation under a row lock; Http404 for one the actor may not see."""
    return found_or_404(queries.evaluations(actor).select_for_update(of=("self",)), pk=evaluation_id)


@transaction.atomic
def end_scoring(*, actor: Actor, evaluation_id: int) -> list[ConsensusMeeting]:
    """End scoring once every reader has locked, compare, and call a meeting wherever readers lie too far apart.

    Returns the meetings called. Raises Refused while a reading is not locked, Conflict when it was ended before.
    """
    evaluation = locked(actor, evaluation_id)
    advance(EVALUATION, evaluation, "end_scoring", actor=actor)
    evaluation.scoring_ended_at = now()
    evaluation.save(update_fields=["scoring_ended_at"])
    clocks.stop_all(evaluation, "scored", actor)
    return call_meetings(actor, evaluation)


def call_meetings(actor: Actor, evaluation: Evaluation) -> list[ConsensusMeeting]:
    """Call the meetings that the points ask for and that were not called before; start their clocks, tell the readers."""
    criteria = {c.pk: c for c in evaluation.solicitation.criteria.all()}
    known = set(ConsensusMeeting.objects.filter(evaluation=evaluation).values_list("proposal_id", "criterion_id"))
    day, called = today(), []
    for proposal, criterion, points in queries.spreads(evaluation):
        if (proposal, criterion) in known:
            continue
        outcome = engine.evaluate(
            queries.SPREAD_RULE,
            {
                "compared_on": day,
                "max_points": criteria[criterion].max_points,
                "points": points,
                "percent": evaluation.spread_percent,
            },
            on=day,
        )
        if outcome["meeting"]:
            called.append(
                ConsensusMeeting(
                    evaluation=evaluation,
                    proposal_id=proposal,
                    criterion_id=criterion,
                    spread=outcome["spread"],
                    bound=_decimal(outcome["bound"]),
                )
            )
    ConsensusMeeting.objects.bulk_create(called)
    if called:
        _tell(actor, evaluation, called)
    return called


def _decimal(value: Fraction) -> Decimal:
    """A bound is a whole percent of a whole number: two decimals hold it."""
    return Decimal(value.numerator) / Decimal(value.denominator)


def _tell(actor: Actor, evaluation: Evaluation, called: list[ConsensusMeeting]) -> None:
    row = evaluation.solicitation
    panel = PanelMember.objects.filter(evaluation=evaluation, ended_at__isnull=True)
    chair = panel.filter(part=PanelPart.CHAIR).values_list("user_id", flat=True).first()
    last = Calendar.for_jurisdiction(row.department.jurisdiction).add_business_days(
        now().astimezone(CHICAGO).date(), MEETING_DAYS
    )
    for meeting in called:
        clocks.start(
            meeting,
            rule=MEETING_CLOCK,
            citation="Portal policy, evaluation",
            what=_("Hold the consensus meeting"),
            due_at=chicago(last, CLOSING_HOUR),
            user_id=chair or evaluation.begun_by_id,
            url=reverse("solicitations:meeting", args=[meeting.pk]),
            about=f"{row.number} {row.title}",
            actor=actor,
        )
    reading = queries.readings(evaluation.pk).filter(proposal__in=[m.proposal_id for m in called])
    told = {*reading.values_list("member__user_id", flat=True), *([chair] if chair else [])}
    send(
        MeetingsCalled(
            evaluation_id=evaluation.pk,
            first_id=called[0].pk,
            number=row.number,
            title=row.title,
            count=len(called),
            by=last,
            url=reverse("solicitations:meetings"),
        ),
        to=recipients.users(sorted(told)),
    )


@transaction.atomic
def rank(*, actor: Actor, evaluation_id: int) -> Tally:
    """Rank the proposals: compute the tally from the scores that count and keep it with every row.

    Raises Refused while a meeting is open, or with the row where a reader left something out; Conflict when it is ranked.
    """
    evaluation = locked(actor, evaluation_id)
    advance(EVALUATION, evaluation, "rank", actor=actor)
    evaluation.ranked_at = now()
    evaluation.save(update_fields=["ranked_at"])
    day = today()
    try:
        computed = queries.compute(evaluation, day)
    except InvalidInput as fault:
        raise Refused(_("The scores are not complete: %(what)s") % {"what": fault}) from fault
    trace = Trace.objects.create(
        rule=queries.RULE,
        subject_type="solicitations.evaluation",
        subject_id=str(evaluation.pk),
        content=dict(computed.trace),
        law=str(computed.trace["law"]),
        asked_on=day,
    )
    before = queries.newest(evaluation)
    return Tally.objects.create(
        evaluation=evaluation,
        number=before.number + 1 if before else 1,
        content=computed.content,
        sha256=computed.sha256,
        trace=trace,
        made_by_id=actor.user_id,
    )


@transaction.atomic
def reopen(*, actor: Actor, evaluation_id: int, why: str) -> Evaluation:
    """Open the ranking again for a stated reason. The tally stays; the next one has its own number. New meetings are called
    where points ask for them now. Raises Invalid without a reason, Refused while a recommendation stands on the ranking."""
    evaluation = locked(actor, evaluation_id)
    if not why.strip():
        raise Invalid({"why": [_("Say why the ranking is opened again.")]})
    advance(EVALUATION, evaluation, "reopen", actor=actor, why=why.strip())
    evaluation.ranked_at = None
    evaluation.save(update_fields=["ranked_at"])
    call_meetings(actor, evaluation)
    return evaluation


def proven(evaluation: Evaluation) -> Tally:
    """The tally that counts, computed again from the score tables. Whatever rests on a ranking asks here first.

    Raises Refused when nothing is ranked, and with both digests when tally and score tables do not agree.
    """
    tally = queries.newest(evaluation)
    if tally is None or not queries.is_ranked(evaluation):
        raise Refused(_("The proposals are not ranked."))
    found = queries.digest(tally.content)
    try:
        again = queries.compute(evaluation, tally.trace.asked_on).sha256
    except InvalidInput:
        again = _("none: scores are missing or out of bounds")
    if not found == again == tally.sha256:
        raise Refused(
            _(
                "The ranking does not agree with the scores. Digest of the tally: %(tally)s; its rows give %(rows)s; the"
                " score tables give %(tables)s. Open the ranking again and look into it before anything rests on it."
            )
            % {"tally": tally.sha256, "rows": found, "tables": again}
        )
    return tally


def proven_for(solicitation_id: int) -> Tally:
    """The same for a solicitation, as the award step asks it. Raises Refused."""
    evaluation = Evaluation.objects.select_related("solicitation").filter(solicitation_id=solicitation_id).first()
    if evaluation is None:
        raise Refused(_("The proposals are not ranked."))
    return proven(evaluation)
