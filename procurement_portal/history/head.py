"""The signed head of history, kept outside the database: in the state folder, or in the storage bucket where one is set.

Whoever changes the database cannot sign a new head; whoever holds only the head cannot change the database.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.core.files.storage import default_storage

from procurement_portal.vault import signing

NAME = "history-head.json"


@dataclass(frozen=True)
class Head:
    """The last sealed position and its digest, signed. `genuine` is False when the signature does not hold."""

    position: int
    digest: str
    at: datetime
    genuine: bool = True
    signed_by: str = ""  # the key's id

    @property
    def message(self) -> bytes:
        """The bytes that are signed."""
        return f"portal history head\n{self.position}\n{self.digest}\n{self.at.isoformat()}".encode()


def write(head: Head) -> None:
    """Sign and store a head in the place of the one before; a half-written one is never read."""
    content = json.dumps(
        {
            "position": head.position,
            "digest": head.digest,
            "at": head.at.isoformat(),
            "signature": signing.sign_head(head.message),
        }
    ).encode()
    if settings.STORAGE_BUCKET:
        with default_storage.open(NAME, "wb") as there:  # object storage replaces the whole object or nothing
            there.write(content)
        return
    place = path()
    place.parent.mkdir(parents=True, exist_ok=True)
    temporary = place.with_name(f".{NAME}.{os.getpid()}")
    with temporary.open("wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    temporary.replace(place)


def read() -> Head | None:
    """The stored head, checked against the portal's keys; None when there is none. Damage counts as not genuine."""
    try:
        content = _content()
    except FileNotFoundError:
        return None
    try:
        given = json.loads(content)
        head = Head(int(given["position"]), str(given["digest"]), datetime.fromisoformat(given["at"]))
        signature = str(given["signature"])
    except (ValueError, KeyError, TypeError):
        return Head(0, "", datetime(1970, 1, 1, tzinfo=UTC), genuine=False)
    genuine = signing.verify(head.message, signature, signing.head_keys())
    return Head(head.position, head.digest, head.at, genuine, signature.partition(":")[0])


def _content() -> bytes:
    if settings.STORAGE_BUCKET:
        with default_storage.open(NAME, "rb") as source:
            return source.read()
    return path().read_bytes()


def path() -> Path:
    """Where the head lies on this machine."""
    return Path(settings.STATE_DIR) / NAME
