"""Job 5: the last minute. Hundreds submit at once, uploads trickle, workers are killed, readers go on reading."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from django.conf import settings

from procurement_portal.management.bench.compare import Failed
from procurement_portal.management.bench.figures import Emit, Figure, at_most, quantile, told
from procurement_portal.management.bench.jobs.submit import BARE
from procurement_portal.management.bench.load import HOST, Generator, get
from procurement_portal.management.bench.place import own_url
from procurement_portal.management.bench.proposals import Submitter, submitters, whole
from procurement_portal.management.bench.served import Served

AT_ONCE = (50, 500)
BETWEEN_KILLS = 4.0  # seconds: a worker takes two or three to come back
SIZE = 200_000  # bytes of each file: 500 of them are 100 MB
SLOW, KILLS, AGAIN = 8, 6, 8
MOST_WALL, MOST_LIST_MS, A_MINUTE = 6.0, 1000.0, 60.0


class _Beside:
    """What goes on beside the submitters until it is ended: slow uploads, a worker killed now and then, readers."""

    def __init__(self, web: Served, slow: int, kills: int) -> None:
        self.web, self.slow, self.kills = web, slow, kills
        self.ended = threading.Event()
        self.killed, self.read = 0, []  # type: tuple[int, list[float]]
        self.threads = [threading.Thread(target=self._upload, daemon=True) for _ in range(slow)]
        self.threads += [threading.Thread(target=work, daemon=True) for work in (self._kill, self._reader)]

    def __enter__(self) -> _Beside:
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.ended.set()
        for thread in self.threads:
            thread.join(30)

    def _upload(self) -> None:
        """A body of 1 MB that comes at 4 kB a second; a new one when the worker died."""
        head = f"POST /bench/submission/ HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: 1000000\r\n\r\n".encode()
        while not self.ended.is_set():
            with contextlib.suppress(OSError), socket.create_connection((HOST, self.web.port), timeout=10) as line:
                line.sendall(head)
                while not self.ended.wait(0.25):
                    line.sendall(b"x" * 1000)
            self.ended.wait(0.2)

    def _kill(self) -> None:
        while self.killed < self.kills and not self.ended.wait(BETWEEN_KILLS):
            workers = self.web.workers()
            if workers:
                os.kill(workers[self.killed % len(workers)], signal.SIGKILL)
                self.killed += 1

    def _reader(self) -> None:
        with Generator(self.web.port) as generator:
            while not self.ended.wait(0.1):
                self.read += generator.run([get("/opportunities/") | {"again": AGAIN}], 1).milliseconds


def _round(emit: Emit, made: list[Submitter], kills: int, slow: int) -> None:
    count = len(made)
    bare = [BARE | {"body": made[0].chain[0]["body"], "again": AGAIN}] * count
    with Served(own_url()) as web, Generator(web.port) as generator:
        generator.run([get("/opportunities/")] * 8)
        limit = generator.run(bare, count)
        with _Beside(web, slow, kills) as beside:
            outcome = generator.run([one.chain for one in made], count)
            while beside.killed < kills:
                time.sleep(0.1)
        # Whoever heard nothing clicks once more: the same click is the same submission.
        again: list[Any] = [one.chain if _unheard(outcome.statuses) else one.again for one in made]
        retried = generator.run(again, 8)
    if limit.failed:
        raise Failed(f"the limit itself: {limit.statuses}")
    refused = sum(n for status, n in outcome.statuses.items() if status in ("403", "429"))
    emit(Figure(5, f"{count} at once: refused (by address or otherwise)", refused, "submitters", "= 0", refused == 0))
    emit(
        told(
            5,
            f"{count} at once: without an answer after {AGAIN} tries",
            outcome.failed - refused,
            "submitters",
            str(outcome.statuses),
        )
    )
    good, wrong = whole(made)
    emit(Figure(5, f"{count} at once, each clicked twice: one version, its receipt, its file and hash", good, f"of {count}", f"= {count}",
                not wrong and not retried.failed, "; ".join(wrong[:3])))  # fmt: skip
    emit(
        Figure(
            5,
            f"{count} at once: workers killed meanwhile",
            beside.killed,
            "workers",
            f"= {kills}",
            beside.killed == kills,
        )
    )
    emit(at_most(5, f"{count} at once: wall", outcome.seconds / limit.seconds, MOST_WALL, "times the bare submissions"))
    emit(at_most(5, f"{count} at once: seconds", outcome.seconds, A_MINUTE, "s"))
    if beside.read:
        emit(at_most(5, f"{count} at once: public list meanwhile, 95th percentile", quantile(beside.read, 0.95), MOST_LIST_MS, "ms",
                     f"{len(beside.read)} reads"))  # fmt: skip


def _unheard(statuses: dict[str, int]) -> bool:
    return any(not status.isdigit() or status >= "500" for status in statuses)


def run(emit: Emit, at_once: tuple[int, ...] = AT_ONCE, size: int = SIZE, kills: int = KILLS, slow: int = SLOW) -> None:
    """Print the figures of job 5."""
    for count in at_once:
        with tempfile.TemporaryDirectory(dir=settings.STATE_DIR) as place:
            # The small crowd is also the quiet one: what the killed workers cost is the difference.
            _round(emit, submitters(count, size, Path(place), AGAIN), kills if count == max(at_once) else 0, slow)
