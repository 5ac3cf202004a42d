"""What the people room announces; `handoffs.py` says who listens. Ids and plain values only."""

from __future__ import annotations

from dataclasses import dataclass

from procurement_portal.events import Event


@dataclass(frozen=True, kw_only=True)
class InvitationMade(Event):
    """A role was offered to an address. The invitation's own mail is sent by this room; `user_id` is set if it has an account."""

    invitation_id: int
    email: str
    user_id: int | None
    body: str
    role: str
    made_by: str


@dataclass(frozen=True, kw_only=True)
class InvitationAnswered(Event):
    """An invitation was accepted, declined or revoked."""

    invitation_id: int
    outcome: str  # "accepted", "declined", "revoked"
    made_by_id: int


@dataclass(frozen=True, kw_only=True)
class OrganizationRegistered(Event):
    """A new organization has registered."""

    organization_id: int
    registered_by_id: int


@dataclass(frozen=True, kw_only=True)
class VentureNamed(Event):
    """A joint venture names an organization as a venturer; its administrators are asked to agree."""

    venture_id: int
    member_id: int


@dataclass(frozen=True, kw_only=True)
class RoleGiven(Event):
    """A person got a role in a body."""

    membership_id: int
    user_id: int
    organization_id: int | None
    department_id: int | None
    role: str


@dataclass(frozen=True, kw_only=True)
class RoleEnded(Event):
    """A person's role in a body ended; open work may need another hand."""

    membership_id: int
    user_id: int
    organization_id: int | None
    department_id: int | None
    role: str


@dataclass(frozen=True, kw_only=True)
class SignatoryClaimed(Event):
    """A person says they may sign for the organization; somebody else should confirm it."""

    claim_id: int
    organization_id: int
    user_id: int


@dataclass(frozen=True, kw_only=True)
class AbsenceNoted(Event):
    """A person is away; the deputy holds their desks meanwhile."""

    absence_id: int
    user_id: int
    deputy_id: int


@dataclass(frozen=True, kw_only=True)
class EngagementGiven(Event):
    """An auditor may read from a first to a last day."""

    engagement_id: int
    auditor_id: int


@dataclass(frozen=True, kw_only=True)
class RecoveryAsked(Event):
    """A recovery was asked for. `tell` are the ids of everybody who must know."""

    recovery_id: int
    user_id: int
    tell: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class RecoveryChecked(Event):
    """An identity was checked; the waiting period runs. Everybody in `tell` may stop it."""

    recovery_id: int
    user_id: int
    waits_until: str  # ISO instant
    tell: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class RecoveryEnded(Event):
    """A recovery was carried out or stopped."""

    recovery_id: int
    user_id: int
    outcome: str  # "done", "stopped"
    tell: tuple[int, ...]
