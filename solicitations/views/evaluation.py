"""The officers' pages of an evaluation: the hub, its rules, and the differences between teams."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from procurement_portal.history.record import witness
from procurement_portal.people.access import actor_of, found_or_404, requires
from procurement_portal.time.clock import now
from procurement_portal.web import words
from procurement_portal.web.htmx import redirect
from procurement_portal.web.pieces import Clock, Fact, Section
from procurement_portal.web.refusal import Conflict, Invalid, Refused
from procurement_portal.web.shell import Crumb, NextAction
from solicitations.actions import evaluation as actions
from solicitations.forms.evaluation import DueForm, RulesForm
from solicitations.models.evaluation import Evaluation
from solicitations.queries import assignment
from solicitations.queries import evaluation as queries
from solicitations.queries import tally as ranks
from solicitations.states import EvaluationState, SolicitationState
from solicitations.views.drafts import crumbs, put_errors
from solicitations.views.opening import readable
from solicitations.workflow.evaluation import EVALUATION
from solicitations.workflow.notice import SOLICITATION

HUB = "solicitations:evaluation"


def the_evaluation(request: HttpRequest, number: str, *here: Crumb) -> Evaluation:
    """The evaluation of the solicitation of this number, with the way back to its hub; 404 for who may not see it."""
    actor = actor_of(request)
    row = found_or_404(queries.evaluations(actor), solicitation__number=number)
    if actor.may_audit(department_id=row.solicitation.department_id):
        witness(actor, "solicitation.audit_read", row.solicitation)
    crumbs(request, row.solicitation, Crumb(_("Evaluation"), reverse(HUB, args=[number])), *here)
    return row


def common(request: HttpRequest, row: Evaluation) -> dict[str, Any]:
    """What every officer's page of an evaluation shows above its content."""
    actor = actor_of(request)
    own = actor.can("solicitations.manage_evaluation") and actor.department_id == row.solicitation.department_id
    return {
        "evaluation": row,
        "row": row.solicitation,
        "state": EVALUATION.public[EvaluationState(row.status)],
        "manages": own and row.solicitation.state == SolicitationState.UNDER_EVALUATION,
        "preparing": row.status == EvaluationState.PREPARING,
        "scoring": row.status == EvaluationState.SCORING,
    }


@requires("solicitations.view_internal")
@require_http_methods(["GET", "HEAD", "POST"])
def hub(request: HttpRequest, number: str) -> HttpResponse:
    """Where an evaluation stands: what is done, what is next, and beginning to score."""
    actor = actor_of(request)
    solicitation = readable(request, number)
    row = queries.evaluations(actor).filter(solicitation=solicitation).first()
    if row is None:
        return _not_begun(request, solicitation)
    refused, crossed, status = "", "", 200
    if request.method == "POST":
        try:
            if request.POST.get("act") != "begin_scoring":
                raise Refused(_("Choose what to do."))
            actions.begin_scoring(actor=actor, evaluation_id=row.pk)
            messages.success(request, _("Scoring has begun. The readers are told what is due when."))
            return redirect(request, request.path)
        except Refused as error:
            refused, status = error.reason, 403
        except Conflict as error:
            crossed, status = error.message, 409
        row.refresh_from_db()
    crumbs(request, row.solicitation, Crumb(_("Evaluation")))
    progress = queries.progress(actor, row)
    steps = _steps(row, progress)
    shown = common(request, row)
    missing = next((s for s in steps if s.state != "done"), None)
    if shown["manages"] and row.status == EvaluationState.PREPARING and missing is not None:
        acts = (_("Appoint the panel"), _("Settle the conflicts"), _("Assign the readers"))
        request.shell_next_action = NextAction(acts[steps.index(missing)], missing.url, hint=str(missing.note))  # type: ignore[attr-defined]
    elif row.status != EvaluationState.PREPARING and ranks.evaluations(actor).filter(pk=row.pk).exists():
        request.shell_next_action = NextAction(  # type: ignore[attr-defined]
            _("Go to meetings and ranking"), reverse("solicitations:ranking", args=[number])
        )
    context = {
        **shown,
        "progress": progress,
        "steps": steps,
        "ready": missing is None,
        "clock": Clock(row.begun_at, row.scoring_due_at, now(), stopped=row.scoring_ended_at),
        "facts": _facts(row, progress),
        "refused": refused,
        "crossed": crossed,
        "compared": row.status in assignment.COMPARED,
    }
    return render(request, "solicitations/evaluation/hub.html", context, status=status)


def _not_begun(request: HttpRequest, solicitation: Any) -> HttpResponse:
    crumbs(request, solicitation, Crumb(_("Evaluation")))
    context = {
        "row": solicitation,
        "state": SOLICITATION.public[solicitation.state],
        "may_begin": solicitation.state == SolicitationState.OPENED
        and actor_of(request).can("solicitations.manage_evaluation"),
    }
    return render(request, "solicitations/evaluation/not_begun.html", context)


def _facts(row: Evaluation, progress: queries.Progress) -> list[Fact]:
    return [
        Fact(_("Proposals that go on"), str(progress.proposals)),
        Fact(_("Readers of each"), str(row.readers)),
        Fact(_("Spread that calls a meeting"), f"{row.spread_percent}%"),
        Fact(_("Scores due"), words.instant(row.scoring_due_at)),
        Fact(_("Readings locked"), _("%(locked)s of %(all)s") % {"locked": progress.locked, "all": progress.readings}),
        Fact(_("Begun by"), words.data(row.begun_by.name)),
    ]


def _steps(row: Evaluation, progress: queries.Progress) -> list[Section]:
    """What has to be done before scoring begins, with how far it is."""

    def state(done: bool, begun: bool) -> Any:
        return "done" if done else "started" if begun else "missing"

    def url(name: str) -> str:
        return reverse(f"solicitations:{name}", args=[row.solicitation.number])

    people = progress.members
    left = progress.undeclared
    return [
        Section(
            _("Panel"), url("evaluation-panel"), state(progress.has_chair and people > 0, people > 0),
            _("%(count)s members") % {"count": people} if progress.has_chair else _("A chair and the readers"),
        ),
        Section(
            _("Conflicts of interest"), url("evaluation-conflicts"),
            state(people > 0 and not left and not progress.to_review, people > left),
            _("%(count)s members still have to declare.") % {"count": left} if left
            else _("%(count)s names to decide about.") % {"count": progress.to_review} if progress.to_review else "",
        ),
        Section(
            _("Who reads what"), url("evaluation-readings"),
            state(progress.readings > 0 and not progress.short, progress.readings > 0),
            _("%(count)s proposals lack readers.") % {"count": progress.short} if progress.short else "",
        ),
    ]  # fmt: skip


@requires("solicitations.manage_evaluation")
@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest, number: str) -> HttpResponse:
    """Begin the evaluation with its rules."""
    row = readable(request, number)
    form, status, crossed = RulesForm(request.POST or None), 200, ""
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                actions.begin(actor=actor_of(request), solicitation_id=row.pk, **form.cleaned_data)
            except Invalid as error:
                put_errors(form, error)
            except Conflict as error:
                crossed, status = error.message, 409
            else:
                messages.success(request, _("The evaluation has begun. Appoint the panel."))
                return redirect(request, reverse(HUB, args=[row.number]))
    crumbs(request, row, Crumb(_("Evaluation"), reverse(HUB, args=[number])), Crumb(_("Begin")))
    context = {
        "row": row, "form": form, "state": SOLICITATION.public[row.state], "crossed": crossed,
        "opened": row.state == SolicitationState.OPENED,
    }  # fmt: skip
    return render(request, "solicitations/evaluation/begin.html", context, status=status)


@requires("solicitations.manage_evaluation")
@require_http_methods(["GET", "HEAD", "POST"])
def rules(request: HttpRequest, number: str) -> HttpResponse:
    """Change the rules while the panel is set up; move the date while scores are written."""
    row = the_evaluation(request, number, Crumb(_("Rules")))
    kind = RulesForm if row.status == EvaluationState.PREPARING else DueForm
    initial = {name: getattr(row, name) for name in ("readers", "spread_percent", "scoring_due_at")}
    form, status, crossed = kind(request.POST or None, initial=initial), 200, ""
    if request.method == "POST":
        status = 422
        if form.is_valid():
            act = actions.change_rules if kind is RulesForm else actions.move_due_date
            try:
                act(actor=actor_of(request), evaluation_id=row.pk, **form.cleaned_data)
            except Invalid as error:
                put_errors(form, error)
            except Conflict as error:
                crossed, status = error.message, 409
            else:
                messages.success(request, _("The rules are kept."))
                return redirect(request, reverse(HUB, args=[number]))
    context = {**common(request, row), "form": form, "crossed": crossed}
    return render(request, "solicitations/evaluation/rules.html", context, status=status)


@requires("solicitations.view_internal")
@require_safe
def differences(request: HttpRequest, number: str) -> HttpResponse:
    """Mean and spread by team and criterion, once scoring has ended."""
    row = the_evaluation(request, number, Crumb(_("Differences between teams")))
    context = {
        **common(request, row),
        "compared": row.status in assignment.COMPARED,
        "lines": assignment.team_differences(actor_of(request), row),
    }
    return render(request, "solicitations/evaluation/differences.html", context)


patterns = [
    path("plan/<str:number>/evaluation/", hub, name="evaluation"),
    path("plan/<str:number>/evaluation/begin/", begin, name="evaluation-begin"),
    path("plan/<str:number>/evaluation/rules/", rules, name="evaluation-rules"),
    path("plan/<str:number>/evaluation/teams/differences/", differences, name="evaluation-differences"),
]
