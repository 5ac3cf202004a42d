"""Files arrive sealed, once, checked, with the time of their last byte; nobody is served what was not scanned."""

from __future__ import annotations

import hashlib
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import override_settings

from procurement_portal.documents import actions as files
from procurement_portal.documents import events as document_events
from procurement_portal.documents import storage
from procurement_portal.documents.limits import MOST_BYTES
from procurement_portal.documents.models import File
from procurement_portal.documents.scanner import ScannerUnavailable
from procurement_portal.documents.uploads import SealedUpload, incoming, tidy
from procurement_portal.history.models import Entry
from procurement_portal.notifications.models.delivery import Delivery
from procurement_portal.outbox import intents
from procurement_portal.outbox.models import Intent
from procurement_portal.time.clock import now
from procurement_portal.vault import keys
from procurement_portal.vault.sealing import SealBroken, new_data_key
from procurement_portal.web.refusal import Conflict, Invalid
from tests.cast import Cast
from tests.factories.documents import pdf, received

pytestmark = pytest.mark.django_db
CANARY = "zebra-quartz-17"


def test_a_file_is_kept_as_it_came_and_its_facts_are_read_from_its_content(cast: Cast) -> None:
    content = pdf("Good standing")
    before = now()
    file = files.receive(
        cast.ben.actor, SimpleUploadedFile("c:\\papers\\Good standing.pdf", content, "text/html"), name=""
    )
    again = File.objects.get(pk=file.pk)
    assert (again.name, again.content_type, again.size) == ("Good standing.pdf", "application/pdf", len(content))
    assert again.sha256 == hashlib.sha256(content).hexdigest()
    assert before <= again.received_at <= now()
    assert again.state == "held" and again.organization_id == cast.alpha.pk
    with storage.reading(again) as source:
        assert source.read() == content


def test_neither_content_nor_name_lies_in_the_clear_on_disk_or_in_the_database(cast: Cast) -> None:
    file = files.receive(cast.ben.actor, f"{CANARY} inside".encode() * 50_000, name=f"{CANARY}.txt")
    stored = Path(default_storage.path(file.storage_key)).read_bytes()
    assert len(stored) > 900_000 and CANARY.encode() not in stored
    with connection.cursor() as cursor:
        for table in ("documents_file", "vault_datakey", "history_entry", "outbox_intent"):
            cursor.execute(f"SELECT row_to_json(t)::text FROM {table} t")
            dump = "".join(row[0] for row in cursor.fetchall())
            assert CANARY not in dump and file.sha256 not in dump and CANARY.encode().hex() not in dump
    assert CANARY not in str(file) and CANARY not in repr(file)
    assert list(incoming().iterdir()) == []


def test_a_changed_ciphertext_is_noticed_when_read(cast: Cast) -> None:
    file = received(cast.ben.actor)
    place = Path(default_storage.path(file.storage_key))
    place.chmod(0o600)
    data = bytearray(place.read_bytes())
    data[100] ^= 1
    place.write_bytes(data)
    with pytest.raises(SealBroken):
        list(storage.pieces(file))


def test_a_file_within_a_proposals_key_opens_with_that_key_alone(cast: Cast) -> None:
    key = new_data_key("proposal", "solicitation:1 organization:2")
    file = received(cast.ben.actor, within=key)
    fresh = File.objects.get(pk=file.pk)
    assert fresh.data_key.within_id == key.pk and fresh.name == "certificate.pdf"
    key.wrapped = new_data_key("proposal", "other").wrapped
    key.save()
    with pytest.raises(SealBroken):
        storage.reading(File.objects.get(pk=file.pk))


def test_the_same_upload_sent_twice_is_one_file_and_another_content_is_a_conflict(cast: Cast) -> None:
    content = pdf("once")
    first = files.receive(cast.ben.actor, content, name="a.pdf", token="t-1")
    assert files.receive(cast.ben.actor, content, name="a.pdf", token="t-1").pk == first.pk
    with pytest.raises(Conflict):
        files.receive(cast.ben.actor, pdf("twice"), name="a.pdf", token="t-1")
    assert files.receive(cast.bea.actor, content, name="a.pdf", token="t-1").pk != first.pk
    assert File.objects.count() == 2 == Intent.objects.filter(task="documents.scan").count()


@pytest.mark.django_db(transaction=True)
def test_the_same_upload_sent_twice_at_once_is_one_file(cast: Cast) -> None:
    content, start, got = pdf("race"), threading.Barrier(3), []

    def send() -> None:
        start.wait()
        try:
            got.append(files.receive(cast.ben.actor, content, name="a.pdf", token="race").pk)
        finally:
            connection.close()

    senders = [threading.Thread(target=send) for _ in range(3)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    assert len(got) == 3 and len(set(got)) == 1 and File.objects.count() == 1
    assert len([p for p in Path(default_storage.path("")).rglob("*") if p.is_file()]) >= 1


def test_a_refused_content_leaves_nothing_behind(cast: Cast) -> None:
    with pytest.raises(Invalid) as refused:
        files.receive(cast.ben.actor, b"MZ\x90\x00" + b"\0" * 200, name="budget.pdf", field="w9")
    assert list(refused.value.problems) == ["w9"]
    assert File.objects.count() == 0 and Intent.objects.count() == 0 and list(incoming().iterdir()) == []


def test_an_act_that_fails_after_storing_leaves_no_ciphertext(cast: Cast, monkeypatch) -> None:
    kept: list[str] = []
    monkeypatch.setattr(files, "record", lambda *a, **k: (_ for _ in ()).throw(RuntimeError("power")))
    monkeypatch.setattr(files.storage, "keep", lambda u, real=storage.keep: (kept.append(u.storage_key), real(u)))
    with pytest.raises(RuntimeError, match="power"):
        files.receive(cast.ben.actor, pdf(), name="a.pdf")
    assert kept and not default_storage.exists(kept[0])


def test_what_an_interrupted_upload_left_is_deleted_after_a_day(cast: Cast, move_clock) -> None:
    left = incoming() / "left"
    left.write_bytes(b"ciphertext")
    assert tidy() == 0 and left.exists()
    move_clock(by=timedelta(hours=25))
    assert tidy() == 1 and not left.exists()


def test_an_upload_past_the_limit_is_counted_but_not_kept(cast: Cast) -> None:
    upload = SealedUpload("large.txt")
    for _ in range(27):
        upload.take(b"x" * 1_000_000)
    upload.complete()
    assert upload.size == 27_000_000 and upload.place.stat().st_size == 0
    with pytest.raises(Invalid, match="27.0 MB; the limit is 25.0 MB"):
        files.receive(cast.ben.actor, upload, name="large.txt")
    assert MOST_BYTES == 25_000_000 and not upload.place.exists()


def test_the_time_of_receipt_is_the_last_byte_and_never_waits_for_the_scan(cast: Cast, move_clock) -> None:
    file = received(cast.ben.actor, released=False)
    arrived_at = file.received_at
    move_clock(by=timedelta(hours=3))
    files.scan(file.pk)
    file.refresh_from_db()
    assert file.received_at == arrived_at and file.state_at - arrived_at > timedelta(hours=2)


def test_without_a_scanner_content_checks_release_labeled_so_and_only_in_embedded_mode(cast: Cast) -> None:
    file = received(cast.ben.actor)
    assert (file.state, file.scanned_by) == ("released", "content checks alone")
    with override_settings(EMBEDDED=False, VAULT_KEYS=str(keys.path())), pytest.raises(ScannerUnavailable):
        received(cast.ben.actor, name="b.pdf")
    assert settings.SCANNER == ""


@contextmanager
def clamd(answer: bytes) -> Iterator[tuple[str, list[bytes]]]:
    """A scanner that speaks INSTREAM and gives one answer; collects what it was sent."""
    server, got = socket.create_server(("127.0.0.1", 0)), [b""]

    def exactly(line: socket.socket, count: int) -> bytes:
        data = b""
        while len(data) < count:
            more = line.recv(count - len(data))
            if not more:
                raise OSError("cut")
            data += more
        return data

    def serve() -> None:
        line, _ = server.accept()
        with line:
            assert exactly(line, 10) == b"zINSTREAM\0"
            while length := struct.unpack(">I", exactly(line, 4))[0]:
                got[0] += exactly(line, length)
            line.sendall(answer)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"clamd://127.0.0.1:{server.getsockname()[1]}", got
    finally:
        thread.join(5)
        server.close()


def test_the_scanner_gets_every_byte_and_its_ok_releases(cast: Cast) -> None:
    content = pdf("clean", pages=3)
    file = received(cast.ben.actor, content=content, released=False)
    production = {"EMBEDDED": False, "VAULT_KEYS": str(keys.path())}
    with clamd(b"stream: OK\0") as (address, got), override_settings(SCANNER=address, **production):
        files.scan(file.pk)
    file.refresh_from_db()
    assert got[0] == content and (file.state, file.scanned_by) == ("released", "clamd")


def test_the_owner_of_a_refused_file_is_written_to_in_the_same_transaction(cast: Cast) -> None:
    file = received(cast.ben.actor, released=False)
    with clamd(b"stream: Win.Test FOUND\0") as (address, _), override_settings(SCANNER=address):
        files.scan(file.pk)
    told = Delivery.objects.filter(kind="documents.file_refused")
    assert {d.user_id for d in told} == {cast.ben.user.pk} and {d.channel for d in told} == {"mail", "portal"}
    assert "certificate.pdf" not in told[0].body and "virus scan" in told[0].body


def test_what_the_scanner_finds_is_refused_and_its_owner_told_in_the_same_transaction(cast: Cast, monkeypatch) -> None:
    told: list[object] = []
    monkeypatch.setattr(files.events, "publish", told.append)
    file = received(cast.ben.actor, released=False)
    with clamd(b"stream: Win.Test.EICAR_HDB-1 FOUND\0") as (address, _), override_settings(SCANNER=address):
        files.scan(file.pk)
        files.scan(file.pk)  # again: nothing more happens
    file.refresh_from_db()
    assert file.state == "refused" and "virus scan" in file.state_reason
    assert [type(event) for event in told] == [document_events.FileRefused]
    assert told[0].user_id == cast.ben.user.pk and told[0].organization_id == cast.alpha.pk
    assert Entry.objects.filter(act="file.refuse", subject_id=str(file.pk)).count() == 1


@pytest.mark.parametrize("answer", [b"INSTREAM size limit exceeded. ERROR\0", b"", b"stream: maybe\0"])
def test_a_scanner_that_does_not_decide_leaves_the_file_held_and_is_asked_again(cast: Cast, answer: bytes) -> None:
    file = received(cast.ben.actor, released=False)
    with clamd(answer) as (address, _), override_settings(SCANNER=address), pytest.raises(ScannerUnavailable):
        files.scan(file.pk)
    file.refresh_from_db()
    assert file.state == "held"


@override_settings(SCANNER="clamd://127.0.0.1:9")
def test_a_scanner_out_of_reach_counts_as_a_failed_attempt_of_the_intent(cast: Cast) -> None:
    file = received(cast.ben.actor, released=False)
    intent = Intent.objects.get(task="documents.scan")
    assert not intents.run(intent.pk)
    intent.refresh_from_db()
    file.refresh_from_db()
    assert file.state == "held" and "ScannerUnavailable" in intent.last_error
