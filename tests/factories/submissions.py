"""Proposals for tests: begun, filled, submitted, by the real actions."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from procurement_portal.people.models.body import Organization
from procurement_portal.people.models.membership import Membership
from procurement_portal.people.models.user import User
from procurement_portal.time import clock
from solicitations.actions import answer, budget, submission
from solicitations.models.question import Question
from solicitations.models.receipt import SubmittedVersion
from solicitations.models.solicitation import Solicitation
from solicitations.models.submission import Submission
from solicitations.states import QuestionKind
from tests.cast import Cast, Person
from tests.factories.solicitations import make_published


def open_solicitation(cast: Cast, **changes: Any) -> Solicitation:
    """A published solicitation with the contents of `make_published`, due in ten days unless said otherwise."""
    changes.setdefault("due_at", clock.now() + timedelta(days=10))
    return make_published(cast, **changes)


def begin(person: Person, solicitation: Solicitation) -> Submission:
    """The proposal of a person's organization, just begun."""
    return submission.start(actor=person.actor, solicitation=solicitation)


def question(solicitation: Solicitation, kind: QuestionKind) -> Question:
    """Its first question of a kind."""
    found = Question.objects.filter(solicitation=solicitation, kind=kind).order_by("pk").first()
    assert found is not None
    return found


def fill(person: Person, proposal: Submission) -> Submission:
    """Answer everything `add_contents` asks, completely."""
    asked = proposal.solicitation
    say(person, proposal, QuestionKind.CHOICE, ["yes"])
    say(person, proposal, QuestionKind.TEXT, "Each week begins with a meeting.")
    costs = question(asked, QuestionKind.BUDGET)
    for key, cents in (("wages", 12_000_000), ("staff", 3_000_050)):
        budget.save_line(
            actor=person.actor, submission=proposal, question=costs, key=key,
            given={"request": cents, "why": "Forty participants"}, base_version=0,
        )  # fmt: skip
    answer.save(actor=person.actor, submission=proposal, question=costs, given={"request": 15_000_050}, base_version=0)
    proposal.refresh_from_db()
    return proposal


def say(person: Person, proposal: Submission, kind: QuestionKind, given: Any, base: int = 0) -> answer.Saved:
    """Save the answer to the first question of a kind."""
    return answer.save(
        actor=person.actor, submission=proposal, question=question(proposal.solicitation, kind), given=given,
        base_version=base,
    )  # fmt: skip


def hand_in(
    person: Person, proposal: Submission, token: uuid.UUID | None = None, seen: int | None = None
) -> SubmittedVersion:
    """Sign and submit what stands, or the content that was `seen` before."""
    proposal.refresh_from_db()
    return submission.submit(
        actor=person.actor, submission=proposal, token=token or uuid.uuid4(), typed_name=person.user.name, agreed=True,
        seen_content=proposal.content_version if seen is None else seen,
    )  # fmt: skip


def make_proposer(name: str) -> Person:
    """A person who administers and signs for an organization of their own, beyond the cast."""
    body = Organization.objects.create(kind="nonprofit", name=f"Proposer {name}")
    user = User.objects.create(email=f"head-{name}@example.org", name=f"Head {name}", password="!")
    Membership.objects.bulk_create(
        Membership(user=user, organization=body, role=role) for role in ("administrator", "signatory")
    )
    return Person(user, f"organization:{body.pk}")
