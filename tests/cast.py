"""The cast of every test: fixed people, each with a part, and one who must see nothing.

City, Family Services: Dora drafts, Percy and Petra publish, Eva evaluates, Dan administers, Fay reviews budgets, Lee reviews law.
City: Cleo is Chief Procurement Officer, Orla the Contract Compliance Officer. Adam audits Family Services and Alpha. Pat runs the portal.
County, Justice: Cora drafts, Connor publishes, Dina directs compliance.
Alpha (a four-person nonprofit): Alice administers and signs, Ben prepares, Fiona does the money, Rita reads.
Beta (another nonprofit): Bob administers and signs, Bea prepares. Gamma (a fiscal sponsor): Gus signs.
Charlie has an account and belongs nowhere: he must see nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from allauth.account.models import EmailAddress

from procurement_portal.people.acting import actor_from, open_memberships
from procurement_portal.people.actor import Actor
from procurement_portal.people.models.body import Department, Organization
from procurement_portal.people.models.membership import Membership
from procurement_portal.people.models.oversight import Engagement
from procurement_portal.people.models.user import User
from procurement_portal.time.clock import today


@dataclass(frozen=True)
class Person:
    """One of the cast: the account and the body they act for ("" for none)."""

    user: User
    acting_as: str

    @property
    def actor(self) -> Actor:
        """This person as the actions and queries know them, signed in with a second factor."""
        return actor_from(self.user, open_memberships(self.user.pk), self.acting_as, second_factor=True)


@dataclass(frozen=True)
class Cast:
    """Everybody, by first name, and their bodies."""

    family: Department
    procurement: Department
    justice: Department
    alpha: Organization
    beta: Organization
    gamma: Organization
    dora: Person
    percy: Person
    petra: Person
    eva: Person
    dan: Person
    fay: Person
    lee: Person
    cleo: Person
    orla: Person
    adam: Person
    pat: Person
    cora: Person
    connor: Person
    dina: Person
    alice: Person
    ben: Person
    fiona: Person
    rita: Person
    bob: Person
    bea: Person
    gus: Person
    charlie: Person

    def everybody(self) -> dict[str, Person]:
        """Name → person."""
        return {name: value for name, value in vars(self).items() if isinstance(value, Person)}


PARTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "dora": ("family", ("program_officer",)),
    "percy": ("family", ("procurement_officer",)),
    "petra": ("family", ("procurement_officer",)),
    "eva": ("family", ("evaluator",)),
    "dan": ("family", ("department_administrator",)),
    "fay": ("family", ("fiscal_reviewer",)),
    "lee": ("family", ("law_reviewer",)),
    "cleo": ("procurement", ("chief_procurement_officer",)),
    "orla": ("procurement", ("contract_compliance_officer",)),
    "adam": ("procurement", ("auditor",)),
    "pat": ("procurement", ("portal_administrator",)),
    "cora": ("justice", ("program_officer",)),
    "connor": ("justice", ("procurement_officer",)),
    "dina": ("justice", ("contract_compliance_director",)),
    "alice": ("alpha", ("administrator", "signatory")),
    "ben": ("alpha", ("preparer",)),
    "fiona": ("alpha", ("finance",)),
    "rita": ("alpha", ("reader",)),
    "bob": ("beta", ("administrator", "signatory")),
    "bea": ("beta", ("preparer",)),
    "gus": ("gamma", ("administrator", "signatory")),
    "charlie": ("", ()),
}


def make_cast() -> Cast:
    """Everybody and their bodies, in a handful of statements. Nobody has a password: tests sign in by `as_`."""
    departments = {
        "family": Department(jurisdiction="city", code="DFS", name="Department of Family Services"),
        "procurement": Department(jurisdiction="city", code="DPS", name="Department of Procurement Services"),
        "justice": Department(jurisdiction="county", code="JAC", name="Justice Advisory Council"),
    }
    organizations = {
        "alpha": Organization(kind="nonprofit", name="Alpha Youth Collective"),
        "beta": Organization(kind="nonprofit", name="Beta Lantern House"),
        "gamma": Organization(kind="fiscal_sponsor", name="Gamma Common Ground Fund"),
    }
    Department.objects.bulk_create(departments.values())
    Organization.objects.bulk_create(organizations.values())
    users = {
        name: User(email=f"{name}@example.org", name=f"{name.title()} {body.title() or 'Nowhere'}", password="!")
        for name, (body, _) in PARTS.items()
    }
    User.objects.bulk_create(users.values())
    EmailAddress.objects.bulk_create(
        EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in users.values()
    )
    bodies: dict[str, Department | Organization] = {**departments, **organizations}
    Membership.objects.bulk_create(
        Membership(
            user=users[name],
            role=role,
            department=departments.get(body),
            organization=organizations.get(body),
        )
        for name, (body, roles) in PARTS.items()
        for role in roles
    )
    day = today()
    engagement = Engagement.objects.create(
        auditor=users["adam"],
        purpose="Yearly audit",
        first_day=day - timedelta(days=30),
        last_day=day + timedelta(days=30),
    )
    engagement.departments.set([departments["family"]])
    engagement.organizations.set([organizations["alpha"]])
    people = {
        name: Person(
            users[name],
            f"{'department' if body in departments else 'organization'}:{bodies[body].pk}" if body else "",
        )
        for name, (body, _) in PARTS.items()
    }
    return Cast(**departments, **organizations, **people)
