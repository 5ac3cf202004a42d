"""Criteria of a draft, and the citywide library they come from."""

from __future__ import annotations

from decimal import Decimal
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from procurement_portal.people.access import actor_of, found_or_404, requires
from procurement_portal.web.htmx import redirect
from procurement_portal.web.refusal import Conflict, Invalid
from procurement_portal.web.shell import Crumb, NextAction
from solicitations.actions import criteria_library as library_actions
from solicitations.actions import criterion as actions
from solicitations.forms.criterion import CriterionForm, EditionForm, FromLibraryForm, LeaveOutForm, anchors_text
from solicitations.models.criteria_library import Departure
from solicitations.models.solicitation import Solicitation
from solicitations.queries import criteria_library as queries
from solicitations.queries import drafting
from solicitations.queries.version import fingerprint
from solicitations.states import LibraryKind
from solicitations.views.drafts import crossed, crumbs, form_page, may_draft, put_errors, the_draft, with_version


def _home(row: Solicitation) -> str:
    return reverse("solicitations:plan-criteria", args=[row.number])


@requires("solicitations.view_internal")
@require_safe
def criteria(request: HttpRequest, number: str) -> HttpResponse:
    """The criteria with their weights, the library beside them, and what is missing."""
    actor = actor_of(request)
    row = the_draft(request, number)
    crumbs(request, row, Crumb(_("Criteria")))
    editable = may_draft(actor, row)
    if editable:
        request.shell_next_action = NextAction(  # type: ignore[attr-defined]
            _("Add a criterion"), reverse("solicitations:criterion-add", args=[row.number])
        )
    rows = list(row.criteria.select_related("citywide_item").prefetch_related("questions").order_by("position"))
    departures = {d.item_id: d for d in Departure.objects.filter(solicitation=row).select_related("item")}
    used = {c.citywide_item_id for c in rows}
    found = drafting.found_problems(row) if editable else []
    context = {
        "row": row,
        "criteria": [(c, departures.get(c.citywide_item_id or 0)) for c in rows],
        "total": f"{sum((c.weight for c in rows), Decimal(0)).normalize():f}",
        "left_out": [d for d in departures.values() if d.way == Departure.Way.LEFT_OUT],
        "library": [
            item
            for item in queries.current_items(actor, row.department.jurisdiction).filter(kind=LibraryKind.CRITERION)
            if item.pk not in used
        ]
        if editable
        else [],
        "may_draft": editable,
        "problems": [p for p in found if p.topic == "criteria"],
    }
    return render(request, "solicitations/plan/criteria.html", context)


def _form_page(
    request: HttpRequest, row: Solicitation, form: Any, title: str, *, status: int, **extra: Any
) -> HttpResponse:
    crumbs(request, row, Crumb(_("Criteria"), _home(row)), Crumb(title))
    return form_page(request, form, title, _home(row), status, **extra)


@requires("solicitations.draft")
@require_http_methods(["GET", "HEAD", "POST"])
def criterion_add(request: HttpRequest, number: str) -> HttpResponse:
    """A criterion of the department's own."""
    row = the_draft(request, number)
    form = CriterionForm(request.POST or None)
    if form.is_valid():
        try:
            actions.add(actor=actor_of(request), solicitation_id=row.pk, given=form.given())
        except Invalid as error:
            put_errors(form, error)
        else:
            return redirect(request, _home(row))
    return _form_page(request, row, form, _("Add a criterion"), status=422 if form.is_bound else 200)


@requires("solicitations.draft")
@require_http_methods(["GET", "HEAD", "POST"])
def criterion_edit(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """One criterion; where it comes from the library, a difference asks for its reason."""
    row = the_draft(request, number)
    criterion = found_or_404(row.criteria.select_related("citywide_item"), pk=pk)
    values = actions.criterion_values(criterion)
    known = Departure.objects.filter(solicitation=row, item=criterion.citywide_item).first()
    linked = criterion.citywide_item is not None
    initial = {**CriterionForm.from_values(values, known.reason if known else ""), "version": fingerprint(values)}
    form = CriterionForm(initial=initial, from_library=linked)
    extra: dict[str, Any] = {"guidance": criterion.citywide_item.guidance if criterion.citywide_item else ""}
    status = 200
    if request.method == "POST":
        form, status = CriterionForm(request.POST, from_library=linked), 422
        if form.is_valid():
            try:
                actions.change(
                    actor=actor_of(request),
                    solicitation_id=row.pk,
                    criterion_id=pk,
                    version=form.cleaned_data["version"],
                    given=form.given(),
                    departure_reason=form.cleaned_data.get("departure_reason", ""),
                )
            except Invalid as error:
                put_errors(form, error)
            except Conflict as error:
                extra |= {"conflict": error.message, "differences": crossed(form, error, form.given())}
                form, status = CriterionForm(with_version(request, fingerprint(values)), from_library=linked), 409
            else:
                messages.success(request, _("Criterion saved."))
                return redirect(request, _home(row))
    return _form_page(request, row, form, criterion.name, status=status, **extra)


@requires("solicitations.draft")
@require_POST
def criterion_move(request: HttpRequest, number: str, pk: int, direction: str) -> HttpResponse:
    """Move a criterion one place up or down."""
    if direction not in ("up", "down"):
        raise Http404
    row = the_draft(request, number)
    actions.move(actor=actor_of(request), solicitation_id=row.pk, criterion_id=pk, direction=direction)  # type: ignore[arg-type]
    return redirect(request, f"{_home(row)}#criterion-{pk}")


@requires("solicitations.draft")
@require_http_methods(["GET", "HEAD", "POST"])
def criterion_delete(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Ask, then take a criterion away."""
    row = the_draft(request, number)
    criterion = found_or_404(row.criteria.all(), pk=pk)
    if request.method == "POST":
        actions.delete(actor=actor_of(request), solicitation_id=row.pk, criterion_id=pk)
        messages.success(request, _("Deleted."))
        return redirect(request, _home(row))
    crumbs(request, row, Crumb(_("Criteria"), _home(row)), Crumb(_("Delete")))
    return render(request, "solicitations/plan/delete.html", {"row": row, "thing": criterion, "back": _home(row)})


@requires("solicitations.draft")
@require_http_methods(["GET", "HEAD", "POST"])
def library_take(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Take a criterion from the library with a weight of one's own."""
    row = the_draft(request, number)
    item = found_or_404(queries.current_items(actor_of(request)), pk=pk, kind=LibraryKind.CRITERION)
    form = FromLibraryForm(request.POST or None)
    if form.is_valid():
        try:
            actions.add_from_library(
                actor=actor_of(request), solicitation_id=row.pk, item_id=pk, weight=form.cleaned_data["weight"]
            )
        except Invalid as error:
            put_errors(form, error)
        else:
            return redirect(request, _home(row))
    return _form_page(request, row, form, item.title, status=422 if form.is_bound else 200, guidance=item.guidance)


@requires("solicitations.draft")
@require_http_methods(["GET", "HEAD", "POST"])
def library_leave_out(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Say why an expected criterion is not used."""
    row = the_draft(request, number)
    item = found_or_404(queries.current_items(actor_of(request)), pk=pk, kind=LibraryKind.CRITERION)
    form = LeaveOutForm(request.POST or None)
    if form.is_valid():
        try:
            actions.leave_out(
                actor=actor_of(request), solicitation_id=row.pk, item_id=pk, reason=form.cleaned_data["reason"]
            )
        except Invalid as error:
            put_errors(form, error)
        else:
            return redirect(request, _home(row))
    title = _("Leave out “%(title)s”") % {"title": item.title}
    return _form_page(request, row, form, title, status=422 if form.is_bound else 200, guidance=item.guidance)


@requires("solicitations.view_internal")
@require_safe
def library(request: HttpRequest) -> HttpResponse:
    """The citywide library, its use, and every department's departures with reasons."""
    actor = actor_of(request)
    crumbs(request, None, Crumb(_("Library")))
    if actor.can("templates.manage"):
        request.shell_next_action = NextAction(  # type: ignore[attr-defined]
            _("Add a criterion to the library"), reverse("solicitations:library-new")
        )
    rows = queries.departures(actor)[:200]
    grouped = [(d, list(found)) for d, found in groupby(rows, key=lambda row: row.solicitation.department.name)]
    context = {
        "items": list(queries.with_use(actor)),
        "departures": grouped,
        "may_manage": actor.can("templates.manage"),
    }
    return render(request, "solicitations/plan/library.html", context)


@requires("templates.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def library_new(request: HttpRequest) -> HttpResponse:
    """A new criterion of the library, or (`?from=`) the next edition of one."""
    actor = actor_of(request)
    asked = request.GET.get("from", "")
    before = queries.current_items(actor).filter(code=asked, kind=LibraryKind.CRITERION).first() if asked else None
    initial = {}
    if before is not None:
        initial = {
            "code": before.code, "title": before.title, "guidance": before.guidance, "expected": before.expected,
            "description": before.body["description"], "max_points": before.body["max_points"],
            "anchors": anchors_text(before.body["anchors"]),
        }  # fmt: skip
    form = EditionForm(request.POST or None, initial=initial)
    if form.is_valid():
        data = form.cleaned_data
        body = {name: data[name] for name in ("description", "max_points", "anchors")}
        try:
            library_actions.new_edition(
                actor=actor, code=data["code"], kind=LibraryKind.CRITERION, jurisdiction=actor.jurisdiction,
                title=data["title"], guidance=data["guidance"], body=body, expected=data["expected"],
            )  # fmt: skip
        except Invalid as error:
            put_errors(form, error, {"body": "anchors"})
        else:
            messages.success(request, _("The library has it. Drafts that used the edition before keep it."))
            return redirect(request, reverse("solicitations:plan-library"))
    home = reverse("solicitations:plan-library")
    title = _("Library criterion")
    crumbs(request, None, Crumb(_("Library"), home), Crumb(title))
    return form_page(request, form, title, home, 422 if form.is_bound else 200)


patterns = [
    path("plan/library/", library, name="plan-library"),
    path("plan/library/new/", library_new, name="library-new"),
    path("plan/<str:number>/criteria/", criteria, name="plan-criteria"),
    path("plan/<str:number>/criteria/add/", criterion_add, name="criterion-add"),
    path("plan/<str:number>/criteria/library/<int:pk>/", library_take, name="library-take"),
    path("plan/<str:number>/criteria/library/<int:pk>/leave-out/", library_leave_out, name="library-leave-out"),
    path("plan/<str:number>/criteria/<int:pk>/", criterion_edit, name="criterion-edit"),
    path("plan/<str:number>/criteria/<int:pk>/delete/", criterion_delete, name="criterion-delete"),
    path("plan/<str:number>/criteria/<int:pk>/<slug:direction>/", criterion_move, name="criterion-move"),
]
