"""Amendments: checks and signatures as for a contract; the arithmetic; renewals take an option that is left."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from procurement_portal.time import clock
from procurement_portal.web.refusal import Conflict, Invalid, Refused
from solicitations.actions import amendment as amendments
from solicitations.models.contract import Contract
from solicitations.models.execution import ContractStep
from solicitations.models.protest import Protest, ProtestDetermination
from solicitations.queries.contract import figures, standing_paper
from tests.cast import Cast
from tests.factories import contracts as made


def test_an_amendment_in_force_changes_the_present_figures_and_not_the_original(cast: Cast) -> None:
    contract = made.signed(cast)
    made.signed_amendment(cast, contract)
    end = contract.ends_on + timedelta(days=90)
    made.signed_amendment(cast, contract, kind="term", amount_change=Decimal(0), new_ends_on=end, reason="Late start.")
    contract.refresh_from_db()
    found = figures(contract)
    assert [(line.change, line.amount) for line in found.lines] == [
        (Decimal("200000.00"), Decimal("200000.00")),
        (Decimal("25000.00"), Decimal("225000.00")),
        (Decimal("0.00"), Decimal("225000.00")),
    ]
    assert (found.amount, found.ends_on) == (Decimal("225000.00"), end)
    assert (contract.original_amount, contract.status) == (Decimal("200000.00"), "signed")


@pytest.mark.parametrize(
    ("change", "checks"),
    [
        ({"kind": "amount"}, {"budget", "law"}),
        ({"kind": "scope", "amount_change": Decimal(0), "scope_change": "Also on Saturdays."}, {"law"}),
    ],
)
def test_money_is_checked_by_budget_and_law_scope_by_law(cast: Cast, change: dict[str, Any], checks: set[str]) -> None:
    contract = made.signed(cast)
    amendment = made.amended(cast, contract, **change)
    kinds = set(ContractStep.objects.filter(amendment=amendment).values_list("kind", flat=True))
    assert kinds == checks | {"sign_org", "sign_dept"}
    with pytest.raises(Refused, match="cannot be signed yet"):
        made.sign(cast.alice, contract, amendment)


def test_an_amendment_counts_only_once_both_sides_signed(cast: Cast) -> None:
    contract = made.signed(cast)
    amendment = made.amended(cast, contract)
    made.pass_checks(cast, contract, amendment)
    made.sign(cast.alice, contract, amendment)
    assert figures(contract).amount == Decimal("200000.00")
    made.sign(cast.cleo, contract, amendment)
    amendment.refresh_from_db()
    assert (amendment.status, amendment.signed_for_organization_by, amendment.signed_for_department_by) == (
        "signed", cast.alice.user, cast.cleo.user,
    )  # fmt: skip
    assert figures(contract).amount == Decimal("225000.00")


def test_a_renewal_takes_an_option_and_none_is_taken_twice(cast: Cast) -> None:
    contract = made.signed(cast)
    Contract.objects.filter(pk=contract.pk).update(renewals_left=1)
    given: dict[str, Any] = {"kind": "renewal", "amount_change": Decimal("200000.00"), "reason": "Second year."}
    end = contract.ends_on.replace(year=contract.ends_on.year + 1)
    with pytest.raises(Invalid, match="at most 12 months"):
        made.amended(cast, contract, new_ends_on=end + timedelta(days=2), **given)
    amendment = made.amended(cast, contract, new_ends_on=end, **given)
    with pytest.raises(Refused, match="No renewal is left"):  # the one option is on its way
        made.amended(cast, contract, new_ends_on=end, **given)
    made.pass_checks(cast, contract, amendment)
    made.sign(cast.alice, contract, amendment)
    made.sign(cast.cleo, contract, amendment)
    contract.refresh_from_db()
    assert contract.renewals_left == 0
    assert figures(contract).ends_on == end


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"amount_change": Decimal(0)}, "amount_change"),
        ({"amount_change": Decimal("-200000.01")}, "amount_change"),
        ({"kind": "term", "amount_change": Decimal(0)}, "new_ends_on"),
        ({"kind": "scope", "amount_change": Decimal(0)}, "scope_change"),
        ({"reason": " "}, "reason"),
        ({"kind": "gift"}, "kind"),
    ],
)
def test_an_amendment_that_says_too_little_or_takes_too_much_is_refused(
    cast: Cast, change: dict[str, Any], field: str
) -> None:
    contract = made.signed(cast)
    with pytest.raises(Invalid) as refused:
        made.amended(cast, contract, **change)
    assert field in refused.value.problems


def test_only_an_executed_contract_is_amended(cast: Cast) -> None:
    with pytest.raises(Conflict, match="only an executed one"):
        made.amended(cast, made.drafted(cast))


def test_a_dropped_amendment_changes_nothing(cast: Cast) -> None:
    contract = made.signed(cast)
    amendment = made.amended(cast, contract)
    amendments.drop(actor=cast.dora.actor, amendment_id=amendment.pk, why="The money went elsewhere.")
    amendment.refresh_from_db()
    assert amendment.status == "dropped"
    assert standing_paper(contract, amendment) is None
    assert figures(contract).amount == Decimal("200000.00")


def determined(cast: Cast, contract: Contract, until: date) -> ProtestDetermination:
    """Cleo extended the contract while Beta's protest is open."""
    row = contract.solicitation
    assert row is not None
    protest = Protest.objects.create(
        solicitation=row, proposal=row.opened_proposals.get(organization=cast.beta), organization=cast.beta,
        window=row.protest_windows.first(), grounds="The scores were added wrongly.", filed_by=cast.bob.user,
        filed_at=clock.now(),
    )  # fmt: skip
    return ProtestDetermination.objects.create(
        protest=protest, kind="extend_incumbent", reasons="Services would stop.", contract=contract, until=until,
        typed_name="Cleo", signed_by=cast.cleo.user,
    )  # fmt: skip


def test_an_extended_incumbent_gets_its_amendment_drafted(cast: Cast) -> None:
    contract = made.signed(cast)
    until = contract.ends_on + timedelta(days=60)
    signed = determined(cast, contract, until)
    amendment = amendments.extend_incumbent(determination_id=signed.pk)
    assert (amendment.kind, amendment.new_ends_on, amendment.status) == ("term", until, "in_signature")
    assert figures(contract).ends_on == contract.ends_on
