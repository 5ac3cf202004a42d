"""Signatures of the portal: receipts (public key published) and the head of history. Ed25519, RFC 8032, over the bytes as given."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from procurement_portal.vault.keys import MasterKey, Purpose, ring


def sign_receipt(message: bytes) -> str:
    """`key-id:base64` of the signature over these bytes by the active receipts key."""
    return _sign(message, ring().active(Purpose.RECEIPTS))


def sign_head(message: bytes) -> str:
    """The same by the active key for the head of history."""
    return _sign(message, ring().active(Purpose.HEAD))


def _sign(message: bytes, key: MasterKey) -> str:
    return f"{key.id}:{base64.b64encode(key.signer().sign(message)).decode()}"


def verify(message: bytes, signature: str, public_keys: Mapping[str, bytes]) -> bool:
    """Whether one of these keys (id → 32 bytes) made the signature over exactly these bytes. Never raises for bad input."""
    key_id, _, encoded = signature.partition(":")
    public = public_keys.get(key_id)
    if public is None:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(base64.b64decode(encoded, validate=True), message)
    except (InvalidSignature, ValueError):
        return False
    return True


def receipt_keys() -> dict[str, bytes]:
    """The public halves of all receipts keys, retired ones too: an old receipt stays verifiable."""
    return _public(Purpose.RECEIPTS)


def head_keys() -> dict[str, bytes]:
    """The public halves of all keys for the head of history."""
    return _public(Purpose.HEAD)


def _public(purpose: Purpose) -> dict[str, bytes]:
    return {k.id: k.signer().public_key().public_bytes(Encoding.Raw, PublicFormat.Raw) for k in ring().of(purpose)}


def verify_receipt_bytes(message: bytes, signature: str) -> bool:
    """Verify against the receipts keys of this portal."""
    return verify(message, signature, receipt_keys())


def published_keys() -> dict[str, Any]:
    """What `/receipts/public-key` answers: every receipts key with its id, raw and PEM public half, the active one marked."""
    return {
        "algorithm": "Ed25519",
        "signed": "the receipt as canonical JSON; docs/verify-a-receipt.md has the procedure",
        "keys": [
            {
                "id": key.id,
                "active": key.active,
                "made_on": key.made_on,
                "public_key": base64.b64encode(
                    key.signer().public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
                ).decode(),
                "pem": key.signer().public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode(),
            }
            for key in ring().of(Purpose.RECEIPTS)
        ],
    }
