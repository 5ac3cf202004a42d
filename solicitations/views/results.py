"""The public results: awards, waiting list, the tally on the page and as files."""

from __future__ import annotations

import json

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from procurement_portal.people.access import actor_of, found_or_404, public
from procurement_portal.web.community_areas import COMMUNITY_AREAS
from procurement_portal.web.pagination import paginate
from procurement_portal.web.shell import Crumb
from procurement_portal.web.tables import csv_response
from solicitations.models.scoring import Tally
from solicitations.models.solicitation import Solicitation
from solicitations.queries import results as queries
from solicitations.tables.results import TallyFile

_AREAS = {area.number: area.name for area in COMMUNITY_AREAS}


def _tally(request: HttpRequest, number: str) -> tuple[Solicitation, Tally]:
    row = found_or_404(queries.announced(actor_of(request)), number=number)
    tally = queries.tally_of(row)
    if tally is None:
        raise Http404
    return row, tally


@public
@require_safe
def page(request: HttpRequest, number: str) -> HttpResponse:
    """Who was awarded what, who waits, and the ranking anybody can compute again."""
    row = found_or_404(queries.announced(actor_of(request)), number=number)
    tally = queries.tally_of(row)
    request.shell_breadcrumbs = [  # type: ignore[attr-defined]
        Crumb(_("Home"), reverse("home")),
        Crumb(_("Opportunities"), reverse("solicitations:opportunities")),
        Crumb(row.number, reverse("solicitations:notice", args=[row.pk])),
        Crumb(_("Results")),
    ]
    awards = [(award, [_AREAS[area] for area in award.areas]) for award in queries.awards(row)]
    context = {
        "row": row,
        "awarded": [pair for pair in awards if pair[0].waiting_position is None],
        "waiting": [pair for pair in awards if pair[0].waiting_position is not None],
        "tally": tally,
        "page": paginate(request, queries.ranking(row, tally)) if tally else None,
    }
    return render(request, "solicitations/results/page.html", context)


@public
@require_safe
def tally_csv(request: HttpRequest, number: str) -> HttpResponseBase:
    """The tally's rows: one a proposal, reader and criterion."""
    row, tally = _tally(request, number)
    return csv_response(TallyFile(queries.tally_rows(row, tally), caption=_("Tally")), f"tally-{row.number}")


@public
@require_safe
def tally_json(request: HttpRequest, number: str) -> HttpResponse:
    """The tally as it was digested."""
    row, tally = _tally(request, number)
    text = json.dumps(queries.published_tally(row, tally), ensure_ascii=False, indent=1)
    response = HttpResponse(text, content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="tally-{row.number}.json"'
    return response


patterns = [
    path("results/<str:number>/", page, name="results"),
    path("results/<str:number>/tally.csv", tally_csv, name="results_csv"),
    path("results/<str:number>/tally.json", tally_json, name="results_json"),
]
