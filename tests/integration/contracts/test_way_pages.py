"""The pages of the way: the public figure with its files, a department's contracts on the way, one contract's way."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from procurement_portal.history.models import Entry
from procurement_portal.people.actor import Actor
from procurement_portal.time import clock
from solicitations.actions import way as actions
from solicitations.queries import way as queries
from solicitations.views.contract_parts import expected_words
from tests.cast import Cast, Person
from tests.factories import ways

As = Callable[[Person], Client]


def text(client: Client, path: str) -> str:
    answer: Any = client.get(path)
    assert answer.status_code == 200, path
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return body.decode()


def statements(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as seen:
        text(client, path)
    return len(seen)


def test_anybody_reads_the_figure_with_its_arithmetic_and_takes_the_numbers(cast: Cast) -> None:
    day = clock.chicago(date(2026, 6, 1)).date()
    for late in (0, 0, 1):
        ways.executed(cast, day + timedelta(days=late), day)
    page = text(Client(), "/how-we-are-doing/?year=2026")
    assert "2 of 3 contracts were executed before their term began" in page
    assert "2 of 3 is 66.7%" in page
    assert "The last signature came on or before the first day" in page
    departments = text(Client(), "/how-we-are-doing/executed-before-start/departments.csv?year=2026")
    assert departments.splitlines()[1].startswith(f"{cast.family.name},3,2,1,0,0.66")
    contracts = text(Client(), "/how-we-are-doing/executed-before-start/contracts.csv?year=2026").splitlines()
    assert len(contracts) == 4 and sum(line.endswith("before start") for line in contracts) == 2
    assert "Summer jobs" not in "".join(contracts), "titles are not told before a contract is executed"


def test_a_year_without_a_term_says_what_will_stand_there(cast: Cast) -> None:
    page = text(Client(), "/how-we-are-doing/?year=2019")
    assert "No term of a contract has begun in this fiscal year yet" in page and "0 of 0" not in page


@pytest.mark.parametrize("year", ["abcd", "20260", "0000", "٢٠٢٦", "-1"])
def test_what_is_no_year_is_not_found(cast: Cast, year: str) -> None:
    assert Client().get("/how-we-are-doing/", {"year": year}).status_code == 404
    assert Client().get("/how-we-are-doing/executed-before-start/else.csv").status_code == 404


def test_contracts_in_danger_stand_first_with_the_step_that_decides(cast: Cast, as_: As) -> None:
    ways.going(cast, title="Calm start")
    ways.going(cast, title="Endangered", starts_on=clock.today() + timedelta(days=10))
    page = text(as_(cast.dora), "/contracts/way/")
    assert page.index("Endangered") < page.index("Calm start")
    assert "1 contract may miss its first day." in page and "cannot be met" in page
    assert "Documents from the organization at" in page
    assert "No step has ended in the last year yet" in page
    alone = text(as_(cast.dora), "/contracts/way/?warning=none")
    assert "Calm start" in alone and "Endangered" not in alone
    assert "None of the contracts on the way is so" in text(as_(cast.dora), "/contracts/way/?warning=p80")


def test_the_picture_holds_what_steps_took_against_what_was_promised(cast: Cast, as_: As) -> None:
    ways.year(cast, [14] * 3)
    page = text(as_(cast.dora), "/contracts/way/")
    assert "Law review: four of five took at most" in page and "5 promised" in page
    assert "Contracts on their way to signature will stand here" in page


def test_the_departments_page_costs_the_same_at_any_number(cast: Cast, as_: As) -> None:
    client = as_(cast.dora)
    for _ in range(2):
        ways.going(cast)
    ways.year(cast, [7] * 6)
    text(client, "/contracts/way/")
    few = statements(client, "/contracts/way/")
    for _ in range(12):
        ways.going(cast)
    ways.year(cast, [7] * 10)
    assert statements(client, "/contracts/way/") == few <= 20
    for _ in range(12):
        ways.going(cast)
    page = text(client, "/contracts/way/?page=2")
    assert "26 to 26 of 26 results" in page and page.count('class="p-work"') == 1


def test_the_public_figure_costs_the_same_at_any_number(cast: Cast) -> None:
    path = "/how-we-are-doing/?year=2026"
    ways.executed(cast, date(2026, 6, 1), date(2026, 6, 1))
    text(Client(), path)
    few = statements(Client(), path)
    for _ in range(10):
        ways.executed(cast, date(2026, 6, 1), date(2026, 6, 1))
        ways.executed(cast, date(2026, 6, 1), date(2026, 6, 1), department=cast.justice)
    assert statements(Client(), path) == few <= 4


def test_one_contract_shows_its_steps_days_and_why_to_both_sides(cast: Cast, as_: As) -> None:
    row = ways.going(cast, starts_on=clock.today() + timedelta(days=10))
    actions.recompute(actor=Actor.system("test"), contract_id=row.pk)
    for person, path in ((cast.dora, f"/contracts/{row.number}/way/"), (cast.rita, f"/our-contracts/{row.pk}/way/")):
        page = text(as_(person), path)
        assert "The first day cannot be met" in page and "How the expected day moved" in page
        assert "Least number of ended steps before a forecast uses what they took" in page, (
            "the why says by which policy"
        )
        assert page.count("On the critical path") == 4


def test_every_page_tells_one_expected_day_half_and_four_of_five_and_why(cast: Cast, as_: As) -> None:
    ways.year(cast, [7] * 6 + [28] * 4)
    row = ways.going(cast, title="Awaited")
    found = queries.way_of(row, clock.now())
    assert found is not None and found.answer["expected_p50_on"] < found.answer["expected_p80_on"]
    expected = expected_words(found)
    assert "in four of five cases by" in expected
    ours, staff = as_(cast.rita), as_(cast.dora)
    for client, path in (
        (staff, f"/contracts/{row.number}/"), (staff, f"/contracts/{row.number}/way/"), (staff, "/contracts/way/"),
        (ours, f"/our-contracts/{row.pk}/"), (ours, f"/our-contracts/{row.pk}/way/"), (ours, "/our-contracts/"),
    ):  # fmt: skip
        assert expected in text(client, path), path
    page = text(ours, f"/our-contracts/{row.pk}/")
    assert "Four of five are executed by" in page, "the why of the day"
    assert page.count("the expected day hangs on it") == len(found.answer["path"])
    few = statements(staff, f"/contracts/{row.number}/")
    ways.year(cast, [7] * 10)
    assert statements(staff, f"/contracts/{row.number}/") == few


def test_a_way_that_ended_without_signature_expects_nothing(cast: Cast, as_: As) -> None:
    row = ways.going(cast, starts_on=clock.today() + timedelta(days=3), status="abandoned")
    for path in (f"/contracts/{row.number}/", f"/contracts/{row.number}/way/"):
        page = text(as_(cast.dora), path)
        assert "Expected" not in page and "cannot be met" not in page, path


def test_others_find_nothing(cast: Cast, as_: As) -> None:
    row = ways.going(cast)
    for person in (cast.cora, cast.eva, cast.charlie, cast.bob):
        for path in (f"/contracts/{row.number}/way/", f"/our-contracts/{row.pk}/way/"):
            assert as_(person).get(path).status_code == 404
    assert as_(cast.dora).get("/contracts/way/", {"department": cast.justice.pk}).status_code == 404


def test_an_auditors_reading_is_witnessed(cast: Cast, as_: As) -> None:
    row = ways.going(cast)
    text(as_(cast.adam), f"/contracts/{row.number}/way/")
    text(as_(cast.adam), "/contracts/way/")
    acts = Entry.objects.filter(actor_id=cast.adam.user.pk).values_list("act", flat=True)
    assert {"contract.audit_read", "department.audit_way"} <= set(acts)
