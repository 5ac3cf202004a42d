"""A budget adds up to the cent, line by line, with and without script."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procurement_portal.web.refusal import Conflict, Invalid, Refused
from solicitations.actions import budget
from solicitations.models.answer import BadValue
from solicitations.models.budget import Totals, cents, dollars, share_of
from solicitations.queries.draft import draft
from solicitations.queries.readiness import missing
from solicitations.states import QuestionKind
from tests.cast import Cast
from tests.factories.submissions import begin, fill, open_solicitation, question, say


@given(st.lists(st.integers(0, 10**12), max_size=40))
def test_the_sum_of_lines_is_the_sum_of_their_cents(amounts: list[int]) -> None:
    assert Totals.of({"request": a, "match": a} for a in amounts).all == 2 * sum(amounts)
    assert all(cents(dollars(a)) == a for a in amounts)


def test_a_part_of_a_cent_is_no_amount() -> None:
    with pytest.raises(BadValue):
        cents(Decimal("1.005"))
    assert share_of(1, 3) == Decimal("33.33") and share_of(2, 3) == Decimal("66.67") and share_of(5, 0) == 0


def test_a_total_that_is_one_cent_off_is_missing_something(cast: Cast) -> None:
    proposal = fill(cast.ben, begin(cast.ben, open_solicitation(cast)))
    assert missing(draft(proposal), []) == []
    part = next(p for p in draft(proposal).parts if p.question.kind == "budget")
    say(cast.ben, proposal, QuestionKind.BUDGET, {"request": 15_000_051}, base=part.version)
    assert "$150,000.50, and the total you entered is $150,000.51" in missing(draft(proposal), [])[0].text


def test_a_budget_above_the_largest_award_says_so(cast: Cast) -> None:
    asked = open_solicitation(cast, award_max=Decimal("150000.49"), award_min=Decimal(1))
    costs = question(asked, QuestionKind.BUDGET)
    costs.options = {**costs.options, "within_largest_award": True}
    costs.save()
    proposal = fill(cast.ben, begin(cast.ben, asked))
    assert "The largest award is $150,000.49" in missing(draft(proposal), [])[0].text


def test_lines_are_saved_one_by_one_and_two_editors_of_a_line_are_told(cast: Cast) -> None:
    asked = open_solicitation(cast)
    proposal, costs = begin(cast.ben, asked), question(asked, QuestionKind.BUDGET)
    given = {"submission": proposal, "question": costs, "key": "wages"}
    assert budget.save_line(actor=cast.ben.actor, given={"request": 100}, base_version=0, **given).version == 1
    with pytest.raises(Conflict):
        budget.save_line(actor=cast.fiona.actor, given={"request": 200}, base_version=0, **given)
    with pytest.raises(Invalid):
        budget.save_line(
            actor=cast.ben.actor, submission=proposal, question=costs, key="yacht", given={}, base_version=0
        )


def test_own_lines_are_limited_and_an_emptied_one_is_free_again(cast: Cast) -> None:
    asked = open_solicitation(cast)
    proposal, costs = begin(cast.ben, asked), question(asked, QuestionKind.BUDGET)
    given = {"actor": cast.ben.actor, "submission": proposal, "question": costs}
    for n in range(5):
        budget.add_line(**given, given={"label": f"Line {n}", "request": 100})
    with pytest.raises(Refused):
        budget.add_line(**given, given={"label": "One more"})
    budget.save_line(**given, key="own_2", given={}, base_version=1)
    assert budget.add_line(**given, given={"label": "Again", "request": 7}).version == 3
    part = next(p for p in draft(proposal).parts if p.lines)
    assert part.totals.request == 407


def test_the_budget_page_saves_without_script_and_downloads(cast: Cast, as_) -> None:
    asked = open_solicitation(cast)
    proposal, costs = begin(cast.ben, asked), question(asked, QuestionKind.BUDGET)
    client, name = as_(cast.fiona), f"b-{costs.key}.wages"
    url = f"/our-answers/{proposal.pk}/sections/{costs.section_id}/"
    sent = {
        f"v-q-{costs.key}": "0",
        f"q-{costs.key}.request": "$1,234.50",
        f"v-{name}": "0",
        f"{name}.request": "1,234.50",
        f"{name}.why": "=Wages",
    }
    assert client.post(url, sent).status_code == 303
    part = next(p for p in draft(proposal).parts if p.lines)
    assert part.totals.request == 123_450 and part.value == {"request": 123_450, "match": None} and part.problems == []
    rows = b"".join(client.get(f"/our-answers/{proposal.pk}/budget/{costs.pk}.csv").streaming_content).decode()
    assert "1234.50" in rows and "'=Wages" in rows
    bad = client.post(url, {**sent, f"v-{name}": "1", f"{name}.request": "12.345"})
    assert (
        bad.status_code == 409 and b"Enter an amount in dollars and cents" in bad.content and b"12.345" in bad.content
    )
    assert b"ask for $1,234.50" in client.get(f"/our-answers/{proposal.pk}/budget/{costs.pk}/totals/").content
