"""A receipt cannot be changed unseen: the offline check, its canonical form, and 1,000 random alterations (G3)."""

from __future__ import annotations

import hashlib
import json
import random
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from solicitations.models.receipt import FORMAT, UnverifiedReceipt, canonical, check, digest, signed

SIGNER = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"a key for tests").digest())
KEYS = {"receipts-test": SIGNER.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)}
PLAN = b"%PDF-1.7 a plan"
ANSWER = {"part": "q-1", "title": "Describe a week, señor.", "value": "Each week begins."}


def make() -> bytes:
    receipt = {
        "format": FORMAT, "version": 1, "received_at": "2026-12-04T22:59:59.999999+00:00",
        "organization": {"id": 7, "name": "Alpha Youth Collective"}, "attestation": "I attest “all” of it.",
        "parts": [{"part": "q-1", "title": ANSWER["title"], "sha256": digest(ANSWER)}],
        "files": [{"part": "q-2", "name": "plan.pdf", "size": len(PLAN), "sha256": hashlib.sha256(PLAN).hexdigest()}],
    }  # fmt: skip
    import base64

    return signed(receipt, "receipts-test:" + base64.b64encode(SIGNER.sign(canonical(receipt))).decode())


def test_a_true_receipt_holds_with_a_newline_at_its_end_too() -> None:
    assert check(make(), KEYS).receipt["version"] == 1
    assert check(make() + b"\n", KEYS)


def test_each_of_a_thousand_random_alterations_is_found() -> None:
    dice, true, found = random.Random(20261122), make(), 0
    for _ in range(1000):
        data = bytearray(true)
        place = dice.randrange(len(data))
        kind = dice.randrange(4)
        if kind == 0:
            data[place] ^= 1 << dice.randrange(8)
        elif kind == 1:
            del data[place]
        elif kind == 2:
            data.insert(place, dice.randrange(256))
        else:
            other = dice.randrange(len(data))
            data[place], data[other] = data[other], data[place]
        if bytes(data) == true:
            data.append(0x20)
        with pytest.raises(UnverifiedReceipt):
            check(bytes(data), KEYS)
        found += 1
    assert found == 1000


def test_changed_content_signed_by_another_key_is_found() -> None:
    told = json.loads(make())
    told["receipt"]["version"] = 2
    other = Ed25519PrivateKey.generate()
    import base64

    told["signature"] = base64.b64encode(other.sign(canonical(told["receipt"]))).decode()
    with pytest.raises(UnverifiedReceipt, match="signature"):
        check(canonical(told), KEYS)
    told["key"] = "somebody"
    with pytest.raises(UnverifiedReceipt, match="not one of the published keys"):
        check(canonical(told), KEYS)


def test_files_and_answers_are_compared_by_hash_not_by_name(tmp_path: Path) -> None:
    (tmp_path / "renamed.pdf").write_bytes(PLAN)
    (tmp_path / "answers.json").write_bytes(canonical({"parts": [ANSWER]}))
    assert check(make(), KEYS, tmp_path).compared == ("plan.pdf", "answers.json (1 parts)")
    (tmp_path / "renamed.pdf").unlink()
    assert check(make(), KEYS, tmp_path).not_given == ("plan.pdf",)
    (tmp_path / "plan.pdf").write_bytes(PLAN + b" changed")
    with pytest.raises(UnverifiedReceipt, match="not the file that was submitted"):
        check(make(), KEYS, tmp_path)
    (tmp_path / "plan.pdf").write_bytes(PLAN)
    (tmp_path / "answers.json").write_bytes(canonical({"parts": [{**ANSWER, "value": "Other"}]}))
    with pytest.raises(UnverifiedReceipt, match="not the one that was submitted"):
        check(make(), KEYS, tmp_path)


@pytest.mark.parametrize("value", [1.5, {1: "x"}, {"x": b"bytes"}, {"x": object()}])
def test_a_receipt_holds_only_what_has_one_spelling(value: object) -> None:
    with pytest.raises(TypeError):
        canonical(value)


def test_the_procedure_in_the_documentation_finds_what_the_command_finds(tmp_path: Path) -> None:
    """The short program of docs/verify-a-receipt.md, run as it stands there."""
    import base64
    import re
    import subprocess
    import sys

    page = (Path(__file__).resolve().parents[3] / "docs" / "verify-a-receipt.md").read_text()
    program = re.search(r"```python\n(.*?)```", page, re.S)
    assert program
    published = {"keys": [{"id": k, "public_key": base64.b64encode(v).decode()} for k, v in KEYS.items()]}
    (tmp_path / "public-key.json").write_text(json.dumps(published))
    (tmp_path / "receipt.json").write_bytes(make())

    def run() -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", program[1]], cwd=tmp_path, capture_output=True, text=True, check=False
        )

    assert "The signature fits." in run().stdout
    (tmp_path / "receipt.json").write_bytes(make().replace(b"Alpha", b"Omega"))
    assert run().returncode != 0
