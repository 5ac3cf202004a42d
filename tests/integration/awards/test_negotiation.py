"""Versions of scope and budget within what was advertised, agreed by both sides; the legislative step."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from procurement_portal.clocks.models import Clock
from procurement_portal.standing.models import Hold
from procurement_portal.time import clock
from procurement_portal.web.refusal import Conflict, Invalid, Refused
from solicitations.actions import award_steps as steps
from solicitations.actions import legislative, negotiation
from solicitations.actions.award_ground import TURN_CLOCK
from solicitations.models.award import Award, LegislativeApproval, NegotiationVersion
from solicitations.queries import negotiation as queries
from solicitations.queries.award import pots
from tests.cast import Cast
from tests.factories import evaluations

pytestmark = pytest.mark.django_db


def begun(cast: Cast, **changes: Any) -> Award:
    """Alpha's award of $200,000.00, with scope and budget begun."""
    award = evaluations.awarded(cast, **changes)
    steps.begin(actor=cast.dora.actor, award_id=award.pk)
    award.refresh_from_db()
    return award


def terms(**changes: Any) -> dict[str, Any]:
    start = clock.today() + timedelta(days=90)
    return {
        "scope": "Forty places from June to August.",
        "amount": Decimal("199999.99"),
        "starts_on": start,
        "ends_on": start + timedelta(days=180),
        "budget": [
            {"label": "Wages", "cents": 15_000_000, "why": "Forty people"},
            {"label": "Staff", "cents": 4_999_999, "why": ""},
        ],
        "note": "",
        **changes,
    }


def put(cast: Cast, award: Award, who: str = "dora", after: int = 0, **changes: Any) -> NegotiationVersion:
    return negotiation.put_forward(
        actor=getattr(cast, who).actor, award_id=award.pk, after=after, given=terms(**changes)
    )


def test_either_side_puts_versions_forward_and_the_turn_goes_to_the_other(cast: Cast) -> None:
    award = begun(cast)
    put(cast, award)
    assert Clock.objects.get(rule=TURN_CLOCK, stopped_at=None).organization_id == cast.alpha.pk
    second = put(cast, award, "ben", after=1, scope="Fifty places from June to August.")
    assert (second.number, second.side) == (2, "organization")
    [newest, first] = queries.changes(queries.versions(award))
    assert newest.before is not None and first.before is None
    assert [line.changed for line in newest.lines] == [False, False]


@pytest.mark.parametrize(
    ("field", "changes", "said"),
    [
        ("scope", {"scope": " "}, "Say what will be done."),
        ("amount", {"amount": Decimal("200000.01")}, "Awarded are $200,000.00; this is $0.01 more."),
        ("amount", {"amount": Decimal(0)}, "Enter an amount above zero."),
        ("budget", {"amount": Decimal("199999.98")}, "The lines add up to $199,999.99; the amount is $199,999.98: $0.01 too much."),
        ("budget", {"amount": Decimal("200000.00")}, "The lines add up to $199,999.99; the amount is $200,000.00: $0.01 is missing."),
        ("budget", {"budget": []}, "Name at least one budget line."),
        ("budget", {"budget": [{"label": "", "cents": 19_999_999}]}, "Line 1 has no name."),
        ("budget", {"budget": [{"label": "Wages", "cents": -5}]}, "Wages: enter an amount above zero."),
        ("budget", {"budget": [{"label": "A", "cents": 9_999_999}, {"label": "a", "cents": 10_000_000}]}, "Two lines have the same name."),
    ],
)  # fmt: skip
def test_what_is_outside_is_refused_at_its_field(cast: Cast, field: str, changes: dict[str, Any], said: str) -> None:
    award = begun(cast)
    with pytest.raises(Invalid) as raised:
        put(cast, award, **changes)
    assert raised.value.problems[field] == [said]
    assert set(raised.value.problems) <= {field, "budget"}, "another amount no longer agrees with the lines"
    assert not NegotiationVersion.objects.exists()


def test_the_largest_advertised_award_bounds_a_version_too(cast: Cast) -> None:
    award = begun(cast)
    type(award.solicitation).objects.filter(pk=award.solicitation_id).update(award_max=Decimal("150000.00"))
    with pytest.raises(Invalid) as raised:
        put(cast, award)
    assert raised.value.problems["amount"] == ["The notice advertises at most $150,000.00 for one award."]


@pytest.mark.parametrize(
    ("start", "months", "last"),
    [
        (date(2027, 7, 1), 12, date(2028, 6, 30)),
        (date(2027, 1, 31), 1, date(2027, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2027, 3, 1), 1, date(2027, 3, 31)),
        (date(2027, 12, 15), 1, date(2028, 1, 14)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
    ],
)
def test_a_term_of_months_ends_the_day_before_the_same_day(start: date, months: int, last: date) -> None:
    assert negotiation.last_day(start, months) == last


def test_the_term_is_at_most_what_was_advertised(cast: Cast) -> None:
    award = begun(cast)
    start = clock.today() + timedelta(days=90)
    last = negotiation.last_day(start, 12)
    with pytest.raises(Invalid) as raised:
        put(cast, award, starts_on=start, ends_on=last + timedelta(days=1))
    assert list(raised.value.problems) == ["ends_on"] and "12 months were advertised" in str(raised.value)
    assert put(cast, award, starts_on=start, ends_on=last).number == 1


def test_a_version_written_beside_another_is_told(cast: Cast) -> None:
    award = begun(cast)
    put(cast, award)
    with pytest.raises(Conflict, match="Version 1 was put forward while you were writing"):
        put(cast, award, "ben", after=0)


def test_both_sides_agree_to_one_version_and_the_award_is_agreed(cast: Cast) -> None:
    award = begun(cast)
    version = put(cast, award)
    negotiation.agree(actor=cast.dora.actor, award_id=award.pk, number=1)
    award.refresh_from_db()
    assert award.status == "negotiating"
    negotiation.agree(actor=cast.alice.actor, award_id=award.pk, number=1)
    award.refresh_from_db()
    assert award.status == "contracted" and queries.agreed_version(award) == version
    assert award.contract.terms["version"] == 1, "the contract is made from it in the same act"
    assert not Clock.objects.filter(rule="solicitations.negotiation_turn", stopped_at=None).exists()


def test_agreements_to_different_versions_settle_nothing(cast: Cast) -> None:
    award = begun(cast)
    put(cast, award)
    negotiation.agree(actor=cast.alice.actor, award_id=award.pk, number=1)
    put(cast, award, after=1, scope="Thirty places.")
    with pytest.raises(Conflict, match="Another version was put forward"):
        negotiation.agree(actor=cast.dora.actor, award_id=award.pk, number=1)
    negotiation.agree(actor=cast.dora.actor, award_id=award.pk, number=2)
    award.refresh_from_db()
    assert award.status == "negotiating" and queries.agreed_version(award) is None


def test_one_side_agrees_once(cast: Cast) -> None:
    award = begun(cast)
    put(cast, award)
    negotiation.agree(actor=cast.dora.actor, award_id=award.pk, number=1)
    with pytest.raises(Conflict, match="agreed to this version already"):
        negotiation.agree(actor=cast.percy.actor, award_id=award.pk, number=1)


@pytest.mark.parametrize("who", ["ben", "fiona", "rita"])
def test_only_a_signatory_agrees_for_the_organization(cast: Cast, who: str) -> None:
    award = begun(cast)
    put(cast, award)
    with pytest.raises(Refused, match="Authorized signatory"):
        negotiation.agree(actor=getattr(cast, who).actor, award_id=award.pk, number=1)


def test_agreed_terms_open_again_with_a_reason_and_need_a_new_version(cast: Cast) -> None:
    award = begun(cast)
    put(cast, award)
    Hold.objects.create(
        organization=cast.alpha, effect="no_award", ground="Debt", citation="MCC 2-92-380", first_day=clock.today()
    )  # so no contract is made at once
    negotiation.agree(actor=cast.dora.actor, award_id=award.pk, number=1)
    negotiation.agree(actor=cast.alice.actor, award_id=award.pk, number=1)
    award.refresh_from_db()
    assert award.status == "agreed"
    negotiation.reopen(actor=cast.dora.actor, award_id=award.pk, why="The start moves.")
    with pytest.raises(Conflict, match="agreed to this version already"):
        negotiation.agree(actor=cast.dora.actor, award_id=award.pk, number=1)
    assert put(cast, award, after=1).number == 2


def test_the_first_version_begins_from_the_proposed_budget(cast: Cast) -> None:
    award = begun(cast)
    first = queries.first_version(award)
    assert first["scope"] == award.solicitation.services and first["amount"] == award.amount and first["budget"] == []


# --- The legislative body ------------------------------------------------------------------------------------------------


@pytest.fixture
def asked(cast: Cast) -> Award:
    """An award the City Council has to approve."""
    award = evaluations.awarded(cast)
    LegislativeApproval.objects.create(
        award=award, body="City Council", agenda_deadline_on=clock.today() + timedelta(days=20),
        trace=evaluations.trace(award, "solicitations.legislative_approval", {}),
    )  # fmt: skip
    return award


def on_agenda(cast: Cast, award: Award, meeting_on: date | None = None) -> LegislativeApproval:
    return legislative.put_on_agenda(
        actor=cast.percy.actor, award_id=award.pk, file_number="O2027-0001", meeting_on=meeting_on or clock.today()
    )


def result(cast: Cast, award: Award, said: str, **more: Any) -> LegislativeApproval:
    return legislative.record_result(
        actor=cast.percy.actor, award_id=award.pk, result=said, result_on=clock.today(), **more
    )


def test_a_result_needs_its_file_number_first(cast: Cast, asked: Award) -> None:
    with pytest.raises(Refused, match="file number"):
        result(cast, asked, "approved")
    with pytest.raises(Invalid):
        legislative.put_on_agenda(
            actor=cast.percy.actor, award_id=asked.pk, file_number=" ", meeting_on=clock.today() - timedelta(days=1)
        )


def test_an_approval_is_recorded_once(cast: Cast, asked: Award) -> None:
    on_agenda(cast, asked)
    step = result(cast, asked, "approved")
    assert (step.result, step.recorded_by_id) == ("approved", cast.percy.user.pk)
    with pytest.raises(Conflict):
        result(cast, asked, "rejected", why="No.")


def test_a_rejection_rescinds_the_award_with_its_reason(cast: Cast, asked: Award) -> None:
    on_agenda(cast, asked)
    with pytest.raises(Invalid):
        result(cast, asked, "rejected")
    result(cast, asked, "rejected", why="The Council asked for another program.")
    asked.refresh_from_db()
    assert asked.status == "rescinded" and "file O2027-0001" in asked.ended_why
    assert not Clock.objects.filter(stopped_at=None).exists()


def test_a_deferral_moves_the_deadline_and_a_result_follows(cast: Cast, asked: Award) -> None:
    on_agenda(cast, asked)
    running = Clock.objects.get(rule="solicitations.legislative_result")
    with pytest.raises(Invalid):
        result(cast, asked, "deferred")
    result(cast, asked, "deferred", next_meeting_on=clock.today() + timedelta(days=14))
    moved = Clock.objects.get(pk=running.pk)
    assert moved.due_at > running.due_at and moved.moves.count() == 1
    assert result(cast, asked, "approved").result == "approved"


def test_a_rejection_after_the_contract_was_made_ends_the_contract(cast: Cast) -> None:
    award = begun(cast)
    LegislativeApproval.objects.create(
        award=award, body="City Council", agenda_deadline_on=clock.today() + timedelta(days=20),
        trace=evaluations.trace(award, "solicitations.legislative_approval", {}),
    )  # fmt: skip
    put(cast, award)
    negotiation.agree(actor=cast.dora.actor, award_id=award.pk, number=1)
    negotiation.agree(actor=cast.alice.actor, award_id=award.pk, number=1)
    on_agenda(cast, award)
    result(cast, award, "rejected", why="The Council asked for another program.")
    award.refresh_from_db()
    assert award.contract.status == "abandoned"
    assert pots(award.solicitation)[None].awarded == 0, "its money is free again"
