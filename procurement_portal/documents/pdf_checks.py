"""PDF: its frame is looked at here; its inside in a process of its own with little memory and little time.

A PDF can hold a small stream that unpacks to gigabytes; a limit in our own process would be too late. What is refused: passwords,
scripts, actions that start or send something, embedded files, and bytes that make it another file as well.
"""

from __future__ import annotations

import json
import re
import zipfile
from typing import Any, BinaryIO

from django.utils.translation import gettext as _

from procurement_portal.documents.inspectors import Busy, Died, inspectors
from procurement_portal.documents.limits import MOST_PAGES
from procurement_portal.documents.unfit import Unfit

PROBLEMS = ("password", "script", "action", "embedded", "media", "damaged", "empty", "heavy")  # words of the inspector
_TAIL = 2048


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
    """What the inspector says: {"pages": n} or {"problem": word}."""
    try:
        return understood(inspectors.look(source))
    except Busy:
        return {"problem": "busy"}
    except Died:
        return {"problem": "heavy"}  # ended by its limits


def understood(answer: bytes) -> dict[str, Any]:
    """An inspector's answer, held to its form: the file it read may have taken it over. Of another form it means damage."""
    try:
        said = json.loads(answer)
    except ValueError:
        return {"problem": "damaged"}
    pages, problem = (said.get("pages"), said.get("problem")) if isinstance(said, dict) else (None, None)
    if problem is None and type(pages) is int and pages > 0:
        return {"pages": pages}
    return {"problem": problem if problem in PROBLEMS else "damaged"}


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
