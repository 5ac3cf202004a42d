"""From checks to an executed contract and its amendment, by the people whose turn it is; every page looked at."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from solicitations.models.contract import Contract
from solicitations.models.facts import RequiredDocument
from solicitations.states import ContractStepKind as K
from tests.cast import Cast
from tests.factories import contracts as made

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_contract_goes_from_its_checks_to_both_signatures(
    town: Cast, come: Callable, duties: Callable[[], None]
) -> None:
    award = made.agreed(town)
    RequiredDocument.objects.create(
        solicitation=award.solicitation, kind="insurance", needed="before_award",
        coverages=[{"coverage": "general_liability", "limit_cents": 100_000_000}],
    )  # fmt: skip
    dora, lee, ben = come(town.dora), come(town.lee), come(town.ben)
    dora.go(f"/contracts/make/{award.pk}/", look="contract-make")
    dora.button("Make the contract", look="contract-staff")
    duties()
    contract = Contract.objects.get()
    dora.go("/contracts/", look="contracts")
    law = f"/contracts/{contract.number}/steps/{made.step(contract, K.LAW).pk}/"
    lee.go(f"/contracts/{contract.number}/")
    lee.go(law, look="contract-step-law")
    lee.put(**{"return-to": "organization", "return-why": "Send the bylaws."})
    lee.button("Send it back")
    ben.go("/our-contracts/")
    ben.link(contract.title, look="our-contract")
    ben.reads("Send the bylaws.", "Missing")
    ben.put(**{f"r{made.step(contract, K.LAW).returns.get().pk}-answer": "They are in our papers."})
    ben.button("Answer it")
    lee.go(law)
    lee.button("Pass this check")
    insurance = f"/contracts/{contract.number}/steps/{made.step(contract, K.INSURANCE).pk}/"
    dora.go(insurance, look="contract-step-insurance")
    dora.put(**{"not_needed-why": "Covered by the program."})
    dora.button("Leave this check out")
    dora.go(f"/contracts/{contract.number}/document/", look="contract-replace")
    RequiredDocument.objects.all().delete()
    made.pass_checks(town, contract)
    sign(town, come, contract, duties)


def sign(town: Cast, come: Callable, contract: Contract, duties: Callable[[], None]) -> None:
    """Alice, then Cleo; the signed copy, an amendment on its way."""
    alice, cleo, dora = come(town.alice), come(town.cleo), come(town.dora)
    alice.go(f"/our-contracts/{contract.pk}/")
    alice.link("Read and sign")
    alice.put(typed_name="Somebody Else", title="Director", agreed=True)
    alice.button("Sign", exact=True, look="contract-sign-refused")
    alice.put(typed_name="Alice Alpha")
    alice.button("Sign", exact=True)
    cleo.go(f"/contracts/{contract.number}/sign/0/")
    cleo.put(typed_name=town.cleo.user.name, title="Chief Procurement Officer", agreed=True)
    cleo.button("Sign", exact=True)
    duties()
    contract.refresh_from_db()
    assert contract.status == "signed"
    alice.go(f"/our-contracts/{contract.pk}/")
    alice.reads("Download the signed copy (PDF)")
    dora.go(f"/contracts/{contract.number}/amendments/new/", look="amendment-new")
    dora.put(kind="amount", amount_change="25,000.00", reason="Twelve more places.")
    dora.button("Draft the amendment", look="amendment")
    dora.link("Drop the amendment", look="amendment-drop")


def test_a_contract_is_signed_without_javascript(town: Cast, come: Callable) -> None:
    contract = made.in_signature(town)
    alice = come(town.alice, java_script_enabled=False)
    alice.go(f"/our-contracts/{contract.pk}/sign/0/", look="contract-sign-plain")
    alice.put(typed_name="Alice Alpha", title="Director")
    alice.page.locator("main label[for='id_agreed']").click()
    alice.button("Sign", exact=True)
    alice.reads("signed by Alice Alpha")
