"""Renew or let end: asked once in time, stopped by what is decided; right twice, and no more queries with more contracts."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.http import Http404
from django.test.utils import CaptureQueriesContext

from procurement_portal.clocks.models import Clock
from procurement_portal.notifications.models.delivery import Delivery
from procurement_portal.time import clock
from procurement_portal.web.refusal import Conflict, Invalid, Refused
from solicitations.actions import amendment as amendments
from solicitations.actions import ending
from solicitations.models.contract import Amendment, Contract
from solicitations.models.trace import Trace
from solicitations.queries import ending as queries
from tests.cast import Cast
from tests.factories import ways
from tests.factories.renewals import batch, item, running

SOON, FAR = 30, 300  # days before the end; the question comes about ten weeks before


def clocks(contract: Contract) -> list[Clock]:
    return list(Clock.objects.filter(rule=queries.RULE, subject_id=str(contract.pk)).order_by("pk"))


def told(kind: str) -> set[str]:
    return set(Delivery.objects.filter(kind=f"solicitations.{kind}").values_list("user__email", flat=True))


def test_it_is_asked_once_from_the_day_of_the_rule_at_the_desk_for_contracts(cast: Cast) -> None:
    ways.desk(cast.family, "contracts", cast.dora.user)
    soon, far = running(cast, days=SOON), running(cast, days=FAR)
    draft = ways.contract(cast, starts_on=clock.today() - timedelta(days=340))  # not executed: nobody is asked
    assert ending.sweep() == (1, 0)
    assert ending.sweep() == (0, 0)
    (asked,) = clocks(soon)
    assert clocks(far) + clocks(draft) == []
    kept = Trace.objects.get(rule=queries.RULE)
    assert asked.desk is not None and (asked.desk.function, asked.stopped_at) == ("contracts", None)
    due_on = asked.due_at.astimezone(clock.CHICAGO).date()
    assert kept.answer["decide_by"] == due_on.isoformat() and due_on < soon.ends_on
    assert asked.what == f"Decide whether {soon.number} is renewed or ends"
    assert told("term_ends") == {"dora@example.org"}


def test_a_contract_found_too_late_is_asked_about_all_the_same(cast: Cast) -> None:
    row = running(cast, days=2)
    ending.sweep()
    (asked,) = clocks(row)
    assert asked.due_at > clock.now() and asked.desk is not None


def test_the_present_end_counts_not_the_one_as_signed(cast: Cast) -> None:
    row = running(cast, days=SOON)
    facts = {"contract": row, "reason": "r", "made_by": cast.dora.user, "kind": "term"}
    signed = {
        "status": "signed", "signed_at": clock.now(), "signed_for_department_by": cast.cleo.user,
        "signed_for_organization_by": cast.alice.user,
    }  # fmt: skip
    Amendment.objects.create(number=1, new_ends_on=clock.today() + timedelta(days=FAR), **facts, **signed)
    assert ending.sweep() == (0, 0)


def test_the_clock_stops_when_an_amendment_of_the_term_is_drafted_and_comes_back_when_it_is_dropped(cast: Cast) -> None:
    row = running(cast, days=SOON)
    ending.sweep()
    until = row.ends_on + timedelta(days=60)
    drafted = amendments.draft(
        actor=cast.dora.actor, contract_id=row.pk, kind="term", reason="Two more months.", new_ends_on=until
    )
    assert [c.outcome for c in clocks(row)] == ["drafted"]
    assert ending.sweep() == (0, 0)
    amendments.drop(actor=cast.dora.actor, amendment_id=drafted.pk, why="No money.")
    assert ending.sweep() == (1, 0)
    assert [c.outcome for c in clocks(row)] == ["drafted", ""]


def test_the_clock_stops_when_the_contract_has_ended(cast: Cast) -> None:
    row = running(cast, days=SOON)
    ending.sweep()
    Contract.objects.filter(pk=row.pk).update(ends_on=clock.today() - timedelta(days=1))
    assert ending.sweep() == (0, 1)
    assert [c.outcome for c in clocks(row)] == ["ended"]


def test_an_officer_lets_it_end_and_takes_it_back_and_the_organization_reads_both(cast: Cast) -> None:
    row = running(cast, days=SOON)
    ending.sweep()
    with pytest.raises(Invalid):
        ending.let_end(actor=cast.dora.actor, contract_id=row.pk, why=" ")
    ending.let_end(actor=cast.dora.actor, contract_id=row.pk, why="The grant ended.")
    assert [c.outcome for c in clocks(row)] == ["let_end"] and ending.sweep() == (0, 0)
    assert {"alice@example.org", "ben@example.org"} <= told("end_decided")
    with pytest.raises(Conflict, match="decided this already"):
        ending.let_end(actor=cast.percy.actor, contract_id=row.pk, why="The grant ended.")
    batch(cast, [row])
    assert item(row).status == "draft"
    ending.take_back(actor=cast.percy.actor, contract_id=row.pk, why="A new grant came.")
    assert [c.outcome for c in clocks(row)] == ["let_end", ""] and "alice@example.org" in told("end_taken_back")
    with pytest.raises(Conflict):
        ending.take_back(actor=cast.percy.actor, contract_id=row.pk, why="Again.")
    with pytest.raises(Refused, match="Renewals of summer jobs"):  # it stands in a batch
        ending.let_end(actor=cast.dora.actor, contract_id=row.pk, why="The grant ended.")


def test_a_drafted_amendment_of_the_term_takes_the_decision_back(cast: Cast) -> None:
    row = running(cast, days=SOON)
    decision = ending.let_end(actor=cast.dora.actor, contract_id=row.pk, why="The grant ended.")
    until = row.ends_on + timedelta(days=60)
    amendments.draft(actor=cast.percy.actor, contract_id=row.pk, kind="term", reason="More.", new_ends_on=until)
    decision.refresh_from_db()
    assert decision.taken_back_by == cast.percy.user


def test_nobody_else_decides_the_end(cast: Cast) -> None:
    row = running(cast, days=SOON)
    for stranger, refusal in ((cast.cora, Http404), (cast.alice, Http404), (cast.lee, Refused), (cast.cleo, Refused)):
        with pytest.raises(refusal):
            ending.let_end(actor=stranger.actor, contract_id=row.pk, why="Because.")
    with pytest.raises(Conflict):
        ending.let_end(actor=cast.dora.actor, contract_id=running(cast, days=-1).pk, why="Because.")


def test_contracts_nothing_is_to_be_done_about_cost_no_queries(cast: Cast) -> None:
    counts = []
    for more in (1, 6):
        for _ in range(more):
            running(cast, days=FAR)
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert ending.sweep() == (0, 0)
        counts.append(len(seen))
    assert counts[0] == counts[1], [q["sql"][:120] for q in seen.captured_queries]
