"""Renew or let end: one contract near the end of its term, what the rule asks, what is known, the decision."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from procurement_portal.people.access import actor_of, requires
from procurement_portal.time.clock import now, today
from procurement_portal.web import pieces
from procurement_portal.web.htmx import redirect
from procurement_portal.web.refusal import Invalid
from procurement_portal.web.shell import Crumb, NextAction
from solicitations.actions import ending as actions
from solicitations.forms.plan import WhyForm
from solicitations.models.contract import Contract
from solicitations.queries import contract as contracts
from solicitations.queries import ending as queries
from solicitations.states import ContractState
from solicitations.views import contract_parts as parts
from solicitations.views.contracts import the_contract


@requires("solicitations.view_internal")
@require_http_methods(["GET", "HEAD", "POST"])
def ending(request: HttpRequest, number: str) -> HttpResponse:
    """Read when it is to be decided and why; let the contract end, or take that back."""
    row, actor = the_contract(request, number), actor_of(request)
    prepares = actor.can("solicitations.prepare_contract") and actor.department_id == row.department_id
    form, status = WhyForm(request.POST or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            act = actions.take_back if request.POST.get("act") == "take_back" else actions.let_end
            try:
                act(actor=actor, contract_id=row.pk, why=form.cleaned_data["why"])
            except Invalid as error:
                parts.put_errors(form, error.problems)
            else:
                messages.success(request, _("Decided. The organization is told with the reason."))
                return redirect(request, reverse("solicitations:contract-ending", args=[row.number]))
    parts.crumbs(request, row, Crumb(_("Renew or let end")))
    figures = contracts.figures(row)
    decision = queries.decision_of(row, figures.ends_on)
    runs = row.status == ContractState.SIGNED and figures.ends_on is not None and figures.ends_on >= today()
    batches = list(row.renewals.filter(status__in=queries.OPEN_ITEM).select_related("batch"))
    moving = list(row.amendments.filter(kind__in=queries.MOVES_THE_END, status__in=queries.OPEN).order_by("number"))
    free = runs and prepares and decision is None and not moving
    if free and not batches:
        url = reverse("solicitations:renewals-new") + f"?contract={row.pk}"
        request.shell_next_action = NextAction(_("Renew or extend it"), url)  # type: ignore[attr-defined]
    context = {
        "row": row,
        "facts": parts.facts(row, figures),
        "figures": figures,
        "runs": runs,
        "when": _when(row, figures),
        "decision": decision,
        "decisions": queries.decisions_of(row),
        "batches": batches,
        "moving": moving,
        "decides": free,
        "takes_back": prepares and runs and decision is not None,
        "form": form,
    }
    return render(request, "solicitations/renewal/ending.html", context, status=status)


def _when(row: Contract, figures: contracts.Figures) -> dict[str, object] | None:
    """The days of the rule for the present last day, with the trace kept when its clock was started, and the clock."""
    if figures.ends_on is None:
        return None
    outcome = queries.Starts([row.department_id], today()).of(row, figures.ends_on)
    clock = queries.asked().filter(subject_id=str(row.pk)).first()
    kept = queries.traces(row).first()
    same = kept is not None and kept.content["given"].get("ends_on") == figures.ends_on.isoformat()
    return {
        "start_on": outcome["start_on"], "decide_by": outcome["decide_by"], "way_days": outcome["way_days"],
        "trace": kept.content if clock is not None and kept is not None and same else outcome.trace,
        "clock": pieces.Clock(clock.started_at, clock.due_at, now(), rule=clock.citation) if clock is not None else None,
    }  # fmt: skip


patterns = [path("contracts/<str:number>/ending/", ending, name="contract-ending")]
