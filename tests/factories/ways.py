"""Contracts on their way to execution and a year of executed ones: rows as the actions write them, with real days.

`going` is a contract of Family Services with Alpha on its way; `executed` one whose every step is done; `year` a year of those.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from procurement_portal.people.desks import STANDARD
from procurement_portal.people.models.body import Department, Organization
from procurement_portal.people.models.membership import Desk, DeskMember
from procurement_portal.people.models.user import User
from procurement_portal.time import clock
from solicitations.models.contract import Contract, ContractParticipant
from solicitations.models.execution import ContractStep
from solicitations.states import ContractState, ContractStepKind, ParticipantPart, StepOutcome
from tests.cast import Cast

K = ContractStepKind
# kind: (the function of its desk, "" for the organization; what it waits for; service days)
STEPS: Mapping[ContractStepKind, tuple[str, Sequence[ContractStepKind], int]] = {
    K.DOCUMENTS: ("", (), 10),
    K.INSURANCE: ("contracts", (K.DOCUMENTS,), 3),
    K.LAW: ("law", (), 5),
    K.BUDGET: ("budget", (), 5),
    K.SIGN_ORG: ("", (K.INSURANCE, K.LAW, K.BUDGET), 5),
    K.SIGN_DEPT: ("contracts", (K.SIGN_ORG,), 3),
}


def desk(department: Department, function: str, holder: User | None = None) -> Desk:
    """The department's desk of this function, with somebody at it."""
    standard = {found.function: found for found in STANDARD}
    found, _ = Desk.objects.get_or_create(
        department=department,
        function=function,
        defaults={"name": standard[function].name if function in standard else function.title(), "service_days": 5},
    )
    if holder is not None:
        DeskMember.objects.get_or_create(desk=found, user=holder)
    return found


def contract(cast: Cast, organization: Organization | None = None, **changes: Any) -> Contract:
    """A contract without steps, in draft, whose term begins in sixty days for a year; one renewal of twelve months is left."""
    sequence = Contract.objects.count() + 1
    begins = changes.pop("starts_on", clock.today() + timedelta(days=60))
    facts: dict[str, Any] = {
        "number": f"PO-{sequence:05d}",
        "title": f"Summer jobs {sequence}",
        "department": cast.family,
        "original_amount": Decimal("120000.50"),
        "starts_on": begins,
        "ends_on": begins + timedelta(days=364),
        "renewals_left": 1,
        "renewal_months": 12,
        "terms": {"scope": "Eight weeks of paid work with a mentor."},
        "made_by": cast.dora.user,
        **changes,
    }
    row = Contract.objects.create(**facts)
    ContractParticipant.objects.create(
        contract=row, organization=organization or cast.alpha, part=ParticipantPart.PRIME
    )
    return row


def steps(
    cast: Cast, row: Contract, opened_at: datetime, taken: Mapping[ContractStepKind, int] | None = None, **more: Any
) -> dict[str, ContractStep]:
    """Its six steps. `taken`: for each step that is done, after how many calendar days; what waits for nothing open is open."""
    made: dict[str, ContractStep] = {}
    ended: dict[ContractStepKind, datetime] = {}
    prime = row.participants.get(part=ParticipantPart.PRIME).organization
    for position, (kind, (function, after, days)) in enumerate(STEPS.items(), 1):
        begun = opened_at if not after else max(ended[k] for k in after) if all(k in ended for k in after) else None
        facts: dict[str, Any] = {}
        if taken is not None and kind in taken and begun is not None:
            ended[kind] = begun + timedelta(days=taken[kind])
            facts = {"outcome": StepOutcome.PASSED, "done_at": ended[kind], "done_by": cast.dora.user}
        made[kind] = ContractStep.objects.create(
            contract=row, kind=kind, position=position, after=list(after), service_days=days,
            desk=desk(row.department, function) if function else None,
            organization=None if function else prime,
            opened_at=begun, due_at=begun + timedelta(days=days * 2) if begun else None, **facts, **more,
        )  # fmt: skip
    return made


def going(
    cast: Cast, days_ago: int = 1, taken: Mapping[ContractStepKind, int] | None = None, **changes: Any
) -> Contract:
    """A contract on its way since `days_ago` days, at 10 in the morning."""
    row = contract(cast, **changes)
    steps(cast, row, clock.chicago(clock.today() - timedelta(days=days_ago), 10), taken)
    return row


def executed(cast: Cast, signed_on: date, starts_on: date, law_days: int = 7, **changes: Any) -> Contract:
    """A contract whose last signature came that day at noon; its law review took `law_days` calendar days."""
    signed_at = clock.chicago(signed_on, 12)
    row = contract(cast, **{"starts_on": starts_on, "status": ContractState.SIGNED, "signed_at": signed_at, **changes})
    taken = {K.DOCUMENTS: 2, K.INSURANCE: 1, K.LAW: law_days, K.BUDGET: 1, K.SIGN_ORG: 1, K.SIGN_DEPT: 1}
    steps(cast, row, signed_at - timedelta(days=max(3, law_days) + 2), taken)
    return row


def year(cast: Cast, law_days: Sequence[int], until: date | None = None, **changes: Any) -> list[Contract]:
    """As many executed contracts as `law_days` names, one every fortnight back from a Friday before `until`; executed a
    month before their term."""
    last = (until or clock.today()) - timedelta(days=1)
    last -= timedelta(days=(last.weekday() - 4) % 7)
    rows = []
    for number, days in enumerate(law_days):
        signed_on = last - timedelta(days=14 * number)
        rows.append(executed(cast, signed_on, signed_on + timedelta(days=30), days, **changes))
    return rows
