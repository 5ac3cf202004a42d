"""Notices about files and papers: what the documents room announces."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext

from procurement_portal.documents import events
from procurement_portal.notifications import recipients
from procurement_portal.notifications.notice import Category, Notice
from procurement_portal.notifications.send import send
from procurement_portal.web import words


@dataclass(frozen=True, kw_only=True)
class FileRefused(Notice):
    """A file was refused by its scan: its owner hears at once, when it came and why.

    It is not named: the name of a file in a sealed proposal is kept in the clear nowhere, so not in a stored notice.
    """

    kind = "documents.file_refused"
    template = "file_refused"
    category = Category.DOCUMENTS
    legal = True
    urgent = True

    file_id: int
    reason: str
    received_at: datetime

    @property
    def key(self) -> str:
        return f"file:{self.file_id}"

    def subject(self) -> str:
        return gettext("A file you sent on %(day)s was refused") % {"day": words.day(self.received_at)}


@dataclass(frozen=True, kw_only=True)
class PhotosReady(Notice):
    """Several photographs became one PDF."""

    kind = "documents.photos_ready"
    template = "photos_ready"
    category = Category.DOCUMENTS

    document_id: int

    @property
    def key(self) -> str:
        return f"document:{self.document_id}"

    def subject(self) -> str:
        return gettext("Your photographs are one PDF now")


def tell_refused(event: events.FileRefused) -> None:
    """Answer to `FileRefused`: to whoever sent it, else to those who lead the organization."""
    notice = FileRefused(file_id=event.file_id, reason=event.reason, received_at=event.received_at, url=event.url)
    if event.user_id is not None:
        send(notice, to=recipients.user(event.user_id))
    elif event.organization_id is not None:
        send(notice, to=recipients.organization(event.organization_id))


def tell_photos(event: events.PhotosReady) -> None:
    """Answer to `PhotosReady`: to whoever sent the photographs."""
    if event.user_id is not None:
        address = reverse("documents:document", args=[event.document_id])
        send(PhotosReady(document_id=event.document_id, url=address), to=recipients.user(event.user_id))
