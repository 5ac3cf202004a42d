"""Engagements of auditors, who viewed what, departments, and recoveries."""

from __future__ import annotations

from allauth.core import ratelimit
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from procurement_portal.history.record import witness
from procurement_portal.people.access import actor_of, found_or_404, public, requires
from procurement_portal.people.actions import departments as department_actions
from procurement_portal.people.actions import oversight as actions
from procurement_portal.people.actions import recovery as recovery_actions
from procurement_portal.people.bodies import Body
from procurement_portal.people.forms.members import DepartmentForm, EngagementForm, HowForm, RecoverForm, StatementForm
from procurement_portal.people.models.oversight import Recovery
from procurement_portal.people.models.profile import Profile
from procurement_portal.people.queries.members import acts, departments, members, told
from procurement_portal.people.queries.organizations import organizations, profile_of
from procurement_portal.people.queries.oversight import engagements, viewings
from procurement_portal.people.queries.recovery import may_help, recoveries
from procurement_portal.people.views.organization import AREA_NAMES, show_problems
from procurement_portal.time.clock import today
from procurement_portal.web.refusal import Invalid


@requires("people.engage_auditor", step_up=True)
@require_http_methods(["GET", "POST"])
def new_engagement(request: HttpRequest) -> HttpResponse:
    """Engage an auditor."""
    form = EngagementForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            actions.engage_auditor(
                actor=actor_of(request),
                **{**data, "departments": list(data["departments"]), "organizations": list(data["organizations"])},
            )
        except Invalid as problem:
            show_problems(form, problem)
        else:
            messages.success(request, gettext("The engagement is given."))
            return redirect("people:engagements")
    return render(request, "people/engagement_form.html", {"form": form})


@requires("staff.work")
@require_GET
def engagement_list(request: HttpRequest) -> HttpResponse:
    """Engagements: all for who gives them, one's own for an auditor."""
    actor = actor_of(request)
    return render(
        request,
        "people/engagements.html",
        {
            "engagements": engagements(actor),
            "may_engage": actor.can("people.engage_auditor"),
            "today": today(),
            "readable": {pk for kind, pk in actor.audits if kind == "organization"},
        },
    )


@requires("people.engage_auditor", step_up=True)
@require_POST
def end_engagement(request: HttpRequest, pk: int) -> HttpResponse:
    """End an engagement early."""
    found_or_404(engagements(actor_of(request)), pk=pk)
    actions.end_engagement(actor=actor_of(request), engagement_id=pk, why=request.POST.get("why", "")[:300])
    messages.success(request, gettext("The engagement has ended."))
    return redirect("people:engagements")


@requires("audit.read")
@require_GET
def who_viewed(request: HttpRequest) -> HttpResponse:
    """Who viewed what, within the auditor's engagements; this reading is witnessed itself."""
    actor = actor_of(request)
    page = Paginator(viewings(actor), 50).get_page(request.GET.get("page"))
    current = engagements(actor).filter(ended_at__isnull=True).first()
    if current is not None:
        witness(actor, "audit.who_viewed", current)
    return render(request, "people/who_viewed.html", {"page": page, "entries": [told(entry) for entry in page]})


@requires("audit.read")
@require_GET
def audited(request: HttpRequest, pk: int) -> HttpResponse:
    """An organization's own page, read by an auditor engaged for it; the reading is witnessed."""
    actor, body = actor_of(request), Body(organization_id=pk)
    found = found_or_404(organizations(actor), pk=pk)
    if not actor.may_audit(organization_id=pk):
        raise Http404
    witness(actor, "organization.read", found)
    profile = profile_of(actor, found) or Profile(organization=found)
    return render(
        request,
        "people/audited.html",
        {
            "organization": found,
            "profile": profile,
            "areas": [AREA_NAMES[number] for number in profile.community_areas],
            "members": members(actor, body),
            "entries": acts(actor, body),
        },
    )


@requires("people.manage_departments", step_up=True)
@require_http_methods(["GET", "POST"])
def department_list(request: HttpRequest) -> HttpResponse:
    """All departments; a new one."""
    form = DepartmentForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            department_actions.make_department(actor=actor_of(request), **form.cleaned_data)
        except Invalid as problem:
            show_problems(form, problem)
        else:
            messages.success(request, gettext("The department is made."))
            return redirect("people:departments")
    return render(request, "people/departments.html", {"form": form, "departments": departments(actor_of(request))})


@public
@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "POST"])
def recover(request: HttpRequest) -> HttpResponse:
    """Lost the second factor and its codes: ask for a new start. The answer is the same for everybody."""
    form = RecoverForm(request.POST or None)
    too_often = ratelimit.consume_or_429(request, action="recover", key=request.POST.get("email", "").lower())
    if too_often:
        return too_often
    if request.method == "POST" and form.is_valid():
        recovery_actions.ask_for_second_factor(**form.cleaned_data)
        return redirect("people:recover_asked")
    return render(request, "people/recover.html", {"form": form, "days": recovery_actions.waiting_days()})


@public
@require_GET
def recover_asked(request: HttpRequest) -> HttpResponse:
    """What happens next."""
    return render(request, "people/recover_asked.html", {"days": recovery_actions.waiting_days()})


@requires("organization.view")
@require_http_methods(["GET", "POST"])
def ask_administrator(request: HttpRequest) -> HttpResponse:
    """The last administrator is gone: ask to become one."""
    form = StatementForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        recovery_actions.ask_for_administrator(actor=actor_of(request), **form.cleaned_data)
        messages.success(request, gettext("Asked. Everybody in your organization is told."))
        return redirect("people:recoveries")
    return render(request, "people/ask_administrator.html", {"form": form, "days": recovery_actions.waiting_days()})


@requires("account.use")
@require_GET
def recovery_list(request: HttpRequest) -> HttpResponse:
    """Open recoveries one may help with, check or stop."""
    actor = actor_of(request)
    rows = [{"recovery": row, "may_help": may_help(actor, row) and row.checked_at is None} for row in recoveries(actor)]
    return render(
        request,
        "people/recoveries.html",
        {"rows": rows, "may_check": actor.can("people.check_identity"), "own_id": actor.user_id},
    )


@requires("account.use", step_up=True, second_factor=True)
@require_http_methods(["GET", "POST"])
def recovery(request: HttpRequest, pk: int) -> HttpResponse:
    """One recovery: help as a colleague, record an identity check."""
    actor = actor_of(request)
    found: Recovery = found_or_404(recoveries(actor), pk=pk)
    form = HowForm(request.POST or None)
    helps = may_help(actor, found)
    if request.method == "POST" and form.is_valid():
        act = recovery_actions.help_colleague if request.POST.get("act") == "help" else recovery_actions.check_identity
        try:
            act(actor=actor, recovery_id=pk, how=form.cleaned_data["how"])
        except Invalid as problem:
            show_problems(form, problem)
        else:
            messages.success(request, gettext("Recorded. Everybody concerned is told."))
            return redirect("people:recoveries")
    return render(
        request,
        "people/recovery.html",
        {
            "form": form,
            "recovery": found,
            "may_help": helps,
            "may_check": actor.can("people.check_identity") and found.user_id != actor.user_id,
            "days": recovery_actions.waiting_days(),
        },
    )


@requires("account.use", step_up=True)
@require_POST
def stop_recovery(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop a recovery that should not be."""
    found_or_404(recoveries(actor_of(request)), pk=pk)
    recovery_actions.stop(actor=actor_of(request), recovery_id=pk, reason=request.POST.get("reason", "")[:300])
    messages.success(request, gettext("Stopped. Everybody concerned is told."))
    return redirect("people:recoveries")
