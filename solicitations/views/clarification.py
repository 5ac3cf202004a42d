"""What a proposer is asked after opening: papers that lack, questions, interviews."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from procurement_portal.documents.queries import vault_of
from procurement_portal.people.access import actor_of, found_or_404, requires
from procurement_portal.time.clock import in_time, now
from procurement_portal.web.htmx import redirect
from procurement_portal.web.refusal import Conflict, Invalid, Refused
from procurement_portal.web.shell import Crumb
from solicitations.actions import clarification, cure
from solicitations.forms.cure import HandInForm, ReplyForm
from solicitations.models.opening import OpenedProposal
from solicitations.queries import cure as queries
from solicitations.queries.submission import own
from solicitations.views.answers import crumbs
from solicitations.views.drafts import put_errors


@requires("proposals.view")
@require_http_methods(["GET", "HEAD", "POST"])
def requests(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything the agency asks of this proposal after opening, each with its hour."""
    actor = actor_of(request)
    submission = found_or_404(own(actor), pk=pk)
    proposal = found_or_404(queries.own_proposals(actor), submission=submission)
    bound: dict[str, Any] = {}
    refused, status = "", 200
    if request.method == "POST":
        try:
            done = _act(request, proposal, bound)
        except Refused as error:
            refused, status = error.reason, 403
        except Conflict as error:
            refused, status = error.message, 409
        else:
            if done:
                messages.success(request, done)
                return redirect(request, reverse("solicitations:proposal_requests", args=[pk]))
            status = 422
    crumbs(request, submission, Crumb(_("Requests of the agency")))
    present = now()
    items = [
        (
            item,
            in_time(present, item.window.closes_at),
            bound.get(f"item-{item.pk}") or _hand_in_form(request, item, None),
        )
        for item in queries.own_items(actor).filter(proposal=proposal)
    ]
    questions = [
        (asked, in_time(present, asked.due_at), bound.get(f"question-{asked.pk}") or ReplyForm(prefix=f"q{asked.pk}"))
        for asked in queries.own_questions(actor).filter(proposal=proposal)
    ]
    context = {
        "submission": submission,
        "items": items,
        "questions": questions,
        "interviews": list(queries.own_interviews(actor).filter(proposal=proposal)),
        "refused": refused,
        "bound": list(bound.values()),
        "may_hand_in": actor.can("documents.manage"),
        "may_answer": actor.can("proposals.edit"),
    }
    return render(request, "solicitations/cure/requests.html", context, status=status)


def _hand_in_form(request: HttpRequest, item: Any, data: Any) -> HandInForm:
    papers = vault_of(actor_of(request), item.proposal.organization_id).filter(kind=item.kind)
    return HandInForm(data, documents=papers, prefix=f"i{item.pk}")


def _act(request: HttpRequest, proposal: OpenedProposal, bound: dict[str, Any]) -> str:
    """The button that was pressed: the message for success, "" when a form is at fault. Raises Refused, Conflict."""
    actor = actor_of(request)
    act, _sign, given = request.POST.get("act", "").partition(":")
    pk = int(given) if given.isascii() and given.isdigit() and len(given) < 12 else 0
    if act == "hand_in":
        item = found_or_404(queries.own_items(actor), pk=pk, proposal=proposal)
        form: Any = _hand_in_form(request, item, request.POST)
        bound[f"item-{pk}"] = form
        if form.is_valid():
            try:
                cure.hand_in(actor=actor, item_id=pk, document_id=form.cleaned_data["document"])
                return _("Handed in.")
            except Invalid as error:
                put_errors(form, error)
        return ""
    if act == "answer":
        found_or_404(queries.own_questions(actor), pk=pk, proposal=proposal)
        form = ReplyForm(request.POST, prefix=f"q{pk}")
        bound[f"question-{pk}"] = form
        if form.is_valid():
            clarification.answer(actor=actor, request_id=pk, text=form.cleaned_data["answer"])
            return _("Answered. Your answer stands beside your proposal.")
        return ""
    raise Refused(_("Choose what to do."))


patterns = [path("our-answers/<int:pk>/requests/", requests, name="proposal_requests")]
