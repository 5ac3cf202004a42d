"""What an actor may see of vaults and files."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from procurement_portal.documents.kinds import KINDS, Kind
from procurement_portal.documents.models import Document, File, FileState, PhotoSet

if TYPE_CHECKING:
    from procurement_portal.people.actor import Actor

SOON = timedelta(days=60)  # the first of the three warnings


class Standing(StrEnum):
    """How an organization stands with one kind of paper on a day."""

    HAVE = "have"
    EXPIRING = "expiring"  # valid on the day, lapses within 60 days of it
    LAPSED = "lapsed"
    MISSING = "missing"


@dataclass(frozen=True)
class PaperStanding:
    """One kind of paper on one day: the best document there is (None when missing)."""

    kind: Kind
    standing: Standing
    document: Document | None = None


def documents_of(actor: Actor) -> QuerySet[Document]:
    """Every document this actor may see, earlier versions and removed ones too."""
    rows = Document.objects.select_related("file__data_key__within", "organization", "added_by")
    if actor.is_system:
        return rows
    if actor.organization_id is None or not actor.can("organization.view"):
        return rows.none()
    return rows.filter(organization_id=actor.organization_id)


def vault_of(actor: Actor, organization_id: int) -> QuerySet[Document]:
    """The documents in an organization's vault now, by kind and title; nothing for who may not see it."""
    return (
        documents_of(actor)
        .filter(organization_id=organization_id, replaced_by=None, removed_at=None)
        .exclude(file__state=FileState.REFUSED)
        .order_by("kind", "title", "pk")
    )


def refused_of(actor: Actor, organization_id: int) -> QuerySet[Document]:
    """Documents whose file the scan refused and nobody has replaced or removed yet."""
    return documents_of(actor).filter(
        organization_id=organization_id, replaced_by=None, removed_at=None, file__state=FileState.REFUSED
    )


def versions_of(actor: Actor, document: Document) -> list[Document]:
    """All versions of a document, newest first."""
    rows = {d.pk: d for d in documents_of(actor).filter(organization_id=document.organization_id, kind=document.kind)}
    newest = rows.get(document.pk)
    while newest is not None and newest.replaced_by_id in rows:
        newest = rows[newest.replaced_by_id]
    older = {d.replaced_by_id: d for d in rows.values() if d.replaced_by_id}
    found = []
    while newest is not None:
        found.append(newest)
        newest = older.get(newest.pk)
    return found


def photo_sets_of(actor: Actor, organization_id: int) -> QuerySet[PhotoSet]:
    """Photographs still being made into a PDF, or that could not be."""
    rows = PhotoSet.objects.filter(organization_id=organization_id, document=None).order_by("-pk")
    allowed = actor.is_system or (actor.organization_id == organization_id and actor.can("organization.view"))
    return rows if allowed else rows.none()


def arrived_file(actor: Actor, pk: int | None) -> File | None:
    """A file this person brought for the organization they act for, by its number; None if there is none."""
    rows = File.objects.select_related("data_key__within").exclude(received_by=None)
    if pk is None or actor.user_id is None:
        return None
    return rows.filter(pk=pk, received_by_id=actor.user_id).filter(Q(organization_id=actor.organization_id)).first()


def current_documents(organization_id: int, kinds: Iterable[str]) -> QuerySet[Document]:
    """The documents of these kinds in a vault now, whose file was not refused. Whoever asks may see the organization."""
    return current_of([organization_id], kinds)


def current_of(organization_ids: Iterable[int], kinds: Iterable[str]) -> QuerySet[Document]:
    """The same for the vaults of many organizations. Whoever asks may see them all."""
    return (
        Document.objects.filter(
            organization_id__in=list(organization_ids), kind__in=list(kinds), replaced_by=None, removed_at=None
        )
        .exclude(file__state=FileState.REFUSED)
        .select_related("file__data_key__within")
        .order_by("kind", "-expires_on", "pk")
    )


def standing_of(organization_id: int, kinds: Iterable[str], on: date) -> list[PaperStanding]:
    """For each kind, in the order asked: have, expiring, lapsed or missing on that day, in one statement.

    Raises KeyError for an unknown kind.
    """
    asked = [KINDS[word] for word in kinds]
    best: dict[str, Document] = {}
    for document in current_documents(organization_id, [kind.word for kind in asked]):
        held = best.get(document.kind)
        if held is None or _until(document) > _until(held):
            best[document.kind] = document
    return [PaperStanding(kind, standing(best.get(kind.word), on), best.get(kind.word)) for kind in asked]


def insurance_of(organization_id: int) -> list[Document]:
    """The certificates of insurance in a vault now, in one statement. Whoever asks may see the organization."""
    return list(current_documents(organization_id, ["insurance"]))


def insured(certificates: Iterable[Document], coverage: str, limit_cents: int, on: date) -> tuple[PaperStanding, int]:
    """How certificates stand with one coverage and its least limit on a day, and the highest limit that is valid but too low.

    Of those that reach the limit the one valid longest counts. The second figure is in cents, 0 if there is none.
    """
    of_it = [d for d in certificates if d.details.get("coverage") == coverage]
    enough = [d for d in of_it if d.details.get("limit_cents", 0) >= limit_cents]
    best = max(enough, key=_until, default=None)
    low = [d.details.get("limit_cents", 0) for d in of_it if d not in enough and standing(d, on) != Standing.LAPSED]
    return PaperStanding(KINDS["insurance"], standing(best, on), best), max(low, default=0)


def standing(document: Document | None, on: date) -> Standing:
    """How one document stands on a day. Its last day itself is valid."""
    if document is None:
        return Standing.MISSING
    if document.expires_on is None:
        return Standing.HAVE
    if document.expires_on < on:
        return Standing.LAPSED
    return Standing.EXPIRING if document.expires_on - on <= SOON else Standing.HAVE


def _until(document: Document) -> date:
    return document.expires_on or date.max
