"""Addresses of the pages that belong to no room."""

from __future__ import annotations

from django.urls import path

from procurement_portal.pages import home, operations

urlpatterns = [
    path("", home.home, name="home"),
    path("operations/given-up/", operations.given_up, name="given_up"),
    path("operations/given-up/<int:pk>/retry/", operations.retry, name="retry_given_up"),
    path("gallery/", home.gallery, name="gallery"),
]
