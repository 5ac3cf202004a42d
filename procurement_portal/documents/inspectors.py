"""The portal's side of the PDF inspectors: one template process kept warm, one forked process a file (`pdf_inspector.py`).

Safe among threads; a process forked from this one (gunicorn, Celery) forgets the template and starts its own.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import BinaryIO

COMPUTING_SECONDS = 2
WAITING_SECONDS = 30  # on a busy machine two seconds of computing may take longer
MEMORY_BYTES = 1_500_000_000  # address space, most of it never touched
AT_ONCE = 8  # files looked into by one web process: each may fill its memory
# Children share the template's layout in memory. A new template from time to time, and after every child that died, leaves
# nobody to try addresses on.
FILES_EACH = 500
_PIECE = 256 * 1024
_LONGEST_ANSWER = 200
_PROGRAM = Path(__file__).with_name("pdf_inspector.py")


class Busy(Exception):
    """No answer in time, or no inspector to be had."""


class Died(Exception):
    """The inspector of this file ended without an answer: its limits ended it, or the file did."""


class _NotBegun(Exception):
    """The template ended before it made an inspector; nothing was read."""


class Inspectors:
    """A warm template and its door."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._places = threading.BoundedSemaphore(AT_ONCE)
        self._control: socket.socket | None = None
        self._files = 0
        self._processes: list[subprocess.Popen[bytes]] = []

    def look(self, source: BinaryIO) -> bytes:
        """What an inspector says of this PDF, as it said it. The bytes go by socket; none reaches a disk in the clear.

        Raises Busy or Died.
        """
        until = time.monotonic() + WAITING_SECONDS
        if not self._places.acquire(timeout=WAITING_SECONDS):
            raise Busy
        try:
            for _attempt in range(2):
                process, line = self._line()
                try:
                    with line:
                        return _ask(line, source, until)
                except _NotBegun:
                    self._retire(process)
                except Died:
                    self._retire(process)
                    raise
            raise Busy
        finally:
            self._places.release()

    def warm(self) -> None:
        """Start the template, so that the first file need not wait for it."""
        with self._lock:
            if self._control is None:
                self._start()

    def pids(self) -> list[int]:
        """Process ids of the templates that live: the present one, and earlier ones still waiting for their last file."""
        return [process.pid for process in self._processes if process.poll() is None]

    def close(self) -> None:
        """Let the template end once its files are done; the next file starts a new one."""
        with self._lock:
            self._drop()

    def forget(self) -> None:
        """In a forked child: the template is the parent's, and a lock may be held by a thread that is not here."""
        if self._control is not None:
            self._control.close()
        for process in self._processes:
            process.returncode = 0  # not our child: nothing to wait for
        self.__init__()  # type: ignore[misc]

    def _line(self) -> tuple[subprocess.Popen[bytes], socket.socket]:
        """The template and a new line to an inspector it shall make. A dead template shows when the line is read."""
        ours, theirs = socket.socketpair()
        with self._lock, theirs:
            if self._files >= FILES_EACH:
                self._drop()
            if self._control is None:
                self._start()
            assert self._control is not None
            self._files += 1
            with contextlib.suppress(OSError):
                socket.send_fds(self._control, [b"."], [theirs.fileno()])
            return self._processes[-1], ours

    def _retire(self, process: subprocess.Popen[bytes]) -> None:
        with self._lock:
            if process is self._processes[-1]:  # else another thread was first
                self._drop()

    def _drop(self) -> None:
        if self._control is not None:
            self._control.close()
        self._control, self._files = None, 0

    def _start(self) -> None:
        self._processes = [process for process in self._processes if process.poll() is None]
        ours, theirs = socket.socketpair()
        limits = {"cpu": COMPUTING_SECONDS, "memory": MEMORY_BYTES, "waiting": WAITING_SECONDS}
        words = [word for name, value in limits.items() for word in (f"--{name}", str(value))]
        with theirs:
            process = subprocess.Popen(
                [sys.executable, "-I", str(_PROGRAM), "--control", str(theirs.fileno()), *words],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env={"PATH": "", "LANG": "C.UTF-8"},
                start_new_session=True,  # Ctrl-C is for who asks; it ends when that one does
            )
        self._processes.append(process)
        self._control, self._files = ours, 0


def _ask(line: socket.socket, source: BinaryIO, until: float) -> bytes:
    try:
        _patience(line, until)
        begun = line.recv(1)
    except TimeoutError as late:
        raise Busy from late
    except ConnectionError as gone:
        raise _NotBegun from gone
    if not begun:
        raise _NotBegun
    try:
        source.seek(0)
        while piece := source.read(_PIECE):
            _patience(line, until)
            line.sendall(piece)
        line.shutdown(socket.SHUT_WR)
        answer = b""
        while len(answer) <= _LONGEST_ANSWER:
            _patience(line, until)
            piece = line.recv(_LONGEST_ANSWER + 1)
            if not piece:
                break
            answer += piece
    except TimeoutError as late:
        raise Busy from late
    except ConnectionError as ended:
        raise Died from ended
    if not answer:
        raise Died
    return answer


def _patience(line: socket.socket, until: float) -> None:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    line.settimeout(left)


inspectors = Inspectors()
os.register_at_fork(after_in_child=inspectors.forget)
atexit.register(inspectors.close)
