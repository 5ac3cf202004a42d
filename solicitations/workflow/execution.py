"""The steps from an agreed award to a signed contract, as a table: which desk, how many business days, after what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from solicitations.states import AmendmentKind, ContractStepKind

K = ContractStepKind


@dataclass(frozen=True)
class StepRule:
    """One kind of step. `function` is the stable word of its desk, "" for a step the organization holds.

    A department without the desk gets it, named `desk`, with everybody who holds `role`. `service_days` are business days: of
    the organization's step, and of a desk that is made; a department sets its desks' own. `permission` ends the step.
    """

    kind: ContractStepKind
    function: str
    desk: Any
    role: str
    permission: str
    service_days: int
    act: Any  # what waits, in the work queue


STEPS: dict[str, StepRule] = {
    rule.kind: rule
    for rule in (
        StepRule(K.DOCUMENTS, "", "", "", "solicitations.prepare_contract", 10, _("Bring the documents of the contract")),
        StepRule(
            K.INSURANCE, "contracts", _("Contracts desk"), "procurement_officer",
            "solicitations.prepare_contract", 3, _("Check the insurance"),
        ),
        StepRule(
            K.DISCLOSURE, "contracts", _("Contracts desk"), "procurement_officer",
            "solicitations.prepare_contract", 3, _("Check the economic disclosure"),
        ),
        StepRule(
            K.BUDGET, "budget", _("Budget desk"), "fiscal_reviewer",
            "solicitations.review_budget", 5, _("Review the budget"),
        ),
        StepRule(K.LAW, "law", _("Law desk"), "law_reviewer", "solicitations.review_law", 5, _("Review the contract")),
        StepRule(
            K.LEGISLATIVE, "contracts", _("Contracts desk"), "procurement_officer",
            "solicitations.prepare_contract", 30, _("Wait for the legislative approval"),
        ),
        StepRule(K.SIGN_ORG, "", "", "", "contracts.sign", 5, _("Sign the contract")),
        StepRule(
            K.SIGN_DEPT, "chief", _("Chief Procurement Officer"), "chief_procurement_officer",
            "solicitations.sign_contract", 3, _("Sign the contract"),
        ),
    )
}  # fmt: skip
# Who signs first. The order is the table's, never the page's.
SIGNING_ORDER = (K.SIGN_ORG, K.SIGN_DEPT)
REVIEWS = (K.DOCUMENTS, K.INSURANCE, K.DISCLOSURE, K.BUDGET, K.LAW)
AMENDMENT_REVIEWS: dict[str, tuple[ContractStepKind, ...]] = {
    AmendmentKind.AMOUNT: (K.BUDGET, K.LAW),
    AmendmentKind.SCOPE: (K.LAW,),
    AmendmentKind.RENEWAL: (K.BUDGET, K.LAW),
    AmendmentKind.TERM: (),
}


@dataclass(frozen=True)
class Planned:
    """A step before it is a row: its kind and the kinds it waits for."""

    kind: ContractStepKind
    after: tuple[ContractStepKind, ...]


def plan(*, amendment_kind: str = "", legislative: bool = False) -> list[Planned]:
    """The steps of a contract, or of an amendment of this kind: checks side by side, then the signatures in their order."""
    reviews = AMENDMENT_REVIEWS[amendment_kind] if amendment_kind else REVIEWS
    if legislative and not amendment_kind:
        reviews = (*reviews, K.LEGISLATIVE)
    planned = [Planned(kind, ()) for kind in reviews]
    before = reviews
    for kind in SIGNING_ORDER:
        planned.append(Planned(kind, before))
        before = (kind,)
    return planned
