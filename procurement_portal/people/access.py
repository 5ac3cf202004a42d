"""Who may open a view. A view without `@public` or `@requires(...)` does not answer.

Inside a view, what a person may not see does not exist for them: queries return only what the actor may see and
`found_or_404` turns nothing into 404. What they may see but not do is refused with the reason (`Refused`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest
from rest_framework.permissions import BasePermission

from procurement_portal.people.actor import Actor
from procurement_portal.people.roles import PERMISSIONS, ROLES

V = TypeVar("V", bound=Callable[..., Any])
M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Access:
    """What a view asks of whoever opens it; permission "" is the public."""

    permission: str
    step_up: bool = False  # the password or second factor given again within five minutes
    second_factor: bool = False  # a second factor in this session, whatever the permission


def public(view: V) -> V:
    """Anybody may open this view, signed in or not."""
    view.access = Access("")  # type: ignore[attr-defined]
    return view


def requires(permission: str, *, step_up: bool = False, second_factor: bool = False) -> Callable[[V], V]:
    """Only an actor with this permission may open this view; to others it does not exist (404).

    Who is not signed in is asked to. Raises ValueError at import for a permission no role holds.
    """
    if permission not in PERMISSIONS:
        raise ValueError(f"no role holds {permission!r}")

    def mark(view: V) -> V:
        view.access = Access(permission, step_up, second_factor)  # type: ignore[attr-defined]
        return view

    return mark


# Views of libraries, which cannot carry our mark: module of the view, or class of it where that differs → what they ask. "" is the public.
THIRD_PARTY: dict[str, Access] = {
    "allauth.account.views": Access(""),
    "allauth.account.views.EmailView": Access("account.use"),
    "allauth.account.views.PasswordChangeView": Access("account.use"),
    "allauth.account.views.PasswordSetView": Access("account.use"),
    "allauth.account.views.ReauthenticateView": Access("account.use"),
    "allauth.account.internal.decorators": Access(""),
    # Signing in passes through these before anybody is signed in; those that need it ask for a sign-in themselves.
    "allauth.mfa.base.views": Access(""),
    "allauth.mfa.base.views.IndexView": Access("account.use"),
    "allauth.mfa.base.views.ReauthenticateView": Access("account.use"),
    "allauth.mfa.totp.views": Access("account.use"),
    "allauth.mfa.webauthn.views": Access("account.use"),
    "allauth.mfa.webauthn.views.LoginWebAuthnView": Access(""),
    "allauth.mfa.recovery_codes.views": Access("account.use"),
    "django.views.i18n": Access(""),
    "drf_spectacular.views": Access(""),
    "django.contrib.staticfiles.views": Access(""),
}


def access_of(view: Callable[..., Any]) -> Access | None:
    """What a resolved view asks; None when nobody declared it."""
    for candidate in (
        view,
        getattr(view, "cls", None),
        getattr(view, "view_class", None),
    ):
        access = getattr(candidate, "access", None)
        if isinstance(access, Access):
            return access
    named = getattr(view, "view_class", None) or getattr(view, "cls", None) or view
    module = getattr(named, "__module__", "")
    if module.startswith("django.contrib.admin"):
        return Access("portal.operate")
    return THIRD_PARTY.get(f"{module}.{getattr(named, '__name__', '')}") or THIRD_PARTY.get(module)


def permissions_of_role(name: str) -> frozenset[str]:
    """The permissions one role gives."""
    return ROLES[name].permissions


def actor_of(request: HttpRequest) -> Actor:
    """The actor the middleware found for this request."""
    return request.actor  # type: ignore[attr-defined]


def works_for_department(request: HttpRequest) -> bool:
    """Whether whoever is signed in belongs to a department, whatever they act as now: then a second factor is a must."""
    return any(m.department_id is not None for m in getattr(request, "memberships", ()))


def found_or_404(rows: QuerySet[M], **lookup: Any) -> M:
    """The one row of what the actor may see, or 404: what you may not see does not exist."""
    try:
        return rows.get(**lookup)
    except (ObjectDoesNotExist, ValueError) as missing:
        raise Http404 from missing


class ApiPermission(BasePermission):
    """The same marks for DRF views; the middleware has already decided, this refuses what is not marked."""

    def has_permission(self, request: Any, view: Any) -> bool:
        access = getattr(type(view), "access", None) or THIRD_PARTY.get(type(view).__module__)
        if access is None:
            return False
        if not access.permission:
            return True
        actor: Actor = request._request.actor
        # A role for one record alone opens the list; its query shows that record alone, as on the pages.
        return actor.can(access.permission) or any(
            access.permission in permissions_of_role(role) for role, _type, _id in actor.scoped
        )
