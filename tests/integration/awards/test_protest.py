"""Protests: in time to the last microsecond, suspending the awards until decided, and what follows from a decision."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.http import Http404

from procurement_portal.clocks.models import Clock
from procurement_portal.history.models import Entry
from procurement_portal.notifications.models.delivery import Delivery
from procurement_portal.time import clock
from procurement_portal.web.refusal import Conflict, Invalid, Refused
from solicitations.actions import award as awards
from solicitations.actions import award_steps as steps
from solicitations.actions import negotiation
from solicitations.actions import protest as actions
from solicitations.actions.award_ground import begin_clock
from solicitations.models.award import Award
from solicitations.models.contract import Contract
from solicitations.models.opening import OpenedProposal
from solicitations.models.protest import Protest, ProtestWindow
from solicitations.models.recommendation import Recommendation
from solicitations.queries import award as award_queries
from solicitations.queries import protest as queries
from solicitations.states import SolicitationState
from tests.cast import Cast
from tests.factories import evaluations
from tests.integration.awards.test_award import on_a_true_ranking
from tests.integration.awards.test_negotiation import terms

pytestmark = pytest.mark.django_db
MICRO = timedelta(microseconds=1)


def of(award: Award, organization: Any) -> OpenedProposal:
    return OpenedProposal.objects.get(solicitation=award.solicitation, organization=organization)


def file(cast: Cast, award: Award, who: str = "bob", **changes: Any) -> Protest:
    person = getattr(cast, who)
    organization = cast.beta if who in ("bob", "bea") else cast.alpha
    given = {"grounds": "Criterion 2 was scored twice.", "typed_name": person.user.name, **changes}
    return actions.file(actor=person.actor, proposal_id=of(award, organization).pk, **given)


def decide(cast: Cast, protest: Protest, sustain: bool, **more: Any) -> Protest:
    given = {"decision": "The record shows why.", **more}
    return actions.decide(actor=cast.cleo.actor, protest_id=protest.pk, sustain=sustain, **given)


@pytest.fixture
def award(cast: Cast) -> Award:
    """Alpha awarded, Beta waiting, the window open."""
    return evaluations.awarded(cast, window_closed=False)


@pytest.mark.parametrize("gap", [-timedelta(seconds=1), -MICRO, timedelta(0)], ids=["-1 s", "-1 µs", "0"])
@pytest.mark.parametrize(
    "closes_at",
    [clock.chicago(date(2026, 12, 9), 17), clock.chicago(date(2026, 11, 1), 1, 30), clock.chicago(date(2027, 3, 14), 3)],
    ids=["ordinary", "the hour that comes twice", "the hour after the gap"],
)  # fmt: skip
def test_until_the_last_instant_a_protest_is_taken(cast: Cast, gap: timedelta, closes_at: Any) -> None:
    award = _window(cast, closes_at)
    assert file(cast, award, at=closes_at + gap).filed_at == closes_at + gap


@pytest.mark.parametrize("gap", [MICRO, timedelta(seconds=1), timedelta(hours=1)], ids=["+1 µs", "+1 s", "+1 h"])
@pytest.mark.parametrize(
    "closes_at",
    [clock.chicago(date(2026, 12, 9), 17), clock.chicago(date(2026, 11, 1), 1, 30), clock.chicago(date(2027, 3, 14), 3)],
    ids=["ordinary", "the hour that comes twice", "the hour after the gap"],
)  # fmt: skip
def test_after_it_a_protest_is_refused_and_kept_as_evidence(cast: Cast, gap: timedelta, closes_at: Any) -> None:
    award = _window(cast, closes_at)
    with pytest.raises(actions.TooLate) as raised:
        file(cast, award, at=closes_at + gap)
    assert (raised.value.closes_at, raised.value.received_at) == (closes_at, closes_at + gap)
    kept = Entry.objects.get(act="protest.late")
    assert kept.after["received_at"] == (closes_at + gap).isoformat() and kept.after["grounds"]
    assert not Protest.objects.exists()


def test_the_databases_clock_decides(cast: Cast) -> None:
    award = evaluations.awarded(cast)
    with pytest.raises(actions.TooLate):
        file(cast, award)


def test_an_open_protest_suspends_every_step(cast: Cast, award: Award) -> None:
    awards_clock = _clock_of(cast, award)
    file(cast, award)
    _close_window(award)
    for act in (
        lambda: steps.begin(actor=cast.dora.actor, award_id=award.pk),
        lambda: steps.call(actor=cast.percy.actor, award_id=_waiting(award).pk, amount=Decimal("1.00")),
    ):
        with pytest.raises(Refused, match="A protest is open"):
            act()
    assert "suspended" in award_queries.standstill(award.solicitation)
    awards_clock.refresh_from_db()
    assert awards_clock.outcome == "suspended"


def test_everybody_concerned_is_told_and_the_chief_has_the_clock(cast: Cast, award: Award) -> None:
    protest = file(cast, award)
    names = {d.user.name for d in Delivery.objects.filter(kind="solicitations.protest_filed") if d.user}
    assert names == {"Cleo Procurement", "Percy Family", "Petra Family", "Dora Family", "Alice Alpha", "Bob Beta"}
    running = Clock.objects.get(rule="solicitations.protest_decision")
    assert running.user_id == cast.cleo.user.pk and running.url.endswith(f"/protests/{protest.pk}/")


@pytest.mark.parametrize("who", ["bea"])
def test_only_a_signatory_files(cast: Cast, award: Award, who: str) -> None:
    with pytest.raises(Refused, match="Authorized signatory"):
        file(cast, award, who)


def test_a_password_alone_files_nothing(cast: Cast, award: Award) -> None:
    with pytest.raises(Refused, match="second factor"):
        actions.file(
            actor=replace(cast.bob.actor, second_factor=False), proposal_id=of(award, cast.beta).pk,
            grounds="x", typed_name=cast.bob.user.name,
        )  # fmt: skip


def test_nobody_protests_for_another_organization(cast: Cast, award: Award) -> None:
    with pytest.raises(Http404):
        actions.file(
            actor=cast.gus.actor, proposal_id=of(award, cast.beta).pk, grounds="x", typed_name=cast.gus.user.name
        )


def test_who_was_awarded_all_it_asked_for_has_nothing_to_protest(cast: Cast, award: Award) -> None:
    with pytest.raises(Refused, match="nothing to protest against"):
        file(cast, award, "alice")
    Award.objects.filter(pk=award.pk).update(amount=Decimal("150000.49"))
    assert file(cast, award, "alice").organization == cast.alpha


def test_one_protest_a_window(cast: Cast, award: Award) -> None:
    first = file(cast, award)
    with pytest.raises(Conflict):
        file(cast, award)
    actions.withdraw(actor=cast.bob.actor, protest_id=first.pk)
    with pytest.raises(Conflict):
        file(cast, award)


def test_the_name_and_the_grounds_are_asked_for(cast: Cast, award: Award) -> None:
    with pytest.raises(Invalid) as raised:
        file(cast, award, grounds=" ", typed_name="Bob")
    assert set(raised.value.problems) == {"grounds", "typed_name"}


def test_a_withdrawn_protest_lets_the_awards_go_on(cast: Cast, award: Award) -> None:
    protest = file(cast, award)
    _close_window(award)
    with pytest.raises(Http404):
        actions.withdraw(actor=cast.alice.actor, protest_id=protest.pk)
    actions.withdraw(actor=cast.bob.actor, protest_id=protest.pk, why="Answered.")
    assert steps.begin(actor=cast.dora.actor, award_id=award.pk).status == "negotiating"


def test_a_denied_protest_lets_the_awards_go_on(cast: Cast, award: Award) -> None:
    protest = decide(cast, file(cast, award), sustain=False)
    assert (protest.status, protest.follows) == ("denied", "")
    assert Clock.objects.get(rule="solicitations.protest_decision").outcome == "denied"
    assert Clock.objects.filter(rule="solicitations.begin_negotiation", stopped_at=None).count() == 1
    with pytest.raises(Conflict, match="Denied"):
        decide(cast, protest, sustain=True, follows="none")


@pytest.mark.parametrize("who", ["percy", "dora", "connor", "alice"])
def test_only_the_chief_of_the_government_decides(cast: Cast, award: Award, who: str) -> None:
    protest = file(cast, award)
    with pytest.raises((Refused, Http404)):
        actions.decide(actor=getattr(cast, who).actor, protest_id=protest.pk, sustain=False, decision="No.")


def test_a_decision_says_its_reasons_and_what_follows(cast: Cast, award: Award) -> None:
    protest = file(cast, award)
    for more, field in (
        ({"decision": " ", "follows": "none"}, "decision"),
        ({"follows": ""}, "follows"),
        ({"follows": "rescind"}, "awards"),
        ({"follows": "rescind", "award_ids": [_waiting(award).pk]}, "awards"),
    ):
        with pytest.raises(Invalid) as raised:
            decide(cast, protest, sustain=True, **more)
        assert list(raised.value.problems) == [field]


def test_a_sustained_protest_rescinds_the_named_award(cast: Cast, award: Award) -> None:
    protest = decide(cast, file(cast, award), sustain=True, follows="rescind", award_ids=[award.pk])
    award.refresh_from_db()
    assert award.status == "rescinded" and protest.decision in award.ended_why
    assert _waiting(award).status == "waiting"


def test_a_sustained_protest_sends_the_answers_back_and_they_can_be_awarded_again(cast: Cast, award: Award) -> None:
    protest = decide(cast, file(cast, award), sustain=True, follows="reevaluate")
    row = award.solicitation
    row.refresh_from_db()
    assert protest.status == "sustained" and row.state == SolicitationState.UNDER_EVALUATION
    assert sorted(Award.objects.values_list("status", flat=True)) == ["lapsed", "rescinded"]
    assert Recommendation.objects.get().status == "overturned"
    again = _recommended_again(cast, Recommendation.objects.get())
    window = awards.announce(
        actor=cast.percy.actor, solicitation_id=row.pk, recommendation_id=again.pk, lock=again.lock
    )
    assert award_queries.window_of(row) == window and ProtestWindow.objects.count() == 2
    assert Protest.objects.count() == 1, "a new window takes a new protest of the same proposer"
    file(cast, award, "alice")


def test_a_determination_lets_the_award_proceed_in_public(cast: Cast, award: Award, client: Any) -> None:
    protest = file(cast, award)
    _close_window(award)
    signed = actions.determine(
        actor=cast.cleo.actor, protest_id=protest.pk, kind="proceed", reasons="Meals would stop.",
        typed_name="cleo  procurement",
    )  # fmt: skip
    steps.begin(actor=cast.dora.actor, award_id=award.pk)
    page = client.get(f"/results/{award.solicitation.number}/").content.decode()
    assert "Meals would stop." in page and signed.typed_name == "cleo  procurement"
    with pytest.raises(Conflict):
        actions.determine(
            actor=cast.cleo.actor, protest_id=protest.pk, kind="proceed", reasons="Again.",
            typed_name=cast.cleo.user.name,
        )  # fmt: skip


def test_an_incumbents_extension_names_the_contract_and_a_later_day(cast: Cast, award: Award) -> None:
    protest = file(cast, award)
    ends = clock.today() + timedelta(days=10)
    contract = Contract.objects.create(
        number="DFS-1", title="Meals", department=cast.family, status="signed", original_amount=Decimal(5),
        starts_on=clock.today() - timedelta(days=300), ends_on=ends, signed_at=clock.now(),
    )  # fmt: skip
    contract.participants.create(organization=cast.gamma, part="prime")
    given = {"actor": cast.cleo.actor, "protest_id": protest.pk, "kind": "extend_incumbent", "reasons": "Meals.",
             "typed_name": cast.cleo.user.name}  # fmt: skip
    for more, field in (
        ({}, "contract"),
        ({"contract_id": contract.pk}, "until"),
        ({"contract_id": contract.pk, "until": ends}, "until"),
    ):
        with pytest.raises(Invalid) as raised:
            actions.determine(**given, **more)
        assert list(raised.value.problems) == [field]
    signed = actions.determine(**given, contract_id=contract.pk, until=ends + timedelta(days=1))
    assert signed.contract == contract
    [drafted] = contract.amendments.all()
    assert (drafted.status, drafted.new_ends_on) == ("in_signature", signed.until)
    contract.refresh_from_db()
    assert contract.ends_on == ends, "both sides still sign it"
    _close_window(award)
    with pytest.raises(Refused, match="A protest is open"):
        steps.begin(actor=cast.dora.actor, award_id=award.pk)


def test_a_protest_filed_with_the_award_proceeding_does_not_stop_the_versions(cast: Cast, award: Award) -> None:
    protest = file(cast, award)
    _close_window(award)
    actions.determine(
        actor=cast.cleo.actor, protest_id=protest.pk, kind="proceed", reasons="Meals.", typed_name=cast.cleo.user.name
    )
    steps.begin(actor=cast.dora.actor, award_id=award.pk)
    assert negotiation.put_forward(actor=cast.dora.actor, award_id=award.pk, after=0, given=terms()).number == 1


def test_the_register_is_read_in_two_queries(cast: Cast, award: Award, django_assert_num_queries: Any) -> None:
    file(cast, award)
    with django_assert_num_queries(2):
        rows = queries.register(award.solicitation)
        assert [list(row.determinations.all()) for row in rows] == [[]]


# --- Ground --------------------------------------------------------------------------------------------------------------


def _window(cast: Cast, closes_at: Any) -> Award:
    """An award whose newest window closes at that instant."""
    award = evaluations.awarded(cast)
    ProtestWindow.objects.create(
        solicitation=award.solicitation, opens_at=closes_at - timedelta(days=14), closes_at=closes_at,
        trace=evaluations.asked_trace(
            award.solicitation, "solicitations.protest_window", {"announced_on": clock.today()}
        ),
    )  # fmt: skip
    return award


def _close_window(award: Award) -> None:
    """Time passes: the newest window is one that is over."""
    ended = clock.now() - timedelta(seconds=1)
    ProtestWindow.objects.create(
        solicitation=award.solicitation, opens_at=ended - timedelta(days=14), closes_at=ended,
        trace=evaluations.asked_trace(
            award.solicitation, "solicitations.protest_window", {"announced_on": clock.today()}
        ),
    )  # fmt: skip


def _waiting(award: Award) -> Award:
    return Award.objects.get(solicitation=award.solicitation, waiting_position=1)


def _clock_of(cast: Cast, award: Award) -> Clock:
    begin_clock(award, actor=cast.percy.actor)
    return Clock.objects.get(rule="solicitations.begin_negotiation")


def _recommended_again(cast: Cast, old: Recommendation) -> Recommendation:
    """The same recommendation as an approved second one, after the evaluation was opened again."""
    made = Recommendation.objects.create(
        solicitation=old.solicitation, number=2, status="approved", tally=old.tally, made_by=cast.dora.user,
        summary="Scored again.", sent_by=cast.dora.user, sent_at=clock.now(), decided_at=clock.now(),
    )  # fmt: skip
    beta = OpenedProposal.objects.get(solicitation=old.solicitation, organization=cast.beta)
    made.rows.create(proposal=beta, rank=1, outcome="award", amount=Decimal("150000.50"), areas=[25])
    for row in old.approvals.all():
        row.pk, row.recommendation = None, made
        row._state.adding = True
        row.save()
    type(old.solicitation).objects.filter(pk=old.solicitation_id).update(status=SolicitationState.RECOMMENDED)
    return on_a_true_ranking(cast, made)
