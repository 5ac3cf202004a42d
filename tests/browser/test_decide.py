"""From locked scores to the recommendation and the outcome in a real browser: each page looked at, at three widths."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from procurement_portal.time import clock
from solicitations.actions import clarification, cure, interview, letters, recommendation, tally
from solicitations.models.facts import RequiredDocument
from solicitations.models.recommendation import Recommendation
from solicitations.models.scoring import ConsensusMeeting
from solicitations.models.solicitation import Solicitation
from solicitations.queries import cure as cures
from tests.browser.conftest import Come
from tests.cast import Cast
from tests.factories import evaluations

pytestmark = pytest.mark.django_db(transaction=True)
PROTEST = "A protest must reach the department by Fri, Dec 4, 2026, 5:00 pm CST."


def test_scores_become_a_rank_a_recommendation_and_an_outcome(town: Cast, come: Come) -> None:
    evaluation = evaluations.scored(town)
    row = evaluation.solicitation
    meeting = ConsensusMeeting.objects.create(
        evaluation=evaluation, proposal=row.opened_proposals.first(), criterion=row.criteria.first(), spread=3, bound=2
    )
    officer, chair, program = come(town.percy), come(town.eva), come(town.dora)
    officer.go(f"/plan/{row.number}/ranking/", look="ranking-waits")
    chair.go("/evaluation/meetings/", look="meetings")
    chair.go(f"/evaluation/meetings/{meeting.pk}/", look="meeting-called")
    chair.button("Begin the meeting", look="meeting-held")
    chair.page.fill("[name=after]", "3.5")
    chair.page.fill("[name=reason]", "The budget pays no mentors.")
    chair.button("Change my points", look="meeting-changed")
    chair.button("Close the meeting", look="meeting-no-note")
    chair.page.fill("[name=note]", "One reader changed.")
    chair.button("Close the meeting", look="meeting-closed")
    officer.go(f"/plan/{row.number}/ranking/", look="ranking-ready")
    officer.button("Rank the proposals", look="ranking")
    program.go(f"/plan/{row.number}/recommendation/", look="recommendation-none")
    program.button("Begin the recommendation", look="recommendation-begun")
    program.link(town.alpha.name, look="recommendation-row")
    program.page.get_by_text("Award", exact=True).click()
    program.page.fill("[name=amount]", "200,000")
    program.button("Keep this decision", look="recommendation-draft")
    program.page.fill("[name=summary]", "The highest score within the money.")
    program.button("Send to approval", look="recommendation-sent")
    fiscal = come(town.fay)
    fiscal.go(f"/plan/{row.number}/recommendation/", look="recommendation-step")
    fiscal.button("Approve the recommendation", look="recommendation-approved-one")
    assert Recommendation.objects.get().approvals.get(step="budget").outcome == "approved"


def test_papers_questions_and_interviews_between_opening_and_ranking(town: Cast, come: Come) -> None:
    row = evaluations.opened(town)
    for kind in ("w9", "board_list"):
        RequiredDocument.objects.create(solicitation=row, kind=kind)
    officer, ours = come(town.percy), come(town.alice)
    first = row.opened_proposals.first()
    ours.go(f"/our-answers/{first.submission_id}/requests/", look="requests-none")
    officer.go(f"/plan/{row.number}/evaluation/cure/", look="cure-window")
    day = clock.now() + timedelta(days=3)
    cure.publish_window(
        actor=town.percy.actor, solicitation_id=row.pk, closes_at=day, note="Sign it",
        items=[(one.proposal.pk, one.kind) for one in cures.lacking(row)],
    )  # fmt: skip
    clarification.ask(actor=town.percy.actor, proposal_id=first.pk, question="Who mentors in July?", due_at=day)
    interview.invite(actor=town.percy.actor, proposal_id=first.pk, at=day, place="City Hall, room 1403")
    officer.go(f"/plan/{row.number}/evaluation/cure/", look="cure-open")
    officer.go(f"/plan/{row.number}/evaluation/between/", look="between")
    officer.link(town.alpha.name, look="between-proposal")
    officer.button("Ask the proposer", look="between-proposal-error")
    ours.go(f"/our-answers/{first.submission_id}/requests/", look="requests")
    ours.button("Send the answer", look="requests-error")
    ours.page.fill("[name$=answer]", "Two mentors a site.")
    ours.button("Send the answer", look="requests-answered")


def test_the_outcome_and_the_public_results(town: Cast, come: Come) -> None:
    evaluation = evaluations.scored(town)
    row = evaluation.solicitation
    tally.rank(actor=town.percy.actor, evaluation_id=evaluation.pk)
    made = recommendation.begin(actor=town.dora.actor, solicitation_id=row.pk)
    for body, outcome in ((town.alpha, "award"), (town.beta, "waiting_list")):
        recommendation.decide_row(
            actor=town.dora.actor, recommendation_id=made.pk, row_id=made.rows.get(proposal__organization=body).pk,
            facts={"outcome": outcome, "amount": Decimal(200000), "waiting_position": 1, "areas": [25], "reason": ""},
        )  # fmt: skip
    made.refresh_from_db()
    made = recommendation.write_reasons(
        actor=town.dora.actor, recommendation_id=made.pk, summary="By rank.", departure_reason="", lock=made.lock
    )
    made = recommendation.send(actor=town.dora.actor, recommendation_id=made.pk, lock=made.lock)
    for person, step in ((town.fay, "budget"), (town.petra, "procurement"), (town.cleo, "chief")):
        recommendation.decide(actor=person.actor, approval_id=made.approvals.get(step=step).pk, outcome="approved")
    for one in made.rows.all():
        row.awards.create(
            recommended=one, proposal=one.proposal, organization=one.proposal.organization, amount=one.amount, areas=one.areas,
            waiting_position=one.waiting_position, announced_by=town.percy.user,
            status="waiting" if one.waiting_position else "announced",
        )  # fmt: skip
    Solicitation.objects.filter(pk=row.pk).update(status="awarded")
    chief = come(town.cleo)
    chief.go(f"/plan/{row.number}/recommendation/", look="recommendation-approved")
    ours = come(town.alice)
    ours.go(f"/our-answers/{row.opened_proposals.first().submission_id}/outcome/", look="outcome-waits")
    letters.write(actor=town.percy.actor, solicitation_id=row.pk, protest=PROTEST)
    ours.go(f"/our-answers/{row.opened_proposals.first().submission_id}/outcome/", look="outcome")
    come().go(f"/results/{row.number}/", look="results")
