"""Addresses of the private calendar."""

from __future__ import annotations

from django.urls import path

from procurement_portal.clocks import views

app_name = "clocks"
urlpatterns = [
    path("you/calendar/", views.calendar, name="calendar"),
    path("calendar/<str:token>.ics", views.feed, name="feed"),
]
