"""PDF: its frame is looked at here; its inside in a process of its own with little memory and little time.

A PDF can hold a small stream that unpacks to gigabytes; a limit in our own process would be too late. What is refused: passwords,
scripts, actions that start or send something, embedded files, and bytes that make it another file as well.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any, BinaryIO

from django.utils.translation import gettext as _

from procurement_portal.documents.limits import MOST_PAGES
from procurement_portal.documents.unfit import Unfit

COMPUTING_SECONDS = 2
WAITING_SECONDS = 30  # on a busy machine two seconds of computing may take longer
MEMORY_BYTES = 1_500_000_000  # address space, most of it never touched
_TAIL = 2048
_INSPECTOR = Path(__file__).with_name("pdf_inspector.py")


def check(source: BinaryIO, size: int, head: bytes) -> None:
    """Refuse what is not an ordinary PDF. Raises Unfit."""
    check_frame(source, size, head)
    found = inspect(source)
    problem = found.get("problem")
    if problem:
        raise Unfit(_words(problem))
    if found["pages"] > MOST_PAGES:
        told = {"pages": found["pages"], "most": MOST_PAGES}
        raise Unfit(_("This PDF has %(pages)s pages; the limit is %(most)s. Divide it.") % told)


def check_frame(source: BinaryIO, size: int, head: bytes) -> None:
    """It ends as a PDF ends, and is no archive or web page at the same time."""
    source.seek(max(0, size - _TAIL))
    tail = source.read(_TAIL)
    _before, mark, after = tail.rpartition(b"%%EOF")
    if not mark:
        raise Unfit(_("This PDF is cut off: its end is missing. Save it anew and choose it again."))
    if after.strip(b"\x00 \t\r\n\f\x1a"):
        raise Unfit(_two_files())
    source.seek(0)
    if zipfile.is_zipfile(source) or re.search(rb"<\s*(script|html|\?php)", head[:1024], re.I):
        raise Unfit(_two_files())


def inspect(source: BinaryIO) -> dict[str, Any]:
    """What the inspector says: {"pages": n} or {"problem": word}. The bytes go by pipe; none reaches a disk in the clear."""
    limits = ["--cpu", str(COMPUTING_SECONDS), "--memory", str(MEMORY_BYTES)]
    source.seek(0)
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(_INSPECTOR), *limits],
            input=source.read(),
            capture_output=True,
            timeout=WAITING_SECONDS,
            env={"PATH": "", "LANG": "C.UTF-8"},
            check=False,
        )
    except subprocess.TimeoutExpired:
        return {"problem": "busy"}
    if done.returncode != 0:
        return {"problem": "heavy"}  # killed by its limits
    return json.loads(done.stdout)


def _two_files() -> str:
    return _("This file is a PDF and something else at the same time. Print it to a new PDF and choose that.")


def _words(problem: str) -> str:
    again = _("Print it to a new PDF (in the print window choose “Save as PDF”) and choose that.")
    said = {
        "password": _("This PDF is protected with a password, so reviewers could not open it."),
        "script": _("This PDF holds a script."),
        "action": _("This PDF starts or sends something when it is opened or clicked."),
        "embedded": _("This PDF has other files attached inside."),
        "media": _("This PDF holds sound, video or 3-D content."),
        "damaged": _("This PDF is damaged."),
        "empty": _("This PDF has no pages."),
        "heavy": _("This PDF is too heavy to look into."),
        "busy": _("We could not look into this PDF in time. Choose it again in a minute."),
    }
    return said[problem] if problem == "busy" else f"{said[problem]} {again}"
