"""Amendments of an executed contract: draft one, see its way, drop it."""

from __future__ import annotations

from decimal import Decimal

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from procurement_portal.people.access import actor_of, requires
from procurement_portal.web.htmx import redirect
from procurement_portal.web.refusal import Invalid
from procurement_portal.web.shell import Crumb, NextAction
from solicitations.actions import amendment as actions
from solicitations.forms.contract import AmendmentForm
from solicitations.forms.plan import WhyForm
from solicitations.models.contract import Amendment, Contract
from solicitations.queries import contract as contracts
from solicitations.queries import execution
from solicitations.states import AmendmentState
from solicitations.views import contract_parts as parts
from solicitations.views.contracts import the_contract
from solicitations.workflow.contract import AMENDMENT


def _named(amendment: Amendment) -> str:
    return _("Amendment %(number)s") % {"number": amendment.number}


def _the(request: HttpRequest, number: str, amendment: int) -> tuple[Contract, Amendment]:
    contract = the_contract(request, number)
    found = parts.the_amendment(contract, amendment)
    if found is None:
        raise Http404
    return contract, found


@requires("solicitations.prepare_contract")
@require_http_methods(["GET", "HEAD", "POST"])
def amendment_new(request: HttpRequest, number: str) -> HttpResponse:
    """Draft an amendment, with the present figures beside."""
    contract = the_contract(request, number)
    form, status = AmendmentForm(request.POST or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            given = form.cleaned_data | {"amount_change": form.cleaned_data["amount_change"] or Decimal(0)}
            try:
                made = actions.draft(actor=actor_of(request), contract_id=contract.pk, **given)
            except Invalid as error:
                parts.put_errors(form, error.problems)
            else:
                messages.success(request, _("Amendment %(number)s is on its way.") % {"number": made.number})
                return redirect(request, reverse("solicitations:amendment", args=[contract.number, made.number]))
    parts.crumbs(request, contract, Crumb(_("New amendment")))
    figures = contracts.figures(contract)
    context = {
        "row": contract,
        "form": form,
        "money": parts.figures_table(figures),
        "facts": parts.facts(contract, figures),
    }
    return render(request, "solicitations/contract/amendment_new.html", context, status=status)


@requires("solicitations.view_internal")
@require_safe
def amendment_page(request: HttpRequest, number: str, amendment: int) -> HttpResponse:
    """One amendment: what it changes, its way, its document."""
    contract, row = _the(request, number, amendment)
    actor = actor_of(request)
    way = parts.way(contract, actor, row)
    due = execution.turn(way["rows"])
    if due is not None and due.desk_id and actor.can("solicitations.sign_contract"):
        url = reverse("solicitations:contract-sign", args=[contract.number, row.number])
        request.shell_next_action = NextAction(_("Read and sign"), url)  # type: ignore[attr-defined]
    parts.crumbs(request, contract, Crumb(_named(row)))
    open_state = row.status in actions.OPEN
    context = {
        "row": contract,
        "amendment": row,
        "state": AMENDMENT.public[AmendmentState(row.status)],
        "way": way,
        "papers": list(contracts.papers(contract, row).prefetch_related("signatures")),
        "may_drop": open_state
        and actor.can("solicitations.prepare_contract")
        and actor.department_id == contract.department_id,
    }
    return render(request, "solicitations/contract/amendment.html", context)


@requires("solicitations.prepare_contract")
@require_http_methods(["GET", "HEAD", "POST"])
def amendment_drop(request: HttpRequest, number: str, amendment: int) -> HttpResponse:
    """Drop an amendment that will not be signed."""
    contract, row = _the(request, number, amendment)
    form, status = WhyForm(request.POST or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            actions.drop(actor=actor_of(request), amendment_id=row.pk, why=form.cleaned_data["why"])
            messages.success(request, _("Dropped. Both sides are told why."))
            return redirect(request, reverse("solicitations:contract", args=[contract.number]))
    parts.crumbs(request, contract, Crumb(_named(row)))
    context = {
        "row": contract,
        "form": form,
        "title": _("Drop amendment %(number)s") % {"number": row.number},
        "follows": _("The contract stays as it is. Both sides read the reason."),
        "button": _("Drop the amendment"),
    }
    return render(request, "solicitations/contract/end.html", context, status=status)


patterns = [
    path("contracts/<str:number>/amendments/new/", amendment_new, name="amendment-new"),
    path("contracts/<str:number>/amendments/<int:amendment>/", amendment_page, name="amendment"),
    path("contracts/<str:number>/amendments/<int:amendment>/drop/", amendment_drop, name="amendment-drop"),
]
