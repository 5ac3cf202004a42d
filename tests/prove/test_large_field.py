"""A large field, read by teams of readers: shares are even, and no page asks the database more than for a small field.

In `test` 36 proposals and 9 readers; `manage.py prove large_field` has 350 and 12 and prints what acts and pages took.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.db.models import F
from django.test import Client
from django.test.utils import CaptureQueriesContext

from procurement_portal.time import clock
from solicitations.actions import assignment, award, evaluation, panel, recommendation, tally
from solicitations.models.evaluation import Assignment, Evaluation
from solicitations.models.opening import Opening
from solicitations.models.recommendation import Recommendation
from solicitations.models.scoring import ConsensusMeeting, Score
from solicitations.states import ApprovalOutcome
from tests.cast import Cast
from tests.factories import evaluations
from tests.integration.evaluation import world

FULL = os.environ.get("PORTAL_PROVE") == "full"
TEAMS = {"North": [1, 2, 3], "South": [44, 45], "Rest": []}
As = Callable[..., Client]
pytestmark = pytest.mark.django_db


@dataclass
class Field:
    """So many proposals, readers, and readers of each; what acts took (seconds) and pages (statements, milliseconds)."""

    proposals: int
    readers: int
    each: int
    seconds: dict[str, float] = field(default_factory=dict)
    statements: dict[str, int] = field(default_factory=dict)
    milliseconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def timed(self, name: str) -> Iterator[None]:
        began = time.monotonic()
        yield
        self.seconds[name] = time.monotonic() - began

    def look(self, client: Client, name: str, url: str) -> None:
        """One page, warm: how many statements, how long."""
        client.get(url)
        began = time.monotonic()
        with CaptureQueriesContext(connection) as seen:
            answer = client.get(url)
        assert answer.status_code == 200, (url, answer.status_code)
        self.statements[name] = len(seen)
        self.milliseconds[name] = (time.monotonic() - began) * 1000


SMALL = Field(9, 6, 2)
LARGE = Field(350, 12, 3) if FULL else Field(36, 9, 2)


def opened(cast: Cast, size: Field) -> Evaluation:
    """The field as two officers opened it, its community areas spread over three teams, and the evaluation begun."""
    row = evaluations.opened(cast, [])
    opening = Opening.objects.get(solicitation=row)
    areas = ([1], [44, 2, 45], [70])
    for n in range(size.proposals):
        body = evaluations.proposer(size.proposals * 1000 + n)
        evaluations.opened_proposal(cast, opening, body, n + 1, areas=areas[n % 3])
    return evaluation.begin(
        actor=cast.percy.actor, solicitation_id=row.pk, readers=size.each, spread_percent=40,
        scoring_due_at=clock.now() + timedelta(days=10),
    )  # fmt: skip


def assigned(cast: Cast, size: Field) -> Evaluation:
    """Panel in three teams, everybody declares, one of them a conflict; the portal assigns."""
    made = opened(cast, size)
    members = world.appointed(cast, made, size.readers)
    for n, (name, areas) in enumerate(TEAMS.items()):
        panel.save_team(
            actor=cast.percy.actor, evaluation_id=made.pk, name=name, areas=areas,
            members=[member.pk for member in members[n::3]],
        )  # fmt: skip
    # The chair has a conflict: with a proposal of their own team where the others of it are enough, else of another one.
    area = [1] if size.each < size.readers // 3 else [70]
    near = made.solicitation.opened_proposals.filter(areas=area)[0].pk
    with size.timed("declare"):
        for member in members:
            world.declare(cast, member, {near: ("family", "A sister works there")} if member == members[0] else {})
    with size.timed("assign"):
        plan = assignment.assign_all(actor=cast.percy.actor, evaluation_id=made.pk)
    assert plan.short == {} and members[0].pk not in plan.chosen[near]
    return made


def score(made: Evaluation) -> None:
    """Every reading scored and locked, as the readers' acts write it; on every seventh proposal the readers lie far apart."""
    rows = Assignment.objects.filter(member__evaluation=made, ended_at__isnull=True).select_related("proposal")
    criteria = list(made.solicitation.criteria.order_by("position"))
    first: set[int] = set()
    scores = []
    for reading in rows.order_by("pk"):
        position = reading.proposal.position
        apart = position % 7 == 0 and position not in first
        first.add(position)
        scores += [
            Score(assignment=reading, criterion=c, points=Decimal(0 if apart else 3 + (position + c.position) % 3),
                  reason="The weeks are named.", share=True)
            for c in criteria
        ]  # fmt: skip
    Score.objects.bulk_create(scores)
    rows.update(locked_at=clock.now())


def decided(cast: Cast, size: Field, made: Evaluation) -> None:
    """From the rank to the announcement, by the acts of those who recommend, approve and award."""
    notice = made.solicitation_id
    with size.timed("recommend"):
        begun = recommendation.begin(actor=cast.dora.actor, solicitation_id=notice)
        recommendation.fill(actor=cast.dora.actor, recommendation_id=begun.pk)
        begun.rows.update(reason="Of equals, the first received.")  # what the officer writes beside equals
        begun = Recommendation.objects.get(pk=begun.pk)
        begun = recommendation.write_reasons(
            actor=cast.dora.actor, recommendation_id=begun.pk, summary="By rank.", departure_reason="", lock=begun.lock
        )
        recommendation.send(actor=cast.dora.actor, recommendation_id=begun.pk, lock=begun.lock)
    for person, step in ((cast.fay, "budget"), (cast.petra, "procurement"), (cast.cleo, "chief")):
        recommendation.decide(
            actor=person.actor, approval_id=begun.approvals.get(step=step).pk, outcome=ApprovalOutcome.APPROVED
        )
    begun.refresh_from_db()
    with size.timed("announce"):
        award.announce(actor=cast.percy.actor, solicitation_id=notice, recommendation_id=begun.pk, lock=begun.lock)


def walk(cast: Cast, as_: As, size: Field) -> Evaluation:
    """The whole way of one field, each page looked at when it is fullest."""
    percy, eva, dora = as_(cast.percy), as_(cast.eva), as_(cast.dora)
    made = assigned(cast, size)
    number = made.solicitation.number
    plan = f"/plan/{number}/"
    size.look(percy, "opening", f"{plan}opening/")
    size.look(percy, "readings", f"{plan}evaluation/readings/")
    size.look(percy, "panel", f"{plan}evaluation/panel/")
    size.look(percy, "conflicts", f"{plan}evaluation/conflicts/")
    with size.timed("begin scoring"):
        evaluation.begin_scoring(actor=cast.percy.actor, evaluation_id=made.pk)
    place = made.panel.get(user=cast.eva.user)
    size.look(eva, "reading list", f"/evaluation/{place.pk}/")
    size.look(eva, "one reading", f"/evaluation/readings/{place.assignments.order_by('pk')[0].pk}/")
    score(made)
    size.look(percy, "hub", f"{plan}evaluation/")
    with size.timed("end scoring"):
        called = tally.end_scoring(actor=cast.percy.actor, evaluation_id=made.pk)
    assert len(called) == 2 * (size.proposals // 7)
    size.look(percy, "ranking with meetings", f"{plan}ranking/")
    size.look(percy, "differences between teams", f"{plan}evaluation/teams/differences/")
    ConsensusMeeting.objects.filter(evaluation=made).update(
        held_at=F("called_at"), closed_at=F("called_at"), closed_by=cast.percy.user, note="Nobody changed anything."
    )
    with size.timed("rank"):
        tally.rank(actor=cast.percy.actor, evaluation_id=made.pk)
    size.look(percy, "ranking", f"{plan}ranking/")
    size.look(percy, "one opened proposal", f"{plan}opening/1/")
    decided(cast, size, made)
    size.look(dora, "recommendation", f"{plan}recommendation/")
    size.look(percy, "awards", f"{plan}awards/")
    size.look(Client(), "results", f"/results/{number}/")
    return made


def test_a_large_field_is_shared_evenly_and_read_in_as_many_statements_as_a_small_one(
    cast: Cast, as_: As, capsys: Any
) -> None:
    walk(cast, as_, SMALL)
    made = walk(cast, as_, LARGE)
    shares: dict[str, Counter[str]] = {}
    for one in made.panel.select_related("team", "user"):
        reads = one.assignments.filter(ended_at__isnull=True).count()
        shares.setdefault(one.team.name, Counter())[one.user.name] = reads
    assert sum(sum(team.values()) for team in shares.values()) == LARGE.proposals * LARGE.each
    uneven = {name: team for name, team in shares.items() if max(team.values()) - min(team.values()) > 1}
    assert not uneven
    more = {name: (SMALL.statements[name], n) for name, n in LARGE.statements.items() if n != SMALL.statements[name]}
    assert not more, "these pages ask more of a large field"
    if FULL:
        with capsys.disabled():
            _told(shares)


def _told(shares: dict[str, Counter[str]]) -> None:
    parts = ", ".join(f"{name} {min(team.values())} to {max(team.values())}" for name, team in shares.items())
    pages = ", ".join(f"{name} {n} in {LARGE.milliseconds[name]:.0f} ms" for name, n in LARGE.statements.items())
    acts = ", ".join(f"{name} {took:.1f} s" for name, took in LARGE.seconds.items())
    print(f"\nlarge field: {LARGE.proposals} proposals, {LARGE.readers} readers in {len(shares)} teams: {parts}")
    print(f"statements, the same as for {SMALL.proposals} and {SMALL.readers}: {pages}")
    print(f"acts: {acts}")
