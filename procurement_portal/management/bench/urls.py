"""Every address of the portal, and the bare views that the benches compare with. Served by the bench alone."""

from __future__ import annotations

from django.urls import path

from procurement_portal.management.bench import bare
from procurement_portal.urls import handler400, handler403, handler404, handler500
from procurement_portal.urls import urlpatterns as portal

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]
urlpatterns = [
    path("bench/list/", bare.one_query, name="bench_list"),
    path("bench/submission/", bare.submission, name="bench_submission"),
    *portal,
]
