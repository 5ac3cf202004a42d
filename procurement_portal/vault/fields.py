"""Secrets in columns: encrypted with a key id, found by a keyed blind index, shown masked.

A secret loads as `Secret`, whose text is its mask wherever it is printed, logged or put in a page; `open()` gives the plain
value and is called by `history.reveal.reveal` (step-up, reason, history entry) and by the few actions that compute with it.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from typing import Any

from django.db import models

from procurement_portal.vault.keys import Purpose, ring
from procurement_portal.vault.sealing import SealBroken, decrypt, encrypt

DOT = "•"
_VERSION = 1


def mask(value: str, shown: int = 4) -> str:
    """ "123-45-1234" → "•••-••-1234": letters and digits become dots but the last `shown`; short values wholly."""
    total = sum(c.isalnum() for c in value)
    hidden = total - shown if total > shown else total
    out = []
    for character in value:
        if character.isalnum() and hidden > 0:
            out.append(DOT)
            hidden -= 1
        else:
            out.append(character)
    return "".join(out)


class Secret:
    """A secret value; printed, it is its mask. Made with the plain text, or with a sealed column opened on demand."""

    __slots__ = ("_plain", "_place", "_sealed", "_shown")

    def __init__(self, plain: str | None = None, *, sealed: bytes = b"", place: str = "", shown: int = 4) -> None:
        self._plain, self._sealed, self._place, self._shown = plain, sealed, place, shown

    def open(self) -> str:
        """The plain value. Raises SealBroken if the column was changed or moved."""
        if self._plain is None:
            self._plain = _open(self._sealed, self._place)
        return self._plain

    @property
    def masked(self) -> str:
        """The mask, such as •••-••-1234."""
        return mask(self.open(), self._shown)

    def __str__(self) -> str:
        return self.masked

    def __repr__(self) -> str:
        return "<Secret>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and hmac.compare_digest(self.open().encode(), other.open().encode())

    def __hash__(self) -> int:
        return hash((Secret, self._place))

    def __bool__(self) -> bool:
        return bool(self._sealed) or bool(self._plain)

    def __reduce__(self) -> Any:
        raise TypeError("a secret is never pickled: it would reach a cache or a queue")


class EncryptedTextField(models.BinaryField):
    """A text column kept as AES-256-GCM ciphertext bound to its table and column. Cannot be searched; see `blind_index`."""

    description = "encrypted text"

    def __init__(self, *args: Any, shown: int = 4, **kwargs: Any) -> None:
        self.shown = shown  # characters a mask leaves readable
        kwargs["editable"] = kwargs.get("editable", False)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        """The mask is no matter of the table."""
        return super().deconstruct()

    @property
    def place(self) -> str:
        """What the ciphertext is bound to."""
        return f"{self.model._meta.db_table}.{self.column}"

    def get_lookup(self, lookup_name: str) -> Any:
        """Only IS NULL can be asked of ciphertext."""
        if lookup_name != "isnull":
            raise TypeError(f"{self.name} is encrypted: search by its blind index")
        return super().get_lookup(lookup_name)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Secret | None:
        """A Secret that opens on demand."""
        return None if value is None else Secret(sealed=bytes(value), place=self.place, shown=self.shown)

    def to_python(self, value: Any) -> Secret | None:
        """Text or Secret as a Secret."""
        if value is None or isinstance(value, Secret):
            return value
        return Secret(str(value), place=self.place, shown=self.shown)

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        """Seal text, or a Secret anew."""
        if value is None:
            return None
        plain = value.open() if isinstance(value, Secret) else str(value)
        return super().get_db_prep_value(_seal(plain, self.place), connection, prepared)

    def value_to_string(self, obj: models.Model) -> str:
        """Serializers never get the value."""
        raise TypeError(f"{self.name} is not serialized")


def _seal(plain: str, place: str) -> bytes:
    master = ring().active(Purpose.DATA)
    key_id = master.id.encode()
    return (
        bytes([_VERSION, len(key_id)])
        + key_id
        + encrypt(master.derive(f"field/{place}"), plain.encode(), place.encode())
    )


def _open(sealed: bytes, place: str) -> str:
    if len(sealed) < 2 or sealed[0] != _VERSION:
        raise SealBroken
    end = 2 + sealed[1]
    master = ring().get(sealed[2:end].decode(errors="replace"), Purpose.DATA)
    return decrypt(master.derive(f"field/{place}"), sealed[end:], place.encode()).decode()


def blind_index(value: str, purpose: str) -> str:
    """What to store beside an encrypted value to find it by: `key-id:HMAC` of it without spaces, dashes and case.

    The same value under another purpose ("ein", "ssn") gives another index, so that columns cannot be joined.
    """
    return _index(value, purpose, ring().active(Purpose.INDEX).id)


def blind_indexes(value: str, purpose: str) -> list[str]:
    """What to look for: the index under every index key, retired ones too (`column__in=blind_indexes(…)`)."""
    return [_index(value, purpose, key.id) for key in ring().of(Purpose.INDEX)]


def _index(value: str, purpose: str, key_id: str) -> str:
    plain = re.sub(r"[\W_]+", "", value).casefold()
    key = ring().get(key_id, Purpose.INDEX).derive(purpose)
    return f"{key_id}:{hmac.new(key, plain.encode(), hashlib.sha256).hexdigest()}"
