"""Addresses of the readings."""

from __future__ import annotations

from django.urls import path

from procurement_portal.readings import views

app_name = "readings"
urlpatterns = [
    path("readings/", views.readings, name="list"),
    path("readings/<str:key>/", views.reading, name="reading"),
]
