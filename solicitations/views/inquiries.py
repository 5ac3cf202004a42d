"""Ask about a notice; answer at the desk without knowing who asked; publish for everybody."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from procurement_portal.people.access import actor_of, found_or_404, requires
from procurement_portal.web.htmx import redirect
from procurement_portal.web.pagination import paginate
from procurement_portal.web.refusal import Conflict, Invalid
from procurement_portal.web.shell import Crumb
from solicitations.actions import inquiry as actions
from solicitations.forms.inquiry import AnswerForm, AskForm
from solicitations.queries import inquiry as queries
from solicitations.queries.solicitation import published
from solicitations.states import InquiryState, SolicitationState
from solicitations.views.drafts import crumbs, put_errors, the_draft
from solicitations.workflow.notice import INQUIRY


@requires("account.use")
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask a question for one's organization until the hour the notice states; below, what it asked before."""
    actor = actor_of(request)
    row = found_or_404(published(actor), pk=pk)
    form, status = AskForm(request.POST or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                actions.ask(actor=actor, solicitation_id=row.pk, text=form.cleaned_data["text"])
            except Invalid as error:
                put_errors(form, error)
            else:
                messages.success(
                    request, _("Asked. The answer is published with the notice, and you are told when it is there.")
                )
                return redirect(request, reverse("solicitations:ask", args=[row.pk]))
    notice = reverse("solicitations:notice", args=[row.pk])
    request.shell_breadcrumbs = [  # type: ignore[attr-defined]
        Crumb(_("Home"), reverse("home")),
        Crumb(_("Opportunities"), reverse("solicitations:opportunities")),
        Crumb(row.number, notice),
        Crumb(_("Ask a question")),
    ]
    own = queries.own(actor).filter(solicitation=row)
    context = {
        "row": row,
        "form": form,
        "may_ask": queries.may_ask(actor, row),
        "has_organization": actor.organization_id is not None,
        "organization": actor.organization_name,
        "own": [(inquiry, INQUIRY.public[InquiryState(inquiry.status)]) for inquiry in own],
        "notice": notice,
    }
    return render(request, "solicitations/inquiries/ask.html", context, status=status)


@requires("organization.view")
@require_safe
def own_list(request: HttpRequest) -> HttpResponse:
    """Everything the organization asked, newest first."""
    page = paginate(request, queries.own(actor_of(request)))
    request.shell_breadcrumbs = [Crumb(_("Home"), reverse("home")), Crumb(_("Our questions"))]  # type: ignore[attr-defined]
    rows = [(inquiry, INQUIRY.public[InquiryState(inquiry.status)]) for inquiry in page]
    return render(request, "solicitations/inquiries/own.html", {"page": page, "rows": rows})


@requires("solicitations.view_internal")
@require_http_methods(["GET", "HEAD", "POST"])
def desk(request: HttpRequest, number: str) -> HttpResponse:
    """The questions about a notice, without who asked: waiting, drafted, published; publish the drafted ones."""
    actor = actor_of(request)
    row = the_draft(request, number)
    if request.method == "POST":
        chosen = [int(pk) for pk in request.POST.getlist("inquiries") if pk.isascii() and pk.isdigit() and len(pk) < 12]
        try:
            done = actions.publish_answers(actor=actor, solicitation_id=row.pk, inquiry_ids=chosen)
        except (Invalid, Conflict) as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("%(count)d published with the notice.") % {"count": len(done)})
        return redirect(request, reverse("solicitations:inquiry-desk", args=[row.number]))
    rows = list(queries.for_staff(actor).filter(solicitation=row))
    crumbs(request, row, Crumb(_("Questions and answers")))
    context = {
        "row": row,
        "waiting": [r for r in rows if r.status == InquiryState.ASKED],
        "drafted": [r for r in rows if r.status == InquiryState.ANSWERED],
        "published": sorted((r for r in rows if r.status == InquiryState.PUBLISHED), key=lambda r: r.number or 0),
        "may_answer": actor.can("solicitations.answer_inquiry") and actor.department_id == row.department_id,
        "is_open": row.state == SolicitationState.PUBLISHED,
    }
    return render(request, "solicitations/inquiries/desk.html", context)


@requires("solicitations.answer_inquiry")
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Draft the answer to one question."""
    actor = actor_of(request)
    row = the_draft(request, number)
    inquiry = found_or_404(queries.for_staff(actor), pk=pk, solicitation=row)
    initial = {
        "published_text": inquiry.published_text or inquiry.text,
        "answer": inquiry.answer,
        "lock": inquiry.lock,
    }
    form, conflict, status = AnswerForm(initial=initial), None, 200
    home = reverse("solicitations:inquiry-desk", args=[row.number])
    if request.method == "POST":
        form, status = AnswerForm(request.POST), 422
        if form.is_valid():
            data = form.cleaned_data
            try:
                actions.answer(
                    actor=actor, inquiry_id=pk, lock=data["lock"], published_text=data["published_text"],
                    text=data["answer"],
                )  # fmt: skip
            except Invalid as error:
                put_errors(form, error)
            except Conflict as error:
                conflict, status = error, 409
                again = request.POST.copy()
                again["lock"] = str(inquiry.lock)
                form = AnswerForm(again)
            else:
                messages.success(request, _("The answer is kept. Publish it when it is right."))
                return redirect(request, home)
    crumbs(request, row, Crumb(_("Questions and answers"), home), Crumb(_("Answer")))
    context = {"row": row, "inquiry": inquiry, "form": form, "conflict": conflict, "back": home}
    return render(request, "solicitations/inquiries/answer.html", context, status=status)


patterns = [
    path("opportunities/<int:pk>/ask/", ask, name="ask"),
    path("our-questions/", own_list, name="inquiry-list-own"),
    path("plan/<str:number>/inquiries/", desk, name="inquiry-desk"),
    path("plan/<str:number>/inquiries/<int:pk>/", answer, name="inquiry-answer"),
]
