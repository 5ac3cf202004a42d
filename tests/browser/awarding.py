"""From the rank to an agreed award, on the pages: recommendation, approvals, announcement, protest, negotiation."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from procurement_portal.time import clock
from solicitations.actions import recommendation, tally
from solicitations.models.recommendation import Recommendation
from tests.browser import proof
from tests.browser.visitor import Visitor
from tests.cast import Cast, Person
from tests.factories import evaluations


def recommend(dora: Visitor, number: str, winner: str, losers: tuple[str, ...]) -> None:
    """The program officer recommends one award and sends it; she cannot approve it."""
    dora.go(f"/plan/{number}/")
    dora.link("Recommendation", look="recommendation-none", exact=True)
    dora.button("Begin the recommendation")
    for name in (winner, *losers):
        dora.link(name, look="recommendation-row" if name == winner else "")
        dora.put(outcome="award" if name == winner else "no_award")
        if name == winner:
            dora.put(amount="150,000.50")
        else:
            dora.put(amount="", reason="Others scored higher within the money.")
        dora.button("Keep this decision")
    dora.look("recommendation-draft")
    dora.put(summary="The highest score within the money.")
    dora.button("Send to approval", look="recommendation-sent")
    assert dora.page.locator("main").get_by_role("button", name="Approve the recommendation").count() == 0


def approve(visitor: Visitor, look: str = "") -> None:
    """One approver, from the work queue to the decision."""
    visitor.go("/my-work/", look=look and f"work-{look}")
    visitor.page.locator("main .p-work a, main table a").first.click()
    visitor.arrive(look=look and f"recommendation-{look}")
    visitor.button("Approve the recommendation")
    visitor.reads("Approved")


def announce(percy: Visitor, anyone: Visitor, number: str) -> None:
    """Nothing is public before the announcement; then everybody reads the results."""
    anyone.go(f"/results/{number}/", status=404)
    percy.go(f"/plan/{number}/")
    percy.link("Awards", look="awards-approved")
    proof.follow(percy, "Read and announce", look="announce")
    percy.button("Announce the awards", look="awards-announced")


def debrief(visitor: Visitor, answer: int, look: str = "", others: tuple[str, ...] = ()) -> None:
    """A proposer reads its own outcome, scores and the comments marked for it, and nobody else's."""
    visitor.go(f"/our-answers/{answer}/", look=f"answer-{look}" if look else "")
    visitor.go(f"/our-answers/{answer}/outcome/", look=look)
    visitor.reads("Not awarded", "Your scores", "What readers wrote for you", "The plan names weeks")
    letter = visitor.page.get_by_role("link", name="Download the letter (PDF)").first.get_attribute("href")
    got = visitor.context.request.get(f"{visitor.address}{letter}")
    assert got.ok and got.body().startswith(b"%PDF")
    for name in others:
        assert name not in visitor.main(), name


def protest(bob: Visitor, answer: int, signer: Person) -> None:
    """A loser protests within the window, proves who he is, and signs with his name."""
    bob.forget_proof()
    bob.go(f"/our-answers/{answer}/protest/")
    proof.prove(bob)
    bob.look("protest")
    bob.put(grounds="The second criterion was scored twice.", remedy="A new count.", typed_name=signer.user.name)
    bob.button("File the protest", look="protest-filed")


def suspended(dora: Visitor, number: str, winner: str) -> None:
    """While a protest is open nothing goes on."""
    dora.go(f"/plan/{number}/awards/", look="awards-suspended")
    dora.link(winner)
    assert dora.page.locator("main").get_by_role("link", name="Begin with scope and budget").count() == 0


def decide_protest(cleo: Visitor, bob: Visitor, number: str, answer: int) -> None:
    """The Chief Procurement Officer denies the protest in public words."""
    cleo.go(f"/plan/{number}/awards/")
    cleo.link("Open this protest", look="protest-open")
    proof.follow(cleo, "Decide the protest", look="protest-decide")
    cleo.put(outcome="deny", decision="The tally is recomputed from the published rows and agrees.")
    cleo.button("Decide the protest", look="protest-decided")
    bob.go(f"/our-answers/{answer}/protest/", look="protest-denied")
    bob.reads("The tally is recomputed")


def agree(dora: Visitor, alice: Visitor, number: str, winner: str) -> None:
    """Scope and budget in two versions, agreed to by both sides."""
    dora.go(f"/plan/{number}/awards/")
    dora.link(winner, look="award")
    dora.link("Begin with scope and budget", look="award-begin")
    dora.button("Begin with scope and budget")
    dora.link("Put forward scope and budget", look="version")
    start = clock.today() + timedelta(days=90)
    dora.put(
        scope="Forty places from June to August.", amount="150,000.00", starts_on=start,
        ends_on=start + timedelta(days=200), line_1_label="Wages", line_1_amount="150,000.00",
    )  # fmt: skip
    _only_line(dora)
    dora.button("Put forward version 1", look="version-put")
    alice.go("/our-answers/")
    alice.link("Summer jobs for young people")
    alice.link("Our award", look="our-award")
    alice.link("Put forward a version", look="our-version")
    alice.put(scope="Fifty places from June to August.", note="We found a second building.")
    alice.button("Put forward version 2")
    dora.page.reload()
    dora.link("Read and agree", look="award-agree")
    dora.button("Agree")
    alice.page.reload()
    proof.follow(alice, "Read and agree", look="our-agree")
    alice.button("Agree", look="award-agreed")


def _only_line(dora: Visitor) -> None:
    """The lines taken over from the proposal make room for one."""
    for name in ("line_2", "line_3", "line_4"):
        for part in ("label", "amount", "why"):
            if dora.page.locator(f"main [name={name}_{part}]").count():
                dora.put(**{f"{name}_{part}": ""})


def sent_to_approval(town: Cast) -> Recommendation:
    """The stage of an approval: locked scores, ranked, Alpha recommended and Beta not, sent by Dora; by the actions."""
    evaluation = evaluations.scored(town)
    tally.rank(actor=town.percy.actor, evaluation_id=evaluation.pk)
    made = recommendation.begin(actor=town.dora.actor, solicitation_id=evaluation.solicitation_id)
    for row in made.rows.order_by("rank"):
        wins = row.rank == 1
        facts = {
            "outcome": "award" if wins else "no_award", "amount": Decimal(150000) if wins else None,
            "waiting_position": None, "areas": [], "reason": "" if wins else "Another one scored higher.",
        }  # fmt: skip
        recommendation.decide_row(actor=town.dora.actor, recommendation_id=made.pk, row_id=row.pk, facts=facts)
    made.refresh_from_db()
    made = recommendation.write_reasons(
        actor=town.dora.actor, recommendation_id=made.pk, summary="By rank.", departure_reason="", lock=made.lock
    )
    return recommendation.send(actor=town.dora.actor, recommendation_id=made.pk, lock=made.lock)
