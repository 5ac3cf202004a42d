"""The whole journey with separate people: a notice is planned and published, found, answered, submitted; then it is too late."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core import mail
from django.core.management import call_command

from procurement_portal.time import clock
from solicitations.models.solicitation import Solicitation
from solicitations.models.submission import Submission
from tests.browser import answering, planning, proof
from tests.browser.visitor import Visitor
from tests.cast import Cast
from tests.factories.documents import pdf

pytestmark = pytest.mark.django_db(transaction=True)
Come = Callable[..., Visitor]
Duties = Callable[[], None]
PASSWORD = "marigold staircase seven"


def test_the_whole_journey(
    town: Cast, come: Come, duties: Duties, move_clock: Callable[..., None], tmp_path: Path
) -> None:
    dates = planning.Dates.from_today()
    dora, percy = come(town.dora), come(town.percy)
    notice = _publish(dora, percy, dates, duties)
    _find(come(), notice.pk, duties)

    alice, ben, fiona, gus = _sign_in(come(), town), come(town.ben), come(town.fiona), come(town.gus)
    alice.go(f"/opportunities/{notice.pk}/get-ready/", look="get-ready-missing")
    answering.add_paper(alice, tmp_path, pdf("Form W-9"))
    duties()
    answer = answering.start(ben, notice.pk)
    fiona.go(f"/our-answers/{answer}/")
    answering.write_first_section(ben, tmp_path, pdf("Work plan"))
    ben.go(f"/our-answers/{answer}/")
    answering.write_together(ben, fiona)
    answering.partner_signs(ben, gus, answer)
    duties()
    ben.go(f"/our-answers/{answer}/review/", look="review-by-preparer")
    assert ben.page.get_by_role("button", name="Sign and submit").count() == 0

    _sealed(dora, percy, notice, answer)
    _ask_and_answer(ben, dora, notice, duties)
    _addendum(dora, percy, notice, duties)
    _confirm(ben, answer)
    _submit(alice, town, answer, tmp_path, duties)
    _replace_and_withdraw(alice, ben, town, answer, duties)
    _too_late(alice, town, answer, notice, move_clock)


def _publish(dora: Visitor, percy: Visitor, dates: planning.Dates, duties: Duties) -> Solicitation:
    """B1: drafted, refused with reasons, mended, reviewed, published by a second person."""
    number = planning.begin(dora)
    dora.go(f"/plan/{number}/review/", look="review-nothing")
    planning.fill_topics(dora, number, dates)
    planning.add_criteria(dora, number)
    planning.add_questions(dora, number)
    planning.mend(dora, number, dates)
    dora.link("Check and send to review", look="review-ready")
    dora.button("Send to review", look="plan-in-review")
    dora.reads("Sent to review")
    assert dora.page.get_by_role("button", name="Publish the notice").count() == 0
    percy.go("/my-work/", look="work-percy")
    percy.go(f"/plan/{number}/")
    percy.link("Read and decide", look="review-publish")
    percy.button("Publish the notice", look="plan-published")
    percy.reads("Everybody can read it now")
    duties()
    percy.go(f"/plan/{number}/history/", look="plan-history")
    percy.reads("Published", "Sent to review")
    return Solicitation.objects.get(number=number)


def _find(anyone: Visitor, notice: int, duties: Duties) -> None:
    """B2: found by words and filters by somebody without an account, who keeps the search."""
    anyone.go("/", look="home-public")
    anyone.go("/opportunities/", look="opportunities")
    anyone.page.get_by_role("searchbox", name="Search the notices").fill("mentors")
    anyone.button("Search", look="opportunities-words")
    anyone.reads(planning.TITLE)
    anyone.page.get_by_text(re.compile("^Filters")).click()
    anyone.put(area="1")
    anyone.button("Show results", look="opportunities-nothing")
    anyone.reads("No notice matches")
    anyone.page.get_by_text(re.compile("^Filters")).first.click()
    if not anyone.page.locator("[name=area]").is_visible():
        anyone.page.get_by_text(re.compile("^Filters")).first.click()
    anyone.put(area="44")
    anyone.button("Show results")
    anyone.link("Keep this search and get e-mail", look="keep-search")
    anyone.put(email="somebody@example.org", name="Jobs with mentors")
    anyone.button("Keep this search")
    anyone.reads("We sent you a mail")
    duties()
    letter = next(m for m in mail.outbox if m.to == ["somebody@example.org"])
    found = re.search(r"/opportunities/kept/\S+/confirm/", str(letter.body))
    assert found is not None, letter.body
    anyone.go(found[0], look="confirm-search")
    anyone.button("Confirm")
    anyone.reads("Confirmed")
    anyone.go("/opportunities/?text=mentors")
    anyone.link(planning.TITLE, look="notice")
    assert anyone.path == f"/opportunities/{notice}/"


def _sign_in(alice: Visitor, town: Cast) -> Visitor:
    """B3: the signatory signs in through the pages, with password and code."""
    town.alice.user.set_password(PASSWORD)
    town.alice.user.save()
    proof.give_app(town.alice)
    alice.go("/account/login/", look="sign-in")
    alice.page.get_by_label("E-mail address").fill(town.alice.user.email)
    alice.page.get_by_label("Password").fill(PASSWORD)
    alice.button("Sign in", look="sign-in-code", exact=True)
    alice.page.get_by_label("Code").fill(proof.code())
    alice.button("Sign in", exact=True)
    alice.go("/", look="home-alice")
    alice.name = "alice"
    return alice


def _sealed(dora: Visitor, percy: Visitor, notice: Solicitation, answer: int) -> None:
    """Until opening the agency sees nothing of an answer, not even that there is one."""
    for staff in (dora, percy):
        for path in (f"/our-answers/{answer}/", f"/our-answers/{answer}/review/", f"/our-answers/{answer}/partners/"):
            staff.go(path, status=404)
        for path in (f"/plan/{notice.number}/", f"/plan/{notice.number}/history/", "/my-work/", "/plan/"):
            staff.go(path)
            assert "Alpha" not in staff.page.content(), path
    dora.go(f"/our-answers/{answer}/", status=404, look="not-found")


def _ask_and_answer(ben: Visitor, dora: Visitor, notice: Solicitation, duties: Duties) -> None:
    """Asked privately, answered for everybody without the asker's name."""
    ben.go(f"/opportunities/{notice.pk}/ask/", look="ask")
    ben.put(text="May Alpha pay mentors from the wages line?")
    ben.button("Ask the question", look="asked")
    duties()
    dora.go(f"/plan/{notice.number}/inquiries/", look="desk")
    assert "Ben" not in dora.main()
    dora.link("Answer: May Alpha", look="desk-answer")
    dora.put(published_text="May mentors be paid from the wages line?", answer="No, mentors belong to staff.")
    dora.button("Keep the answer", look="desk-answered")
    dora.button("Publish the chosen answers", look="desk-published")
    duties()
    ben.go(f"/opportunities/{notice.pk}/", look="notice-answered")
    ben.reads("May mentors be paid from the wages line?", "No, mentors belong to staff.")
    assert "May Alpha pay" not in ben.main() and "Ben Alpha" not in ben.main()


def _addendum(dora: Visitor, percy: Visitor, notice: Solicitation, duties: Duties) -> None:
    """One question changes; a second person issues it."""
    dora.go(f"/plan/{notice.number}/")
    dora.link("Draft an addendum", look="addendum-begin")
    dora.button("Begin the addendum", look="addendum-empty")
    dora.link("Change: Describe a participant", look="addendum-question")
    dora.put(prompt="Describe a participant's first week, day by day.")
    dora.button("Save")
    dora.put(announcement="One question is clearer.")
    dora.button("Save", exact=True)
    dora.look("addendum")
    dora.button("Send to review", look="addendum-sent")
    percy.go(f"/plan/{notice.number}/addendum/review/", look="addendum-review")
    percy.reads("first week, day by day")
    percy.button("Issue addendum 1", look="addendum-issued")
    duties()
    percy.go(f"/opportunities/{notice.pk}/addenda/1/", look="addendum-public")


def _confirm(ben: Visitor, answer: int) -> None:
    """The answer it touches is confirmed again, and only that one."""
    ben.go(f"/our-answers/{answer}/", look="answer-unconfirmed")
    ben.page.locator("main").get_by_role("link", name="Your program").first.click()
    ben.arrive(look="section-unconfirmed")
    assert ben.page.get_by_role("button", name="My answer still holds").count() == 1
    ben.button("My answer still holds", look="section-confirmed")
    assert ben.page.get_by_role("button", name="My answer still holds").count() == 0


def _submit(alice: Visitor, town: Cast, answer: int, folder: Path, duties: Duties) -> None:
    """B4: reviewed, attested, proved, submitted; the receipt is real, on paper too."""
    alice.forget_proof()
    alice.go(f"/our-answers/{answer}/review/")
    alice.put(agreed=True, typed_name=town.alice.user.name)
    alice.button("Sign and submit")
    proof.prove(alice, look="step-up")
    answering.submit(alice, answer, town.alice)
    duties()
    alice.page.reload()
    alice.look("receipt")
    kept = folder / "receipt.json"
    kept.write_bytes(alice.context.request.get(f"{alice.page.url}receipt.json").body())
    said = StringIO()
    call_command("verify_receipt", str(kept), stdout=said)
    assert said.getvalue().startswith("VERIFIED. Alpha Youth Collective"), said.getvalue()
    assert json.loads(kept.read_bytes())
    paper = alice.context.request.get(f"{alice.page.url}receipt.pdf")
    assert paper.ok and paper.body().startswith(b"%PDF")
    alice.go(f"/our-answers/{answer}/", look="answer-submitted")
    alice.go("/our-answers/", look="answers-submitted")


def _replace_and_withdraw(alice: Visitor, ben: Visitor, town: Cast, answer: int, duties: Duties) -> None:
    """Changed after submitting: what stands is the signed version until the next signature; then withdrawn."""
    ben.go(f"/our-answers/{answer}/")
    ben.page.locator("main").get_by_role("link", name="Your program").first.click()
    ben.page.get_by_label("How do people of the area shape the program?").fill("A council decides, and a parent.")
    ben.page.get_by_label("How do people of the area shape the program?").blur()
    answering.saved(ben)
    alice.go(f"/our-answers/{answer}/", look="answer-changed")
    alice.reads("What stands is version 1")
    alice.go(f"/our-answers/{answer}/review/")
    alice.put(agreed=True, typed_name=town.alice.user.name)
    alice.button("Sign and submit")
    duties()
    alice.reads("Receipt for version 2")
    alice.go(f"/our-answers/{answer}/withdraw/", look="withdraw")
    alice.put(why="We found a mistake.")
    alice.button("Withdraw the answer", look="answer-withdrawn")
    assert Submission.objects.get(pk=answer).status == "withdrawn"


def _too_late(alice: Visitor, town: Cast, answer: int, notice: Solicitation, move_clock: Callable[..., None]) -> None:
    """A second after the due hour it is refused with both times, and kept as evidence."""
    alice.go(f"/our-answers/{answer}/review/")
    alice.put(agreed=True, typed_name=town.alice.user.name)
    notice.refresh_from_db()
    assert notice.due_at is not None
    move_clock(to=notice.due_at + timedelta(seconds=1))
    alice.button("Sign and submit", look="too-late")
    alice.reads("This arrived after the due hour", "Due", "Received")
    due = notice.due_at.astimezone(clock.CHICAGO)
    assert f"{due:%-I:%M}" in alice.main()
    alice.go(f"/our-answers/{answer}/", look="answer-over")
    alice.reads("Something arrived too late")
