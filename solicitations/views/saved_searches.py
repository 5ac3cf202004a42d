"""Keep a search, confirm it from the mail, leave it with one click."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from procurement_portal.people.access import actor_of, public, requires
from procurement_portal.web.shell import Crumb
from solicitations.actions import saved_search as actions
from solicitations.forms.find import FilterForm, SaveSearchForm, departments
from solicitations.queries import saved_search as queries
from solicitations.views.find import crumbs


@public
def save_search(request: HttpRequest) -> HttpResponse:
    """Ask for an address, then say the same to everybody: a mail asks to confirm."""
    search = FilterForm(request.GET, departments()).search()
    crumbs(request, Crumb(_("Keep this search")))
    form = SaveSearchForm(request.POST or None, initial={"email": actor_of(request).email, "name": search.text})
    if request.method == "POST" and form.is_valid():
        _kept, unconfirmed = actions.keep(
            actor=actor_of(request), email=form.cleaned_data["email"], name=form.cleaned_data["name"], search=search,
            language=get_language() or "en",
        )  # fmt: skip
        if unconfirmed:
            messages.info(request, _("We sent you a mail. Open it and confirm; until then nothing more is sent."))
        else:
            messages.success(request, _("Kept. We write to you when something new matches."))
        return redirect("solicitations:opportunities")
    return render(request, "solicitations/find/save.html", {"form": form, "search": search})


@public
def confirm_search(request: HttpRequest, token: str) -> HttpResponse:
    """The page the mail leads to: a GET shows it, the button confirms, so that a mail scanner cannot."""
    kept = queries.by_token(token)
    if kept is None or kept.left_at is not None:
        raise Http404
    crumbs(request, Crumb(_("Confirm your search")))
    if request.method == "POST":
        actions.confirm(token=token)
        messages.success(request, _("Confirmed. We write to you when something new matches."))
        return redirect("solicitations:opportunities")
    return render(request, "solicitations/find/confirm.html", {})


@csrf_exempt  # one-click unsubscribe (RFC 8058) is posted by the mail program; the token is the authority
@public
def leave_search(request: HttpRequest, token: str) -> HttpResponse:
    """Leave: the mail program posts here by itself, a person presses one button."""
    kept = queries.by_token(token)
    if kept is None:
        raise Http404
    crumbs(request, Crumb(_("Stop these mails")))
    if request.method == "POST":
        kept = actions.leave(token=token)
    return render(request, "solicitations/find/leave.html", {"left": kept is not None and kept.left_at is not None})


@requires("searches.save")
def saved_searches(request: HttpRequest) -> HttpResponse:
    """One's own kept searches, with the way to leave each."""
    crumbs(request, Crumb(_("My searches")))
    return render(request, "solicitations/find/mine.html", {"rows": queries.own(actor_of(request))[:100]})


patterns = [
    path("opportunities/keep/", save_search, name="save_search"),
    path("opportunities/kept/", saved_searches, name="saved_searches"),
    path("opportunities/kept/<str:token>/confirm/", confirm_search, name="confirm_search"),
    path("opportunities/kept/<str:token>/leave/", leave_search, name="leave_search"),
]
