"""Error pages: what happened, what was kept, what to do, whom to call, with the reference number of the request.

`urls.py` takes the handlers by name (`handler404 = "procurement_portal.web.errors.not_found"`), settings takes
`CSRF_FAILURE_VIEW = "procurement_portal.web.errors.csrf_failure"` and `RefusalMiddleware`.
A page that cannot be drawn in its frame (the database is gone) is drawn in the bare one.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string

from procurement_portal.web.problems import PROBLEM_TYPE, problem
from procurement_portal.web.refusal import Conflict, Invalid, Refused
from procurement_portal.web.shell import Shell

logger = logging.getLogger(__name__)


def error_page(request: HttpRequest, template: str, status: int, context: dict[str, Any] | None = None) -> HttpResponse:
    """The page in the reader's frame, or in the bare one when that cannot be drawn. The API answers problem details."""
    context = {"reason": "", "law": "", **(context or {})}
    if request.path.startswith("/api/"):
        return JsonResponse(problem(status, str(context["reason"])), status=status, content_type=PROBLEM_TYPE)
    try:
        body = render_to_string(template, context, request=request)
    except Exception:
        logger.exception("the frame of an error page could not be drawn")
        body = render_to_string(template, {**context, "shell": Shell.bare(), "messages": []})
    return HttpResponse(body, status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: what was sent cannot be read."""
    return error_page(request, "400.html", 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: seen, but not allowed; the reason is the exception's own words."""
    return error_page(request, "403.html", 403, {"reason": str(exception or "")})


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: not there, or not there for this person; the two look the same."""
    return error_page(request, "404.html", 404)


def too_many(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """429: too often in a short time."""
    return error_page(request, "429.html", 429)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: our mistake."""
    return error_page(request, "500.html", 500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form that is too old or came from elsewhere; nothing was saved, the text is kept by the browser."""
    return error_page(request, "403_csrf.html", 403)


class RefusalMiddleware:
    """Turns what an action says into a page: refused (403), conflict (409), invalid where no form shows it (422)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answers the three refusals of `web.refusal`; everything else goes on."""
        if isinstance(exception, Refused):
            return error_page(request, "403.html", 403, {"reason": exception.reason, "law": exception.law})
        if isinstance(exception, Conflict):
            return error_page(request, "409.html", 409, {"reason": exception.message})
        if isinstance(exception, Invalid):
            return error_page(request, "422.html", 422, {"reason": str(exception)})
        if isinstance(exception, PermissionDenied):
            return forbidden(request, exception)
        return None
