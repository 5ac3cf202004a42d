"""Consensus meetings for the panel and its officers; the ranking with its arithmetic."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from procurement_portal.law.money import half_up
from procurement_portal.people.access import actor_of, found_or_404, requires
from procurement_portal.web.htmx import redirect
from procurement_portal.web.pagination import paginate
from procurement_portal.web.pieces import Fact
from procurement_portal.web.refusal import Conflict, Invalid, Refused
from procurement_portal.web.shell import Crumb
from solicitations.actions import consensus as actions
from solicitations.actions import tally as tallies
from solicitations.forms.consensus import ChangeForm, NoteForm, PresentForm, ReasonForm
from solicitations.models.evaluation import Evaluation
from solicitations.models.scoring import ConsensusMeeting, Tally
from solicitations.queries import consensus as queries
from solicitations.queries import tally as ranking_queries
from solicitations.states import EvaluationState
from solicitations.views.drafts import crumbs, put_errors
from solicitations.workflow.evaluation import EVALUATION


@requires("account.use")
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """The meetings of the panels one sits on or manages, open ones first."""
    actor = actor_of(request)
    if not (actor.can("solicitations.evaluate") or actor.can("solicitations.manage_evaluation")):
        raise Http404
    page = paginate(request, queries.meetings(actor))
    request.shell_breadcrumbs = [Crumb(_("Home"), reverse("home")), Crumb(_("Consensus meetings"))]  # type: ignore[attr-defined]
    return render(request, "solicitations/consensus/list.html", {"page": page})


@requires("account.use")
@require_http_methods(["GET", "HEAD", "POST"])
def meeting(request: HttpRequest, pk: int) -> HttpResponse:
    """One meeting: the points on the table, who is present, the changes, the close."""
    actor = actor_of(request)
    row = found_or_404(queries.meetings(actor), pk=pk)
    forms = _forms(row)
    refused, status = "", 200
    if request.method == "POST":
        try:
            done = _act(request, row, forms)
        except Refused as error:
            refused, status = error.reason, 403
        except Conflict as error:
            refused, status = error.message, 409
        else:
            if done:
                messages.success(request, done)
                return redirect(request, reverse("solicitations:meeting", args=[pk]))
            status = 422
        row = found_or_404(queries.meetings(actor), pk=pk)
    request.shell_breadcrumbs = [  # type: ignore[attr-defined]
        Crumb(_("Home"), reverse("home")),
        Crumb(_("Consensus meetings"), reverse("solicitations:meetings")),
        Crumb(f"{row.proposal.organization}, {row.criterion}"),
    ]
    seat = queries.seat_of(actor, row)
    present = list(row.present.select_related("user"))
    in_consensus = row.evaluation.status == EvaluationState.CONSENSUS
    context = {
        "row": row,
        "table": queries.on_the_table(actor, row),
        "present": present,
        "refused": refused,
        "leads": queries.leads(actor, row),
        "may_reopen": actor.can("solicitations.manage_evaluation"),
        "may_change": in_consensus and row.closed_at is None and seat is not None and seat in present,
        "is_open": in_consensus and row.closed_at is None,
        "in_consensus": in_consensus,
        "facts": _facts(row),
        **{f"{name}_form": form for name, form in forms.items()},
    }
    return render(request, "solicitations/consensus/meeting.html", context, status=status)


def _facts(row: ConsensusMeeting) -> list[Fact]:
    return [
        Fact(_("Proposal"), row.proposal.organization.name),
        Fact(_("Criterion"), row.criterion.name),
        Fact(_("Highest score"), row.criterion.max_points),
        Fact(_("Points lay apart"), f"{row.spread.normalize():f}"),
        Fact(_("A meeting is called above"), f"{row.bound.normalize():f}"),
    ]


def _forms(row: ConsensusMeeting) -> dict[str, Any]:
    present = row.present.values_list("pk", flat=True) if row.held_at else [m.pk for m in queries.readers(row)]
    return {
        "present": PresentForm(readers=queries.readers(row), present=present),
        "change": ChangeForm(),
        "note": NoteForm(initial={"note": row.note}),
        "why": ReasonForm(),
    }


def _act(request: HttpRequest, row: ConsensusMeeting, forms: dict[str, Any]) -> str:
    """The button that was pressed: the message for success, "" when a form is at fault. Raises Refused, Conflict."""
    actor, act = actor_of(request), request.POST.get("act", "")
    names = {"hold": "present", "change": "change", "close": "note", "open_again": "why"}
    if act not in names:
        raise Refused(_("Choose what to do."))
    name = names[act]
    if act == "hold":
        form: Any = PresentForm(request.POST, readers=queries.readers(row))
    else:
        form = {"change": ChangeForm, "note": NoteForm, "why": ReasonForm}[name](request.POST)
    forms[name] = form
    if not form.is_valid():
        return ""
    data = form.cleaned_data
    try:
        if act == "hold":
            actions.hold(actor=actor, meeting_id=row.pk, present=data["present"])
            return _("Noted. Readers who are present can change their own points now.")
        if act == "change":
            score = request.POST.get("score", "")
            pk = int(score) if score.isascii() and score.isdigit() and len(score) < 12 else 0
            actions.change_score(
                actor=actor, meeting_id=row.pk, score_id=pk, after=data["after"], reason=data["reason"]
            )
            return _("Your points are changed. The locked points stay on record beside them.")
        if act == "close":
            actions.close(actor=actor, meeting_id=row.pk, note=data["note"])
            return _("The meeting is closed.")
        actions.open_again(actor=actor, meeting_id=row.pk, why=data["why"])
        return _("The meeting is open again.")
    except Invalid as error:
        put_errors(form, error)
        return ""


# --- The ranking ---------------------------------------------------------------------------------------------------------


@requires("solicitations.view_internal")
@require_http_methods(["GET", "HEAD", "POST"])
def ranking(request: HttpRequest, number: str) -> HttpResponse:
    """End scoring, the open meetings, the rank with its arithmetic, and opening the ranking again."""
    actor = actor_of(request)
    evaluation = found_or_404(ranking_queries.evaluations(actor), solicitation__number=number)
    row = evaluation.solicitation
    form, refused, status = ReasonForm(), "", 200
    if request.method == "POST":
        try:
            return _rank_act(request, evaluation)
        except Refused as error:
            refused, status = error.reason, 403
        except Conflict as error:
            refused, status = error.message, 409
        except Invalid as error:
            form, status = ReasonForm(request.POST), 422
            form.is_valid()
            put_errors(form, error) if not form.errors else None
        evaluation.refresh_from_db()
    tally = ranking_queries.newest(evaluation)
    crumbs(request, row, Crumb(_("Ranking")))
    waiting = queries.meetings(actor).filter(evaluation=evaluation)
    may = {step.act for step in EVALUATION.open_to(evaluation, actor)}
    context = {
        "row": row,
        "evaluation": evaluation,
        "state": EVALUATION.public[EvaluationState(evaluation.status)],
        "form": form,
        "refused": refused,
        "may": may,
        "meetings": list(waiting) if actor.can("solicitations.manage_evaluation") else [],
        "open_meetings": evaluation.meetings.filter(closed_at__isnull=True).count(),
        "tally": tally,
        "ranked": evaluation.status == EvaluationState.RANKED,
        "page": paginate(request, shown_rows(evaluation, tally)) if tally else None,
    }
    return render(request, "solicitations/consensus/ranking.html", context, status=status)


def shown_rows(evaluation: Evaluation, tally: Tally) -> list[dict[str, Any]]:
    """The tally's rows for a page: rank, organization, total, what lies below a minimum."""
    names = {c["id"]: c["name"] for c in tally.content["criteria"]}
    bodies = {p.position: p for p in evaluation.solicitation.opened_proposals.select_related("organization")}
    return [
        {
            "rank": found["rank"],
            "tied": found["tied"],
            "total": found["shown_total"],
            "proposal": bodies[position],
            "below": [names[c] for c in found["below_minimum"]],
            "means": [(names[m["criterion"]], half_up(Fraction(m["mean"]))) for m in found["means"]],
        }
        for position, found in ranking_queries.result_rows(tally).items()
    ]


def _rank_act(request: HttpRequest, evaluation: Evaluation) -> HttpResponse:
    actor, act = actor_of(request), request.POST.get("act", "")
    if act == "end_scoring":
        called = tallies.end_scoring(actor=actor, evaluation_id=evaluation.pk)
        messages.success(request, _("Scoring has ended. Meetings called: %(count)d.") % {"count": len(called)})
    elif act == "rank":
        tallies.rank(actor=actor, evaluation_id=evaluation.pk)
        messages.success(request, _("Ranked. The tally is kept with every row."))
    elif act == "reopen":
        tallies.reopen(actor=actor, evaluation_id=evaluation.pk, why=request.POST.get("why", ""))
        messages.success(request, _("The ranking is open again. The earlier tally stays on record."))
    else:
        raise Refused(_("Choose what to do."))
    return redirect(request, reverse("solicitations:ranking", args=[evaluation.solicitation.number]))


patterns = [
    path("evaluation/meetings/", listing, name="meetings"),
    path("evaluation/meetings/<int:pk>/", meeting, name="meeting"),
    path("plan/<str:number>/ranking/", ranking, name="ranking"),
]
