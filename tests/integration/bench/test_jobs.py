"""Each job runs, at a size of seconds, against the real web server; times are not judged here, counts and wholeness are."""

from __future__ import annotations

import pytest
from django.db import connection

from procurement_portal.management.bench import place, seed
from procurement_portal.management.bench.figures import Figure
from procurement_portal.management.bench.jobs import deadline, detail, public_list, staff_queue, submit, weight
from procurement_portal.time.roles import as_owner

pytestmark = pytest.mark.django_db(transaction=True)
TIMED = ("bare", "slowest", "median", "wall", "seconds", "percentile", "drift")  # these wander with the machine


@pytest.fixture
def rows() -> None:
    """A hundred notices and the bare submission's table."""
    seed.fill(120)
    with as_owner(), connection.cursor() as cursor:
        place.bare_table(cursor)


def _judged(figures: list[Figure]) -> list[Figure]:
    return [figure for figure in figures if not any(word in figure.figure for word in TIMED)]


def test_pages_are_counted_timed_and_weighed(rows: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(public_list, "ASKED", ("?sort=amount", "?text=youth"))
    monkeypatch.setattr(weight, "ASKED", ("?sort=amount", "?text=youth"))
    monkeypatch.setattr(public_list, "ASKED_REGISTER", ("?text=housing",))
    found: list[Figure] = []
    public_list.run(found.append, requests=4)
    staff_queue.run(found.append, each=5)
    monkeypatch.setattr(detail, "MANY", 15)
    detail.run(found.append, requests=4)
    weight.run(found.append, requests=60)
    assert {figure.job for figure in found} == {1, 2, 3, 8}
    failed = [figure.line() for figure in _judged(found) if figure.ok is False]
    assert not failed


def test_submissions_are_whole_at_a_small_deadline_with_a_worker_killed(rows: None) -> None:
    found: list[Figure] = []
    submit.run(found.append, each=2, size=60_000)
    deadline.run(found.append, at_once=(6,), size=20_000, kills=1, slow=1)
    assert {figure.job for figure in found} == {4, 5}
    failed = [figure.line() for figure in _judged(found) if figure.ok is False]
    assert not failed
    whole = [figure for figure in found if "file and hash" in figure.figure]
    assert [figure.value for figure in whole] == [6]
