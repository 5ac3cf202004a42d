"""Addresses of the documents room."""

from __future__ import annotations

from django.urls import path

from procurement_portal.documents.views import files, vault

app_name = "documents"
urlpatterns = [
    path("organization/papers/", vault.vault, name="vault"),
    path("organization/papers/add/", vault.choose, name="choose"),
    path("organization/papers/add/<slug:kind>/", vault.add, name="add"),
    path("organization/papers/photographs/", vault.photos, name="photos"),
    path("organization/papers/<int:pk>/", vault.document, name="document"),
    path("organization/papers/<int:pk>/newer/", vault.replace, name="replace"),
    path("organization/papers/<int:pk>/correct/", vault.correct, name="correct"),
    path("organization/papers/<int:pk>/remove/", vault.remove, name="remove"),
    path("files/<int:pk>/<str:name>", files.file, name="file"),
]
