"""The frame of every page: who acts, as whom, where one can go, what waits at one's desks, whom to call."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, get_urlconf, resolve, reverse, translate_url
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from procurement_portal.people.access import Access, access_of
from procurement_portal.people.acting import body_key
from procurement_portal.people.actor import Actor
from procurement_portal.people.models.membership import Membership
from procurement_portal.people.proof import idle_limit
from procurement_portal.people.roles import ROLES
from procurement_portal.web.kept import once_a_language
from procurement_portal.web.shell import (
    ActingAs,
    ActingChoice,
    BrokenContact,
    Language,
    NavItem,
    Shell,
    SideGroup,
    Who,
    active,
    framed,
)

SideItems = Callable[[HttpRequest, Actor], Sequence[SideGroup]]
# Rooms above this one say what waits at a person's desks: `pages.py` appends its provider.
side_items: list[SideItems] = []
# Rooms above this one say how many notices a person has not read: one query a page.
unread: list[Callable[[Actor], int]] = []

Entry = tuple[str | Promise, str]
# (label, name of the route). An entry whose page is not there yet, or would not answer this person, is left out.
PUBLIC_NAV: tuple[Entry, ...] = (
    (_("Opportunities"), "solicitations:opportunities"),
    (_("Awards"), "solicitations:awards"),
    (_("Past contracts"), "solicitations:register"),
    (_("Certified firms"), "certification:directory"),
    (_("How we are doing"), "solicitations:how-we-are-doing"),
    (_("The law"), "lawbook:home"),
    (_("Help"), "help"),
)
ORGANIZATION_NAV: tuple[Entry, ...] = (
    (_("Home"), "home"),
    (_("Opportunities"), "solicitations:opportunities"),
    (_("Our answers"), "solicitations:proposals"),
    (_("Contracts and payments"), "solicitations:our-contracts"),
    (_("Our organization"), "people:organization"),
)
STAFF_NAV: tuple[Entry, ...] = (
    (_("Home"), "home"),
    (_("Work"), "work"),
    (_("Plan and publish"), "solicitations:plan-list"),
    (_("Evaluate"), "solicitations:evaluation-mine"),
    (_("Contracts"), "solicitations:contracts"),
    (_("Opportunities"), "solicitations:opportunities"),
    (_("Past contracts"), "solicitations:register"),
    (_("Our department"), "people:department"),
)
NOBODY_NAV: tuple[Entry, ...] = (
    (_("Home"), "home"),
    (_("Opportunities"), "solicitations:opportunities"),
    (_("Register an organization"), "people:register"),
)
ACCOUNT_LINKS: tuple[Entry, ...] = (
    (_("Notices"), "notifications:inbox"),
    (_("Calendar"), "calendar"),
    (_("Your account"), "people:account"),
    (_("Sign-in and security"), "mfa_index"),
    (_("Language"), "people:language"),
)


def _items(entries: Sequence[Entry], actor: Actor) -> list[NavItem]:
    """The entries whose page is there and would answer this actor."""
    found = []
    for label, route in entries:
        place = _place(get_urlconf(), route)
        if place is not None and (not place.access.permission or actor.can(place.access.permission)):
            found.append(NavItem(label, place.url))
    return found


@dataclass(frozen=True, slots=True)
class _Place:
    """Where an entry leads and what its page asks for."""

    url: str
    access: Access


@once_a_language(200)
def _place(urlconf: str | None, route: str) -> _Place | None:
    """None when the page is not there or says nothing of who may see it. The whole tree of addresses is searched: once."""
    try:
        url = reverse(route, urlconf)
    except NoReverseMatch:
        return None
    asked = access_of(resolve(url, urlconf).func)
    return None if asked is None else _Place(url, asked)


def _account_links(actor: Actor) -> list[NavItem]:
    """The account menu; its notices say how many are unread."""
    links = _items(ACCOUNT_LINKS, actor)
    inbox, count = _url("notifications:inbox"), sum(ask(actor) for ask in unread)
    return [replace(link, count=count or None) if link.url == inbox else link for link in links]


def _url(route: str) -> str:
    try:
        return reverse(route)
    except NoReverseMatch:
        return ""


def _acting_as(actor: Actor, memberships: Sequence[Membership]) -> ActingAs | None:
    if not memberships:
        return None
    roles: dict[str, list[str]] = {}
    names: dict[str, str] = {}
    for membership in memberships:
        key = body_key(membership)
        names[key] = str(membership.department or membership.organization)
        roles.setdefault(key, []).append(str(ROLES[membership.role].label))
    now = f"department:{actor.department_id}" if actor.department_id else f"organization:{actor.organization_id}"
    return ActingAs(
        label=names[now],
        detail=", ".join(dict.fromkeys(roles[now])),
        switch_url=reverse("people:act_as"),
        choices=[
            ActingChoice(names[key], key, ", ".join(dict.fromkeys(roles[key])), current=key == now) for key in names
        ],
    )


def languages() -> list[tuple[str, str]]:
    """(code, own name) of languages whose translation is there; English is the source and always is."""
    return [
        (code, name)
        for code, name in (("en", "English"), ("es", "Español"))
        if code == settings.LANGUAGE_CODE
        or any((folder / code / "LC_MESSAGES" / "django.mo").exists() for folder in settings.LOCALE_PATHS)
    ]


def _languages(request: HttpRequest) -> list[Language]:
    present = get_language() or settings.LANGUAGE_CODE
    here = request.get_full_path()
    return [
        Language(name, code, here if code == present else translate_url(here, code), current=code == present)
        for code, name in languages()
    ]


def _nav(actor: Actor) -> Sequence[Entry]:
    if actor.is_public:
        return PUBLIC_NAV
    if actor.department_id:
        return STAFF_NAV
    return ORGANIZATION_NAV if actor.organization_id else NOBODY_NAV


def build(request: HttpRequest) -> Shell:
    """The frame for this request."""
    actor: Actor = getattr(request, "actor", None) or Actor.public()
    memberships: Sequence[Membership] = getattr(request, "memberships", ())
    who = None
    if not actor.is_public:
        who = Who(actor.name or actor.email, reverse("account_logout"), _account_links(actor), actor.user_id)
    staff = any(m.department_id for m in memberships)
    return framed(
        Shell(
            home_url=reverse("home"),
            who=who,
            acting_as=_acting_as(actor, memberships),
            nav=active(_items(_nav(actor), actor), request.path),
            side=[group for provider in side_items for group in provider(request, actor)],
            search_url=_url("search"),
            sign_in_url=reverse("account_login"),
            register_url=reverse("account_signup"),
            languages=_languages(request),
            footer=_items(PUBLIC_NAV[3:], actor) if not actor.is_public else (),
            broken_contact=BrokenContact(settings.HELP_PHONE, settings.HELP_HOURS, _url("broken")),
            environment=_("Demonstration: fictional people and organizations") if settings.DEMO else "",
            session_seconds=idle_limit(staff) if who else None,
        ),
        request,
    )


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor: the actor and the frame of the page."""
    return {"actor": getattr(request, "actor", Actor.public()), "shell": build(request)}
