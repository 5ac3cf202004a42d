"""Files arrive, are scanned, are released or refused; documents are added to a vault, replaced, corrected, removed."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.core.files.base import File as DjangoFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from procurement_portal import events
from procurement_portal.documents import checks, expiry, photos, scanner, storage
from procurement_portal.documents.events import DocumentAdded, FileRefused, FileReleased, PhotosReady
from procurement_portal.documents.kinds import KINDS, Coverage
from procurement_portal.documents.limits import MOST_PHOTOS
from procurement_portal.documents.models import Document, File, FileState, Photo, PhotoSet
from procurement_portal.documents.unfit import Unfit
from procurement_portal.documents.uploads import SealedUpload, arrived
from procurement_portal.history.record import record
from procurement_portal.outbox.intents import enqueue
from procurement_portal.people.actor import Actor
from procurement_portal.time.clock import now, today
from procurement_portal.vault.models import DataKey
from procurement_portal.vault.sealing import new_data_key, seal
from procurement_portal.web.refusal import Conflict, Invalid, Refused


def receive(
    actor: Actor,
    upload: DjangoFile | bytes,
    *,
    name: str = "",
    token: str = "",
    within: DataKey | None = None,
    field: str = "file",
) -> File:
    """Take a file: note when its last byte was here, check its content, store it sealed, ask for the scan.

    `upload` is what a form brings, or bytes. `name` is as its owner named it. `token` is the sender's own mark of up to 64
    characters: the same upload sent twice gives the first file. `within` is the data key that shall hold the file's key (a
    proposal's or a section's), so that the file opens when that does. The file belongs to the organization acted for.
    It is held until scanned; bind it to its purpose at once, its receipt time does not wait.

    Raises Invalid under `field` when the content is refused, Conflict when `token` came before with another content.
    """
    received_at = now()
    sealed = arrived(upload, name)
    name = checks.clean_name(name or sealed.name or "")
    try:
        earlier = _same_upload(actor, sealed, token)
        if earlier is not None:
            return earlier
        try:
            checks.check_size(sealed.size)
            kind = checks.check(sealed.plain, sealed.size, name or "")
        except Unfit as unfit:
            raise Invalid({field: [unfit.message]}) from unfit
        storage.keep(sealed)
        try:
            with transaction.atomic():
                key = new_data_key("file", f"file:{sealed.storage_key}", within=within, plain=sealed.secret)
                facts = {"name": name, "content_type": kind.content_type, "size": sealed.size, "sha256": sealed.sha256}
                file = File(
                    organization_id=actor.organization_id,
                    received_by_id=actor.user_id,
                    received_at=received_at,
                    token=token,
                    storage_key=sealed.storage_key,
                    data_key=key,
                )
                file.facts = seal(key, json.dumps(facts).encode(), file.aad)
                file.save(force_insert=True)
                record(actor, "file.receive", file)
                enqueue("documents.scan", key=f"documents.scan:{file.pk}", file_id=file.pk)
        except BaseException as failed:
            storage.forget(sealed.storage_key)
            first = _same_upload(actor, sealed, token) if isinstance(failed, IntegrityError) else None
            if first is None:
                raise
            return first  # the same upload came twice at once; the other one was first
        return file
    finally:
        sealed.close()


def _same_upload(actor: Actor, sealed: SealedUpload, token: str) -> File | None:
    """The file this token brought before. Raises Conflict if its content was another."""
    if not token or actor.user_id is None:
        return None
    earlier = File.objects.select_related("data_key__within").filter(received_by_id=actor.user_id, token=token).first()
    if earlier is not None and earlier.sha256 != sealed.sha256:
        raise Conflict(_("Another file was already received under this mark. Choose the file again."), earlier)
    return earlier


def scan(file_id: int) -> None:
    """Ask the scanner about one held file and release or refuse it. Right when it runs twice.

    Raises ScannerUnavailable while the scanner does not answer: the file stays held and the outbox tries again.
    """
    with transaction.atomic():
        file = File.objects.select_for_update().get(pk=file_id)
        if file.state != FileState.HELD:
            return
        with storage.reading(file) as source:
            verdict = scanner.ask(source)
        if verdict.found:
            _refuse(file, verdict.by)
        else:
            _release(file, verdict.by)


def _release(file: File, by: str) -> None:
    file.state, file.state_at, file.scanned_by = FileState.RELEASED, now(), by
    file.save(update_fields=["state", "state_at", "scanned_by"])
    record(Actor.system("scan"), "file.release", file, before={"state": "held"}, after={"state": "released", "by": by})
    events.publish(FileReleased(file_id=file.pk, organization_id=file.organization_id))


def _refuse(file: File, by: str) -> None:
    reason = _("The virus scan found something harmful in it. Check the computer it came from, then add a clean file.")
    file.state, file.state_at, file.scanned_by, file.state_reason = FileState.REFUSED, now(), by, reason
    file.save(update_fields=["state", "state_at", "scanned_by", "state_reason"])
    record(Actor.system("scan"), "file.refuse", file, before={"state": "held"}, after={"state": "refused", "by": by})
    document = file.documents.filter(replaced_by=None, removed_at=None).first()
    events.publish(
        FileRefused(
            file_id=file.pk,
            user_id=file.received_by_id,
            organization_id=file.organization_id,
            received_at=file.received_at,
            reason=reason,
            url=reverse("documents:document", args=[document.pk]) if document else "",
        )
    )


def add_to_vault(
    actor: Actor,
    *,
    organization_id: int,
    kind: str,
    title: str,
    file: File,
    issued_on: date | None = None,
    expires_on: date | None = None,
    details: dict[str, Any] | None = None,
    added_by_id: int | None = None,
) -> Document:
    """Put a received file into the organization's vault as a document of this kind (a word of `kinds.KINDS`).

    `added_by_id` names the person the portal acts for. `details` of insurance: {"coverage": word of `Coverage`, "limit_cents": int}. Starts the clock of its last day. Raises Refused
    for another organization or without the permission, Invalid per field.
    """
    _may_manage(actor, organization_id)
    with transaction.atomic():
        document = Document(
            organization_id=organization_id, kind=kind, title=title.strip(), file=file,
            added_by_id=added_by_id or actor.user_id,
        )  # fmt: skip
        _take(document, issued_on, expires_on, details)
        document.save(force_insert=True)
        record(actor, "document.add", document, after=_told(document))
        expiry.watch(document, actor)
        events.publish(DocumentAdded(document_id=document.pk, organization_id=organization_id, kind=kind))
    return document


def replace(
    actor: Actor,
    document: Document,
    *,
    file: File,
    issued_on: date | None = None,
    expires_on: date | None = None,
    details: dict[str, Any] | None = None,
) -> Document:
    """Put a newer version in the place of a document; the earlier one stays readable. Returns the new one.

    Raises Conflict when it was replaced or removed meanwhile, Invalid per field, Refused.
    """
    _may_manage(actor, document.organization_id)
    with transaction.atomic():
        old = _locked(document)
        fresh = Document(
            organization_id=old.organization_id, kind=old.kind, title=old.title, file=file, added_by_id=actor.user_id
        )
        _take(fresh, issued_on, expires_on, old.details if details is None else details)
        fresh.save(force_insert=True)
        old.replaced_by = fresh
        old.save(update_fields=["replaced_by"])
        record(actor, "document.replace", old, before=_told(old), after=_told(fresh))
        record(actor, "document.add", fresh, after=_told(fresh))
        expiry.stop_watching(old, "replaced", actor)
        expiry.watch(fresh, actor)
        events.publish(DocumentAdded(document_id=fresh.pk, organization_id=fresh.organization_id, kind=fresh.kind))
    return fresh


def correct(
    actor: Actor,
    document: Document,
    *,
    title: str,
    issued_on: date | None,
    expires_on: date | None,
    details: dict[str, Any] | None = None,
) -> Document:
    """Correct what was typed about a document; the file stays. Raises Conflict, Invalid per field, Refused."""
    _may_manage(actor, document.organization_id)
    with transaction.atomic():
        row = _locked(document)
        before = _told(row)
        row.title = title.strip()
        _take(row, issued_on, expires_on, row.details if details is None else details)
        row.save(update_fields=["title", "issued_on", "expires_on", "details"])
        if _told(row) != before:
            record(actor, "document.correct", row, before=before, after=_told(row))
            expiry.stop_watching(row, "corrected", actor)
            expiry.watch(row, actor)
    return row


def remove(actor: Actor, document: Document, *, why: str = "") -> None:
    """Take a document out of the vault. Answers that hold it keep it; history does too. Raises Conflict, Refused."""
    _may_manage(actor, document.organization_id)
    with transaction.atomic():
        row = _locked(document)
        row.removed_at = now()
        row.save(update_fields=["removed_at"])
        record(actor, "document.remove", row, before=_told(row), why=why.strip())
        expiry.stop_watching(row, "removed", actor)


def photos_to_pdf(actor: Actor, *, organization_id: int, title: str, files: Sequence[File]) -> PhotoSet:
    """Ask for one PDF of several received photographs, in this order; the background worker makes it once all are scanned.

    Raises Invalid for none, too many or a file that is no picture, Refused.
    """
    _may_manage(actor, organization_id)
    if not files:
        raise Invalid({"photographs": [_("Choose at least one photograph.")]})
    if len(files) > MOST_PHOTOS:
        raise Invalid({"photographs": [_("Choose at most %(most)s photographs at once.") % {"most": MOST_PHOTOS}]})
    if any(f.organization_id != organization_id or not f.content_type.startswith("image/") for f in files):
        raise Invalid({"photographs": [_("Choose pictures only: JPEG or PNG.")]})
    if not title.strip():
        raise Invalid({"title": [_("Give the photographs a title.")]})
    with transaction.atomic():
        asked = PhotoSet.objects.create(
            organization_id=organization_id, title=title.strip()[:200], asked_by_id=actor.user_id,
            language=(get_language() or "en")[:8],
        )  # fmt: skip
        Photo.objects.bulk_create(Photo(photo_set=asked, file=file, position=n) for n, file in enumerate(files, 1))
        record(actor, "photos.ask", asked, after={"photographs": len(files)})
        enqueue("documents.photos", key=f"documents.photos:{asked.pk}", photo_set_id=asked.pk)
    return asked


class StillHeld(Exception):
    """A photograph is not scanned yet; the outbox tries again."""


def make_photos(photo_set_id: int) -> None:
    """Make the PDF and put it into the vault. Right when it runs twice. Raises StillHeld until all are scanned."""
    with transaction.atomic():
        photo_set = PhotoSet.objects.select_for_update(of=("self",)).select_related("organization").get(pk=photo_set_id)
        if photo_set.document_id or photo_set.problem:
            return
        files = [photo.file for photo in photo_set.photos.select_related("file__data_key__within")]
        if any(file.state == FileState.HELD for file in files):
            raise StillHeld("a photograph is not scanned yet")
        body = photo_set.organization
        portal = dataclasses.replace(Actor.system("photographs"), organization_id=body.pk, organization_name=body.name)
        with translation.override(photo_set.language):
            if any(file.state == FileState.REFUSED for file in files):
                photo_set.problem = _("One of the photographs was refused. Choose the others again.")
                photo_set.save(update_fields=["problem"])
                record(portal, "photos.fail", photo_set, after={"problem": "refused"})
                return
            content = photos.pdf_of(photo_set, files)
            file = receive(portal, content, name=checks.clean_name(f"{photo_set.title}.pdf"))
        document = add_to_vault(
            portal,
            organization_id=body.pk,
            kind="photos",
            title=photo_set.title,
            file=file,
            added_by_id=photo_set.asked_by_id,
        )
        photo_set.document = document
        photo_set.save(update_fields=["document"])
        events.publish(PhotosReady(document_id=document.pk, organization_id=body.pk, user_id=photo_set.asked_by_id))


def _may_manage(actor: Actor, organization_id: int) -> None:
    if actor.is_system:
        return
    if actor.organization_id != organization_id or not actor.can("documents.manage"):
        raise Refused(_("Documents are added and changed by people of the organization who may manage them."))


def _locked(document: Document) -> Document:
    row = Document.objects.select_for_update(of=("self",)).select_related("file__data_key__within").get(pk=document.pk)
    if row.replaced_by_id is not None:
        raise Conflict(_("Somebody has put a newer version in its place. Look at that one first."), row.replaced_by)
    if row.removed_at is not None:
        raise Conflict(_("Somebody has taken this document out of the vault."), row)
    return row


def _take(document: Document, issued_on: date | None, expires_on: date | None, details: dict[str, Any] | None) -> None:
    """Check and set what is told about a document. Raises Invalid per field."""
    problems: dict[str, list[str]] = {}
    kind = KINDS.get(document.kind)
    if kind is None:
        raise Invalid({"kind": [_("Choose the kind of document.")]})
    if document.file.organization_id != document.organization_id or document.file.state == FileState.REFUSED:
        problems["file"] = [_("Choose the file again.")]
    if not document.title or len(document.title) > 200:
        problems["title"] = [_("Give the document a title of at most 200 characters.")]
    if issued_on is not None and issued_on > today():
        problems["issued_on"] = [_("The day it was issued cannot be in the future.")]
    if kind.expires and expires_on is None:
        problems["expires_on"] = [_("Enter the last day it is valid; it stands on the paper.")]
    elif expires_on is not None and issued_on is not None and expires_on < issued_on:
        problems["expires_on"] = [_("It cannot expire before it was issued.")]
    given = dict(details or {})
    if kind.insurance:
        if given.get("coverage") not in Coverage.values:
            problems["coverage"] = [_("Choose the coverage.")]
        if not isinstance(given.get("limit_cents"), int) or given["limit_cents"] <= 0:
            problems["limit"] = [_("Enter the limit for each occurrence, in dollars.")]
        given = {"coverage": given.get("coverage"), "limit_cents": given.get("limit_cents")}
    if problems:
        raise Invalid(problems)
    document.issued_on, document.expires_on, document.details = issued_on, expires_on, given


def _told(document: Document) -> dict[str, Any]:
    """What history keeps of a document: never the file's name or content."""
    return {
        "kind": document.kind,
        "title": document.title,
        "file": document.file_id,
        "issued_on": document.issued_on.isoformat() if document.issued_on else None,
        "expires_on": document.expires_on.isoformat() if document.expires_on else None,
        **document.details,
    }
