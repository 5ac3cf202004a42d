"""Pictures: the size in pixels is read before anything is unpacked; what only pretends to be a picture is refused."""

from __future__ import annotations

import re
import zipfile
from typing import BinaryIO

from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError

from procurement_portal.documents.limits import MOST_PIXELS
from procurement_portal.documents.unfit import Unfit

KINDS = {"jpg": "JPEG", "png": "PNG"}
_EDGE = 64 * 1024
_FOREIGN = re.compile(rb"<\?php|<\s*script|<\s*html|%PDF-", re.I)


def check(source: BinaryIO, size: int, word: str) -> None:
    """Refuse a picture that is too large, damaged, or another file as well. Raises Unfit."""
    check_edges(source, size)
    source.seek(0)
    try:
        with Image.open(source, formats=[KINDS[word]]) as picture:
            check_pixels(*picture.size)
            if word == "jpg":
                picture.draft("RGB", (max(1, picture.width // 8), max(1, picture.height // 8)))
                picture.load()  # at an eighth of its size: fast, and finds a file that is cut off
            else:
                picture.verify()
    except Image.DecompressionBombError as error:
        raise Unfit(_too_many(MOST_PIXELS * 2)) from error  # Pillow's own limit, at the least
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise Unfit(_("This picture is damaged. Take it again or save it anew.")) from error


def check_pixels(width: int, height: int) -> None:
    """Refuses pictures no reader's computer should have to unpack."""
    if width * height > MOST_PIXELS:
        raise Unfit(_too_many(width * height))


def _too_many(pixels: int) -> str:
    told = {"count": pixels // 1_000_000, "most": MOST_PIXELS // 1_000_000}
    return _("This picture has over %(count)s million pixels; the limit is %(most)s million.") % told


def check_edges(source: BinaryIO, size: int) -> None:
    """A picture with a program, a page or an archive at its ends is refused; phones append films, which do no harm."""
    source.seek(0)
    head = source.read(_EDGE)
    source.seek(max(0, size - _EDGE))
    tail = source.read(_EDGE)
    source.seek(0)
    if _FOREIGN.search(head) or _FOREIGN.search(tail) or zipfile.is_zipfile(source):
        raise Unfit(_("This file is a picture and something else at the same time. Save the picture anew."))
