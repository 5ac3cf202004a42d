"""Announcing the awards, ending without one, and what becomes of an announced award."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from django.http import Http404

from procurement_portal.clocks.models import Clock
from procurement_portal.history.models import Entry
from procurement_portal.law.calendar import Calendar
from procurement_portal.notifications.models.delivery import Delivery
from procurement_portal.standing.models import Hold
from procurement_portal.time import clock
from procurement_portal.web import words
from procurement_portal.web.refusal import Conflict, Invalid, Refused
from solicitations.actions import award as actions
from solicitations.actions import award_steps as steps
from solicitations.actions import tally as tallies
from solicitations.models.award import Award, DecisionLetter, LegislativeApproval
from solicitations.models.evaluation import Evaluation
from solicitations.models.facts import Lot
from solicitations.models.protest import ProtestWindow
from solicitations.models.recommendation import Approval, Recommendation, RecommendedAward
from solicitations.models.solicitation import Solicitation
from solicitations.queries import award as queries
from solicitations.states import AwardState, SolicitationState
from tests.cast import Cast
from tests.factories import evaluations
from tests.integration.awards.test_tally import as_database_owner

pytestmark = pytest.mark.django_db


def approved(cast: Cast, **changes: Any) -> Recommendation:
    """As the factory's, on a ranking that agrees with the scores."""
    made = evaluations.approved(cast, **changes)
    return on_a_true_ranking(cast, made)


def on_a_true_ranking(cast: Cast, made: Recommendation) -> Recommendation:
    evaluation = made.tally.evaluation
    Evaluation.objects.filter(pk=evaluation.pk).update(status="consensus")
    tally = tallies.rank(actor=cast.percy.actor, evaluation_id=evaluation.pk)
    Recommendation.objects.filter(pk=made.pk).update(tally=tally)
    made.refresh_from_db()
    return made


def announce(cast: Cast, made: Recommendation, who: str = "percy", **changes: Any) -> ProtestWindow:
    given = {"recommendation_id": made.pk, "lock": made.lock, **changes}
    return actions.announce(actor=getattr(cast, who).actor, solicitation_id=made.solicitation_id, **given)


def told(kind: str) -> set[str]:
    return {d.user.name for d in Delivery.objects.filter(kind=kind).select_related("user") if d.user}


def test_the_recommendation_becomes_awards_a_waiting_list_and_a_window(cast: Cast) -> None:
    made = approved(cast)
    window = announce(cast, made)
    assert [(a.organization.name, a.status, a.amount) for a in queries.of_solicitation(made.solicitation)] == [
        (cast.alpha.name, "announced", Decimal("200000.00")),
        (cast.beta.name, "waiting", Decimal("100000.00")),
    ]
    made.solicitation.refresh_from_db()
    assert made.solicitation.state == SolicitationState.AWARDED
    last = Calendar.for_jurisdiction("city").add_business_days(clock.today(), 10)
    assert window.closes_at == clock.chicago(last, 17)
    assert window.trace.answer["last_day"] == last.isoformat()
    assert {"Alice Alpha", "Bob Beta"} <= told("solicitations.outcome_known")
    running = Clock.objects.get(rule="solicitations.begin_negotiation")
    assert running.due_at > window.closes_at, "the promise to begin is due after the window"


def test_every_proposer_gets_its_letter_with_the_end_of_the_window(cast: Cast) -> None:
    window = announce(cast, approved(cast))
    letters = {letter.proposal.organization.name: letter for letter in DecisionLetter.objects.all()}
    assert {name: letter.kind for name, letter in letters.items()} == {
        cast.alpha.name: "award",
        cast.beta.name: "waiting",
    }
    assert all(words.instant(window.closes_at) in letter.content["protest"] for letter in letters.values())


def test_scores_touched_after_the_approval_stop_the_announcement(cast: Cast) -> None:
    made = approved(cast)
    as_database_owner(
        "UPDATE solicitations_score SET points = 1 WHERE id = (SELECT min(id) FROM solicitations_score)", []
    )
    with pytest.raises(Refused, match="does not agree"):
        announce(cast, made)
    assert not Award.objects.exists()


@pytest.mark.parametrize("who", ["dora", "fay", "lee", "eva", "alice", "connor", "orla"])
def test_only_who_awards_announces(cast: Cast, who: str) -> None:
    made = approved(cast)
    with pytest.raises((Refused, Http404)):
        announce(cast, made, who)
    assert not Award.objects.exists()


def test_a_password_alone_does_not_announce(cast: Cast) -> None:
    made = approved(cast)
    with pytest.raises(Refused, match="second factor"):
        actions.announce(
            actor=replace(cast.percy.actor, second_factor=False), solicitation_id=made.solicitation_id,
            recommendation_id=made.pk, lock=made.lock,
        )  # fmt: skip


def test_a_missing_approval_is_refused(cast: Cast) -> None:
    made = approved(cast)
    Approval.objects.filter(recommendation=made, step="chief").update(outcome="", decided_by=None, decided_at=None)
    with pytest.raises(Refused, match="not been approved by every step"):
        announce(cast, made)


def test_a_recommendation_that_changed_is_told(cast: Cast) -> None:
    made = approved(cast)
    with pytest.raises(Conflict, match="changed since you read it"):
        announce(cast, made, lock=made.lock + 1)


def test_a_second_announcement_is_told(cast: Cast) -> None:
    made = approved(cast)
    announce(cast, made)
    with pytest.raises(Conflict, match="Awarded"):
        announce(cast, made, "petra")
    assert ProtestWindow.objects.count() == 1


def test_more_than_advertised_is_refused_with_the_arithmetic(cast: Cast) -> None:
    made = approved(cast)
    Solicitation.objects.filter(pk=made.solicitation_id).update(amount_total=Decimal("199999.99"))
    with pytest.raises(Refused) as raised:
        announce(cast, made)
    assert raised.value.reason == (
        "All awards: advertised are $199,999.99. Awarded are $0.00; with $200,000.00 more it would be $200,000.00,"
        " $0.01 too much."
    )


def test_the_last_cent_of_what_was_advertised_can_be_awarded(cast: Cast) -> None:
    made = approved(cast)
    Solicitation.objects.filter(pk=made.solicitation_id).update(amount_total=Decimal("200000.00"))
    announce(cast, made)
    assert queries.pots(made.solicitation)[None].awarded == Decimal("200000.00")


def test_a_lot_has_its_own_money(cast: Cast) -> None:
    made = approved(cast)
    lot = Lot.objects.create(solicitation=made.solicitation, position=1, title="North", amount=Decimal("150000.00"))
    made.rows.filter(outcome="award").update(lot=lot)
    with pytest.raises(Refused, match=r"North: advertised are \$150,000.00.*\$50,000.00 too much"):
        announce(cast, made)


def test_more_than_the_largest_award_is_refused(cast: Cast) -> None:
    made = approved(cast, amounts=("300000.01",))
    with pytest.raises(Refused, match=r"at most \$300,000.00; \$300,000.01 is \$0.01 too much"):
        announce(cast, made)


def test_an_area_nobody_advertised_is_refused(cast: Cast) -> None:
    made = approved(cast)
    made.rows.filter(outcome="award").update(areas=[25, 77])
    with pytest.raises(Refused, match="community areas 77 were not advertised"):
        announce(cast, made)


def test_standing_is_asked_again_on_the_day(cast: Cast) -> None:
    made = approved(cast)
    _hold(cast)
    with pytest.raises(Refused, match="Alpha Youth Collective may not be awarded: Debt to the City"):
        announce(cast, made)
    assert made.solicitation.status == SolicitationState.RECOMMENDED


def test_nothing_recommended_is_not_announced(cast: Cast) -> None:
    made = approved(cast, amounts=())
    with pytest.raises(Refused, match="End the solicitation without award instead"):
        announce(cast, made)


def test_a_large_award_asks_for_the_city_council(cast: Cast) -> None:
    made = approved(cast, amounts=("1000000.00",))
    Solicitation.objects.filter(pk=made.solicitation_id).update(award_max=Decimal("1000000.00"))
    announce(cast, made)
    step = LegislativeApproval.objects.get()
    assert step.body == "City Council" and step.trace.answer["required"] is True
    assert Clock.objects.get(rule="solicitations.legislative_approval").due_at == clock.chicago(
        step.agenda_deadline_on, 17
    )


def test_a_small_award_does_not(cast: Cast) -> None:
    announce(cast, approved(cast))
    assert not LegislativeApproval.objects.exists()


def test_ending_without_award_gives_the_reason_to_everybody(cast: Cast, client: Any) -> None:
    row = approved(cast).solicitation
    with pytest.raises(Invalid):
        actions.end_without_award(actor=cast.percy.actor, solicitation_id=row.pk, why=" ")
    actions.end_without_award(actor=cast.percy.actor, solicitation_id=row.pk, why="The grant was cut.")
    row.refresh_from_db()
    assert row.state == SolicitationState.CLOSED_WITHOUT_AWARD
    assert "The grant was cut." in client.get(f"/results/{row.number}/").content.decode()
    assert told("solicitations.ended_without_award") == {"Alice Alpha", "Bob Beta"}


# --- Steps ---------------------------------------------------------------------------------------------------------------


def waiting(award: Award) -> Award:
    return Award.objects.get(solicitation=award.solicitation, status=AwardState.WAITING)


def test_nothing_begins_before_the_window_has_passed(cast: Cast) -> None:
    award = evaluations.awarded(cast, window_closed=False)
    with pytest.raises(Refused, match="protest window has not passed"):
        steps.begin(actor=cast.dora.actor, award_id=award.pk)
    assert "window is open" in queries.standstill(award.solicitation)


def test_after_the_window_scope_and_budget_begin_at_the_department(cast: Cast) -> None:
    award = evaluations.awarded(cast)
    steps.begin(actor=cast.dora.actor, award_id=award.pk)
    award.refresh_from_db()
    assert award.status == AwardState.NEGOTIATING
    assert Clock.objects.get(rule="solicitations.negotiation_turn").user_id == cast.percy.user.pk
    assert told("solicitations.award_moved") == {"Alice Alpha", "Ben Alpha"}


def test_an_organization_declines_with_a_reason_and_gives_the_money_back(cast: Cast) -> None:
    award = evaluations.awarded(cast)
    with pytest.raises(Invalid):
        steps.decline(actor=cast.alice.actor, award_id=award.pk, why="")
    steps.decline(actor=cast.alice.actor, award_id=award.pk, why="We lost our building.")
    award.refresh_from_db()
    assert (award.status, award.ended_why) == ("declined", "We lost our building.")
    assert queries.pots(award.solicitation)[None].awarded == 0
    assert Entry.objects.get(act="award.decline").why == "We lost our building."


def test_a_preparer_does_not_decline(cast: Cast) -> None:
    award = evaluations.awarded(cast)
    with pytest.raises(Refused, match="Authorized signatory"):
        steps.decline(actor=cast.ben.actor, award_id=award.pk, why="No.")


def test_another_organization_does_not_find_the_award(cast: Cast) -> None:
    award = evaluations.awarded(cast)
    with pytest.raises(Http404):
        steps.decline(actor=cast.bob.actor, award_id=award.pk, why="No.")


def test_a_place_without_an_amount_can_be_declined(cast: Cast) -> None:
    place = waiting(evaluations.awarded(cast))
    Award.objects.filter(pk=place.pk).update(amount=None)
    steps.decline(actor=cast.bob.actor, award_id=place.pk, why="We are full.")
    place.refresh_from_db()
    assert place.status == AwardState.DECLINED


def test_rescinding_needs_a_reason_and_tells_the_organization(cast: Cast) -> None:
    award = evaluations.awarded(cast)
    steps.rescind(actor=cast.percy.actor, award_id=award.pk, why="A false statement was found.")
    award.refresh_from_db()
    assert award.status == AwardState.RESCINDED
    bodies = [d.body for d in Delivery.objects.filter(kind="solicitations.award_moved")]
    assert all("A false statement was found." in body for body in bodies) and bodies


def test_a_call_takes_of_the_money_left(cast: Cast) -> None:
    award = evaluations.awarded(cast)
    called = steps.call(actor=cast.percy.actor, award_id=waiting(award).pk, amount=Decimal("90000.00"))
    assert (called.status, called.amount) == (AwardState.NEGOTIATING, Decimal("90000.00"))
    assert queries.pots(award.solicitation)[None].awarded == Decimal("290000.00")


def test_a_call_beyond_the_money_left_is_refused_at_its_field(cast: Cast) -> None:
    award = evaluations.awarded(cast)
    Solicitation.objects.filter(pk=award.solicitation_id).update(amount_total=Decimal("289999.99"))
    with pytest.raises(Invalid) as raised:
        steps.call(actor=cast.percy.actor, award_id=waiting(award).pk, amount=Decimal("90000.00"))
    [said] = raised.value.problems["amount"]
    assert "Awarded are $200,000.00; with $90,000.00 more it would be $290,000.00, $0.01 too much." in said


def test_a_call_out_of_order_needs_its_reason(cast: Cast) -> None:
    bodies = [cast.alpha, cast.beta, cast.gamma]
    award = evaluations.awarded(cast, organizations=bodies, points=(4, 3, 2))
    second = _second_place(award)
    given = {"actor": cast.percy.actor, "award_id": second.pk, "amount": Decimal("1000.00")}
    with pytest.raises(Invalid, match="Beta Lantern House come first"):
        steps.call(**given)
    steps.call(**given, why="It alone serves area 29.")
    assert Entry.objects.get(act="award.call").why == "It alone serves area 29."


def test_the_call_asks_for_standing_and_the_legislative_body_again(cast: Cast) -> None:
    award = evaluations.awarded(cast)
    place = waiting(award)
    Solicitation.objects.filter(pk=award.solicitation_id).update(
        amount_total=Decimal("5000000.00"), award_max=Decimal("2000000.00")
    )
    with transaction.atomic():
        _hold(cast, cast.beta)
        with pytest.raises(Refused, match="may not be awarded"):
            steps.call(actor=cast.percy.actor, award_id=place.pk, amount=Decimal("1000000.00"))
        transaction.set_rollback(True)
    steps.call(actor=cast.percy.actor, award_id=place.pk, amount=Decimal("1000000.00"))
    assert LegislativeApproval.objects.get().award_id == place.pk


def test_the_waiting_list_ends_for_all_with_one_reason(cast: Cast) -> None:
    award = evaluations.awarded(cast)
    assert steps.lapse(actor=cast.percy.actor, solicitation_id=award.solicitation_id, why="The money is spent.") == 1
    with pytest.raises(Conflict):
        steps.lapse(actor=cast.percy.actor, solicitation_id=award.solicitation_id, why="Again.")


def test_what_staff_of_the_other_government_and_organizations_see(cast: Cast) -> None:
    award = evaluations.awarded(cast)
    assert not queries.managed(cast.connor.actor).exists() and not queries.managed(cast.alice.actor).exists()
    assert list(queries.own(cast.alice.actor)) == [award]
    assert list(queries.own(cast.gus.actor)) == [] == list(queries.own(cast.charlie.actor))
    assert queries.managed(cast.cleo.actor).count() == 2 == queries.managed(cast.dora.actor).count()


def _hold(cast: Cast, organization: Any = None) -> Hold:
    return Hold.objects.create(
        organization=organization or cast.alpha, effect="no_award", ground="Debt to the City", citation="MCC 2-92-380",
        first_day=clock.today() - timedelta(days=2),
    )  # fmt: skip


def _second_place(award: Award) -> Award:
    """Gamma behind Beta on the waiting list."""
    recommended = RecommendedAward.objects.get(recommendation__solicitation=award.solicitation, outcome="no_award")
    RecommendedAward.objects.filter(pk=recommended.pk).update(outcome="waiting_list", waiting_position=2)
    return Award.objects.create(
        solicitation=award.solicitation, recommended=recommended, proposal=recommended.proposal,
        organization_id=recommended.proposal.organization_id, waiting_position=2, status="waiting",
        announced_by=award.announced_by,
    )  # fmt: skip
