"""Who acts, and as whom: the first argument of every query and the `actor` of every action."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace

from procurement_portal.people.roles import AUDITOR, EVERYONE, permissions_of


@dataclass(frozen=True, kw_only=True)
class Actor:
    """A person acting for one body (or for nobody yet), the public, or the portal itself."""

    user_id: int | None = None
    name: str = ""
    email: str = ""
    organization_id: int | None = None
    organization_name: str = ""
    department_id: int | None = None
    department_name: str = ""
    jurisdiction: str = ""  # of the department: "city" or "county"
    roles: frozenset[str] = frozenset()  # roles everywhere in the body acted for
    scoped: frozenset[tuple[str, str, str]] = frozenset()  # (role, scope_type, scope_id)
    audits: frozenset[tuple[str, int]] = frozenset()  # ("department"|"organization", id) of engagements in force today
    second_factor: bool = False  # signed in with TOTP or a passkey in this session
    is_system: bool = False
    reason: str = ""  # of a system act
    request_id: str = ""
    permissions: frozenset[str] = field(default=frozenset(), init=False)

    def __post_init__(self) -> None:
        held = permissions_of(self.roles) | (EVERYONE if self.user_id else frozenset())
        object.__setattr__(self, "permissions", held)

    @classmethod
    def public(cls, request_id: str = "") -> Actor:
        """Anybody who has not signed in."""
        return cls(request_id=request_id)

    @classmethod
    def system(cls, reason: str) -> Actor:
        """The portal itself, for a stated reason: a clock, a task, an import."""
        return cls(is_system=True, reason=reason, name="Procurement Portal")

    @property
    def is_public(self) -> bool:
        return self.user_id is None and not self.is_system

    @property
    def is_staff(self) -> bool:
        return self.department_id is not None

    def may_audit(self, *, department_id: int | None = None, organization_id: int | None = None) -> bool:
        """Whether an engagement in force today lets this auditor read this department's or organization's records."""
        return ("department", department_id) in self.audits or ("organization", organization_id) in self.audits

    def audited(self, kind: str) -> list[int]:
        """The ids of the bodies of a kind ("department", "organization") that engagements in force today let this auditor read."""
        return sorted(pk for body, pk in self.audits if body == kind)

    def can_as_officer(self, permission: str) -> bool:
        """Whether a role other than the auditor's allows it. What the auditor's role shows, the engagement bounds: `audited`."""
        return self.is_system or permission in permissions_of(self.roles - {AUDITOR.name})

    @property
    def label(self) -> str:
        """The name history keeps."""
        if self.is_system:
            return f"Procurement Portal ({self.reason})"
        return self.name or self.email or "Public"

    @property
    def acting_as(self) -> str:
        """The body history keeps."""
        return self.department_name or self.organization_name

    def within(self, scopes: Collection[tuple[str, str]]) -> Actor:
        """The same actor with the roles given for one of these records ((type, id)) alone, as if held everywhere: for
        deciding about that record."""
        given = frozenset(role for role, kind, key in self.scoped if (kind, key) in scopes)
        return replace(self, roles=self.roles | given) if given else self

    def reached(self, permission: str, scope_type: str) -> list[int]:
        """The ids of the records of a type for which a role that allows this was given."""
        held = {(key, role) for role, kind, key in self.scoped if kind == scope_type and key.isdigit()}
        return sorted({int(key) for key, role in held if permission in permissions_of(frozenset({role}))})

    def can(self, permission: str, scope: tuple[str, str] | None = None) -> bool:
        """Whether a role held everywhere, or one given for this (type, id), allows it. The system may do everything."""
        if self.is_system or permission in self.permissions:
            return True
        if scope is None:
            return False
        held = frozenset(role for role, kind, key in self.scoped if (kind, key) == scope)
        return permission in permissions_of(held)
