"""The master keys: read from one file outside the database, separate by purpose, each with an id, rotated by adding.

The file is JSON: `{"version": 1, "keys": [{"id", "purpose", "secret", "made_on", "active"}]}`; `secret` is base64 of 32
bytes. Production names it in `PORTAL_VAULT_KEYS`; embedded mode makes one at first use in the state folder. Nothing here
ever puts a secret into a repr, a message or a log.
"""

from __future__ import annotations

import base64
import json
import os
import secrets
import stat
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from procurement_portal.time.clock import today


class Purpose(StrEnum):
    """What a master key is for. A key of one purpose is never used for another."""

    DATA = "data"  # wraps data keys, encrypts fields
    INDEX = "index"  # blind indexes
    RECEIPTS = "receipts"  # Ed25519, signs receipts; its public half is published
    HEAD = "head"  # Ed25519, signs the head of history


class KeysUnavailable(Exception):
    """The key file is missing, unreadable or lacks a key; the message names the file and the id, never a secret."""


@dataclass(frozen=True)
class MasterKey:
    """One master key. `secret` (32 bytes) is left out of every representation."""

    id: str
    purpose: Purpose
    made_on: str
    active: bool
    secret: bytes = field(repr=False)

    def derive(self, use: str) -> bytes:
        """A 256-bit key for one use (HKDF-SHA256, RFC 5869), so that no two uses share key bytes."""
        return HKDF(algorithm=SHA256(), length=32, salt=None, info=f"portal/{self.purpose}/{use}".encode()).derive(
            self.secret
        )

    def signer(self) -> Ed25519PrivateKey:
        """The Ed25519 private key of a signing purpose (RFC 8032)."""
        return Ed25519PrivateKey.from_private_bytes(self.secret)

    def __reduce__(self) -> Any:
        raise TypeError("a master key is never pickled")


@dataclass(frozen=True)
class KeyRing:
    """Every master key of the file."""

    keys: tuple[MasterKey, ...]

    def active(self, purpose: Purpose) -> MasterKey:
        """The one key new things are made with. Raises KeysUnavailable."""
        for key in self.keys:
            if key.purpose == purpose and key.active:
                return key
        raise KeysUnavailable(f"the key file has no active key for {purpose}")

    def of(self, purpose: Purpose) -> tuple[MasterKey, ...]:
        """All keys of a purpose, the active one first."""
        return tuple(sorted((k for k in self.keys if k.purpose == purpose), key=lambda k: not k.active))

    def get(self, key_id: str, purpose: Purpose) -> MasterKey:
        """The key with this id, if it is for this purpose. Raises KeysUnavailable."""
        for key in self.keys:
            if key.id == key_id and key.purpose == purpose:
                return key
        raise KeysUnavailable(f"the key file has no {purpose} key {key_id!r}")


_read: dict[Path, tuple[tuple[int, int, int], KeyRing]] = {}


def path() -> Path:
    """Where the key file is: `PORTAL_VAULT_KEYS`, or the state folder in embedded mode."""
    if settings.VAULT_KEYS:
        return Path(settings.VAULT_KEYS)
    if settings.EMBEDDED or settings.DEBUG:
        return Path(settings.STATE_DIR) / "vault-keys.json"
    raise ImproperlyConfigured("PORTAL_VAULT_KEYS is not set: it names the file of the master keys")


def ring() -> KeyRing:
    """The master keys, read again whenever the file was replaced. Raises KeysUnavailable."""
    place = path()
    try:
        stamp = _stamp(place)
    except FileNotFoundError:
        if settings.VAULT_KEYS and not settings.EMBEDDED:
            raise KeysUnavailable(f"the key file {place} is missing; restore it, never make a new one") from None
        create(place)
        stamp = _stamp(place)
    known = _read.get(place)
    if known and known[0] == stamp:
        return known[1]
    found = load(place)
    _read[place] = (stamp, found)
    return found


def _stamp(place: Path) -> tuple[int, int, int]:
    about = place.stat()
    if about.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise KeysUnavailable(f"others than its owner can write the key file {place}; change its mode to 0600")
    return about.st_ino, about.st_mtime_ns, about.st_size


def load(place: Path) -> KeyRing:
    """Read and check a key file. Raises KeysUnavailable for one that is damaged, saying where, never what."""
    try:
        rows = json.loads(place.read_text())["keys"]
        keys = tuple(
            MasterKey(
                id=str(row["id"]), purpose=Purpose(row["purpose"]), made_on=str(row["made_on"]),
                active=bool(row["active"]), secret=base64.b64decode(row["secret"], validate=True),
            )
            for row in rows
        )  # fmt: skip
    except Exception:
        # The error's own text may quote the line that holds a secret, so it is not chained.
        raise KeysUnavailable(f"the key file {place} cannot be read") from None
    if len({k.id for k in keys}) != len(keys) or any(len(k.secret) != 32 for k in keys):
        raise KeysUnavailable(f"the key file {place} holds two keys of one id or a key of a wrong length")
    for purpose in Purpose:
        if sum(k.active for k in keys if k.purpose == purpose) != 1:
            raise KeysUnavailable(f"the key file {place} does not hold exactly one active key for {purpose}")
    return KeyRing(keys)


def new_key(purpose: Purpose, made_on: str) -> MasterKey:
    """A fresh active key of this purpose from the system's random source."""
    return MasterKey(f"{purpose}-{secrets.token_hex(4)}", purpose, made_on, True, secrets.token_bytes(32))


def create(place: Path, made_on: str = "") -> KeyRing:
    """Make a key file with one key per purpose, readable by its owner alone; if another process was first, take its file."""
    fresh = KeyRing(tuple(new_key(purpose, made_on or "first start") for purpose in Purpose))
    temporary = _write_beside(place, fresh)
    try:
        os.link(temporary, place)  # fails if the file is there: the first process wins, whole
    except FileExistsError:
        pass
    finally:
        temporary.unlink()
    return load(place)


def rotate(purpose: Purpose, place: Path | None = None) -> MasterKey:
    """Add a fresh key of this purpose and make it the active one; older ones stay, to open what they sealed."""
    place = place or path()
    fresh = new_key(purpose, today().isoformat())
    kept = tuple(replace(k, active=False) if k.purpose == purpose else k for k in load(place).keys)
    temporary = _write_beside(place, KeyRing((*kept, fresh)))
    temporary.replace(place)
    _flush_folder(place.parent)
    return fresh


def _write_beside(place: Path, keys: KeyRing) -> Path:
    place.parent.mkdir(parents=True, exist_ok=True)
    temporary = place.with_name(f".{place.name}.{os.getpid()}.{secrets.token_hex(4)}")
    rows = [
        {
            "id": k.id, "purpose": str(k.purpose), "made_on": k.made_on, "active": k.active,
            "secret": base64.b64encode(k.secret).decode(),
        }
        for k in keys.keys
    ]  # fmt: skip
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as out:
        json.dump({"version": 1, "keys": rows}, out, indent=1)
        out.flush()
        os.fsync(out.fileno())
    return temporary


def _flush_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
