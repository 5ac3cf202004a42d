"""Large contents, sealed in chunks while they stream and opened at any place without opening the rest.

The form: `PPB1` ‖ 7 random bytes ‖ chunks of 256 KiB, each AES-256-GCM with nonce = the 7 bytes ‖ its number (4 bytes) ‖ 1 for
the last, else 0 (the STREAM construction: no chunk can be moved, dropped or added). Every blob has a key of its own.
"""

from __future__ import annotations

import hashlib
import io
import os
import struct
from collections.abc import Iterator
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from procurement_portal.vault.models import DataKey
from procurement_portal.vault.sealing import SealBroken, unwrapped

CHUNK = 256 * 1024
_MAGIC = b"PPB1"
_PREFIX = 7
_HEADER = len(_MAGIC) + _PREFIX
_TAG = 16


def _nonce(prefix: bytes, number: int, last: bool) -> bytes:
    return prefix + struct.pack(">IB", number, last)


class BlobWriter:
    """Seals what is written to it into `out`; `sha256` and `size` are of the plaintext. Holds one chunk at a time."""

    def __init__(self, out: BinaryIO, aad: str) -> None:
        self.secret = os.urandom(32)  # goes into the DataKey by `new_data_key(plain=…)`
        self.size = 0
        self._out, self._aad = out, aad.encode()
        self._cipher = AESGCM(self.secret)
        self._prefix = os.urandom(_PREFIX)
        self._buffer = bytearray()
        self._number = 0
        self._hash = hashlib.sha256()
        out.write(_MAGIC + self._prefix)

    def write(self, data: bytes) -> None:
        """Take plaintext."""
        self.size += len(data)
        self._hash.update(data)
        self._buffer += data
        while len(self._buffer) > CHUNK:
            self._put(bytes(self._buffer[:CHUNK]), last=False)
            del self._buffer[:CHUNK]

    def finish(self) -> str:
        """Seal the last chunk; returns the SHA-256 of the plaintext in hex."""
        self._put(bytes(self._buffer), last=True)
        self._buffer.clear()
        return self._hash.hexdigest()

    def __repr__(self) -> str:
        return f"<BlobWriter {self.size} bytes>"

    def _put(self, chunk: bytes, *, last: bool) -> None:
        self._out.write(self._cipher.encrypt(_nonce(self._prefix, self._number, last), chunk, self._aad))
        self._number += 1


class BlobReader(io.RawIOBase):
    """The plaintext of a sealed blob as a seekable file; opens only the chunks that are read. Raises SealBroken."""

    def __init__(self, source: BinaryIO, secret: bytes, aad: str, sealed_size: int) -> None:
        self._source, self._aad, self._cipher = source, aad.encode(), AESGCM(secret)
        body = sealed_size - _HEADER
        whole, rest = divmod(body, CHUNK + _TAG)
        if body < _TAG or 0 < rest < _TAG:
            raise SealBroken
        self._last = whole - 1 if rest == 0 else whole
        self.size = body - (self._last + 1) * _TAG
        source.seek(0)
        header = source.read(_HEADER)
        if header[: len(_MAGIC)] != _MAGIC:
            raise SealBroken
        self._prefix = header[len(_MAGIC) :]
        self._position = 0
        self._held: tuple[int, bytes] = (-1, b"")

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self.size}[whence]
        if base + offset < 0:
            raise ValueError("a position before the beginning")
        self._position = base + offset
        return self._position

    def readinto(self, target: bytearray | memoryview) -> int:  # type: ignore[override]
        if self._position >= self.size:
            if self.size == 0:
                self._chunk(0)  # an empty blob is authenticated too
            return 0
        number, start = divmod(self._position, CHUNK)
        piece = self._chunk(number)[start : start + len(target)]
        target[: len(piece)] = piece
        self._position += len(piece)
        return len(piece)

    def _chunk(self, number: int) -> bytes:
        if self._held[0] != number:
            self._source.seek(_HEADER + number * (CHUNK + _TAG))
            sealed = self._source.read(CHUNK + _TAG)
            try:
                plain = self._cipher.decrypt(_nonce(self._prefix, number, number == self._last), sealed, self._aad)
            except InvalidTag:
                raise SealBroken from None
            self._held = (number, plain)
        return self._held[1]


def open_blob(key: DataKey, source: BinaryIO, aad: str, sealed_size: int) -> BlobReader:
    """The plaintext of a stored blob under its data key. Raises SealBroken or SealClosed."""
    return BlobReader(source, unwrapped(key), aad, sealed_size)


def pieces(reader: BlobReader) -> Iterator[bytes]:
    """The plaintext in chunks, for a streamed answer."""
    reader.seek(0)
    while piece := reader.read(CHUNK):
        yield piece
