"""Django's administration, for looking only. Nothing is added, changed or deleted here, and no secret is shown."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from procurement_portal.people.models.body import Department, Organization, Venturer
from procurement_portal.people.models.invitation import Invitation, SignatoryClaim
from procurement_portal.people.models.membership import Absence, Desk, DeskMember, Membership
from procurement_portal.people.models.oversight import Engagement, Recovery
from procurement_portal.people.models.profile import Profile
from procurement_portal.people.models.user import User
from procurement_portal.vault.fields import EncryptedTextField

# Never shown: secrets, what finds them, and what is sealed. By type and by name, so that a new column is hidden, not shown.
SECRET_TYPES = (EncryptedTextField, models.BinaryField)
SECRET_NAMES = ("password", "secret", "token", "wrapped", "sealed", "facts")
SECRET_ENDINGS = ("_index", "_hash", "_key")


def is_secret(field: models.Field) -> bool:  # type: ignore[type-arg]
    """Whether a column is kept out of the administration."""
    return isinstance(field, SECRET_TYPES) or field.name in SECRET_NAMES or field.name.endswith(SECRET_ENDINGS)


class LookOnly(admin.ModelAdmin):  # type: ignore[type-arg]
    """Every open column, read-only; newest first. The base of every app's admin."""

    actions = None
    list_per_page = 50
    show_full_result_count = False

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """The columns that hold no secret."""
        return [f.name for f in self.model._meta.fields if not is_secret(f)]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """All of them."""
        return self.get_fields(request, obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody adds here."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody changes here."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody deletes here."""
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever the site lets in may look."""
        return bool(request.user.is_active and request.user.is_staff)

    def has_module_permission(self, request: HttpRequest) -> bool:
        """The same."""
        return self.has_view_permission(request)


for model in (
    User, Department, Organization, Venturer, Profile, Membership, Desk, DeskMember, Absence, Invitation, SignatoryClaim,
    Engagement, Recovery,
):  # fmt: skip
    admin.site.register(model, LookOnly)
for group in list(admin.site._registry):
    if group._meta.app_label in ("auth", "account", "mfa", "socialaccount"):
        admin.site.unregister(group)  # what these would show or change is not for these pages
