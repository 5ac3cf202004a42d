"""Are we ready to answer? What the organization has, what is missing, how long it takes, who can sign."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from procurement_portal.people.access import actor_of, found_or_404, requires
from procurement_portal.time.clock import in_time, now
from procurement_portal.web.pieces import Clock, Fact
from procurement_portal.web.shell import Crumb, NextAction
from solicitations.queries import find
from solicitations.queries.readiness import readiness, time_needed
from solicitations.queries.submission import may_start, of_solicitation
from solicitations.states import SolicitationState


@requires("proposals.view")
@require_safe
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """The readiness page of one solicitation for the organization acted for."""
    actor = actor_of(request)
    found = found_or_404(find.public(actor).select_related("department"), pk=pk)
    ready, present = readiness(actor, found), now()
    begun = of_solicitation(actor, found.pk)
    is_open = (
        found.status == SolicitationState.PUBLISHED and found.due_at is not None and in_time(present, found.due_at)
    )
    notice = reverse("solicitations:notice", args=[found.pk])
    request.shell_breadcrumbs = [  # type: ignore[attr-defined]
        Crumb(_("Opportunities"), reverse("solicitations:opportunities")), Crumb(found.number, notice),
        Crumb(_("Get ready")),
    ]  # fmt: skip
    if begun is not None:
        request.shell_next_action = NextAction(  # type: ignore[attr-defined]
            _("Open your answer"), reverse("solicitations:proposal", args=[begun.pk])
        )
    elif is_open and may_start(actor, found):
        request.shell_next_action = NextAction(  # type: ignore[attr-defined]
            _("Start your answer"), reverse("solicitations:proposal_start", args=[found.pk]), "post",
            _("Nobody outside your organization sees it before opening."),
        )  # fmt: skip
    facts = [
        Fact(
            _("Papers here"),
            _("%(here)d of %(all)d") % {"here": sum(p.here for p in ready.papers), "all": len(ready.papers)},
        ),
        Fact(_("Questions"), sum(count for _title, count, _minutes in ready.sections)),
        Fact(_("Writing time"), time_needed(ready.minutes)),
        Fact(_("Who can sign"), ", ".join(s.name for s in ready.signatories) or _("Nobody yet")),
    ]
    clock = None
    if found.due_at is not None and found.published_at is not None:
        clock = Clock(
            found.published_at,
            found.due_at,
            present,
            rule=_("The due date printed in the notice, by the portal's clock."),
        )
    return render(
        request, "solicitations/readiness/page.html",
        {"solicitation": found, "ready": ready, "facts": facts, "clock": clock, "is_open": is_open, "begun": begun,
         "may_start": may_start(actor, found), "vault_url": reverse("documents:vault")},
    )  # fmt: skip


patterns = [path("opportunities/<int:pk>/get-ready/", page, name="readiness")]
