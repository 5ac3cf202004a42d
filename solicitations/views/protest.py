"""Protests: filed and withdrawn by an organization, decided and determined by the chief procurement officer."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from procurement_portal.clocks.queries import on as clocks_on
from procurement_portal.people.access import actor_of, found_or_404, requires
from procurement_portal.time.clock import in_time, now
from procurement_portal.web import words
from procurement_portal.web.pieces import Clock, Fact
from procurement_portal.web.shell import Crumb, NextAction
from solicitations.actions import protest as actions
from solicitations.forms.award import NothingForm
from solicitations.forms.protest import DecisionForm, DeterminationForm, ProtestForm
from solicitations.models.protest import Protest, ProtestWindow
from solicitations.queries import award as awards
from solicitations.queries import protest as queries
from solicitations.states import ProtestState
from solicitations.views.award import hub_crumbs, protest_lines, window_clock
from solicitations.views.award_acts import ActPage, act_page
from solicitations.workflow.award import AWARD, PROTEST


def _own_crumbs(request: HttpRequest, number: str, submission_id: int, here: str) -> None:
    home = reverse("solicitations:proposal", args=[submission_id])
    way = [Crumb(_("Our answers"), reverse("solicitations:proposals")), Crumb(number, home), Crumb(here)]
    request.shell_breadcrumbs = way  # type: ignore[attr-defined]


@requires("awards.protest", step_up=True)
@require_http_methods(["GET", "HEAD", "POST"])
def file(request: HttpRequest, pk: int) -> HttpResponse:
    """File a protest about the awards of a solicitation we answered."""
    actor = actor_of(request)
    proposal = found_or_404(queries.own_proposal(actor), submission_id=pk)
    row = proposal.solicitation
    window = awards.window_of(row)
    filed = queries.own(actor).filter(proposal=proposal, window=window).first()
    _own_crumbs(request, row.number, pk, _("Protest"))
    page = ActPage(
        title=_("Protest the awards"),
        button=_("File the protest"),
        back=reverse("solicitations:results", args=[row.number]),
        done=_("Filed. The awards are suspended until the Chief Procurement Officer decides."),
        what=row.title,
        ground=_("You answered and were not awarded, or were awarded less than you asked for."),
        follows=_(
            "Nothing is negotiated or signed until it is decided. Everybody reads your protest and the decision."
        ),
        final=True,
        template="solicitations/protest/file.html",
    )
    return act_page(
        request,
        page,
        ProtestForm(request.POST or None),
        lambda data: actions.file(actor=actor, proposal_id=proposal.pk, **data),
        row=row,
        window=window,
        clock=window_clock(window),
        no_ground=_closed(window) or queries.no_ground(proposal),
        filed=protest_lines([filed])[0] if filed else None,
        submission_id=pk,
        may_withdraw=filed is not None and filed.status == ProtestState.FILED,
    )


def _closed(window: ProtestWindow | None) -> str:
    """That the window is past; "" while it is open. What comes late is still taken to the action, which keeps it on record."""
    if window is None or in_time(now(), window.closes_at):
        return ""
    return _("The window for protests closed %(at)s.") % {"at": words.instant(window.closes_at)}


@requires("awards.protest", step_up=True)
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take our open protest back."""
    actor = actor_of(request)
    found = queries.own(actor).filter(proposal__submission_id=pk, status=ProtestState.FILED).first()
    if found is None:
        raise Http404
    _own_crumbs(request, found.solicitation.number, pk, _("Withdraw the protest"))
    page = ActPage(
        title=_("Withdraw the protest"),
        button=_("Withdraw the protest"),
        back=reverse("solicitations:results", args=[found.solicitation.number]),
        done=_("Withdrawn."),
        what=found.solicitation.title,
        follows=_("The awards go on when no other protest is open. In this window you cannot file another one."),
        final=True,
    )
    form = NothingForm(request.POST if request.method == "POST" else None)
    return act_page(request, page, form, lambda _data: actions.withdraw(actor=actor, protest_id=found.pk))


def _the_protest(request: HttpRequest, number: str, pk: int) -> Protest:
    return found_or_404(queries.managed(actor_of(request)), pk=pk, solicitation__number=number)


@requires("solicitations.view_internal")
@require_safe
def protest(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """One protest for staff: what it says, by when it is decided, what was determined meanwhile."""
    actor, found = actor_of(request), _the_protest(request, number, pk)
    row = found.solicitation
    hub_crumbs(request, row, Crumb(_("Protest of %(name)s") % {"name": found.organization.name}))
    is_open = found.status == ProtestState.FILED
    may_decide = (
        is_open and actor.can("solicitations.decide_protest") and actor.jurisdiction == row.department.jurisdiction
    )
    if may_decide:
        request.shell_next_action = NextAction(  # type: ignore[attr-defined]
            _("Decide the protest"), reverse("solicitations:protest-decide", args=[number, pk])
        )
    running = clocks_on(found).first()
    [line] = [line for line in protest_lines(queries.register(row)) if line.protest.pk == pk]
    context = {
        "row": row,
        "line": line,
        "one": [line],
        "clock": Clock(
            running.started_at, running.due_at, now(), running.what, running.citation, stopped=running.stopped_at
        )
        if running
        else None,
        "facts": [
            Fact(_("Organization"), words.data(found.organization.name)),
            Fact(_("Filed"), words.exact(found.filed_at)),
            Fact(_("Window closed"), words.instant(found.window.closes_at)),
            Fact(_("State"), PROTEST.public[ProtestState(found.status)]),
        ],
        "may_decide": may_decide,
    }
    return render(request, "solicitations/protest/protest.html", context)


@requires("solicitations.decide_protest", step_up=True)
@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Sustain or deny a protest, in words everybody reads."""
    actor, found = actor_of(request), _the_protest(request, number, pk)
    row, home = found.solicitation, reverse("solicitations:protest", args=[number, pk])
    hub_crumbs(request, row, Crumb(_("Protest"), home), Crumb(_("Decide")))
    standing = [a for a in awards.of_solicitation(row) if a.status in AWARD.transition("rescind").source]
    page = ActPage(
        title=_("Decide the protest"),
        button=_("Decide the protest"),
        back=home,
        done=_("Decided. Everybody concerned is told; the decision is public."),
        what=_("Protest of %(name)s") % {"name": found.organization.name},
        ground=found.grounds,
        follows=_("Denied: the awards go on. Sustained: what you choose below."),
        final=True,
    )
    return act_page(
        request,
        page,
        DecisionForm(request.POST or None, awards=standing),
        lambda data: actions.decide(
            actor=actor,
            protest_id=found.pk,
            sustain=data["outcome"] == "sustain",
            decision=data["decision"],
            follows=data["follows"],
            award_ids=[int(one) for one in data["awards"]],
        ),
    )


@requires("solicitations.decide_protest", step_up=True)
@require_http_methods(["GET", "HEAD", "POST"])
def determine(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Sign the public determination on what happens while a protest is open."""
    actor, found = actor_of(request), _the_protest(request, number, pk)
    row, home = found.solicitation, reverse("solicitations:protest", args=[number, pk])
    hub_crumbs(request, row, Crumb(_("Protest"), home), Crumb(_("Determine")))
    page = ActPage(
        title=_("Determine what happens meanwhile"),
        button=_("Sign the determination"),
        back=home,
        done=_("Signed. The determination is public."),
        what=_("Protest of %(name)s") % {"name": found.organization.name},
        follows=_("Either the awards proceed, or a present contract is extended. Everybody reads it."),
        final=True,
    )
    return act_page(
        request,
        page,
        DeterminationForm(request.POST or None, contracts=queries.incumbents(row)),
        lambda data: actions.determine(
            actor=actor,
            protest_id=found.pk,
            kind=data["kind"],
            reasons=data["reasons"],
            typed_name=data["typed_name"],
            contract_id=int(data["contract"]) if data["contract"] else None,
            until=data["until"],
        ),
    )


patterns = [
    path("our-answers/<int:pk>/protest/", file, name="protest-file"),
    path("our-answers/<int:pk>/protest/withdraw/", withdraw, name="protest-withdraw"),
    path("plan/<str:number>/protests/<int:pk>/", protest, name="protest"),
    path("plan/<str:number>/protests/<int:pk>/decide/", decide, name="protest-decide"),
    path("plan/<str:number>/protests/<int:pk>/determine/", determine, name="protest-determine"),
]
