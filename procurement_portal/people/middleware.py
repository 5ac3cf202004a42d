"""Finds who acts for each request and keeps every undeclared view shut."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import structlog
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from procurement_portal.people import access
from procurement_portal.people.acting import actor_for
from procurement_portal.web.refusal import Refused

log = structlog.get_logger(__name__)


class ActorMiddleware:
    """Sets `request.actor`; asks for sign-in; hides what is not permitted; shows refusals with their reason."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = actor_for(request)  # type: ignore[attr-defined]
        return self.get_response(request)

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
        if not asked.permission:
            return None
        actor = access.actor_of(request)
        if actor.is_public:
            if request.path.startswith("/api/"):
                return None  # DRF answers 401 or 403 as problem details
            return redirect_to_login(request.get_full_path())
        if not actor.can(asked.permission) and not any(
            asked.permission in access.permissions_of_role(role) for role, _, _ in actor.scoped
        ):
            raise Http404
        return None

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """A refusal is an answer: 403 with the reason and the rule, never a bare error page."""
        if isinstance(error, Refused):
            return render(
                request,
                "errors/refused.html",
                {"reason": error.reason, "law": error.law},
                status=403,
            )
        return None
