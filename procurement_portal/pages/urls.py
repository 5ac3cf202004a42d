"""Addresses of the pages that belong to no room."""

from __future__ import annotations

from django.urls import path

from procurement_portal.pages import home

urlpatterns = [
    path("", home.home, name="home"),
    path("gallery/", home.gallery, name="gallery"),
]
