"""From the due hour to the rank, on the pages: what two officers and four readers do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from procurement_portal.time import clock
from tests.browser import proof
from tests.browser.visitor import Visitor

REASON = "The plan names weeks, staff and partners."
PLAN, COST = "Program plan", "Reasonable cost"


def open_answers(percy: Visitor, petra: Visitor, number: str) -> None:
    """The first officer asks and proves who he is; he cannot open alone; the second one opens."""
    percy.go("/my-work/", look="work-to-open")
    percy.link("Open the answers", look="opening-closed")
    percy.forget_proof()
    percy.link("Ask for opening")
    proof.prove(percy, look="opening-proof")
    percy.look("opening-ask")
    percy.button("Ask for opening")
    percy.go(f"/plan/{number}/opening/act/", look="opening-alone")
    assert percy.page.locator("main").get_by_role("button", name="Open the answers").count() == 0
    petra.go(f"/plan/{number}/")
    petra.link("Open the answers")
    petra.link("Open the answers", look="opening-second")
    petra.button("Open the answers", look="opening-list")
    petra.reads("Alpha Youth Collective", "Beta Lantern House", "Gamma Common Ground Fund")


def set_up(percy: Visitor, number: str, readers: Sequence[str]) -> None:
    """The officer begins the evaluation and appoints the panel, the first of the readers as its chair."""
    percy.go(f"/plan/{number}/opening/")
    percy.link("Begin the evaluation", look="evaluation-begin")
    percy.put(readers=3, spread_percent=40, scoring_due_at=_five_o_clock(14))
    percy.button("Begin the evaluation", look="evaluation-begun")
    percy.link("Panel")
    for number, name in enumerate(readers):
        percy.page.locator("[name=user]").select_option(label=name)
        percy.put(part="evaluator" if number else "chair")
        percy.button("Appoint to the panel", look="panel" if number == len(readers) - 1 else "")


def _five_o_clock(days: int) -> datetime:
    return clock.chicago(clock.today() + timedelta(days=days), 17)


def declare(reader: Visitor, conflict: str = "", look: bool = False) -> None:
    """A reader looks at every name and declares, with a conflict with the organization of that name if there is one."""
    reader.go("/evaluation/", look="evaluate" if look else "")
    reader.link("Summer jobs for young people", look="reader-undeclared" if look else "")
    reader.link("Declare conflicts", look="declare" if look else "")
    if conflict:
        box = reader.page.locator("main li", has_text=conflict)
        reader.tick(box.locator("input[type=checkbox]"))
        box.locator("summary").click()
        box.get_by_label("What kind of conflict is it?").select_option("family")
        box.get_by_label("What connects you").fill("My sister works there.")
    reader.put(attested=True)
    reader.button("Declare", exact=True, look="declared" if look else "")
    reader.reads("Your declaration is kept.")


def assign_and_begin(percy: Visitor, number: str) -> None:
    """The portal plans who reads what; scoring begins."""
    percy.go(f"/plan/{number}/evaluation/")
    percy.link("Conflicts of interest", look="conflicts")
    percy.go(f"/plan/{number}/evaluation/")
    percy.link("Who reads what")
    percy.button("Assign the readers", look="readings")
    percy.go(f"/plan/{number}/evaluation/")
    percy.button("Begin scoring", look="evaluation-scoring")


def score(reader: Visitor, points: Mapping[str, tuple[str, str]], look: bool = False) -> list[str]:
    """A reader scores and locks all they are assigned; `points` by organization: plan and cost. What they read, by name."""
    reader.go("/evaluation/")
    reader.link("Summer jobs for young people", look="reading-list" if look else "")
    read = reader.page.locator("main .p-work__what a").all_inner_texts()
    for name in read:
        reader.link(name, look="reading" if look else "")
        for criterion, given in zip((PLAN, COST), points[name], strict=True):
            reader.page.get_by_label(f"Points for {criterion}").fill(given)
            reader.page.get_by_label(f"Reason for {criterion}").fill(f"{REASON} ({name}, {criterion})")
        reader.tick(reader.page.locator("[name$='.share']").first)
        reader.button("Save and look over", look="lock" if look else "")
        reader.button("Lock my scores", look="locked" if look else "")
        look = False
    return read


def compare_and_rank(percy: Visitor, chair: Visitor, number: str) -> None:
    """Scoring ends; where readers lie far apart they meet and one changes, with a reason; then the rank."""
    percy.go(f"/plan/{number}/evaluation/")
    percy.link("Meetings and ranking")
    percy.button("End scoring and compare", look="ranking-meeting")
    assert percy.page.locator("main").get_by_role("button", name="Rank the proposals").count() == 0
    chair.go("/evaluation/")
    chair.go("/evaluation/meetings/", look="meetings")
    chair.link("Beta Lantern House", look="meeting-called")
    for box in chair.page.locator("[name=present]").all():
        chair.tick(box)
    chair.button("Begin the meeting")
    chair.put(after="3", reason="The second page names the staff.")
    chair.button("Change my points", look="meeting-changed")
    chair.put(note="The chair had overlooked the second page.")
    chair.button("Close the meeting", look="meeting-closed")
    percy.go(f"/plan/{number}/ranking/")
    percy.button("Rank the proposals", look="ranking")
    ranked = percy.page.locator("main table:has(caption:text('Proposals by rank')) th[scope=row]").all_inner_texts()
    assert ranked == ["Alpha Youth Collective", "Beta Lantern House", "Gamma Common Ground Fund"], ranked
    percy.go(f"/plan/{number}/opening/1/", look="opening-proposal")
    percy.reads("What the readers gave", REASON)
