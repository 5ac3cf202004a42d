"""The steps of a contract to execution: laid out from the table, opened, passed, returned, answered.

Every act locks the contract's row first, so that two people at one contract act one after the other.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from procurement_portal.clocks import actions as clocks
from procurement_portal.history.record import record
from procurement_portal.notifications import recipients
from procurement_portal.notifications.send import send
from procurement_portal.people.access import found_or_404
from procurement_portal.people.actions import desks
from procurement_portal.people.actor import Actor
from procurement_portal.people.bodies import Body
from procurement_portal.people.models.body import Department
from procurement_portal.people.models.membership import Desk, Membership
from procurement_portal.time.clock import CHICAGO, chicago, now
from procurement_portal.web.refusal import Conflict, Invalid, Refused
from procurement_portal.workflow import advance, who_may
from solicitations.actions import way
from solicitations.models.award import LegislativeApproval
from solicitations.models.contract import Amendment, Contract
from solicitations.models.execution import ContractStep, StepReturn
from solicitations.notifications.contract import StepReturned, StepWaits
from solicitations.queries import execution as queries
from solicitations.queries.contract import prime_id
from solicitations.states import ContractState, ContractStepKind, LegislativeResult, Side, StepOutcome
from solicitations.workflow.award import legislature_approved
from solicitations.workflow.contract import AMENDMENT, CONTRACT, SIGNING
from solicitations.workflow.execution import STEPS, StepRule, plan

STEP_CLOCK, RETURN_CLOCK = "solicitations.contract_step", "solicitations.step_return"
CLOSING_HOUR = 17
RETURN_DAYS = 5  # business days to answer a return
CITATION = "Service days of the desk"
SIGNERS = ("signatory",)
BRINGERS = ("administrator", "signatory", "preparer")
_SYSTEM = Actor.system("way to execution")


def lay_out(contract: Contract, actor: Actor, amendment: Amendment | None = None) -> list[ContractStep]:
    """Write the steps of a contract or an amendment and open what waits for nothing. Inside the action that makes it."""
    approval = LegislativeApproval.objects.filter(award_id=contract.award_id).first() if contract.award_id else None
    planned = plan(amendment_kind=amendment.kind if amendment else "", legislative=approval is not None)
    rows = []
    for position, step in enumerate(planned, 1):
        rule = STEPS[step.kind]
        desk = desk_of(rule, contract.department) if rule.function else None
        rows.append(
            ContractStep.objects.create(
                contract=contract, amendment=amendment, kind=step.kind, position=position, after=list(step.after),
                desk=desk, organization_id=None if desk else prime_id(contract),
                service_days=desk.service_days if desk else rule.service_days,
            )
        )  # fmt: skip
    open_ready(contract, actor, amendment)
    if approval is not None and amendment is None and approval.result == LegislativeResult.APPROVED:
        end_legislative_step(award_id=approval.award_id)
    return rows


def desk_of(rule: StepRule, department: Department) -> Desk:
    """The desk of a step: the department's, or for the chief the one where the jurisdiction's chief works. A missing one is
    made with everybody who holds the role; one without people is its administrators' to fill."""
    held = Membership.objects.filter(role=rule.role, ended_at__isnull=True, scope_type="").select_related("user")
    if rule.function == "chief":
        held = held.filter(department__jurisdiction=department.jurisdiction)
    else:
        held = held.filter(department=department)
    people = list(held.order_by("pk"))
    department_id = people[0].department_id if people else department.pk
    found = Desk.objects.filter(department_id=department_id, function=rule.function, closed_at__isnull=True).first()
    if found is not None:
        return found
    with translation.override("en"):  # a desk's name is stored
        name = str(rule.desk)
    made = desks.make_desk(
        actor=_SYSTEM, body=Body(department_id=department_id), name=name, function=rule.function,
        service_days=rule.service_days,
    )  # fmt: skip
    for member in people:
        if member.department_id == department_id:
            desks.seat(actor=_SYSTEM, desk_id=made.pk, user=member.user)
    return made


def open_ready(contract: Contract, actor: Actor, amendment: Amendment | None = None) -> None:
    """Open every step whose steps before it are done; when all checks are, ask for the signatures."""
    rows = list(ContractStep.objects.filter(contract=contract, amendment=amendment).select_related("desk", "amendment"))
    done = {step.kind for step in rows if step.done_at is not None}
    if all(step.kind in done or step.kind in SIGNING for step in rows):
        _ask_signatures(contract, amendment)
    for step in rows:
        if set(step.after) <= done and step.done_at is None:
            if step.opened_at is None:
                _open(contract, step, actor)
            elif step.kind in SIGNING:  # its turn again, after a document was voided; an open clock stays as it is
                wait(contract, step, actor)


def _ask_signatures(contract: Contract, amendment: Amendment | None) -> None:
    subject, workflow = (amendment, AMENDMENT) if amendment else (contract, CONTRACT)
    assert subject is not None
    if subject.status == workflow.initial:
        advance(workflow, subject, "ask_signatures", actor=Actor.system("every check has passed"))


def _open(contract: Contract, step: ContractStep, actor: Actor) -> None:
    step.opened_at = now()
    step.due_at = due(contract, step.service_days, step.opened_at)
    step.save(update_fields=["opened_at", "due_at"])
    record(actor, "contract_step.open", step, after={"kind": step.kind, "due_at": step.due_at.isoformat()})
    wait(contract, step, actor)


def due(contract: Contract, days: int, start: datetime) -> datetime:
    """The end of business so many business days of the contract's government after an instant."""
    last = queries.calendar_of(contract).add_business_days(start.astimezone(CHICAGO).date(), days)
    return chicago(last, CLOSING_HOUR)


def wait(contract: Contract, step: ContractStep, actor: Actor) -> None:
    """Start the clock of an open step at whoever holds it, with its first deadline, and tell them."""
    assert step.due_at is not None
    what, ours = _act(step), step.organization_id is not None
    url = step_url(contract, step, ours=ours)
    clocks.start(
        step, rule=STEP_CLOCK, citation=CITATION, what=what, due_at=step.due_at, desk=step.desk,
        organization_id=step.organization_id, url=url, about=str(contract), actor=actor,
    )  # fmt: skip
    people = recipients.desk(step.desk) if step.desk is not None else _members(step)
    notice = StepWaits(
        step_id=step.pk, turn=step.returns.count() + contract.papers.filter(amendment_id=step.amendment_id).count(),
        step=step.kind, amendment=step.amendment.number if step.amendment else 0, due_at=step.due_at,
        number=contract.number, title=contract.title, url=url,
    )  # fmt: skip
    send(notice, to=[r for r in people if r.user is None or r.user.pk != actor.user_id])


def _act(step: ContractStep) -> str:
    with translation.override("en"):  # a clock's words are stored; pages translate them
        what = str(STEPS[step.kind].act)
    return what if step.amendment is None else f"{what} (amendment {step.amendment.number})"


def _members(step: ContractStep) -> list[recipients.Recipient]:
    assert step.organization_id is not None
    roles = SIGNERS if step.kind == ContractStepKind.SIGN_ORG else BRINGERS
    return recipients.organization(step.organization_id, roles, step.contract.scopes)


def step_url(contract: Contract, step: ContractStep, *, ours: bool) -> str:
    """Where a step is done: for the organization (`ours`) or for the department."""
    signing = step.kind in SIGNING
    if ours:
        if signing:
            return sign_url(contract, step.amendment, ours=True)
        return reverse("solicitations:our-contract", args=[contract.pk]) + f"#step-{step.pk}"
    if signing:
        return sign_url(contract, step.amendment, ours=False)
    return reverse("solicitations:contract-step", args=[contract.number, step.pk])


def sign_url(contract: Contract, amendment: Amendment | None, *, ours: bool) -> str:
    """Where the contract (amendment 0) or one of its amendments is read and signed."""
    number = amendment.number if amendment is not None else 0
    if ours:
        return reverse("solicitations:our-contract-sign", args=[contract.pk, number])
    return reverse("solicitations:contract-sign", args=[contract.number, number])


# --- Acts on one step -----------------------------------------------------------------------------------------------------


def _held(actor: Actor, step_id: int) -> ContractStep:
    """A step the actor may see, with its contract locked. Raises Conflict when it is done or not open."""
    seen = found_or_404(queries.step_rows(actor), pk=step_id)
    contract = Contract.objects.select_for_update(of=("self",)).select_related("department").get(pk=seen.contract_id)
    step = ContractStep.objects.select_related("desk__department", "amendment", "organization").get(pk=step_id)
    step.contract = contract
    if step.done_at is not None:
        raise Conflict(_("This step is done."), step)
    if step.opened_at is None:
        raise Conflict(_("This step is not open yet."), step)
    return step


def _must_end(actor: Actor, step: ContractStep) -> None:
    rule = STEPS[step.kind]
    if not queries.may_end(actor, step):
        raise Refused(
            _("“%(step)s” is for %(who)s.") % {"step": step.get_kind_display(), "who": who_may(rule.permission)}
        )
    if step.kind in SIGNING:
        raise Refused(_("This step ends with a signature."))
    if step.returns.filter(answered_at__isnull=True).exists():
        raise Refused(_("This step was sent back. It goes on once the return is answered."))


@transaction.atomic
def pass_step(*, actor: Actor, step_id: int, why: str = "") -> ContractStep:
    """End a check: what it asks for is there. Raises Refused with what is missing, Conflict when it is done already."""
    step = _held(actor, step_id)
    _must_end(actor, step)
    lacking = [p.label for p in queries.of_step(step.kind, _papers(step)) if not p.here]
    if lacking:
        raise Refused(_("Still missing: %(papers)s.") % {"papers": "; ".join(lacking)})
    if step.kind == ContractStepKind.LEGISLATIVE and step.contract.award is not None:
        legislature_approved(step.contract.award, actor)
    return finish(step, StepOutcome.PASSED, actor, why=why.strip())


@transaction.atomic
def not_needed(*, actor: Actor, step_id: int, why: str) -> ContractStep:
    """End a check that this contract does not need, for a stated reason. The legislative approval cannot be waived here.

    Raises Invalid without a reason, Refused, Conflict.
    """
    step = _held(actor, step_id)
    _must_end(actor, step)
    if not actor.is_staff or step.kind == ContractStepKind.LEGISLATIVE:
        raise Refused(_("This step cannot be left out."))
    if not why.strip():
        raise Invalid({"why": [_("Say why this step is not needed.")]})
    return finish(step, StepOutcome.NOT_NEEDED, actor, why=why.strip())


def finish(
    step: ContractStep, outcome: StepOutcome, actor: Actor, *, why: str = "", by: int | None = None
) -> ContractStep:
    """Mark a step done, stop its clock, open what waited for it. The caller holds the contract's lock."""
    step.outcome, step.why, step.done_at = outcome, why, now()
    step.done_by_id = by if by is not None else actor.user_id
    step.save(update_fields=["outcome", "why", "done_at", "done_by"])
    clocks.stop(step, STEP_CLOCK, str(outcome), actor)
    record(actor, "contract_step.done", step, after={"kind": step.kind, "outcome": str(outcome)}, why=why)
    open_ready(step.contract, actor, step.amendment)
    if step.amendment_id is None:
        way.recompute(actor=actor, contract_id=step.contract_id)
    return step


@transaction.atomic
def return_step(*, actor: Actor, step_id: int, to: str, why: str) -> StepReturn:
    """Send a step back to the organization or to the department's preparer, for a stated reason.

    Its days go on; what waits for the other side is counted apart. Raises Invalid without a reason, Refused, Conflict.
    """
    step = _held(actor, step_id)
    _must_end(actor, step)
    if not actor.is_staff:
        raise Refused(_("Only the department sends a step back."))
    if to not in Side.values:
        raise Invalid({"to": [_("Choose to whom it goes back.")]})
    if not why.strip():
        raise Invalid({"why": [_("Say what has to be done.")]})
    contract = step.contract
    sent = StepReturn.objects.create(step=step, to=to, why=why.strip(), returned_by_id=actor.user_id)
    clocks.stop(step, STEP_CLOCK, "returned", actor)
    ours = to == Side.ORGANIZATION
    desk = None if ours else desk_of(STEPS[ContractStepKind.INSURANCE], contract.department)
    organization_id = prime_id(contract) if ours else None
    if ours:
        url = reverse("solicitations:our-contract", args=[contract.pk]) + f"#step-{step.pk}"
    else:
        url = reverse("solicitations:contract-step", args=[contract.number, step.pk])
    due_at = due(contract, RETURN_DAYS, now())
    clocks.start(
        sent, rule=RETURN_CLOCK, citation=CITATION, what="Answer what was sent back", due_at=due_at, desk=desk,
        organization_id=organization_id, url=url, about=str(contract), actor=actor,
    )  # fmt: skip
    record(actor, "contract_step.return", step, after={"to": to}, why=why.strip())
    people = (
        recipients.desk(desk)
        if desk is not None
        else recipients.organization(prime_id(contract), BRINGERS, contract.scopes)
    )
    send(
        StepReturned(
            return_id=sent.pk, step=step.kind, by=actor.label, why=why.strip(), due_at=due_at,
            number=contract.number, title=contract.title, url=url,
        ),
        to=people,
    )  # fmt: skip
    return sent


@transaction.atomic
def answer_return(*, actor: Actor, return_id: int, answer: str) -> StepReturn:
    """Answer a return; the step goes on at its desk with its first deadline. Raises Invalid, Refused, Conflict."""
    found = StepReturn.objects.filter(pk=return_id).values_list("step_id", flat=True).first()
    step = _held(actor, found or 0)
    sent = StepReturn.objects.get(pk=return_id)
    if sent.answered_at is not None:
        raise Conflict(_("This was answered already."), sent)
    if sent.to == Side.ORGANIZATION:
        allowed = queries.may_answer(actor, step)
    else:
        allowed = actor.can("solicitations.prepare_contract") and actor.department_id == step.contract.department_id
    if not allowed:
        raise Refused(_("This was sent back to %(whom)s.") % {"whom": sent.get_to_display()})
    if not answer.strip():
        raise Invalid({"answer": [_("Say what was done.")]})
    sent.answer, sent.answered_at, sent.answered_by_id = answer.strip(), now(), actor.user_id
    sent.save(update_fields=["answer", "answered_at", "answered_by"])
    clocks.stop(sent, RETURN_CLOCK, "answered", actor)
    record(actor, "contract_step.answer", step, why=answer.strip())
    wait(step.contract, step, actor)
    return sent


@transaction.atomic
def end_legislative_step(*, award_id: int) -> None:
    """The legislative body approved: its step ends, by whoever recorded the result. Nothing to do otherwise, or twice."""
    approval = LegislativeApproval.objects.select_related("award").filter(award_id=award_id).first()
    if approval is None or approval.result != LegislativeResult.APPROVED:
        return
    contract = Contract.objects.select_for_update(of=("self",)).select_related("department").filter(award_id=award_id)
    row = contract.first()
    step = ContractStep.objects.filter(contract=row, kind=ContractStepKind.LEGISLATIVE, done_at__isnull=True).first()
    if row is None or step is None or step.opened_at is None:
        return
    step.contract = row
    why = f"{approval.body}, {approval.file_number}"
    finish(step, StepOutcome.PASSED, Actor.system("the legislative body approved"), why=why, by=approval.recorded_by_id)


def stop_steps(contract: Contract, outcome: str, actor: Actor, amendment: Amendment | None = None) -> None:
    """Stop the clocks of everything still open on a contract or amendment that ends."""
    for step in ContractStep.objects.filter(contract=contract, amendment=amendment, done_at__isnull=True):
        clocks.stop_all(step, outcome, actor)
        for sent in step.returns.filter(answered_at__isnull=True):
            clocks.stop_all(sent, outcome, actor)


def _papers(step: ContractStep) -> list[queries.Paper]:
    if step.amendment_id is not None or step.contract.status not in (ContractState.DRAFT, ContractState.IN_SIGNATURE):
        return []
    return queries.needed_papers(step.contract, prime_id(step.contract))
