"""Makes people, bodies and papers for tests of this room."""

from __future__ import annotations

import itertools

from procurement_portal.documents.models import Document, File
from procurement_portal.people.models.body import Organization
from procurement_portal.people.models.user import User
from procurement_portal.vault.sealing import new_data_key

_numbers = itertools.count(1)


def a_person(name: str = "Sam Someone", email: str = "") -> User:
    """A person with an account and no role anywhere."""
    return User.objects.create(email=email or f"person{next(_numbers)}@example.org", name=name, password="!")


def a_paper(organization: Organization, title: str = "Board resolution") -> Document:
    """A document in the organization's vault."""
    number = next(_numbers)
    key = new_data_key("document", f"test:{number}")
    file = File.objects.create(
        name="resolution.pdf", content_type="application/pdf", size=1, sha256="0" * 64, storage_key=f"test-{number}", data_key=key
    )
    return Document.objects.create(organization=organization, kind="authority", title=title, file=file)
