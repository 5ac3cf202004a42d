"""Sealed files in Django's default storage (a folder or object storage), under keys of ours."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

from django.core.files.storage import default_storage

from procurement_portal.documents.uploads import SealedUpload
from procurement_portal.vault import blobs

if TYPE_CHECKING:
    from procurement_portal.documents.models import File


def keep(upload: SealedUpload) -> None:
    """Move an upload's ciphertext under its storage key, on the disk before this returns."""
    stored = default_storage.save(upload.storage_key, upload.sealed_file())
    if stored != upload.storage_key:
        default_storage.delete(stored)
        raise FileExistsError("a storage key came twice")
    try:
        folder = Path(default_storage.path(stored)).parent
    except NotImplementedError:
        return  # object storage answers when it has it
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def forget(storage_key: str) -> None:
    """Delete ciphertext nobody refers to (an act that failed after storing)."""
    default_storage.delete(storage_key)


def reading(file: File) -> io.BufferedReader:
    """The plaintext as a seekable file. Raises SealBroken if the ciphertext was changed; close it after use."""
    source = cast(BinaryIO, default_storage.open(file.storage_key, "rb"))
    return io.BufferedReader(blobs.open_blob(file.data_key, source, file.aad, default_storage.size(file.storage_key)))


def pieces(file: File) -> Iterator[bytes]:
    """The plaintext in chunks, for a streamed answer; the first chunk is opened before anything is sent."""
    with reading(file) as source:
        while piece := source.read(blobs.CHUNK):
            yield piece
