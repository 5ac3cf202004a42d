"""Two lanes in a web worker: whoever reads a page never waits behind those who send something.

Around the whole application (`wsgi.py`). A server thread only holds the line; the work is done by a few threads of the lane the
request belongs to, so that the number of connections to the database stays small however many people come at once. In the last
minute before a deadline hundreds of uploads wait for each other, and the public list answers as on any other day.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context, copy_context
from typing import Any

from django.db import connections
from django.utils import translation

# Threads of each lane, each with one connection to the database. A body that trickles holds a sending thread until its last
# byte; in production the proxy takes bodies in first.
READING, SENDING = 6, 12
_READS = {"GET", "HEAD", "OPTIONS"}
Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class Lanes:
    """A WSGI application that hands each request to its lane and gives the answer back."""

    def __init__(self, application: Application, reading: int = READING, sending: int = SENDING) -> None:
        self.application = application
        self.reading = ThreadPoolExecutor(reading, "reading")
        self.sending = ThreadPoolExecutor(sending, "sending")

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """The answer of the application. Raises what it raises."""
        lane = self.reading if environ["REQUEST_METHOD"] in _READS else self.sending
        context = copy_context()
        answer, language = lane.submit(context.run, self._ask, environ, start_response).result()
        if isinstance(answer, environ.get("wsgi.file_wrapper", ())):  # the server knows how to send a file
            return answer
        return _Answer(answer, context, language)

    def _ask(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> tuple[Iterable[bytes], str | None]:
        return self.application(environ, start_response), translation.get_language()


class _Answer:
    """The body of an answer, made in the request's own context and language while it is sent."""

    def __init__(self, answer: Any, context: Context, language: str | None) -> None:
        self.answer, self.context, self.language = answer, context, language

    def __iter__(self) -> Iterator[bytes]:
        pieces = iter(self.answer)
        if self.language is not None:
            self.context.run(translation.activate, self.language)
        while (piece := self.context.run(next, pieces, None)) is not None:
            yield piece

    def close(self) -> None:
        """End the request. A long export asked the database from this thread, which keeps no connection."""
        try:
            if hasattr(self.answer, "close"):
                self.context.run(self.answer.close)
        finally:
            connections.close_all()
