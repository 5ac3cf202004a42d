"""How bytes arrive: sealed as they stream, so that no part of a file ever lies in the clear on a disk, or whole in memory.

`SealingUploadHandler` is the one upload handler (settings.FILE_UPLOAD_HANDLERS). It seals each upload under a fresh key into the
state folder, hashes it on the way and stops keeping it past the limit. `arrived` does the same for bytes from elsewhere.
"""

from __future__ import annotations

import io
import os
import secrets
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any, BinaryIO, cast

from django.conf import settings
from django.core.files.base import File as DjangoFile
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload

from procurement_portal.documents.limits import MOST_BYTES
from procurement_portal.time.clock import now
from procurement_portal.vault.blobs import BlobReader, BlobWriter

LEFT_OVER_AFTER = timedelta(days=1)
HANG_UP_AFTER = 8 * MOST_BYTES  # of one file: past this the connection is closed instead of read to its end


def incoming() -> Path:
    """The folder of uploads on their way; holds ciphertext whose keys are in this process's memory alone."""
    folder = Path(settings.STATE_DIR) / "incoming"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def tidy() -> int:
    """Delete ciphertext a day old: its process ended in the middle and took the key along. Returns how many."""
    before = (now() - LEFT_OVER_AFTER).timestamp()
    left = [place for place in incoming().iterdir() if place.stat().st_mtime < before]
    for place in left:
        place.unlink(missing_ok=True)
    return len(left)


class SealedUpload(UploadedFile):
    """An upload that lies sealed in the incoming folder. Reading it opens it chunk by chunk; `close` removes it."""

    size: int  # bytes taken so far

    def __init__(self, name: str, content_type: str = "") -> None:
        super().__init__(None, name, content_type, 0)
        self.storage_key = f"{secrets.token_hex(2)}/{secrets.token_hex(20)}"
        self.aad = f"file:{self.storage_key}"
        self.place = incoming() / secrets.token_hex(16)
        handle = os.open(self.place, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        self._out: BinaryIO = os.fdopen(handle, "w+b")
        self._writer = BlobWriter(self._out, self.aad)
        self.sha256 = ""
        self.too_large = False

    def take(self, data: bytes) -> None:
        """Seal the next bytes; past the limit only count them."""
        self.size += len(data)
        if self.size > MOST_BYTES:
            self.too_large = True
            self._out.truncate(0)
        else:
            self._writer.write(data)

    def complete(self) -> SealedUpload:
        """The last byte is here: seal the end, reach the disk, and be readable from the start."""
        if not self.too_large:
            self.sha256 = self._writer.finish()
            self._out.flush()
            os.fsync(self._out.fileno())
            reader = BlobReader(self._out, self._writer.secret, self.aad, self._out.tell())
            self.file = io.BufferedReader(reader)
        else:
            self.file = io.BytesIO()
        return self

    @property
    def plain(self) -> BinaryIO:
        """The plaintext as a seekable file."""
        return cast(BinaryIO, self.file)

    @property
    def secret(self) -> bytes:
        """The key it is sealed under, for `new_data_key(plain=…)`."""
        return self._writer.secret

    def sealed_file(self) -> DjangoFile:
        """The ciphertext, for the storage; a storage on the same disk moves it instead of copying."""
        return _Movable(self._out, self.place)

    def close(self) -> None:
        """Forget it. What was stored has been moved or copied."""
        self._out.close()
        self.place.unlink(missing_ok=True)

    def __del__(self) -> None:
        out = getattr(self, "_out", None)
        if out is not None and not out.closed:
            self.close()

    def __repr__(self) -> str:
        return f"<SealedUpload {self.size} bytes>"


class _Movable(DjangoFile):
    """A file on disk that Django's file system storage may take by renaming."""

    def __init__(self, file: BinaryIO, place: Path) -> None:
        super().__init__(file, place.name)
        self._place = place

    def temporary_file_path(self) -> str:
        return str(self._place)


class SealingUploadHandler(FileUploadHandler):
    """Django's door for uploads."""

    chunk_size = 256 * 1024

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.upload = SealedUpload(self.file_name or "", self.content_type or "")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.upload.take(raw_data)
        if self.upload.size > HANG_UP_AFTER:
            self.upload.close()
            raise StopUpload(connection_reset=True)

    def file_complete(self, file_size: int) -> SealedUpload:
        return self.upload.complete()

    def upload_interrupted(self) -> None:
        if hasattr(self, "upload"):
            self.upload.close()


def arrived(source: bytes | Iterable[bytes] | DjangoFile, name: str) -> SealedUpload:
    """Seal bytes that did not come by a form (the demo loader, a PDF we made); returns them as an upload."""
    if isinstance(source, SealedUpload):
        return source
    pieces: Iterable[bytes]
    if isinstance(source, bytes):
        pieces = [source]
    elif isinstance(source, DjangoFile):
        pieces = source.chunks()
    else:
        pieces = source
    upload = SealedUpload(name or getattr(source, "name", "") or "file")
    for piece in pieces:
        upload.take(piece)
    return upload.complete()
