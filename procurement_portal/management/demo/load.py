"""Loads the demo into an empty database, in one transaction: all of it or nothing."""

from __future__ import annotations

from django.apps import apps
from django.conf import settings
from django.db import transaction
from django.utils.module_loading import autodiscover_modules

from procurement_portal.management.demo import afterwards, notices, outcomes, people, proposals, renewals
from procurement_portal.management.demo.stage import Stage


class NotHere(Exception):
    """Why the demo is not loaded, in one sentence."""


def must_be_demo() -> None:
    """Raises NotHere outside demo and test mode: demo people have a password that everybody knows."""
    if not (settings.DEMO or settings.TESTING):
        raise NotHere("Demo people are for demo mode (PORTAL_MODE=demo): their password is known to everybody.")


def is_loaded() -> bool:
    """Whether this database holds the demo (its first department with its people)."""
    return apps.get_model("people", "User").objects.filter(email__endswith=".chicago.example").exists()


def load() -> Stage:
    """Load the demo and return the stage with everything it made. Raises NotHere."""
    must_be_demo()
    if is_loaded():
        raise NotHere("The demo is loaded already. `python3 manage.py reset` clears it; then it can be loaded afresh.")
    if apps.get_model("people", "Department").objects.exists():
        raise NotHere("This database holds departments of its own; the demo is loaded into an empty one.")
    autodiscover_modules("tasks")
    stage = Stage()
    with transaction.atomic():
        people.plan(stage)
        notices.plan(stage)
        proposals.plan(stage)
        outcomes.plan(stage)
        renewals.plan(stage)
        afterwards.plan(stage)
        stage.perform()
    return stage
