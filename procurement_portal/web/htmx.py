"""Replies to htmx: the same view answers a whole page or the part that changed; without JavaScript it is always the page."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render


def wants_part(request: HttpRequest) -> bool:
    """Whether htmx asked for a part of the page (a boosted link or a history restore wants the whole)."""
    htmx: Any = getattr(request, "htmx", None)
    return bool(htmx) and not htmx.boosted and not htmx.history_restore_request


def reply(request: HttpRequest, page: str, part: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """`page` for a browser, `part` (the fragment that `page` includes) for htmx. Caches are told that they differ."""
    response = render(request, part if wants_part(request) else page, context, status=status)
    response["Vary"] = ", ".join(filter(None, [response.get("Vary", ""), "HX-Request"]))
    return response


def redirect(request: HttpRequest, url: str) -> HttpResponse:
    """After an act: htmx goes to the new page as a whole, a browser is redirected by 303 (a repeat does not post again)."""
    if wants_part(request):
        response = HttpResponse(status=204)
        response["HX-Redirect"] = url
        return response
    found = HttpResponseRedirect(url)
    found.status_code = 303
    return found


def announce(response: HttpResponse, event: str, **detail: Any) -> HttpResponse:
    """Let the page's script hear of an event (`HX-Trigger`); several calls add up."""
    told = json.loads(response.get("HX-Trigger", "{}"))
    told[event] = detail
    response["HX-Trigger"] = json.dumps(told)
    return response
