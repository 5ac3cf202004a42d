"""One's deadlines in one's own calendar program, by a secret address."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from procurement_portal.clocks import actions, queries
from procurement_portal.people.access import actor_of, public, requires
from procurement_portal.web.ics import CONTENT_TYPE, Occasion, calendar_file


@requires("account.use")
@require_http_methods(["GET", "POST"])
def calendar(request: HttpRequest) -> HttpResponse:
    """Make a private calendar address, shown this once, or end it."""
    actor = actor_of(request)
    address = ""
    if request.method == "POST":
        if "end" in request.POST:
            actions.end_feed(actor)
            messages.success(request, _("Your calendar address no longer works."))
            return redirect("clocks:calendar")
        address = request.build_absolute_uri(reverse("clocks:feed", args=[actions.new_feed(actor)]))
    return render(request, "notifications/calendar.html", {"feed": queries.has_feed(actor), "address": address})


@public
@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """The deadlines of whoever's secret address this is, for all bodies they act for. An unknown one is not found."""
    user_id = queries.feed_owner(actions.token_hash(token))
    if user_id is None:
        raise Http404
    site = request.build_absolute_uri("/").rstrip("/")
    occasions = [
        Occasion(
            uid=f"clock-{clock.pk}@{request.get_host()}",
            title=f"{clock.what}: {clock.subject_label}",
            starts=clock.due_at,
            changed_at=max((move.moved_at for move in clock.moves.all()), default=clock.started_at),
            url=f"{site}{clock.url}" if clock.url else "",
            description=clock.citation,
        )
        for clock in queries.for_feed(user_id)
    ]
    response = HttpResponse(calendar_file(occasions, _("My deadlines")), content_type=CONTENT_TYPE)
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex"
    return response
