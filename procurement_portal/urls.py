"""Every address of the portal."""

from __future__ import annotations

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

from procurement_portal.pages import health

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("api/", include("procurement_portal.api")),
    *i18n_patterns(
        path("", include("procurement_portal.pages.urls")),
        path("", include("procurement_portal.readings.urls")),
        path("", include("procurement_portal.clocks.urls")),
        path("", include("procurement_portal.notifications.urls")),
        path("", include("procurement_portal.people.urls")),  # before allauth: some of its pages are ours
        path("", include("procurement_portal.documents.urls")),
        path("account/", include("allauth.urls")),
        path("", include("solicitations.urls")),
        prefix_default_language=False,
    ),
]

handler400 = "procurement_portal.web.errors.bad_request"
handler403 = "procurement_portal.web.errors.forbidden"
handler404 = "procurement_portal.web.errors.not_found"
handler500 = "procurement_portal.web.errors.server_error"
