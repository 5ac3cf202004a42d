"""Answering a notice on the pages: what the people of Alpha and their partner do."""

from __future__ import annotations

import re
from pathlib import Path

from tests.browser.visitor import Visitor
from tests.cast import Person


def add_paper(alice: Visitor, folder: Path, content: bytes) -> None:
    """A real PDF into the organization's vault."""
    paper = folder / "W-9 of Alpha.pdf"
    paper.write_bytes(content)
    alice.go("/organization/papers/", look="vault-empty")
    alice.go("/organization/papers/add/", look="vault-choose")
    alice.link("W-9", look="vault-add")
    alice.page.locator("main input[type=file]").first.set_input_files(paper)
    alice.button("Add to the vault")
    alice.reads("The document is in your vault")
    alice.look("vault-paper")


def start(ben: Visitor, notice: int) -> int:
    """From the notice over the readiness page to a begun answer; its key."""
    ben.go("/our-answers/", look="answers-none")
    ben.go(f"/opportunities/{notice}/", look="notice-signed-in")
    ben.link("Get ready to answer", look="get-ready")
    ben.reads("Here", "Minutes")
    ben.button("Start your answer", look="answer-begun")
    return int(ben.path.strip("/").split("/")[-1])


def field(visitor: Visitor, prompt: str) -> str:
    """The name of the control that answers the question with this prompt."""
    group = visitor.page.locator("main [data-field]", has_text=prompt).first
    return str(group.get_attribute("data-field"))


def saved(visitor: Visitor) -> None:
    """The page says when the last field saved itself."""
    visitor.page.locator("[data-saved][data-state=done]").wait_for()
    said = visitor.page.locator("[data-saved]").inner_text()
    assert re.search(r"Saved \d{1,2}:\d{2} [ap]m C[SD]T", said), said


def write_first_section(ben: Visitor, folder: Path, content: bytes) -> None:
    """A choice and a number that save themselves, and a file."""
    ben.page.locator("main").get_by_role("link", name="Your organization").first.click()
    ben.arrive(look="section-first")
    ben.page.get_by_text("Yes", exact=True).click()
    saved(ben)
    number = ben.page.get_by_label("How many young people will you serve?")
    number.fill("forty")
    number.blur()
    ben.page.locator("[data-saved]", has_text="Not saved").wait_for()
    ben.look("section-refused")
    number.fill("40")
    number.blur()
    saved(ben)
    plan = folder / "work plan.pdf"
    plan.write_bytes(content)
    ben.page.locator("main input[type=file]").set_input_files(plan)
    ben.button("Add this file")
    ben.reads("work plan.pdf")
    ben.look("section-file")


def write_together(ben: Visitor, fiona: Visitor) -> None:
    """Two people in one section: both texts are shown, neither is lost; money by Fiona, line by line."""
    for each in (ben, fiona):
        each.page.locator("main").get_by_role("link", name="Your program").first.click()
        each.arrive()
    ben.look("section-second")
    name = field(ben, "Describe a participant's week.")
    mine, theirs = ben.page.locator(f"textarea[name='{name}']"), fiona.page.locator(f"textarea[name='{name}']")
    mine.fill("Each week begins with a meeting with the mentor.")
    mine.blur()
    saved(ben)
    theirs.fill("Each week ends with pay.")
    theirs.blur()
    fiona.page.locator(".p-conflict").wait_for()
    shown = fiona.page.locator(".p-conflict").inner_text()
    assert "begins with a meeting" in shown and "ends with pay" in shown and "Ben Alpha" in shown, shown
    fiona.look("section-conflict")
    fiona.page.get_by_role("button", name="Keep what is saved").click()
    fiona.page.locator(".p-conflict").wait_for(state="detached")
    assert theirs.input_value() == "Each week begins with a meeting with the mentor."
    for line, amount, why in (("Wages", "150,000.50", "Forty participants"), ("Staff", "49,999.50", "Two mentors")):
        fiona.page.get_by_label(f"{line}: You ask for").fill(amount)
        fiona.page.get_by_label(f"{line}: What it is for").fill(why)
        fiona.page.get_by_label(f"{line}: What it is for").blur()
        saved(fiona)
    fiona.page.get_by_label("Total you ask for").fill("200,000")
    fiona.button("Save this section", look="section-budget")
    ben.page.get_by_label("How do people of the area shape the program?").fill("A council of young people decides.")
    ben.page.get_by_label("How do people of the area shape the program?").blur()
    saved(ben)
    ben.page.get_by_label("Site, Row 1").fill("Example Library")
    ben.page.get_by_label("Places, Row 1").fill("12")
    ben.page.get_by_label("Places, Row 1").blur()
    saved(ben)


def partner_signs(ben: Visitor, gus: Visitor, answer: int) -> None:
    """A fiscal sponsor is asked, reads its terms, writes its part and signs."""
    ben.go(f"/our-answers/{answer}/partners/", look="partners-none")
    ben.put(organization="Gamma Common Ground Fund", role="fiscal_sponsor", share="0", work="Holds the grant money.")
    ben.button("Invite the partner", look="partners")
    gus.go("/our-answers/", look="answers-partner")
    gus.page.locator("main").get_by_role("link", name="summer jobs").first.click()
    gus.arrive(look="part")
    gus.put(text="We keep the books and pay within five days.")
    gus.button("Save our part")
    gus.put(agreed=True, typed_name="Gus Gamma")
    gus.button("Sign our part", look="part-signed", exact=True)
    gus.reads("Signed")
    gus.go(f"/our-answers/{answer}/", status=404)


def submit(alice: Visitor, answer: int, signer: Person) -> None:
    """Review, attest, prove who one is, submit; the receipt page."""
    alice.go(f"/our-answers/{answer}/review/", look="review-and-sign")
    alice.button("Sign and submit")
    assert alice.page.title().startswith("Error:"), alice.page.title()
    alice.look("review-refused")
    alice.put(agreed=True, typed_name=signer.user.name)
    alice.button("Sign and submit")
    alice.reads("We received this version")
