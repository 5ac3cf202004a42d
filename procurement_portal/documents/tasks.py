"""What documents do outside the request."""

from __future__ import annotations

from celery import shared_task

from procurement_portal.documents import actions, uploads
from procurement_portal.outbox.intents import task


@task("documents.scan")
def scan(file_id: int) -> None:
    """Release or refuse one held file."""
    actions.scan(file_id)


@task("documents.photos")
def make_photos(photo_set_id: int) -> None:
    """Make one PDF of several photographs."""
    actions.make_photos(photo_set_id)


@shared_task(name="documents.tidy")
def tidy() -> int:
    """Delete what interrupted uploads left in the incoming folder; returns how many."""
    return uploads.tidy()
