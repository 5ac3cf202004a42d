"""Beginning an evaluation, its rules, and beginning to score."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from procurement_portal.clocks import actions as clocks
from procurement_portal.clocks.models import Clock
from procurement_portal.history.record import record, subject_type
from procurement_portal.notifications import recipients
from procurement_portal.notifications.send import send
from procurement_portal.people.access import found_or_404
from procurement_portal.people.actor import Actor
from procurement_portal.time.clock import now
from procurement_portal.web.refusal import Conflict, Invalid, Refused
from procurement_portal.workflow import advance
from solicitations.actions.drafting import locked, touched
from solicitations.actions.found_conflicts import write_found
from solicitations.actions.opening import BEGIN_CLOCK, start_desk_clock
from solicitations.models.evaluation import Assignment, Evaluation, PanelMember
from solicitations.models.opening import OpenedProposal
from solicitations.models.solicitation import Solicitation
from solicitations.notifications.evaluation import ScoringBegan
from solicitations.queries.evaluation import evaluations
from solicitations.states import EvaluationState, SolicitationState
from solicitations.workflow.evaluation import EVALUATION
from solicitations.workflow.notice import SOLICITATION, of_own_department

SCORE_CLOCK = "solicitations.scoring"  # a reader's
SET_UP_CLOCK = "solicitations.begin_scoring"  # the desk's
CITATION = "The date set when the evaluation was begun"


def held(actor: Actor, evaluation_id: int) -> Evaluation:
    """The evaluation under a row lock, for an officer of its department; Http404 for one the actor may not see.

    Raises Refused without the role and for another department.
    """
    row = found_or_404(evaluations(actor).select_for_update(of=("self",)), pk=evaluation_id)
    if not actor.can("solicitations.manage_evaluation"):
        raise Refused(_("Managing an evaluation is for procurement officers."))
    of_own_department(row.solicitation, actor)
    if row.solicitation.state != SolicitationState.UNDER_EVALUATION:
        raise Refused(
            _("This is now “%(state)s”; the evaluation does not change any more.")
            % {"state": SOLICITATION.public[row.solicitation.state]}
        )
    return row


def need_state(row: Evaluation, *states: EvaluationState) -> None:
    """Raises Conflict with the state in words when the evaluation is in none of these."""
    if row.status not in states:
        state = EVALUATION.public[EvaluationState(row.status)]
        raise Conflict(_("The evaluation is now at “%(state)s”.") % {"state": state}, row.status)


def page(name: str, row: Evaluation | Solicitation) -> str:
    """The address of an officer's page of an evaluation."""
    number = row.number if isinstance(row, Solicitation) else row.solicitation.number
    return reverse(f"solicitations:{name}", args=[number])


def _check(readers: int, spread_percent: int, scoring_due_at: datetime) -> None:
    problems: dict[str, list[str]] = {}
    if not 1 <= readers <= 12:
        problems["readers"] = [_("Between 1 and 12 readers read each proposal.")]
    if not 1 <= spread_percent <= 100:
        problems["spread_percent"] = [_("Enter a percentage from 1 to 100.")]
    if scoring_due_at <= now():
        problems["scoring_due_at"] = [_("Scores are due at a later time than now.")]
    if problems:
        raise Invalid(problems)


@transaction.atomic
def begin(
    *, actor: Actor, solicitation_id: int, readers: int, spread_percent: int, scoring_due_at: datetime
) -> Evaluation:
    """Begin the evaluation of an opened solicitation with its rules: readers of each proposal, the spread (percent of a
    criterion's highest score) above which a meeting is called, and when scores are due.

    Raises Invalid per field, Refused when nothing was received or the criteria are missing, Conflict when it began already.
    """
    row = locked(actor, solicitation_id)
    if not actor.can("solicitations.manage_evaluation"):
        raise Refused(_("Beginning an evaluation is for procurement officers."))
    of_own_department(row, actor)
    if row.state != SolicitationState.OPENED:
        raise Conflict(_("This is now “%(state)s”.") % {"state": SOLICITATION.public[row.state]}, row.state)
    _check(readers, spread_percent, scoring_due_at)
    if not OpenedProposal.objects.filter(solicitation=row).exists():
        raise Refused(_("Nothing was received in time, so there is nothing to evaluate. Close it without award."))
    if not row.criteria.exists():
        raise Refused(_("The notice has no criteria to score by."))
    evaluation = Evaluation.objects.create(
        solicitation=row, readers=readers, spread_percent=spread_percent, scoring_due_at=scoring_due_at,
        begun_by_id=actor.user_id,
    )  # fmt: skip
    rules: dict[str, Any] = {
        "readers": readers,
        "spread_percent": spread_percent,
        "scoring_due_at": scoring_due_at.isoformat(),
    }
    advance(SOLICITATION, row, "begin_evaluation", actor=actor, **rules)
    touched(row)
    clocks.stop(row, BEGIN_CLOCK, "begun", actor)
    start_desk_clock(
        evaluation, row, rule=SET_UP_CLOCK, what=_("Set up the panel and begin scoring"), url=page("evaluation", row),
        actor=actor,
    )  # fmt: skip
    return evaluation


@transaction.atomic
def change_rules(
    *, actor: Actor, evaluation_id: int, readers: int, spread_percent: int, scoring_due_at: datetime
) -> Evaluation:
    """Change the rules while the panel is being set up. Raises Invalid per field, Conflict once scoring has begun."""
    row = held(actor, evaluation_id)
    need_state(row, EvaluationState.PREPARING)
    _check(readers, spread_percent, scoring_due_at)
    before = {name: str(getattr(row, name)) for name in ("readers", "spread_percent", "scoring_due_at")}
    row.readers, row.spread_percent, row.scoring_due_at = readers, spread_percent, scoring_due_at
    row.save(update_fields=["readers", "spread_percent", "scoring_due_at"])
    after = {"readers": str(readers), "spread_percent": str(spread_percent), "scoring_due_at": str(scoring_due_at)}
    record(actor, "evaluation.change_rules", row, before=before, after=after)
    return row


@transaction.atomic
def move_due_date(*, actor: Actor, evaluation_id: int, scoring_due_at: datetime, why: str) -> Evaluation:
    """Give the readers another date, with a reason; their clocks follow. Raises Invalid, Conflict outside scoring."""
    row = held(actor, evaluation_id)
    need_state(row, EvaluationState.SCORING)
    if not why.strip():
        raise Invalid({"why": [_("Say why the date moves.")]})
    if scoring_due_at <= now():
        raise Invalid({"scoring_due_at": [_("Scores are due at a later time than now.")]})
    before, row.scoring_due_at = row.scoring_due_at, scoring_due_at
    row.save(update_fields=["scoring_due_at"])
    record(
        actor, "evaluation.move_due_date", row, before={"scoring_due_at": before.isoformat()},
        after={"scoring_due_at": scoring_due_at.isoformat()}, why=why.strip(),
    )  # fmt: skip
    for clock in open_clocks(row):
        clocks.move(clock, scoring_due_at, why.strip(), actor)
    return row


@transaction.atomic
def begin_scoring(*, actor: Actor, evaluation_id: int) -> Evaluation:
    """Let the readers read. What can be found is looked for once more; from now on no plan is made anew.

    Raises Refused while there is no chair, somebody with readings has not declared, or a proposal lacks readers.
    """
    row = held(actor, evaluation_id)
    need_state(row, EvaluationState.PREPARING)
    members = list(row.panel.filter(ended_at__isnull=True).select_related("user"))
    write_found(actor, row, members)
    if row.scoring_due_at <= now():
        raise Refused(_("The date scores are due has passed. Set another one first."))
    row.scoring_began_at = now()
    row.save(update_fields=["scoring_began_at"])
    advance(EVALUATION, row, "begin_scoring", actor=actor)
    clocks.stop(row, SET_UP_CLOCK, "scoring began", actor)
    reading = set(
        Assignment.objects.filter(member__in=members, ended_at__isnull=True).values_list("member_id", flat=True)
    )
    for member in members:
        if member.pk in reading:
            start_score_clock(actor, row, member)
    return row


def start_score_clock(actor: Actor, row: Evaluation, member: PanelMember) -> None:
    """A reader has something to score: their clock until the date set, and a notice."""
    url = reverse("solicitations:evaluation-reading", args=[member.pk])
    clocks.start(
        member, rule=SCORE_CLOCK, citation=CITATION,
        what=_("Read, score and lock for %(number)s") % {"number": row.solicitation.number},
        due_at=row.scoring_due_at, user_id=member.user_id, url=url, about=row.solicitation.title, actor=actor,
    )  # fmt: skip
    notice = ScoringBegan(
        member_id=member.pk, number=row.solicitation.number, title=row.solicitation.title, due_at=row.scoring_due_at,
        url=url,
    )  # fmt: skip
    send(notice, to=recipients.user(member.user_id))


def open_clocks(row: Evaluation) -> list[Clock]:
    """The readers' open clocks of scoring."""
    members = [str(pk) for pk in row.panel.values_list("pk", flat=True)]
    return list(
        Clock.objects.filter(
            subject_type=subject_type(PanelMember), subject_id__in=members, rule=SCORE_CLOCK, stopped_at=None
        )
    )


def settle_clock(actor: Actor, member: PanelMember) -> None:
    """Stop a reader's clock when nothing is left to lock."""
    left = Assignment.objects.filter(member=member, ended_at__isnull=True, locked_at__isnull=True)
    if not left.exists():
        clocks.stop(member, SCORE_CLOCK, "done", actor)
