"""From an agreed award to an executed contract: the steps at their desks, returns, days, what is refused."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from procurement_portal.clocks.models import Clock
from procurement_portal.history.models import Entry
from procurement_portal.notifications.models.delivery import Delivery
from procurement_portal.standing.models import Hold
from procurement_portal.time import clock
from procurement_portal.web.refusal import Conflict, Invalid, Refused
from solicitations.actions import contract as contracts
from solicitations.actions import execution
from solicitations.models.award import Award, LegislativeApproval
from solicitations.models.contract import Contract
from solicitations.models.execution import ContractPaper, ContractStep
from solicitations.models.facts import RequiredDocument
from solicitations.models.recommendation import Recommendation
from solicitations.queries import execution as queries
from solicitations.states import ContractStepKind as K
from tests.cast import Cast
from tests.factories import contracts as made
from tests.factories.documents import document


def open_kinds(contract: Contract) -> set[str]:
    rows = ContractStep.objects.filter(contract=contract, opened_at__isnull=False, done_at__isnull=True)
    return set(rows.values_list("kind", flat=True))


def test_a_contract_holds_what_both_sides_agreed_to(cast: Cast) -> None:
    contract = made.drafted(cast)
    award = contract.award
    assert award is not None and award.status == "contracted"
    assert contract.number.startswith("CHI-DFS-") and contract.number.endswith("-C0001")
    assert (contract.original_amount, contract.title) == (Decimal("200000.00"), award.solicitation.title)
    assert (contract.renewals_left, contract.renewal_months, contract.areas) == (2, 12, [25])
    assert contract.terms["scope"].startswith("Sixty summer jobs") and contract.terms["budget"] == made.BUDGET
    assert [p.organization for p in contract.participants.all()] == [cast.alpha]


def test_partners_and_the_fiscal_sponsor_come_with_their_shares(cast: Cast) -> None:
    award = made.agreed(cast)
    partners = [{"organization": cast.gamma.pk, "name": "Gamma", "role": "fiscal_sponsor", "share": "10.5"}]
    award.proposal.partners = partners  # opened proposals never change: as the reader finds them
    rows = contracts.participants_of(award)
    assert rows[(cast.gamma.pk, "fiscal_sponsor")] == Decimal("10.5")


def test_the_second_contract_of_a_year_has_the_next_number(cast: Cast) -> None:
    first = contracts.next_number(cast.family, 2027)
    assert (first, contracts.next_number(cast.family, 2027)) == ("CHI-DFS-2027-C0001", "CHI-DFS-2027-C0002")
    assert contracts.next_number(cast.justice, 2027) == "COOK-JAC-2027-C0001"


def test_checks_stand_open_side_by_side_each_at_its_desk_with_a_clock(cast: Cast) -> None:
    contract = made.drafted(cast)
    assert open_kinds(contract) == {K.DOCUMENTS, K.INSURANCE, K.DISCLOSURE, K.BUDGET, K.LAW}
    held = {step.kind: step for step in queries.steps(contract)}
    assert held[K.DOCUMENTS].organization == cast.alpha
    assert {kind: held[kind].desk.function for kind in (K.INSURANCE, K.BUDGET, K.LAW, K.SIGN_DEPT)} == {
        K.INSURANCE: "contracts", K.BUDGET: "budget", K.LAW: "law", K.SIGN_DEPT: "chief",
    }  # fmt: skip
    assert held[K.SIGN_DEPT].desk.department == cast.procurement
    assert Clock.objects.filter(rule=execution.STEP_CLOCK, stopped_at__isnull=True).count() == 5
    law = Clock.objects.get(desk=held[K.LAW].desk)
    assert law.due_at == held[K.LAW].due_at and "/steps/" in law.url


def test_a_contract_is_made_once(cast: Cast) -> None:
    award = made.agreed(cast)
    contracts.make(actor=cast.dora.actor, award_id=award.pk)
    with pytest.raises(Conflict, match="has been made"):
        contracts.make(actor=cast.percy.actor, award_id=award.pk)
    assert Contract.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"amount": "200000.01"}, "above what was awarded"),
        ({"window_closed": False}, "protest window"),
    ],
)
def test_an_award_that_may_not_go_on_makes_no_contract(cast: Cast, change: dict[str, Any], reason: str) -> None:
    award = made.agreed(cast, **change)
    with pytest.raises(Refused, match=reason):
        contracts.make(actor=cast.dora.actor, award_id=award.pk)
    assert not Contract.objects.exists()


def test_an_award_without_its_approvals_cannot_reach_a_contract(cast: Cast) -> None:
    award = made.agreed(cast)
    Recommendation.objects.filter(pk=award.recommended.recommendation_id).update(status="in_approval")
    with pytest.raises(Refused, match="not been approved by every step"):
        contracts.make(actor=cast.dora.actor, award_id=award.pk)


def test_an_award_that_is_not_agreed_makes_no_contract(cast: Cast) -> None:
    award = made.agreed(cast)
    Award.objects.filter(pk=award.pk).update(status="negotiating")
    with pytest.raises(Refused, match="not agreed"):
        contracts.make(actor=cast.dora.actor, award_id=award.pk)


def test_an_organization_that_may_not_be_awarded_gets_no_contract(cast: Cast) -> None:
    award = made.agreed(cast)
    Hold.objects.create(
        organization=cast.alpha, effect=Hold.Effect.NO_AWARD, ground="Unpaid debt", citation="MCC 2-92-380",
        first_day=clock.today(), written_by=cast.orla.user,
    )  # fmt: skip
    with pytest.raises(Refused, match="Unpaid debt"):
        contracts.make(actor=cast.dora.actor, award_id=award.pk)


def test_only_who_prepares_contracts_in_the_department_makes_one(cast: Cast) -> None:
    award = made.agreed(cast)
    with pytest.raises(Refused):
        contracts.make(actor=cast.fay.actor, award_id=award.pk)


def test_agreement_makes_the_contract_at_once_unless_something_is_in_the_way(cast: Cast) -> None:
    award = made.agreed(cast)
    contract = contracts.make_when_agreed(award_id=award.pk)
    assert contract is not None and contract.made_by == cast.dora.user
    assert contracts.make_when_agreed(award_id=award.pk) is None  # made already: nothing happens twice
    assert ContractPaper.objects.get().made_by == cast.dora.user


def test_without_the_legislative_approval_nobody_signs(cast: Cast) -> None:
    contract = made.drafted(cast, legislative=True)
    made.pass_checks(cast, contract)
    assert open_kinds(contract) == {K.LEGISLATIVE}
    step = made.step(contract, K.LEGISLATIVE)
    with pytest.raises(Refused, match="City Council has not approved"):
        execution.pass_step(actor=cast.percy.actor, step_id=step.pk)
    with pytest.raises(Refused, match="cannot be left out"):
        execution.not_needed(actor=cast.percy.actor, step_id=step.pk, why="No time")
    with pytest.raises(Refused, match="cannot be signed yet"):
        made.sign(cast.alice, contract)
    approval = LegislativeApproval.objects.filter(award=contract.award)
    approval.update(
        result="approved",
        result_on=clock.today(),
        file_number="O2026-1",
        recorded_by=cast.percy.user,
        recorded_at=clock.now(),
    )
    contracts.legislature_decided(award_id=contract.award_id)
    step.refresh_from_db()
    assert (step.outcome, step.done_by) == ("passed", cast.percy.user)
    assert open_kinds(contract) == {K.SIGN_ORG}


def test_a_rejection_by_the_legislative_body_ends_the_contract(cast: Cast) -> None:
    contract = made.drafted(cast, legislative=True)
    LegislativeApproval.objects.filter(award=contract.award).update(
        result="rejected",
        result_on=clock.today(),
        file_number="O2026-1",
        recorded_by=cast.percy.user,
        recorded_at=clock.now(),
    )
    contracts.legislature_decided(award_id=contract.award_id)
    contract.refresh_from_db()
    assert contract.status == "abandoned"
    voided = ContractPaper.objects.get()
    assert (voided.voided_by, "City Council rejected it" in voided.voided_why) == (cast.percy.user, True)


def test_a_check_names_what_is_missing_by_the_day_the_contract_starts(cast: Cast) -> None:
    award = made.agreed(cast)
    RequiredDocument.objects.create(
        solicitation=award.solicitation, kind="insurance", needed="before_award",
        coverages=[{"coverage": "general_liability", "limit_cents": 100_000_000}],
    )  # fmt: skip
    contract = contracts.make(actor=cast.dora.actor, award_id=award.pk)
    step = made.step(contract, K.INSURANCE)
    with pytest.raises(Refused, match="general liability"):
        execution.pass_step(actor=cast.percy.actor, step_id=step.pk)
    facts: dict[str, Any] = {
        "kind": "insurance",
        "details": {"coverage": "general_liability", "limit_cents": 100_000_000},
    }
    document(cast.alice.actor, expires_on=contract.starts_on - timedelta(days=1), **facts)
    with pytest.raises(Refused, match="general liability"):  # valid today, expired when the contract starts
        execution.pass_step(actor=cast.percy.actor, step_id=step.pk)
    document(cast.alice.actor, expires_on=contract.starts_on + timedelta(days=300), **facts)
    assert execution.pass_step(actor=cast.percy.actor, step_id=step.pk).outcome == "passed"
    assert (
        execution.pass_step(actor=cast.ben.actor, step_id=made.step(contract, K.DOCUMENTS).pk).done_by == cast.ben.user
    )


@pytest.mark.parametrize(
    ("kind", "stranger"), [(K.LAW, "dora"), (K.BUDGET, "lee"), (K.INSURANCE, "fay"), (K.LAW, "alice")]
)
def test_a_step_is_ended_by_its_reviewer_alone(cast: Cast, kind: K, stranger: str) -> None:
    contract = made.drafted(cast)
    with pytest.raises(Refused, match="is for"):
        execution.pass_step(actor=getattr(cast, stranger).actor, step_id=made.step(contract, kind).pk)


def test_a_step_left_out_needs_a_reason(cast: Cast) -> None:
    step = made.step(made.drafted(cast), K.DISCLOSURE)
    with pytest.raises(Invalid, match="why this step is not needed"):
        execution.not_needed(actor=cast.percy.actor, step_id=step.pk, why=" ")
    assert execution.not_needed(actor=cast.percy.actor, step_id=step.pk, why="Filed this year").outcome == "not_needed"
    with pytest.raises(Conflict, match="is done"):
        execution.pass_step(actor=cast.percy.actor, step_id=step.pk)


def test_days_never_restart_and_each_side_has_its_own(cast: Cast, move_clock: Any) -> None:
    move_clock(to=clock.chicago(date(2027, 3, 8), 9))  # a Monday
    contract = made.drafted(cast)
    step = made.step(contract, K.LAW)
    opened, due = step.opened_at, step.due_at
    sent = execution.return_step(actor=cast.lee.actor, step_id=step.pk, to="organization", why="Send the bylaws.")
    assert Clock.objects.get(rule=execution.RETURN_CLOCK).organization_id == cast.alpha.pk
    with pytest.raises(Refused, match="sent back"):
        execution.pass_step(actor=cast.lee.actor, step_id=step.pk)
    move_clock(to=clock.now() + timedelta(days=2))
    execution.answer_return(actor=cast.ben.actor, return_id=sent.pk, answer="They are in our papers.")
    move_clock(to=clock.now() + timedelta(days=1))
    execution.pass_step(actor=cast.lee.actor, step_id=step.pk)
    step = next(s for s in queries.steps(contract) if s.kind == K.LAW)
    assert (step.opened_at, step.due_at) == (opened, due)
    days = queries.days_of(step, queries.calendar_of(contract), clock.now())
    assert days is not None
    assert (days.agency, days.applicant) == (1, 2)


def test_a_return_is_answered_by_the_side_it_went_to(cast: Cast) -> None:
    step = made.step(made.drafted(cast), K.LAW)
    sent = execution.return_step(actor=cast.lee.actor, step_id=step.pk, to="department", why="Name the venue.")
    with pytest.raises(Refused, match="sent back to The department"):
        execution.answer_return(actor=cast.alice.actor, return_id=sent.pk, answer="Done")
    execution.answer_return(actor=cast.dora.actor, return_id=sent.pk, answer="It is named.")
    with pytest.raises(Conflict):
        execution.answer_return(actor=cast.dora.actor, return_id=sent.pk, answer="Twice")


def test_when_every_check_passed_the_signatory_is_asked(cast: Cast) -> None:
    contract = made.in_signature(cast)
    assert (contract.status, open_kinds(contract)) == ("in_signature", {K.SIGN_ORG})
    told = Delivery.objects.filter(kind="solicitations.contract_step_waits", user=cast.alice.user)
    assert any("Sign the contract" in message.subject for message in told)


def test_a_contract_ended_without_signature_leaves_no_work_behind(cast: Cast) -> None:
    contract = made.drafted(cast)
    with pytest.raises(Refused):
        contracts.abandon(actor=cast.lee.actor, contract_id=contract.pk, why="Not mine")
    contracts.abandon(actor=cast.dora.actor, contract_id=contract.pk, why="The program was cut.")
    contract.refresh_from_db()
    assert contract.status == "abandoned"
    assert not Clock.objects.filter(stopped_at__isnull=True, rule=execution.STEP_CLOCK).exists()
    assert ContractPaper.objects.get().voided_why == "The program was cut."
    assert Entry.objects.filter(act="contract.abandon", why="The program was cut.").exists()
