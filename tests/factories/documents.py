"""Files and documents for the tests: real PDFs, received as people send them."""

from __future__ import annotations

import io
from typing import Any

import pikepdf

from procurement_portal.documents import actions
from procurement_portal.documents.models import Document, File
from procurement_portal.people.actor import Actor
from procurement_portal.vault.models import DataKey


def pdf(words: str = "Certificate", pages: int = 1) -> bytes:
    """A small honest PDF with these words on its first page."""
    made = pikepdf.new()
    font = made.make_indirect(
        pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
    )
    for number in range(pages):
        page = made.add_blank_page(page_size=(612, 792))
        page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
        text = f"BT /F1 14 Tf 72 700 Td ({words} {number + 1}) Tj ET"
        page.Contents = made.make_stream(text.encode())
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def received(
    actor: Actor, name: str = "certificate.pdf", content: bytes = b"", *, within: DataKey | None = None,
    released: bool = True, **more: Any,
) -> File:  # fmt: skip
    """A file received by this actor and, unless `released` is False, already scanned."""
    file = actions.receive(actor, content or pdf(name), name=name, within=within, **more)
    if released:
        actions.scan(file.pk)
        file.refresh_from_db()
    return file


def document(
    actor: Actor, *, kind: str = "w9", title: str = "Certificate", file: File | None = None, **more: Any
) -> Document:
    """A released document in the vault of the organization acted for."""
    assert actor.organization_id is not None
    return actions.add_to_vault(
        actor, organization_id=actor.organization_id, kind=kind, title=title, file=file or received(actor), **more
    )
