"""Roles and permissions, in code, on two screens. A role is a sentence a lawyer can read and a set of permissions.

A permission is `<app>.<verb>`. What a person may see at all is decided by the queries; a permission says what they may do.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Role:
    """One role: its stored name, its label, what it means, what it allows."""

    name: str
    label: str
    sentence: str
    permissions: frozenset[str]
    side: str  # "department" or "organization"


def _role(side: str, name: str, label: object, sentence: object, *permissions: str) -> Role:
    return Role(name, label, sentence, frozenset(permissions), side)  # type: ignore[arg-type]


_STAFF = (
    "staff.work",
    "solicitations.view_internal",
    "people.delegate_desk",
    "register.view_internal",
)

# --- In a department of the City or the County --------------------------------------------------------------------------
PROGRAM_OFFICER = _role(
    "department",
    "program_officer",
    _("Program officer"),
    _("Plans and drafts solicitations, answers questions about them, and keeps their schedule."),
    *_STAFF,
    "solicitations.draft",
    "solicitations.answer_inquiry",
    "solicitations.draft_addendum",
    "solicitations.recommend",
    "solicitations.negotiate",
    "solicitations.prepare_contract",
)
PROCUREMENT_OFFICER = _role(
    "department",
    "procurement_officer",
    _("Procurement officer"),
    _(
        "Publishes what a program officer drafted, after checking it; issues addenda; opens proposals with a second officer."
    ),
    *_STAFF,
    "solicitations.draft",
    "solicitations.publish",
    "solicitations.answer_inquiry",
    "solicitations.draft_addendum",
    "solicitations.issue_addendum",
    "solicitations.cancel",
    "solicitations.open",
    "solicitations.manage_evaluation",
    "solicitations.recommend",
    "solicitations.approve_award",
    "solicitations.award",
    "solicitations.negotiate",
    "solicitations.prepare_contract",
)
EVALUATOR = _role(
    "department",
    "evaluator",
    _("Evaluator"),
    _("Scores the proposals assigned to them, after declaring conflicts."),
    "staff.work",
    "people.delegate_desk",
    "solicitations.evaluate",
)
GUEST_EVALUATOR = _role(
    "department",
    "guest_evaluator",
    _("Guest evaluator"),
    _("Comes from the community and scores, for a limited time, the proposals assigned on one panel."),
    "solicitations.evaluate",
)
FISCAL_REVIEWER = _role(
    "department",
    "fiscal_reviewer",
    _("Fiscal reviewer"),
    _("Checks budgets and funding, and later vouchers."),
    *_STAFF,
    "solicitations.review_budget",
)
LAW_REVIEWER = _role(
    "department",
    "law_reviewer",
    _("Law reviewer"),
    _("Reviews contract documents and answers to legal questions."),
    *_STAFF,
    "solicitations.review_law",
)
CHIEF_PROCUREMENT_OFFICER = _role(
    "department",
    "chief_procurement_officer",
    _("Chief Procurement Officer"),
    _("Decides procurement matters of the jurisdiction and signs its readings of procurement law."),
    *_STAFF,
    "solicitations.publish",
    "solicitations.cancel",
    "solicitations.open",
    "solicitations.approve_award",
    "solicitations.award",
    "solicitations.decide_protest",
    "solicitations.sign_contract",
    "solicitations.extend_for_downtime",
    "readings.decide_procurement",
    "templates.manage",
)
CONTRACT_COMPLIANCE_OFFICER = _role(
    "department",
    "contract_compliance_officer",
    _("Contract Compliance Officer (City)"),
    _("Directs the City's participation program independently and signs its readings."),
    "staff.work",
    "people.delegate_desk",
    "solicitations.view_internal",
    "readings.decide_city",
    "compliance.decide_scope",
)
CONTRACT_COMPLIANCE_DIRECTOR = _role(
    "department",
    "contract_compliance_director",
    _("Contract Compliance Director (County)"),
    _("Directs the County's certification and veteran goals and signs their readings."),
    "staff.work",
    "people.delegate_desk",
    "solicitations.view_internal",
    "readings.decide_county_certification",
    "compliance.decide_scope",
)
COMPLIANCE_ANALYST = _role(
    "department",
    "compliance_analyst",
    _("Compliance analyst"),
    _("Prepares findings for the compliance officers; decides nothing."),
    "staff.work",
    "people.delegate_desk",
    "solicitations.view_internal",
)
DEPARTMENT_ADMINISTRATOR = _role(
    "department",
    "department_administrator",
    _("Department administrator"),
    _("Invites colleagues, gives and takes roles, keeps desks and absences of the department."),
    "staff.work",
    "people.delegate_desk",
    "people.manage_department",
    "people.check_identity",
)
AUDITOR = _role(
    "department",
    "auditor",
    _("Auditor"),
    _("Reads within a dated engagement and sees who viewed what; never sealed content; changes nothing."),
    "staff.work",
    "audit.read",
    "solicitations.view_internal",
    "register.view_internal",
)
PORTAL_ADMINISTRATOR = _role(
    "department",
    "portal_administrator",
    _("Portal administrator"),
    _(
        "Keeps the portal running: departments, engagements of auditors, import of past contracts, failed background work."
    ),
    "staff.work",
    "portal.operate",
    "register.import",
    "register.view_internal",
    "people.manage_departments",
    "people.check_identity",
    "people.engage_auditor",
)

# --- In an organization --------------------------------------------------------------------------------------------------
_MEMBER = ("organization.view", "proposals.view", "contracts.view")
ADMINISTRATOR = _role(
    "organization",
    "administrator",
    _("Administrator"),
    _("Manages the organization's profile, people and roles."),
    *_MEMBER,
    "organization.manage",
    "organization.edit_profile",
    "documents.manage",
    "proposals.start",
    "proposals.edit",
    "contracts.answer",
)
SIGNATORY = _role(
    "organization",
    "signatory",
    _("Authorized signatory"),
    _("Attests, signs and submits for the organization, on proof of authority."),
    *_MEMBER,
    "organization.edit_profile",
    "documents.manage",
    "proposals.start",
    "proposals.edit",
    "proposals.submit",
    "proposals.withdraw",
    "organization.sign",
    "awards.protest",
    "contracts.answer",
    "contracts.sign",
)
PREPARER = _role(
    "organization",
    "preparer",
    _("Preparer"),
    _("Writes answers and uploads documents; cannot sign or submit."),
    *_MEMBER,
    "documents.manage",
    "proposals.start",
    "proposals.edit",
    "contracts.answer",
)
FINANCE = _role(
    "organization",
    "finance",
    _("Finance"),
    _("Prepares budgets and, later, vouchers; cannot sign or submit."),
    *_MEMBER,
    "documents.manage",
    "proposals.edit",
    "contracts.answer",
)
READER = _role(
    "organization",
    "reader",
    _("Reader"),
    _("Reads what the organization has; changes nothing."),
    *_MEMBER,
)

ROLES: dict[str, Role] = {
    role.name: role
    for role in (
        PROGRAM_OFFICER, PROCUREMENT_OFFICER, EVALUATOR, GUEST_EVALUATOR, FISCAL_REVIEWER, LAW_REVIEWER, CHIEF_PROCUREMENT_OFFICER,
        CONTRACT_COMPLIANCE_OFFICER, CONTRACT_COMPLIANCE_DIRECTOR, COMPLIANCE_ANALYST, DEPARTMENT_ADMINISTRATOR, AUDITOR,
        PORTAL_ADMINISTRATOR, ADMINISTRATOR, SIGNATORY, PREPARER, FINANCE, READER,
    )
}  # fmt: skip
# What every signed-in person may do, whoever they act for.
EVERYONE = frozenset({"account.use", "searches.save", "organization.register"})
PERMISSIONS = frozenset().union(*(role.permissions for role in ROLES.values())) | EVERYONE


def permissions_of(names: frozenset[str]) -> frozenset[str]:
    """All permissions of these roles. Raises KeyError for an unknown role."""
    return frozenset().union(*(ROLES[name].permissions for name in names))


def roles_with(permission: str) -> list[Role]:
    """The roles that hold a permission, in the order above."""
    return [role for role in ROLES.values() if permission in role.permissions]


def choices(side: str) -> list[tuple[str, str]]:
    """(name, label) of the roles of one side, for forms and columns."""
    return [(role.name, role.label) for role in ROLES.values() if role.side == side]


def all_choices() -> list[tuple[str, str]]:
    """(name, label) of every role, for the column."""
    return choices("department") + choices("organization")
