"""One word for "the organization or department": who may manage its people, and the lock that orders their changes."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext

from procurement_portal.people.actor import Actor
from procurement_portal.people.models.body import Department, Organization
from procurement_portal.people.proof import need_second_factor
from procurement_portal.people.roles import ADMINISTRATOR, DEPARTMENT_ADMINISTRATOR
from procurement_portal.web.refusal import Refused


@dataclass(frozen=True)
class Body:
    """An organization or a department, by id; exactly one is set."""

    organization_id: int | None = None
    department_id: int | None = None

    @classmethod
    def of(cls, row: object) -> Body:
        """The body of a membership, invitation, desk or absence."""
        return cls(getattr(row, "organization_id", None), getattr(row, "department_id", None))

    @classmethod
    def acted_for(cls, actor: Actor) -> Body:
        """The body the actor acts for now; both None for nobody's."""
        return cls(actor.organization_id, actor.department_id)

    @property
    def side(self) -> str:
        """Which roles there are: "organization" or "department"."""
        return "department" if self.department_id else "organization"

    @property
    def manager(self) -> str:
        """The role that manages the body's people."""
        return (DEPARTMENT_ADMINISTRATOR if self.department_id else ADMINISTRATOR).name

    @property
    def fields(self) -> dict[str, int | None]:
        """For filters and new rows."""
        return {"organization_id": self.organization_id, "department_id": self.department_id}

    def lock(self) -> Organization | Department:
        """The row, locked: changes to one body's people happen one after another, so the last administrator is always seen."""
        if self.department_id:
            return Department.objects.select_for_update().get(pk=self.department_id)
        return Organization.objects.select_for_update().get(pk=self.organization_id)

    def row(self) -> Organization | Department:
        """The row, unlocked."""
        if self.department_id:
            return Department.objects.get(pk=self.department_id)
        return Organization.objects.get(pk=self.organization_id)


def may_manage(actor: Actor, body: Body) -> bool:
    """Whether the actor manages this body's people: its administrator, for departments also the portal administrator."""
    if actor.is_system:
        return True
    if body.department_id:
        own = actor.department_id == body.department_id and actor.can("people.manage_department")
        return own or actor.can("people.manage_departments")
    return actor.organization_id == body.organization_id and actor.can("organization.manage")


def must_manage(actor: Actor, body: Body) -> None:
    """Raises Refused, in words, for anybody who does not manage this body's people or has no second factor."""
    if not may_manage(actor, body):
        raise Refused(gettext("Only an administrator may do this."))
    need_second_factor(actor)
