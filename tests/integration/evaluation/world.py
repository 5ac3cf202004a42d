"""An evaluation from its beginning, by the actions, for the tests of panel, conflicts, assignment and scoring."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from procurement_portal.people.models.body import Organization
from procurement_portal.people.models.membership import Membership
from procurement_portal.people.models.user import User
from procurement_portal.time import clock
from solicitations.actions import assignment, conflict, evaluation, panel, scoring
from solicitations.models.evaluation import Assignment, Evaluation, PanelMember
from solicitations.queries.conflict import to_declare
from tests.cast import Cast, Person
from tests.factories import evaluations


def person(user: User, cast: Cast) -> Person:
    """A user acting for Family Services."""
    return Person(user, f"department:{cast.family.pk}")


def guest(cast: Cast, name: str = "Gina Guest") -> Person:
    """A guest evaluator invited by the department."""
    user = User.objects.create(email=f"{name.split()[0].lower()}@example.org", name=name, password="!")
    Membership.objects.create(user=user, department=cast.family, role="guest_evaluator")
    return person(user, cast)


def begun(
    cast: Cast, organizations: Sequence[Organization] | None = None, readers: int = 2, **changes: Any
) -> Evaluation:
    """An opened solicitation whose evaluation Percy began; nobody is on the panel."""
    row = evaluations.opened(cast, organizations, **changes)
    return evaluation.begin(
        actor=cast.percy.actor, solicitation_id=row.pk, readers=readers, spread_percent=40,
        scoring_due_at=clock.now() + timedelta(days=10),
    )  # fmt: skip


def appointed(cast: Cast, made: Evaluation, count: int = 3) -> list[PanelMember]:
    """Eva chairs, further readers beside her."""
    people = [cast.eva.user, *(evaluations.reader(cast, n) for n in range(1, count))]
    return [
        panel.appoint(
            actor=cast.percy.actor, evaluation_id=made.pk, user_id=user.pk, part="evaluator" if n else "chair"
        )
        for n, user in enumerate(people)
    ]


def declare(cast: Cast, member: PanelMember, conflicts: dict[int, tuple[str, str]] | None = None) -> None:
    """A member declares about everybody asked: no conflict but those given (proposal's id → ground, words)."""
    seen = [p.pk for p in to_declare(member)]
    actor = person(member.user, cast).actor
    conflict.declare(actor=actor, member_id=member.pk, seen=seen, conflicts=conflicts or {}, attested=True)


def scoring_begun(
    cast: Cast, organizations: Sequence[Organization] | None = None, readers: int = 2, members: int = 3
) -> Evaluation:
    """Everybody declared without conflict, readers assigned, scoring begun."""
    made = begun(cast, organizations, readers)
    for member in appointed(cast, made, members):
        declare(cast, member)
    assignment.assign_all(actor=cast.percy.actor, evaluation_id=made.pk)
    return evaluation.begin_scoring(actor=cast.percy.actor, evaluation_id=made.pk)


def score_all(cast: Cast, reading: Assignment, points: str = "4") -> None:
    """Every criterion of one reading, by its reader."""
    actor = person(reading.member.user, cast).actor
    for criterion in reading.proposal.solicitation.criteria.all():
        scoring.save(
            actor=actor, reading_id=reading.pk, criterion_id=criterion.pk, points=points, reason="Clear weeks",
            share=False, base_version=0,
        )  # fmt: skip
