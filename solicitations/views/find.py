"""Opportunities without signing in: the list, the notice, feeds, calendar files."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib.syndication.views import Feed
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import get_template
from django.urls import path, reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _

from procurement_portal.people.access import Access, actor_of, found_or_404, public
from procurement_portal.web import words
from procurement_portal.web.ics import Occasion, calendar_response
from procurement_portal.web.kept import once_a_language
from procurement_portal.web.pagination import paginate
from procurement_portal.web.shell import Crumb, NavItem
from procurement_portal.web.templatetags.components import status
from solicitations.forms.find import PHASE_LABELS, FilterForm, departments
from solicitations.models.solicitation import Solicitation
from solicitations.queries import find
from solicitations.states import Method, ServiceCategory, SolicitationState
from solicitations.workflow.notice import SOLICITATION

FEED_LENGTH = 50
CALENDAR_LENGTH = 200
_KINDS = {SolicitationState.PUBLISHED: "now", SolicitationState.AWARDED: "done"}
_CATEGORIES = dict(ServiceCategory.choices)
_METHODS = dict(Method.choices)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list, every word ready: the template costs more than the SQL."""

    url: str
    title: str
    number: str
    department: str
    category: str
    when: str
    away: str
    amount: str
    state: str


def rows_of(lines: Iterable[Any]) -> list[Row]:
    """The drawn lines of the list, from rows of `find.lines`."""
    before, _pk, after = reverse("solicitations:notice", args=[0]).rpartition("0")  # once a page, not once a row
    due, was_due, not_stated = _("Due %(day)s"), _("Was due %(day)s"), _("Amount not stated")
    return [
        Row(
            url=f"{before}{line.id}{after}",
            title=line.title,
            number=line.number,
            department=line.department__name,
            category=_category(line.service_category),
            when=(due if line.status == SolicitationState.PUBLISHED else was_due) % {"day": words.instant(line.due_at)},
            away=_away(_days_left(line)) if line.status == SolicitationState.PUBLISHED else "",
            amount=not_stated if line.amount_total is None else words.money(line.amount_total, cents=False),
            state=_state(line.status),
        )
        for line in lines
    ]


@once_a_language(100)
def _category(value: str) -> str:
    return str(_CATEGORIES[value])


def _days_left(line: Any) -> int:
    return (words.local(line.due_at).date() - words.local(line.present).date()).days


@once_a_language(1000)
def _away(days: int) -> str:
    """ "in 3 days"; the hour of the due day decides, so a notice past it says nothing more than its hour."""
    return words.days_away(date(2000, 1, 1) + timedelta(days=days), date(2000, 1, 1)) if days >= 0 else ""


@once_a_language(20)
def _state(value: str) -> str:
    state = SolicitationState(value)
    return status(_KINDS.get(state, ""), SOLICITATION.public[state])


@dataclass(frozen=True, slots=True)
class Asked:
    """What an address of the list asks for: its form, its filters, everything drawn above the rows, and its neighbors."""

    form: FilterForm
    search: find.Search
    above: str
    feed_url: str
    calendar_url: str
    save_url: str


@once_a_language(256)
def _understood(given: tuple[tuple[str, str], ...], bodies: tuple[tuple[int, str], ...]) -> Asked:
    """Nearly everybody asks for the same few: drawing a list of 77 areas costs more than finding the rows. Of the person who
    asks there is nothing in it.
    """
    form = FilterForm(dict(given), list(bodies))
    search = form.search()
    phases = [
        NavItem(
            label, _address("solicitations:opportunities", replace(search, phase=name)), active=name == search.phase
        )
        for name, label in PHASE_LABELS.items()
    ]
    clear = _address("solicitations:opportunities", find.Search(text=search.text, phase=search.phase))
    above = {"form": form, "search": search, "phases": phases, "clear_url": clear}
    return Asked(
        form,
        search,
        get_template("solicitations/find/_above.html").render(above),
        feed_url=_address("solicitations:feed", search),
        calendar_url=_address("solicitations:calendar", search),
        save_url=_address("solicitations:save_search", search),
    )


def _asked(request: HttpRequest) -> Asked:
    given = tuple((name, request.GET[name]) for name in FilterForm.base_fields if request.GET.get(name))
    return _understood(given, tuple(departments()))


def _address(name: str, search: find.Search) -> str:
    query = search.as_query()
    return reverse(name) + (f"?{urlencode(query)}" if query else "")


@public
def opportunities(request: HttpRequest) -> HttpResponse:
    """The public list: words, filters, order, pages; every state has its own address."""
    actor, asked = actor_of(request), _asked(request)
    request.shell_breadcrumbs = [Crumb(_("Home"), reverse("home")), Crumb(_("Opportunities"))]  # type: ignore[attr-defined]
    rows = find.lines(actor, find.found(actor, asked.search))
    page = paginate(request, find.matching(actor, asked.search), shown=rows)
    context = {"form": asked.form, "asked": asked, "page": replace(page, items=rows_of(page.items))}
    return render(request, "solicitations/find/list.html", context)


@public
def calendar(request: HttpRequest) -> HttpResponse:
    """Due dates, question dates and conferences of what the filters find, as a calendar file."""
    rows = find.found(actor_of(request), _asked(request).search)[:CALENDAR_LENGTH]
    return calendar_response([o for notice in rows for o in occasions(request, notice)], "opportunities")


@public
def notice_calendar(request: HttpRequest, pk: int) -> HttpResponse:
    """The dates of one notice as a calendar file."""
    notice = found_or_404(find.public(actor_of(request)).select_related("department"), pk=pk)
    return calendar_response(occasions(request, notice), notice.number)


def occasions(request: HttpRequest, notice: Solicitation) -> list[Occasion]:
    """The calendar entries of one notice; a change keeps the entry and raises its sequence."""
    url = request.build_absolute_uri(reverse("solicitations:notice", args=[notice.pk]))
    canceled = notice.status == SolicitationState.CANCELED
    changed = notice.last_activity_at
    told = [
        ("due", _("Due: %(title)s"), notice.due_at, ""),
        ("questions", _("Questions due: %(title)s"), notice.questions_due_at, ""),
        ("conference", _("Conference: %(title)s"), notice.conference_at, notice.conference_place),
    ]
    return [
        Occasion(
            uid=f"{name}-{notice.pk}@procurement-portal", title=label % {"title": notice.title}, starts=at, changed_at=changed,
            url=url, place=place, description=notice.number, canceled=canceled,
        )
        for name, label, at, place in told
        if at is not None
    ]  # fmt: skip


class NoticesFeed(Feed):
    """What is new, as an Atom feed with the same filters as the list."""

    feed_type = Atom1Feed
    access = Access("")  # the mark of `@public`, for a view that is an object

    def get_object(self, request: HttpRequest, *args: Any, **kwargs: Any) -> tuple[HttpRequest, find.Search]:
        """The filters of the address."""
        return request, replace(_asked(request).search, sort="newest")

    def title(self, obj: tuple[HttpRequest, find.Search]) -> str:
        return _("Notices of the City of Chicago and Cook County")

    def link(self, obj: tuple[HttpRequest, find.Search]) -> str:
        return _address("solicitations:opportunities", obj[1])

    def items(self, obj: tuple[HttpRequest, find.Search]) -> list[Solicitation]:
        return list(find.found(actor_of(obj[0]), obj[1])[:FEED_LENGTH])

    def item_title(self, item: Solicitation) -> str:
        return item.title

    def item_description(self, item: Solicitation) -> str:
        return item.summary

    def item_link(self, item: Solicitation) -> str:
        return reverse("solicitations:notice", args=[item.pk])

    def item_guid(self, item: Solicitation) -> str:
        return f"tag:procurement-portal,2026:notice/{item.pk}"

    def item_pubdate(self, item: Solicitation) -> Any:
        return item.published_at

    def item_updateddate(self, item: Solicitation) -> Any:
        """When it was published or, later, changed by an addendum: readers show the entry as new again."""
        return max(filter(None, (item.published_at, item.last_activity_at)))


def crumbs(request: HttpRequest, *steps: Crumb) -> None:
    """The way from home through the list to this page."""
    request.shell_breadcrumbs = [  # type: ignore[attr-defined]
        Crumb(_("Home"), reverse("home")),
        Crumb(_("Opportunities"), reverse("solicitations:opportunities")),
        *steps,
    ]


patterns = [
    path("opportunities/", opportunities, name="opportunities"),
    path("opportunities/feed.atom", NoticesFeed(), name="feed"),
    path("opportunities/calendar.ics", calendar, name="calendar"),
    path("opportunities/<int:pk>/calendar.ics", notice_calendar, name="notice_calendar"),
]
