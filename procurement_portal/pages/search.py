"""Search over everything one may see: notices, past contracts, one's own records."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from procurement_portal.people.access import actor_of, public
from procurement_portal.people.actor import Actor
from procurement_portal.web import words
from solicitations.queries import find, register, submission
from solicitations.queries.solicitation import internal
from solicitations.states import BEFORE_PUBLICATION

SHOWN = 10


@dataclass(frozen=True)
class Hit:
    """One thing found: its name, where it is, and one line about it."""

    title: str
    url: str
    about: str


@dataclass(frozen=True)
class Group:
    """A kind of record with what was found; `more_url` leads to the whole list when there is more."""

    label: str | Promise
    hits: Sequence[Hit]
    more_url: str = ""


@public
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """What matches in each kind of record, ten of each; the full lists are one click away."""
    asked = request.GET.get("q", "").replace("\x00", "").strip()[:200]
    groups = [group for group in _groups(actor_of(request), asked) if group.hits] if asked else []
    return render(request, "pages/search.html", {"asked": asked, "groups": groups})


def _groups(actor: Actor, asked: str) -> list[Group]:
    """Own records first, then what is public."""
    return [*_own(actor, asked), _notices(actor, asked), _contracts(actor, asked)]


def _own(actor: Actor, asked: str) -> list[Group]:
    matches = Q(title__icontains=asked) | Q(number__icontains=asked)
    if actor.is_staff:
        rows = internal(actor).filter(matches, status__in=BEFORE_PUBLICATION).order_by("-last_activity_at")
        drafts = [
            Hit(row.title, reverse("solicitations:plan", args=[row.number]), f"{row.number}, {row.department}")
            for row in rows[:SHOWN]
        ]
        return [Group(_("Drafts of your department"), drafts)]
    if actor.organization_id is None:
        return []
    answers = submission.own(actor).filter(
        Q(solicitation__title__icontains=asked) | Q(solicitation__number__icontains=asked)
    )
    found = [
        Hit(
            row.solicitation.title,
            reverse("solicitations:proposal", args=[row.pk]),
            f"{row.solicitation.number}, {row.solicitation.department}",
        )
        for row in answers.order_by("-changed_at")[:SHOWN]
    ]
    return [Group(_("Our answers"), found)]


def _notices(actor: Actor, asked: str) -> Group:
    rows = list(find.found(actor, find.Search(text=asked, phase="all"))[: SHOWN + 1])
    if not rows:  # a number is no word of the search
        rows = list(find.public(actor).filter(number__icontains=asked).select_related("department")[: SHOWN + 1])
    hits = [
        Hit(
            row.title,
            reverse("solicitations:notice", args=[row.pk]),
            f"{row.number}, {row.department}, {words.instant(row.due_at)}",
        )
        for row in rows[:SHOWN]
    ]
    more = f"{reverse('solicitations:opportunities')}?{urlencode({'text': asked, 'phase': 'all'})}"
    return Group(_("Notices"), hits, more if len(rows) > SHOWN else "")


def _contracts(actor: Actor, asked: str) -> Group:
    rows = list(register.contracts(actor, register.RegisterSearch(text=asked)).order_by("-sort_on", "pk")[: SHOWN + 1])
    hits = [
        Hit(
            row.description or row.number,
            reverse("solicitations:register_contract", args=[row.number]),
            f"{row.number}, {row.vendor_name}, {words.money(row.total)}",
        )
        for row in rows[:SHOWN]
    ]
    more = f"{reverse('solicitations:register')}?{urlencode({'text': asked})}"
    return Group(_("Past contracts"), hits, more if len(rows) > SHOWN else "")
