"""Addresses of the pages that belong to no room."""

from __future__ import annotations

from django.urls import path

from procurement_portal.pages import broken, calendar, home, operations, search, work

urlpatterns = [
    path("", home.home, name="home"),
    path("my-work/", work.work, name="work"),
    path("calendar/", calendar.calendar, name="calendar"),
    path("search/", search.search, name="search"),
    path("help/", broken.help_page, name="help"),
    path("broken/", broken.broken, name="broken"),
    path("broken/<str:token>/", broken.receipt, name="broken_receipt"),
    path("operations/given-up/", operations.given_up, name="given_up"),
    path("operations/given-up/<int:pk>/retry/", operations.retry, name="retry_given_up"),
    path("operations/reports/", broken.reports, name="reports"),
    path("operations/reports/<int:pk>/", broken.report, name="report"),
    path("gallery/", home.gallery, name="gallery"),
]
