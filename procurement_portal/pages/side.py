"""The side list of every staff page: one's desks with what waits there. One query, kept with the request."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from procurement_portal.clocks.queries import DeskCount, desk_counts
from procurement_portal.people.actor import Actor
from procurement_portal.web.shell import NavItem, SideGroup


def desks(request: HttpRequest, actor: Actor) -> list[DeskCount]:
    """The actor's desks with their counts, asked once a request."""
    known = getattr(request, "portal_desks", None)
    if known is None:
        known = desk_counts(actor)
        request.portal_desks = known  # type: ignore[attr-defined]
    return known


def desk_groups(request: HttpRequest, actor: Actor) -> list[SideGroup]:
    """What `people.shell` draws beside a page of staff; nothing for everybody else."""
    if not actor.is_staff:
        return []
    address, chosen = reverse("work"), request.GET.get("desk", "") if request.path == reverse("work") else None
    items = [NavItem(_("All my work"), address, active=chosen == "")]
    for desk in desks(request, actor):
        items.append(
            NavItem(
                desk.name, f"{address}?desk={desk.id}", chosen == str(desk.id), desk.late or desk.open, desk.late > 0
            )
        )
    groups = [SideGroup(_("My desks"), items)]
    more = [NavItem(_("Calendar"), reverse("calendar"), request.path == reverse("calendar"))]
    if actor.can("staff.work"):
        more.append(NavItem(_("How the law is read"), reverse("readings:list")))
    if actor.can("portal.operate"):
        more += [
            NavItem(_("Reports of faults"), reverse("reports"), request.path == reverse("reports")),
            NavItem(_("Work given up"), reverse("given_up"), request.path == reverse("given_up")),
        ]
    return [*groups, SideGroup(_("More"), more)]
