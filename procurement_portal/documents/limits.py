"""What we take: kinds of file, and how large. Said to people before they choose a file."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

MOST_BYTES = 25_000_000  # one file
MOST_PIXELS = 60_000_000  # one picture: a phone takes 12 to 50 million
MOST_PAGES = 1_000  # one PDF
MOST_MEMBERS = 3_000  # parts inside one office file
MOST_UNPACKED = 250_000_000  # bytes of all parts of one office file, unpacked
MOST_RATIO = 200  # unpacked to packed, of a part larger than 1 MB
MOST_PHOTOS = 30  # in one photo set


@dataclass(frozen=True)
class Kind:
    """A kind of file by its content."""

    word: str
    content_type: str
    endings: tuple[str, ...]
    label: object


KINDS: dict[str, Kind] = {
    kind.word: kind
    for kind in (
        Kind("pdf", "application/pdf", (".pdf",), _("PDF")),
        Kind("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", (".docx",), _("Word")),
        Kind("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", (".xlsx",), _("Excel")),
        Kind(
            "pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation", (".pptx",),
            _("PowerPoint"),
        ),
        Kind("jpg", "image/jpeg", (".jpg", ".jpeg"), _("JPEG picture")),
        Kind("png", "image/png", (".png",), _("PNG picture")),
        Kind("csv", "text/csv", (".csv",), _("CSV table")),
        Kind("txt", "text/plain", (".txt",), _("plain text")),
    )
}  # fmt: skip
ENDINGS: tuple[str, ...] = tuple(ending for kind in KINDS.values() for ending in kind.endings)
PICTURES = (".jpg", ".jpeg", ".png")
