"""The register of past contracts: search, one contract with its rows, downloads, proposed vendor merges."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.template.loader import get_template
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from procurement_portal.people.access import actor_of, found_or_404, public, requires
from procurement_portal.web import words
from procurement_portal.web.kept import once_a_language
from procurement_portal.web.pagination import paginate
from procurement_portal.web.pieces import Fact
from procurement_portal.web.refusal import Conflict
from procurement_portal.web.shell import Crumb
from procurement_portal.web.tables import csv_response, xlsx_response
from solicitations.actions.register import decide_merge
from solicitations.forms.register import MergeForm, RegisterFilterForm
from solicitations.models.register import RegisterImport
from solicitations.queries import register as queries
from solicitations.tables.register import RegisterFile, RegisterTable, RevisionTable, outside_words

ORDER = ("-sort_on", "-id")
EXPORT_LIMIT = 50_000


@public
@require_safe
def register(request: HttpRequest) -> HttpResponse:
    """Past contracts: words, filters, order, pages."""
    actor = actor_of(request)
    request.shell_breadcrumbs = [Crumb(_("Home"), reverse("home")), Crumb(_("Past contracts"))]  # type: ignore[attr-defined]
    last = queries.last_import(actor)
    asked = _asked(request, last)
    rows = queries.contracts(actor, asked.search).order_by(*RegisterTable.ordering(request.GET, ORDER))
    page = paginate(request, rows)
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "form": asked.form,
        "asked": asked,
        "page": page,
        "table": RegisterTable(page.items, caption=_("Past contracts"), request=request),
        "query": query.urlencode(),
        "last_import": last,
        "outside": outside_words(queries.outside_every_base(actor, last)) if last else "",
        "merges": queries.open_merges(actor).count() if actor.can("register.import") else 0,
    }
    return render(request, "solicitations/register/list.html", context)


@dataclass(frozen=True, slots=True)
class Asked:
    """What an address of the register asks for: its form, its filters, and the drawn search and filters above the rows."""

    form: RegisterFilterForm
    search: queries.RegisterSearch
    above: str


def _asked(request: HttpRequest, last: RegisterImport | None) -> Asked:
    given = tuple((name, request.GET[name]) for name in RegisterFilterForm.base_fields if request.GET.get(name))
    # Departments and types are those of the rows: the same until another file is taken in.
    return _understood(given, last.sha256, last.finished_at) if last and last.finished_at else _understand(given)


def _understand(given: tuple[tuple[str, str], ...]) -> Asked:
    form = RegisterFilterForm(dict(given))
    search = form.search()
    query = f"?{urlencode({'text': search.text})}" if search.text else ""
    above = {"form": form, "search": search, "clear_url": reverse("solicitations:register") + query}
    return Asked(form, search, get_template("solicitations/register/_above.html").render(above))


@once_a_language(256)
def _understood(given: tuple[tuple[str, str], ...], sha256: str, finished_at: datetime) -> Asked:
    """Of the person who asks there is nothing in it; the file and its time say until when it holds."""
    return _understand(given)


@public
@require_safe
def export(request: HttpRequest, kind: str) -> HttpResponseBase:
    """What the filters find as CSV (streamed) or XLSX; at most `EXPORT_LIMIT` rows, said on the page."""
    actor = actor_of(request)
    search = RegisterFilterForm(request.GET).search()
    rows = queries.contracts(actor, search).order_by(*ORDER)[:EXPORT_LIMIT]
    if kind not in ("csv", "xlsx"):
        raise Http404
    outside = queries.outside_every_base(actor, queries.last_import(actor))
    table = RegisterFile(rows.iterator(chunk_size=2000), caption=_("Past contracts"), outside=outside)
    return csv_response(table, "past-contracts") if kind == "csv" else xlsx_response(table, "past-contracts")


@public
@require_safe
def register_contract(request: HttpRequest, number: str) -> HttpResponse:
    """One past contract with every row of the file behind it."""
    contract = found_or_404(queries.contracts(actor_of(request), queries.RegisterSearch()), number=number)
    request.shell_breadcrumbs = [  # type: ignore[attr-defined]
        Crumb(_("Home"), reverse("home")),
        Crumb(_("Past contracts"), reverse("solicitations:register")),
        Crumb(contract.number),
    ]
    facts = [
        Fact(_("Vendor, as the file names it"), words.data(contract.vendor_name)),
        Fact(_("Department"), words.data(contract.department) if contract.department else words.NONE),
        Fact(
            _("Type, in the file's words"), words.data(contract.contract_type) if contract.contract_type else words.NONE
        ),
        Fact(
            _("Term"),
            _("%(start)s to %(end)s") % {"start": words.day(contract.starts_on), "end": words.day(contract.ends_on)},
        ),
        Fact(_("Sum of all rows"), words.money(contract.total)),
        Fact(_("Participation scope"), _("Not determined")),
    ]
    rows = list(queries.contract_rows(contract))
    table = RevisionTable(rows, caption=_("Every row of the file for this contract"), totals={"amount": contract.total})
    return render(
        request, "solicitations/register/contract.html", {"contract": contract, "facts": facts, "table": table}
    )


@requires("register.import")
def merges(request: HttpRequest) -> HttpResponse:
    """Vendors that may be one firm: each proposal is decided by a person, with the ground said."""
    if request.method == "POST":
        form = MergeForm(request.POST)
        if form.is_valid():
            data = form.cleaned_data
            found_or_404(queries.open_merges(actor_of(request)).model.objects.all(), pk=data["merge"])
            try:
                decide_merge(actor=actor_of(request), merge_id=data["merge"], same=data["same"], why=data["why"])
                messages.success(request, _("Decided. The rows of the file stay as they are."))
            except Conflict as conflict:
                messages.warning(request, conflict.message)
            return redirect("solicitations:register_merges")
        messages.error(request, _("Choose an answer and say how you know."))
    page = paginate(request, queries.open_merges(actor_of(request)), per_page=10)
    page = replace(page, items=[(row, MergeForm(initial={"merge": row.pk}, prefix=None)) for row in page.items])
    return render(request, "solicitations/register/merges.html", {"page": page})


patterns = [
    path("past-contracts/", register, name="register"),
    path("past-contracts/export.<str:kind>", export, name="register_export"),
    path("past-contracts/vendor-merges/", merges, name="register_merges"),
    path("past-contracts/<str:number>/", register_contract, name="register_contract"),
]
