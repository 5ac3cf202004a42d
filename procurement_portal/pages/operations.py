"""For those who run the portal: background work that was given up, and reports that something is broken."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from procurement_portal.outbox import intents
from procurement_portal.people.access import actor_of, found_or_404, requires
from procurement_portal.web.pagination import paginate


@requires("portal.operate")
@require_safe
def given_up(request: HttpRequest) -> HttpResponse:
    """The intents that nobody tries any more, newest first."""
    return render(request, "pages/given_up.html", {"page": paginate(request, intents.given_up())})


@requires("portal.operate")
@require_POST
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Try one of them again from the beginning."""
    intent = found_or_404(intents.given_up(), pk=pk)
    intents.retry(actor_of(request), intent.pk)
    messages.success(request, _("It is tried again within seconds."))
    return redirect("given_up")
