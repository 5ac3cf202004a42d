"""The PDF inspectors: one process a file, bounded, replaced when it dies, right among threads and after a fork."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from procurement_portal.documents import inspectors as module
from procurement_portal.documents import pdf_checks
from procurement_portal.documents.inspectors import Busy, Died, Inspectors
from tests.factories.documents import pdf
from tests.integration.documents.hostile import HOSTILE

ONE_PAGE = b'{"pages": 1}'


@pytest.fixture
def own() -> Iterator[Inspectors]:
    """Inspectors of this test alone."""
    made = Inspectors()
    yield made
    made.close()
    _ended(made)


def _ended(inspectors: Inspectors) -> None:
    until = time.monotonic() + 10
    while inspectors.pids():
        assert time.monotonic() < until, "a template outlives who asked for it"
        time.sleep(0.02)


def _children(pid: int) -> list[int]:
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


class _Endless(io.RawIOBase):
    """A file whose end does not come until it is let go."""

    def __init__(self) -> None:
        self.begun, self.go = threading.Event(), threading.Event()

    def seek(self, *_: int) -> int:
        return 0

    def read(self, _size: int = -1) -> bytes:
        self.begun.set()
        self.go.wait(10)
        return b""


def test_a_hundred_files_from_sixteen_threads_need_one_template(own: Inspectors) -> None:
    content = pdf()
    with ThreadPoolExecutor(16) as pool:
        said = list(pool.map(lambda _: own.look(io.BytesIO(content)), range(100)))
    assert said == [ONE_PAGE] * 100
    assert len(own.pids()) == 1


def test_each_file_has_a_process_of_its_own_with_limits_and_no_other_line(own: Inspectors) -> None:
    first, second = _Endless(), _Endless()
    threads = [threading.Thread(target=own.look, args=[source]) for source in (first, second)]
    for thread in threads:
        thread.start()
    assert first.begun.wait(10) and second.begun.wait(10)
    [template] = own.pids()
    found = _children(template)
    assert len(found) == 2
    for pid in found:
        limits = Path(f"/proc/{pid}/limits").read_text()
        for name in ("Max open files", "Max processes", "Max file size", "Max core file size"):
            [line] = [line for line in limits.splitlines() if line.startswith(name)]
            assert line.removeprefix(name).split()[:2] == ["0", "0"]
        [computing] = [line for line in limits.splitlines() if line.startswith("Max cpu time")]
        assert computing.split()[3:5] == ["2", "2"]
        lines = [str(place.readlink()) for place in Path(f"/proc/{pid}/fd").iterdir()]
        assert len([line for line in lines if line.startswith("socket:")]) == 1
    environment = Path(f"/proc/{template}/environ").read_bytes()
    assert b"SECRET" not in environment and b"DATABASE" not in environment
    for source, thread in ((first, threads[0]), (second, threads[1])):
        source.go.set()
        thread.join()


def test_an_inspector_that_dies_refuses_its_own_file_and_the_next_has_a_new_template(own: Inspectors) -> None:
    assert own.look(io.BytesIO(pdf())) == ONE_PAGE
    [before] = own.pids()
    source, fell = _Endless(), []

    def ask() -> None:
        try:
            own.look(source)
        except Died as died:
            fell.append(died)

    thread = threading.Thread(target=ask)
    thread.start()
    assert source.begun.wait(10)
    [child] = _children(before)
    os.kill(child, signal.SIGKILL)
    source.go.set()
    thread.join()
    assert len(fell) == 1
    assert own.look(io.BytesIO(pdf())) == ONE_PAGE
    assert own.pids()[-1] != before


def test_a_killed_template_costs_no_file(own: Inspectors) -> None:
    for _ in range(3):
        assert own.look(io.BytesIO(pdf())) == ONE_PAGE
        os.kill(own.pids()[-1], signal.SIGKILL)


def test_a_template_is_replaced_after_its_share_of_files(own: Inspectors, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FILES_EACH", 3)
    seen = set()
    for _ in range(7):
        own.look(io.BytesIO(pdf()))
        seen.add(own.pids()[-1])
    assert len(seen) == 3


def test_a_file_without_an_answer_in_time_is_given_up_and_its_process_ends(
    own: Inspectors, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "WAITING_SECONDS", 1)
    own.warm()
    [template] = own.pids()
    os.kill(template, signal.SIGSTOP)
    with pytest.raises(Busy):
        own.look(io.BytesIO(pdf()))
    os.kill(template, signal.SIGCONT)
    until = time.monotonic() + 10
    while _children(template):
        assert time.monotonic() < until
        time.sleep(0.02)


def test_a_forked_process_leaves_the_template_of_its_parent_alone() -> None:
    """In an interpreter of its own: this one has threads."""
    program = (
        "import io, os, sys\n"
        "from procurement_portal.documents.inspectors import inspectors\n"
        "content = sys.stdin.buffer.read()\n"
        "look = lambda: inspectors.look(io.BytesIO(content))\n"
        "assert look() == b'{\"pages\": 1}'\n"
        "mine = inspectors.pids()\n"
        "pid = os.fork()\n"
        "if pid == 0:\n"
        "    good = look() == b'{\"pages\": 1}' and not set(mine) & set(inspectors.pids())\n"
        "    inspectors.close()\n"
        "    os._exit(0 if good else 1)\n"
        "assert os.waitpid(pid, 0)[1] == 0\n"
        "assert look() == b'{\"pages\": 1}' and inspectors.pids() == mine\n"
    )
    done = subprocess.run([sys.executable, "-W", "error", "-c", program], input=pdf(), capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")


def test_the_template_ends_when_who_asked_for_it_is_killed() -> None:
    program = (
        "import time\n"
        "from procurement_portal.documents.inspectors import inspectors\n"
        "inspectors.warm()\n"
        "print(inspectors.pids()[0], flush=True)\n"
        "time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as asker:
        assert asker.stdout is not None
        template = int(asker.stdout.readline())
        asker.kill()
    until = time.monotonic() + 10
    while _lives(template):
        assert time.monotonic() < until
        time.sleep(0.02)


def _lives(pid: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        (b'{"pages": 3}', {"pages": 3}),
        (b'{"pages": true}', {"problem": "damaged"}),
        (b'{"pages": -1}', {"problem": "damaged"}),
        (b'{"problem": "<b>"}', {"problem": "damaged"}),
        (b'{"pages": 1, "problem": "script"}', {"problem": "script"}),
        (b"[1]", {"problem": "damaged"}),
        (b"\xff", {"problem": "damaged"}),
    ],
)
def test_an_answer_of_an_inspector_is_not_trusted_beyond_its_form(said: bytes, meant: dict[str, object]) -> None:
    """An inspector may have been taken over by the file it read."""
    assert pdf_checks.understood(said) == meant


def test_hostile_and_honest_files_at_once_do_not_touch_each_other(own: Inspectors) -> None:
    bad = [content for name, content, _words in HOSTILE.values() if name.endswith(".pdf")]
    good = pdf()
    mixed = [piece for content in bad for piece in (content, good)]

    def ask(content: bytes) -> bytes:
        try:
            return own.look(io.BytesIO(content))
        except Died:
            return b""

    with ThreadPoolExecutor(8) as pool:
        said = list(pool.map(ask, mixed))
    assert said[1::2] == [ONE_PAGE] * len(bad)


def test_a_socket_is_left_open_by_nobody(own: Inspectors) -> None:
    own.look(io.BytesIO(pdf()))
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(20):
        own.look(io.BytesIO(pdf()))
    assert len(list(Path("/proc/self/fd").iterdir())) == before
