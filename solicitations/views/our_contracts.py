"""Contracts and payments of an organization: what is expected of it next and by when; and the public page of a contract."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from procurement_portal.people.access import actor_of, found_or_404, public, requires
from procurement_portal.people.actor import Actor
from procurement_portal.time.clock import now, today
from procurement_portal.web import pieces
from procurement_portal.web.htmx import redirect
from procurement_portal.web.pagination import paginate
from procurement_portal.web.refusal import Conflict, Invalid
from procurement_portal.web.shell import Crumb, NextAction
from solicitations.actions import execution as actions
from solicitations.forms.contract import AnswerForm
from solicitations.models.contract import Contract
from solicitations.models.execution import ContractStep
from solicitations.queries import contract as contracts
from solicitations.queries import ending
from solicitations.queries import execution as queries
from solicitations.queries import renewal as renewals
from solicitations.queries import way as ways
from solicitations.queries.way_history import by_kind
from solicitations.states import ContractStepKind, Side
from solicitations.views import contract_parts as parts
from solicitations.views.contract_steps import standing
from solicitations.workflow.execution import STEPS


@requires("contracts.view")
@require_safe
def our_contracts(request: HttpRequest) -> HttpResponse:
    """The organization's contracts, newest first, each with what it waits for."""
    page = paginate(request, contracts.listed(actor_of(request), ours=True))
    present = now()
    offered = {offer.item.contract_id: offer for offer in reversed(renewals.waiting_for(actor_of(request)))}
    measured = ways.expected_of(page.items, present)
    rows = []
    for row in page:
        mine = [s for s in row.waiting if s.organization_id is not None]  # type: ignore[attr-defined]
        clock = pieces.Clock(mine[0].opened_at, mine[0].due_at, present) if mine and mine[0].due_at else None
        elsewhere = ", ".join(dict.fromkeys(parts.desk(s) for s in row.waiting if s.desk_id))  # type: ignore[attr-defined]
        rows.append(
            {
                "row": row, "state": parts.state_of(row), "figures": contracts.figures(row, row.in_force),  # type: ignore[attr-defined]
                "act": STEPS[mine[0].kind].act if mine else "", "clock": clock, "elsewhere": elsewhere,
                "offer": offered.get(row.pk),
                "expected": parts.expected_words(measured[row.pk]) if row.pk in measured else "",
            }
        )  # fmt: skip
    request.shell_breadcrumbs = [Crumb(_("Home"), reverse("home")), Crumb(_("Contracts and payments"))]  # type: ignore[attr-defined]
    return render(request, "solicitations/contract/ours.html", {"page": page, "rows": rows})


@requires("contracts.view")
@require_safe
def our_contract(request: HttpRequest, pk: int) -> HttpResponse:
    """One contract for its organization: what it has to do, the whole way, its documents."""
    return _page(request, parts.own_or_404(request, pk))


def _page(request: HttpRequest, row: Contract, answer: AnswerForm | None = None, status: int = 200) -> HttpResponse:
    actor = actor_of(request).within(row.scopes)
    parts.crumbs(request, row, ours=True)
    figures = contracts.figures(row)
    amendments = parts.amendment_rows(contracts.amendments(row))
    open_ones = [a for a, _state in amendments if a.status in ("draft", "in_signature")]
    seen = by_kind([row.department_id], today())
    shown = [(a, parts.way(row, actor, a, ours=True, seen=seen)) for a in (None, *open_ones)]
    to_do = [task for _amendment, way in shown for task in _to_do(row, way["rows"], actor, answer)]
    due = next((way for _amendment, way in shown if _our_turn(way["rows"])), None)
    if due is not None and actor.can("contracts.sign"):
        step = queries.turn(due["rows"])
        assert step is not None
        url = actions.sign_url(row, step.amendment, ours=True)
        request.shell_next_action = NextAction(_("Read and sign"), url)  # type: ignore[attr-defined]
    context = {
        "row": row, "state": parts.state_of(row), "facts": parts.facts(row, figures), "ways": shown, "to_do": to_do,
        "money": parts.figures_table(figures), "budget": parts.budget_table(row), "amendments": amendments,
        "papers": list(row.papers.select_related("voided_by", "file__data_key__within", "signed_copy__data_key__within", "amendment").prefetch_related("signatures")),
        "offers": [
            {"offer": offer, "clock": pieces.Clock(offer.sent_at, offer.due_at, now())}
            for offer in renewals.waiting_for(actor, row)
        ],
        "ends": ending.decision_of(row, figures.ends_on),
        "bound": [answer] if answer is not None else [],
    }  # fmt: skip
    return render(request, "solicitations/contract/our.html", context, status=status)


def _our_turn(steps: list[ContractStep]) -> bool:
    step = queries.turn(steps)
    return step is not None and queries.side_of(step.kind) == Side.ORGANIZATION


def _to_do(row: Contract, steps: list[ContractStep], actor: Actor, answer: AnswerForm | None) -> list[dict[str, Any]]:
    """What waits for the organization: its documents, its signature, what was sent back to it; each with its clock."""
    found = []
    if row.status not in (*contracts.ON_THE_WAY, "signed"):
        return []
    for step in queries.open_steps(steps):
        sent = queries.open_return(step)
        back = sent if sent is not None and sent.to == Side.ORGANIZATION else None
        if step.organization_id is None and back is None:
            continue
        papers = []
        if step.kind in (ContractStepKind.DOCUMENTS, ContractStepKind.INSURANCE, ContractStepKind.DISCLOSURE):
            needed = queries.needed_papers(row, contracts.prime_id(row))
            papers = [(paper, standing(paper)) for paper in queries.of_step(step.kind, needed)]
        assert step.opened_at is not None and step.due_at is not None
        found.append(
            {
                "step": step, "act": STEPS[step.kind].act, "sent": back, "papers": papers,
                "clock": pieces.Clock(step.opened_at, step.due_at, now(), rule=actions.CITATION),
                "complete": all(paper.here for paper, _mark in papers),
                "may": actor.can("contracts.answer"), "form": answer or AnswerForm(prefix=f"r{back.pk}" if back else "r"),
                "bring": step.kind == ContractStepKind.DOCUMENTS and sent is None,
            }
        )  # fmt: skip
    return found


@requires("contracts.answer")
@require_POST
def our_step(request: HttpRequest, pk: int, step_id: int) -> HttpResponse:
    """Say that the documents are complete, or answer what was sent back."""
    row = parts.own_or_404(request, pk)
    actor = actor_of(request)
    step = found_or_404(queries.step_rows(actor).prefetch_related("returns"), pk=step_id, contract=row)
    home = reverse("solicitations:our-contract", args=[pk])
    try:
        if request.POST.get("act") == "answer":
            sent = queries.open_return(step)
            if sent is None:
                raise Conflict(_("There is nothing to answer any more."))
            form = AnswerForm(request.POST, prefix=f"r{sent.pk}")
            if not form.is_valid():
                return _page(request, row, form, 422)
            actions.answer_return(actor=actor, return_id=sent.pk, answer=form.cleaned_data["answer"])
            messages.success(request, _("Answered. The department goes on."))
        else:
            actions.pass_step(actor=actor, step_id=step.pk)
            messages.success(request, _("Told. The department checks the documents."))
    except Invalid as error:
        messages.error(request, str(error))
    except Conflict as crossed:
        messages.error(request, crossed.message)
    return redirect(request, home)


@public
@require_http_methods(["GET", "HEAD"])
def public_contract(request: HttpRequest, number: str) -> HttpResponse:
    """An executed contract as everybody reads it: who, for how much, from when to when, where, and every amendment."""
    row = found_or_404(contracts.executed(actor_of(request)).select_related("solicitation"), number=number)
    figures = contracts.figures(row)
    request.shell_breadcrumbs = [  # type: ignore[attr-defined]
        Crumb(_("Home"), reverse("home")),
        Crumb(_("Awards"), reverse("solicitations:awards")),
        Crumb(row.number),
    ]
    context = {
        "row": row,
        "state": parts.state_of(row),
        "facts": parts.facts(row, figures),
        "money": parts.figures_table(figures),
        "figures": figures,
        "participants": contracts.participants(row),
    }
    return render(request, "solicitations/contract/public.html", context)


patterns = [
    path("our-contracts/", our_contracts, name="our-contracts"),
    path("our-contracts/<int:pk>/", our_contract, name="our-contract"),
    path("our-contracts/<int:pk>/steps/<int:step_id>/", our_step, name="our-contract-step"),
    path("awards/contracts/<str:number>/", public_contract, name="contract-public"),
]
