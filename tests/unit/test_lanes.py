"""Who reads does not wait behind those who send."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor, wait
from typing import Any
from wsgiref.util import FileWrapper

import pytest
from django.utils import translation

from procurement_portal.web.lanes import Lanes


def ask(lanes: Lanes, method: str, **environ: Any) -> Iterable[bytes]:
    return lanes({"REQUEST_METHOD": method, **environ}, lambda *_: None)


def test_a_page_is_read_while_every_place_to_send_is_taken_and_more_wait() -> None:
    held, taken = threading.Event(), threading.Semaphore(0)
    at_once: list[int] = []

    def application(environ: dict[str, Any], _start: Any) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] == "POST":
            at_once.append(1)
            taken.release()
            assert held.wait(20)
        return [b"done"]

    lanes = Lanes(application, reading=1, sending=2)
    with ThreadPoolExecutor(6) as people:
        senders = [people.submit(ask, lanes, "POST") for _ in range(5)]
        assert taken.acquire(timeout=20) and taken.acquire(timeout=20)
        assert b"".join(ask(lanes, "GET")) == b"done"
        assert len(at_once) == 2 and not any(sender.done() for sender in senders)
        held.set()
        wait(senders, 20)
    assert len(at_once) == 5


def test_a_long_answer_is_made_in_the_language_of_its_request() -> None:
    def application(_environ: dict[str, Any], _start: Any) -> Iterable[bytes]:
        translation.activate("es")
        return (translation.get_language().encode() for _ in range(2))

    before = translation.get_language()
    assert list(ask(Lanes(application), "GET")) == [b"es", b"es"]
    assert translation.get_language() == before


def test_what_the_application_raises_reaches_the_server() -> None:
    def application(_environ: dict[str, Any], _start: Any) -> Iterable[bytes]:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        ask(Lanes(application), "POST")


def test_a_file_is_left_to_the_server_and_an_answer_is_closed_once(tmp_path: Any) -> None:
    kept = (tmp_path / "file").open("w+b")
    answer = FileWrapper(kept)
    lanes = Lanes(lambda *_: answer)
    assert ask(lanes, "GET", **{"wsgi.file_wrapper": FileWrapper}) is answer
    closed = ask(lanes, "GET")
    closed.close()  # type: ignore[attr-defined]
    assert kept.closed
