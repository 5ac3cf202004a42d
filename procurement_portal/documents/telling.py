"""The words of this room's acts and fields, for `history/_acts.html`; how states of files and papers are said."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from procurement_portal.documents.kinds import KINDS, Coverage
from procurement_portal.documents.models import Document, File, FileState
from procurement_portal.documents.queries import Standing, standing
from procurement_portal.documents.scanner import CONTENT_CHECKS_ALONE
from procurement_portal.history.telling import ACTS, FIELDS
from procurement_portal.web import words

Text = str | Promise


def register() -> None:
    """Called once, when the room is ready."""
    ACTS.update(
        {
            "file.receive": _("File received"),
            "file.release": _("File checked"),
            "file.refuse": _("File refused"),
            "file.read": _("File read"),
            "document.add": _("Document added"),
            "document.replace": _("Newer version added"),
            "document.correct": _("What was typed corrected"),
            "document.remove": _("Document removed"),
            "photos.ask": _("Photographs handed in"),
            "photos.fail": _("Photographs could not be put together"),
        }
    )
    FIELDS.update(
        {
            "kind": _("Kind"),
            "file": _("File number"),
            "issued_on": _("Issued on"),
            "expires_on": _("Expires on"),
            "coverage": _("Coverage"),
            "limit_cents": _("Limit in cents"),
            "photographs": _("Photographs"),
            "by": _("Checked by"),
        }
    )


def checked(file: File) -> Text:
    """How a file stands with its scan."""
    if file.state == FileState.HELD:
        return _("Held until scanned. This takes a minute; you can go on meanwhile.")
    if file.state == FileState.REFUSED:
        return file.state_reason
    if file.scanned_by == CONTENT_CHECKS_ALONE:
        return _("Checked by its content alone: this demonstration has no virus scanner.")
    return _("Checked for viruses.")


def state_of(document: Document, on: date) -> tuple[str, str]:
    """(kind of tag, words) of a document's state on a day."""
    if document.file.state == FileState.REFUSED:
        return "late", gettext("File refused")
    if document.file.state == FileState.HELD:
        return "now", gettext("Being scanned")
    found = standing(document, on)
    if found == Standing.LAPSED:
        return "late", gettext("Expired %(day)s") % {"day": words.day(document.expires_on)}
    if found == Standing.EXPIRING and document.expires_on is not None:
        away = words.days_away(document.expires_on, on)
        return "now", gettext("Expires %(day)s, %(away)s") % {"day": words.day(document.expires_on), "away": away}
    if document.expires_on is not None:
        return "done", gettext("Valid to %(day)s") % {"day": words.day(document.expires_on)}
    return "done", gettext("In the vault")


def insurance(document: Document) -> str:
    """ "Commercial general liability, $1,000,000.00", or "" for other papers."""
    coverage, cents = document.details.get("coverage"), document.details.get("limit_cents")
    if not KINDS[document.kind].insurance or coverage not in Coverage.values or cents is None:
        return ""
    return f"{Coverage(coverage).label}, {words.money(Decimal(cents) / 100)}"
