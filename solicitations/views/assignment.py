"""The officers' pages of who reads what: the balanced plan, one proposal's readers, changes by hand."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from procurement_portal.people.access import actor_of, found_or_404, requires
from procurement_portal.web.htmx import redirect
from procurement_portal.web.pagination import paginate
from procurement_portal.web.refusal import Conflict, Invalid, Refused
from procurement_portal.web.shell import Crumb
from solicitations.actions import assignment as actions
from solicitations.forms.evaluation import AssignForm, WhyEndForm
from solicitations.queries import assignment as queries
from solicitations.queries import evaluation as evaluations
from solicitations.queries import opening
from solicitations.views.drafts import put_errors
from solicitations.views.evaluation import common, the_evaluation


@requires("solicitations.view_internal")
@require_http_methods(["GET", "HEAD", "POST"])
def reading_plan(request: HttpRequest, number: str) -> HttpResponse:
    """Every proposal with its readers; the plan made by the portal."""
    actor = actor_of(request)
    row = the_evaluation(request, number, Crumb(_("Who reads what")))
    refused, crossed, status = "", "", 200
    if request.method == "POST":
        try:
            plan = actions.assign_all(actor=actor, evaluation_id=row.pk)
        except Refused as error:
            refused, status = error.reason, 403
        except Conflict as error:
            crossed, status = error.message, 409
        else:
            loads = plan.loads().values()
            messages.success(
                request,
                _("Assigned: between %(least)s and %(most)s proposals for each reader.")
                % {"least": min(loads, default=0), "most": max(loads, default=0)},
            )
            return redirect(request, request.path)
    page = paginate(request, opening.received(actor, row.solicitation), per_page=50)
    readers = queries.readers_of(actor, row, [p.pk for p in page])
    found = opening.opening_of(row.solicitation)
    context = {
        **common(request, row),
        "page": page,
        "lines": [(p, readers[p.pk], p.responsive is not False and len(readers[p.pk]) < row.readers) for p in page],
        "members": list(evaluations.panel(row)),
        "seed": found.digest[: queries.SEED_LENGTH] if found else "",
        "refused": refused,
        "crossed": crossed,
    }
    return render(request, "solicitations/evaluation/readings.html", context, status=status)


@requires("solicitations.manage_evaluation")
@require_http_methods(["GET", "HEAD", "POST"])
def proposal_readers(request: HttpRequest, number: str, position: int) -> HttpResponse:
    """The readers of one proposal: one more, or one less, by hand and with a reason."""
    actor = actor_of(request)
    back = reverse("solicitations:evaluation-readings", args=[number])
    row = the_evaluation(request, number, Crumb(_("Who reads what"), back), Crumb(str(position)))
    proposal = found_or_404(opening.received(actor, row.solicitation), position=position)
    ending = request.POST.get("act", "").removeprefix("end-")
    form = AssignForm(
        request.POST if request.method == "POST" and not ending.isdigit() else None, panel=list(evaluations.panel(row))
    )
    end_form = WhyEndForm(request.POST if ending.isdigit() else None, prefix="end")
    refused, crossed, status = "", "", 200
    if request.method == "POST":
        bound = end_form if ending.isdigit() else form
        status = 422
        if bound.is_valid():
            try:
                if ending.isdigit():
                    reading = found_or_404(queries.readings(actor, row).filter(proposal=proposal), pk=int(ending))
                    actions.unassign(actor=actor, reading_id=reading.pk, why=end_form.cleaned_data["why"])
                else:
                    data = form.cleaned_data
                    actions.assign(actor=actor, member_id=data["member"], proposal_id=proposal.pk, why=data["why"])
            except Invalid as error:
                put_errors(bound, error)
            except Refused as error:
                refused, status = error.reason, 403
            except Conflict as error:
                crossed, status = error.message, 409
            else:
                messages.success(request, _("Kept, with your reason."))
                return redirect(request, request.path)
    context = {
        **common(request, row),
        "proposal": proposal,
        "readers": queries.readers_of(actor, row, [proposal.pk])[proposal.pk],
        "form": form,
        "end_form": end_form,
        "refused": refused,
        "crossed": crossed,
    }
    return render(request, "solicitations/evaluation/readers.html", context, status=status)


patterns = [
    path("plan/<str:number>/evaluation/readings/", reading_plan, name="evaluation-readings"),
    path("plan/<str:number>/evaluation/readings/<int:position>/", proposal_readers, name="evaluation-readers"),
]
