"""Contracts at each stage to execution, made by the real actions from an awarded solicitation.

`agreed` (award) → `drafted` (contract with steps) → `in_signature` → `signed`. The PDFs are made as the worker would.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction

from procurement_portal.documents import actions as documents
from procurement_portal.people.models.body import Organization
from procurement_portal.time import clock
from solicitations.actions import amendment as amendments
from solicitations.actions import contract as contracts
from solicitations.actions import execution, paper, signing
from solicitations.models.award import Award, LegislativeApproval, NegotiationAgreement, NegotiationVersion
from solicitations.models.contract import Amendment, Contract, ContractParticipant
from solicitations.models.execution import ContractPaper, ContractStep, Signature
from solicitations.queries.contract import standing_paper
from solicitations.states import ContractStepKind, Side
from tests.cast import Cast, Person
from tests.factories import evaluations
from tests.factories.evaluations import trace

BUDGET = [
    {"label": "Wages of participants", "cents": 12_000_000, "why": "60 young people, eight weeks"},
    {"label": "Mentors", "cents": 8_000_000, "why": ""},
]


def agreed(cast: Cast, *, legislative: bool = False, amount: str = "200000.00", **changes: Any) -> Award:
    """An award to Alpha whose scope and budget Dora and Alice agreed to; awaiting the City Council with `legislative`."""
    award = evaluations.awarded(cast, **changes)
    today = clock.today()
    version = NegotiationVersion.objects.create(
        award=award, number=1, side=Side.DEPARTMENT, scope="Sixty summer jobs.\nEach with a mentor.", made_by=cast.dora.user,
        amount=Decimal(amount), starts_on=today + timedelta(days=60), ends_on=today + timedelta(days=424),
        budget=BUDGET if amount == "200000.00" else [],
    )  # fmt: skip
    for side, person in ((Side.DEPARTMENT, cast.dora), (Side.ORGANIZATION, cast.alice)):
        NegotiationAgreement.objects.create(version=version, side=side, agreed_by=person.user)
    if legislative:
        LegislativeApproval.objects.create(
            award=award, body="City Council", trace=trace(award, "solicitations.legislative_approval", {}),
            agenda_deadline_on=today + timedelta(days=20),
        )  # fmt: skip
    Award.objects.filter(pk=award.pk).update(status="agreed")
    award.refresh_from_db()
    return award


def drafted(cast: Cast, **changes: Any) -> Contract:
    """The contract of such an award, made by Dora, every check open, its document a released PDF."""
    contract = contracts.make(actor=cast.dora.actor, award_id=agreed(cast, **changes).pk)
    make_papers(contract)
    return contract


def contract_with(cast: Cast, organization: Organization, **changes: Any) -> Contract:
    """A contract of Family Services with this organization on its way, without the award before it."""
    today = clock.today()
    facts: dict[str, Any] = {
        "number": f"CHI-DFS-TEST-{Contract.objects.count() + 1:04d}", "title": "Summer jobs", "department": cast.family,
        "original_amount": Decimal("200000.00"), "starts_on": today + timedelta(days=60),
        "ends_on": today + timedelta(days=424), "made_by": cast.dora.user, "renewals_left": 1, "renewal_months": 12,
        "terms": {"scope": "Sixty summer jobs.", "budget": BUDGET, "conditions": ""}, **changes,
    }  # fmt: skip
    contract = Contract.objects.create(**facts)
    ContractParticipant.objects.create(contract=contract, organization=organization, part="prime")
    with transaction.atomic():
        paper.make_paper(contract, cast.dora.actor)
        execution.lay_out(contract, cast.dora.actor)
    return contract


def make_papers(contract: Contract) -> None:
    """The background work: PDFs and signed copies, scanned."""
    for row in ContractPaper.objects.filter(contract=contract):
        paper.make_pdf(paper_id=row.pk)
        if row.signatures.count() == len(Side.values):
            paper.make_signed_copy(paper_id=row.pk)
        row.refresh_from_db()
        for file_id in (row.file_id, row.signed_copy_id):
            if file_id is not None:
                documents.scan(file_id)


REVIEWERS = {
    ContractStepKind.DOCUMENTS: "dora", ContractStepKind.INSURANCE: "percy", ContractStepKind.DISCLOSURE: "percy",
    ContractStepKind.BUDGET: "fay", ContractStepKind.LAW: "lee",
}  # fmt: skip


def step(contract: Contract, kind: str, amendment: Amendment | None = None) -> ContractStep:
    """One step of a contract."""
    return ContractStep.objects.get(contract=contract, kind=kind, amendment=amendment)


def pass_checks(cast: Cast, contract: Contract, amendment: Amendment | None = None) -> None:
    """Every open check passed by whoever it is for."""
    for kind, name in REVIEWERS.items():
        found = ContractStep.objects.filter(contract=contract, amendment=amendment, kind=kind, done_at__isnull=True)
        for row in found:
            execution.pass_step(actor=getattr(cast, name).actor, step_id=row.pk)


def in_signature(cast: Cast, **changes: Any) -> Contract:
    """The same with every check passed: Alpha signs next."""
    contract = drafted(cast, **changes)
    pass_checks(cast, contract)
    contract.refresh_from_db()
    return contract


def sign(person: Person, contract: Contract, amendment: Amendment | None = None, **changes: Any) -> Signature:
    """A signature by this person on the standing document."""
    found = standing_paper(contract, amendment)
    given: dict[str, Any] = {
        "contract_id": contract.pk, "amendment": amendment.number if amendment else 0, "agreed": True,
        "typed_name": person.user.name, "title": "Director", "sha256": found.sha256 if found else "", **changes,
    }  # fmt: skip
    return signing.sign(actor=person.actor, **given)


def signed(cast: Cast, **changes: Any) -> Contract:
    """An executed contract of Family Services with Alpha, signed by Alice and Cleo."""
    contract = in_signature(cast, **changes)
    sign(cast.alice, contract)
    sign(cast.cleo, contract)
    make_papers(contract)
    contract.refresh_from_db()
    return contract


def amended(cast: Cast, contract: Contract, **changes: Any) -> Amendment:
    """An amendment on its way, drafted by Dora: more money, unless said otherwise."""
    given: dict[str, Any] = {
        "kind": "amount", "amount_change": Decimal("25000.00"), "reason": "Twelve more places.", **changes,
    }  # fmt: skip
    amendment = amendments.draft(actor=cast.dora.actor, contract_id=contract.pk, **given)
    make_papers(contract)
    return amendment


def signed_amendment(cast: Cast, contract: Contract, **changes: Any) -> Amendment:
    """The same, in force."""
    amendment = amended(cast, contract, **changes)
    pass_checks(cast, contract, amendment)
    sign(cast.alice, contract, amendment)
    sign(cast.cleo, contract, amendment)
    make_papers(contract)
    amendment.refresh_from_db()
    return amendment
