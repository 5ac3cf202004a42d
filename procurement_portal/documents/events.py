"""What documents announce."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from procurement_portal.events import Event


@dataclass(frozen=True, kw_only=True)
class FileRefused(Event):
    """A scan refused a file: its owner is told at once. `reason` is in words and names no content."""

    file_id: int
    user_id: int | None
    organization_id: int | None
    received_at: datetime
    reason: str
    url: str  # where to mend it; "" when the file is in no vault


@dataclass(frozen=True, kw_only=True)
class FileReleased(Event):
    """A file passed its scan and is served from now on."""

    file_id: int
    organization_id: int | None


@dataclass(frozen=True, kw_only=True)
class DocumentAdded(Event):
    """An organization's vault has a new document or a new version of one."""

    document_id: int
    organization_id: int
    kind: str


@dataclass(frozen=True, kw_only=True)
class PhotosReady(Event):
    """The PDF of several photographs is in the vault."""

    document_id: int
    organization_id: int
    user_id: int | None
