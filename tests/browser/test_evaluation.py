"""Opening, panel and scoring in a real browser: no axe finding at any width, and an evaluator's way by keyboard and saving."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser, Route, expect

from procurement_portal.people.actions import board
from procurement_portal.time import clock
from solicitations.actions import panel, responsiveness
from solicitations.models.scoring import Score
from solicitations.queries import conflict
from solicitations.queries import scoring as queries
from tests.browser.test_plan import context_of, look, url
from tests.cast import Cast, Person
from tests.factories import evaluations
from tests.integration.evaluation.world import appointed, begun, declare, guest, scoring_begun

pytestmark = pytest.mark.django_db(transaction=True)
SignIn = Callable[[Person], Client]


def test_the_officers_pages_that_the_journey_does_not_come_to(
    cast: Cast,
    browser: Browser,
    as_: SignIn,
    live_server: Any,
) -> None:
    board.add(actor=cast.alice.actor, name=cast.eva.user.name, title="Treasurer")
    made = begun(cast)
    number = made.solicitation.number
    eva, other = appointed(cast, made, 2)
    day = clock.today()
    panel.appoint(
        actor=cast.percy.actor, evaluation_id=made.pk, user_id=guest(cast).user.pk, part="guest", first_day=day,
        last_day=day + timedelta(days=20),
    )  # fmt: skip
    panel.save_team(actor=cast.percy.actor, evaluation_id=made.pk, name="South", areas=[25, 29], members=[other.pk])
    declare(cast, other, {made.solicitation.opened_proposals.get(position=2).pk: ("family", "My sister works there")})
    responsiveness.find_responsiveness(
        actor=cast.percy.actor, proposal_id=made.solicitation.opened_proposals.get(position=2).pk, responsive=True,
        reason="The budget is in the attachment",
    )  # fmt: skip
    with context_of(browser, as_, cast.percy, live_server.url) as context:
        page = context.new_page()
        look(page, live_server.url, url("opened-proposal", number, 2), "opening-proposal")
        for name in (
            "evaluation-panel",
            "evaluation-conflicts",
            "evaluation-rules",
        ):
            look(page, live_server.url, url(name, number), name)
        look(page, live_server.url, url("evaluation-place", number, eva.pk), "evaluation-place")
        look(
            page,
            live_server.url,
            url("evaluation-team", number, other.team_id or made.teams.get().pk),
            "evaluation-team",
        )
        look(page, live_server.url, url("evaluation-readers", number, 1), "evaluation-readers")
    done = evaluations.scored(cast, (5, 2))
    with context_of(browser, as_, cast.percy, live_server.url) as context:
        page = context.new_page()
        look(page, live_server.url, url("evaluation-differences", done.solicitation.number), "evaluation-differences")


def test_an_evaluator_declares_scores_and_locks(
    cast: Cast,
    browser: Browser,
    as_: SignIn,
    live_server: Any,
) -> None:
    board.add(actor=cast.bob.actor, name="Nora Chair", title="Chair")
    undeclared = begun(cast)
    waiting = appointed(cast, undeclared, 1)[0]
    made = scoring_begun(cast, readers=1, members=2)
    reading = queries.readings(cast.eva.actor).get(member__evaluation=made)
    with context_of(browser, as_, cast.eva, live_server.url) as context:
        page = context.new_page()
        look(page, live_server.url, url("evaluation-declare", waiting.pk), "evaluation-declare")
        page.get_by_text("I looked at every name").click()  # the box itself is drawn by its label
        page.get_by_role("button", name="Declare").click()
        expect(page.get_by_text("Your declaration is kept.")).to_be_visible()
        look(page, live_server.url, url("reading", reading.pk), "reading")
        for criterion in ("Program plan", "Reasonable cost"):
            page.get_by_label(f"Points for {criterion}").fill("4")
            page.get_by_label(f"Reason for {criterion}").fill("The weeks are named, with staff for each.")
            page.get_by_label(f"Reason for {criterion}").blur()
            expect(page.get_by_text("Saved ").first).to_be_visible()
        page.get_by_role("button", name="Save and look over").click()
        expect(page.get_by_role("heading", name="Your scores", exact=True)).to_be_visible()
        assert Score.objects.filter(assignment=reading).count() == 2
        page.get_by_role("button", name="Lock my scores").click()
        expect(page.get_by_text("Locked. Your scores stand.")).to_be_visible()
        look(page, live_server.url, url("reading", reading.pk), "reading-locked")
    with context_of(browser, as_, cast.alice, live_server.url) as context:
        page = context.new_page()
        look(page, live_server.url, "/organization/board/", "board")


def test_a_form_waits_for_a_score_that_is_still_saving_itself(
    cast: Cast,
    browser: Browser,
    as_: SignIn,
    live_server: Any,
) -> None:
    made = scoring_begun(cast, readers=1, members=2)
    reading = queries.readings(cast.eva.actor).get(member__evaluation=made)
    with context_of(browser, as_, cast.eva, live_server.url) as context:
        page = context.new_page()
        held: list[Route] = []
        page.goto(f"{live_server.url}{url('reading', reading.pk)}")
        page.route("**/save/", lambda route: route.continue_() if held else held.append(route))
        page.get_by_label("Points for Program plan").fill("4")
        with page.expect_request("**/save/"):
            page.get_by_label("Reason for Program plan").fill("The weeks are named.")
            page.get_by_label("Reason for Program plan").blur()
        page.locator("label", has_text="The proposer may read this reason").first.click()
        page.get_by_role("button", name="Save and look over").click()
        page.wait_for_timeout(300)
        assert page.url.endswith(url("reading", reading.pk))
        held[0].continue_()
        expect(page.get_by_role("heading", name="Your scores", exact=True)).to_be_visible()
    assert Score.objects.get(assignment=reading).share


def test_an_evaluator_scores_without_script(
    cast: Cast,
    browser: Browser,
    as_: SignIn,
    live_server: Any,
) -> None:
    made = scoring_begun(cast, readers=1, members=2)
    reading = queries.readings(cast.eva.actor).get(member__evaluation=made)
    with context_of(browser, as_, cast.eva, live_server.url, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{live_server.url}{url('reading', reading.pk)}")
        page.get_by_label("Points for Program plan").fill("9")
        page.get_by_label("Reason for Program plan").fill("Far above the scale")
        page.get_by_role("button", name="Save", exact=True).first.click()
        expect(page.get_by_text("Enter points from 0 to 5").first).to_be_visible()
        expect(page.get_by_label("Reason for Program plan")).to_have_value("Far above the scale")
        page.goto(f"{live_server.url}{url('reading-conflict', reading.pk)}")
        page.get_by_label("What kind of conflict is it?").select_option("family")
        page.get_by_label("What connects you").fill("My brother joined its board last week")
        page.get_by_role("button", name="Declare the conflict").click()
        expect(page.get_by_text("The proposal is no longer on your list.")).to_be_visible()
    assert conflict.standing().filter(proposal=reading.proposal_id).exists()
