"""The load generator: a process of its own that sends requests over a number of connections and times the answers.

`python -m procurement_portal.management.bench.load` reads one job a line from standard input and answers one line each; it
imports nothing of the portal. It talks to 127.0.0.1 only. A request is given as {"path", "method", "headers", "body"}, where
body is a file's path; the requests of a job are sent once each, in order, by whichever connection is free. A list in place of
a request is a chain: sent one after another by one connection and timed as one; it ends at the first answer that is no success.
A request with "again" is sent anew when it got no answer (as a browser's user would), up to so many times.
"""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HOST = "127.0.0.1"
TIMEOUT = 60.0


@dataclass
class Outcome:
    """What a job gave: seconds on the wall, status → how often, milliseconds of each answer in the order they came."""

    seconds: float
    statuses: dict[str, int]
    milliseconds: list[float] = field(default_factory=list)
    bytes_read: int = 0

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.milliseconds) / self.seconds if self.seconds else 0.0

    @property
    def failed(self) -> int:
        """Answers that were no success and no redirect, and requests without an answer."""
        return sum(count for status, count in self.statuses.items() if not "200" <= status < "400")


class Generator:
    """The process that loads; one for all rounds, so that starting it is in no figure."""

    def __init__(self, port: int) -> None:
        self.port = port
        command = [sys.executable, "-m", "procurement_portal.management.bench.load"]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def run(self, requests: Sequence[Any], connections: int = 8) -> Outcome:
        """Send each request once. Raises RuntimeError when the generator has ended."""
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.write(json.dumps([self.port, connections, list(requests)]) + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            raise RuntimeError("the load generator ended")
        return Outcome(**json.loads(answer))

    def close(self) -> None:
        """End the process."""
        if self.process.stdin:
            self.process.stdin.close()
        self.process.wait(10)

    def __enter__(self) -> Generator:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def get(path: str, cookie: str = "") -> dict[str, Any]:
    """A GET as a browser sends it."""
    return {"path": path, "headers": {"Accept-Encoding": "gzip", **({"Cookie": cookie} if cookie else {})}}


class _Work:
    def __init__(self, port: int, requests: list[Any]) -> None:
        self.port, self.requests, self.next = port, requests, 0
        self.lock = threading.Lock()
        self.statuses: Counter[str] = Counter()
        self.times: list[float] = []
        self.bytes_read = 0

    def take(self) -> Any:
        with self.lock:
            if self.next >= len(self.requests):
                return None
            self.next += 1
            return self.requests[self.next - 1]

    def connection(self) -> None:
        line: http.client.HTTPConnection | None = None
        while (request := self.take()) is not None:
            chain = request if isinstance(request, list) else [request]
            bodies = [Path(r["body"]).read_bytes() if r.get("body") else None for r in chain]
            began = time.perf_counter()
            for one, body in zip(chain, bodies, strict=True):
                for attempt in range(1 + one.get("again", 0)):
                    if attempt:
                        time.sleep(0.2 * attempt)
                    line, status, length = self._answer(line, one, body)
                    if status.isdigit() and status < "500":
                        break
                if not "200" <= status < "400":
                    break
            took = (time.perf_counter() - began) * 1000
            with self.lock:
                self.statuses[status] += 1
                self.times.append(took)
                self.bytes_read += length
        if line is not None:
            line.close()

    def _answer(
        self, line: http.client.HTTPConnection | None, request: dict[str, Any], body: bytes | None
    ) -> tuple[http.client.HTTPConnection | None, str, int]:
        for attempt in (1, 2):  # a kept connection may have been closed meanwhile: then once more on a new one
            fresh = line is None
            line = line or http.client.HTTPConnection(HOST, self.port, timeout=TIMEOUT)
            try:
                line.request(request.get("method", "GET"), request["path"], body, request.get("headers") or {})
                answer = line.getresponse()
                length = len(answer.read())
                return (None if answer.will_close else line), str(answer.status), length
            except (OSError, http.client.HTTPException) as problem:
                line.close()
                line = None
                if fresh or attempt == 2 or body is not None:
                    return None, type(problem).__name__, 0
        raise AssertionError("unreachable")


def _run(port: int, connections: int, requests: list[Any]) -> Outcome:
    work = _Work(port, requests)
    threads = [threading.Thread(target=work.connection) for _ in range(connections)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Outcome(time.perf_counter() - began, dict(work.statuses), work.times, work.bytes_read)


def main() -> None:
    """Answer jobs until the input ends."""
    for text in sys.stdin:
        sys.stdout.write(json.dumps(vars(_run(*json.loads(text)))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
