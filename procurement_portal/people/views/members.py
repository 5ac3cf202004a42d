"""Members of the body acted for: invitations, roles, leaving."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from procurement_portal.people import scopes
from procurement_portal.people.access import actor_of, found_or_404, public, requires
from procurement_portal.people.acting import SESSION_KEY
from procurement_portal.people.actions import invitations as invitation_actions
from procurement_portal.people.actions import roles as role_actions
from procurement_portal.people.bodies import Body, may_manage
from procurement_portal.people.forms.members import GiveRoleForm, InviteForm
from procurement_portal.people.models.user import User
from procurement_portal.people.queries.invitations import (
    invitation_by_token,
    invitation_token,
    invitations_of,
    invitations_to,
)
from procurement_portal.people.queries.members import may_see, members, memberships, people_of
from procurement_portal.people.views.organization import show_problems
from procurement_portal.time.clock import now
from procurement_portal.web.refusal import Conflict, Invalid
from procurement_portal.web.shell import Crumb


def body_of(request: HttpRequest) -> Body:
    """The body acted for, if its people may be seen; else 404. Sets the way back."""
    actor = actor_of(request)
    body = Body.acted_for(actor)
    if not (body.organization_id or body.department_id) or not may_see(actor, body):
        raise Http404
    crumb = (
        Crumb(gettext("Our department"), reverse("people:department"))
        if body.department_id
        else Crumb(gettext("Our organization"), reverse("people:organization"))
    )
    request.shell_breadcrumbs = [crumb]  # type: ignore[attr-defined]
    return body


def managed(request: HttpRequest) -> Body:
    """The body acted for, if the actor manages its people; else 404."""
    body = body_of(request)
    if not may_manage(actor_of(request), body):
        raise Http404
    return body


@requires("account.use")
@require_GET
def member_list(request: HttpRequest) -> HttpResponse:
    """Who acts for us in which role; open invitations."""
    body, actor = body_of(request), actor_of(request)
    return render(
        request,
        "people/members.html",
        {
            "members": members(actor, body),
            "invitations": invitations_of(actor, body),
            "may_manage": may_manage(actor, body),
            "is_organization": bool(body.organization_id),
            "own_id": actor.user_id,
        },
    )


@requires("account.use", step_up=True, second_factor=True)
@require_http_methods(["GET", "POST"])
def invite(request: HttpRequest) -> HttpResponse:
    """Invite somebody."""
    body = managed(request)
    form = InviteForm(request.POST or None, body=body, actor=actor_of(request))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            invitation_actions.invite(
                actor=actor_of(request), body=body, email=data["email"], role=data["role"], scope=form.chosen_scope
            )
        except Invalid as problem:
            show_problems(form, problem)
        except Conflict as first:
            form.add_error(None, first.message)
        else:
            messages.success(request, gettext("The invitation is on its way to %(email)s.") % {"email": data["email"]})
            return redirect("people:members")
    return render(request, "people/invite.html", {"form": form})


@requires("account.use", step_up=True)
@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw an open invitation."""
    found_or_404(invitations_of(actor_of(request), managed(request)), pk=pk)
    invitation_actions.revoke(actor=actor_of(request), invitation_id=pk)
    messages.success(request, gettext("The invitation is withdrawn."))
    return redirect("people:members")


@requires("account.use", step_up=True, second_factor=True)
@require_http_methods(["GET", "POST"])
def member(request: HttpRequest, pk: int) -> HttpResponse:
    """One member's roles: give one more, end one."""
    body, actor = managed(request), actor_of(request)
    person: User = found_or_404(people_of(body), pk=pk)
    form = GiveRoleForm(request.POST or None, body=body, actor=actor)
    if request.method == "POST" and form.is_valid():
        try:
            role_actions.give_role(
                actor=actor, body=body, user=person, role=form.cleaned_data["role"], scope=form.chosen_scope
            )
        except Invalid as problem:
            show_problems(form, problem)
        else:
            messages.success(request, gettext("The role is given."))
            return redirect("people:member", pk=pk)
    rows = list(memberships(actor, body).filter(user=person))
    for row in rows:
        row.limited_to = scopes.name_of(actor, (row.scope_type, row.scope_id)) if row.scope_type else ""  # type: ignore[attr-defined]
    return render(
        request, "people/member.html", {"form": form, "person": person, "rows": rows, "own": person.pk == actor.user_id}
    )


@requires("account.use", step_up=True)
@require_POST
def end_role(request: HttpRequest, pk: int) -> HttpResponse:
    """End one role of one person."""
    body = body_of(request)
    row = found_or_404(memberships(actor_of(request), body), pk=pk)
    role_actions.end_role(actor=actor_of(request), membership_id=pk, why=request.POST.get("why", "")[:300])
    messages.success(request, gettext("The role has ended."))
    still = may_manage(actor_of(request), body) and people_of(body).filter(pk=row.user_id).exists()
    return (
        redirect("people:member", pk=row.user_id)
        if still and row.user_id != actor_of(request).user_id
        else redirect("home")
    )


@requires("account.use", step_up=True)
@require_http_methods(["GET", "POST"])
def leave(request: HttpRequest) -> HttpResponse:
    """Leave the body acted for."""
    body, actor = body_of(request), actor_of(request)
    if request.method == "POST":
        role_actions.leave(actor=actor, body=body, user_id=actor.user_id or 0, why=gettext("Left"))
        request.session.pop(SESSION_KEY, None)
        messages.success(request, gettext("You have left."))
        return redirect("home")
    return render(request, "people/leave.html", {"body": str(body.row())})


@public
@require_GET
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """What an invitation offers; whoever has the address it went to can answer."""
    found = invitation_by_token(token)
    if found is None:
        raise Http404
    actor = actor_of(request)
    ended = ""
    if found.accepted_at or found.declined_at or found.revoked_at:
        ended = gettext("It was answered or withdrawn already.")
    elif found.expires_at < now():
        ended = gettext("It has expired. Ask for a new one.")
    return render(
        request,
        "people/invitation.html",
        {
            "invitation": found,
            "ended": ended,
            "signed_in": not actor.is_public,
            "own": actor.email.lower() == found.email,
            "here": request.get_full_path(),
        },
    )


@requires("account.use")
@require_GET
def own_invitations(request: HttpRequest) -> HttpResponse:
    """Invitations made to one's own address."""
    rows = [(row, invitation_token(row.pk)) for row in invitations_to(actor_of(request))]
    return render(request, "people/own_invitations.html", {"rows": rows})


@requires("account.use")
@require_POST
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept or decline an invitation to one's own address."""
    actor = actor_of(request)
    found_or_404(invitations_to(actor), pk=pk)
    if request.POST.get("act") == "accept":
        membership = invitation_actions.accept(actor=actor, invitation_id=pk)
        kind, key = (
            ("department", membership.department_id)
            if membership.department_id
            else ("organization", membership.organization_id)
        )
        request.session[SESSION_KEY] = f"{kind}:{key}"
        messages.success(request, gettext("Welcome. You act for them now."))
    else:
        invitation_actions.decline(actor=actor, invitation_id=pk)
        messages.success(request, gettext("Declined."))
    return redirect("home")
