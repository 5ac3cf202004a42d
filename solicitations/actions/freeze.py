"""Freezing the working copy: one snapshot, its receipt, and the last complete version kept for a consent given in advance."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings

from procurement_portal.time.clock import CHICAGO
from procurement_portal.vault.sealing import seal
from procurement_portal.vault.signing import sign_receipt
from solicitations.models.receipt import FORMAT, SubmittedVersion, canonical, digest, signed
from solicitations.models.submission import AdvanceConsent, Submission
from solicitations.queries.draft import Draft, Part, PartnerDraft, draft
from solicitations.queries.readiness import Missing, Paper, missing, papers
from solicitations.queries.submission import advance_consent

if TYPE_CHECKING:
    from procurement_portal.documents.models import File
    from solicitations.actions.working_copy import Held

SNAPSHOT_FORMAT = "procurement-portal/answers/1"


@dataclass(frozen=True)
class Attestation:
    """What a signatory typed and agreed to, and for which account."""

    name: str
    text: str
    user_id: int
    email: str


def read(submission: Submission, at: datetime) -> tuple[Draft, list[Paper], list[Missing]]:
    """The working copy, the papers it needs, and what is missing on that day."""
    copy = draft(submission)
    asked = papers(submission.solicitation_id, submission.organization_id, at.astimezone(CHICAGO).date())
    return copy, asked, missing(copy, asked)


def snapshot(copy: Draft, asked: list[Paper]) -> dict[str, Any]:
    """Everything that is handed in, as plain JSON: parts with their values, and files by hash. Files are never copied:
    a stored file is never changed, so its hash is its frozen copy.
    """
    parts = [_part(part) for part in copy.parts]
    parts += [_partner(partner) for partner in copy.partners]
    parts += [
        {"part": paper.part, "title": paper.label, "files": [_file(paper.found.document.file)]}
        for paper in asked
        if paper.needed_now and paper.here and paper.found.document is not None
    ]
    submission = copy.submission
    return {
        "format": SNAPSHOT_FORMAT,
        "solicitation": submission.solicitation.number,
        "organization": submission.organization.name,
        "proposal": submission.pk,
        "parts": parts,
    }


def _part(part: Part) -> dict[str, Any]:
    frozen = {
        "part": part.name,
        "title": part.question.prompt,
        "kind": part.question.kind,
        "revision": part.question.revision,
        "confirmed": not part.unconfirmed,
        "value": part.value,
    }
    if part.lines:
        frozen["lines"] = [
            {"key": line.key, "name": line.name, "partner": line.partner_id, **line.value} for line in part.lines
        ]
    if part.attachments:
        frozen["files"] = [_file(attachment.file) for attachment in part.attachments]
    return frozen


def _partner(partner: PartnerDraft) -> dict[str, Any]:
    consent = partner.consent
    return {
        "part": f"partner-{partner.partner.pk}",
        "title": partner.partner.organization.name,
        "terms": partner.terms,
        "value": partner.part,
        "signed": partner.signed,
        "signed_at": instant(consent.signed_at) if consent else None,
        "signed_by": consent.signed_by.name if consent else None,
    }


def _file(file: File) -> dict[str, Any]:
    return {"file": file.pk, "name": file.name, "size": file.size, "sha256": file.sha256}


def instant(at: datetime) -> str:
    """An instant in UTC to the microsecond."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def freeze(
    held: Held,
    frozen: Mapping[str, Any],
    attestation: Attestation,
    *,
    token: uuid.UUID,
    content: int,
    received_at: datetime,
    content_as_of: datetime,
    in_advance: bool,
) -> SubmittedVersion:
    """Write a submitted version with its signed receipt; the caller holds the submission and changes its state."""
    submission = held.submission
    number = submission.number + 1
    parts = frozen["parts"]
    receipt = {
        "format": FORMAT,
        "portal": settings.PUBLIC_URL or "Procurement Portal",
        "solicitation": {"number": submission.solicitation.number, "title": submission.solicitation.title},
        "organization": {"id": submission.organization_id, "name": submission.organization.name},
        "proposal": submission.pk,
        "kind": str(submission.kind),
        "version": number,
        "due_at": instant(submission.solicitation.due_at) if submission.solicitation.due_at else None,
        "received_at": instant(received_at),
        "recorded_at": instant(held.at),
        "content_as_of": instant(content_as_of),
        "submitted_in_advance": in_advance,
        "signatory": {"name": attestation.name, "account": attestation.email},
        "attestation": attestation.text,
        "parts": [{"part": part["part"], "title": part["title"], "sha256": digest(part)} for part in parts],
        "files": [
            {"part": part["part"], **{name: file[name] for name in ("name", "size", "sha256")}}
            for part in parts
            for file in part.get("files", ())
        ],
        "not_confirmed_after_addendum": [part["part"] for part in parts if part.get("confirmed") is False],
    }
    message = signed(receipt, sign_receipt(canonical(receipt)))
    return SubmittedVersion.objects.create(
        submission=submission,
        number=number,
        token=token,
        content=content,
        snapshot=sealed_json(submission, frozen, f"version:{number}"),
        receipt=seal(submission.data_key, message, submission.place(f"receipt:{number}")),
        received_at=received_at,
        by_id=attestation.user_id,
        in_advance=in_advance,
    )


def sealed_json(submission: Submission, value: Any, what: str) -> bytes:
    """A JSON value as ciphertext of this submission, bound to its place."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return seal(submission.data_key, text.encode(), submission.place(what))


def keep_complete(held: Held) -> None:
    """After each change: while a consent in advance is open, keep the version that is complete now as the last complete one."""
    consent = advance_consent(held.submission)
    if consent is not None:
        keep_for(held, consent)


def keep_for(held: Held, consent: AdvanceConsent) -> bool:
    """Keep the working copy for this consent if it is complete; says whether it was."""
    copy, asked, lacking = read(held.submission, held.at)
    if lacking:
        return False
    AdvanceConsent.objects.filter(pk=consent.pk).update(
        snapshot=sealed_json(held.submission, snapshot(copy, asked), f"advance:{consent.pk}"),
        snapshot_at=held.at,
        snapshot_content=held.submission.content_version,
    )
    return True
