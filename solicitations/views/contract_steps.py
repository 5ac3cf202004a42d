"""One step of a contract at its desk: what it looks at, and pass, not needed, send back or answer; a new document."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from procurement_portal.people.access import actor_of, found_or_404, requires
from procurement_portal.time.clock import now
from procurement_portal.web import pieces, words
from procurement_portal.web.htmx import redirect
from procurement_portal.web.refusal import Conflict, Invalid, Refused
from procurement_portal.web.shell import Crumb
from solicitations.actions import execution as actions
from solicitations.actions import paper as papers
from solicitations.forms.contract import AnswerForm, NotNeededForm, PaperForm, PassForm, ReturnForm
from solicitations.models.contract import Contract
from solicitations.models.execution import ContractStep
from solicitations.queries import contract as contracts
from solicitations.queries import execution as queries
from solicitations.states import ContractStepKind, Side
from solicitations.views import contract_parts as parts
from solicitations.views.contracts import the_contract
from solicitations.workflow.contract import SIGNING
from solicitations.workflow.execution import STEPS

_FORMS: dict[str, type[forms.Form]] = {
    "pass": PassForm, "not_needed": NotNeededForm, "return": ReturnForm, "answer": AnswerForm,
}  # fmt: skip


@requires("solicitations.view_internal")
@require_http_methods(["GET", "HEAD", "POST"])
def step(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """What a step looks at, and the decision of whoever holds it."""
    contract = the_contract(request, number)
    row = found_or_404(queries.step_rows(actor_of(request)).prefetch_related("returns"), pk=pk, contract=contract)
    row.contract = contract
    bound: dict[str, forms.Form] = {}
    refused, status = "", 200
    if request.method == "POST":
        act = request.POST.get("act", "")
        form = _FORMS.get(act, PassForm)(request.POST, prefix=act)
        bound[act], status = form, 422
        if form.is_valid():
            try:
                return _done(request, row, act, form.cleaned_data)
            except Invalid as error:
                parts.put_errors(form, error.problems)
            except Refused as error:
                refused, status = error.reason, 403
            except Conflict as crossed:
                refused, status = crossed.message, 409
    return _page(request, contract, row, bound, refused, status)


def _done(request: HttpRequest, row: ContractStep, act: str, given: dict[str, Any]) -> HttpResponse:
    """The button that was pressed. Raises what the action raises."""
    actor = actor_of(request)
    if act == "pass":
        actions.pass_step(actor=actor, step_id=row.pk, why=given["why"])
        messages.success(request, _("Passed. What waited for it is open now."))
    elif act == "not_needed":
        actions.not_needed(actor=actor, step_id=row.pk, why=given["why"])
        messages.success(request, _("Marked as not needed, with your reason."))
    elif act == "return":
        actions.return_step(actor=actor, step_id=row.pk, to=given["to"], why=given["why"])
        messages.success(request, _("Sent back. Its days go on; theirs are counted apart."))
    elif act == "answer":
        sent = queries.open_return(row)
        if sent is None:
            raise Conflict(_("There is nothing to answer any more."))
        actions.answer_return(actor=actor, return_id=sent.pk, answer=given["answer"])
        messages.success(request, _("Answered. The step goes on at its desk."))
    else:
        raise Refused(_("Choose what to do."))
    return redirect(request, reverse("solicitations:contract", args=[row.contract.number]))


def _page(
    request: HttpRequest, contract: Contract, row: ContractStep, bound: dict[str, forms.Form], refused: str, status: int
) -> HttpResponse:
    actor = actor_of(request)
    sent = queries.open_return(row)
    is_open = row.opened_at is not None and row.done_at is None
    decides = is_open and queries.may_end(actor, row) and row.kind not in SIGNING
    prepares = actor.can("solicitations.prepare_contract") and actor.department_id == contract.department_id
    needed = queries.needed_papers(contract, contracts.prime_id(contract)) if row.amendment_id is None else []
    asked = queries.of_step(row.kind, needed)
    made = {act: bound.get(act) or form(prefix=act) for act, form in _FORMS.items()}
    parts.crumbs(request, contract, Crumb(row.get_kind_display()))
    context = {
        "contract": contract, "row": row, "act": STEPS[row.kind].act, "facts": _facts(contract, row), "refused": refused,
        "asked": [(paper, standing(paper)) for paper in asked],
        "asks_papers": row.kind in (ContractStepKind.DOCUMENTS, ContractStepKind.INSURANCE, ContractStepKind.DISCLOSURE),
        "reads_terms": row.kind in (ContractStepKind.LAW, ContractStepKind.BUDGET),
        "budget": parts.budget_table(contract), "paper": contracts.standing_paper(contract, row.amendment),
        "forms": made, "bound": list(bound.values()), "sent": sent,
        "decides": decides and sent is None,
        "may_leave_out": row.kind != ContractStepKind.LEGISLATIVE,
        "may_answer": is_open and sent is not None and sent.to == Side.DEPARTMENT and prepares,
        "signing": row.kind in SIGNING,
    }  # fmt: skip
    return render(request, "solicitations/contract/step.html", context, status=status)


def _facts(contract: Contract, row: ContractStep) -> list[pieces.Fact]:
    calendar = queries.calendar_of(contract)
    days = queries.days_of(row, calendar, now())
    found = [
        pieces.Fact(_("Contract"), words.data(contract.number)),
        pieces.Fact(_("Whose desk"), words.data(parts.desk(row))),
        pieces.Fact(_("Open since"), words.instant(row.opened_at) if row.opened_at else words.NONE),
        pieces.Fact(_("Promised by"), words.instant(row.due_at) if row.due_at else words.NONE),
    ]
    if days is not None:
        found.append(pieces.Fact(_("Business days at the department"), str(days.agency)))
        found.append(pieces.Fact(_("Business days with the organization"), str(days.applicant)))
    return found


def standing(paper: queries.Paper) -> tuple[str, str]:
    """(kind of mark, words) of one paper against the vault."""
    document = paper.found.document
    if paper.here:
        until = document.expires_on if document is not None else None
        return "done", _("There, valid until %(day)s") % {"day": words.day(until)} if until else _("There")
    if paper.short:
        return "late", _("Shows only %(short)s") % {"short": paper.short}
    if paper.lapsed and document is not None:
        return "late", _("Ends %(day)s, before the contract starts") % {"day": words.day(document.expires_on)}
    return "late", _("Missing")


@requires("solicitations.prepare_contract")
@require_http_methods(["GET", "HEAD", "POST"])
def replace_paper(request: HttpRequest, number: str) -> HttpResponse:
    """Void the standing document openly and make a new one."""
    contract = the_contract(request, number)
    start = {"title": contract.title, "conditions": contract.terms.get("conditions", "")}
    form, status = PaperForm(request.POST or None, initial=start), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                papers.replace_paper(actor=actor_of(request), contract_id=contract.pk, **form.cleaned_data)
            except Invalid as error:
                parts.put_errors(form, error.problems)
            else:
                messages.success(request, _("The document is replaced. Both sides are told why."))
                return redirect(request, reverse("solicitations:contract", args=[contract.number]))
    parts.crumbs(request, contract, Crumb(_("Replace the document")))
    paper = contracts.standing_paper(contract)
    context = {"row": contract, "form": form, "paper": paper, "given": contracts.signatures(paper) if paper else []}
    return render(request, "solicitations/contract/replace.html", context, status=status)


patterns = [
    path("contracts/<str:number>/steps/<int:pk>/", step, name="contract-step"),
    path("contracts/<str:number>/document/", replace_paper, name="contract-replace"),
]
