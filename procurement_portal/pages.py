"""Home, work queue, search, health, component gallery."""

from __future__ import annotations

from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect

from procurement_portal.people.access import public
from procurement_portal.web.gallery import gallery as component_gallery


@public
def healthz(request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return JsonResponse({"status": "ok"})


@public
def readyz(request: HttpRequest) -> JsonResponse:
    """The process reaches its database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ready"})


@public
def home(request: HttpRequest) -> HttpResponse:
    """Where each person begins."""
    return redirect("healthz")


@public
def gallery(request: HttpRequest) -> HttpResponse:
    """Every recurring piece in each of its states, with invented people."""
    return component_gallery(request)
