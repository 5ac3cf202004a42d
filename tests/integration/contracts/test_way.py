"""The way measured: whose days, the critical path, percentiles of the department's last year, the day expected."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from procurement_portal.time import clock
from solicitations.models.contract import Contract
from solicitations.models.execution import StepReturn
from solicitations.queries import way as queries
from solicitations.queries.way_history import Seen, by_kind, whole_ways
from solicitations.states import ContractStepKind as K
from solicitations.states import Side
from tests.cast import Cast
from tests.factories import ways

MONDAY = date(2027, 3, 1)


@pytest.fixture
def monday(cast: Cast, move_clock: Callable[..., None]) -> Cast:
    """Monday, March 1, 2027, at noon. March has no holiday."""
    move_clock(to=clock.chicago(MONDAY, 12))
    return cast


def test_without_history_the_service_days_along_the_longest_path_give_the_day(monday: Cast) -> None:
    row = ways.going(monday, days_ago=0)
    found = queries.way_of(row, clock.now())
    assert found is not None
    # documents 10 → Mon Mar 15, insurance 3 → Thu 18, the organization signs 5 → Thu 25, the department 3 → Tue 30
    assert found.answer["expected_p50_on"] == found.answer["expected_p80_on"] == date(2027, 3, 30)
    assert found.answer["path"] == [queries.name_of(k) for k in (K.DOCUMENTS, K.INSURANCE, K.SIGN_ORG, K.SIGN_DEPT)]
    assert found.answer["from_history"] == []
    assert found.critical is not None and found.critical.step.kind == K.DOCUMENTS
    assert found.critical.holder == monday.alpha.name
    assert [s.expected for s in found.steps if s.step.kind == K.INSURANCE] == [date(2027, 3, 18)]


def test_ten_steps_of_the_last_year_teach_and_nine_do_not(monday: Cast) -> None:
    ways.year(monday, [7] * 8 + [21])
    row = ways.going(monday, days_ago=0)
    assert by_kind([monday.family.pk], MONDAY)[monday.family.pk, K.LAW].count == 9
    nine = queries.expected(row, clock.now())
    ways.executed(monday, date(2027, 2, 19), date(2027, 4, 1), 7)
    ten = queries.expected(row, clock.now())
    assert nine is not None and ten is not None
    assert nine["from_history"] == [] and queries.name_of(K.LAW) in ten["from_history"]
    assert ten["expected_p80_on"] < nine["expected_p80_on"], "documents take two days here, not the ten promised"


def test_percentiles_are_days_that_were_taken_not_days_between(monday: Cast) -> None:
    # calendar days back from a Friday: 7 = 5 business days (no holiday in between), 14 = 10, 28 = 20
    last = date(2026, 8, 28)
    for days in (7, 7, 7, 14, 28):
        ways.executed(monday, last, date(2027, 4, 1), days)
    seen = by_kind([monday.family.pk], MONDAY)[monday.family.pk, K.LAW]
    assert seen == Seen(5, 5, 10), "the third of five, and the fourth"


def test_what_ended_more_than_a_year_ago_or_elsewhere_teaches_nothing(monday: Cast) -> None:
    ways.executed(monday, date(2026, 3, 1), date(2026, 4, 1))
    ways.executed(monday, date(2026, 3, 2), date(2026, 4, 1))
    ways.executed(monday, date(2026, 9, 1), date(2026, 10, 1), department=monday.justice)
    assert by_kind([monday.family.pk], MONDAY)[monday.family.pk, K.SIGN_DEPT].count == 1
    assert whole_ways([monday.family.pk, monday.justice.pk], MONDAY)[monday.justice.pk].count == 1
    assert whole_ways([monday.family.pk], date(2028, 1, 1)) == {}


def test_each_department_learns_from_its_own_contracts(monday: Cast) -> None:
    ways.year(monday, [7] * 10, department=monday.justice)
    outcome = queries.expected(ways.going(monday, days_ago=0), clock.now())
    assert outcome is not None and outcome["from_history"] == []


def test_days_of_a_return_belong_to_whoever_had_it(monday: Cast) -> None:
    row = ways.going(monday, days_ago=14)  # Mon Feb 15 is Presidents' Day
    for kind, to in ((K.LAW, Side.ORGANIZATION), (K.BUDGET, Side.DEPARTMENT), (K.DOCUMENTS, Side.DEPARTMENT)):
        StepReturn.objects.create(
            step=row.steps.get(kind=kind), to=to, why="The scope names another term.", returned_by=monday.lee.user,
            returned_at=clock.chicago(date(2027, 2, 17), 10), answer="Corrected.", answered_by=monday.dora.user,
            answered_at=clock.chicago(date(2027, 2, 22), 10),
        )  # fmt: skip
    found = queries.way_of(row, clock.now())
    assert found is not None
    days = {step.step.kind: (step.agency, step.organization) for step in found.steps}
    # Feb 15 to Mar 1 are ten business days (16-19, 22-26, Mar 1); Feb 17 to 22 three of them (18, 19, 22)
    assert days[K.LAW] == (7, 3), "the organization had it for three"
    assert days[K.BUDGET] == (10, 0), "it stayed in the department"
    assert days[K.DOCUMENTS] == (3, 7), "the department had it for three"
    assert days[K.SIGN_DEPT] == (0, 0) and (found.agency_days, found.organization_days) == (20, 10)


def test_a_department_sees_its_own_ways_and_an_organization_its_own(cast: Cast) -> None:
    own, other = ways.going(cast), ways.going(cast, organization=cast.beta)
    county = ways.going(cast, department=cast.justice)

    def seen(name: str) -> set[int]:
        return set(queries.on_the_way(getattr(cast, name).actor).values_list("pk", flat=True))

    assert seen("dora") == {own.pk, other.pk} and seen("cora") == {county.pk}
    assert seen("cleo") == {own.pk, other.pk}
    assert seen("adam") == {own.pk, other.pk, county.pk}, "he audits the department and Alpha"
    assert seen("rita") == {own.pk, county.pk} and seen("bob") == {other.pk}
    assert seen("gus") == seen("charlie") == seen("pat") == set()


def test_ways_cost_the_same_few_statements_at_any_number(monday: Cast, django_assert_num_queries: Any) -> None:
    def measure(count: int) -> None:
        rows = queries.measured(queries.on_the_way(monday.dora.actor))
        at = clock.now()
        with django_assert_num_queries(5):
            found = queries.ways(list(rows), at)
            assert len(found) == count
            for item in found:
                assert item.prime and item.critical and all(step.holder for step in item.steps)

    for _ in range(2):
        _returned(monday, ways.going(monday))
    measure(2)
    for _ in range(10):
        _returned(monday, ways.going(monday))
    measure(12)


def _returned(cast: Cast, row: Contract) -> None:
    StepReturn.objects.create(
        step=row.steps.get(kind=K.LAW), why="A page is missing.", returned_by=cast.lee.user, answer="Here.",
        answered_by=cast.dora.user, answered_at=clock.now(),
    )  # fmt: skip
