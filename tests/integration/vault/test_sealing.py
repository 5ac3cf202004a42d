"""Sealing: opens in its own place, untouched, and nowhere else; secrets in columns show their mask."""

from __future__ import annotations

import io
import pickle

import pytest
from django.db import connection, models
from django.test import override_settings

from procurement_portal.vault import blobs, fields, keys, sealing
from procurement_portal.vault.models import DataKey
from procurement_portal.vault.sealing import SealBroken, SealClosed, new_data_key, open_sealed, seal

pytestmark = pytest.mark.django_db
TEXT = b"Answer with a canary: zebra-quartz-17"


def test_what_was_sealed_opens_with_its_key_and_place() -> None:
    key = new_data_key("proposal", "solicitation:1 organization:2")
    assert open_sealed(DataKey.objects.get(pk=key.pk), seal(key, TEXT, "section:1"), "section:1") == TEXT


def test_it_does_not_open_under_another_aad_key_context_or_purpose() -> None:
    key, other = new_data_key("proposal", "one"), new_data_key("proposal", "two")
    sealed = seal(key, TEXT, "section:1")
    moved = DataKey.objects.get(pk=key.pk)
    moved.context = "two"
    renamed = DataKey.objects.get(pk=key.pk)
    renamed.purpose = "file"
    for wrong, aad in ((key, "section:2"), (other, "section:1"), (moved, "section:1"), (renamed, "section:1")):
        with pytest.raises(SealBroken):
            open_sealed(wrong, sealed, aad)


def test_every_changed_byte_is_noticed() -> None:
    key = new_data_key("proposal", "one")
    sealed = seal(key, b"short", "a")
    for at in range(len(sealed)):
        changed = bytearray(sealed)
        changed[at] ^= 1
        with pytest.raises(SealBroken):
            open_sealed(key, bytes(changed), "a")
    for cut in (0, 1, 12, len(sealed) - 1):
        with pytest.raises(SealBroken):
            open_sealed(key, sealed[:cut], "a")


def test_the_same_text_is_never_sealed_twice_alike() -> None:
    key = new_data_key("proposal", "one")
    assert len({seal(key, TEXT, "a") for _ in range(50)}) == 50


def test_the_database_holds_no_key_and_no_text() -> None:
    key = new_data_key("proposal", "one")
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(k)::text FROM vault_datakey k")
        dump = "".join(row[0] for row in cursor.fetchall())
    secrets = [k.secret for k in keys.ring().keys] + [sealing.unwrapped(key)]
    assert not any(s.hex() in dump for s in secrets)


def test_a_key_within_another_opens_through_it_and_not_without_it() -> None:
    outer = new_data_key("proposal", "one")
    inner = new_data_key("file", "two", within=outer)
    sealed = seal(inner, TEXT, "a")
    assert open_sealed(DataKey.objects.get(pk=inner.pk), sealed, "a") == TEXT
    outer.wrapped = new_data_key("proposal", "one").wrapped
    outer.save()
    with pytest.raises(SealBroken):
        open_sealed(DataKey.objects.get(pk=inner.pk), sealed, "a")


class _TwoOfThree:
    """A stand-in for the officers' key: it can wrap at once and unwrap only when two shares were given."""

    shares = 0

    def wrap(self, key: DataKey, plain: bytes, bound: bytes) -> bytes:
        return sealing.encrypt(b"o" * 32, plain, bound)

    def unwrap(self, key: DataKey, bound: bytes) -> bytes:
        if self.shares < 2:
            raise SealClosed
        return sealing.decrypt(b"o" * 32, bytes(key.wrapped), bound)


def test_a_strategy_of_an_app_above_can_close_a_proposal_and_all_its_files_until_it_is_opened(monkeypatch) -> None:
    monkeypatch.setattr(sealing, "_strategies", dict(sealing._strategies))
    officers = _TwoOfThree()
    sealing.register_wrapping("test_officers", officers)
    proposal = new_data_key("proposal", "one")
    file = new_data_key("file", "two", within=proposal)
    answer, inside = seal(proposal, TEXT, "a"), seal(file, TEXT, "f")
    sealing.rewrap(proposal, "test_officers")
    for key, text, aad in ((proposal, answer, "a"), (file, inside, "f")):
        with pytest.raises(SealClosed):
            open_sealed(DataKey.objects.get(pk=key.pk), text, aad)
    officers.shares = 2
    for key, text, aad in ((proposal, answer, "a"), (file, inside, "f")):
        assert open_sealed(DataKey.objects.get(pk=key.pk), text, aad) == TEXT


@pytest.mark.parametrize(
    "size", [0, 1, blobs.CHUNK - 1, blobs.CHUNK, blobs.CHUNK + 1, 3 * blobs.CHUNK, 3 * blobs.CHUNK + 7]
)
def test_a_blob_of_any_size_comes_back_whole_and_from_any_place(size: int) -> None:
    plain = bytes(i * 31 % 251 for i in range(size))
    out = io.BytesIO()
    writer = blobs.BlobWriter(out, "file:x")
    for start in range(0, size, 100_000):
        writer.write(plain[start : start + 100_000])
    writer.finish()
    key = new_data_key("file", "x", plain=writer.secret)
    reader = blobs.open_blob(key, out, "file:x", len(out.getvalue()))
    assert reader.size == size and reader.read() == plain
    reader.seek(-min(size, 10), io.SEEK_END)
    assert reader.read() == plain[-10:]


def _blob(chunks: int) -> tuple[bytes, bytes]:
    out = io.BytesIO()
    writer = blobs.BlobWriter(out, "file:x")
    writer.write(b"z" * (blobs.CHUNK * chunks - 5))
    writer.finish()
    return out.getvalue(), writer.secret


@pytest.mark.parametrize(
    "fault", ["changed", "cut at a chunk", "cut", "chunks exchanged", "chunk repeated", "another place"]
)
def test_a_blob_whose_chunks_were_touched_does_not_open(fault: str) -> None:
    data, secret = _blob(3)
    head, step = 11, blobs.CHUNK + 16
    one, two, three = data[head : head + step], data[head + step : head + 2 * step], data[head + 2 * step :]
    aad = "file:y" if fault == "another place" else "file:x"
    touched = {
        "changed": data[:500] + bytes([data[500] ^ 1]) + data[501:],
        "cut at a chunk": data[:head] + one + two,
        "cut": data[:-3],
        "chunks exchanged": data[:head] + two + one + three,
        "chunk repeated": data[:head] + one + two + two + three,
        "another place": data,
    }[fault]
    with pytest.raises(SealBroken):
        blobs.BlobReader(io.BytesIO(touched), secret, aad, len(touched)).read()


class Holder(models.Model):
    """A table of this test alone; never created, its field is asked directly."""

    ssn = fields.EncryptedTextField(null=True)
    ein = fields.EncryptedTextField(null=True)

    class Meta:
        app_label = "vault"
        managed = False
        db_table = "test_holder"


def _stored(value: str, name: str = "ssn") -> bytes:
    return bytes(Holder._meta.get_field(name).get_db_prep_value(value, connection).adapted)


def test_an_encrypted_column_loads_as_a_secret_that_shows_only_its_mask() -> None:
    field = Holder._meta.get_field("ssn")
    secret = field.from_db_value(_stored("123-45-6789"), None, connection)
    assert b"6789" not in _stored("123-45-6789")
    assert (str(secret), f"{secret}", repr(secret)) == ("•••-••-6789", "•••-••-6789", "<Secret>")
    assert secret.open() == "123-45-6789"
    with pytest.raises(TypeError):
        pickle.dumps(secret)


def test_a_ciphertext_moved_to_another_column_does_not_open() -> None:
    with pytest.raises(SealBroken):
        Holder._meta.get_field("ein").from_db_value(_stored("123456789"), None, connection).open()


def test_an_encrypted_column_cannot_be_searched() -> None:
    with pytest.raises(TypeError, match="blind index"):
        str(Holder.objects.filter(ssn="123-45-6789").query)


@pytest.mark.parametrize(
    ("value", "shown"), [("123-45-6789", "•••-••-6789"), ("36-1234567", "••-•••4567"), ("123", "•••"), ("", "")]
)
def test_a_mask_leaves_the_last_four(value: str, shown: str) -> None:
    assert fields.mask(value) == shown


def test_the_blind_index_finds_the_same_value_however_it_is_written_and_only_for_its_purpose(tmp_path) -> None:
    place = tmp_path / "keys.json"
    keys.create(place)
    with override_settings(VAULT_KEYS=str(place)):
        index = fields.blind_index("36-1234567", "ein")
        assert fields.blind_index(" 361234567 ", "ein") == index
        assert fields.blind_index("36-1234567", "ssn") != index
        assert fields.blind_index("36-1234568", "ein") != index
        assert "1234567" not in index
        keys.rotate(keys.Purpose.INDEX)
        assert fields.blind_index("36-1234567", "ein") != index
        assert index in fields.blind_indexes("36-1234567", "ein")
