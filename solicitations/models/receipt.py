"""Submitted versions and their receipts, the receipt's canonical form, and its check without any database.

A receipt is a JSON object with three members: `receipt` (what was submitted, by hash), `signature` (Ed25519 over the
canonical bytes of `receipt`, base64) and `key` (the id of the public key). Canonical bytes: UTF-8 JSON, keys sorted, no
spaces, no escapes beyond those JSON requires (the form of RFC 8785 for objects, texts, whole numbers, true, false, null; a
receipt holds nothing else).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from procurement_portal.history.models import append_only
from procurement_portal.time.clock import PortalNow
from solicitations.models.submission import Submission

FORMAT = "procurement-portal/receipt/1"


class SubmittedVersion(models.Model):
    """One submitted version: the whole submission as ciphertext, and its signed receipt, also ciphertext.

    `token` makes a repeated click one submission. The first version has number 1; nothing here is ever changed.
    """

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    token = models.UUIDField()
    content = models.PositiveIntegerField()  # the working copy's content_version that was submitted
    snapshot = models.BinaryField()
    receipt = models.BinaryField()
    received_at = models.DateTimeField()  # decides whether it was in time
    recorded_at = models.DateTimeField(db_default=PortalNow(), editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")  # the signatory
    in_advance = models.BooleanField(default=False)  # submitted by the portal under a consent given in advance

    class Meta:
        verbose_name = _("submitted version")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["submission", "number"], name="submitted_version_number"),
            models.UniqueConstraint(fields=["submission", "token"], name="submitted_version_token"),
            models.CheckConstraint(name="submitted_version_from_one", condition=Q(number__gte=1)),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"Version {self.number} of {self.submission}"


class ReceiptPaper(models.Model):
    """The receipt as PDF, made in the background, as ciphertext under the submission's key."""

    version = models.OneToOneField(SubmittedVersion, models.PROTECT, related_name="paper")
    ciphertext = models.BinaryField()
    made_at = models.DateTimeField(db_default=PortalNow(), editable=False)

    class Meta:
        verbose_name = _("receipt on paper")

    def __str__(self) -> str:
        return f"Receipt of {self.version}"


class UnverifiedReceipt(Exception):
    """The receipt, or a file named in it, is not what was signed. The message says what does not agree."""


@dataclass(frozen=True)
class Checked:
    """A receipt whose signature holds: its content, and the names of listed files and parts that were compared."""

    receipt: dict[str, Any]
    compared: tuple[str, ...] = ()
    not_given: tuple[str, ...] = ()


def canonical(value: Any) -> bytes:
    """The one way to write a value as bytes. Raises TypeError for what a receipt cannot hold, such as a float."""
    _refuse_other_types(value)
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def _refuse_other_types(value: Any) -> None:
    if value is None or isinstance(value, (str, bool, int)):
        return
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if not isinstance(key, str):
                raise TypeError("keys are texts")
            _refuse_other_types(inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            _refuse_other_types(inner)
    else:
        raise TypeError(f"a receipt cannot hold {type(value).__name__}")


def digest(value: Any) -> str:
    """SHA-256 of the canonical bytes, in hexadecimal."""
    return hashlib.sha256(canonical(value)).hexdigest()


def signed(receipt: Mapping[str, Any], signature: str) -> bytes:
    """The receipt file: canonical bytes of the receipt, its signature and the key's id (`vault.signing.sign_receipt`)."""
    key_id, _, encoded = signature.partition(":")
    return canonical({"receipt": dict(receipt), "signature": encoded, "key": key_id})


def check(data: bytes, public_keys: Mapping[str, bytes], folder: Path | None = None) -> Checked:
    """Verify a receipt file offline.

    `public_keys` maps key ids to raw 32-byte Ed25519 public keys, `folder` holds the files (and `answers.json`) to compare.
    Returns what the receipt says and what was compared. Raises UnverifiedReceipt, saying what does not agree; a single
    changed byte of the file is one of those.
    """
    try:
        told = json.loads(data.decode("utf-8"), parse_float=_no_float)
    except (UnicodeDecodeError, ValueError) as error:
        raise UnverifiedReceipt(f"This is not a receipt file: {error}") from None
    if (
        not isinstance(told, dict)
        or set(told) != {"receipt", "signature", "key"}
        or not isinstance(told["receipt"], dict)
    ):
        raise UnverifiedReceipt("This is not a receipt file: it needs exactly receipt, signature and key.")
    try:
        same = canonical(told) == data.rstrip(b"\n")
    except (TypeError, ValueError, RecursionError):
        same = False
    if not same:
        raise UnverifiedReceipt("The file was changed: it is not written in the canonical form.")
    if told["receipt"].get("format") != FORMAT:
        raise UnverifiedReceipt(f"The receipt's format is not {FORMAT}.")
    raw = public_keys.get(told["key"]) if isinstance(told["key"], str) else None
    if raw is None:
        raise UnverifiedReceipt(
            f"The receipt names the key {told['key']!r}, which is not one of the published keys given."
        )
    try:
        signature = base64.b64decode(told["signature"], validate=True)
        if base64.b64encode(signature).decode("ascii") != told["signature"]:
            raise ValueError("not the canonical base64")
        Ed25519PublicKey.from_public_bytes(raw).verify(signature, canonical(told["receipt"]))
    except (InvalidSignature, binascii.Error, ValueError, TypeError):
        raise UnverifiedReceipt(
            "The signature does not fit: the receipt was changed or signed by somebody else."
        ) from None
    if folder is None:
        return Checked(told["receipt"])
    return _compare(told["receipt"], folder)


def _no_float(text: str) -> Any:
    raise ValueError(f"the number {text} is not whole")


def _compare(receipt: dict[str, Any], folder: Path) -> Checked:
    """Compare every listed file by hash, wherever it lies in the folder, and every answer of `answers.json`."""
    found = {hashlib.sha256(p.read_bytes()).hexdigest(): p for p in sorted(folder.rglob("*")) if p.is_file()}
    names = {p.name for p in found.values()}
    compared, not_given = [], []
    for file in receipt["files"]:
        if file["sha256"] in found:
            compared.append(file["name"])
        elif file["name"] in names:
            raise UnverifiedReceipt(f"{file['name']} is not the file that was submitted: its SHA-256 differs.")
        else:
            not_given.append(file["name"])
    answers = folder / "answers.json"
    if answers.is_file():
        parts = {p["part"]: p["sha256"] for p in receipt["parts"]}
        try:
            given = json.loads(answers.read_bytes())["parts"]
            hashes = {part["part"]: digest(part) for part in given}
        except (ValueError, KeyError, TypeError):
            raise UnverifiedReceipt("answers.json cannot be read as the answers of a submission.") from None
        for part, expected in parts.items():
            if hashes.get(part) != expected:
                raise UnverifiedReceipt(f"The answer {part} in answers.json is not the one that was submitted.")
        if set(hashes) - set(parts):
            raise UnverifiedReceipt("answers.json holds answers that were not submitted.")
        compared += [f"answers.json ({len(parts)} parts)"]
    return Checked(receipt, tuple(compared), tuple(not_given))
