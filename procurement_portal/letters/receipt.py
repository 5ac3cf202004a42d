"""The receipt of a submission as a letter: what was received, when, from whom, every hash, the signature, how to verify."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import translation
from django.utils.translation import gettext

from procurement_portal.letters.frame import frame, made
from procurement_portal.letters.render import render
from procurement_portal.web import words


@dataclass(frozen=True)
class HashedSection:
    """A section of the submission and the SHA-256 (hex) of its canonical JSON."""

    title: str
    sha256: str


@dataclass(frozen=True)
class HashedFile:
    """A file of the submission: name, bytes, SHA-256 in hex."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """Everything a receipt says. `signature` is `vault.signing.sign_receipt` over the receipt's JSON file."""

    number: str
    jurisdiction: str
    department: str
    solicitation_number: str
    solicitation_title: str
    organization: str
    signatory: str
    submitted_at: datetime
    due_at: datetime
    sections: Sequence[HashedSection]
    files: Sequence[HashedFile]
    signature: str
    json_sha256: str
    verify_url: str  # where the public key and the procedure are


def receipt_pdf(receipt: Receipt, language: str = "en") -> bytes:
    """The receipt as tagged PDF in this language. In the background worker only. Raises LetterFailed."""
    with translation.override(language):
        return render("receipt", receipt_data(receipt), made_at=receipt.submitted_at)


def receipt_data(receipt: Receipt) -> dict[str, object]:
    """What the template is given, in the active language."""
    at = words.exact(receipt.submitted_at)
    return {
        "frame": frame(
            gettext("Receipt for %(number)s") % {"number": receipt.solicitation_number},
            jurisdiction=receipt.jurisdiction,
            department=receipt.department,
            foot=gettext("Receipt %(number)s") % {"number": receipt.number},
        ),
        "made": made(receipt.submitted_at),
        "sentence": gettext("We received the answer of %(organization)s to “%(title)s” on %(at)s. It was due %(due)s.")
        % {
            "organization": receipt.organization,
            "title": receipt.solicitation_title,
            "at": at,
            "due": words.instant(receipt.due_at),
        },
        "facts": [
            [gettext("Receipt number"), receipt.number],
            [gettext("Solicitation"), f"{receipt.solicitation_number}: {receipt.solicitation_title}"],
            [gettext("Organization"), receipt.organization],
            [gettext("Signed and submitted by"), receipt.signatory],
            [gettext("Received"), at],
        ],
        "words": {
            "sections": gettext("Sections received"),
            "section": gettext("Section"),
            "sha256": gettext("SHA-256 of the content"),
            "files": gettext("Files received"),
            "file": gettext("File"),
            "size": gettext("Size"),
            "no_files": gettext("No files were part of this answer."),
            "signature": gettext("Signature"),
            "signature_says": gettext("The portal signed the content of the receipt file with this Ed25519 signature:"),
            "verify": gettext("How to verify this receipt"),
        },
        "sections": [{"title": s.title, "sha256": s.sha256} for s in receipt.sections],
        "files": [{"name": f.name, "size": words.file_size(f.size), "sha256": f.sha256} for f in receipt.files],
        "signature": receipt.signature,
        "steps": [
            gettext("Download the receipt’s JSON file from its page. Its SHA-256 must be %(hash)s.")
            % {"hash": receipt.json_sha256},
            gettext("Get the public key from %(url)s. Anyone can: no account is needed.") % {"url": receipt.verify_url},
            gettext(
                "Run “python3 manage.py verify_receipt” on the JSON file, or check the signature with any Ed25519 tool."
            ),
            gettext("Compare the SHA-256 of each of your files with the list above."),
        ],
    }
