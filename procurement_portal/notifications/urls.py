"""Addresses of the inbox and the message threads."""

from __future__ import annotations

from django.urls import path

from procurement_portal.notifications import views

app_name = "notifications"
urlpatterns = [
    path("notices/", views.inbox, name="inbox"),
    path("notices/read/", views.read_all, name="read_all"),
    path("notices/choices/", views.preferences, name="preferences"),
    path("notices/<int:pk>/", views.notice, name="notice"),
    path("notices/<int:pk>/open/", views.open_notice, name="open"),
    path("messages/<str:subject_type>/<str:subject_id>/", views.thread, name="thread"),
    path("messages/<str:subject_type>/<str:subject_id>/read/", views.read_thread, name="read_thread"),
]
