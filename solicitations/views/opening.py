"""Opening: what waits to be opened, the act of two officers, what was received, one opened proposal for staff."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from procurement_portal.history import telling
from procurement_portal.history.record import witness
from procurement_portal.people.access import actor_of, found_or_404, requires
from procurement_portal.people.actor import Actor
from procurement_portal.time.clock import in_time, now
from procurement_portal.web import words
from procurement_portal.web.community_areas import COMMUNITY_AREAS
from procurement_portal.web.htmx import redirect
from procurement_portal.web.pagination import paginate
from procurement_portal.web.pieces import Entry, Fact
from procurement_portal.web.refusal import Conflict, Invalid, Refused
from procurement_portal.web.shell import Crumb, NextAction
from solicitations.actions import opening as actions
from solicitations.actions.responsiveness import find_responsiveness
from solicitations.forms.opening import FindingForm
from solicitations.models.opening import OpenedProposal
from solicitations.models.solicitation import Solicitation
from solicitations.queries import conflict, cure, tally
from solicitations.queries import opening as queries
from solicitations.states import LateAct, PartnerRole, SolicitationState, UnconfirmedRule
from solicitations.views.drafts import crumbs, put_errors
from solicitations.views.opened import shown_parts
from solicitations.workflow.notice import SOLICITATION

AREA_NAMES = {area.number: area.name for area in COMMUNITY_AREAS}
LATE_WORDS = {
    LateAct.SAVE: gettext_lazy("Saved an answer"),
    LateAct.FILE: gettext_lazy("Added a file"),
    LateAct.SUBMIT: gettext_lazy("Submitted"),
    LateAct.WITHDRAW: gettext_lazy("Withdrew"),
}
ROLE_NAMES = dict(PartnerRole.choices)
HISTORY_SHOWN = 50
ACTS = {
    "proposal.read": gettext_lazy("Read"),
    "reading.assign": gettext_lazy("One reader more"),
    "reading.unassign": gettext_lazy("One reader less"),
    "reading.lock": gettext_lazy("Scores locked"),
}


def readable(request: HttpRequest, number: str) -> Solicitation:
    """The solicitation of this number whose opened proposals the actor may read, or 404. An auditor's reading is witnessed."""
    row = found_or_404(queries.readable_solicitations(actor_of(request)), number=number)
    _witness_audit(actor_of(request), row)
    return row


def _witness_audit(actor: Actor, row: Solicitation) -> None:
    if actor.may_audit(department_id=row.department_id):
        witness(actor, "solicitation.audit_read", row)


@requires("solicitations.view_internal")
@require_safe
def opening(request: HttpRequest, number: str) -> HttpResponse:
    """Before opening: who asked and who still has to. Afterwards: the list of what was received, and what came late."""
    actor = actor_of(request)
    row = readable(request, number)
    done = queries.opening_of(row)
    crumbs(request, row, Crumb(_("Opening")))
    may_open = row.state == SolicitationState.CLOSED and actor.can("solicitations.open")
    if may_open and (done is None or done.asked_by_id != actor.user_id):
        label = _("Ask for opening") if done is None else _("Open the answers")
        request.shell_next_action = NextAction(label, reverse("solicitations:opening-act", args=[row.number]))  # type: ignore[attr-defined]
    elif row.state == SolicitationState.OPENED and actor.can("solicitations.manage_evaluation"):
        request.shell_next_action = NextAction(  # type: ignore[attr-defined]
            _("Begin the evaluation"), reverse("solicitations:evaluation-begin", args=[row.number])
        )
    opened = done is not None and done.opened_at is not None
    page = paginate(request, queries.received(actor, row), per_page=100) if opened else None
    context = {
        "row": row,
        "state": SOLICITATION.public[row.state],
        "opening": done,
        "opened": opened,
        "page": page,
        "late": [(late, LATE_WORDS[late.act]) for late in queries.late(actor, row)] if opened else [],
        "unconfirmed_rule": UnconfirmedRule(row.unconfirmed_rule).label,
        "before_due": row.due_at is None or in_time(now(), row.due_at),
        "asked_by_me": done is not None and done.asked_by_id == actor.user_id,
        "facts": _facts(row, done) if opened else [],
    }
    return render(request, "solicitations/opening/opening.html", context)


def _facts(row: Solicitation, done: Any) -> list[Fact]:
    return [
        Fact(_("Received in time"), str(done.received)),
        Fact(_("Answers were due"), words.instant(row.due_at)),
        Fact(_("Opened"), words.instant(done.opened_at)),
        Fact(_("First officer"), words.data(done.asked_by.name)),
        Fact(_("Second officer"), words.data(done.opened_by.name)),
    ]


@requires("solicitations.open", step_up=True)
@require_http_methods(["GET", "HEAD", "POST"])
def act(request: HttpRequest, number: str) -> HttpResponse:
    """Ask for opening, or open as the second officer."""
    actor = actor_of(request)
    row = readable(request, number)
    crossed, refused, status = "", "", 200
    home = reverse("solicitations:opening", args=[row.number])
    if request.method == "POST":
        try:
            if request.POST.get("act") == "ask":
                actions.ask(actor=actor, solicitation_id=row.pk)
                messages.success(request, _("You asked for opening. The other officers of the department are told."))
                return redirect(request, home)
            if request.POST.get("act") == "open":
                done = actions.open_answers(actor=actor, solicitation_id=row.pk)
                messages.success(request, _("Opened. Received in time: %(count)s.") % {"count": done.received})
                return redirect(request, home)
            raise Refused(_("Choose what to do."))
        except Conflict as error:
            crossed, status = error.message, 409
        except Refused as error:
            refused, status = error.reason, 403
    row = readable(request, number)
    found = queries.opening_of(row)
    crumbs(request, row, Crumb(_("Opening"), home), Crumb(_("Two officers")))
    context = {
        "row": row,
        "state": SOLICITATION.public[row.state],
        "opening": found,
        "closed": row.state == SolicitationState.CLOSED,
        "asked_by_me": found is not None and found.asked_by_id == actor.user_id,
        "crossed": crossed,
        "refused": refused,
    }
    return render(request, "solicitations/opening/act.html", context, status=status)


@requires("solicitations.view_internal")
@require_http_methods(["GET", "HEAD", "POST"])
def opened_proposal(request: HttpRequest, number: str, position: int) -> HttpResponse:
    """One opened proposal as staff reads it: the answer with its files, the readers' points once scoring has ended, what
    officers found about its responsiveness, who read it when. The reading is witnessed."""
    actor = actor_of(request)
    proposal = found_or_404(queries.one(actor, number), position=position)
    row = proposal.solicitation
    _witness_audit(actor, row)
    form, status = FindingForm(request.POST or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                find_responsiveness(actor=actor, proposal_id=proposal.pk, **form.given())
            except Invalid as error:
                put_errors(form, error)
            else:
                messages.success(request, _("Your finding is kept, with its reason."))
                return redirect(request, request.path)
    else:
        witness(actor, "proposal.read", proposal)
    crumbs(
        request, row, Crumb(_("Opening"), reverse("solicitations:opening", args=[row.number])),
        Crumb(str(proposal.organization)),
    )  # fmt: skip
    context = {
        "row": row,
        "form": form,
        "findings": queries.findings(proposal),
        "may_find": actor.can("solicitations.manage_evaluation")
        and row.state in (SolicitationState.OPENED, SolicitationState.UNDER_EVALUATION),
        **about(proposal),
        "parts": shown_parts(queries.parts(proposal)),
        "points": tally.points_of(actor, proposal),
        "history": [
            Entry(e.at, ACTS.get(e.act) or telling.what(e.act), e.actor_label, e.acting_as, e.why, e.law)
            for e in queries.acts(proposal)[:HISTORY_SHOWN]
        ],
    }
    return render(request, "solicitations/opening/proposal.html", context, status=status)


def about(proposal: OpenedProposal) -> dict[str, Any]:
    """Who stands behind a proposal: its facts, partners and the boards of all of them."""
    boards = conflict.leaders(proposal)
    names = {proposal.organization_id: str(proposal.organization)} | {
        int(p["organization"]): p["name"] for p in proposal.partners
    }
    return {
        "proposal": proposal,
        "beside": cure.beside(proposal),
        "facts": [
            Fact(_("Proposer"), words.data(str(proposal.organization))),
            Fact(_("Received"), words.instant(proposal.received_at)),
            Fact(_("Version"), str(proposal.version)),
            Fact(_("Asks for"), words.money(proposal.amount)),
            Fact(_("Community areas"), ", ".join(AREA_NAMES[n] for n in proposal.areas) or "—"),
        ],
        "partners": [(p["name"], ROLE_NAMES.get(p["role"], p["role"]), p["share"]) for p in proposal.partners],
        "boards": [
            (names.get(pk) or str(rows[0].organization), rows)
            for pk, rows in sorted(boards.items(), key=lambda item: item[0] != proposal.organization_id)
        ],
    }


patterns = [
    path("plan/<str:number>/opening/", opening, name="opening"),
    path("plan/<str:number>/opening/act/", act, name="opening-act"),
    path("plan/<str:number>/opening/<int:position>/", opened_proposal, name="opened-proposal"),
]
