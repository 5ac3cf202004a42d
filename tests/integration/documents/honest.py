"""Honest files, made by the programs people use or byte for byte as they make them. Each is (name, content)."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime

import pikepdf
from openpyxl import Workbook
from openpyxl.chart import BarChart, Reference
from PIL import Image

from procurement_portal.letters.frame import frame, made
from procurement_portal.letters.render import render
from tests.factories.documents import pdf

TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
MAIN = {
    "docx": ("word/document.xml", "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"),
    "xlsx": ("xl/workbook.xml", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"),
    "pptx": (
        "ppt/presentation.xml",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml",
    ),
}


def office(
    word: str = "docx", *, extra: dict[str, bytes] | None = None, links: str = "", types: str = "", body: bytes = b""
) -> bytes:
    """A minimal office file; `extra` parts, `links` inside the main part's .rels, `types` inside the content types."""
    part, kind = MAIN[word]
    folder, _, file = part.rpartition("/")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as box:
        declared = f'<?xml version="1.0"?><Types xmlns="{TYPES}"><Override PartName="/{part}" ContentType="{kind}"/>{types}</Types>'
        box.writestr("[Content_Types].xml", declared)
        box.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{RELS}"><Relationship Id="r" Type="{OFFICE}/officeDocument" Target="{part}"/></Relationships>',
        )
        text = f'<?xml version="1.0"?><w:document xmlns:w="{WORD}"><w:body><w:p><w:r><w:t>Words</w:t></w:r></w:p></w:body></w:document>'
        box.writestr(part, body or text.encode())
        if links:
            box.writestr(f"{folder}/_rels/{file}.rels", f'<Relationships xmlns="{RELS}">{links}</Relationships>')
        for name, content in (extra or {}).items():
            box.writestr(name, content)
    return out.getvalue()


def link(kind: str, target: str, mode: str = "External") -> str:
    """A relationship to something outside."""
    return f'<Relationship Id="x" Type="{OFFICE}/{kind}" Target="{target}" TargetMode="{mode}"/>'


def picture(kind: str = "JPEG", size: tuple[int, int] = (800, 600), mode: str = "RGB", **more: object) -> bytes:
    """A picture with some detail in it."""
    out = io.BytesIO()
    Image.effect_noise(size, 40).convert(mode).save(out, kind, **more)
    return out.getvalue()


def changed_pdf(change: Callable[[pikepdf.Pdf], None], **save: object) -> bytes:
    """An honest PDF after a change."""
    with pikepdf.open(io.BytesIO(pdf())) as made_pdf:
        change(made_pdf)
        out = io.BytesIO()
        made_pdf.save(out, **save)
        return out.getvalue()


def _sheet(chart: bool = False) -> bytes:
    book = Workbook()
    sheet = book.active
    for row in range(1, 200):
        sheet.append([f"Line {row}", row * 1000, f"=B{row}*2"])
    if chart:
        bars = BarChart()
        bars.add_data(Reference(sheet, min_col=2, min_row=1, max_row=20))
        sheet.add_chart(bars, "E2")
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _form(p: pikepdf.Pdf) -> None:
    field = p.make_indirect(pikepdf.Dictionary(FT=pikepdf.Name.Tx, T="Name", V="Alpha (/JS) /Launch"))
    p.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array([field]))


def _bookmark(p: pikepdf.Pdf) -> None:
    with p.open_outline() as outline:
        outline.root.append(pikepdf.OutlineItem("JavaScript for youth", 0))
    p.Root.OpenAction = pikepdf.Array([p.pages[0].obj, pikepdf.Name.Fit])


def _web_link(p: pikepdf.Pdf) -> None:
    action = pikepdf.Dictionary(S=pikepdf.Name.URI, URI="https://example.org")
    p.pages[0].Annots = pikepdf.Array([
        p.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[0, 0, 9, 9], A=action))
    ])  # fmt: skip


def _xfa(p: pikepdf.Pdf) -> None:
    p.Root.AcroForm = pikepdf.Dictionary(
        Fields=pikepdf.Array(), XFA=p.make_stream(b"<xdp><form>description</form></xdp>")
    )


_LETTER = render(
    "photos",
    {"frame": frame("Garden"), "made": made(datetime(2026, 1, 2, tzinfo=UTC)), "sentence": "Words", "photos": []},
)
_INNER = _sheet()
HONEST: dict[str, tuple[str, bytes]] = {
    "small pdf": ("w9.pdf", pdf()),
    "pdf of many pages": ("audit 2025.pdf", pdf(pages=300)),
    "tagged pdf of our own": ("letter.pdf", _LETTER),
    "pdf with object streams": ("b.pdf", changed_pdf(lambda p: None, object_stream_mode=pikepdf.ObjectStreamMode.generate)),
    "linearized pdf": ("c.pdf", changed_pdf(lambda p: None, linearize=True)),
    "filled form": ("w9 filled.PDF", changed_pdf(_form)),
    "pdf with bookmarks and an opening page": ("plan.pdf", changed_pdf(_bookmark)),
    "pdf with a web link": ("plan.v2.pdf", changed_pdf(_web_link)),
    "form with XFA data and no script": ("form.pdf", changed_pdf(_xfa)),
    "pdf padded by a scanner": ("scan.pdf", pdf() + b"\n\x00\x00\x00\n"),
    "word": ("resume.docx", office()),
    "word with a web link": ("letter of support.docx", office(links=link("hyperlink", "https://example.org/a?b=c"))),
    "word with a mail link": ("m.docx", office(links=link("hyperlink", "mailto:alice@example.org"))),
    "word with a picture": ("chart.docx", office(extra={"word/media/image1.png": picture("PNG", (64, 64))})),
    "word with a chart and its workbook": ("c.docx", office(extra={"word/embeddings/Microsoft_Excel_Sheet1.xlsx": _INNER})),
    "word in UTF-16": ("u.docx", office(body=f'<?xml version="1.0" encoding="UTF-16"?><w:document xmlns:w="{WORD}"/>'.encode("utf-16"))),
    "excel": ("budget.xlsx", _sheet()),
    "excel with a chart": ("budget chart.xlsx", _sheet(chart=True)),
    "powerpoint": ("organization chart.pptx", office("pptx")),
    "jpeg": ("garden.jpg", picture()),
    "jpeg by its other ending": ("garden.JPEG", picture(quality=95)),
    "jpeg of a phone, turned, with a film behind": ("IMG_0001.jpg", picture(exif=b"Exif\0\0MM\0*\0\0\0\x08\0\0") + b"\0\0\0\x18ftypmp42" + b"\0" * 5000),
    "large photograph": ("p.jpg", picture(size=(6000, 4000), quality=60)),
    "gray jpeg": ("gray.jpg", picture(mode="L")),
    "CMYK jpeg": ("print.jpg", picture(mode="CMYK")),
    "png": ("logo.png", picture("PNG", (300, 200))),
    "png with transparency": ("logo a.png", picture("PNG", (300, 200), "RGBA")),
    "png with a palette": ("logo p.png", picture("PNG", (300, 200), "P")),
    "text": ("notes.txt", "Señora Núñez – café\n".encode()),
    "text with a byte order mark": ("notes b.txt", "Words\r\n".encode("utf-8-sig")),
    "text of old Windows": ("old.txt", "Se\u00f1ora \u201cA\u201d".encode("cp1252")),
    "text in UTF-16": ("u16.txt", "Words and words".encode("utf-16")),
    "text with angle brackets": ("math.txt", b"ages < 18 and income <30% of the median, see <attached>"),
    "csv": ("people.csv", b"name,amount\nAlpha,-12.50\nBeta,+3\n\"=SUM(A1:A2)\",4\n"),
    "csv with semicolons": ("people s.csv", "name;role\nÑ;x\n".encode()),
    "name with two dots": ("report.final.v2.pdf", pdf()),
    "name in another alphabet": ("отчёт 2025 汉字.pdf", pdf()),
    "very long name": ("a" * 240 + ".pdf", pdf()),
    "name with a path of Windows": ("C:\\Users\\alice\\w9.pdf", pdf()),
    "name ending in an abbreviation of another": ("budget.xlsx.pdf", pdf()),
}  # fmt: skip
