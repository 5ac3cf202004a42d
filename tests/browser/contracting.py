"""From an agreed award to an executed contract, on the pages: checks at their desks, two signatures, the signed copy."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from solicitations.models.contract import Contract
from solicitations.models.execution import ContractStep
from solicitations.states import ContractStepKind as K
from tests.browser import proof
from tests.browser.visitor import Visitor
from tests.cast import Person


def found(dora: Visitor, number: str, winner: str) -> Contract:
    """The agreement made the contract; the program officer comes to it from the award."""
    dora.go(f"/plan/{number}/awards/")
    dora.link(winner)
    dora.link("The contract", look="contract")
    return Contract.objects.get()


def check(visitor: Visitor, contract: Contract, kind: str, look: str) -> None:
    """One check, by whoever has it on their desk, from the contract's page."""
    step = ContractStep.objects.get(contract=contract, kind=kind)
    visitor.go(f"/contracts/{contract.number}/")
    visitor.page.locator(f"main a[href$='/steps/{step.pk}/']").first.click()
    visitor.arrive(look)
    visitor.button("Pass this check")
    visitor.reads("Passed.")


def check_all(by: Mapping[str, Visitor], contract: Contract) -> None:
    """Every check by its desk."""
    for kind, visitor in by.items():
        check(visitor, contract, kind, "contract-check" if kind == K.LAW else "")


def sign(
    alice: Visitor, cleo: Visitor, contract: Contract, people: tuple[Person, Person], duties: Callable[[], None]
) -> None:
    """The department cannot sign first; the organization signs after proving who it is, then the department."""
    signer, chief = people
    page = f"/contracts/{contract.number}/sign/0/"
    cleo.go(page, look="contract-sign-too-early")
    assert cleo.page.locator("main").get_by_role("button", name="Sign", exact=True).count() == 0
    alice.go("/our-contracts/", look="our-contracts")
    alice.link(contract.title, look="our-contract")
    alice.link("Read and sign", look="contract-sign")
    _sign(alice, signer)
    duties()
    cleo.go(f"/contracts/{contract.number}/")
    cleo.link("Read and sign", look="contract-sign-department")
    _sign(cleo, chief)
    cleo.look("contract-executed")
    duties()


def _sign(visitor: Visitor, person: Person) -> None:
    """Sign with an old proof: the code is asked for, then the signature given."""
    visitor.forget_proof()
    visitor.put(typed_name=person.user.name, title="Director", agreed=True)
    visitor.button("Sign", exact=True)
    proof.prove(visitor)
    visitor.put(typed_name=person.user.name, title="Director", agreed=True)
    visitor.button("Sign", exact=True)


def signed_copy(alice: Visitor, anyone: Visitor, contract: Contract) -> None:
    """The executed contract, its signed copy as a real PDF, and what everybody may read of it."""
    alice.go(f"/our-contracts/{contract.pk}/", look="our-contract-executed")
    paper = alice.page.get_by_role("link", name="Download the signed copy (PDF)").first.get_attribute("href")
    got = alice.context.request.get(f"{alice.address}{paper}")
    assert got.ok and got.body().startswith(b"%PDF"), got.status
    anyone.go(f"/awards/contracts/{contract.number}/", look="contract-public")
