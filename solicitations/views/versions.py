"""What an addendum changed, for everybody: the notice before and after, word by word."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from procurement_portal.people.access import actor_of, found_or_404, public
from procurement_portal.web.shell import Crumb
from solicitations.queries import addendum as queries
from solicitations.queries.solicitation import published
from solicitations.queries.version import differences
from solicitations.views.addenda import shown


@public
@require_safe
def addendum_public(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """One issued addendum: its words, each change, and the questions whose answers are confirmed again."""
    actor = actor_of(request)
    row = found_or_404(published(actor), pk=pk)
    addendum = found_or_404(queries.issued(actor, row), number=number)
    versions = {v.number: v.content for v in queries.versions(row).filter(number__in=(number - 1, number))}
    if len(versions) != 2:
        raise Http404("the versions before and after are not both kept")
    before, after = versions[number - 1], versions[number]
    prompts = {q["key"]: q["prompt"] for q in [*after["questions"], *before["questions"]]}
    notice = reverse("solicitations:notice", args=[row.pk])
    title = _("Addendum %(number)s") % {"number": number}
    request.shell_breadcrumbs = [  # type: ignore[attr-defined]
        Crumb(_("Home"), reverse("home")),
        Crumb(_("Opportunities"), reverse("solicitations:opportunities")),
        Crumb(row.number, notice),
        Crumb(title),
    ]
    context = {
        "row": row,
        "addendum": addendum,
        "title": title,
        "changes": [shown(d, prompts) for d in differences(before, after)],
        "touched": list(queries.touched_by(addendum)),
        "notice": notice,
    }
    return render(request, "solicitations/addenda/public.html", context)


patterns = [path("opportunities/<int:pk>/addenda/<int:number>/", addendum_public, name="notice-addendum")]
