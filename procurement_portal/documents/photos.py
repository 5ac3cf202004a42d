"""Several photographs become one tagged PDF in the vault. In the background worker only."""

from __future__ import annotations

import io

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from PIL import Image, ImageOps

from procurement_portal.documents import storage
from procurement_portal.documents.models import File, PhotoSet
from procurement_portal.letters.frame import frame, made
from procurement_portal.letters.render import render

LONGEST_SIDE = 2000  # pixels: sharp on letter paper
QUALITY = 82


def pdf_of(photo_set: PhotoSet, files: list[File]) -> bytes:
    """One tagged PDF of these photographs, in the active language."""
    pages = [
        {"file": f"{number}.jpg", "alt": _("Page %(number)s, photograph") % {"number": number}}
        for number in range(1, len(files) + 1)
    ]
    count = ngettext("%(count)d photograph", "%(count)d photographs", len(files)) % {"count": len(files)}
    data = {
        "frame": frame(photo_set.title, department=photo_set.organization.name),
        "made": made(photo_set.asked_at),
        "sentence": count,
        "photos": pages,
    }
    pictures = {page["file"]: upright(file) for page, file in zip(pages, files, strict=True)}
    return render("photos", data, files=pictures, made_at=photo_set.asked_at)


def upright(file: File) -> bytes:
    """The photograph as JPEG: turned as it was held, no larger than a page needs, without place and camera data."""
    with storage.reading(file) as source, Image.open(source, formats=["JPEG", "PNG"]) as picture:
        picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
        turned = ImageOps.exif_transpose(picture)
        turned.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        flat = Image.new("RGB", turned.size, "white")
        flat.paste(turned, mask=turned.getchannel("A") if "A" in turned.getbands() else None)
        out = io.BytesIO()
        flat.save(out, "JPEG", quality=QUALITY, optimize=True)
        return out.getvalue()
