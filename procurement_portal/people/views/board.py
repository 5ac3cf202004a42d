"""Board and leadership of one's organization."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from procurement_portal.people.access import actor_of, found_or_404, requires
from procurement_portal.people.actions import board as actions
from procurement_portal.people.forms.board import BoardForm
from procurement_portal.people.queries.board import board as named
from procurement_portal.people.views.organization import show_problems
from procurement_portal.web.refusal import Conflict, Invalid
from procurement_portal.web.shell import Crumb


@requires("organization.view")
@require_http_methods(["GET", "HEAD", "POST"])
def board(request: HttpRequest) -> HttpResponse:
    """Who is named, and naming one more."""
    actor = actor_of(request)
    if actor.organization_id is None:
        raise Http404
    form = BoardForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.add(actor=actor, **form.cleaned_data)
        except Invalid as problem:
            show_problems(form, problem)
        else:
            messages.success(request, gettext("The name is kept."))
            return redirect("people:board")
    request.shell_breadcrumbs = [  # type: ignore[attr-defined]
        Crumb(gettext("Our organization"), reverse("people:organization")),
        Crumb(gettext("Board and leadership")),
    ]
    context = {
        "members": named(actor, actor.organization_id),
        "form": form,
        "may_edit": actor.can("organization.edit_profile"),
    }
    return render(request, "people/board.html", context, status=422 if form.is_bound else 200)


@requires("organization.edit_profile")
@require_POST
def remove_board_member(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a person off the list."""
    actor = actor_of(request)
    member = found_or_404(named(actor, actor.organization_id or 0), pk=pk)
    try:
        actions.remove(actor=actor, member_id=member.pk)
    except Conflict as crossed:
        messages.error(request, crossed.message)
    else:
        messages.success(request, gettext("Taken off the list. The record keeps who stood there."))
    return redirect("people:board")
