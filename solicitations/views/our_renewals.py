"""For an organization: the terms the department offers, as last year's with these changes; confirm them or answer."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from procurement_portal.people.access import actor_of, found_or_404, requires
from procurement_portal.time.clock import now
from procurement_portal.web import pieces
from procurement_portal.web.htmx import redirect
from procurement_portal.web.refusal import Conflict, Invalid
from procurement_portal.web.shell import Crumb
from solicitations.actions import renewal_answer as actions
from solicitations.forms.renewal import ReplyForm
from solicitations.models.renewal import RenewalItem
from solicitations.queries import renewal as queries
from solicitations.queries.contract import figures
from solicitations.queries.renewal_terms import last_term
from solicitations.states import RenewalState
from solicitations.views import contract_parts as parts
from solicitations.views.renewal_items import offers_of


@requires("contracts.view")
@require_http_methods(["GET", "HEAD", "POST"])
def our_renewal(request: HttpRequest, pk: int, item_id: int) -> HttpResponse:
    """Read the terms; confirm them, or say what should be different."""
    contract, actor = parts.own_or_404(request, pk), actor_of(request)
    row = found_or_404(queries.loaded(queries.own_items(actor).filter(contract=contract)), pk=item_id)
    form, status = ReplyForm(request.POST if request.POST.get("act") == "ask" else None), 200
    crossed = ""
    if request.method == "POST":
        status = 422
        number = request.POST.get("offer", "")
        try:
            if request.POST.get("act") == "confirm":
                done = actions.confirm(actor=actor, item_id=row.pk, number=int(number) if number.isdigit() else 0)
                return _confirmed(request, done)
            if form.is_valid():
                actions.ask_changes(
                    actor=actor,
                    item_id=row.pk,
                    number=int(number) if number.isdigit() else 0,
                    reply=form.cleaned_data["reply"],
                )
                messages.success(request, _("Sent. The department changes the terms or tells you why not."))
                return redirect(request, reverse("solicitations:our-renewal", args=[pk, row.pk]))
        except Invalid as error:
            parts.put_errors(form, error.problems)
        except Conflict as late:
            crossed, status = late.message, 409
            row = queries.loaded(queries.own_items(actor)).get(pk=row.pk)
    parts.crumbs(request, contract, Crumb(_("Terms to confirm")), ours=True)
    offers = list(row.offers.all())
    offer, current = offers[-1], queries.current_offer(row)
    in_force = queries.before(row)
    last = last_term(row.contract, in_force)
    name = queries.stage(row) if row.status != RenewalState.DRAFT else "draft"
    context = {
        "contract": contract,
        "item": row,
        "offer": offer,
        "open": current is not None,
        "clock": pieces.Clock(offer.sent_at, offer.due_at, now(), stopped=offer.answered_at),
        "last": last,
        "after": figures(row.contract, in_force).amount + offer.amount_change,
        "against": queries.comparison(last, row, offer.amount_change, offer.new_ends_on),
        "lapsing": [c["words"] for c in offer.checks if c["check"] == "papers" and c["ok"] is False],
        "state": _("Waits for your answer") if current is not None else queries.STAGES[name],
        "stage": name,
        "earlier": offers_of(row)[1:],
        "form": form,
        "may": current is not None and actor.within(contract.scopes).can("contracts.answer"),
        "crossed": crossed,
    }
    return render(request, "solicitations/renewal/our.html", context, status=status)


def _confirmed(request: HttpRequest, done: RenewalItem) -> HttpResponse:
    """On to the contract, where the amendment's way stands; or a word that it cannot be had."""
    if done.status != RenewalState.CONFIRMED:
        messages.warning(
            request,
            _(
                "You confirmed, but the terms can no longer be had as they were sent. Nothing was drafted; the department is told."
            ),
        )
        return redirect(request, reverse("solicitations:our-renewal", args=[done.contract_id, done.pk]))
    messages.success(request, _("Confirmed. The amendment is checked, then both sides sign it."))
    return redirect(request, reverse("solicitations:our-contract", args=[done.contract_id]))


patterns = [path("our-contracts/<int:pk>/renewals/<int:item_id>/", our_renewal, name="our-renewal")]
