"""Desks, absences and the department's own page."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from procurement_portal.people.access import actor_of, found_or_404, requires
from procurement_portal.people.actions import desks as actions
from procurement_portal.people.bodies import may_manage
from procurement_portal.people.desks import holders_by_desk
from procurement_portal.people.forms.members import AbsenceForm, DeskForm, SeatForm
from procurement_portal.people.jurisdictions import government
from procurement_portal.people.queries.members import absences, acts, desks, members
from procurement_portal.people.views.members import body_of, managed
from procurement_portal.people.views.organization import show_problems
from procurement_portal.time.clock import today
from procurement_portal.web.pieces import Fact
from procurement_portal.web.refusal import Conflict, Invalid


@requires("staff.work")
@require_GET
def department(request: HttpRequest) -> HttpResponse:
    """Our department: people, desks, who is away, fiscal year."""
    body, actor = body_of(request), actor_of(request)
    request.shell_breadcrumbs = []  # type: ignore[attr-defined]
    if not body.department_id:
        raise Http404
    day = today()
    ruling = government(actor.jurisdiction)
    first, last = ruling.fiscal_days(ruling.fiscal_year(day))
    rows = list(desks(actor, body))
    found = holders_by_desk(rows, day)
    return render(
        request,
        "people/department.html",
        {
            "department": body.row(),
            "facts": [
                Fact(gettext("Government"), ruling.label),
                Fact(gettext("Fiscal year"), ruling.fiscal_year(day)),
                Fact(gettext("It runs"), gettext("%(first)s to %(last)s") % {"first": first.strftime("%b %-d, %Y"), "last": last.strftime("%b %-d, %Y")}),
                Fact(gettext("People"), len(members(actor, body))),
            ],
            "desks": [(desk, found[desk.pk]) for desk in rows],
            "absences": absences(actor, body),
            "may_manage": may_manage(actor, body),
            "own_id": actor.user_id,
        },
    )  # fmt: skip


@requires("staff.work")
@require_GET
def department_history(request: HttpRequest) -> HttpResponse:
    """The department's acts."""
    body = body_of(request)
    return render(request, "people/acts.html", {"entries": acts(actor_of(request), body), "body": str(body.row())})


@requires("people.manage_department", step_up=True)
@require_http_methods(["GET", "POST"])
def new_desk(request: HttpRequest) -> HttpResponse:
    """Make a desk."""
    body = managed(request)
    form = DeskForm(request.POST or None, body=body)
    if request.method == "POST" and form.is_valid():
        try:
            desk = actions.make_desk(actor=actor_of(request), body=body, **form.cleaned_data)
        except Invalid as problem:
            show_problems(form, problem)
        except Conflict as first:
            form.add_error("name", first.message)
        else:
            messages.success(request, gettext("The desk is made. Now put people at it."))
            return redirect("people:desk", pk=desk.pk)
    return render(request, "people/desk_form.html", {"form": form})


@requires("people.manage_department", step_up=True)
@require_http_methods(["GET", "POST"])
def desk(request: HttpRequest, pk: int) -> HttpResponse:
    """One desk: its name, days and substitute; who sits at it."""
    body, actor = managed(request), actor_of(request)
    found = found_or_404(desks(actor, body), pk=pk)
    initial = {"name": found.name, "service_days": found.service_days, "substitute": found.substitute}
    form = DeskForm(request.POST if request.POST.get("act") == "edit" else None, body=body, initial=initial)
    seat_form = SeatForm(request.POST if request.POST.get("act") == "seat" else None, body=body, prefix="seat")
    if form.is_bound and form.is_valid():
        try:
            actions.edit_desk(actor=actor, desk_id=pk, **form.cleaned_data)
        except Invalid as problem:
            show_problems(form, problem)
        else:
            messages.success(request, gettext("The desk is changed."))
            return redirect("people:desk", pk=pk)
    if seat_form.is_bound and seat_form.is_valid():
        actions.seat(actor=actor, desk_id=pk, user=seat_form.cleaned_data["user"])
        return redirect("people:desk", pk=pk)
    seats = found.seats.select_related("user").order_by("user__name")
    return render(request, "people/desk.html", {"form": form, "seat_form": seat_form, "desk": found, "seats": seats})


@requires("people.manage_department", step_up=True)
@require_POST
def unseat(request: HttpRequest, pk: int, user_id: int) -> HttpResponse:
    """Take somebody from a desk."""
    found_or_404(desks(actor_of(request), managed(request)), pk=pk)
    actions.unseat(actor=actor_of(request), desk_id=pk, user_id=user_id)
    return redirect("people:desk", pk=pk)


@requires("people.delegate_desk")
@require_http_methods(["GET", "POST"])
def absence(request: HttpRequest) -> HttpResponse:
    """Say when one is away and who stands in; an administrator says it for others too."""
    body, actor = body_of(request), actor_of(request)
    only = None if may_manage(actor, body) else actor.user_id
    form = AbsenceForm(request.POST or None, body=body, only=only)
    if request.method == "POST" and form.is_valid():
        try:
            actions.note_absence(actor=actor, body=body, **form.cleaned_data)
        except Invalid as problem:
            show_problems(form, problem)
        else:
            messages.success(request, gettext("Noted. The deputy holds the desks meanwhile."))
            return redirect("people:department")
    return render(request, "people/absence.html", {"form": form})


@requires("people.delegate_desk")
@require_POST
def cancel_absence(request: HttpRequest, pk: int) -> HttpResponse:
    """Cancel an absence."""
    found_or_404(absences(actor_of(request), body_of(request)), pk=pk)
    actions.cancel_absence(actor=actor_of(request), absence_id=pk)
    messages.success(request, gettext("The absence is canceled."))
    return redirect("people:department")
