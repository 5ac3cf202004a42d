"""Real workers are killed and a real Redis is emptied at random while intents run: nothing lost, nothing done twice.

In `test` a small fixed sample; `manage.py prove outbox` runs the full number. The seed is printed: `PORTAL_PROVE_SEED`
repeats a run.
"""

from __future__ import annotations

import contextlib
import email
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import redis
from django.conf import settings
from django.db import connection, transaction

from procurement_portal.notifications import recipients
from procurement_portal.notifications.models.delivery import Delivery
from procurement_portal.notifications.send import send
from procurement_portal.outbox import intents, tasks
from procurement_portal.outbox.models import Intent
from procurement_portal.time import clock
from procurement_portal.time.roles import as_owner
from tests.cast import make_cast
from tests.integration.notifications.test_send import Told
from tests.prove.effects import TABLE

FULL = os.environ.get("PORTAL_PROVE") == "full"
EFFECTS, MAILS, BLOWS = (1500, 300, 200) if FULL else (60, 12, 5)
SEED = int(os.environ.get("PORTAL_PROVE_SEED", "20261122"))
ROOT = Path(__file__).resolve().parents[2]
SECONDS = 3600 if FULL else 150


class Workers:
    """Two real Celery workers with two processes each, over the test's own database and mail folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        url = os.environ["DATABASE_URL"].rsplit("/", 1)[0] + "/" + str(connection.settings_dict["NAME"])
        self.environment = {**os.environ, "DATABASE_URL": url, "PORTAL_MODE": "demo", "PORTAL_STATE_DIR": str(folder),
                            "PORTAL_LOG_LEVEL": "WARNING"}  # fmt: skip
        self.running: list[subprocess.Popen[bytes]] = []

    def fill(self) -> None:
        """Start workers until there are two."""
        self.running = [process for process in self.running if process.poll() is None]
        while len(self.running) < 2:
            command = [sys.executable, "-m", "celery", "-A", "procurement_portal", "worker", "-c", "2", "-l", "WARNING",
                       "-I", "tests.prove.effects", "--without-gossip", "--without-mingle", "-n", f"w{random.random()}"]  # fmt: skip
            log = (self.folder / "workers.log").open("ab")
            self.running.append(
                subprocess.Popen(
                    command, cwd=ROOT, env=self.environment, stdout=log, stderr=log, start_new_session=True
                )
            )

    def kill_one(self, dice: random.Random) -> str:
        """Kill -9 a whole worker, or one process of its pool; says which."""
        process = dice.choice(self.running)
        children = _children(process.pid)
        if children and dice.random() < 0.5:
            with contextlib.suppress(ProcessLookupError):
                os.kill(dice.choice(children), signal.SIGKILL)
            return "pool process"
        self._end(process)
        return "worker"

    def end(self) -> None:
        """Kill all that is left."""
        for process in self.running:
            self._end(process)

    @staticmethod
    def _end(process: subprocess.Popen[bytes]) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _children(pid: int) -> list[int]:
    listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False)
    return [int(word) for word in listed.stdout.split()]


@pytest.fixture
def workers(transactional_db: None, tmp_path: Path) -> Iterator[Workers]:
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(TABLE)
        cursor.execute(f'GRANT SELECT, INSERT ON proof_effect TO "{settings.DATABASE_ROLE}"')
    made = Workers(tmp_path)
    try:
        yield made
    finally:
        made.end()
        with as_owner(), connection.cursor() as cursor:
            cursor.execute("DROP TABLE proof_effect")


def test_killed_workers_and_an_emptied_redis_lose_nothing_and_do_nothing_twice(workers: Workers) -> None:
    dice, broker = random.Random(SEED), redis.Redis.from_url(os.environ["REDIS_URL"])
    broker.flushdb()
    people = list(make_cast().everybody().values())
    deadline, skipped, blows = time.monotonic() + SECONDS, timedelta(0), Counter[str]()
    written = mails = 0
    workers.fill()
    while time.monotonic() < deadline:
        # Work keeps coming in while things break.
        for _ in range(max(1, EFFECTS // BLOWS)):
            if written < EFFECTS:
                with transaction.atomic():
                    intents.enqueue("proof.effect", key=f"proof:{written}", number=written,
                                    milliseconds=dice.randint(0, 400))  # fmt: skip
                written += 1
        if mails < MAILS:
            with transaction.atomic():
                send(Told(number=mails), to=recipients.users([dice.choice(people).user]))
            mails += 1
        tasks.relay()
        if sum(blows.values()) < BLOWS:
            _wait_until_busy()
            time.sleep(dice.uniform(0, 0.3))
            if dice.random() < 0.35:
                broker.flushdb()
                blows["redis emptied"] += 1
            else:
                blows[f"{workers.kill_one(dice)} killed"] += 1
            workers.fill()
        else:
            workers.fill()
            if written == EFFECTS and mails >= MAILS and not Intent.objects.filter(done_at=None).exists():
                break
            # Whatever was lost with its message is handed again two minutes later: let them pass.
            skipped += timedelta(seconds=125)
            clock.set_offset(skipped, "test")
            time.sleep(1.5)
    workers.end()
    _told(blows)
    assert not Intent.objects.filter(done_at=None).exists(), _open()
    with connection.cursor() as cursor:
        cursor.execute("SELECT number, half, count(*) FROM proof_effect GROUP BY 1, 2")
        counted = {(number, half): count for number, half, count in cursor.fetchall()}
    assert counted == {(number, half): 1 for number in range(EFFECTS) for half in ("first", "second")}
    # Mail leaves the database: a crash between the mail server's yes and our mark sends the same message again, under
    # the same Message-ID, which is what mail programs and servers tell copies by. After that every mail is there once.
    ids = Counter(
        email.message_from_bytes(part)["Message-ID"]
        for path in sorted((workers.folder / "mail").glob("*.log"))
        for part in path.read_bytes().split(b"\n" + b"-" * 79 + b"\n")
        if b"Message-ID" in part
    )
    sent = Delivery.objects.filter(channel="mail")
    assert set(ids) == set(sent.values_list("message_id", flat=True))
    assert not sent.exclude(outcome="sent").exists()
    print(f"mails: {len(ids)} told once; {sum(ids.values()) - len(ids)} copies under the same Message-ID")


def _wait_until_busy() -> None:
    """A blow counts where it hurts: wait until a worker is in the middle of something (or 15 seconds, while they start)."""
    until = time.monotonic() + 15
    while time.monotonic() < until:
        tasks.relay()
        if Intent.objects.filter(done_at=None, attempts__gt=0, last_error="").exists():
            return
        time.sleep(0.05)


def _told(blows: Counter[str]) -> None:
    again = Intent.objects.filter(attempts__gt=1).count()
    print(
        f"\noutbox: seed {SEED}, {EFFECTS} effects, {MAILS} mails, {sum(blows.values())} blows {dict(blows)}, {again} tried again"
    )


def _open() -> str:
    rows = Intent.objects.filter(done_at=None).values_list("key", "attempts", "last_error", "given_up_at")[:10]
    return "; ".join(str(row) for row in rows)
