"""Choosing for whom one acts, and in which language."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext

from procurement_portal.history.record import record
from procurement_portal.people.actor import Actor
from procurement_portal.people.models.user import User
from procurement_portal.web.refusal import Invalid


def choose_language(*, actor: Actor, language: str) -> User:
    """Keep the language the person reads pages and mails in. Raises Invalid for one the portal does not know."""
    if language not in dict(settings.LANGUAGES):
        raise Invalid({"language": [gettext("Choose one of the languages listed.")]})
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=actor.user_id)
        before, user.language = user.language, language
        user.save(update_fields=["language"])
        record(actor, "person.choose_language", user, before={"language": before}, after={"language": language})
    return user


def edit_person(*, actor: Actor, name: str, phone: str) -> User:
    """Change one's own name and phone. Raises Invalid for an empty name."""
    name = " ".join(name.split())
    if not name:
        raise Invalid({"name": [gettext("Enter your name.")]})
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=actor.user_id)
        before = {"name": user.name}
        user.name, user.phone = name, phone.strip()
        user.save(update_fields=["name", "phone"])
        record(actor, "person.edit", user, before=before, after={"name": name})
    return user
