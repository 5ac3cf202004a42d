"""Two people at the same instant on real connections: one outcome, and the other is told."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from procurement_portal.web.refusal import Conflict, Invalid, Refused
from solicitations.actions import award as awards
from solicitations.actions import award_steps as steps
from solicitations.actions import negotiation
from solicitations.actions import protest as protests
from solicitations.models.award import Award, NegotiationAgreement
from solicitations.models.contract import Contract
from solicitations.models.opening import OpenedProposal
from solicitations.models.protest import Protest, ProtestWindow
from solicitations.models.recommendation import RecommendedAward
from solicitations.models.solicitation import Solicitation
from tests.cast import Cast
from tests.factories import evaluations
from tests.integration.awards.test_award import approved
from tests.integration.awards.test_negotiation import terms
from tests.integration.solicitations.test_at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def of(results: list[Any], kind: Any) -> list[Any]:
    return [r for r in results if isinstance(r, kind)]


def test_two_officers_announce_and_the_awards_are_made_once(cast: Cast) -> None:
    made = approved(cast)
    given = {"solicitation_id": made.solicitation_id, "recommendation_id": made.pk, "lock": made.lock}
    results = at_once(
        lambda: awards.announce(actor=cast.percy.actor, **given),
        lambda: awards.announce(actor=cast.petra.actor, **given),
    )
    assert len(of(results, ProtestWindow)) == 1 and len(of(results, Conflict)) == 1, results
    assert (ProtestWindow.objects.count(), Award.objects.count()) == (1, 2)


def test_two_calls_for_the_last_money(cast: Cast) -> None:
    bodies = [cast.alpha, cast.beta, cast.gamma]
    award = evaluations.awarded(cast, organizations=bodies, points=(4, 3, 2))
    Solicitation.objects.filter(pk=award.solicitation_id).update(amount_total=Decimal("300000.00"))
    last = RecommendedAward.objects.get(outcome="no_award")
    RecommendedAward.objects.filter(pk=last.pk).update(outcome="waiting_list", waiting_position=2)
    second = Award.objects.create(
        solicitation=award.solicitation, recommended=last, proposal=last.proposal, waiting_position=2,
        organization_id=last.proposal.organization_id, status="waiting", announced_by=award.announced_by,
    )  # fmt: skip
    first = Award.objects.get(waiting_position=1)

    def call(who: Any, place: Award) -> Any:
        return steps.call(actor=who.actor, award_id=place.pk, amount=Decimal("60000.00"), why="Both serve the area.")

    results = at_once(lambda: call(cast.percy, first), lambda: call(cast.petra, second))
    assert len(of(results, Award)) == 1 and len(of(results, Invalid)) == 1, results
    assert "too much" in str(of(results, Invalid)[0])


def test_a_protest_in_time_and_a_beginning_never_both_happen(cast: Cast) -> None:
    """The protest arrived in the window's last instant; the officer begins right after it. Whoever is first, the award does
    not go on past an open protest without saying so."""
    award = evaluations.awarded(cast)
    window = award.solicitation.protest_window
    assert window is not None
    beta = OpenedProposal.objects.get(solicitation=award.solicitation, organization=cast.beta)
    results = at_once(
        lambda: protests.file(
            actor=cast.bob.actor, proposal_id=beta.pk, grounds="Scored twice.", typed_name=cast.bob.user.name,
            at=window.closes_at,
        ),
        lambda: steps.begin(actor=cast.dora.actor, award_id=award.pk),
    )  # fmt: skip
    assert len(of(results, Protest)) == 1, results
    award.refresh_from_db()
    if of(results, Refused):
        assert award.status == "announced"
    else:  # it began first: the protest stops the next step
        with pytest.raises(Refused, match="A protest is open"):
            negotiation.put_forward(actor=cast.dora.actor, award_id=award.pk, after=0, given=terms())


def test_both_sides_agree_at_once_and_the_award_is_agreed_once(cast: Cast) -> None:
    award = evaluations.awarded(cast)
    steps.begin(actor=cast.dora.actor, award_id=award.pk)
    negotiation.put_forward(actor=cast.dora.actor, award_id=award.pk, after=0, given=terms())
    results = at_once(
        lambda: negotiation.agree(actor=cast.dora.actor, award_id=award.pk, number=1),
        lambda: negotiation.agree(actor=cast.alice.actor, award_id=award.pk, number=1),
    )
    assert len(of(results, NegotiationAgreement)) == 2, results
    award.refresh_from_db()
    assert award.status == "contracted" and Contract.objects.filter(award=award).count() == 1


def test_two_versions_at_once_and_the_second_is_told(cast: Cast) -> None:
    award = evaluations.awarded(cast)
    steps.begin(actor=cast.dora.actor, award_id=award.pk)
    results = at_once(
        lambda: negotiation.put_forward(actor=cast.dora.actor, award_id=award.pk, after=0, given=terms()),
        lambda: negotiation.put_forward(actor=cast.ben.actor, award_id=award.pk, after=0, given=terms()),
    )
    assert len(of(results, Conflict)) == 1, results
    assert award.versions.count() == 1
