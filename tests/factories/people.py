"""Makes people and papers for tests of this room."""

from __future__ import annotations

import itertools

from procurement_portal.documents.models import Document
from procurement_portal.people.models.body import Organization
from procurement_portal.people.models.user import User
from tests.cast import Person
from tests.factories.documents import received

_numbers = itertools.count(1)


def a_person(name: str = "Sam Someone", email: str = "") -> User:
    """A person with an account and no role anywhere."""
    return User.objects.create(email=email or f"person{next(_numbers)}@example.org", name=name, password="!")


def a_paper(organization: Organization, giver: Person, title: str = "Board resolution") -> Document:
    """A real PDF, received and checked, as a document in the organization's vault."""
    file = received(giver.actor, name=f"resolution-{next(_numbers)}.pdf")
    return Document.objects.create(organization=organization, kind="other", title=title, file=file)
