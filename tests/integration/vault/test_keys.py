"""The master keys: one file, made once whatever happens, rotated by adding, never shown."""

from __future__ import annotations

import json
import multiprocessing
import pickle
import stat
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import override_settings

from procurement_portal.vault import keys, signing
from procurement_portal.vault.keys import KeysUnavailable, Purpose
from procurement_portal.vault.models import DataKey
from procurement_portal.vault.sealing import new_data_key, open_sealed, seal

pytestmark = pytest.mark.django_db


@pytest.fixture
def key_file(tmp_path: Path):
    place = tmp_path / "keys.json"
    keys.create(place)
    with override_settings(VAULT_KEYS=str(place)):
        yield place


def _make(place: str, start, found) -> None:
    start.wait()
    found.put(sorted(k.id for k in keys.create(Path(place)).keys))


def test_several_processes_that_make_the_key_file_at_once_end_with_the_same_keys(tmp_path: Path) -> None:
    fork = multiprocessing.get_context("fork")
    place, start, found = tmp_path / "state" / "keys.json", fork.Barrier(4), fork.Queue()
    makers = [fork.Process(target=_make, args=(str(place), start, found)) for _ in range(4)]
    for maker in makers:
        maker.start()
    seen = [found.get(timeout=30) for _ in makers]
    for maker in makers:
        maker.join(30)
    assert all(ids == seen[0] for ids in seen) and len(seen[0]) == len(Purpose)
    assert [p.name for p in place.parent.iterdir()] == ["keys.json"]
    assert stat.S_IMODE(place.stat().st_mode) == 0o600


def test_a_secret_is_in_no_representation_and_is_never_pickled(key_file: Path) -> None:
    ring = keys.ring()
    for key in ring.keys:
        assert repr(key.secret)[2:-1] not in repr(ring) and key.secret.hex() not in repr(ring)
        with pytest.raises(TypeError):
            pickle.dumps(key)


@pytest.mark.parametrize(
    "damage", ["{", '{"keys": []}', '{"keys": [{"id": "x", "purpose": "data", "secret": "c2VjcmV0"}]}']
)
def test_a_damaged_key_file_is_refused_without_quoting_it(key_file: Path, damage: str) -> None:
    key_file.write_text(damage)
    with pytest.raises(KeysUnavailable) as refused:
        keys.ring()
    assert "c2VjcmV0" not in str(refused.value) and str(key_file) in str(refused.value)


def test_a_key_file_that_others_can_write_is_refused(key_file: Path) -> None:
    key_file.chmod(0o622)
    with pytest.raises(KeysUnavailable, match="0600"):
        keys.ring()


@override_settings(VAULT_KEYS="/nowhere/keys.json", EMBEDDED=False)
def test_production_never_makes_a_new_key_file_in_silence() -> None:
    with pytest.raises(KeysUnavailable, match="restore it"):
        keys.ring()


def test_rotation_adds_a_key_and_what_the_old_one_sealed_still_opens(key_file: Path) -> None:
    before = new_data_key("proposal", "a")
    sealed = seal(before, b"words", "section:1")
    old = keys.ring().active(Purpose.DATA)
    fresh = keys.rotate(Purpose.DATA)
    assert keys.ring().active(Purpose.DATA).id == fresh.id != old.id
    assert open_sealed(DataKey.objects.get(pk=before.pk), sealed, "section:1") == b"words"
    assert new_data_key("proposal", "b").master_id == fresh.id


def test_rewrap_moves_every_data_key_to_the_active_master_key(key_file: Path, capsys) -> None:
    made = [new_data_key("proposal", str(number)) for number in range(5)]
    inside = new_data_key("file", "f", within=made[0])
    sealed = [seal(key, b"x", "place") for key in (*made, inside)]
    call_command("vault_keys", "rotate", "data")
    call_command("vault_keys", "rewrap")
    active = keys.ring().active(Purpose.DATA).id
    assert set(DataKey.objects.filter(wrapping="master").values_list("master_id", flat=True)) == {active}
    # The retired key may now be taken out of the file.
    left = json.loads(key_file.read_text())
    left["keys"] = [k for k in left["keys"] if k["purpose"] != "data" or k["active"]]
    key_file.write_text(json.dumps(left))
    for key, text in zip((*made, inside), sealed, strict=True):
        assert open_sealed(DataKey.objects.select_related("within").get(pk=key.pk), text, "place") == b"x"
    told = capsys.readouterr().out
    assert "5 data keys rewrapped" in told
    assert not any(k["secret"] in told for k in left["keys"])


def test_a_receipt_signed_before_a_rotation_verifies_after_it(key_file: Path) -> None:
    signed = signing.sign_receipt(b"receipt")
    keys.rotate(Purpose.RECEIPTS)
    again = signing.sign_receipt(b"receipt")
    assert signing.verify_receipt_bytes(b"receipt", signed) and signing.verify_receipt_bytes(b"receipt", again)
    assert signed.partition(":")[0] != again.partition(":")[0]
    assert [k["active"] for k in signing.published_keys()["keys"]] == [True, False]


def test_a_signature_holds_for_its_bytes_and_its_purpose_only(key_file: Path) -> None:
    signed = signing.sign_receipt(b"receipt")
    key_id, _, text = signed.partition(":")
    assert not signing.verify_receipt_bytes(b"Receipt", signed)
    assert not signing.verify_receipt_bytes(b"receipt", f"{key_id}:{text[:-4]}AAA=")
    assert not signing.verify_receipt_bytes(b"receipt", signing.sign_head(b"receipt"))
    assert not signing.verify_receipt_bytes(b"receipt", "nonsense")
