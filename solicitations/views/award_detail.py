"""One award for staff: its facts, versions and legislative step, and each act on it as a page of its own."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from procurement_portal.clocks.queries import on as clocks_on
from procurement_portal.people.access import actor_of, found_or_404, requires
from procurement_portal.time.clock import now
from procurement_portal.web import words
from procurement_portal.web.pieces import Clock, Fact
from procurement_portal.web.shell import Crumb, NextAction
from solicitations.actions import award_steps as steps
from solicitations.actions import legislative
from solicitations.actions import negotiation as negotiations
from solicitations.forms.award import AgendaForm, CallForm, NothingForm, PublicReasonForm, ResultForm
from solicitations.models.award import Award
from solicitations.queries import award as queries
from solicitations.queries import negotiation
from solicitations.states import AwardState
from solicitations.views.award import areas_of, hub_crumbs
from solicitations.views.award_acts import ActPage, act_page
from solicitations.workflow.award import AWARD


def the_award(request: HttpRequest, number: str, pk: int) -> Award:
    """The award behind a staff address, or 404."""
    return found_or_404(queries.managed(actor_of(request)), pk=pk, solicitation__number=number)


def award_facts(award: Award) -> list[Fact]:
    """The facts people look for first; the same for both sides."""
    areas = areas_of(award) or _("As advertised")
    facts = [
        Fact(_("Organization"), words.data(award.organization.name)),
        Fact(_("Awarded"), words.money(award.amount)),
        Fact(_("Areas"), areas),
        Fact(_("Announced"), words.instant(award.announced_at)),
    ]
    if award.lot is not None:
        facts.insert(1, Fact(_("Lot"), words.data(award.lot.title)))
    if award.waiting_position is not None:
        facts.append(Fact(_("Place on the waiting list"), str(award.waiting_position)))
    return facts


def running_clock(award: Award) -> Clock | None:
    """What is due next on this award, by when."""
    found = next((c for c in clocks_on(award) if c.stopped_at is None), None)
    return Clock(found.started_at, found.due_at, now(), found.what, found.citation) if found else None


def shared(award: Award) -> dict[str, Any]:
    """What both sides' pages of an award show."""
    rows = negotiation.versions(award)
    newest = rows[0] if rows else None
    return {
        "award": award,
        "row": award.solicitation,
        "state": AWARD.public[AwardState(award.status)],
        "facts": award_facts(award),
        "clock": running_clock(award),
        "changes": negotiation.changes(rows),
        "newest": newest,
        "agreed": negotiation.sides(newest) if newest else set(),
        "standstill": queries.standstill(award.solicitation),
        "step": queries.legislative(award),
        "contract": queries.contract_of(award),
        "in_negotiation": award.status == AwardState.NEGOTIATING,
    }


@requires("solicitations.view_internal")
@require_safe
def detail(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """One award: where it stands, what is next, its versions of scope and budget."""
    actor, award = actor_of(request), the_award(request, number, pk)
    context = shared(award)
    hub_crumbs(request, award.solicitation, Crumb(award.organization.name))
    request.shell_next_action = _next(award, context, actor)  # type: ignore[attr-defined]
    open_acts = {step.act for step in AWARD.open_to(award, actor)}
    context |= {
        "may_version": award.status == AwardState.NEGOTIATING and actor.can("solicitations.negotiate"),
        "may_agree": bool(context["newest"])
        and award.status == AwardState.NEGOTIATING
        and "department" not in context["agreed"]
        and actor.can("solicitations.negotiate"),
        "acts": open_acts,
        "may_record": context["step"] is not None
        and actor.can("solicitations.award")
        and context["step"].result not in ("approved", "rejected")
        and AwardState(award.status) not in AWARD.final,
    }
    return render(request, "solicitations/award/detail.html", context)


def _next(award: Award, context: dict[str, Any], actor: Any) -> NextAction | None:
    """The one filled button: what this actor does next on this award."""
    place = [award.solicitation.number, award.pk]
    if context["standstill"]:
        return None
    if award.status == AwardState.ANNOUNCED and actor.can("solicitations.negotiate"):
        return NextAction(_("Begin with scope and budget"), reverse("solicitations:award-begin", args=place))
    if award.status == AwardState.WAITING and actor.can("solicitations.award"):
        return NextAction(_("Call from the waiting list"), reverse("solicitations:award-call", args=place))
    if award.status == AwardState.NEGOTIATING and actor.can("solicitations.negotiate"):
        newest = context["newest"]
        if newest is None or "department" in context["agreed"]:
            label = _("Put forward scope and budget") if newest is None else _("Put forward another version")
            return NextAction(label, reverse("solicitations:award-version", args=place))
        return NextAction(_("Read and agree"), reverse("solicitations:award-agree", args=place))
    return None


def _page(award: Award, **more: Any) -> ActPage:
    place = [award.solicitation.number, award.pk]
    what = f"{award.organization.name}, {words.money(award.amount)}" if award.amount else award.organization.name
    return ActPage(back=reverse("solicitations:award", args=place), what=what, **more)


def _crumbs(request: HttpRequest, award: Award, here: str) -> None:
    home = reverse("solicitations:award", args=[award.solicitation.number, award.pk])
    hub_crumbs(request, award.solicitation, Crumb(award.organization.name, home), Crumb(here))


@requires("solicitations.negotiate")
@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Begin with scope and budget."""
    actor, award = actor_of(request), the_award(request, number, pk)
    _crumbs(request, award, _("Begin"))
    page = _page(
        award,
        title=_("Begin with scope and budget"),
        button=_("Begin with scope and budget"),
        done=_("Begun. The organization is told; put forward the first version."),
        ground=_("The protest window has passed and no protest is open."),
        follows=_("Both sides put forward versions until they agree to the same one."),
    )
    form = NothingForm(request.POST if request.method == "POST" else None)
    return act_page(request, page, form, lambda _data: steps.begin(actor=actor, award_id=award.pk))


@requires("solicitations.award", step_up=True)
@require_http_methods(["GET", "HEAD", "POST"])
def call(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Call from the waiting list, within the money left."""
    actor, award = actor_of(request), the_award(request, number, pk)
    _crumbs(request, award, _("Call"))
    pots = queries.pots(award.solicitation)
    left = pots[award.lot_id].left if award.lot_id in pots else None
    money = _("Left of what was advertised: %(left)s.") % {"left": words.money(left)}
    page = _page(
        award,
        title=_("Call from the waiting list"),
        button=_("Call from the waiting list"),
        done=_("Called. The organization is told; put forward scope and budget."),
        ground=money,
        follows=_("The amount is taken from the money left. Scope and budget begin."),
    )
    form = CallForm(request.POST or None, initial={"amount": award.amount})
    return act_page(
        request,
        page,
        form,
        lambda data: steps.call(actor=actor, award_id=award.pk, amount=data["amount"], why=data["why"]),
    )


@requires("solicitations.award", step_up=True)
@require_http_methods(["GET", "HEAD", "POST"])
def rescind(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Take an award back, for a reason everybody reads."""
    actor, award = actor_of(request), the_award(request, number, pk)
    _crumbs(request, award, _("Rescind"))
    page = _page(
        award,
        title=_("Rescind the award"),
        button=_("Rescind the award"),
        done=_("Rescinded. The organization is told why."),
        follows=_("No contract is made. The amount is free for the waiting list; everybody reads the reason."),
        final=True,
    )
    return act_page(
        request,
        page,
        PublicReasonForm(request.POST or None),
        lambda data: steps.rescind(actor=actor, award_id=award.pk, why=data["why"]),
    )


@requires("solicitations.negotiate")
@require_http_methods(["GET", "HEAD", "POST"])
def reopen(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Open agreed scope and budget again."""
    actor, award = actor_of(request), the_award(request, number, pk)
    _crumbs(request, award, _("Open again"))
    page = _page(
        award,
        title=_("Open scope and budget again"),
        button=_("Open scope and budget again"),
        done=_("Open again. The organization is told why."),
        follows=_("Both sides have to agree to a new version before a contract is made."),
    )
    return act_page(
        request,
        page,
        PublicReasonForm(request.POST or None),
        lambda data: negotiations.reopen(actor=actor, award_id=award.pk, why=data["why"]),
    )


@requires("solicitations.award")
@require_http_methods(["GET", "HEAD", "POST"])
def legislative_step(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """The agenda first, then what the legislative body decided."""
    actor, award = actor_of(request), the_award(request, number, pk)
    step = queries.legislative(award)
    _crumbs(request, award, _("Legislative approval"))
    if step is None or not step.file_number:
        page = _page(
            award,
            title=_("Put the award on the agenda"),
            button=_("Record the agenda"),
            done=_("Recorded. The organization is told."),
            ground=_("%(body)s, on the agenda by %(day)s")
            % {"body": step.body, "day": words.day(step.agenda_deadline_on)}
            if step
            else "",
            follows=_("The result is due one business day after the meeting."),
        )
        return act_page(
            request,
            page,
            AgendaForm(request.POST or None),
            lambda data: legislative.put_on_agenda(actor=actor, award_id=award.pk, **data),
        )
    page = _page(
        award,
        title=_("Record what the legislative body decided"),
        button=_("Record the result"),
        done=_("Recorded. The organization is told."),
        ground=_("%(body)s, file %(file)s, meeting %(day)s")
        % {"body": step.body, "file": step.file_number, "day": words.day(step.meeting_on)},
        follows=_("Approved: the award goes on. Rejected: it is rescinded. Deferred: the deadline moves."),
    )
    return act_page(
        request,
        page,
        ResultForm(request.POST or None),
        lambda data: legislative.record_result(actor=actor, award_id=award.pk, **data),
    )


patterns = [
    path("plan/<str:number>/awards/<int:pk>/", detail, name="award"),
    path("plan/<str:number>/awards/<int:pk>/begin/", begin, name="award-begin"),
    path("plan/<str:number>/awards/<int:pk>/call/", call, name="award-call"),
    path("plan/<str:number>/awards/<int:pk>/rescind/", rescind, name="award-rescind"),
    path("plan/<str:number>/awards/<int:pk>/open-again/", reopen, name="award-reopen"),
    path("plan/<str:number>/awards/<int:pk>/legislative/", legislative_step, name="award-legislative"),
]
