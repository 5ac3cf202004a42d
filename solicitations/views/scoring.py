"""The evaluators' pages: their panels, declaring conflicts, what to read, one proposal beside its scales, locking."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from procurement_portal.history.record import witness
from procurement_portal.people.access import actor_of, found_or_404, requires
from procurement_portal.time.clock import now
from procurement_portal.web import autosave
from procurement_portal.web.htmx import redirect
from procurement_portal.web.pagination import paginate
from procurement_portal.web.pieces import Clock
from procurement_portal.web.refusal import Conflict, Invalid, Refused
from procurement_portal.web.shell import Crumb, NextAction
from solicitations.actions import conflict as conflict_actions
from solicitations.actions import scoring as actions
from solicitations.forms.scoring import (
    GROUND_CHOICES,
    ConflictForm,
    ProposerRow,
    ShownScore,
    controls,
    declared_in,
    given,
    plain,
)
from solicitations.models.evaluation import Assignment, PanelMember
from solicitations.models.scoring import Score
from solicitations.queries import conflict as conflicts
from solicitations.queries import opening
from solicitations.queries import scoring as queries
from solicitations.states import EvaluationState, UnconfirmedRule
from solicitations.views.answers import version_in
from solicitations.views.drafts import put_errors
from solicitations.views.opened import shown_parts
from solicitations.views.opening import about
from solicitations.workflow.evaluation import EVALUATION

MINE = "solicitations:evaluation-mine"


def _crumbs(request: HttpRequest, place: PanelMember | None = None, *here: Crumb) -> None:
    way = [Crumb(_("Home"), reverse("home")), Crumb(_("Evaluate"), reverse(MINE))]
    if place is not None:
        number = place.evaluation.solicitation.number
        way.append(Crumb(number, reverse("solicitations:evaluation-reading", args=[place.pk])))
    request.shell_breadcrumbs = [*way, *here]  # type: ignore[attr-defined]


@requires("solicitations.evaluate")
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """The panels one is on, with what is to do and by when."""
    actor = actor_of(request)
    found = list(queries.places_with_work(actor))
    counts = queries.counts(actor, found)
    request.shell_breadcrumbs = [Crumb(_("Home"), reverse("home")), Crumb(_("Evaluate"))]  # type: ignore[attr-defined]
    lines = [(place, counts[place.pk], EVALUATION.public[EvaluationState(place.evaluation.status)]) for place in found]
    return render(request, "solicitations/evaluation/mine.html", {"lines": lines})


@requires("solicitations.evaluate")
@require_safe
def reading_list(request: HttpRequest, pk: int) -> HttpResponse:
    """What one reads on one panel: not begun, started, locked."""
    actor = actor_of(request)
    place = found_or_404(queries.places(actor), pk=pk)
    evaluation = place.evaluation
    rows = queries.reading_list(actor, place)
    page = paginate(request, rows, per_page=100)
    declares = conflicts.to_declare(place).exists()
    _crumbs(request, None, Crumb(evaluation.solicitation.number))
    if declares:
        request.shell_next_action = NextAction(  # type: ignore[attr-defined]
            _("Declare conflicts"), reverse("solicitations:evaluation-declare", args=[pk])
        )
    else:
        following = next((r for r in page if r.locked_at is None), None)
        if following is not None and evaluation.status == EvaluationState.SCORING:
            label = _("Go on reading") if following.scored else _("Read the next proposal")
            request.shell_next_action = NextAction(label, reverse("solicitations:reading", args=[following.pk]))  # type: ignore[attr-defined]
    context = {
        "place": place,
        "row": evaluation.solicitation,
        "evaluation": evaluation,
        "state": EVALUATION.public[EvaluationState(evaluation.status)],
        "preparing": evaluation.status == EvaluationState.PREPARING,
        "page": page,
        "criteria": evaluation.solicitation.criteria.count(),
        "counts": queries.counts(actor, [place])[place.pk],
        "declares": declares,
        "clock": Clock(
            evaluation.scoring_began_at or evaluation.begun_at, evaluation.scoring_due_at, now(),
            stopped=evaluation.scoring_ended_at,
        ),
        "own": list(conflicts.own_declarations(place)),
    }  # fmt: skip
    return render(request, "solicitations/evaluation/reading_list.html", context)


@requires("solicitations.evaluate")
@require_http_methods(["GET", "HEAD", "POST"])
def declare(request: HttpRequest, pk: int) -> HttpResponse:
    """Every proposer with its partners and boards, and what connects one with them."""
    actor = actor_of(request)
    place = found_or_404(queries.places(actor), pk=pk)
    asked = list(conflicts.to_declare(place))
    behind = conflicts.organizations_of(asked)
    boards = conflicts.boards(set().union(*behind.values()) if behind else set())
    rows = [ProposerRow(p, [m for o in sorted(behind[p.pk]) for m in boards.get(o, [])]) for p in asked]
    problems, crossed, status = {}, "", 200
    if request.method == "POST":
        marked, seen = declared_in(request.POST, asked)
        for shown in rows:
            key = shown.proposal.pk
            shown.marked = key in marked
            shown.ground, shown.statement = marked.get(key, ("", ""))
        try:
            conflict_actions.declare(
                actor=actor, member_id=pk, seen=seen, conflicts=marked, attested="attested" in request.POST
            )
        except Invalid as error:
            problems, status = error.problems, 422
            for shown in rows:
                key = shown.proposal.pk
                shown.errors = problems.get(f"ground-{key}", []) + problems.get(f"statement-{key}", [])
        except Conflict as error:
            crossed, status = error.message, 409
        else:
            messages.success(request, _("Your declaration is kept."))
            return redirect(request, reverse("solicitations:evaluation-reading", args=[pk]))
    _crumbs(request, place, Crumb(_("Conflicts of interest")))
    context = {
        "place": place, "row": place.evaluation.solicitation, "rows": rows, "grounds": GROUND_CHOICES,
        "attest_errors": problems.get("attested", []), "trouble": bool(problems), "crossed": crossed,
        "own": list(conflicts.own_declarations(place)),
    }  # fmt: skip
    return render(request, "solicitations/evaluation/declare.html", context, status=status)


@requires("solicitations.evaluate")
@require_http_methods(["GET", "HEAD", "POST"])
def reading(request: HttpRequest, pk: int) -> HttpResponse:
    """One proposal beside its scales: points with a reason for each criterion. The reading is witnessed."""
    actor = actor_of(request)
    found = found_or_404(queries.readings(actor), pk=pk)
    failed: dict[int, ShownScore] = {}
    refused, status = "", 200
    if request.method == "POST":
        failed, refused = _save_all(request, found)
        if not failed and not refused:
            messages.success(request, _("Saved."))
            if request.POST.get("next") == "lock":
                return redirect(request, reverse("solicitations:reading-lock", args=[pk]))
            return redirect(request, request.path)
        status = 403 if refused else 422
    else:
        witness(actor, "proposal.read", found.proposal)
    return render(
        request, "solicitations/evaluation/reading.html", _page(request, found, failed, refused), status=status
    )


def _page(request: HttpRequest, found: Assignment, failed: dict[int, ShownScore], refused: str) -> dict[str, Any]:
    parts = queries.answers(opening.parts(found.proposal))
    by_criterion: dict[int | None, list[Any]] = defaultdict(list)
    for part in shown_parts(parts):
        by_criterion[part.part.criterion_id].append(part)
    scores = queries.own_scores(found)
    shown = []
    for criterion in queries.criteria(found):
        one = failed.get(criterion.pk) or _from(criterion, scores.get(criterion.pk))
        one.answers = by_criterion[criterion.pk]
        shown.append(one)
    evaluation = found.member.evaluation
    writes = found.locked_at is None and evaluation.status == EvaluationState.SCORING
    _crumbs(request, found.member, Crumb(str(found.proposal.organization)))
    return {
        **about(found.proposal),
        "row": evaluation.solicitation,
        "reading": found,
        "shown": shown,
        "others": by_criterion[None],
        "writes": writes,
        "refused": refused,
        "trouble": bool(failed),
        "saved_at": queries.last_saved(scores),
        "user_id": found.member.user_id,
        "complete": len(scores) == len(shown),
        "unconfirmed_rule": UnconfirmedRule(evaluation.solicitation.unconfirmed_rule).label,
        "clock": Clock(
            evaluation.scoring_began_at or evaluation.begun_at, evaluation.scoring_due_at, now(),
            stopped=found.locked_at,
        ),
    }  # fmt: skip


def _from(criterion: Any, score: Score | None) -> ShownScore:
    if score is None:
        return ShownScore(criterion, [])
    return ShownScore(criterion, [], plain(score), score.reason, score.share, score.version)


def _save_all(request: HttpRequest, found: Assignment) -> tuple[dict[int, ShownScore], str]:
    """Save every criterion in which something was written; what could not be saved comes back with what was typed."""
    failed: dict[int, ShownScore] = {}
    for criterion in queries.criteria(found):
        one = ShownScore(criterion, [])
        data = given(one.name, request.POST)
        if not (data["points"].strip() or data["reason"].strip()):
            continue
        base = version_in(request.POST.get(f"v-{one.name}", "0"))
        one.points, one.reason, one.share, one.version = data["points"], data["reason"], data["share"], base
        try:
            actions.save(
                actor=actor_of(request), reading_id=found.pk, criterion_id=criterion.pk, base_version=base, **data
            )
        except Invalid as error:
            one.errors = error.problems
            failed[criterion.pk] = one
        except Conflict as error:
            assert isinstance(error.current, Score)
            one.theirs, one.version = f"{plain(error.current)}: {error.current.reason}", error.current.version
            failed[criterion.pk] = one
        except Refused as error:
            return failed, error.reason
    return failed, ""


@requires("solicitations.evaluate")
@require_POST
def save_score(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one criterion's points and reason as they save themselves. See `web.autosave`."""
    actor = actor_of(request)
    found = found_or_404(queries.readings(actor), pk=pk)
    try:
        sent = autosave.read(request)
        kind, _dash, key = sent.field.partition("-")
        if kind != "c" or not (key.isascii() and key.isdigit()):
            raise Http404
        saved = actions.save(
            actor=actor, reading_id=found.pk, criterion_id=int(key), base_version=version_in(sent.version),
            **given(sent.field, sent.data),
        )  # fmt: skip
    except Conflict as conflict:
        assert isinstance(conflict.current, Score)
        return autosave.conflict(conflict.current.version, controls(conflict.current), actor.name)
    except Invalid as invalid:
        return autosave.invalid([m for found_ in invalid.problems.values() for m in found_])
    except Refused as refused:
        return autosave.refused(refused.reason)
    return autosave.saved(saved.version, saved.at)


@requires("solicitations.evaluate")
@require_http_methods(["GET", "HEAD", "POST"])
def lock(request: HttpRequest, pk: int) -> HttpResponse:
    """The summary of one's scores, and locking them."""
    actor = actor_of(request)
    found = found_or_404(queries.readings(actor), pk=pk)
    refused, crossed, status = "", "", 200
    if request.method == "POST":
        try:
            actions.lock(actor=actor, reading_id=pk)
        except Refused as error:
            refused, status = error.reason, 403
        except Conflict as error:
            crossed, status = error.message, 409
        else:
            messages.success(request, _("Locked. Your scores stand."))
            return redirect(request, reverse("solicitations:evaluation-reading", args=[found.member_id]))
        found = queries.readings(actor).filter(pk=pk).first()  # type: ignore[assignment]
        if found is None:  # a conflict was found by this very act: it is gone for this reader
            messages.error(request, refused)
            return redirect(request, reverse(MINE))
    scores = queries.own_scores(found)
    lines = [(criterion, scores.get(criterion.pk)) for criterion in queries.criteria(found)]
    _crumbs(
        request, found.member, Crumb(str(found.proposal.organization), reverse("solicitations:reading", args=[pk])),
        Crumb(_("Lock")),
    )  # fmt: skip
    context = {
        "row": found.member.evaluation.solicitation,
        "reading": found,
        "lines": [(criterion, score, plain(score) if score else "") for criterion, score in lines],
        "lacking": [criterion for criterion, score in lines if score is None],
        "late": now() > found.member.evaluation.scoring_due_at,
        "open": found.locked_at is None and found.member.evaluation.status == EvaluationState.SCORING,
        "refused": refused,
        "crossed": crossed,
    }
    return render(request, "solicitations/evaluation/lock.html", context, status=status)


@requires("solicitations.evaluate")
@require_http_methods(["GET", "HEAD", "POST"])
def late_conflict(request: HttpRequest, pk: int) -> HttpResponse:
    """Declare a conflict noticed while reading; the proposal is gone for this reader from then on."""
    actor = actor_of(request)
    found = found_or_404(queries.readings(actor), pk=pk)
    form, status = ConflictForm(request.POST or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                conflict_actions.add_conflict(
                    actor=actor, member_id=found.member_id, proposal_id=found.proposal_id, **form.cleaned_data
                )
            except Invalid as error:
                put_errors(form, error)
            else:
                messages.success(request, _("Your declaration is kept. The proposal is no longer on your list."))
                return redirect(request, reverse("solicitations:evaluation-reading", args=[found.member_id]))
    _crumbs(
        request, found.member, Crumb(str(found.proposal.organization), reverse("solicitations:reading", args=[pk])),
        Crumb(_("Conflict of interest")),
    )  # fmt: skip
    context = {"row": found.member.evaluation.solicitation, "reading": found, "form": form}
    return render(request, "solicitations/evaluation/late_conflict.html", context, status=status)


patterns = [
    path("evaluation/", mine, name="evaluation-mine"),
    path("evaluation/<int:pk>/", reading_list, name="evaluation-reading"),
    path("evaluation/<int:pk>/conflicts/", declare, name="evaluation-declare"),
    path("evaluation/readings/<int:pk>/", reading, name="reading"),
    path("evaluation/readings/<int:pk>/save/", save_score, name="reading-save"),
    path("evaluation/readings/<int:pk>/lock/", lock, name="reading-lock"),
    path("evaluation/readings/<int:pk>/conflict/", late_conflict, name="reading-conflict"),
]
