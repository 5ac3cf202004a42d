"""The essential steps with JavaScript turned off: find, get ready, write, count, send a file, sign, keep the receipt; publish;
open, declare, score and lock, approve, sign the contract."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from solicitations.models.facts import RequiredDocument
from solicitations.models.question import Question
from solicitations.models.submission import Submission
from solicitations.queries.conflict import own_declarations
from solicitations.states import QuestionKind
from tests.browser import awarding, evaluating, planning
from tests.browser.visitor import Visitor
from tests.cast import Cast
from tests.factories import contracts
from tests.factories.documents import pdf
from tests.factories.solicitations import make_closed
from tests.factories.submissions import open_solicitation, question
from tests.integration.evaluation.world import appointed, begun, scoring_begun

pytestmark = pytest.mark.django_db(transaction=True)
Come = Callable[..., Visitor]
Duties = Callable[[], None]


def test_a_notice_is_found_answered_and_submitted(town: Cast, come: Come, duties: Duties, tmp_path: Path) -> None:
    asked = open_solicitation(town)
    RequiredDocument.objects.create(solicitation=asked, kind="w9", needed="with_answer")
    section = question(asked, QuestionKind.TEXT).section
    Question.objects.create(
        solicitation=asked, section=section, position=5, kind="file", marking="information", prompt="Your work plan",
        options={"kinds": ["pdf"], "most_files": 2, "most_megabytes": 10}, required=True,
    )  # fmt: skip
    paper = tmp_path / "paper.pdf"
    paper.write_bytes(pdf("Paper"))
    alice = come(town.alice, java_script_enabled=False)
    alice.go("/opportunities/", look="opportunities")
    alice.page.get_by_role("searchbox", name="Search the notices").fill("summer jobs")
    alice.button("Search")
    alice.link("Summer jobs for young people", look="notice")
    alice.link("Get ready to answer", look="get-ready")
    alice.link("Open our documents", look="vault")
    alice.link("Add: W-9", look="vault-add")
    alice.page.locator("main input[type=file]").first.set_input_files(paper)
    alice.button("Add to the vault")
    alice.reads("The document is in your vault")
    duties()
    alice.go(f"/opportunities/{asked.pk}/get-ready/")
    alice.button("Start your answer", look="answer")
    alice.link("Your organization", look="section-one")
    alice.page.get_by_text("Yes", exact=True).click()
    alice.button("Save this section")
    alice.reads("Saved")
    alice.link("Next section", look="section-two")
    alice.page.get_by_label("Describe a participant's week.").fill("Each week begins with a meeting.")
    alice.page.get_by_label("Wages: You ask for").fill("150,000.50")
    alice.page.get_by_label("Wages: What it is for").fill("Forty participants")
    alice.page.get_by_label("Total you ask for").fill("99")
    alice.button("Save this section")
    alice.page.locator("main", has_text="99").first.wait_for()
    alice.page.get_by_label("Total you ask for").fill("150,000.50")
    alice.button("Save this section")
    alice.page.locator("main input[type=file]").set_input_files(paper)
    alice.button("Add this file")
    alice.reads("paper.pdf", "Nothing is missing")
    alice.link("Review everything", look="review")
    alice.button("Sign and submit")
    assert alice.page.title().startswith("Error:")
    alice.put(agreed=True, typed_name=town.alice.user.name)
    alice.button("Sign and submit", look="receipt")
    alice.reads("We received this version")
    duties()
    alice.page.reload()
    assert alice.page.get_by_role("link", name="Download the receipt (PDF)").count() == 1
    assert Submission.objects.get().status == "submitted"


def test_a_notice_is_planned_from_nothing_and_published(town: Cast, come: Come) -> None:
    dates = planning.Dates.from_today()
    dora, percy = (come(person, java_script_enabled=False) for person in (town.dora, town.percy))
    number = planning.begin(dora)
    planning.fill_topics(dora, number, dates)
    planning.add_criteria(dora, number)
    planning.add_questions(dora, number)
    planning.mend(dora, number, dates)
    dora.link("Check and send to review")
    dora.button("Send to review")
    dora.reads("Sent to review")
    percy.go(f"/plan/{number}/review/", look="review-publish")
    percy.button("Publish the notice")
    percy.reads("Everybody can read it now")


def test_answers_are_opened_by_two_officers(town: Cast, come: Come) -> None:
    row = make_closed(town)
    percy, petra = (come(person, java_script_enabled=False) for person in (town.percy, town.petra))
    percy.go(f"/plan/{row.number}/opening/", look="opening-closed")
    percy.link("Ask for opening")
    percy.button("Ask for opening")
    percy.reads("You asked for opening.")
    petra.go(f"/plan/{row.number}/opening/")
    petra.link("Open the answers", look="opening-second")
    petra.button("Open the answers")
    petra.reads("Opened. Received in time: 0.", "Nothing was received in time")


def test_a_conflict_of_interest_is_declared(town: Cast, come: Come) -> None:
    [member] = appointed(town, begun(town), 1)
    evaluating.declare(come(town.eva, java_script_enabled=False), conflict=town.beta.name, look=True)
    assert [(one.proposal.organization, one.ground) for one in own_declarations(member)] == [(town.beta, "family")]


def test_a_proposal_is_scored_and_locked(town: Cast, come: Come) -> None:
    scoring_begun(town, readers=1, members=2)
    eva = come(town.eva, java_script_enabled=False)
    read = evaluating.score(eva, {town.alpha.name: ("4", "3"), town.beta.name: ("2", "2.5")})
    assert read and set(read) <= {town.alpha.name, town.beta.name}
    eva.reads("Locked. Your scores stand.")


def test_a_recommendation_is_approved(town: Cast, come: Come) -> None:
    made = awarding.sent_to_approval(town)
    fay = come(town.fay, java_script_enabled=False)
    awarding.approve(fay, "budget")
    assert made.approvals.get(step="budget").outcome == "approved"


def test_a_contract_is_signed_by_both_sides(town: Cast, come: Come, duties: Duties) -> None:
    contract = contracts.in_signature(town)
    alice, cleo = (come(person, java_script_enabled=False) for person in (town.alice, town.cleo))
    for visitor, person, page in (
        (alice, town.alice, f"/our-contracts/{contract.pk}/sign/0/"),
        (cleo, town.cleo, f"/contracts/{contract.number}/sign/0/"),
    ):
        visitor.go(page, look="contract-sign")
        visitor.put(typed_name=person.user.name, title="Director", agreed=True)
        visitor.button("Sign", exact=True)
    duties()
    alice.go(f"/our-contracts/{contract.pk}/", look="our-contract-executed")
    alice.reads("Download the signed copy (PDF)")
