"""Renew or let end: the clock that asks in time, and the decision that a contract ends."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from procurement_portal.clocks import actions as clocks
from procurement_portal.history.record import record
from procurement_portal.notifications import recipients
from procurement_portal.notifications.send import send
from procurement_portal.people.access import found_or_404
from procurement_portal.people.actor import Actor
from procurement_portal.people.models.membership import Desk
from procurement_portal.time.clock import chicago, now, today
from procurement_portal.web.refusal import Conflict, Invalid, Refused
from solicitations.actions.execution import BRINGERS, CLOSING_HOUR, SIGNERS, desk_of
from solicitations.actions.way import contracts_desk
from solicitations.models.contract import Amendment, Contract
from solicitations.models.renewal import EndDecision, RenewalItem
from solicitations.models.trace import Trace
from solicitations.notifications.renewal import EndDecided, EndTakenBack, OfEnd, TermEnds
from solicitations.queries import ending as queries
from solicitations.queries.contract import figures, internal
from solicitations.queries.execution import calendar_of
from solicitations.states import ContractState, ContractStepKind, ParticipantPart
from solicitations.workflow.contract import contract_of_own_department
from solicitations.workflow.execution import STEPS

PAGE = 500
TOLD = (*BRINGERS, *SIGNERS, "finance")


def sweep() -> tuple[int, int]:
    """Ask "renew or let end" about every contract whose day has come, and stop asking about what ended or was decided.

    Returns (asked, stopped). Each contract in its own transaction; right when it runs late, twice, or in two processes. The
    number of queries does not grow with the contracts nothing has to be done about.
    """
    day = today()
    return sum(_ask_page(rows, day) for rows in _pages(day)), _stop_decided(day)


def _pages(day: date) -> Iterator[list[Contract]]:
    """The running contracts nobody was asked about and nothing was decided about, in pages by number of the row."""
    running = queries.undecided(queries.running(Contract.objects.select_related("department"), day))
    asked = {int(pk) for pk in queries.asked().values_list("subject_id", flat=True)}
    last = 0
    while page := list(running.filter(pk__gt=last).order_by("pk")[:PAGE]):
        last = page[-1].pk
        yield [row for row in page if row.pk not in asked]


def _ask_page(rows: list[Contract], day: date) -> int:
    starts = queries.Starts({row.department_id for row in rows}, day)
    desks: dict[int, Desk] = {}
    count = 0
    for row in rows:
        ends_on = row.present_end  # type: ignore[attr-defined]
        if starts.of(row, ends_on)["start_on"] > day:
            continue
        with transaction.atomic():
            count += _ask(row.pk, starts, desks, day)
    return count


def _ask(contract_id: int, starts: queries.Starts, desks: dict[int, Desk], day: date) -> bool:
    """Start the clock of one contract under its lock, if it is still to be asked about."""
    rows = Contract.objects.select_for_update(of=("self",)).select_related("department")
    row = queries.undecided(queries.running(rows, day)).filter(pk=contract_id).first()
    if row is None or queries.asked().filter(subject_id=str(contract_id)).exists():
        return False
    ends_on = row.present_end  # type: ignore[attr-defined]
    outcome = starts.of(row, ends_on)
    system = Actor.system("the end of a term is near")
    if row.department_id not in desks:
        found = contracts_desk(row.department_id)
        desks[row.department_id] = found or desk_of(STEPS[ContractStepKind.INSURANCE], row.department)
    desk = desks[row.department_id]
    url = reverse("solicitations:contract-ending", args=[row.number])
    due_at = _due(row, outcome["decide_by"])
    what = _("Decide whether %(number)s is renewed or ends") % {"number": row.number}
    clocks.start(
        row, rule=queries.RULE, citation=queries.POLICY, what=what, due_at=due_at, desk=desk, url=url, actor=system
    )
    Trace.objects.create(
        rule=queries.RULE, subject_type="solicitations.contract", subject_id=str(row.pk), content=dict(outcome.trace),
        law=str(outcome.trace["law"]), asked_on=day,
    )  # fmt: skip
    record(
        system, "contract.ask_renewal", row, law=queries.POLICY,
        after={"ends_on": str(ends_on), "decide_by": str(outcome["decide_by"])},
    )  # fmt: skip
    told = TermEnds(
        contract_id=row.pk, ends_on=ends_on, due_at=due_at, renewals_left=row.renewals_left, number=row.number,
        title=row.title, url=url,
    )  # fmt: skip
    send(told, to=recipients.desk(desk))
    return True


def _due(row: Contract, decide_by: date) -> datetime:
    """Close of business on the day by which a renewal must begin; for one found too late, of the next business day."""
    soonest = calendar_of(row).next_business_day(today())
    return chicago(max(decide_by, soonest), CLOSING_HOUR)


def _stop_decided(day: date) -> int:
    """Stop the clocks of contracts that are not to be asked about any more: ended, or decided about by another way."""
    open_for = {int(pk) for pk in queries.asked().values_list("subject_id", flat=True)}
    running = queries.running(Contract.objects.filter(pk__in=open_for), day)
    keep = set(queries.undecided(running).values_list("pk", flat=True))
    ended = open_for - set(running.values_list("pk", flat=True))
    stopped = 0
    for pk in sorted(open_for - keep):
        with transaction.atomic():
            row = Contract.objects.select_for_update(of=("self",)).get(pk=pk)
            outcome = "ended" if pk in ended else "decided"
            stopped += clocks.stop(row, queries.RULE, outcome) is not None
    return stopped


def on_drafted(contract: Contract, amendment: Amendment, actor: Actor) -> None:
    """An amendment of the term is on its way: nothing is asked any more, and a decision to let it end is over. Inside its action."""
    if amendment.kind not in queries.MOVES_THE_END:
        return
    clocks.stop(contract, queries.RULE, "drafted", actor)
    decision = queries.decision_of(contract, figures(contract).ends_on)
    if decision is not None:
        why = _("Amendment %(number)s moves the last day.") % {"number": amendment.number}
        _end_decision(decision, contract, actor, why, by=amendment.made_by_id)


@transaction.atomic
def let_end(*, actor: Actor, contract_id: int, why: str) -> EndDecision:
    """Decide that a contract ends on its last day, for a reason the organization reads now.

    Raises Invalid without a reason, Refused for other people and while an amendment of the term or a renewal is open, Conflict
    when it has ended or this was decided already.
    """
    contract, ends_on = _held(actor, contract_id)
    if not why.strip():
        raise Invalid({"why": [_("Say why. The organization reads it.")]})
    if contract.status != ContractState.SIGNED or ends_on is None or ends_on < today():
        raise Conflict(_("This contract is not running any more."), contract)
    found = queries.decision_of(contract, ends_on)
    if found is not None:
        raise Conflict(_("%(name)s decided this already.") % {"name": found.decided_by.name}, found)
    moving = contract.amendments.filter(kind__in=queries.MOVES_THE_END, status__in=queries.OPEN).first()
    if moving is not None:
        raise Refused(_("Amendment %(number)s of its term is on its way. Drop it first.") % {"number": moving.number})
    item = RenewalItem.objects.filter(
        contract=contract, status__in=queries.OPEN_ITEM, batch__kind__in=queries.MOVES_THE_END
    )
    for open_item in item.select_related("batch")[:1]:
        raise Refused(_("It stands in the batch “%(batch)s”. Drop it there first.") % {"batch": open_item.batch.title})
    decision = EndDecision.objects.create(
        contract=contract, ends_on=ends_on, why=why.strip(), decided_by_id=actor.user_id
    )
    clocks.stop(contract, queries.RULE, "let_end", actor)
    record(actor, "contract.let_end", contract, after={"ends_on": str(ends_on)}, why=why.strip(), law=queries.POLICY)
    _tell(EndDecided, decision, contract, actor, why.strip())
    return decision


@transaction.atomic
def take_back(*, actor: Actor, contract_id: int, why: str) -> EndDecision:
    """Take back the decision that a contract ends, for a reason the organization reads. It is asked about again.

    Raises Invalid without a reason, Refused, Conflict when no decision stands.
    """
    contract, ends_on = _held(actor, contract_id)
    decision = queries.decision_of(contract, ends_on)
    if decision is None:
        raise Conflict(_("No decision that it ends stands any more."), contract)
    if not why.strip():
        raise Invalid({"why": [_("Say why. The organization reads it.")]})
    _end_decision(decision, contract, actor, why.strip())
    day = today()
    starts = queries.Starts([contract.department_id], day)
    if ends_on is not None and ends_on >= day and starts.of(contract, ends_on)["start_on"] <= day:
        _ask(contract.pk, starts, {}, day)
    _tell(EndTakenBack, decision, contract, actor, why.strip())
    return decision


def _end_decision(decision: EndDecision, contract: Contract, actor: Actor, why: str, *, by: int | None = None) -> None:
    decision.taken_back_at, decision.taken_back_why = now(), why
    decision.taken_back_by_id = by if by is not None else actor.user_id
    decision.save(update_fields=["taken_back_at", "taken_back_by", "taken_back_why"])
    record(actor, "contract.let_end_taken_back", contract, before={"ends_on": str(decision.ends_on)}, why=why)


def _held(actor: Actor, contract_id: int) -> tuple[Contract, date | None]:
    """The contract, locked, and its present last day. Raises Refused for whoever does not prepare its department's contracts."""
    contract = found_or_404(internal(actor).select_for_update(of=("self",)), pk=contract_id)
    if not actor.can("solicitations.prepare_contract"):
        raise Refused(_("Whether a contract ends is decided by program officers and procurement officers."))
    contract_of_own_department(contract, actor)
    return contract, figures(contract).ends_on


def _tell(notice: type[OfEnd], decision: EndDecision, contract: Contract, actor: Actor, why: str) -> None:
    """Tell the organization that signed; an import may name none."""
    told = notice(
        decision_id=decision.pk, ends_on=decision.ends_on, by=actor.label, why=why, number=contract.number,
        title=contract.title, url=reverse("solicitations:our-contract", args=[contract.pk]),
    )  # fmt: skip
    for part in contract.participants.filter(part=ParticipantPart.PRIME):
        send(told, to=recipients.organization(part.organization_id, TOLD, contract.scopes))
