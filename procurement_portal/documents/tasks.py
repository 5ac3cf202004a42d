"""What documents do outside the request."""

from __future__ import annotations

from procurement_portal.documents.actions import files
from procurement_portal.outbox.intents import task


@task("documents.scan")
def scan(file_id: int) -> None:
    """Release or refuse one held file."""
    files.scan(file_id)
