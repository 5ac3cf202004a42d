"""One contract of a batch: last year's terms beside the new ones, its checks, what was sent and answered; change or drop it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from procurement_portal.people.access import actor_of, found_or_404, requires
from procurement_portal.time.clock import today
from procurement_portal.web import words
from procurement_portal.web.htmx import redirect
from procurement_portal.web.refusal import Conflict, Invalid
from procurement_portal.web.shell import Crumb
from solicitations.actions import renewal as actions
from solicitations.forms.plan import WhyForm
from solicitations.forms.renewal import ItemForm
from solicitations.models.renewal import RenewalItem
from solicitations.queries import renewal as queries
from solicitations.queries.contract import figures
from solicitations.queries.ending import MOVES_THE_END
from solicitations.queries.renewal_checks import check_all
from solicitations.queries.renewal_terms import last_term
from solicitations.states import RenewalState
from solicitations.views import contract_parts as parts
from solicitations.views.renewals import crumbs, prepares, the_batch

EDITABLE = (RenewalState.DRAFT, RenewalState.ASKED)


def the_item(request: HttpRequest, pk: int, item_id: int) -> RenewalItem:
    """The item of this batch as staff sees it, or 404."""
    row = the_batch(request, pk)
    return found_or_404(queries.loaded(queries.items(actor_of(request)).filter(batch=row)), pk=item_id)


@requires("solicitations.view_internal")
@require_http_methods(["GET", "HEAD", "POST"])
def item(request: HttpRequest, pk: int, item_id: int) -> HttpResponse:
    """Read one contract of a batch; put in what differs."""
    row, actor = the_item(request, pk, item_id), actor_of(request)
    checks = check_all([row], today())[row.pk]
    asks_file = any(check.check == "legislative" and check.ok is False for check in checks) or bool(
        row.legislative_file
    )
    options = {"moves_the_end": row.batch.kind in MOVES_THE_END, "legislative": asks_file}
    initial = {
        "amount_change": row.amount_change, "new_ends_on": row.new_ends_on, "scope_change": row.scope_change,
        "note": row.note, "legislative_file": row.legislative_file,
    }  # fmt: skip
    form, status, crossed = ItemForm(request.POST or None, initial=initial, **options), 200, ""
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                actions.change_item(actor=actor, item_id=row.pk, **form.terms())
            except Invalid as error:
                parts.put_errors(form, error.problems)
            except Conflict as late:
                crossed, status = late.message, 409
            else:
                messages.success(request, _("Kept. It goes out when the batch is sent."))
                return redirect(request, reverse("solicitations:renewal-batch", args=[row.batch_id]))
    crumbs(
        request,
        Crumb(words.data(row.batch.title), reverse("solicitations:renewal-batch", args=[row.batch_id])),
        Crumb(row.contract.number),
    )
    editable = row.status in EDITABLE
    context = {
        **terms_of(row),
        "checks": checks if editable else [],
        "offers": offers_of(row),
        "form": form,
        "crossed": crossed,
        "edits": (editable or bool(crossed)) and prepares(actor, row.batch),
        "drops": row.status in (*EDITABLE, RenewalState.SENT) and prepares(actor, row.batch),
    }
    return render(request, "solicitations/renewal/item.html", context, status=status)


def terms_of(row: RenewalItem) -> dict[str, Any]:
    """What the pages of an item share: the contract, last year's term, the present figures, where it is."""
    contract = row.contract
    name = queries.stage(row)
    in_force = queries.before(row)
    last = last_term(contract, in_force)
    return {
        "item": row, "contract": contract, "with": queries.prime_name(contract), "last": last,
        "state": queries.STAGES[name], "stage": name, "after": figures(contract, in_force).amount + row.amount_change,
        "against": queries.comparison(last, row, row.amount_change, row.new_ends_on),
    }  # fmt: skip


def offers_of(row: RenewalItem) -> list[dict[str, Any]]:
    """What was sent and answered, newest first."""
    return [{"offer": offer, "said": queries.said_in_words(offer)} for offer in reversed(row.offers.all())]


@requires("solicitations.prepare_contract")
@require_http_methods(["GET", "HEAD", "POST"])
def drop(request: HttpRequest, pk: int, item_id: int) -> HttpResponse:
    """Take one contract out of a batch, for a reason."""
    row = the_item(request, pk, item_id)
    home = reverse("solicitations:renewal-batch", args=[row.batch_id])
    form, status = WhyForm(request.POST or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            actions.drop_item(actor=actor_of(request), item_id=row.pk, why=form.cleaned_data["why"])
            messages.success(request, _("Dropped. The rest of the batch goes on."))
            return redirect(request, home)
    crumbs(request, Crumb(words.data(row.batch.title), home), Crumb(row.contract.number))
    follows = _("The contract stays as it is; nobody outside was told of it yet.")
    if row.offers.all():
        follows = _("The contract stays as it is. The organization reads the reason.")
    context = {"item": row, "contract": row.contract, "form": form, "follows": follows, "back": home}
    return render(request, "solicitations/renewal/drop.html", context, status=status)


patterns = [
    path("contracts/renewals/<int:pk>/<int:item_id>/", item, name="renewal-item"),
    path("contracts/renewals/<int:pk>/<int:item_id>/drop/", drop, name="renewal-drop"),
]
