"""Notices about files: a refused one is named to its owner at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext

from procurement_portal.documents.events import FileRefused
from procurement_portal.notifications import recipients
from procurement_portal.notifications.notice import Category, Notice
from procurement_portal.notifications.send import send


@dataclass(frozen=True, kw_only=True)
class FileWasRefused(Notice):
    """A scan found something harmful in a file. Its name is not in the notice: a sealed answer's files are nameless."""

    kind = "documents.file_refused"
    template = "file_refused"
    category = Category.DOCUMENTS
    legal = True  # it may cost them the answer
    urgent = True

    file_id: int
    received_at: datetime
    reason: str

    @property
    def key(self) -> str:
        return f"file:{self.file_id}"

    def subject(self) -> str:
        return gettext("A file you added was refused")


def tell_refused(event: FileRefused) -> None:
    """Answer to `FileRefused`: the person who brought it, or else who leads the organization."""
    to: list[recipients.Recipient] = []
    if event.user_id is not None:
        to = recipients.user(event.user_id)
    elif event.organization_id is not None:
        to = recipients.organization(event.organization_id)
    send(
        FileWasRefused(file_id=event.file_id, received_at=event.received_at, reason=event.reason, url=event.url), to=to
    )
