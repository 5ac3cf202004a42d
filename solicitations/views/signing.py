"""Read the whole document and sign it: the organization's page and the department's, one form."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from procurement_portal.people.access import actor_of, requires
from procurement_portal.web.htmx import redirect
from procurement_portal.web.refusal import Conflict, Invalid
from procurement_portal.web.shell import Crumb
from solicitations.actions import signing as actions
from solicitations.forms.contract import SignatureForm
from solicitations.models.contract import Amendment, Contract
from solicitations.models.execution import ContractPaper
from solicitations.queries import contract as contracts
from solicitations.queries import execution
from solicitations.queries.paper import text_of
from solicitations.states import ContractStepKind as K
from solicitations.states import Side
from solicitations.views import contract_parts as parts
from solicitations.views.contracts import the_contract


def _page(
    request: HttpRequest,
    contract: Contract,
    amendment: Amendment | None,
    side: Side,
    form: SignatureForm | None,
    status: int = 200,
) -> HttpResponse:
    actor, ours = actor_of(request), side == Side.ORGANIZATION
    actor = actor.within(contract.scopes) if ours else actor
    paper = contracts.standing_paper(contract, amendment)
    steps = execution.steps(contract, amendment)
    due = execution.turn(steps)
    permission = "contracts.sign" if ours else "solicitations.sign_contract"
    given = contracts.signatures(paper) if paper is not None else []
    after = (K.SIGN_ORG, K.SIGN_DEPT) if ours else (K.SIGN_DEPT,)  # one's own signature, and what follows it
    title = _sign_title(amendment)
    parts.crumbs(request, contract, Crumb(title), ours=ours)
    body = actor.organization_name if ours else contract.department.name
    named = _("amendment %(n)s to contract %(number)s") % {"n": amendment.number, "number": contract.number} if amendment else (
        _("contract %(number)s") % {"number": contract.number}
    )  # fmt: skip
    context = {
        "row": contract, "amendment": amendment, "paper": paper, "text": text_of(paper) if paper else None,
        "ready": _ready(paper), "given": given, "title": title, "ours": ours,
        "my_turn": due is not None and execution.side_of(due.kind) == side,
        "waits_for": [str(s.get_kind_display()) for s in steps if s.done_at is None and s.kind not in after],
        "may_sign": actor.can(permission), "intent": actions.intent_text(side, body, named),
        "form": form or SignatureForm(initial={"sha256": paper.sha256 if paper else ""}),
        "action": _url(contract, amendment, side, "signed"),
    }  # fmt: skip
    return render(request, "solicitations/contract/sign.html", context, status=status)


def _sign_title(amendment: Amendment | None) -> str:
    if amendment is None:
        return _("Read and sign the contract")
    return _("Read and sign amendment %(number)s") % {"number": amendment.number}


def _ready(paper: ContractPaper | None) -> bool:
    return paper is not None and paper.file is not None and paper.file.is_released


def _url(contract: Contract, amendment: Amendment | None, side: Side, what: str) -> str:
    number = amendment.number if amendment is not None else 0
    if side == Side.ORGANIZATION:
        return reverse(f"solicitations:our-contract-{what}", args=[contract.pk, number])
    return reverse(f"solicitations:contract-{what}", args=[contract.number, number])


def _sign(request: HttpRequest, contract: Contract, number: int, side: Side) -> HttpResponse:
    amendment = parts.the_amendment(contract, number)
    form = SignatureForm(request.POST)
    if not form.is_valid():
        return _page(request, contract, amendment, side, form, 422)
    try:
        actions.sign(actor=actor_of(request), contract_id=contract.pk, amendment=number, **form.cleaned_data)
    except Invalid as invalid:
        parts.put_errors(form, invalid.problems)
        return _page(request, contract, amendment, side, form, 422)
    except Conflict as conflict:
        messages.error(request, conflict.message)
        return redirect(request, _url(contract, amendment, side, "sign"))
    messages.success(request, _("Signed. The other side is told."))
    if side == Side.ORGANIZATION:
        return redirect(request, reverse("solicitations:our-contract", args=[contract.pk]))
    return redirect(request, reverse("solicitations:contract", args=[contract.number]))


@requires("solicitations.view_internal")
@require_safe
def review(request: HttpRequest, number: str, amendment: int) -> HttpResponse:
    """The document as the department signs it."""
    contract = the_contract(request, number)
    return _page(request, contract, parts.the_amendment(contract, amendment), Side.DEPARTMENT, None)


# Who may read it may try: the action refuses and keeps the attempt of whoever is not authorized.
@requires("solicitations.view_internal", step_up=True)
@require_POST
def sign(request: HttpRequest, number: str, amendment: int) -> HttpResponse:
    """The department's signature, by who has just proved who they are."""
    return _sign(request, the_contract(request, number), amendment, Side.DEPARTMENT)


@requires("contracts.view")
@require_safe
def our_review(request: HttpRequest, pk: int, amendment: int) -> HttpResponse:
    """The document as the organization signs it."""
    contract = parts.own_or_404(request, pk)
    return _page(request, contract, parts.the_amendment(contract, amendment), Side.ORGANIZATION, None)


@requires("contracts.view", step_up=True)
@require_POST
def our_sign(request: HttpRequest, pk: int, amendment: int) -> HttpResponse:
    """The organization's signature, by who has just proved who they are."""
    return _sign(request, parts.own_or_404(request, pk), amendment, Side.ORGANIZATION)


patterns = [
    path("contracts/<str:number>/sign/<int:amendment>/", review, name="contract-sign"),
    path("contracts/<str:number>/signed/<int:amendment>/", sign, name="contract-signed"),
    path("our-contracts/<int:pk>/sign/<int:amendment>/", our_review, name="our-contract-sign"),
    path("our-contracts/<int:pk>/signed/<int:amendment>/", our_sign, name="our-contract-signed"),
]
