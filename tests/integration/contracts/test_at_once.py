"""Two people at one contract at the same instant, on real connections: one outcome, and the other is told."""

from __future__ import annotations

import pytest

from procurement_portal.people.models.membership import Membership
from procurement_portal.web.refusal import Conflict, Refused
from solicitations.actions import contract as contracts
from solicitations.actions import execution, renewal, renewal_answer
from solicitations.models.contract import Contract
from solicitations.models.execution import ContractStep, Signature
from solicitations.models.renewal import RenewalOffer
from solicitations.states import ContractStepKind as K
from tests.cast import Cast
from tests.factories import contracts as made
from tests.factories import renewals
from tests.integration.solicitations.test_at_once import at_once, told

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_signatories_of_one_organization(cast: Cast) -> None:
    Membership.objects.create(user=cast.ben.user, organization=cast.alpha, role="signatory")
    contract = made.in_signature(cast)
    alice, ben = cast.alice.actor, cast.ben.actor
    assert alice.can("contracts.sign") and ben.can("contracts.sign")
    results = at_once(lambda: made.sign(cast.alice, contract), lambda: made.sign(cast.ben, contract))
    assert Signature.objects.count() == 1, results
    (late,) = told(results)
    assert "has signed already" in late.message


def test_both_sides_signing_at_once_leave_the_order_as_it_is(cast: Cast) -> None:
    contract = made.in_signature(cast)
    results = at_once(lambda: made.sign(cast.alice, contract), lambda: made.sign(cast.cleo, contract))
    orders = list(Signature.objects.order_by("order").values_list("side", flat=True))
    refused = [r for r in results if isinstance(r, Refused)]
    assert (orders, len(refused)) in ((["organization"], 1), (["organization", "department"], 0)), results


def test_two_officers_making_one_contract(cast: Cast) -> None:
    award = made.agreed(cast)
    results = at_once(
        lambda: contracts.make(actor=cast.dora.actor, award_id=award.pk),
        lambda: contracts.make(actor=cast.percy.actor, award_id=award.pk),
    )
    assert Contract.objects.count() == 1, results
    assert len(told(results)) == 1


def test_two_last_checks_open_the_signature_once(cast: Cast) -> None:
    contract = made.drafted(cast)
    for kind in (K.DOCUMENTS, K.INSURANCE, K.DISCLOSURE):
        execution.pass_step(actor=cast.percy.actor, step_id=made.step(contract, kind).pk)
    law, budget = made.step(contract, K.LAW).pk, made.step(contract, K.BUDGET).pk
    results = at_once(
        lambda: execution.pass_step(actor=cast.lee.actor, step_id=law),
        lambda: execution.pass_step(actor=cast.fay.actor, step_id=budget),
    )
    assert not [r for r in results if isinstance(r, Exception)], results
    contract.refresh_from_db()
    assert contract.status == "in_signature"
    assert ContractStep.objects.get(contract=contract, kind=K.SIGN_ORG).opened_at is not None
    assert not isinstance(results[0], Conflict)


def test_two_officers_sending_one_batch_send_it_once(cast: Cast) -> None:
    rows = [renewals.running(cast), renewals.running(cast, cast.beta)]
    batch = renewals.batch(cast, rows)
    results = at_once(
        lambda: renewal.send(actor=cast.dora.actor, batch_id=batch.pk),
        lambda: renewal.send(actor=cast.percy.actor, batch_id=batch.pk),
    )
    assert len(told(results)) == 1, results
    assert RenewalOffer.objects.count() == 2
    # Confirmed by one while the officer drops it: one of them is told.
    item = renewals.item(rows[0]).pk
    results = at_once(
        lambda: renewal_answer.confirm(actor=cast.alice.actor, item_id=item, number=1),
        lambda: renewal.drop_item(actor=cast.dora.actor, item_id=item, why="The grant ended."),
    )
    assert len(told(results)) == 1, results
    # Confirmed twice at once: one amendment.
    item = renewals.item(rows[1]).pk
    results = at_once(
        lambda: renewal_answer.confirm(actor=cast.bob.actor, item_id=item, number=1),
        lambda: renewal_answer.confirm(actor=cast.bea.actor, item_id=item, number=1),
    )
    assert (len(told(results)), rows[1].amendments.count()) == (1, 1), results
