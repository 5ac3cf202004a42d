"""The recommendation: from the ranking through rows and reasons to a chain that nobody can skip."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.http import Http404

from procurement_portal.clocks.models import Clock
from procurement_portal.notifications.models.delivery import Delivery
from procurement_portal.people.models.body import Organization
from procurement_portal.people.models.membership import Desk
from procurement_portal.standing.models import Hold
from procurement_portal.time import clock
from procurement_portal.web.refusal import Conflict, Invalid, Refused
from solicitations.actions import recommendation as actions
from solicitations.actions import tally as tallies
from solicitations.models.opening import ResponsivenessFinding
from solicitations.models.recommendation import Approval, Recommendation, RecommendedAward
from solicitations.models.solicitation import Solicitation
from solicitations.queries import recommendation as queries
from tests.cast import Cast, make_cast
from tests.factories import evaluations
from tests.integration.awards.test_tally import as_database_owner


def ranked(cast: Cast, points: tuple[int, ...] = (4, 3), **changes: Any) -> Solicitation:
    """A ranked solicitation of Family Services: Alpha first, Beta second."""
    evaluation = evaluations.scored(cast, points)
    Solicitation.objects.filter(pk=evaluation.solicitation_id).update(**changes)
    tallies.rank(actor=cast.percy.actor, evaluation_id=evaluation.pk)
    return Solicitation.objects.get(pk=evaluation.solicitation_id)


def begun(cast: Cast, points: tuple[int, int] = (4, 3), **changes: Any) -> Recommendation:
    return actions.begin(actor=cast.dora.actor, solicitation_id=ranked(cast, points, **changes).pk)


def row(made: Recommendation, body: Organization) -> RecommendedAward:
    return made.rows.select_related("proposal__organization").get(proposal__organization=body)


def decide(cast: Cast, made: Recommendation, body: Organization, outcome: str, **facts: Any) -> RecommendedAward:
    return actions.decide_row(
        actor=cast.dora.actor, recommendation_id=made.pk, row_id=row(made, body).pk, facts={"outcome": outcome, **facts}
    )


def sent(cast: Cast, made: Recommendation | None = None, reason: str = "") -> Recommendation:
    made = made or begun(cast)
    if not made.rows.filter(outcome="award").exists():
        decide(cast, made, cast.alpha, "award", amount=Decimal(200000))
        decide(cast, made, cast.beta, "waiting_list", waiting_position=1)
    made.refresh_from_db()
    kept = actions.write_reasons(
        actor=cast.dora.actor, recommendation_id=made.pk, summary="The highest scores.", departure_reason=reason,
        lock=made.lock,
    )  # fmt: skip
    return actions.send(actor=cast.dora.actor, recommendation_id=made.pk, lock=kept.lock)


def step(made: Recommendation, name: str) -> Approval:
    return made.approvals.get(step=name)


def test_a_recommendation_begins_with_every_proposal_and_its_rank(cast: Cast) -> None:
    made = begun(cast)
    found = [(r.proposal.organization.name, r.rank, r.total, r.outcome) for r in queries.rows_of(made)]
    assert found == [
        (cast.alpha.name, 1, Decimal("80.0000"), "no_award"),
        (cast.beta.name, 2, Decimal("60.0000"), "no_award"),
    ]
    assert actions.begin(actor=cast.percy.actor, solicitation_id=made.solicitation_id).pk == made.pk


def test_the_chain_goes_from_desk_to_desk_each_with_its_clock(cast: Cast) -> None:
    made = sent(cast)
    made.solicitation.refresh_from_db()
    assert (made.status, made.solicitation.status) == ("in_approval", "recommended")
    budget = step(made, "budget")
    assert (budget.desk.function, budget.opened_at is not None) == ("budget", True)
    assert step(made, "procurement").opened_at is None
    assert Clock.objects.get(rule="solicitations.approval", stopped_at=None).desk == budget.desk
    actions.decide(actor=cast.fay.actor, approval_id=budget.pk, outcome="approved")
    actions.decide(actor=cast.petra.actor, approval_id=step(made, "procurement").pk, outcome="approved")
    assert step(made, "chief").desk.department == cast.procurement
    actions.decide(actor=cast.cleo.actor, approval_id=step(made, "chief").pk, outcome="approved")
    made.refresh_from_db()
    assert (made.status, made.decided_at is not None) == ("approved", True)
    assert not Clock.objects.filter(rule="solicitations.approval", stopped_at=None).exists()
    told = Delivery.objects.filter(kind="solicitations.approval_waits", channel="mail")
    assert {d.user_id for d in told} == {cast.fay.user.pk, cast.percy.user.pk, cast.petra.user.pk, cast.cleo.user.pk}


def test_desks_that_stand_are_used(cast: Cast) -> None:
    desk = Desk.objects.create(department=cast.family, function="budget", name="Money", service_days=3)
    assert step(sent(cast), "budget").desk == desk


def test_a_step_is_decided_only_in_its_turn_and_by_its_office(cast: Cast) -> None:
    made = sent(cast)
    with pytest.raises(Conflict):
        actions.decide(actor=cast.cleo.actor, approval_id=step(made, "chief").pk, outcome="approved")
    for person in (cast.petra, cast.cleo, cast.percy):
        with pytest.raises(Refused, match="fiscal reviewer"):
            actions.decide(actor=person.actor, approval_id=step(made, "budget").pk, outcome="approved")
    for person in (cast.lee, cast.eva, cast.connor, cast.alice):
        with pytest.raises(Http404):
            actions.decide(actor=person.actor, approval_id=step(made, "budget").pk, outcome="approved")
    actions.decide(actor=cast.fay.actor, approval_id=step(made, "budget").pk, outcome="approved")
    with pytest.raises(Refused, match="procurement officer of the department"):
        actions.decide(actor=cast.cleo.actor, approval_id=step(made, "procurement").pk, outcome="approved")


def test_whoever_wrote_on_it_does_not_approve_it(cast: Cast) -> None:
    made = begun(cast)
    actions.fill(actor=cast.petra.actor, recommendation_id=made.pk)  # wrote, but neither began nor sent it
    made = sent(cast, made)
    actions.decide(actor=cast.fay.actor, approval_id=step(made, "budget").pk, outcome="approved")
    with pytest.raises(Refused, match="wrote or sent"):
        actions.decide(actor=cast.petra.actor, approval_id=step(made, "procurement").pk, outcome="approved")
    actions.decide(actor=cast.percy.actor, approval_id=step(made, "procurement").pk, outcome="approved")


def test_a_return_needs_a_reason_and_the_next_one_has_its_own_number(cast: Cast) -> None:
    made = sent(cast)
    with pytest.raises(Invalid):
        actions.decide(actor=cast.fay.actor, approval_id=step(made, "budget").pk, outcome="returned", why=" ")
    actions.decide(
        actor=cast.fay.actor, approval_id=step(made, "budget").pk, outcome="returned", why="The grant ends in June."
    )
    made.refresh_from_db()
    made.solicitation.refresh_from_db()
    assert (made.status, made.solicitation.status) == ("returned", "under_evaluation")
    told = Delivery.objects.get(kind="solicitations.recommendation_decided", channel="mail")
    assert (told.user_id, "The grant ends in June." in told.body) == (cast.dora.user.pk, True)
    again = actions.begin(actor=cast.dora.actor, solicitation_id=made.solicitation_id)
    assert (again.number, again.rows.filter(outcome="award").count()) == (2, 0)


def test_awards_above_the_advertised_amount_are_refused_with_the_arithmetic(cast: Cast) -> None:
    made = begun(cast, amount_total=Decimal(350000))
    for body in (cast.alpha, cast.beta):
        decide(cast, made, body, "award", amount=Decimal("200000.50"))
    with pytest.raises(Refused) as refused:
        sent(cast, made)
    assert (
        "The awards come to $400,001.00; the advertised amount is $350,000.00: $50,001.00 too much."
        in refused.value.reason
    )
    assert not Approval.objects.exists()
    made.refresh_from_db()
    assert made.status == "draft"


@pytest.mark.parametrize(("amount", "words"), [("99999.99", "smallest award"), ("300000.01", "largest award")])
def test_each_award_lies_within_its_bounds(cast: Cast, amount: str, words: str) -> None:
    made = begun(cast)
    decide(cast, made, cast.alpha, "award", amount=Decimal(amount))
    with pytest.raises(Refused, match=words):
        sent(cast, made)


def test_a_proposal_below_a_minimum_not_responsive_or_barred_is_not_awarded(cast: Cast) -> None:
    solicitation = ranked(cast)
    solicitation.criteria.filter(position=2).update(minimum=Decimal("3.5"))
    tallies.reopen(actor=cast.percy.actor, evaluation_id=solicitation.evaluation.pk, why="A minimum was left out.")
    tallies.rank(actor=cast.percy.actor, evaluation_id=solicitation.evaluation.pk)
    made = actions.begin(actor=cast.dora.actor, solicitation_id=solicitation.pk)
    with pytest.raises(Invalid, match="Below the minimum: Reasonable cost"):
        decide(cast, made, cast.beta, "award", amount=Decimal(150000))
    facts = {"organization": cast.alpha, "effect": "no_award", "citation": "MCC 2-92-380", "written_by": cast.orla.user}
    Hold.objects.create(ground="From tomorrow", first_day=clock.today() + timedelta(days=1), **facts)
    decide(cast, made, cast.alpha, "award", amount=Decimal(150000))
    Hold.objects.create(ground="Taxes owed", first_day=clock.today(), **facts)
    with pytest.raises(Invalid, match="Taxes owed"):
        decide(cast, made, cast.alpha, "award", amount=Decimal(150000))
    ResponsivenessFinding.objects.create(
        proposal=made.rows.get(proposal__organization=cast.beta).proposal, responsive=False, reason="No signature",
        found_by=cast.percy.user,
    )  # fmt: skip
    with pytest.raises(Invalid, match="Not responsive: No signature"):
        decide(cast, made, cast.beta, "waiting_list", waiting_position=1)


def test_a_hold_written_during_approval_stops_the_approval(cast: Cast) -> None:
    made = sent(cast)
    Hold.objects.create(
        organization=cast.alpha, effect="barred", ground="Debarred", citation="MCC 2-92-320", first_day=clock.today(),
        written_by=cast.orla.user,
    )  # fmt: skip
    with pytest.raises(Refused, match="Debarred"):
        actions.decide(actor=cast.fay.actor, approval_id=step(made, "budget").pk, outcome="approved")
    assert step(made, "budget").outcome == ""


def test_departing_from_the_rank_is_named_and_needs_a_reason(cast: Cast) -> None:
    made = begun(cast)
    decide(cast, made, cast.beta, "award", amount=Decimal(150000))
    decide(cast, made, cast.alpha, "waiting_list", waiting_position=1)
    (departure,) = queries.departures(queries.lines(made, clock.today()))
    assert departure.words == f"{cast.alpha.name} (rank 1) is passed over by {cast.beta.name} (rank 2)."
    with pytest.raises(Refused, match="depart from the rank"):
        sent(cast, made)
    made.refresh_from_db()
    assert sent(cast, made, reason="Only Beta works in West Garfield Park.").status == "in_approval"


def test_proposals_that_share_a_rank_are_decided_apart_only_with_a_reason(cast: Cast) -> None:
    made = begun(cast, points=(4, 4))
    decide(cast, made, cast.alpha, "award", amount=Decimal(150000))
    decide(cast, made, cast.beta, "waiting_list", waiting_position=1, reason="Starts a month later.")
    with pytest.raises(Refused, match=f"{cast.alpha.name} shares its rank"):
        sent(cast, made)
    decide(cast, made, cast.alpha, "award", amount=Decimal(150000), reason="Starts in June.")
    assert sent(cast, made).status == "in_approval"


def test_waiting_places_are_given_once_and_run_without_a_gap(cast: Cast) -> None:
    made = begun(cast)
    decide(cast, made, cast.alpha, "waiting_list", waiting_position=2)
    with pytest.raises(Invalid, match="has this place"):
        decide(cast, made, cast.beta, "waiting_list", waiting_position=2)
    with pytest.raises(Refused, match="without a gap; given: 2"):
        decide(cast, made, cast.beta, "award", amount=Decimal(150000))
        sent(cast, made, reason="Judged so.")


def test_filling_from_the_rank_awards_until_the_money_is_used(cast: Cast) -> None:
    made = begun(cast, amount_total=Decimal(200000))
    actions.fill(actor=cast.dora.actor, recommendation_id=made.pk)
    alpha, beta = row(made, cast.alpha), row(made, cast.beta)
    assert (alpha.outcome, alpha.amount) == ("award", Decimal("150000.50"))
    assert (beta.outcome, beta.waiting_position) == ("waiting_list", 1)


def test_nothing_is_sent_or_approved_on_scores_that_were_edited(cast: Cast) -> None:
    made = sent(cast)
    as_database_owner(
        "UPDATE solicitations_score SET points = 5 WHERE id = (SELECT min(id) FROM solicitations_score)", []
    )
    with pytest.raises(Refused, match="does not agree with the scores"):
        actions.decide(actor=cast.fay.actor, approval_id=step(made, "budget").pk, outcome="approved")
    actions.decide(
        actor=cast.fay.actor, approval_id=step(made, "budget").pk, outcome="returned", why="The scores were edited."
    )
    with pytest.raises(Refused, match="does not agree with the scores"):
        actions.begin(actor=cast.dora.actor, solicitation_id=made.solicitation_id)


def test_a_draft_changed_meanwhile_is_not_sent_unread(cast: Cast) -> None:
    made = begun(cast)
    read = made.lock
    decide(cast, made, cast.alpha, "award", amount=Decimal(150000))
    with pytest.raises(Conflict, match="Read it again"):
        actions.send(actor=cast.percy.actor, recommendation_id=made.pk, lock=read)


@pytest.mark.django_db(transaction=True)
def test_of_two_approvers_at_once_one_decides_and_the_other_is_told() -> None:
    cast = make_cast()
    made = sent(cast)
    actions.decide(actor=cast.fay.actor, approval_id=step(made, "budget").pk, outcome="approved")
    pk, ready, answers = step(made, "procurement").pk, threading.Barrier(2), []

    def act(person: Any, outcome: str) -> None:
        try:
            ready.wait()
            actions.decide(actor=person.actor, approval_id=pk, outcome=outcome, why="Mine")
            answers.append(outcome)
        except Conflict as conflict:
            answers.append(conflict.message)
        finally:
            connection.close()

    people = ((cast.percy, "approved"), (cast.petra, "returned"))
    threads = [threading.Thread(target=act, args=pair) for pair in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    won = [answer for answer in answers if answer in ("approved", "returned")]
    assert len(won) == 1
    assert any("Somebody was faster" in answer for answer in answers)
    assert Approval.objects.get(pk=pk).outcome == won[0]


def test_the_pages_take_a_recommendation_from_begin_to_approval(
    cast: Cast, as_: Callable[..., Any], django_assert_max_num_queries: Callable[..., Any]
) -> None:
    solicitation = ranked(cast)
    address = f"/plan/{solicitation.number}/recommendation/"
    client = as_(cast.dora)
    assert "Begin the recommendation" in client.get(address).content.decode()
    assert client.post(address, {"act": "begin"}).status_code == 303
    made = Recommendation.objects.get()
    alpha = f"{address}{row(made, cast.alpha).pk}/"
    assert "Nothing on record keeps it" in client.get(alpha).content.decode()
    wrong = client.post(alpha, {"outcome": "award", "amount": ""})
    assert (wrong.status_code, "Enter the amount of the award" in wrong.content.decode()) == (422, True)
    assert client.post(alpha, {"outcome": "award", "amount": "200,000"}).status_code == 303
    made.refresh_from_db()
    early = client.post(address, {"act": "send", "summary": "", "departure_reason": "", "lock": made.lock})
    assert (early.status_code, "State the reasons" in early.content.decode()) == (403, True)
    made.refresh_from_db()
    with django_assert_max_num_queries(45):
        client.get(address)
    assert client.post(address, {"act": "send", "summary": "Best", "lock": made.lock}).status_code == 303
    budget = step(made, "budget")
    assert "Waits for somebody else" in client.get(address).content.decode()
    fiscal = as_(cast.fay)
    assert "Approve the recommendation" in fiscal.get(address).content.decode()
    back = fiscal.post(address, {"act": "returned", "step": budget.pk, "why": ""})
    assert (back.status_code, "Say what has to change" in back.content.decode()) == (422, True)
    assert fiscal.post(address, {"act": "approved", "step": budget.pk}).status_code == 303
    assert fiscal.post(address, {"act": "approved", "step": budget.pk}).status_code == 409
    assert as_(cast.lee).get(address).status_code == 404
