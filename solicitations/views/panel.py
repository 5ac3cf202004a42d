"""The officers' pages of a panel: who is on it, teams, replacement on record, conflicts and decisions on names."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from procurement_portal.people.access import actor_of, found_or_404, requires
from procurement_portal.web.htmx import redirect
from procurement_portal.web.pagination import paginate
from procurement_portal.web.refusal import Conflict, Invalid
from procurement_portal.web.shell import Crumb
from solicitations.actions import conflict as conflict_actions
from solicitations.actions import panel as actions
from solicitations.forms.evaluation import AppointForm, ReplaceForm, ReviewForm, TeamForm, WhyEndForm
from solicitations.models.evaluation import Evaluation
from solicitations.queries import conflict as conflicts
from solicitations.queries import evaluation as queries
from solicitations.states import ConflictGround, EvaluationState
from solicitations.views.drafts import put_errors
from solicitations.views.evaluation import common, the_evaluation
from solicitations.views.opening import AREA_NAMES

NAMES = {"user_id": "user", "team_id": "team"}


def _done(request: HttpRequest, row: Evaluation, page: str, said: str) -> HttpResponse:
    messages.success(request, said)
    return redirect(request, reverse(f"solicitations:{page}", args=[row.solicitation.number]))


def _try(form: forms.BaseForm, act: Any) -> tuple[bool, int, str]:
    """Run an act on a bound form: (done, status, words of a crossed save)."""
    if not form.is_valid():
        return False, 422, ""
    try:
        act()
    except Invalid as error:
        put_errors(form, error, NAMES)
        return False, 422, ""
    except Conflict as error:
        return False, 409, error.message
    return True, 200, ""


@requires("solicitations.view_internal")
@require_http_methods(["GET", "HEAD", "POST"])
def panel(request: HttpRequest, number: str) -> HttpResponse:
    """Who is on the panel, and appointing one more."""
    row = the_evaluation(request, number, Crumb(_("Panel")))
    actor, crossed, status = actor_of(request), "", 200
    form = AppointForm(request.POST or None, evaluation=row)
    if request.method == "POST":
        done, status, crossed = _try(form, lambda: actions.appoint(actor=actor, evaluation_id=row.pk, **form.given()))
        if done:
            return _done(request, row, "evaluation-panel", _("Appointed. They are asked to declare conflicts."))
    members = list(queries.panel(row, ended=True))
    context = {
        **common(request, row),
        "form": form,
        "crossed": crossed,
        "members": [m for m in members if m.ended_at is None],
        "ended": [m for m in members if m.ended_at is not None],
        "teams": [(team, ", ".join(AREA_NAMES[n] for n in team.areas)) for team in queries.teams(row)],
        "open": row.status in (EvaluationState.PREPARING, EvaluationState.SCORING),
    }
    return render(request, "solicitations/evaluation/panel.html", context, status=status)


@requires("solicitations.manage_evaluation")
@require_http_methods(["GET", "HEAD", "POST"])
def place(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Replace somebody on record, or end their place."""
    row = the_evaluation(
        request,
        number,
        Crumb(_("Panel"), reverse("solicitations:evaluation-panel", args=[number])),
        Crumb(_("Replace")),
    )
    member = found_or_404(queries.panel(row), pk=pk)
    actor, crossed, status = actor_of(request), "", 200
    ending = request.POST.get("act") == "end"
    end_form = WhyEndForm(request.POST if ending else None, prefix="end")
    form = ReplaceForm(request.POST if request.method == "POST" and not ending else None, evaluation=row)
    if request.method == "POST":
        if ending:
            done, status, crossed = _try(
                end_form, lambda: actions.end(actor=actor, member_id=pk, why=end_form.cleaned_data["why"])
            )
        else:
            done, status, crossed = _try(form, lambda: actions.replace(actor=actor, member_id=pk, **form.given()))
        if done:
            said = (
                _("The place has ended.")
                if ending
                else _("Replaced, on record. The new reader declares conflicts first.")
            )
            return _done(request, row, "evaluation-panel", said)
    context = {**common(request, row), "member": member, "form": form, "end_form": end_form, "crossed": crossed}
    return render(request, "solicitations/evaluation/place.html", context, status=status)


@requires("solicitations.manage_evaluation")
@require_http_methods(["GET", "HEAD", "POST"])
def team(request: HttpRequest, number: str, pk: int = 0) -> HttpResponse:
    """Make or change a reader team."""
    row = the_evaluation(
        request, number, Crumb(_("Panel"), reverse("solicitations:evaluation-panel", args=[number])), Crumb(_("Team"))
    )
    members = list(queries.panel(row))
    found = found_or_404(row.teams.all(), pk=pk) if pk else None
    initial = {}
    if found is not None:
        initial = {"name": found.name, "areas": found.areas, "members": [m.pk for m in members if m.team_id == pk]}
    form, status, crossed = TeamForm(request.POST or None, panel=members, initial=initial), 200, ""
    if request.method == "POST":
        done, status, crossed = _try(
            form,
            lambda: actions.save_team(
                actor=actor_of(request), evaluation_id=row.pk, team_id=found.pk if found else None, **form.cleaned_data
            ),
        )
        if done:
            return _done(request, row, "evaluation-panel", _("The team is kept."))
    context = {**common(request, row), "form": form, "team": found, "crossed": crossed}
    return render(request, "solicitations/evaluation/team.html", context, status=status)


@requires("solicitations.manage_evaluation")
@require_POST
def remove_team(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Take a team away."""
    row = the_evaluation(request, number)
    found = found_or_404(row.teams.all(), pk=pk)
    try:
        actions.remove_team(actor=actor_of(request), team_id=found.pk)
    except Conflict as error:
        messages.error(request, error.message)
        return redirect(request, reverse("solicitations:evaluation-panel", args=[number]))
    return _done(request, row, "evaluation-panel", _("The team is gone; its members stay on the panel."))


@requires("solicitations.view_internal")
@require_http_methods(["GET", "HEAD", "POST"])
def conflict_list(request: HttpRequest, number: str) -> HttpResponse:
    """Who has declared, which conflicts stand, and deciding about a name the portal found."""
    row = the_evaluation(request, number, Crumb(_("Conflicts of interest")))
    actor, status, crossed = actor_of(request), 200, ""
    form = ReviewForm(request.POST or None)
    chosen = request.POST.get("declaration", "")
    if request.method == "POST":
        pk = int(chosen) if chosen.isascii() and chosen.isdigit() else 0
        done, status, crossed = _try(
            form, lambda: conflict_actions.review(actor=actor, declaration_id=pk, **form.cleaned_data)
        )
        if done:
            return _done(request, row, "evaluation-conflicts", _("Your decision is kept, with its reason."))
    every = row.solicitation.opened_proposals.count()
    page = paginate(request, conflicts.of_evaluation(actor, row), per_page=50)
    context = {
        **common(request, row),
        "members": [(m, every - m.settled) for m in queries.panel(row)],  # type: ignore[attr-defined]
        "page": page,
        "lines": [
            (
                c,
                getattr(c, "review", None),
                c.ground == ConflictGround.FOUND_BOARD and c.member.user_id != actor.user_id,
            )
            for c in page
        ],
        "form": form,
        "chosen": chosen,
        "crossed": crossed,
    }
    return render(request, "solicitations/evaluation/conflicts.html", context, status=status)


patterns = [
    path("plan/<str:number>/evaluation/panel/", panel, name="evaluation-panel"),
    path("plan/<str:number>/evaluation/panel/<int:pk>/", place, name="evaluation-place"),
    path("plan/<str:number>/evaluation/teams/new/", team, name="evaluation-team-new"),
    path("plan/<str:number>/evaluation/teams/<int:pk>/", team, name="evaluation-team"),
    path("plan/<str:number>/evaluation/teams/<int:pk>/remove/", remove_team, name="evaluation-team-remove"),
    path("plan/<str:number>/evaluation/conflicts/", conflict_list, name="evaluation-conflicts"),
]
