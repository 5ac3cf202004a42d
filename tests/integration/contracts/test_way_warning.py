"""The early warning: one clock at the department's desk, the organization told once, over when the danger is."""

from __future__ import annotations

import threading
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection

from procurement_portal.clocks.models import Clock
from procurement_portal.notifications.models.delivery import Delivery
from procurement_portal.people.actor import Actor
from procurement_portal.time import clock
from solicitations.actions import way as actions
from solicitations.models.contract import Contract
from solicitations.models.trace import Trace
from solicitations.queries import way as queries
from solicitations.queries import way_figure as figures
from solicitations.states import ContractState
from solicitations.states import ContractStepKind as K
from tests.cast import Cast, make_cast
from tests.factories import ways

PORTAL = Actor.system("test")


def told(kind: str) -> set[str]:
    return set(Delivery.objects.filter(kind=kind).values_list("user__email", flat=True))


def late(cast: Cast, **changes: Any) -> Contract:
    """A contract whose steps cannot end before its term begins."""
    ways.desk(cast.family, "contracts", cast.dora.user)
    return ways.going(cast, days_ago=0, starts_on=clock.today() + timedelta(days=10), **changes)


def test_a_first_day_in_danger_starts_one_clock_and_tells_both_sides_once(cast: Cast) -> None:
    row = late(cast)
    for _ in range(3):
        actions.sweep()
    clocks = Clock.objects.filter(rule=queries.RULE)
    assert [(c.subject_id, c.desk.function, c.stopped_at) for c in clocks] == [(str(row.pk), "contracts", None)]
    assert told("solicitations.start_in_danger") == {"dora@example.org"}
    assert told("solicitations.first_day_in_danger") == {"alice@example.org"}
    assert Trace.objects.filter(rule=queries.RULE).count() == 1, "the same forecast is kept once"


def test_without_a_desk_the_maker_of_the_contract_is_warned(cast: Cast) -> None:
    row = ways.going(cast, days_ago=0, starts_on=clock.today() + timedelta(days=10))
    actions.recompute(actor=PORTAL, contract_id=row.pk)
    assert Clock.objects.get(rule=queries.RULE).user_id == cast.dora.user.pk
    assert told("solicitations.start_in_danger") == {"dora@example.org"}


def test_a_contract_in_time_warns_nobody(cast: Cast) -> None:
    row = ways.going(cast, days_ago=0)
    kept = actions.recompute(actor=PORTAL, contract_id=row.pk)
    assert kept is not None and kept.answer["warning"] == "none"
    assert not Clock.objects.filter(rule=queries.RULE).exists()
    assert told("solicitations.first_day_in_danger") == set()


def test_the_warning_ends_when_the_first_day_moves_and_comes_again_for_another(cast: Cast) -> None:
    row = late(cast)
    actions.recompute(actor=PORTAL, contract_id=row.pk)
    Contract.objects.filter(pk=row.pk).update(starts_on=clock.today() + timedelta(days=90), ends_on=None)
    actions.recompute(actor=PORTAL, contract_id=row.pk)
    assert Clock.objects.get(rule=queries.RULE).outcome == "in_time"
    Contract.objects.filter(pk=row.pk).update(starts_on=clock.today() + timedelta(days=20))
    actions.recompute(actor=PORTAL, contract_id=row.pk)
    assert Clock.objects.filter(rule=queries.RULE, stopped_at=None).count() == 1
    assert Delivery.objects.filter(kind="solicitations.first_day_in_danger").values("key").distinct().count() == 2


def test_the_clock_stops_when_the_contract_is_executed_or_given_up(cast: Cast) -> None:
    executed, given_up = late(cast), late(cast)
    actions.sweep()
    Contract.objects.filter(pk=executed.pk).update(status=ContractState.SIGNED, signed_at=clock.now())
    Contract.objects.filter(pk=given_up.pk).update(status=ContractState.ABANDONED)
    for row in (executed, given_up):
        assert actions.recompute(actor=PORTAL, contract_id=row.pk) is None
    outcomes = dict(Clock.objects.filter(rule=queries.RULE).values_list("subject_id", "outcome"))
    assert outcomes == {str(executed.pk): "executed", str(given_up.pk): "ended"}


def test_a_kept_forecast_answers_why(cast: Cast) -> None:
    kept = actions.recompute(actor=PORTAL, contract_id=late(cast).pk)
    assert kept is not None
    assert [step["label"] for step in kept.content["steps"]][:2] == [
        queries.name_of(K.DOCUMENTS),
        queries.name_of(K.INSURANCE),
    ]
    assert kept.content["parameters"][0]["name"] == "portal.forecast_least_steps"


@pytest.mark.django_db(transaction=True)
def test_two_sweepers_at_once_make_one_clock_and_one_forecast() -> None:
    cast = make_cast()
    late(cast)
    faults: list[Exception] = []

    def run() -> None:
        try:
            actions.sweep()
        except Exception as error:
            faults.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert Clock.objects.filter(rule=queries.RULE).count() == 1
    assert Trace.objects.filter(rule=queries.RULE).count() == 1


def test_executed_before_start_counts_terms_begun_and_nothing_else(cast: Cast) -> None:
    day = date(2026, 6, 1)
    ways.executed(cast, day, day)  # signed on the first day: in time
    ways.executed(cast, day + timedelta(days=1), day)  # a day late
    ways.contract(cast, starts_on=day)  # begun, not signed
    ways.contract(cast, starts_on=day, status=ContractState.ABANDONED)
    ways.executed(cast, day, day, made_by=None)  # taken in
    ways.executed(cast, day, date(2026, 12, 30))  # has not begun
    ways.executed(cast, date(2025, 6, 1), date(2025, 6, 2))  # another year
    line, *others = figures.executed_before_start(Actor.public(), 2026, date(2026, 11, 25))
    assert others == [] and line.department == cast.family
    assert (line.base, line.before, line.late, line.unsigned, line.imported) == (3, 1, 1, 1, 1)
    assert figures.contracts_behind(Actor.public(), 2026, date(2026, 11, 25)).count() == line.base


def test_a_signature_at_eleven_at_night_in_chicago_is_of_that_day(cast: Cast) -> None:
    row = ways.contract(
        cast, starts_on=date(2026, 6, 1), status=ContractState.SIGNED,
        signed_at=clock.chicago(date(2026, 6, 1), 23, 59),
    )  # fmt: skip
    (line,) = figures.executed_before_start(Actor.public(), 2026, date(2026, 11, 25))
    assert (line.base, line.before) == (1, 1), row


def test_the_countys_year_begins_in_december(cast: Cast) -> None:
    for department in (cast.family, cast.justice):
        ways.executed(cast, date(2025, 12, 1), date(2025, 12, 1), department=department)
    found = figures.executed_before_start(Actor.public(), 2026, date(2026, 11, 25))
    assert [line.department for line in found] == [cast.justice]
    assert figures.years(Actor.public(), 2026) == [2026, 2025]
