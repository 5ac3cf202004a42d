"""Reading the people of a body."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Model, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from procurement_portal.history import telling
from procurement_portal.history.models import Entry
from procurement_portal.history.record import entries_for
from procurement_portal.people import scopes
from procurement_portal.people.actor import Actor
from procurement_portal.people.bodies import Body
from procurement_portal.people.models.body import Department
from procurement_portal.people.models.membership import Absence, Desk, Membership
from procurement_portal.people.models.profile import Profile
from procurement_portal.people.models.user import User
from procurement_portal.people.queries.organizations import organizations
from procurement_portal.people.roles import ROLES, SIGNATORY
from procurement_portal.time.clock import today
from procurement_portal.web import words
from procurement_portal.web.pieces import Entry as Act

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
telling.VALUES[("organization", "budget")] = dict(Profile.Budget.choices)
ACT_WORDS: dict[str, str | Promise] = {
    "organization.register": _("Registered the organization"),
    "organization.edit_profile": _("Changed the profile"),
    "organization.set_ein": _("Changed the EIN"),
    "membership.give": _("Gave a role"),
    "membership.end": _("Ended a role"),
    "invitation.make": _("Invited"),
    "invitation.accept": _("Accepted an invitation"),
    "invitation.decline": _("Declined an invitation"),
    "invitation.revoke": _("Withdrew an invitation"),
    "signatory.claim": _("Claimed to sign for the organization"),
    "signatory.confirm": _("Confirmed who may sign"),
    "signatory.refuse": _("Refused a claim to sign"),
    "venture.name": _("Named a venturer"),
    "venture.agree": _("Agreed to be a venturer"),
    "desk.make": _("Made a desk"),
    "desk.edit": _("Changed a desk"),
    "desk.seat": _("Put somebody at a desk"),
    "desk.unseat": _("Took somebody from a desk"),
    "absence.note": _("Noted an absence"),
    "absence.cancel": _("Canceled an absence"),
    "department.make": _("Made the department"),
    "engagement.give": _("Engaged an auditor"),
    "engagement.end": _("Ended the engagement"),
    "organization.read": _("Read the organization's page as an auditor"),
    "audit.who_viewed": _("Read who viewed what"),
    "solicitation.audit_read": _("Read a solicitation as an auditor"),
    "file.read": _("Read a file"),
    "secret.reveal": _("Saw a protected value"),
}


@dataclass
class Member:
    """A person of a body with the roles they hold in it."""

    user: User
    roles: list[Membership] = field(default_factory=list)

    @property
    def self_declared(self) -> bool:
        """A signatory whose proof of authority nobody else has confirmed yet."""
        return any(m.role == SIGNATORY.name and m.confirmed_at is None for m in self.roles)


def may_see(actor: Actor, body: Body) -> bool:
    """Whether the actor may read a body's people: its own members, and an auditor engaged for it."""
    if actor.is_system or actor.may_audit(department_id=body.department_id, organization_id=body.organization_id):
        return True
    return Body.acted_for(actor) == body and (actor.can("organization.view") or actor.can("staff.work"))


def memberships(actor: Actor, body: Body) -> QuerySet[Membership]:
    """Roles in force in a body, by person; none for outsiders."""
    if not may_see(actor, body):
        return Membership.objects.none()
    return (
        Membership.objects.filter(ended_at__isnull=True, **body.fields)
        .select_related("user", "proof")
        .order_by("user__name", "user_id", "pk")
    )


def members(actor: Actor, body: Body) -> list[Member]:
    """The people of a body with their roles, by name."""
    found: dict[int, Member] = {}
    for row in memberships(actor, body):
        row.limited_to = scopes.kind_words(scopes.key_of((row.scope_type, row.scope_id))) if row.scope_type else ""  # type: ignore[attr-defined]
        found.setdefault(row.user_id, Member(row.user)).roles.append(row)
    return list(found.values())


def people_of(body: Body) -> QuerySet[User]:
    """The people with a role in a body, for choices in forms an administrator has already been let to."""
    held = Membership.objects.filter(ended_at__isnull=True, **body.fields).values("user_id")
    return User.objects.filter(pk__in=held).order_by("name")


def departments(actor: Actor) -> QuerySet[Department]:
    """Departments: all for staff and the portal itself; none for others (the public sees them on the notices)."""
    return Department.objects.all() if actor.is_system or actor.is_staff else Department.objects.none()


def desks(actor: Actor, body: Body) -> QuerySet[Desk]:
    """The open desks of a body the actor may see, by name."""
    if not may_see(actor, body):
        return Desk.objects.none()
    return Desk.objects.filter(closed_at__isnull=True, **body.fields).select_related("substitute").order_by("name")


def absences(actor: Actor, body: Body) -> QuerySet[Absence]:
    """Absences of a body that are not over nor canceled, by first day."""
    if not may_see(actor, body):
        return Absence.objects.none()
    return (
        Absence.objects.filter(canceled_at__isnull=True, last_day__gte=today(), **body.fields)
        .select_related("user", "deputy")
        .order_by("first_day", "pk")
    )


def acts(actor: Actor, body: Body) -> list[Act]:
    """The acts on a body and its people, newest first, for the history component."""
    if body.organization_id:
        rows: list[Model] = list(organizations(actor).filter(pk=body.organization_id))
    else:
        rows = list(Department.objects.filter(pk=body.department_id)) if may_see(actor, body) else []
    return [told(entry) for entry in entries_for(rows)[:200]]


def told(entry: Entry) -> Act:
    """A history entry as a line of the page: the act in words, and what it was about."""
    facts = entry.after or entry.before or {}
    parts = []
    for key, value in facts.items():
        if key == "role" and value in ROLES:
            parts.append(str(ROLES[value].label))
        elif isinstance(value, str) and _DAY.fullmatch(value):
            parts.append(words.day(date.fromisoformat(value)))
        elif key == "scope":
            parts.append(scopes.kind_words(str(value)))
        elif isinstance(value, str) and value and len(value) <= 80:
            parts.append(telling.fact_words(entry, key, value))
    act = str(ACT_WORDS[entry.act]) if entry.act in ACT_WORDS else telling.what(entry.act)
    what = f"{act}: {', '.join(parts)}" if parts else act
    return Act(entry.at, what, entry.actor_label, entry.acting_as, entry.why, entry.law)
