"""Finds who acts for each request and keeps every undeclared view shut."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import structlog
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext

from procurement_portal.people import access, device, proof
from procurement_portal.people.acting import actor_for
from procurement_portal.web.errors import error_page
from procurement_portal.web.refusal import Refused

log = structlog.get_logger(__name__)

# What answers a staff member who has no second factor yet: setting one up, the own account, signing out.
BEFORE_SECOND_FACTOR = ("allauth.", "procurement_portal.people.views.second_factor", "django.views.i18n")


class ActorMiddleware:
    """Sets `request.actor`; ends idle sessions; asks for sign-in, second factor and step-up; hides what is not permitted."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = actor_for(request)  # type: ignore[attr-defined]
        if request.user.is_authenticated and not proof.still_there(request, access.works_for_department(request)):
            logout(request)
            request.actor = actor_for(request)  # type: ignore[attr-defined]
            messages.warning(request, gettext("You were signed out because nothing happened for a while."))
        response = self.get_response(request)
        device.remember(request, response)
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Decide whether this view may answer this actor."""
        asked = access.access_of(view)
        if asked is None:
            log.error(
                "undeclared_view",
                view=f"{view.__module__}.{getattr(view, '__name__', '?')}",
            )
            raise Http404
        actor = access.actor_of(request)
        api = request.path.startswith("/api/")
        if access.works_for_department(request) and not actor.second_factor and not _sets_up(view):
            return _forbidden_api() if api else _to_second_factor(request)
        if not asked.permission:
            return None
        if actor.is_public:
            if api:
                return None  # DRF answers 401 or 403 as problem details
            return redirect_to_login(request.get_full_path())
        if not actor.can(asked.permission) and not any(
            asked.permission in access.permissions_of_role(role) for role, _, _ in actor.scoped
        ):
            raise Http404
        must = asked.second_factor or asked.permission in proof.SECOND_FACTOR_PERMISSIONS
        if must and not actor.second_factor:
            return _forbidden_api() if api else _to_second_factor(request)
        if asked.step_up and not proof.recently_proved(request):
            return _forbidden_api() if api else _to_step_up(request)
        return None

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """A refusal is an answer: 403 with the reason and the rule, never a bare error page."""
        if isinstance(error, Refused):
            return error_page(request, "403.html", 403, {"reason": error.reason, "law": error.law})
        return None


def _sets_up(view: Callable[..., Any]) -> bool:
    module = getattr(getattr(view, "view_class", None) or view, "__module__", "")
    return module.startswith(BEFORE_SECOND_FACTOR) or getattr(view, "before_second_factor", False)


def _back(request: HttpRequest) -> str:
    """Where to return to: the page itself, or for a POST the page that held the form."""
    if request.method in ("GET", "HEAD"):
        return request.get_full_path()
    came_from = request.headers.get("referer", "")
    if url_has_allowed_host_and_scheme(came_from, {request.get_host()}, request.is_secure()):
        return came_from
    return request.path


def _to_second_factor(request: HttpRequest) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('people:second_factor')}?{urlencode({'next': _back(request)})}")


def _to_step_up(request: HttpRequest) -> HttpResponse:
    if request.method not in ("GET", "HEAD"):
        # What was sent is not kept: it may hold what must not lie in a session table.
        messages.warning(request, gettext("Nothing was changed yet. Confirm that it is you, then do it again."))
    url = reverse("mfa_reauthenticate" if access.actor_of(request).second_factor else "account_reauthenticate")
    return HttpResponseRedirect(f"{url}?{urlencode({'next': _back(request)})}")


def _forbidden_api() -> HttpResponse:
    return HttpResponse(
        '{"type":"about:blank","title":"Forbidden","status":403,"detail":"Sign in on the pages with a second factor."}',
        status=403,
        content_type="application/problem+json",
    )
