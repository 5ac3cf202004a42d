"""The recommendation: the rows by rank, one row's decision, the reasons, the chain."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from procurement_portal.people.access import actor_of, found_or_404, requires
from procurement_portal.time.clock import CHICAGO, today
from procurement_portal.web import words
from procurement_portal.web.community_areas import COMMUNITY_AREAS
from procurement_portal.web.htmx import redirect
from procurement_portal.web.pagination import paginate
from procurement_portal.web.pieces import Fact, Step
from procurement_portal.web.refusal import Conflict, Invalid, Refused
from procurement_portal.web.shell import Crumb
from solicitations.actions import recommendation as actions
from solicitations.forms.recommendation import DecisionForm, ReasonsForm, RowForm
from solicitations.models.recommendation import Recommendation
from solicitations.models.solicitation import Solicitation
from solicitations.queries import recommendation as queries
from solicitations.queries import tally as tallies
from solicitations.queries.solicitation import areas
from solicitations.states import ApprovalOutcome, ApprovalStep, RecommendationState, SolicitationState
from solicitations.views.drafts import crumbs, put_errors
from solicitations.workflow.evaluation import RECOMMENDATION

_AREAS = {area.number: area.name for area in COMMUNITY_AREAS}


@requires("solicitations.view_internal")
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, number: str) -> HttpResponse:
    """The whole recommendation and the decision of whoever reads it."""
    actor = actor_of(request)
    evaluation = found_or_404(tallies.evaluations(actor), solicitation__number=number)
    row = evaluation.solicitation
    made = queries.standing_one(actor, row.pk)
    forms: dict[str, Any] = {"decision": DecisionForm()}
    refused, status = "", 200
    if request.method == "POST":
        try:
            done = _act(request, row, made, forms)
        except Refused as error:
            refused, status = error.reason, 403
        except Conflict as error:
            refused, status = error.message, 409
        else:
            if done:
                messages.success(request, done)
                return redirect(request, reverse("solicitations:recommendation", args=[number]))
            status = 422
        row.refresh_from_db()
        made = queries.standing_one(actor, row.pk)
    crumbs(request, row, Crumb(_("Recommendation")))
    may_write = actor.can("solicitations.recommend") and row.status == SolicitationState.UNDER_EVALUATION
    context: dict[str, Any] = {
        "row": row,
        "made": made,
        "refused": refused,
        "ranked": tallies.is_ranked(evaluation),
        "may_write": may_write,
        "earlier": queries.returned_ones(actor, row.pk),
        **(_shown(request, made, forms) if made else {}),
    }
    context.update({f"{name}_form": form for name, form in forms.items()})
    return render(request, "solicitations/recommendation/page.html", context, status=status)


def _shown(request: HttpRequest, made: Recommendation, forms: dict[str, Any]) -> dict[str, Any]:
    """What the page shows of a recommendation that stands."""
    actor, row = actor_of(request), made.solicitation
    found = queries.lines(made, today())
    draft = made.status == RecommendationState.DRAFT
    step = queries.present_step(made)
    reason = queries.why_not_decide(actor, step, made) if step else ""
    total = queries.totals(found)[None]
    initial = {"summary": made.summary, "departure_reason": made.departure_reason, "lock": made.lock}
    forms.setdefault("reasons", ReasonsForm(initial=initial))
    facts = [
        Fact(_("Awards"), sum(one.row.outcome == queries.AWARD for one in found)),
        Fact(_("Together"), words.money(total)),
        Fact(_("Advertised"), words.money(row.amount_total) if row.amount_total is not None else words.NONE),
        Fact(_("Left"), words.money(row.amount_total - total) if row.amount_total is not None else words.NONE),
        Fact(_("On the waiting list"), sum(one.row.outcome == queries.WAITING for one in found)),
        Fact(_("Rests on"), _("tally %(number)s") % {"number": made.tally.number}),
    ]
    return {
        "state": RECOMMENDATION.public[RecommendationState(made.status)],
        "draft": draft,
        "facts": facts,
        "page": paginate(request, found),
        "found": queries.problems(made, found) if draft else [],
        "departures": queries.departures(found),
        "chain": _way(made) if not draft else [],
        "step": step,
        "step_name": ApprovalStep(step.step).label if step else "",
        "may_decide": step is not None and not reason,
        "why_not": reason,
        "area_names": _AREAS,
    }


def _way(made: Recommendation) -> list[Step]:
    states = {"approved": "done", "returned": "done"}
    return [
        Step(
            name=ApprovalStep(one.step).label,
            state=states.get(one.outcome) or ("now" if one.opened_at else "later"),  # type: ignore[arg-type]
            desk=one.desk.name if one.desk else "",
            done_on=one.decided_at.astimezone(CHICAGO).date() if one.decided_at else None,
            detail=" · ".join(
                filter(
                    None,
                    [
                        str(ApprovalOutcome(one.outcome).label) if one.outcome else "",
                        one.decided_by.name if one.decided_by else "",
                        one.why,
                    ],
                )
            ),
        )
        for one in queries.chain(made)
    ]


def _act(request: HttpRequest, row: Solicitation, made: Recommendation | None, forms: dict[str, Any]) -> str:
    """The button that was pressed: the message for success, "" when a form is at fault. Raises Refused, Conflict."""
    actor, act = actor_of(request), request.POST.get("act", "")
    if act == "begin":
        actions.begin(actor=actor, solicitation_id=row.pk)
        return _("Begun. Decide each proposal, or fill the rows from the rank.")
    if made is None:
        raise Conflict(_("Nothing is recommended yet."))
    if act == "fill":
        actions.fill(actor=actor, recommendation_id=made.pk)
        return _("Filled from the rank. Read each row and change what your judgment says.")
    if act in ("reasons", "send"):
        form: Any = ReasonsForm(request.POST)
        forms["reasons"] = form
        if not form.is_valid():
            return ""
        data = form.cleaned_data
        kept = actions.write_reasons(
            actor=actor, recommendation_id=made.pk, summary=data["summary"],
            departure_reason=data["departure_reason"], lock=data["lock"],
        )  # fmt: skip
        if act == "reasons":
            return _("The reasons are kept.")
        forms.pop("reasons")
        actions.send(actor=actor, recommendation_id=made.pk, lock=kept.lock)
        return _("Sent to approval. The budget desk is told.")
    if act in ("approved", "returned"):
        return _decide(request, made, forms, act)
    raise Refused(_("Choose what to do."))


def _decide(request: HttpRequest, made: Recommendation, forms: dict[str, Any], act: str) -> str:
    given = request.POST.get("step", "")
    form = DecisionForm(request.POST)
    forms["decision"] = form
    if not form.is_valid():
        return ""
    step = next((one for one in queries.chain(made) if str(one.pk) == given), None)
    if step is None:
        raise Conflict(_("Somebody was faster. Read the recommendation again."))
    try:
        actions.decide(actor=actor_of(request), approval_id=step.pk, outcome=act, why=form.cleaned_data["why"])
    except Invalid as error:
        put_errors(form, error)
        return ""
    return _("Approved.") if act == "approved" else _("Returned. Whoever wrote it is told why.")


@requires("solicitations.recommend")
@require_http_methods(["GET", "HEAD", "POST"])
def row_page(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """One proposal's outcome, amount, areas and reason."""
    actor = actor_of(request)
    evaluation = found_or_404(tallies.evaluations(actor), solicitation__number=number)
    notice = evaluation.solicitation
    made = found_or_404(queries.recommendations(actor), solicitation=notice, status=RecommendationState.DRAFT)
    row = found_or_404(queries.rows_of(made), pk=pk)
    (line,) = queries.lines(made, today(), [row])
    choices = [(number_, _AREAS[number_]) for number_ in areas(notice)]
    form, refused, status = RowForm(row=row, areas=choices), "", 200
    back = reverse("solicitations:recommendation", args=[number])
    if request.method == "POST":
        form, status = RowForm(request.POST, row=row, areas=choices), 422
        if form.is_valid():
            try:
                actions.decide_row(actor=actor, recommendation_id=made.pk, row_id=pk, facts=form.cleaned_data)
            except Invalid as error:
                put_errors(form, error)
            except Conflict as error:
                refused, status = error.message, 409
            else:
                messages.success(request, _("Kept."))
                return redirect(request, back)
    crumbs(request, notice, Crumb(_("Recommendation"), back), Crumb(str(row.proposal.organization)))
    facts = [
        Fact(_("Rank"), row.rank if row.rank is not None else words.NONE),
        Fact(_("Total of 100"), row.total if row.total is not None else words.NONE),
        Fact(_("Asks for"), words.money(row.proposal.amount) if row.proposal.amount is not None else words.NONE),
        Fact(_("Smallest award"), words.money(notice.award_min) if notice.award_min is not None else words.NONE),
        Fact(_("Largest award"), words.money(notice.award_max) if notice.award_max is not None else words.NONE),
    ]
    context = {"row": notice, "one": row, "line": line, "form": form, "facts": facts, "back": back, "refused": refused}
    return render(request, "solicitations/recommendation/row.html", context, status=status)


patterns = [
    path("plan/<str:number>/recommendation/", page, name="recommendation"),
    path("plan/<str:number>/recommendation/<int:pk>/", row_page, name="recommendation-row"),
]
