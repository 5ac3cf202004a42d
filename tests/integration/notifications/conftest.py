"""A kind of record with conversations: an organization's file, seen by its people and by the City's family services."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from procurement_portal.notifications import recipients, threads
from procurement_portal.people.models.body import Organization
from procurement_portal.people.models.membership import Desk
from tests.cast import Cast
from tests.factories.clocks import make_desk

KIND = "people.organization"


@dataclass
class Case:
    """The organization that is written about, the desk that takes part, and the reason why nobody may write."""

    organization: Organization
    desk: Desk
    reason: str | None = None

    @property
    def pk(self) -> str:
        return str(self.organization.pk)


@pytest.fixture
def case(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Iterator[Case]:
    """Alpha's file: Alice and Ben on one side, Dora's desk on the other."""
    made = Case(cast.alpha, make_desk(cast.family, cast.dora.user))

    def find(actor: Any, pk: str) -> Organization | None:
        mine = actor.organization_id == cast.alpha.pk or actor.department_id == cast.family.pk
        return cast.alpha if mine and pk == made.pk else None

    provider = threads.ThreadSubject(
        find=find,
        title=lambda row: row.name,
        url=lambda row: f"/organizations/{row.pk}/",
        participants=lambda row: [
            *recipients.organization(row, ("administrator", "preparer")),
            *recipients.desk(made.desk),
        ],
        may_write=lambda actor, row: made.reason,
    )
    monkeypatch.setattr(threads, "_subjects", {KIND: provider})
    yield made
