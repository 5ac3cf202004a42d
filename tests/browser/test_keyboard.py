"""Every flow by keyboard alone: each stop is seen, nothing is left out, nothing holds the focus."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from procurement_portal.time import clock
from solicitations.models.inquiry import Inquiry
from solicitations.models.question import Question
from solicitations.models.solicitation import Solicitation
from solicitations.models.submission import Submission
from solicitations.queries.conflict import own_declarations
from solicitations.states import QuestionKind
from tests.browser import awarding
from tests.browser.keyboard import Keyboard
from tests.browser.visitor import Visitor
from tests.cast import Cast
from tests.factories import contracts
from tests.factories.documents import pdf
from tests.factories.solicitations import add_contents, make_closed, make_draft
from tests.factories.submissions import begin, fill, open_solicitation, question
from tests.integration.evaluation.world import appointed, begun, scoring_begun

pytestmark = pytest.mark.django_db(transaction=True)
Come = Callable[..., Visitor]
PASSWORD = "marigold staircase seven"


def test_a_preparer_signs_in_finds_and_asks(town: Cast, come: Come) -> None:
    asked = open_solicitation(town, questions_due_at=clock.now() + timedelta(days=5))
    town.ben.user.set_password(PASSWORD)
    town.ben.user.save()
    ben = come()
    keys = Keyboard(ben.page)
    ben.go("/account/login/")
    keys.whole_page()
    keys.skip()
    keys.to("E-mail address")
    keys.type(town.ben.user.email)
    keys.to("Password")
    keys.type(PASSWORD)
    keys.enter("Sign in", tag="button")
    ben.page.wait_for_url(lambda url: "/account/login" not in url)
    ben.go("/")
    keys.whole_page()
    ben.go("/opportunities/")
    keys.whole_page()
    keys.to("Search the notices")
    keys.type("summer")
    keys.go()
    keys.to("Filters", tag="summary")
    keys.press("Enter")
    keys.to("Kind of service")
    keys.type("Youth")
    keys.enter("Show results")
    keys.enter("Summer jobs for young people")
    keys.whole_page()
    keys.enter("Ask a question")
    keys.to("Your question")
    keys.type("May fiscal sponsors apply?")
    keys.page.keyboard.press("Tab")
    keys.enter("Ask the question")
    assert Inquiry.objects.get(solicitation=asked).text == "May fiscal sponsors apply?"


def test_a_signatory_writes_uploads_signs_and_submits(town: Cast, come: Come, tmp_path: Path) -> None:
    asked = open_solicitation(town)
    section = question(asked, QuestionKind.TEXT).section
    Question.objects.create(
        solicitation=asked, section=section, position=5, kind="file", marking="information", prompt="Your work plan",
        options={"kinds": ["pdf"], "most_files": 2, "most_megabytes": 10}, required=False,
    )  # fmt: skip
    alice = come(town.alice)
    keys = Keyboard(alice.page)
    alice.go(f"/opportunities/{asked.pk}/")
    keys.enter("Get ready to answer")
    keys.whole_page()
    keys.enter("Start your answer")
    keys.whole_page()
    keys.enter("Your organization", tag="a")
    keys.to("Yes", legend="Do you serve")
    keys.press("Space")
    alice.page.locator("[data-saved][data-state=done]").wait_for()
    keys.enter("Next section")
    keys.whole_page()
    keys.to("Describe a participant")
    keys.page.keyboard.type("Each week begins with a meeting.")
    for name, words in (
        ("Total you ask for", "150000"), ("Wages: You ask for", "120000"), ("Wages: What it is for", "Forty participants"),
        ("Staff: You ask for", "30000"), ("Staff: What it is for", "One mentor"),
    ):  # fmt: skip
        keys.to(name)
        keys.type(words)
    plan = tmp_path / "work plan.pdf"
    plan.write_bytes(pdf("Work plan"))
    keys.to("Add a file from this computer")
    alice.page.locator("input[type=file]:focus").set_input_files(plan)  # Space opens the browser's own window here
    keys.to("Add this file")
    keys.press("Enter")
    alice.reads("work plan.pdf", "Nothing is missing")
    keys.enter("Review", tag="a")
    keys.to("I attest what stands above")
    keys.press("Space")
    keys.to("Your name")
    keys.type(town.alice.user.name)
    keys.enter("Sign and submit")
    alice.reads("We received this version")
    keys.whole_page()
    assert Submission.objects.get().status == "submitted"


def test_a_conflict_is_resolved_by_keyboard(town: Cast, come: Come) -> None:
    proposal = begin(town.ben, open_solicitation(town))
    section = question(proposal.solicitation, QuestionKind.TEXT).section_id
    fiona = come(town.fiona)
    fiona.go(f"/our-answers/{proposal.pk}/sections/{section}/")
    fill(town.ben, proposal)
    keys = Keyboard(fiona.page)
    keys.to("Describe a participant")
    keys.type("Each week ends with pay.")
    keys.page.keyboard.press("Tab")
    fiona.page.locator(".p-conflict").wait_for()
    keys.to("Save what I wrote", back=True)
    keys.press("Enter")
    fiona.page.locator("[data-saved][data-state=done]").wait_for()


def test_a_notice_is_begun_changed_and_published(town: Cast, come: Come) -> None:
    dora = come(town.dora)
    keys = Keyboard(dora.page)
    dora.go("/plan/")
    keys.enter("Begin a solicitation")
    keys.whole_page()
    keys.to("Title")
    keys.type("Evening meals for older adults")
    keys.to("Service category")
    keys.type("Senior meals")
    keys.enter("Begin the draft")
    dora.reads("Evening meals for older adults")
    keys.whole_page()
    keys.enter("Schedule", tag="a")
    keys.whole_page()
    keys.to("Month", legend="Questions due")
    keys.type("December")
    for words in ("31", "2026"):
        keys.page.keyboard.press("Tab")
        keys.type(words)
    keys.page.keyboard.press("Tab")
    keys.type("5:00 pm")
    keys.enter("Save and go back to the list")
    made = Solicitation.objects.get()
    assert made.questions_due_at == clock.chicago(clock.today().replace(month=12, day=31, year=2026), 17)


def test_a_second_person_reads_and_publishes(town: Cast, come: Come) -> None:
    row = add_contents(
        make_draft(town, status="in_review", review_requested_by=town.dora.user, review_requested_at=clock.now())
    )
    percy = come(town.percy)
    keys = Keyboard(percy.page)
    percy.go(f"/plan/{row.number}/")
    keys.enter("Read and decide")
    keys.whole_page()
    keys.to("Reason")
    keys.type("The budget question needs a hint.")
    keys.page.keyboard.press("Tab")
    keys.enter("Return to draft")
    row.refresh_from_db()
    assert row.status == "draft"


def test_two_officers_open_the_answers(town: Cast, come: Come) -> None:
    row = make_closed(town)
    for person, act in ((town.percy, "Ask for opening"), (town.petra, "Open the answers")):
        visitor = come(person)
        keys = Keyboard(visitor.page)
        visitor.go(f"/plan/{row.number}/opening/")
        keys.enter(act, tag="a")
        keys.enter(act, tag="button")
    visitor.reads("Opened. Received in time: 0.")


def test_a_conflict_of_interest_is_declared(town: Cast, come: Come) -> None:
    [member] = appointed(town, begun(town), 1)
    eva = come(town.eva)
    keys = Keyboard(eva.page)
    eva.go("/evaluation/")
    keys.enter("Summer jobs for young people")
    keys.enter("Declare conflicts")
    keys.whole_page()
    keys.to(f"I have a conflict with {town.beta.name}")
    keys.press("Space")
    keys.to("What kind, in a sentence", tag="summary")
    keys.press("Enter")
    keys.to("What kind of conflict is it?")
    keys.type("Famil")
    keys.to("What connects you")
    keys.type("My sister works there.")
    keys.to("I looked at every name")
    keys.press("Space")
    keys.enter("Declare", tag="button")
    eva.reads("Your declaration is kept.")
    assert [(one.proposal.organization, one.ground) for one in own_declarations(member)] == [(town.beta, "family")]


def test_an_evaluator_scores_and_locks(town: Cast, come: Come) -> None:
    scoring_begun(town, readers=1, members=2)
    eva = come(town.eva)
    keys = Keyboard(eva.page)
    eva.go("/evaluation/")
    keys.whole_page()
    keys.enter("Summer jobs for young people")
    keys.whole_page()
    keys.enter("Read the next proposal")
    keys.whole_page()
    for criterion in ("Program plan", "Reasonable cost"):
        keys.to(f"Points for {criterion}")
        keys.type("4")
        keys.to(f"Reason for {criterion}")
        keys.type("The weeks are named.")
        keys.to("The proposer may read this reason")
        keys.press("Space")
    keys.enter("Save and look over")
    keys.whole_page()
    keys.enter("Lock my scores")
    eva.reads("Locked. Your scores stand.")


def test_an_approver_decides(town: Cast, come: Come) -> None:
    made = awarding.sent_to_approval(town)
    fay = come(town.fay)
    keys = Keyboard(fay.page)
    fay.go("/my-work/")
    keys.enter("Decide on the recommendation")
    keys.whole_page()
    keys.to("Note, or what has to change")
    keys.type("The budget holds.")
    keys.page.keyboard.press("Tab")
    keys.enter("Approve the recommendation")
    assert made.approvals.get(step="budget").outcome == "approved"


def test_both_signatories_sign(town: Cast, come: Come) -> None:
    contract = contracts.in_signature(town)
    for person, page in (
        (town.alice, f"/our-contracts/{contract.pk}/"), (town.cleo, f"/contracts/{contract.number}/"),
    ):  # fmt: skip
        visitor = come(person)
        keys = Keyboard(visitor.page)
        visitor.go(page)
        keys.enter("Read and sign")
        keys.whole_page()
        keys.to("I sign this document")
        keys.press("Space")
        keys.to("Your name")
        keys.type(person.user.name)
        keys.to("Your title")
        keys.type("Director")
        keys.enter("Sign", tag="button")
    contract.refresh_from_db()
    assert contract.status == "signed"
