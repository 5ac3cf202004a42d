"""Read a draft as it will be published; send it to review, return it, publish it; cancel a solicitation."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from procurement_portal.documents.kinds import KINDS
from procurement_portal.people.access import actor_of, requires
from procurement_portal.web.community_areas import COMMUNITY_AREAS
from procurement_portal.web.htmx import redirect
from procurement_portal.web.refusal import Conflict, Invalid, Refused
from procurement_portal.web.shell import Crumb
from solicitations.actions import publication as actions
from solicitations.actions.solicitation import ANSWER_LANGUAGES
from solicitations.forms.plan import WhyForm
from solicitations.models.solicitation import Solicitation
from solicitations.queries import drafting
from solicitations.queries import solicitation as queries
from solicitations.queries.checks import Problem, count_words
from solicitations.queries.programs import programs
from solicitations.states import BEFORE_PUBLICATION, SolicitationState
from solicitations.views.drafts import crumbs, put_errors, the_draft
from solicitations.views.plan import TITLES, _topic_url
from solicitations.workflow.notice import SOLICITATION

_AREAS = {area.number: area.name for area in COMMUNITY_AREAS}


def preview(row: Solicitation) -> dict[str, Any]:
    """Everything a reader of the notice sees, for `_preview.html`."""
    parts = queries.sections(row)
    return {
        "row": row,
        "area_names": [_AREAS[number] for number in queries.areas(row)],
        "funding": queries.funding(row),
        "lots": queries.lots(row),
        "papers": [(KINDS[d.kind].label if d.kind in KINDS else d.kind, d) for d in queries.documents(row)],
        "criteria": list(row.criteria.order_by("position")),
        "sections": parts,
        "languages": [ANSWER_LANGUAGES.get(code, code) for code in row.languages],
        "programs": programs(row),
    }


@requires("solicitations.view_internal")
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, number: str) -> HttpResponse:
    """The whole notice before it is one, what stands against it, and the decision of the person reading."""
    actor = actor_of(request)
    row = the_draft(request, number)
    form, crossed, status = WhyForm(), "", 200
    if request.method == "POST":
        if request.POST.get("act") == "return":
            form = WhyForm(request.POST)
        try:
            if form.is_valid() or not form.is_bound:
                return _act(request, row, form)
            status = 422
        except Invalid as error:
            put_errors(form, error)
            status = 422
        except Conflict as error:
            crossed, status = error.message, 409
            row.refresh_from_db()
    found = drafting.found_problems(row) if row.state in BEFORE_PUBLICATION else []
    crumbs(request, row, Crumb(_("Review")))
    second = actor.user_id not in (row.drafted_by_id, row.review_requested_by_id)
    context = {
        **preview(row),
        "state": SOLICITATION.public[row.state],
        "found": [(TITLES[p.topic], _problem_url(row, p), p) for p in found],
        "problem_words": count_words(found) if found else "",
        "form": form,
        "crossed": crossed,
        "own": actor.department_id == row.department_id,
        "may_send": row.state == SolicitationState.DRAFT and actor.can("solicitations.draft"),
        "may_return": row.state == SolicitationState.IN_REVIEW and actor.can("solicitations.draft"),
        "may_publish": row.state == SolicitationState.IN_REVIEW and actor.can("solicitations.publish") and second,
        "needs_second": row.state == SolicitationState.IN_REVIEW and actor.can("solicitations.publish") and not second,
    }
    return render(request, "solicitations/plan/review.html", context, status=status)


def _problem_url(row: Solicitation, problem: Problem) -> str:
    """Where a problem is mended: the field on its topic's page, or the row's own editor."""
    if problem.row is not None and problem.topic == "questions":
        return reverse("solicitations:question-edit", args=[row.number, problem.row]) + f"#id_{problem.field}"
    if problem.row is not None and problem.topic == "criteria" and problem.field != "questions":
        return reverse("solicitations:criterion-edit", args=[row.number, problem.row]) + f"#id_{problem.field}"
    return _topic_url(row, problem.topic) + f"#id_{problem.field}"


def _act(request: HttpRequest, row: Solicitation, form: WhyForm) -> HttpResponse:
    """The button that was pressed. Raises what the action raises."""
    actor = actor_of(request)
    act = request.POST.get("act", "")
    home = reverse("solicitations:plan", args=[row.number])
    if act == "request_review":
        actions.request_review(actor=actor, solicitation_id=row.pk)
        messages.success(request, _("Sent to review. A procurement officer of the department is told."))
    elif act == "return":
        actions.return_to_draft(actor=actor, solicitation_id=row.pk, why=form.cleaned_data["why"])
        messages.success(request, _("Returned to draft. Whoever drafted it is told why."))
    elif act == "publish":
        lock = request.POST.get("lock", "")
        if not lock.isascii() or not lock.isdigit():
            raise Conflict(_("Read the draft again before you publish."))
        actions.publish(actor=actor, solicitation_id=row.pk, lock=int(lock))
        messages.success(request, _("Published. Everybody can read it now."))
    else:
        raise Refused(_("Choose what to do."))
    return redirect(request, home)


@requires("solicitations.cancel")
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: HttpRequest, number: str) -> HttpResponse:
    """End a solicitation without award, for a reason everybody reads."""
    row = the_draft(request, number)
    form, status = WhyForm(request.POST or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            actions.cancel(actor=actor_of(request), solicitation_id=row.pk, why=form.cleaned_data["why"])
            messages.success(request, _("Canceled."))
            return redirect(request, reverse("solicitations:plan", args=[row.number]))
    crumbs(request, row, Crumb(_("Cancel")))
    return render(
        request,
        "solicitations/plan/cancel.html",
        {"row": row, "form": form, "state": SOLICITATION.public[row.state]},
        status=status,
    )


patterns = [
    path("plan/<str:number>/review/", review, name="plan-review"),
    path("plan/<str:number>/cancel/", cancel, name="plan-cancel"),
]
