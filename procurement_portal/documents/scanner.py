"""The antivirus scanner: clamd's INSTREAM, named by `PORTAL_SCANNER` as `clamd://host:port`.

Protocol: "zINSTREAM\\0", then chunks of 4-byte length and bytes, then length 0; the answer is "stream: OK" or "stream: NAME FOUND"
(clamd manual, COMMANDS).
"""

from __future__ import annotations

import io
import socket
import struct
from dataclasses import dataclass
from urllib.parse import urlsplit

import structlog
from django.conf import settings

CONTENT_CHECKS_ALONE = "content checks alone"
SECONDS = 60
CHUNK = 128 * 1024
log = structlog.get_logger(__name__)


class ScannerUnavailable(Exception):
    """The scanner did not answer, or is not configured where it must be; the file stays held."""


@dataclass(frozen=True)
class Verdict:
    """Who looked, and the name of what was found ("" for nothing)."""

    by: str
    found: str = ""


def ask(source: io.BufferedReader) -> Verdict:
    """The scanner's verdict on this plaintext. Without a scanner, content checks alone release: embedded mode only."""
    if not settings.SCANNER:
        if settings.EMBEDDED:
            return Verdict(CONTENT_CHECKS_ALONE)
        raise ScannerUnavailable("PORTAL_SCANNER is not set")
    try:
        answer = _instream(source)
    except OSError as error:
        raise ScannerUnavailable(f"the scanner did not answer: {type(error).__name__}") from error
    if answer.endswith("FOUND"):
        found = answer.removeprefix("stream:").removesuffix("FOUND").strip()
        log.warning("file_refused_by_scanner", found=found)
        return Verdict("clamd", found or "unnamed")
    if answer != "stream: OK":
        raise ScannerUnavailable(f"the scanner answered: {answer[:80]}")
    return Verdict("clamd")


def _instream(source: io.BufferedReader) -> str:
    place = urlsplit(settings.SCANNER)
    if place.scheme != "clamd" or not place.hostname:
        raise ScannerUnavailable("PORTAL_SCANNER is written clamd://host:port")
    with socket.create_connection((place.hostname, place.port or 3310), timeout=SECONDS) as line:
        line.sendall(b"zINSTREAM\0")
        while piece := source.read(CHUNK):
            line.sendall(struct.pack(">I", len(piece)) + piece)
        line.sendall(struct.pack(">I", 0))
        answer = b""
        while not answer.endswith(b"\0") and (more := line.recv(4096)):
            answer += more
    return answer.rstrip(b"\0\n").decode(errors="replace").strip()
