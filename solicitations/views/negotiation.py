"""Scope and budget: the form of a version and the agreement, for either side; the award as its organization sees it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from procurement_portal.people.access import actor_of, found_or_404, requires
from procurement_portal.web import words
from procurement_portal.web.htmx import redirect
from procurement_portal.web.refusal import Conflict, Invalid, Refused
from procurement_portal.web.shell import Crumb, NextAction
from solicitations.actions import award_steps as steps
from solicitations.actions import negotiation as actions
from solicitations.forms.award import NothingForm, PublicReasonForm
from solicitations.forms.negotiation import VersionForm
from solicitations.models.award import Award, NegotiationVersion
from solicitations.queries import award as queries
from solicitations.queries import negotiation
from solicitations.states import AwardState, Side
from solicitations.views.award import hub_crumbs
from solicitations.views.award_acts import ActPage, act_page
from solicitations.views.award_detail import award_facts, shared, the_award
from solicitations.views.drafts import put_errors, with_version
from solicitations.workflow.award import AWARD

_NAMES = {"budget": "line_1_amount"}


def _values(version: NegotiationVersion) -> dict[str, Any]:
    return {
        "scope": version.scope,
        "amount": version.amount,
        "starts_on": version.starts_on,
        "ends_on": version.ends_on,
        "budget": version.budget,
    }


def _version_page(request: HttpRequest, award: Award, back: str, first: Mapping[str, Any]) -> HttpResponse:
    """The form of the next version, filled with the newest one or with what a first one begins from."""
    rows = negotiation.versions(award)
    after = rows[0].number if rows else 0
    refused, crossed, status = "", "", 200
    form = VersionForm.starting_from(_values(rows[0]) if rows else first, after)
    if request.method == "POST":
        form, status = VersionForm(request.POST), 422
        if form.is_valid():
            try:
                made = actions.put_forward(
                    actor=actor_of(request), award_id=award.pk, after=form.cleaned_data["after"], given=form.given()
                )
            except Invalid as error:
                put_errors(form, error, _NAMES)
            except Conflict as error:
                crossed, status = error.message, 409
                form = VersionForm(with_version(request, str(after), "after"))
                form.is_valid()
            except Refused as error:
                refused, status = error.reason, 403
            else:
                said = _("Version %(number)s is put forward. The other side is told.") % {"number": made.number}
                messages.success(request, said)
                return redirect(request, back)
    context = {
        "form": form,
        "award": award,
        "row": award.solicitation,
        "facts": award_facts(award),
        "number": after + 1,
        "newest": rows[0] if rows else None,
        "back": back,
        "refused": refused,
        "crossed": crossed,
        "term": award.solicitation.term_months,
    }
    return render(request, "solicitations/negotiation/version.html", context, status=status)


@requires("solicitations.negotiate")
@require_http_methods(["GET", "HEAD", "POST"])
def version(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Put a version forward for the department."""
    award = the_award(request, number, pk)
    back = reverse("solicitations:award", args=[number, pk])
    hub_crumbs(request, award.solicitation, Crumb(award.organization.name, back), Crumb(_("Scope and budget")))
    return _version_page(request, award, back, _first(award))


def _first(award: Award) -> dict[str, Any]:
    start = award.solicitation.expected_start_on
    months = award.solicitation.term_months
    end = actions.last_day(start, months) if start and months else None
    return {**negotiation.first_version(award), "starts_on": start, "ends_on": end}


def _agree_page(request: HttpRequest, award: Award, back: str) -> HttpResponse:
    rows = negotiation.versions(award)
    newest = rows[0] if rows else None
    actor, number = actor_of(request), newest.number if newest else 0
    page = ActPage(
        title=_("Agree to version %(number)s") % {"number": number},
        button=_("Agree to version %(number)s") % {"number": number},
        back=back,
        done=_("Agreed. The other side is told."),
        what=_("%(amount)s, %(start)s to %(end)s")
        % {
            "amount": words.money(newest.amount),
            "start": words.day(newest.starts_on),
            "end": words.day(newest.ends_on),
        }
        if newest
        else "",
        follows=_("Once both sides agreed to this version, the contract is made from it."),
        agrees=_("The other side, to the same version."),
        template="solicitations/negotiation/agree.html",
    )
    posted = request.POST.get("number", "")
    read = int(posted) if posted.isascii() and posted.isdigit() and len(posted) < 6 else number
    form = NothingForm(request.POST if request.method == "POST" else None)
    return act_page(
        request,
        page,
        form,
        lambda _data: actions.agree(actor=actor, award_id=award.pk, number=read),
        newest=newest,
        changes=negotiation.changes(rows)[:1],
    )


@requires("solicitations.negotiate")
@require_http_methods(["GET", "HEAD", "POST"])
def agree(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Agree to the newest version for the department."""
    award = the_award(request, number, pk)
    back = reverse("solicitations:award", args=[number, pk])
    hub_crumbs(request, award.solicitation, Crumb(award.organization.name, back), Crumb(_("Agree")))
    return _agree_page(request, award, back)


# --- The organization's side ---------------------------------------------------------------------------------------------


def _own(request: HttpRequest, pk: int) -> Award:
    return found_or_404(queries.own(actor_of(request)), pk=pk)


def _own_crumbs(request: HttpRequest, award: Award, here: str = "") -> None:
    answer = reverse("solicitations:proposal", args=[award.proposal.submission_id])
    way = [Crumb(_("Our answers"), reverse("solicitations:proposals")), Crumb(award.solicitation.number, answer)]
    home = reverse("solicitations:own-award", args=[award.pk]) if here else ""
    request.shell_breadcrumbs = [*way, Crumb(_("Our award"), home), *([Crumb(here)] if here else [])]  # type: ignore[attr-defined]


@requires("contracts.view")
@require_safe
def own_award(request: HttpRequest, pk: int) -> HttpResponse:
    """Our award: where it stands, what is expected of us next and by when, the versions of scope and budget."""
    actor, award = actor_of(request), _own(request, pk)
    context = shared(award)
    _own_crumbs(request, award)
    newest, agreed = context["newest"], context["agreed"]
    negotiating = award.status == AwardState.NEGOTIATING and not context["standstill"]
    may_agree = negotiating and newest is not None and "organization" not in agreed and actor.can("contracts.sign")
    may_version = negotiating and actor.can("contracts.answer")
    if may_agree:
        request.shell_next_action = NextAction(  # type: ignore[attr-defined]
            _("Read and agree"), reverse("solicitations:own-award-agree", args=[pk])
        )
    elif may_version and newest is not None and newest.side == Side.DEPARTMENT:
        request.shell_next_action = NextAction(  # type: ignore[attr-defined]
            _("Answer with a version"), reverse("solicitations:own-award-version", args=[pk])
        )
    context |= {
        "expected": expected(award, newest, agreed, context["standstill"]),
        "may_agree": may_agree,
        "may_version": may_version,
        "may_decline": award.status in AWARD.transition("decline").source and actor.can("contracts.sign"),
    }
    return render(request, "solicitations/negotiation/own.html", context)


def expected(award: Award, newest: NegotiationVersion | None, agreed: set[str], standstill: str) -> str:
    """What happens next with an award and who has to do it, in one sentence for its organization."""
    state = AwardState(award.status)
    if state in AWARD.final:
        return str(award.ended_why) if award.ended_why else _("The contract goes through its steps.")
    if state == AwardState.WAITING:
        return _("You wait. You are called when money is left and it is your turn.")
    if standstill:
        return standstill
    if state == AwardState.ANNOUNCED:
        return _("The department begins with scope and budget. You do not have to do anything yet.")
    if state == AwardState.AGREED:
        return _("Both sides agreed. The department makes the contract.")
    if newest is None:
        return _("The department puts forward the first version, or you do.")
    if "organization" in agreed:
        return _("You agreed to version %(number)s. The department decides.") % {"number": newest.number}
    if "department" in agreed:
        return _("The department agreed to version %(number)s. An authorized signatory of yours agrees, or you answer it.") % {
            "number": newest.number
        }  # fmt: skip
    return _("Read version %(number)s. Agree, or answer with a version of your own.") % {"number": newest.number}


@requires("contracts.answer")
@require_http_methods(["GET", "HEAD", "POST"])
def own_version(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a version forward for the organization."""
    award = _own(request, pk)
    _own_crumbs(request, award, _("Scope and budget"))
    return _version_page(request, award, reverse("solicitations:own-award", args=[pk]), _first(award))


@requires("contracts.sign", step_up=True)
@require_http_methods(["GET", "HEAD", "POST"])
def own_agree(request: HttpRequest, pk: int) -> HttpResponse:
    """Agree to the newest version for the organization: an authorized signatory."""
    award = _own(request, pk)
    _own_crumbs(request, award, _("Agree"))
    return _agree_page(request, award, reverse("solicitations:own-award", args=[pk]))


@requires("contracts.sign", step_up=True)
@require_http_methods(["GET", "HEAD", "POST"])
def decline(request: HttpRequest, pk: int) -> HttpResponse:
    """Decline the award or the place on the waiting list."""
    actor, award = actor_of(request), _own(request, pk)
    _own_crumbs(request, award, _("Decline"))
    page = ActPage(
        title=_("Decline the award"),
        button=_("Decline the award"),
        back=reverse("solicitations:own-award", args=[pk]),
        done=_("Declined. The department is told."),
        what=award.solicitation.title,
        follows=_("You get no contract. The amount is free for the waiting list; everybody reads the reason."),
        final=True,
    )
    return act_page(
        request,
        page,
        PublicReasonForm(request.POST or None),
        lambda data: steps.decline(actor=actor, award_id=award.pk, why=data["why"]),
    )


patterns = [
    path("plan/<str:number>/awards/<int:pk>/version/", version, name="award-version"),
    path("plan/<str:number>/awards/<int:pk>/agree/", agree, name="award-agree"),
    path("awards/<int:pk>/", own_award, name="own-award"),
    path("awards/<int:pk>/version/", own_version, name="own-award-version"),
    path("awards/<int:pk>/agree/", own_agree, name="own-award-agree"),
    path("awards/<int:pk>/decline/", decline, name="own-award-decline"),
]
