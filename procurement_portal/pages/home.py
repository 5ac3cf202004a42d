"""Where each person begins."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from procurement_portal.people.access import public
from procurement_portal.web.gallery import gallery as component_gallery


@public
def home(request: HttpRequest) -> HttpResponse:
    """Where each person begins."""
    return redirect("healthz")


@public
def gallery(request: HttpRequest) -> HttpResponse:
    """Every recurring piece in each of its states, with invented people."""
    return component_gallery(request)
