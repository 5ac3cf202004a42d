"""Six ways to falsify history, each done as the owner of the tables with the triggers off, each detected."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.utils import InternalError
from django.test import override_settings

from procurement_portal.history import chain, head
from procurement_portal.history.models import Entry, Seal
from procurement_portal.history.record import record
from procurement_portal.people.actor import Actor
from procurement_portal.people.models.body import Department
from procurement_portal.time.roles import as_owner

pytestmark = pytest.mark.django_db(transaction=True)
SYSTEM = Actor.system("test")


@pytest.fixture(autouse=True)
def own_head(tmp_path) -> Iterator[None]:
    with override_settings(STATE_DIR=tmp_path, VAULT_KEYS=str(tmp_path / "keys.json")):
        yield


@pytest.fixture
def department() -> Department:
    return Department.objects.create(jurisdiction="city", code="DFS", name="Family Services")


def _act(department: Department, count: int = 1) -> None:
    with transaction.atomic():
        for number in range(count):
            after = {"name": f"Ä {number}", "n": 1.5, "list": [1, None]}
            record(SYSTEM, "department.rename", department, after=after, why="because", law="MCC 2-92")


@pytest.fixture
def sealed(department: Department) -> Department:
    for _ in range(4):
        _act(department, 3)
        chain.seal()
    return department


@contextmanager
def forging() -> Iterator[Callable[..., None]]:
    """SQL as the owner of the tables, past the triggers."""
    connection.close()
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        yield cursor.execute


def _faults() -> list[str]:
    return chain.verify().faults


def _rechain(run: Callable[..., None], start: int = 1) -> None:
    """What a forger who knows the method does: compute every digest anew."""
    previous = Seal.objects.filter(position=start - 1).values_list("digest", flat=True).first() or chain.BEGINNING
    for row in Seal.objects.filter(position__gte=start).order_by("position"):
        fresh = chain.digest(row.position, previous, Entry.objects.get(pk=row.entry_id))
        run("UPDATE history_seal SET previous = %s, digest = %s WHERE position = %s", [previous, fresh, row.position])
        previous = fresh


def test_a_chain_nobody_touched_is_whole(sealed: Department) -> None:
    report = chain.verify()
    assert report.whole and report.sealed == 12 and report.tail == 0 and report.head.position == 12


def test_the_triggers_refuse_even_the_first_step(sealed: Department) -> None:
    for model in (Entry, Seal):
        with pytest.raises(InternalError):
            model.objects.all().delete()


def test_edit_is_detected(sealed: Department) -> None:
    with forging() as run:
        run(
            "UPDATE history_entry SET why = 'otherwise' WHERE id = (SELECT entry_id FROM history_seal WHERE position = 5)"
        )
    assert any("position 5" in fault and "not what was sealed" in fault for fault in _faults())


def test_every_column_of_an_entry_is_under_the_seal(sealed: Department) -> None:
    new = {f.column: f"{f.column} || 'x'" for f in Entry._meta.fields if f.get_internal_type() == "TextField"} | {
        "at": "at + interval '1 microsecond'", "actor_id": "77", "before": "'{}'", "witnessed": "NOT witnessed",
        "after": "'{\"n\": 1.6}'", "txid": "txid + 1",
    }  # fmt: skip
    assert {"id", *new} == {f.column for f in Entry._meta.fields}
    with forging() as run:
        for column, value in new.items():
            with transaction.atomic():
                run(f"UPDATE history_entry SET {column} = {value} WHERE id = (SELECT max(id) FROM history_entry)")
                assert len(_faults()) == 1, column
                transaction.set_rollback(True)
    assert chain.verify().whole


def test_delete_is_detected_with_and_without_its_seal(sealed: Department) -> None:
    with forging() as run:
        run("DELETE FROM history_entry WHERE id = (SELECT entry_id FROM history_seal WHERE position = 5)")
    assert any("its entry" in fault for fault in _faults())
    with forging() as run:
        run("DELETE FROM history_seal WHERE position = 5")
    assert any("positions 5 to 5 are missing" in fault for fault in _faults())
    with forging() as run:  # and closing the gap
        run("UPDATE history_seal SET position = position - 1 WHERE position > 5")
        _rechain(run, 5)
    faults = _faults()
    assert any("signed head reaches further" in fault for fault in faults)


def test_insert_is_detected_among_the_sealed_and_as_a_link_of_the_chain(sealed: Department) -> None:
    copy = (
        "INSERT INTO history_entry (id, at, actor_label, acting_as, act, subject_type, subject_id, subject_label, why, law,"
        " request_id, witnessed, txid) SELECT %s, at, 'Somebody', '', act, subject_type, subject_id, subject_label, why, law,"
        " request_id, witnessed, txid FROM history_entry ORDER BY id LIMIT 1"
    )
    with forging() as run:
        run(copy, [900_001])
    assert any("put in later" in fault for fault in _faults())
    with forging() as run:
        run("UPDATE history_seal SET position = position + 1000 WHERE position > 3")
        run("UPDATE history_seal SET position = position - 999 WHERE position > 1000")
        run(
            "INSERT INTO history_seal (position, entry_id, previous, digest, horizon, sealed_at)"
            " SELECT 4, 900001, 'x', 'y', horizon, sealed_at FROM history_seal WHERE position = 3"
        )
        _rechain(run, 4)
    assert any("not the one whose head was signed" in fault for fault in _faults())


def test_reorder_is_detected(sealed: Department) -> None:
    with forging() as run:
        run("UPDATE history_seal SET position = 1000 WHERE position = 4")
        run("UPDATE history_seal SET position = 4 WHERE position = 5")
        run("UPDATE history_seal SET position = 5 WHERE position = 1000")
    assert any("position 4" in fault for fault in _faults())
    with forging() as run:
        _rechain(run, 4)
    assert any("head was signed" in fault for fault in _faults())


def test_truncation_is_detected_at_the_end_and_of_everything(sealed: Department) -> None:
    with forging() as run:
        run("DELETE FROM history_entry WHERE id IN (SELECT entry_id FROM history_seal WHERE position > 9)")
        run("DELETE FROM history_seal WHERE position > 9")
    assert _faults() == ["positions 10 to 12 are missing: the signed head reaches further than the chain"]
    with forging() as run:
        run("TRUNCATE history_entry, history_seal")
    assert _faults() == ["positions 1 to 12 are missing: the signed head reaches further than the chain"]


def test_a_rewrite_of_the_whole_chain_is_detected_by_the_head_outside_the_database(sealed: Department) -> None:
    with forging() as run:
        run("UPDATE history_entry SET actor_label = 'Somebody else'")
        _rechain(run)
    assert _faults() == ["position 12: the chain is not the one whose head was signed"]


def test_a_rewrite_with_a_head_of_the_forgers_own_is_detected(sealed: Department) -> None:
    with forging() as run:
        run("UPDATE history_entry SET actor_label = 'Somebody else'")
        _rechain(run)
    given = json.loads(head.path().read_text())
    given["digest"] = Seal.objects.get(position=12).digest
    head.path().write_text(json.dumps(given))
    assert "the head of history is not signed by this portal's key" in _faults()
    head.path().unlink()
    assert "the signed head is missing" in _faults()


def test_the_unsealed_tail_is_told_and_is_no_fault(sealed: Department) -> None:
    _act(sealed, 2)
    report = chain.verify()
    assert report.whole and report.tail == 2 and report.tail_since == Entry.objects.order_by("-id")[1].at
    out = StringIO()
    call_command("verify_history", stdout=out)
    assert "12 entries sealed" in out.getvalue() and "2 not sealed yet, the oldest of" in out.getvalue()
    assert "history is whole" in out.getvalue()


def test_the_command_fails_loudly(sealed: Department) -> None:
    with forging() as run:
        run("UPDATE history_entry SET why = '' WHERE id = (SELECT max(id) FROM history_entry)")
    told = StringIO()
    with pytest.raises(CommandError, match="history was changed"):
        call_command("verify_history", stdout=StringIO(), stderr=told)
    assert "FAULT: position 12" in told.getvalue()


def test_an_act_that_commits_late_is_sealed_when_it_becomes_visible_and_nothing_is_lost(department: Department) -> None:
    begun, finish = threading.Event(), threading.Event()

    def slow() -> None:
        try:
            with transaction.atomic():
                record(SYSTEM, "department.slow", department)
                begun.set()
                finish.wait(20)
        finally:
            connection.close()

    thread = threading.Thread(target=slow)
    thread.start()
    begun.wait(20)
    _act(department, 2)
    assert chain.seal() == 2 and chain.verify().whole
    _act(department, 1)
    assert chain.seal() == 1
    finish.set()
    thread.join()
    assert chain.seal() == 1 and chain.verify().whole
    order = [
        Entry.objects.get(pk=pk).act for pk in Seal.objects.order_by("position").values_list("entry_id", flat=True)
    ]
    assert order == ["department.rename"] * 3 + ["department.slow"]
    assert Entry.objects.get(act="department.slow").pk < Seal.objects.get(position=1).entry_id


def test_two_sealers_at_once_make_one_chain(department: Department) -> None:
    _act(department, 50)
    start, done = threading.Barrier(3), []

    def run() -> None:
        try:
            start.wait()
            done.append(chain.seal())
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    chain.seal()
    assert sum(done) == 50 and chain.verify().whole


def test_more_than_a_batch_is_sealed_in_one_round_and_costs_few_statements(
    department: Department, monkeypatch, django_assert_max_num_queries
) -> None:
    monkeypatch.setattr(chain, "BATCH", 4)
    _act(department, 10)
    assert chain.seal() == 10 and chain.verify().sealed == 10
    with django_assert_max_num_queries(10):
        assert chain.seal() == 0


def test_a_crash_between_seal_and_head_is_mended_by_the_next_round(department: Department, monkeypatch) -> None:
    _act(department, 2)
    monkeypatch.setattr(chain, "_sign_head", lambda: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        chain.seal()
    assert Seal.objects.count() == 2
    monkeypatch.undo()
    with override_settings(STATE_DIR=head.path().parent):
        chain.seal()
        assert chain.verify().whole
