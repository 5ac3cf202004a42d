"""What documents do outside the request."""

from __future__ import annotations

from procurement_portal.documents import actions, photos
from procurement_portal.outbox.intents import task


@task("documents.scan")
def scan(file_id: int) -> None:
    """Release or refuse one held file."""
    actions.scan(file_id)


@task("documents.photos")
def make_photos(photo_set_id: int) -> None:
    """Make one PDF of several photographs."""
    photos.make(photo_set_id)
