"""Pages of one's organization: registering it, its profile, its people's papers, its acts."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from procurement_portal.people.access import actor_of, found_or_404, requires
from procurement_portal.people.acting import SESSION_KEY
from procurement_portal.people.actions import claims as claim_actions
from procurement_portal.people.actions import organizations as actions
from procurement_portal.people.bodies import Body, may_manage
from procurement_portal.people.forms.organization import (
    AddressForm,
    ClaimForm,
    DecideForm,
    EinForm,
    ProfileForm,
    RegisterForm,
    VenturerFormSet,
)
from procurement_portal.people.models.body import Organization
from procurement_portal.people.models.profile import Profile
from procurement_portal.people.queries.claims import claims, papers
from procurement_portal.people.queries.members import acts, members
from procurement_portal.people.queries.organizations import organizations, profile_of, same_name, ventures_to_agree
from procurement_portal.web.community_areas import COMMUNITY_AREAS
from procurement_portal.web.refusal import Invalid
from procurement_portal.web.shell import Crumb

AREA_NAMES = {area.number: area.name for area in COMMUNITY_AREAS}


def show_problems(form: Form, problem: Invalid) -> None:
    """Put an action's messages at their fields; those of fields the form does not have, over the form."""
    for field, texts in problem.problems.items():
        form.add_error(field if field in form.fields else None, texts)


def _own(request: HttpRequest) -> Organization:
    actor = actor_of(request)
    if actor.organization_id is None:
        raise Http404
    request.shell_breadcrumbs = [Crumb(gettext("Our organization"), reverse("people:organization"))]  # type: ignore[attr-defined]
    return found_or_404(organizations(actor), pk=actor.organization_id)


@requires("organization.register")
@require_http_methods(["GET", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    """Register an organization, and act for it from then on."""
    named_alike = request.method == "POST" and bool(same_name(request.POST.get("name", "")))
    form = RegisterForm(request.POST or None, named_alike=named_alike)
    venturers = VenturerFormSet(request.POST or None, prefix="v")
    if request.method == "POST" and form.is_valid() and venturers.is_valid():
        rows = [
            (row.cleaned_data["name"], row.cleaned_data["share"] or Decimal(0))
            for row in venturers
            if row.cleaned_data.get("name")
        ]
        try:
            organization = actions.register_organization(actor=actor_of(request), venturers=rows, **form.cleaned_data)
        except Invalid as problem:
            show_problems(form, problem)
        else:
            request.session[SESSION_KEY] = f"organization:{organization.pk}"
            messages.success(request, gettext("Your organization is registered. You are its administrator."))
            return redirect("people:organization")
    return render(request, "people/register.html", {"form": form, "venturers": venturers})


@requires("organization.view")
@require_GET
def organization(request: HttpRequest) -> HttpResponse:
    """The organization's own page: what it says about itself, its people, what is missing."""
    own, actor = _own(request), actor_of(request)
    request.shell_breadcrumbs = []  # type: ignore[attr-defined]
    profile = profile_of(actor, own) or Profile(organization=own)
    context: dict[str, Any] = {
        "organization": own,
        "profile": profile,
        "areas": [AREA_NAMES[number] for number in profile.community_areas],
        "members": members(actor, Body(organization_id=own.pk)),
        "claims": claims(actor).filter(organization=own),
        "ventures": ventures_to_agree(actor),
        "venturers": own.venturers.select_related("member"),
        "may_edit": actor.can("organization.edit_profile"),
        "may_manage": may_manage(actor, Body(organization_id=own.pk)),
        "second_factor": actor.second_factor,
    }
    return render(request, "people/organization.html", context)


def _edit(request: HttpRequest, form_class: Any, title: str, template: str) -> HttpResponse:
    own, actor = _own(request), actor_of(request)
    profile = profile_of(actor, own) or Profile(organization=own)
    initial = {"also_known_as": own.also_known_as} if form_class is AddressForm else None
    form = form_class(request.POST or None, instance=profile, initial=initial)
    if request.method == "POST" and form.is_valid():
        fields = {name: value for name, value in form.cleaned_data.items() if name != "also_known_as"}
        try:
            actions.edit_profile(
                actor=actor, organization_id=own.pk, fields=fields, also_known_as=form.cleaned_data.get("also_known_as")
            )
        except Invalid as problem:
            show_problems(form, problem)
        else:
            messages.success(request, gettext("The profile is saved."))
            return redirect("people:organization")
    return render(request, template, {"form": form, "page_title": title})


@requires("organization.edit_profile")
@require_http_methods(["GET", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """Mission, people, leadership, places, languages, size."""
    return _edit(request, ProfileForm, gettext("What you do and for whom"), "people/profile_form.html")


@requires("organization.edit_profile")
@require_http_methods(["GET", "POST"])
def address(request: HttpRequest) -> HttpResponse:
    """Address, phone, website, other name."""
    return _edit(request, AddressForm, gettext("Address and website"), "people/profile_form.html")


@requires("organization.edit_profile", step_up=True)
@require_http_methods(["GET", "POST"])
def ein(request: HttpRequest) -> HttpResponse:
    """The EIN, which is kept encrypted."""
    own = _own(request)
    form = EinForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            shared = actions.set_ein(actor=actor_of(request), organization_id=own.pk, ein=form.cleaned_data["ein"])
        except Invalid as problem:
            show_problems(form, problem)
        else:
            messages.success(request, gettext("The EIN is kept, encrypted."))
            if shared:
                messages.warning(
                    request,
                    gettext(
                        "Another organization here has the same EIN. Check the digits; if they are right, call us."
                    ),
                )
            return redirect("people:organization")
    return render(
        request, "people/profile_form.html", {"form": form, "page_title": gettext("Employer identification number")}
    )


@requires("organization.view", step_up=True, second_factor=True)
@require_http_methods(["GET", "POST"])
def claim(request: HttpRequest) -> HttpResponse:
    """Claim to sign for the organization, with the paper that shows it."""
    own = _own(request)
    form = ClaimForm(request.POST or None, papers=papers(own.pk))
    if request.method == "POST" and form.is_valid():
        try:
            claim_actions.claim_to_sign(
                actor=actor_of(request),
                organization_id=own.pk,
                position=form.cleaned_data["position"],
                proof_id=form.cleaned_data["proof"].pk,
            )
        except Invalid as problem:
            show_problems(form, problem)
        else:
            messages.success(request, gettext("Your claim is noted. Somebody else confirms it."))
            return redirect("people:organization")
    return render(request, "people/claim.html", {"form": form, "has_papers": papers(own.pk).exists()})


@requires("account.use", step_up=True, second_factor=True)
@require_http_methods(["GET", "POST"])
def decide_claim(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm or refuse a claim."""
    actor = actor_of(request)
    found = found_or_404(claims(actor), pk=pk)
    if not claim_actions.may_decide(actor, found):
        raise Http404
    form = DecideForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        accept = request.POST.get("act") == "confirm"
        try:
            claim_actions.decide_claim(actor=actor, claim_id=pk, accept=accept, reason=form.cleaned_data["reason"])
        except Invalid as problem:
            show_problems(form, problem)
        else:
            messages.success(request, gettext("Confirmed.") if accept else gettext("Refused, with your reason."))
            return redirect("people:claims" if actor.is_staff else "people:organization")
    return render(request, "people/decide_claim.html", {"form": form, "claim": found})


@requires("people.check_identity")
@require_GET
def claim_list(request: HttpRequest) -> HttpResponse:
    """Claims to sign that wait for confirmation, for a department."""
    return render(request, "people/claims.html", {"claims": claims(actor_of(request))})


@requires("organization.manage")
@require_POST
def agree(request: HttpRequest, pk: int) -> HttpResponse:
    """Agree to be a venturer of a joint venture that named us."""
    found_or_404(ventures_to_agree(actor_of(request)), pk=pk)
    actions.agree_to_venture(actor=actor_of(request), venturer_id=pk)
    messages.success(request, gettext("You are a venturer now."))
    return redirect("people:organization")


@requires("organization.view")
@require_GET
def history(request: HttpRequest) -> HttpResponse:
    """The organization's acts."""
    own = _own(request)
    return render(
        request,
        "people/acts.html",
        {"entries": acts(actor_of(request), Body(organization_id=own.pk)), "body": str(own)},
    )
