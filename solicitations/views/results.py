"""The public results: awards, waiting list, the tally on the page and as files."""

from __future__ import annotations

import json

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from procurement_portal.people.access import actor_of, found_or_404, public
from procurement_portal.web.pagination import paginate
from procurement_portal.web.shell import Crumb
from procurement_portal.web.tables import csv_response
from solicitations.models.scoring import Tally
from solicitations.models.solicitation import Solicitation
from solicitations.queries import award as awards
from solicitations.queries import protest
from solicitations.queries import results as queries
from solicitations.states import SolicitationState
from solicitations.tables.results import TallyFile
from solicitations.views.award import award_lines, protest_lines, window_clock
from solicitations.workflow.notice import SOLICITATION


def _tally(request: HttpRequest, number: str) -> tuple[Solicitation, Tally]:
    row = found_or_404(queries.announced(actor_of(request)), number=number)
    tally = queries.tally_of(row)
    if tally is None:
        raise Http404
    return row, tally


@public
@require_safe
def page(request: HttpRequest, number: str) -> HttpResponse:
    """Who was awarded what, who waits, until when a protest is in time, protests with their decisions, and the ranking anybody
    can compute again; or why nothing was awarded."""
    row = found_or_404(queries.decided(actor_of(request)), number=number)
    tally = queries.tally_of(row) if row.state == SolicitationState.AWARDED else None
    request.shell_breadcrumbs = [  # type: ignore[attr-defined]
        Crumb(_("Home"), reverse("home")),
        Crumb(_("Opportunities"), reverse("solicitations:opportunities")),
        Crumb(row.number, reverse("solicitations:notice", args=[row.pk])),
        Crumb(_("Results")),
    ]
    rows = awards.of_solicitation(row)
    window = awards.window_of(row)
    context = {
        "row": row,
        "state": SOLICITATION.public[row.state],
        "awarded": award_lines([a for a in rows if a.waiting_position is None or a.called_at], row.number),
        "waiting": award_lines([a for a in rows if a.waiting_position is not None and not a.called_at], row.number),
        "window": window,
        "clock": window_clock(window),
        "protests": protest_lines(protest.register(row)),
        "suspended": window is not None and awards.open_protests(row.pk).exists(),
        "closed": getattr(row, "closed_without_award", None),
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
