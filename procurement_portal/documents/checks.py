"""Content checks: what a file is, by its bytes, and whether it is one we take. Every limit is asked before anything is parsed.

One function a check; each raises `Unfit` with words for the person who chose the file. No check trusts the name or the header
the browser sent. The whole takes at most two seconds of computing for a file of 25 MB.
"""

from __future__ import annotations

import re
import unicodedata
from typing import BinaryIO

import filetype
from django.utils.translation import gettext as _

from procurement_portal.documents import office_checks, pdf_checks, picture_checks
from procurement_portal.documents.limits import ENDINGS, KINDS, MOST_BYTES, Kind
from procurement_portal.documents.unfit import Unfit
from procurement_portal.web import words

HEAD = 64 * 1024
# Endings that run when opened; one of them before the last ending ("bill.exe.pdf") is a disguise.
_RUNS = frozenset(
    [
        "exe",
        "scr",
        "com",
        "bat",
        "cmd",
        "pif",
        "msi",
        "msp",
        "dll",
        "cpl",
        "js",
        "jse",
        "vbs",
        "vbe",
        "wsf",
        "wsh",
        "ps1",
        "hta",
        "htm",
        "html",
        "xhtml",
        "svg",
        "php",
        "phtml",
        "jsp",
        "asp",
        "aspx",
        "jar",
        "lnk",
        "url",
        "reg",
        "app",
        "apk",
        "dmg",
        "iso",
        "img",
        "sh",
        "py",
        "pl",
        "docm",
        "dotm",
        "xlsm",
        "xltm",
        "xlam",
        "pptm",
        "potm",
        "ppam",
    ]
)
_DIRECTION = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_MARKUP = re.compile(rb"<\s*(?:!doctype\s+html|html|script|svg|iframe|object|embed|body|\?php)|<\?php|<%", re.I)
_DDE = re.compile(r"^\s*[\"']?\s*[=+\-@][^,;\t\n]*\|[^,;\t\n]*!", re.M)
_EICAR = b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE"


def check(source: BinaryIO, size: int, name: str) -> Kind:
    """The kind of this file (seekable plaintext, its size in bytes, the name its owner gave). Raises Unfit."""
    check_name(name)
    check_size(size)
    source.seek(0)
    head = source.read(HEAD)
    kind = kind_of(head, name)
    check_ending(kind, name)
    if kind.word == "pdf":
        pdf_checks.check(source, size, head)
    elif kind.word in office_checks.MAIN_PARTS:
        office_checks.check(source, size, kind.word)
    elif kind.word in picture_checks.KINDS:
        picture_checks.check(source, size, kind.word)
    else:
        check_text(source, kind.word)
    return kind


def clean_name(name: str) -> str:
    """The name as we keep it: the last part of a path, composed, without control characters, at most 200 characters."""
    last = re.split(r"[\\/]", name)[-1]
    plain = unicodedata.normalize("NFC", "".join(c for c in last if unicodedata.category(c)[0] != "C")).strip()
    stem, dot, ending = plain.rpartition(".")
    return f"{stem[:190]}.{ending[:10]}" if dot else plain[:200]


def check_name(name: str) -> None:
    """Refuses disguises: text direction marks, a hidden second ending that runs."""
    if _DIRECTION.search(name) or "\x00" in name:
        raise Unfit(_("The file's name holds invisible characters. Rename the file and choose it again."))
    parts = [part.strip().lower() for part in clean_name(name).split(".")[1:-1]]
    if any(part in _RUNS for part in parts):
        raise Unfit(_("The file's name has two endings, one of a program. Rename the file and choose it again."))


def check_size(size: int) -> None:
    """Refuses nothing and too much."""
    if size == 0:
        raise Unfit(_("This file is empty. Choose the file again; if it still is, save it anew."))
    if size > MOST_BYTES:
        told = {"size": words.file_size(size), "limit": words.file_size(MOST_BYTES)}
        raise Unfit(_("This file has %(size)s; the limit is %(limit)s.") % told)


def kind_of(head: bytes, name: str) -> Kind:
    """What the bytes say it is. Raises Unfit naming what it is instead."""
    if head.startswith(b"%PDF-"):
        return KINDS["pdf"]
    if head.startswith(b"\xff\xd8\xff"):
        return KINDS["jpg"]
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return KINDS["png"]
    if head.startswith(b"PK\x03\x04"):
        return KINDS[_office_word(name)]
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        raise Unfit(
            _(
                "This is an Office file in an old form or with a password. Open it, take the password off, save it as "
                "DOCX, XLSX or PPTX, and choose the new file."
            )
        )
    if head[4:12] in (b"ftypheic", b"ftypheix", b"ftypmif1", b"ftypmsf1", b"ftyphevc"):
        raise Unfit(
            _(
                "This is an iPhone picture in the HEIC form, which many computers cannot open. Share it as JPEG, or set "
                "the camera to “Most Compatible”, and choose it again."
            )
        )
    guess = filetype.guess(head[:8192])
    if guess is not None:
        raise Unfit(
            _(
                "Inside, this is %(found)s, which we cannot take. We take PDF, Word, Excel, PowerPoint, JPEG, PNG, CSV, text."
            )
            % {"found": guess.extension.upper()}
        )
    return KINDS["csv"] if name.lower().endswith(".csv") else KINDS["txt"]


def _office_word(name: str) -> str:
    """A zip container claims its kind by name here; `office_checks` then holds it to the claim."""
    for word in office_checks.MAIN_PARTS:
        if name.lower().endswith(f".{word}"):
            return word
    raise Unfit(_("This is a ZIP archive. Take the files out of it and add them one by one."))


def check_ending(kind: Kind, name: str) -> None:
    """Refuses a name that says something else than the bytes: the reader's computer would open it wrongly."""
    if clean_name(name).lower().endswith(kind.endings):
        return
    if not clean_name(name).lower().endswith(ENDINGS):
        raise Unfit(_("We cannot take this kind of file. We take PDF, Word, Excel, PowerPoint, JPEG, PNG, CSV, text."))
    told = {"label": kind.label, "ending": kind.endings[0]}
    raise Unfit(
        _("The file's name does not fit what is inside: it is %(label)s. Rename it to end in %(ending)s.") % told
    )


def check_text(source: BinaryIO, word: str) -> None:
    """Text and tables: readable characters only, no page or program in disguise, no cell that starts a program."""
    source.seek(0)
    data = source.read()
    if _EICAR in data[:4096]:
        raise Unfit(_("This is the antivirus test file, not a document."))
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            text = data.decode("utf-16")
        except UnicodeDecodeError:
            raise Unfit(_not_text()) from None
    else:
        text = _readable(data)
    start = text[:HEAD].encode(errors="replace")
    if _MARKUP.search(start):
        raise Unfit(_("This is a web page or a program, not plain text. Save the words as PDF, Word or plain text."))
    if re.match(r"#!\s*/", text) or text.startswith("%!PS"):
        raise Unfit(_("This is a program, not plain text. Save it as PDF, Word or plain text."))
    if any(unicodedata.category(c) == "Cc" and c not in "\t\n\r\f" for c in text[:HEAD]):
        raise Unfit(_not_text())
    if word == "csv" and _DDE.search(text):
        raise Unfit(_("A cell of this table starts a program when the table is opened. Take that cell out."))


def _readable(data: bytes) -> str:
    if b"\x00" in data:
        raise Unfit(_not_text())
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        return data.decode("cp1252")  # what Excel on Windows still writes
    except UnicodeDecodeError:
        raise Unfit(_not_text()) from None


def _not_text() -> str:
    return _("This is not readable text. Save it as plain text (UTF-8), or as PDF.")
