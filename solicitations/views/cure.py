"""Between opening and ranking, for officers: the cure window; each proposal's questions, interviews and shortlist."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from procurement_portal.people.access import actor_of, found_or_404, requires
from procurement_portal.time.clock import now
from procurement_portal.web.htmx import redirect
from procurement_portal.web.pagination import paginate
from procurement_portal.web.refusal import Conflict, Invalid, Refused
from procurement_portal.web.shell import Crumb
from solicitations.actions import clarification, cure, interview, shortlist
from solicitations.forms.cure import InterviewForm, QuestionForm, RecordForm, ShortlistForm, WindowForm
from solicitations.models.opening import OpenedProposal
from solicitations.models.solicitation import Solicitation
from solicitations.queries import cure as queries
from solicitations.views.drafts import crumbs, put_errors


@requires("solicitations.manage_evaluation")
@require_http_methods(["GET", "HEAD", "POST"])
def window(request: HttpRequest, number: str) -> HttpResponse:
    """Publish the one cure window, and see what came within it."""
    actor = actor_of(request)
    row = found_or_404(queries.managed(actor), number=number)
    lacking = queries.lacking(row)
    form, refused, status = WindowForm(lacking=lacking), "", 200
    if request.method == "POST":
        form, status = WindowForm(request.POST, lacking=lacking), 422
        if form.is_valid():
            data = form.cleaned_data
            try:
                cure.publish_window(
                    actor=actor, solicitation_id=row.pk, closes_at=data["closes_at"], note=data["note"],
                    items=form.chosen(),
                )  # fmt: skip
            except Invalid as error:
                put_errors(form, error)
            except Conflict as error:
                refused, status = error.message, 409
            else:
                messages.success(request, _("Published. Each proposer concerned is told."))
                return redirect(request, reverse("solicitations:cure", args=[number]))
    stands = queries.window_of(row)
    crumbs(request, row, Crumb(_("Cure window")))
    context = {
        "row": row,
        "form": form,
        "refused": refused,
        "lacking": lacking,
        "window": stands,
        "items": list(queries.items_of(stands)) if stands else [],
        "is_open": stands is not None and now() <= stands.closes_at,
    }
    return render(request, "solicitations/cure/window.html", context, status=status)


@requires("solicitations.manage_evaluation")
@require_safe
def between(request: HttpRequest, number: str) -> HttpResponse:
    """Every opened proposal with its questions, interviews and place on the shortlist."""
    actor = actor_of(request)
    row = found_or_404(queries.managed(actor), number=number)
    crumbs(request, row, Crumb(_("Questions and interviews")))
    page = paginate(request, queries.proposals(actor).filter(solicitation=row))
    return render(request, "solicitations/cure/between.html", {"row": row, "page": page})


@requires("solicitations.manage_evaluation")
@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """One proposal: ask, invite, keep the record, decide on the shortlist."""
    actor = actor_of(request)
    row = found_or_404(queries.managed(actor), number=number)
    proposal = found_or_404(queries.proposals(actor), pk=pk, solicitation=row)
    forms = {
        "question": QuestionForm(parts=proposal.parts.all()), "interview": InterviewForm(), "record": RecordForm(),
        "shortlist": ShortlistForm(),
    }  # fmt: skip
    refused, status = "", 200
    here = reverse("solicitations:between-proposal", args=[number, pk])
    if request.method == "POST":
        try:
            done = _act(request, proposal, forms)
        except Conflict as error:
            refused, status = error.message, 409
        else:
            if done:
                messages.success(request, done)
                return redirect(request, here)
            status = 422
    crumbs(
        request, row,
        Crumb(_("Questions and interviews"), reverse("solicitations:between", args=[number])),
        Crumb(str(proposal.organization)),
    )  # fmt: skip
    context = _shown(row, proposal) | {f"{name}_form": form for name, form in forms.items()} | {"refused": refused}
    return render(request, "solicitations/cure/one.html", context, status=status)


def _shown(row: Solicitation, proposal: OpenedProposal) -> dict[str, Any]:
    present = now()
    return {
        "row": row,
        "proposal": proposal,
        "during": row.status in queries.DURING,
        "questions": list(proposal.clarifications.select_related("part", "asked_by", "answered_by")),
        "interviews": [(i, i.at <= present and i.recorded_at is None) for i in proposal.interviews.all()],
        "decisions": list(proposal.shortlist_decisions.select_related("decided_by")),
        "present": present,
    }


def _act(request: HttpRequest, proposal: OpenedProposal, forms: dict[str, Any]) -> str:
    """The button that was pressed: the message for success, "" when a form is at fault. Raises Refused, Conflict."""
    actor, act = actor_of(request), request.POST.get("act", "")
    if act == "ask":
        form: Any = QuestionForm(request.POST, parts=proposal.parts.all())
        name = "question"
    elif act in ("invite", "record", "shortlist"):
        name = {"invite": "interview", "record": "record", "shortlist": "shortlist"}[act]
        form = {"interview": InterviewForm, "record": RecordForm, "shortlist": ShortlistForm}[name](request.POST)
    else:
        raise Refused(_("Choose what to do."))
    forms[name] = form
    if not form.is_valid():
        return ""
    data = form.cleaned_data
    try:
        if act == "ask":
            clarification.ask(
                actor=actor, proposal_id=proposal.pk, question=data["question"], due_at=data["due_at"],
                part_id=data["part"],
            )  # fmt: skip
            return _("Asked. The proposer is told.")
        if act == "invite":
            interview.invite(actor=actor, proposal_id=proposal.pk, **data)
            return _("Invited.")
        if act == "record":
            given = request.POST.get("interview", "")
            pk = int(given) if given.isascii() and given.isdigit() and len(given) < 12 else 0
            interview.keep_record(actor=actor, interview_id=pk, text=data["record"])
            return _("Kept.")
        shortlist.decide(actor=actor, proposal_id=proposal.pk, listed=data["listed"], reason=data["reason"])
        return _("Decided.")
    except Invalid as error:
        put_errors(form, error)
        return ""


patterns = [
    path("plan/<str:number>/evaluation/cure/", window, name="cure"),
    path("plan/<str:number>/evaluation/between/", between, name="between"),
    path("plan/<str:number>/evaluation/between/<int:pk>/", one, name="between-proposal"),
]
