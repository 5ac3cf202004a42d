"""Sealing: AES-256-GCM under a data key, the data key wrapped by a strategy.

A sealing is bound to its key's context and to the caller's `aad`: what was sealed for one proposal, section or file opens
nowhere else. Strategies wrap the data keys; each has an id, stored in `DataKey.wrapping`:

- `master`: by the active master key `data`; rewrapped when that is rotated.
- `within`: by another data key, so that whoever holds a proposal's key holds the keys of its files, and nobody else.

**The seam for sealed proposals:** a strategy that wraps a proposal's key to its solicitation's public key (private half split
two of three among officers) registers itself with `register_wrapping("solicitation", …)` and moves a key with
`rewrap(key, "solicitation")` at submission. Nothing that seals or opens changes: `open_sealed` asks the strategy, which
raises `SealClosed` until the officers have opened.
"""

from __future__ import annotations

import os
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from procurement_portal.time.clock import now
from procurement_portal.vault.keys import Purpose, ring
from procurement_portal.vault.models import DataKey

NONCE_BYTES = 12  # NIST SP 800-38D
_VERSION = b"\x01"


class SealBroken(Exception):
    """What was sealed was changed, or belongs to another place, or the key is not its own. Says no more, on purpose."""


class SealClosed(Exception):
    """The key exists and may not be used yet: its strategy has not been given what opens it."""


class Wrapping(Protocol):
    """How a data key is kept. `bound` is the associated data that ties the key to its row's purpose and context."""

    def wrap(self, key: DataKey, plain: bytes, bound: bytes) -> bytes:
        """Return the wrapped key and set on `key` whatever finds the wrapper again (such as `master_id`)."""
        ...

    def unwrap(self, key: DataKey, bound: bytes) -> bytes:
        """The 32 bytes. Raises SealBroken or SealClosed."""
        ...


class _Master:
    def wrap(self, key: DataKey, plain: bytes, bound: bytes) -> bytes:
        master = ring().active(Purpose.DATA)
        key.master_id = master.id
        return encrypt(master.derive("wrap"), plain, bound)

    def unwrap(self, key: DataKey, bound: bytes) -> bytes:
        return decrypt(ring().get(key.master_id, Purpose.DATA).derive("wrap"), bytes(key.wrapped), bound)


class _Within:
    def wrap(self, key: DataKey, plain: bytes, bound: bytes) -> bytes:
        assert key.within is not None
        return encrypt(unwrapped(key.within), plain, bound)

    def unwrap(self, key: DataKey, bound: bytes) -> bytes:
        if key.within is None:
            raise SealBroken
        return decrypt(unwrapped(key.within), bytes(key.wrapped), bound)


_strategies: dict[str, Wrapping] = {"master": _Master(), "within": _Within()}


def register_wrapping(strategy_id: str, strategy: Wrapping) -> None:
    """Add a way of wrapping (at start-up, from an app's `ready`). Raises ValueError for an id taken by another."""
    if type(_strategies.get(strategy_id, strategy)) is not type(strategy):
        raise ValueError(f"two ways of wrapping are named {strategy_id}")
    _strategies[strategy_id] = strategy


def new_data_key(
    purpose: str, context: str, *, within: DataKey | None = None, wrapping: str = "", plain: bytes | None = None
) -> DataKey:
    """A stored fresh 256-bit key for this purpose and context, such as ("proposal", "solicitation:4 organization:7").

    `within` wraps it by another data key. `plain` takes 32 bytes already in use by `blobs.BlobWriter`; no one else gives it.
    """
    key = DataKey(
        purpose=purpose, context=context, within=within, wrapping=wrapping or ("within" if within else "master")
    )
    key.wrapped = _strategies[key.wrapping].wrap(key, plain or os.urandom(32), _bound(key))
    key.save(force_insert=True)
    return key


def seal(key: DataKey, plaintext: bytes, aad: str) -> bytes:
    """Seal bytes under a data key, bound to its context and to `aad` (such as "section:12"). Fresh nonce each time."""
    return encrypt(unwrapped(key), plaintext, _place(key, aad))


def open_sealed(key: DataKey, sealed: bytes | memoryview, aad: str) -> bytes:
    """Open what `seal` made with the same key and `aad`. Raises SealBroken (changed, elsewhere) or SealClosed (not yet)."""
    return decrypt(unwrapped(key), bytes(sealed), _place(key, aad))


def rewrap(key: DataKey, wrapping: str = "") -> None:
    """Wrap a key again, by another strategy or by the master key that is active now. What it sealed stays as it is.

    Runs inside the caller's transaction, which holds the row's lock.
    """
    plain = unwrapped(key)
    if wrapping and wrapping != key.wrapping:
        key.wrapping, key.within, key.master_id = wrapping, None, ""
    key.wrapped = _strategies[key.wrapping].wrap(key, plain, _bound(key))
    key.rewrapped_at = now()
    key.save(update_fields=["wrapped", "wrapping", "within", "master_id", "rewrapped_at"])


def unwrapped(key: DataKey) -> bytes:
    """The key itself, for this room and `blobs` alone; callers elsewhere seal and open."""
    return _strategies[key.wrapping].unwrap(key, _bound(key))


def encrypt(secret: bytes, plaintext: bytes, bound: bytes) -> bytes:
    """version ‖ nonce ‖ AES-256-GCM ciphertext and tag."""
    nonce = os.urandom(NONCE_BYTES)
    return _VERSION + nonce + AESGCM(secret).encrypt(nonce, plaintext, bound)


def decrypt(secret: bytes, sealed: bytes, bound: bytes) -> bytes:
    """The reverse of `encrypt`. Raises SealBroken."""
    if sealed[:1] != _VERSION or len(sealed) < 1 + NONCE_BYTES + 16:
        raise SealBroken
    try:
        return AESGCM(secret).decrypt(sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :], bound)
    except InvalidTag:
        raise SealBroken from None


def _bound(key: DataKey) -> bytes:
    return f"portal/key/v1\x00{key.purpose}\x00{key.context}".encode()


def _place(key: DataKey, aad: str) -> bytes:
    return f"portal/seal/v1\x00{key.purpose}\x00{key.context}\x00{aad}".encode()
