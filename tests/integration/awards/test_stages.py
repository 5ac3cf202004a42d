"""From answers to contracts on the page of a solicitation: each stage, and the next act for whom it is."""

from __future__ import annotations

from typing import Any

from solicitations.states import RecommendationState, SolicitationState
from solicitations.views.stages import next_action, stages
from tests.cast import Cast, Person
from tests.factories import evaluations


def _act(row: Any, person: Person) -> str:
    found = next_action(stages(row, person.actor), person.actor)
    return str(found.label) if found is not None else ""


def test_each_stage_is_done_now_or_later_and_the_present_one_offers_its_act(cast: Cast, as_: Any) -> None:
    begun = evaluations.opened(cast)
    assert [stage.place for stage in stages(begun, cast.percy.actor)] == ["done", "now", *["later"] * 4]
    assert _act(begun, cast.percy) == "Begin the evaluation" and _act(begun, cast.fay) == ""

    made = evaluations.approved(cast)
    row = made.solicitation
    assert [stage.place for stage in stages(row, cast.percy.actor)] == [*["done"] * 4, "now", "later"]
    page = as_(cast.percy).get(f"/plan/{row.number}/").content.decode()
    assert page.count("Read and announce the awards") == 1 and "Begin when scope and budget are agreed" in page

    made.status = RecommendationState.IN_APPROVAL
    made.save(update_fields=["status"])
    assert _act(row, cast.cleo) == "Read the recommendation"
    row.status = SolicitationState.CLOSED_WITHOUT_AWARD
    assert [str(stage.words) for stage in stages(row, cast.percy.actor)][4] == "Ended without award"


def test_who_may_not_see_points_gets_no_way_to_them(cast: Cast) -> None:
    row = evaluations.approved(cast).solicitation
    shown = {stage.label: stage.url for stage in stages(row, cast.adam.actor)}
    assert shown["Ranking"] == shown["Recommendation"] == "" and shown["Opening"] and shown["Evaluation"]
    assert {stage.label: stage.url for stage in stages(row, cast.dora.actor)}["Ranking"]
