"""The way measured: the public figure with its arithmetic, a department's contracts on the way, one contract's way."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from procurement_portal.history.record import witness
from procurement_portal.people.access import actor_of, found_or_404, public, requires
from procurement_portal.people.jurisdictions import CITY, government
from procurement_portal.people.models.body import Department
from procurement_portal.time.clock import now, today
from procurement_portal.web import charts, words
from procurement_portal.web.pagination import paginate
from procurement_portal.web.pieces import Fact
from procurement_portal.web.shell import Crumb
from procurement_portal.web.tables import csv_response
from solicitations.models.contract import Contract
from solicitations.queries import contract as contracts
from solicitations.queries import way as queries
from solicitations.queries import way_figure as figures
from solicitations.queries.way import Way
from solicitations.queries.way_history import NOTHING, Seen, by_kind, local_day, promised
from solicitations.states import ContractStepKind
from solicitations.tables.way import BehindTable, ExecutedTable
from solicitations.views import contract_parts as parts
from solicitations.views.contracts import the_contract

_FIRST = {"p50": 0, "p80": 1, "none": 2}  # warnings before the rest
# The forecast is computed, so all of a department are forecast before those in danger can stand first. A department has
# fewer on the way at once; beyond this the page says so instead of growing.
MOST = 1000


def _year(request: HttpRequest, day: date) -> int:
    """The fiscal year asked for, else the City's of that day. Raises Http404 for what is no year."""
    given = request.GET.get("year", "")
    if not given:
        return CITY.fiscal_year(day)
    if not (given.isascii() and given.isdigit() and len(given) == 4 and int(given) > 1):
        raise Http404
    return int(given)


@public
@require_safe
def how_we_are_doing(request: HttpRequest) -> HttpResponse:
    """Executed before start: the definition, each department against the line, the arithmetic, the files."""
    actor, day = actor_of(request), today()
    year = _year(request, day)
    lines = figures.executed_before_start(actor, year, day)
    whole = figures.total(lines, Department(name=_("All departments")))
    counted = [line for line in lines if line.share is not None]
    request.shell_breadcrumbs = [Crumb(_("Home"), reverse("home")), Crumb(_("How we are doing"))]  # type: ignore[attr-defined]
    context = {
        "year": year,
        "years": figures.years(actor, CITY.fiscal_year(day)),
        "whole": whole,
        "table": ExecutedTable(
            lines,
            caption=_("Executed before start, fiscal year %(year)s") % {"year": year},
            totals={name: getattr(whole, name) for name in ("base", "before", "late", "unsigned", "share", "imported")},
        ),
        "has_lines": bool(lines),
        "chart": _executed_chart(counted, whole) if counted else None,
    }
    return render(request, "solicitations/way/figure.html", context)


def _executed_chart(lines: list[figures.Executed], whole: figures.Executed) -> charts.Chart:
    title = ngettext(
        "%(before)s of %(base)s contract was executed before its term began",
        "%(before)s of %(base)s contracts were executed before their term began",
        whole.base,
    ) % {"before": whole.before, "base": whole.base}
    bars = [charts.Bar(line.department.name, line.share or Decimal(0), figures.GOAL) for line in lines]
    return charts.bars(title, bars, show=lambda value: words.percent(Decimal(value)))


@public
@require_safe
def figure_csv(request: HttpRequest, what: str) -> HttpResponseBase:
    """The departments' lines, or the contracts behind them, as CSV."""
    actor, day = actor_of(request), today()
    year = _year(request, day)
    if what == "departments":
        lines = figures.executed_before_start(actor, year, day)
        return csv_response(ExecutedTable(lines, caption=""), f"executed-before-start-{year}")
    if what == "contracts":
        rows = figures.contracts_behind(actor, year, day)
        return csv_response(BehindTable(rows.iterator(2000), caption=""), f"executed-before-start-contracts-{year}")
    raise Http404


@requires("solicitations.view_internal")
@require_safe
def department(request: HttpRequest) -> HttpResponse:
    """A department's contracts on the way, those in danger first or those of one warning alone (`warning`: p50, p80, none), and
    what its steps take against what they promise."""
    actor, at = actor_of(request), now()
    rows, day = queries.on_the_way(actor), local_day(at)
    bodies = queries.departments(actor)
    chosen = _chosen(request, bodies, actor.department_id)
    found: list[Way] = []
    kinds: Mapping[str, Seen] = {}
    goals: Mapping[str, int] = {}
    if chosen is not None:
        if not actor.can_as_officer("solicitations.view_internal"):
            witness(actor, "department.audit_way", chosen)
        found = queries.ways(list(queries.measured(rows.filter(department=chosen))[: MOST + 1]), at)
        kinds = {kind: seen for (_body, kind), seen in by_kind([chosen.pk], day).items()}
        goals = promised(chosen.pk)
    found.sort(key=lambda way: (_FIRST[way.warning], way.answer["expected_p80_on"], way.contract.pk))
    warning = request.GET.get("warning", "")
    shown = [way for way in found if way.warning == warning] if warning in _FIRST else found
    page = paginate(request, shown)
    request.shell_breadcrumbs = [  # type: ignore[attr-defined]
        Crumb(_("Home"), reverse("home")),
        Crumb(_("Contracts"), reverse("solicitations:contracts")),
        Crumb(_("On the way")),
    ]
    context = {
        "chosen": chosen,
        "departments": bodies,
        "warning": warning,
        "warnings": [("p50", _("Cannot be met")), ("p80", _("May not be met")), ("none", _("In time"))],
        "page": page,
        "rows": [(way, parts.expected_words(way)) for way in page],
        "on_the_way": len(found),
        "more": len(found) > MOST,
        "in_danger": sum(1 for way in found if way.warning != "none"),
        "chart": _days_chart(kinds, goals),
        "year_line": _own_line(request, chosen, day),
    }
    return render(request, "solicitations/way/department.html", context)


def _chosen(request: HttpRequest, bodies: list[Department], own: int | None) -> Department | None:
    """The department asked for among those the person sees, else their own, else the first. Raises Http404 for another."""
    asked = request.GET.get("department", "")
    by_pk = {str(body.pk): body for body in bodies}
    if asked:
        if asked not in by_pk:
            raise Http404
        return by_pk[asked]
    return by_pk.get(str(own)) or next(iter(bodies), None)


def _own_line(request: HttpRequest, chosen: Department | None, day: date) -> figures.Executed | None:
    if chosen is None:
        return None
    lines = figures.executed_before_start(actor_of(request), government(chosen.jurisdiction).fiscal_year(day), day)
    return next((line for line in lines if line.department.pk == chosen.pk), None)


def _days_chart(kinds: Mapping[str, Seen], goals: Mapping[str, int]) -> charts.Chart | None:
    """What four of five steps took at most in the last year, against the service days promised; None while nothing ended."""
    shown = [kind for kind in ContractStepKind if kinds.get(kind, NOTHING).p80 is not None]
    if not shown:
        return None
    worst = max(shown, key=lambda kind: (kinds[kind].p80 or 0) - goals.get(kind, 0))
    title = _("%(step)s: four of five took at most %(taken)s business days, %(goal)s promised") % {
        "step": worst.label,
        "taken": kinds[worst].p80,
        "goal": goals.get(worst, 0),
    }
    bars = [charts.Bar(f"{kind.label} ({kinds[kind].count})", kinds[kind].p80 or 0, goals.get(kind)) for kind in shown]
    note = _("Business days four of five steps took at most in the last year; in parentheses how many ended.")
    return charts.bars(title, bars, show=lambda value: words.days(int(value)), less_is_better=True, note=note)


@requires("solicitations.view_internal")
@require_safe
def contract(request: HttpRequest, number: str) -> HttpResponse:
    """One contract's way as the department sees it."""
    row = the_contract(request, number)
    trail = [
        Crumb(_("Contracts"), reverse("solicitations:contracts")),
        Crumb(row.number, reverse("solicitations:contract", args=[row.number])),
    ]
    return _contract_page(request, row, trail, ours=False)


@requires("contracts.view")
@require_safe
def own(request: HttpRequest, pk: int) -> HttpResponse:
    """One contract's way as the organization sees it: the same steps, days and forecast."""
    row = found_or_404(contracts.own(actor_of(request)), pk=pk)
    trail = [
        Crumb(_("Our contracts"), reverse("solicitations:our-contracts")),
        Crumb(row.number, reverse("solicitations:our-contract", args=[row.pk])),
    ]
    return _contract_page(request, row, trail, ours=True)


def _contract_page(request: HttpRequest, row: Contract, trail: list[Crumb], *, ours: bool) -> HttpResponse:
    at, ended = now(), parts.over(row)
    found = queries.way_of(row, at)
    request.shell_breadcrumbs = [Crumb(_("Home"), reverse("home")), *trail, Crumb(_("The way"))]  # type: ignore[attr-defined]
    kept = [
        {
            "on": trace.asked_on,
            "days": parts.days_words(
                date.fromisoformat(trace.answer["expected_p50_on"]), date.fromisoformat(trace.answer["expected_p80_on"])
            ),
            "trace": trace.content,
        }
        for trace in queries.forecasts(row)
    ]
    context = {
        "row": row,
        "way": found,
        "warning": found.warning if found and not ended else "none",
        "steps": parts.shown(found, at, actor_of(request), ours=ours, ended=ended) if found else [],
        "facts": _facts(found, ended) if found else [],
        "forecasts": kept,
    }
    return render(request, "solicitations/way/contract.html", context)


def _facts(found: Way, ended: bool) -> list[Fact]:
    row, critical = found.contract, None if ended else found.critical
    if row.signed_at is not None:
        expected = Fact(_("Executed"), words.day(row.signed_at))
    elif ended:
        expected = Fact(_("Executed"), _("Never: it ended without signature"))
    else:
        expected = Fact(
            _("Expected to be executed"),
            parts.expected_words(found),
            found.trace,
        )
    return [
        expected,
        Fact(_("First day of the term"), words.day(row.starts_on)),
        Fact(_("The step that decides"), critical.step.get_kind_display() if critical else words.NONE),
        Fact(_("It waits for"), critical.holder if critical else words.NONE),
        Fact(_("Business days at the department"), found.agency_days),
        Fact(_("Business days at the organization"), found.organization_days),
    ]


patterns = [
    path("how-we-are-doing/", how_we_are_doing, name="how-we-are-doing"),
    path("how-we-are-doing/executed-before-start/<str:what>.csv", figure_csv, name="how-we-are-doing-csv"),
    path("contracts/way/", department, name="way"),
    path("contracts/<str:number>/way/", contract, name="way-contract"),
    path("our-contracts/<int:pk>/way/", own, name="way-own"),
]
