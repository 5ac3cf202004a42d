"""Word, Excel and PowerPoint: the container first (counts, sizes, ratios), then what is declared and linked inside."""

from __future__ import annotations

import io
import re
import zipfile
from typing import BinaryIO

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException
from django.utils.translation import gettext as _

from procurement_portal.documents.limits import MOST_MEMBERS, MOST_RATIO, MOST_UNPACKED
from procurement_portal.documents.unfit import Unfit

MAIN_PARTS = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml", "pptx": "ppt/presentation.xml"}
_LIST = "[Content_Types].xml"
_MOST_LIST = 2_000_000
_HEAD = 64 * 1024
_MOST_INNER = 10_000_000
_PROGRAM = re.compile(
    r"(vbaproject\.bin|vbadata\.xml|/activex/|/macrosheets/|/ctrlprops/.*\.bin|\.(exe|dll|js|vbs|bat|ps1|jar|hta)$)",
    re.I,
)
_TYPES = re.compile(rb"macroenabled|vbaproject|activex|ms-office\.vba|macrosheet|oleobject", re.I)
_LINKS = re.compile(r"/(attachedTemplate|oleObject|frame|subDocument|externalLink|package|control)$", re.I)
_DDE = re.compile(rb"<\s*(\w+:)?dde(link)?\b", re.I)
_FAR = re.compile(r"^(https?|ftp|file|\\\\|smb|mhtml|ms-\w+):?|^//", re.I)


def check(source: BinaryIO, size: int, word: str) -> None:
    """Refuse what is not an ordinary office file of this kind. Raises Unfit."""
    source.seek(0)
    try:
        with zipfile.ZipFile(source) as box:
            check_container(box, size)
            check_declared(box, word)
            for member in box.infolist():
                check_member(box, member)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, ValueError, OverflowError) as error:
        raise Unfit(_damaged()) from error


def check_container(box: zipfile.ZipFile, size: int) -> None:
    """Counts, sizes and names, from the directory alone: nothing is unpacked."""
    members = box.infolist()
    names = [m.filename for m in members]
    if len(members) > MOST_MEMBERS:
        raise Unfit(_("This file has too many parts inside. Save it anew and choose it again."))
    if sum(m.file_size for m in members) > MOST_UNPACKED or any(
        m.file_size > 1_000_000 and m.file_size > MOST_RATIO * max(m.compress_size, 1) for m in members
    ):
        raise Unfit(_("This file grows too large when it is opened. Take pictures or empty rows out and save it anew."))
    if any(m.flag_bits & 1 for m in members):
        raise Unfit(_("This file is protected with a password, so reviewers could not open it. Take the password off."))
    if len({n.lower() for n in names}) != len(names) or any(
        n.startswith("/") or "\\" in n or ".." in n.split("/") or "\x00" in n for n in names
    ):
        raise Unfit(_damaged())
    # Parts that lie over one another unpack to far more than the file holds.
    if len({m.header_offset for m in members}) != len(members) or sum(m.compress_size for m in members) > size:
        raise Unfit(_damaged())
    if len(box.comment) > 1024:
        raise Unfit(_("This file carries something else at its end. Save it anew and choose it again."))


def check_declared(box: zipfile.ZipFile, word: str) -> None:
    """The parts it declares make it the kind its name says, and no kind that runs."""
    names = set(box.namelist())
    if _LIST not in names:
        raise Unfit(_("This is a ZIP archive. Take the files out of it and add them one by one."))
    listed = _read(box, _LIST, _MOST_LIST)
    _parse(listed)
    if _TYPES.search(listed) or any(_PROGRAM.search(name) for name in names):
        raise Unfit(_macros())
    if MAIN_PARTS[word] not in names:
        other = next((w for w, part in MAIN_PARTS.items() if part in names), None)
        if other is None:
            raise Unfit(_damaged())
        raise Unfit(
            _("The file's name does not fit what is inside: it is a %(kind)s file. Rename it.")
            % {"kind": other.upper()}
        )


def check_member(box: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    """One part: no entity tricks in XML, no link that fetches or starts something, no object that runs."""
    name = member.filename.lower()
    if name.endswith(".rels"):
        check_links(_read(box, member.filename, _MOST_LIST))
    elif name.endswith((".xml", ".vml")):
        head = _read(box, member.filename, _HEAD, whole=False)
        check_xml_head(head)
        if "/externallinks/" in name and _DDE.search(head):
            raise Unfit(_links())
    elif "/embeddings/" in name:
        check_embedded(box, member)


def check_xml_head(head: bytes) -> None:
    """A document type stands before the root element or nowhere; with none there, no entity can be declared."""
    plain = head.replace(b"\x00", b"")  # UTF-16
    if b"<!DOCTYPE" in plain or b"<!ENTITY" in plain or (plain.strip() and not re.search(rb"<[A-Za-z_]", plain)):
        raise Unfit(_damaged())


def check_links(data: bytes) -> None:
    """Ordinary hyperlinks pass; templates, objects and frames fetched from elsewhere do not."""
    for node in _parse(data).iter():
        if node.get("TargetMode", "").lower() != "external":
            continue
        kind, target = node.get("Type", ""), node.get("Target", "").strip()
        far = _LINKS.search(kind) and _FAR.search(target)
        if far or re.match(r"(javascript|vbscript|data|mhtml|ms-[\w-]+):", target, re.I):
            raise Unfit(_links())


def check_embedded(box: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    """A chart keeps its figures as a small workbook inside; that one passes when it is plain itself."""
    if not member.filename.lower().endswith((".xlsx", ".docx", ".pptx")) or member.file_size > _MOST_INNER:
        raise Unfit(_("This file has other files or objects inside. Take them out and add them one by one."))
    inner = io.BytesIO(_read(box, member.filename, _MOST_INNER))
    with zipfile.ZipFile(inner) as held:
        check_container(held, inner.getbuffer().nbytes)
        if any(_PROGRAM.search(n) or "/embeddings/" in n.lower() for n in held.namelist()):
            raise Unfit(_macros())


def _read(box: zipfile.ZipFile, name: str, most: int, whole: bool = True) -> bytes:
    with box.open(name) as part:
        data = part.read(most + 1)
    if whole and len(data) > most:
        raise Unfit(_damaged())
    return data[:most]


def _parse(data: bytes) -> ElementTree.Element:  # type: ignore[name-defined]
    try:
        return ElementTree.fromstring(data, forbid_dtd=True)
    except (ElementTree.ParseError, DefusedXmlException, LookupError, ValueError) as error:
        raise Unfit(_damaged()) from error


def _damaged() -> str:
    return _("This file is damaged or not what its name says. Open it, save it anew and choose it again.")


def _macros() -> str:
    return _("This file holds a program (macros or controls). Save it as DOCX, XLSX or PPTX without macros.")


def _links() -> str:
    return _(
        "This file fetches or starts something when it is opened. Break its links, save it anew and choose it again."
    )
