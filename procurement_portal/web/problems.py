"""API errors as RFC 9457 problem details, one shape for everything that can go wrong.

`REST_FRAMEWORK["EXCEPTION_HANDLER"] = "procurement_portal.web.problems.problem_details"`.
"""

from __future__ import annotations

import math
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from procurement_portal.web.reference import current_reference
from procurement_portal.web.refusal import Conflict, Invalid, Refused

PROBLEM_TYPE = "application/problem+json"


def _title(status: int) -> str:
    titles = {
        400: _("What was sent cannot be read"), 401: _("Sign in first"), 403: _("Not allowed"), 404: _("Not found"),
        405: _("This address does not take that method"), 406: _("That format is not offered"),
        409: _("Somebody else was first"), 415: _("That kind of content is not taken"),
        422: _("What was given cannot be taken"), 429: _("Too many requests"), 500: _("Our mistake"),
    }  # fmt: skip
    return titles.get(status, _("Not done"))


def problem(status: int, detail: str = "", **more: Any) -> dict[str, Any]:
    """The members of a problem: type, title, status, detail, instance (the reference number), and whatever else is said."""
    members: dict[str, Any] = {"type": "about:blank", "title": _title(status), "status": status}
    if detail:
        members["detail"] = detail
    return {**members, "instance": f"urn:reference:{current_reference()}", **more}


def problem_details(exception: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler. Unknown exceptions give None: Django's 500 handler logs and answers them."""
    if isinstance(exception, Http404):
        exception = exceptions.NotFound()
    elif isinstance(exception, PermissionDenied):
        exception = exceptions.PermissionDenied(*exception.args)
    if isinstance(exception, Refused):
        law = {"law": exception.law} if exception.law else {}
        return _answer(problem(403, exception.reason, **law))
    if isinstance(exception, Conflict):
        return _answer(problem(409, exception.message))
    if isinstance(exception, Invalid):
        return _answer(problem(422, errors=exception.problems))
    if not isinstance(exception, exceptions.APIException):
        return None
    headers = {}
    if challenge := getattr(exception, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    if wait := getattr(exception, "wait", None):
        headers["Retry-After"] = str(math.ceil(wait))
    if isinstance(exception, exceptions.ValidationError):
        return _answer(problem(exception.status_code, errors=exception.detail), headers)
    return _answer(problem(exception.status_code, str(exception.detail)), headers)


def _answer(members: dict[str, Any], headers: dict[str, str] | None = None) -> Response:
    set_rollback()
    return Response(members, status=members["status"], headers=headers, content_type=PROBLEM_TYPE)
