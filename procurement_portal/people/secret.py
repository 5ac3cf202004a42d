"""The secrets of second factors, kept as ciphertext under the vault's data key."""

from __future__ import annotations

import base64

from procurement_portal.vault.keys import Purpose, ring
from procurement_portal.vault.sealing import decrypt, encrypt

_USE = "people/second-factor"


def conceal(text: str) -> str:
    """The text as `key-id:base64` ciphertext."""
    master = ring().active(Purpose.DATA)
    sealed = encrypt(master.derive(_USE), text.encode(), _USE.encode())
    return f"{master.id}:{base64.b64encode(sealed).decode()}"


def disclose(sealed: str) -> str:
    """The text again. Raises SealBroken or KeysUnavailable."""
    key_id, _, body = sealed.partition(":")
    return decrypt(ring().get(key_id, Purpose.DATA).derive(_USE), base64.b64decode(body), _USE.encode()).decode()
