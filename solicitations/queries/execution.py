"""The way of a contract to execution: which steps are open, whose days they took, when the end may be expected."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Prefetch, QuerySet

from procurement_portal.law.calendar import Calendar
from procurement_portal.people.actor import Actor
from procurement_portal.people.jurisdictions import government
from procurement_portal.time.clock import CHICAGO
from solicitations.models.contract import Amendment, Contract
from solicitations.models.execution import ContractStep, StepReturn
from solicitations.models.facts import RequiredDocument
from solicitations.queries.contract import internal, own
from solicitations.queries.readiness import Paper, papers
from solicitations.states import ContractStepKind, Side
from solicitations.workflow.execution import STEPS

_RETURNS = Prefetch("returns", StepReturn.objects.select_related("returned_by", "answered_by").order_by("pk"))


def steps(contract: Contract, amendment: Amendment | None = None) -> list[ContractStep]:
    """The steps of a contract, or of one amendment, in order, with desks and returns; two queries."""
    rows = ContractStep.objects.filter(contract=contract, amendment=amendment)
    rows = rows.select_related("desk__department", "organization", "done_by").prefetch_related(_RETURNS)
    return list(rows.order_by("position"))


def step_rows(actor: Actor) -> QuerySet[ContractStep]:
    """Every step this actor may see: as staff, or those of the own organization's contracts."""
    rows = ContractStep.objects.select_related("contract__department", "amendment", "desk__department", "organization")
    seen = own(actor) if actor.organization_id is not None else internal(actor)
    return rows.filter(contract__in=seen)


def may_end(actor: Actor, step: ContractStep) -> bool:
    """Whether this actor decides on a step: holds its permission, in the contract's department or at the step's desk.

    The organization itself ends its own step of bringing documents. Signatures are given on their own page.
    """
    rule = STEPS[step.kind]
    if actor.is_staff:
        at_desk = step.desk.department_id if step.desk is not None else None
        return actor.can(rule.permission) and actor.department_id in (step.contract.department_id, at_desk)
    return step.organization_id is not None and may_answer(actor, step)


def may_answer(actor: Actor, step: ContractStep) -> bool:
    """Whether this actor acts for the organization in this contract."""
    row = own(actor).filter(pk=step.contract_id).first()
    return row is not None and actor.within(row.scopes).can("contracts.answer")


# --- Documents ------------------------------------------------------------------------------------------------------------


def needed_papers(contract: Contract, organization_id: int) -> list[Paper]:
    """The papers the solicitation asks for before an award beside the organization's vault, as they stand when the contract
    starts: a certificate that has expired by then does not count."""
    if contract.solicitation_id is None or contract.starts_on is None:
        return []
    asked = papers(contract.solicitation_id, organization_id, contract.starts_on)
    return [paper for paper in asked if paper.required.needed == RequiredDocument.Needed.BEFORE_AWARD]


def of_step(kind: str, needed: list[Paper]) -> list[Paper]:
    """The papers a step looks at: all, the insurance, or the disclosure."""
    if kind == ContractStepKind.INSURANCE:
        return [paper for paper in needed if paper.required.kind == "insurance"]
    if kind == ContractStepKind.DISCLOSURE:
        return [paper for paper in needed if paper.required.kind == "economic_disclosure"]
    return needed if kind == ContractStepKind.DOCUMENTS else []


# --- Days -----------------------------------------------------------------------------------------------------------------


def business_days(calendar: Calendar, start: date, end: date) -> int:
    """Business days after `start` up to `end`; 0 when `end` is not after it."""
    count, day = 0, start
    while day < end:
        day = calendar.next_business_day(day)
        count += day <= end
    return count


@dataclass(frozen=True)
class Days:
    """How many business days a step was open, and of these how many it waited for each side."""

    agency: int
    applicant: int

    @property
    def all(self) -> int:
        """Both together."""
        return self.agency + self.applicant


def days_of(step: ContractStep, calendar: Calendar, now: datetime) -> Days | None:
    """The days of a step until it was done, or until now; None before it opens. A return to the other side counts as that
    side's days while it is not answered."""
    if step.opened_at is None:
        return None
    until = step.done_at or now
    total = business_days(calendar, _day(step.opened_at), _day(until))
    holder = Side.ORGANIZATION if step.organization_id else Side.DEPARTMENT
    away = sum(
        business_days(calendar, _day(sent.returned_at), _day(sent.answered_at or until))
        for sent in step.returns.all()
        if sent.to != holder
    )
    away = min(away, total)
    return Days(total - away, away) if holder == Side.DEPARTMENT else Days(away, total - away)


def calendar_of(contract: Contract) -> Calendar:
    """The business days of the contract's government."""
    return government(contract.department.jurisdiction).calendar()


def open_steps(rows: Iterable[ContractStep]) -> list[ContractStep]:
    """Those that wait for somebody now."""
    return [step for step in rows if step.opened_at is not None and step.done_at is None]


def open_return(step: ContractStep) -> StepReturn | None:
    """What a step was sent back for and nobody answered yet."""
    return next((sent for sent in step.returns.all() if sent.answered_at is None), None)


def turn(rows: Iterable[ContractStep]) -> ContractStep | None:
    """The signature that is due now."""
    signing = (ContractStepKind.SIGN_ORG, ContractStepKind.SIGN_DEPT)
    return next((step for step in open_steps(rows) if step.kind in signing), None)


def side_of(kind: str) -> Side:
    """Whose signature a step is."""
    sides: Mapping[str, Side] = {
        ContractStepKind.SIGN_ORG: Side.ORGANIZATION,
        ContractStepKind.SIGN_DEPT: Side.DEPARTMENT,
    }
    return sides[kind]


def _day(at: datetime) -> date:
    return at.astimezone(CHICAGO).date()
