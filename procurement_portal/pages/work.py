"""The work queue page."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from procurement_portal.clocks import queries
from procurement_portal.clocks.models import Clock
from procurement_portal.pages import queue
from procurement_portal.pages.side import desks
from procurement_portal.people.access import actor_of, requires
from procurement_portal.time.clock import now
from procurement_portal.web import pieces
from procurement_portal.web.pagination import paginate
from procurement_portal.web.shell import NavItem

WAITING_SHOWN = 10  # of what waits for others below one's own work; all of it has its own view


class WorkFilter(forms.Form):
    """Which desk, which days, in which order."""

    desk = forms.ChoiceField(label=_("Desk"), required=False)
    when = forms.ChoiceField(label=_("Due"), required=False, choices=[("", _("At any time")), *queue.LABELS.items()])
    sort = forms.ChoiceField(
        label=_("Order"),
        required=False,
        choices=[
            ("due", _("Soonest due first")),
            ("newest", _("Newest first")),
            ("oldest", _("Longest waiting first")),
            ("what", _("By what is to be done")),
        ],
    )

    def __init__(self, *args: object, places: list[tuple[str, str]], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["desk"].choices = [("", _("All my desks")), *places]  # type: ignore[attr-defined]


@requires("account.use")
@require_safe
def work(request: HttpRequest) -> HttpResponse:
    """What waits for me, by deadline; what waits for others, with desk and days."""
    actor = actor_of(request)
    mine_at = desks(request, actor)
    ids = [desk.id for desk in mine_at]
    form = WorkFilter(request.GET or None, places=[(str(desk.id), desk.name) for desk in mine_at])
    chosen = form.cleaned_data if form.is_bound and form.is_valid() else {}
    edges = queue.Edges(now())
    for_others = request.GET.get("show") == "others"
    words = request.GET.get("q", "").replace("\x00", "").strip()[:200]
    rows = queries.waiting_for_others(actor, ids) if for_others else queries.for_actor(actor, ids)
    rows = queue.search(rows, words)
    if chosen.get("desk"):
        rows = rows.filter(desk_id=int(chosen["desk"]))
    counts = queue.counts(rows, edges)
    if chosen.get("when"):
        rows = rows.filter(edges.condition(chosen["when"]))
    sort = chosen.get("sort") or "due"
    page = paginate(request, rows.order_by(*queue.SORTS[sort]), per_page=50)
    others = []
    if not for_others and page.number == 1:
        others = list(queries.waiting_for_others(actor, ids)[: WAITING_SHOWN + 1])
    with_whom = queries.names_of_holders(list(page) if for_others else others)
    context = {
        "page": page,
        "groups": _groups(list(page), edges, sort, with_whom if for_others else None),
        "others": [
            queue.work_row(clock, edges, waiting=True, holder=with_whom.get(clock.pk, ""))
            for clock in others[:WAITING_SHOWN]
        ],
        "more_others": len(others) > WAITING_SHOWN,
        "form": form,
        "chosen": sum(bool(chosen.get(name)) for name in ("desk", "when")),
        "words": words,
        "counts": [(queue.LABELS[group], count) for group, count in counts.items()],
        "for_others": for_others,
        "tabs": [
            NavItem(_("Waits for me"), "?", not for_others),
            NavItem(_("Waits for others"), "?show=others", for_others),
        ],
    }
    return render(request, "pages/work.html", context)


def _groups(
    rows: list[Clock], edges: queue.Edges, sort: str, with_whom: dict[int, str] | None
) -> list[pieces.WorkGroup]:
    """The rows in groups; `with_whom` holds who has what waits for others, None for one's own work."""
    if with_whom is not None:
        shown = [queue.work_row(c, edges, waiting=True, holder=with_whom.get(c.pk, "")) for c in rows]
        return [pieces.WorkGroup(_("Waits for others"), shown)]
    if sort != "due":
        return [pieces.WorkGroup(_("My work"), [queue.work_row(clock, edges) for clock in rows])]
    return queue.in_groups(rows, edges)
