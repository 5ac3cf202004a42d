"""Contracts of a department: the list, one contract with its whole way, making it, ending it without signature."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from procurement_portal.history.record import entries_for, witness
from procurement_portal.history.telling import tell
from procurement_portal.people.access import actor_of, found_or_404, requires
from procurement_portal.people.actor import Actor
from procurement_portal.web import pieces
from procurement_portal.web.htmx import redirect
from procurement_portal.web.pagination import paginate
from procurement_portal.web.refusal import Conflict, Refused
from procurement_portal.web.shell import Crumb, NextAction
from procurement_portal.web.tables import csv_response
from solicitations.actions import contract as actions
from solicitations.forms.contract import ListForm, departments_of
from solicitations.forms.plan import WhyForm
from solicitations.models.award import Award
from solicitations.models.contract import Contract
from solicitations.queries import contract as queries
from solicitations.queries import execution
from solicitations.queries.ending import OPEN_ITEM
from solicitations.queries.solicitation import internal as internal_notices
from solicitations.states import AmendmentState, ContractState
from solicitations.tables.contract import ContractFile, ContractTable
from solicitations.views import contract_parts as parts
from solicitations.workflow.contract import SIGNING

EXPORT_LIMIT = 20_000
HISTORY_SHOWN = 50


def _asked(request: HttpRequest) -> tuple[ListForm, dict[str, object]]:
    form = ListForm(request.GET or None, departments=departments_of(actor_of(request).jurisdiction))
    chosen = form.cleaned_data if form.is_bound and form.is_valid() else {}
    text = request.GET.get("q", "").replace("\x00", "").strip()[:200]
    return form, {"state": chosen.get("state", ""), "department": chosen.get("department"), "text": text}


@requires("solicitations.view_internal")
@require_safe
def contracts(request: HttpRequest) -> HttpResponse:
    """Every contract the actor sees as staff; by state, department, words; newest first."""
    form, search = _asked(request)
    page = paginate(request, queries.listed(actor_of(request), **search))  # type: ignore[arg-type]
    parts.crumbs(request)
    context = {
        "form": form,
        "text": search["text"],
        "chosen": sum(bool(search[name]) for name in ("state", "department")),
        "page": page,
        "table": ContractTable(page.items, caption=_("Contracts"), request=request),
        "query": request.GET.urlencode(),
    }
    return render(request, "solicitations/contract/list.html", context)


@requires("solicitations.view_internal")
@require_safe
def contracts_file(request: HttpRequest) -> HttpResponseBase:
    """What the filters find, as CSV."""
    _form, search = _asked(request)
    rows = queries.listed(actor_of(request), **search)[:EXPORT_LIMIT]  # type: ignore[arg-type]
    return csv_response(ContractFile(rows.iterator(chunk_size=500), caption=_("Contracts")), "contracts")


def the_contract(request: HttpRequest, number: str) -> Contract:
    """The contract of this number as staff sees it, or 404. An auditor's reading is witnessed."""
    actor = actor_of(request)
    rows = queries.internal(actor).select_related("solicitation", "award", "scope_trace", "made_by")
    row = found_or_404(rows, number=number)
    if not actor.can_as_officer("solicitations.view_internal"):
        witness(actor, "contract.audit_read", row)
    return row


@requires("solicitations.view_internal")
@require_safe
def contract(request: HttpRequest, number: str) -> HttpResponse:
    """One contract: its way with desks and days, its documents, the arithmetic of its amendments, its history."""
    actor = actor_of(request)
    row = the_contract(request, number)
    parts.crumbs(request, row)
    way = parts.way(row, actor)
    prepares = actor.can("solicitations.prepare_contract") and actor.department_id == row.department_id
    open_state, signed = row.status in queries.ON_THE_WAY, row.status == ContractState.SIGNED
    request.shell_next_action = _next(row, actor, way["rows"], prepares)  # type: ignore[attr-defined]
    amendments, participants = queries.amendments(row), queries.participants(row)
    figures = queries.figures(row, [a for a in amendments if a.status == AmendmentState.SIGNED])
    context = {
        "row": row,
        "state": parts.state_of(row),
        "facts": parts.facts(row, figures, participants),
        "way": way,
        "open": open_state,
        "money": parts.figures_table(figures),
        "budget": parts.budget_table(row),
        "papers": list(queries.papers(row).prefetch_related("signatures")),
        "amendments": parts.amendment_rows(amendments),
        "participants": participants,
        "may_replace": prepares and open_state,
        "may_abandon": prepares and open_state,
        "may_amend": prepares and signed,
        "may_end": signed and figures.ends_on is not None,
        "in_batches": list(row.renewals.filter(status__in=OPEN_ITEM).select_related("batch")) if signed else [],
        "history": _history(row, way["rows"]),
    }
    return render(request, "solicitations/contract/contract.html", context)


def _history(row: Contract, steps: list[execution.ContractStep]) -> list[pieces.Entry]:
    """The acts on a contract and its steps, newest first; those on a step say which."""
    names = {str(step.pk): str(step.get_kind_display()) for step in steps}
    entries = list(entries_for([row, *steps])[:HISTORY_SHOWN])
    found = []
    for entry, told in zip(entries, tell(entries), strict=True):
        of_step = names.get(entry.subject_id, "") if entry.act.startswith("contract_step.") else ""
        what = f"{told.what}: {of_step}" if of_step else told.what
        found.append(pieces.Entry(told.at, what, told.who, told.as_whom, told.why, told.law))
    return found


def _next(row: Contract, actor: Actor, steps: list[execution.ContractStep], prepares: bool) -> NextAction | None:
    """The one thing this person can do now."""
    due = execution.turn(steps)
    if due is not None and due.desk_id and actor.can("solicitations.sign_contract"):
        return NextAction(_("Read and sign"), reverse("solicitations:contract-sign", args=[row.number, 0]))
    for step in execution.open_steps(steps):
        step.contract = row
        if (
            step.desk_id
            and step.kind not in SIGNING
            and execution.may_end(actor, step)
            and row.status in queries.ON_THE_WAY
        ):
            url = reverse("solicitations:contract-step", args=[row.number, step.pk])
            return NextAction(_("Decide: %(step)s") % {"step": step.get_kind_display()}, url)
    if row.status == ContractState.SIGNED and prepares:
        return NextAction(_("Draft an amendment"), reverse("solicitations:amendment-new", args=[row.number]))
    return None


@requires("solicitations.prepare_contract")
@require_http_methods(["GET", "HEAD", "POST"])
def make(request: HttpRequest, pk: int) -> HttpResponse:
    """Make the contract of an agreed award, after reading what goes into it."""
    actor = actor_of(request)
    seen = Award.objects.filter(solicitation__in=internal_notices(actor))
    award = found_or_404(seen.select_related("solicitation__department", "organization"), pk=pk)
    refused, status = "", 200
    if request.method == "POST":
        try:
            row = actions.make(actor=actor, award_id=pk)
        except Conflict as crossed:
            if isinstance(crossed.current, Contract):
                messages.info(request, crossed.message)
                return redirect(request, reverse("solicitations:contract", args=[crossed.current.number]))
            refused, status = crossed.message, 409
        except Refused as error:
            refused, status = error.reason, 403
        else:
            messages.success(request, _("The contract has the number %(number)s.") % {"number": row.number})
            return redirect(request, reverse("solicitations:contract", args=[row.number]))
    parts.crumbs(request, None, Crumb(_("Make the contract")))
    context = {"award": award, "version": actions.agreed_version(award), "refused": refused}
    return render(request, "solicitations/contract/make.html", context, status=status)


@requires("solicitations.prepare_contract")
@require_http_methods(["GET", "HEAD", "POST"])
def abandon(request: HttpRequest, number: str) -> HttpResponse:
    """End a contract that will not be signed."""
    row = the_contract(request, number)
    form, status = WhyForm(request.POST or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            actions.abandon(actor=actor_of(request), contract_id=row.pk, why=form.cleaned_data["why"])
            messages.success(request, _("Ended without signature. Both sides are told why."))
            return redirect(request, reverse("solicitations:contract", args=[row.number]))
    parts.crumbs(request, row, Crumb(_("End without signature")))
    context = {
        "row": row,
        "form": form,
        "title": _("End it without signature"),
        "follows": _("Nothing is signed. Its document is voided. Both sides read the reason."),
        "button": _("End it without signature"),
    }
    return render(request, "solicitations/contract/end.html", context, status=status)


patterns = [
    path("contracts/", contracts, name="contracts"),
    path("contracts/export.csv", contracts_file, name="contracts-file"),
    path("contracts/make/<int:pk>/", make, name="contract-make"),
    path("contracts/<str:number>/", contract, name="contract"),
    path("contracts/<str:number>/end/", abandon, name="contract-abandon"),
]
