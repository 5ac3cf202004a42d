"""Files arrive, are scanned, are released or refused."""

from __future__ import annotations

import json

from django.core.files.base import File as DjangoFile
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from procurement_portal import events
from procurement_portal.documents import checks, scanner, storage
from procurement_portal.documents.events import FileRefused, FileReleased
from procurement_portal.documents.models import File, FileState
from procurement_portal.documents.unfit import Unfit
from procurement_portal.documents.uploads import SealedUpload, arrived
from procurement_portal.history.record import record
from procurement_portal.outbox.intents import enqueue
from procurement_portal.people.actor import Actor
from procurement_portal.time.clock import now
from procurement_portal.vault.models import DataKey
from procurement_portal.vault.sealing import new_data_key, seal
from procurement_portal.web.refusal import Conflict, Invalid


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
            kind = checks.check(sealed.file, sealed.size, name or "")
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
    events.publish(
        FileRefused(file_id=file.pk, user_id=file.received_by_id, organization_id=file.organization_id, reason=reason)
    )
