"""Several photographs become one tagged PDF in the vault. In the background worker only."""

from __future__ import annotations

import io
from dataclasses import replace

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from PIL import Image, ImageOps

from procurement_portal import events
from procurement_portal.documents import actions, storage
from procurement_portal.documents.checks import clean_name
from procurement_portal.documents.events import PhotosReady
from procurement_portal.documents.models import File, FileState, PhotoSet
from procurement_portal.history.record import record
from procurement_portal.letters.frame import frame, made
from procurement_portal.letters.render import render
from procurement_portal.people.actor import Actor

LONGEST_SIDE = 2000  # pixels: sharp on letter paper
QUALITY = 82


class StillHeld(Exception):
    """A photograph is not scanned yet; the outbox tries again."""


def make(photo_set_id: int) -> None:
    """Make the PDF and put it into the vault. Right when it runs twice. Raises StillHeld until all are scanned."""
    with transaction.atomic():
        photo_set = PhotoSet.objects.select_for_update(of=("self",)).select_related("organization").get(pk=photo_set_id)
        if photo_set.document_id or photo_set.problem:
            return
        files = [photo.file for photo in photo_set.photos.select_related("file__data_key__within")]
        if any(file.state == FileState.HELD for file in files):
            raise StillHeld("a photograph is not scanned yet")
        by_portal = replace(
            Actor.system("photographs"),
            organization_id=photo_set.organization_id,
            organization_name=photo_set.organization.name,
        )
        with translation.override(photo_set.language):
            if any(file.state == FileState.REFUSED for file in files):
                _give_up(photo_set, by_portal)
                return
            content = _pdf(photo_set, files)
            file = actions.receive(by_portal, content, name=clean_name(f"{photo_set.title}.pdf"))
        document = actions.add_to_vault(
            by_portal, organization_id=photo_set.organization_id, kind="photos", title=photo_set.title, file=file
        )
        document.added_by_id = photo_set.asked_by_id
        document.save(update_fields=["added_by"])
        photo_set.document = document
        photo_set.save(update_fields=["document"])
        events.publish(
            PhotosReady(
                document_id=document.pk, organization_id=photo_set.organization_id, user_id=photo_set.asked_by_id
            )
        )


def _give_up(photo_set: PhotoSet, actor: Actor) -> None:
    photo_set.problem = _("One of the photographs was refused. Choose the others again.")
    photo_set.save(update_fields=["problem"])
    record(actor, "photos.fail", photo_set, after={"problem": "refused"})


def _pdf(photo_set: PhotoSet, files: list[File]) -> bytes:
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
