"""Draft an amendment of an executed contract; drop one. Its steps and signatures are those of a contract."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db import transaction
from django.db.models import Max
from django.urls import reverse
from django.utils.translation import gettext as _

from procurement_portal.history.record import record
from procurement_portal.law.calendar import months_after
from procurement_portal.notifications import recipients
from procurement_portal.notifications.send import send
from procurement_portal.people.access import found_or_404
from procurement_portal.people.actor import Actor
from procurement_portal.web.refusal import Conflict, Invalid, Refused
from procurement_portal.workflow import advance
from solicitations.actions import ending
from solicitations.actions.execution import BRINGERS, SIGNERS, lay_out, stop_steps
from solicitations.actions.paper import make_paper, void
from solicitations.models.contract import Amendment, Contract
from solicitations.models.protest import ProtestDetermination
from solicitations.notifications.contract import ContractEnded
from solicitations.queries.contract import Figures, figures, internal, prime_id
from solicitations.queries.ending import OPEN
from solicitations.states import AmendmentKind, ContractState, ParticipantPart
from solicitations.workflow.contract import AMENDMENT, CONTRACT, contract_of_own_department


@transaction.atomic
def draft(
    *,
    actor: Actor,
    contract_id: int,
    kind: str,
    reason: str,
    amount_change: Decimal = Decimal(0),
    new_ends_on: date | None = None,
    scope_change: str = "",
    by: int | None = None,
) -> Amendment:
    """Draft an amendment and send it on its way: checks, then both signatures. `amount_change` in dollars.

    `by` names the officer it is made for where the portal acts. Raises Invalid at fields, Refused, Conflict when the contract
    is not executed.
    """
    contract = found_or_404(internal(actor).select_for_update(of=("self",)), pk=contract_id)
    if not actor.can("solicitations.prepare_contract"):
        raise Refused(_("Amendments are prepared by program officers and procurement officers."))
    contract_of_own_department(contract, actor)
    if contract.status != ContractState.SIGNED:
        state = CONTRACT.public[ContractState(contract.status)]
        raise Conflict(_("This contract is “%(state)s”; only an executed one is amended.") % {"state": state}, contract)
    if not contract.participants.filter(part=ParticipantPart.PRIME).exists():
        raise Refused(_("This contract names no organization that could sign."))
    _check(contract, kind, reason, amount_change, new_ends_on, scope_change)
    last = contract.amendments.aggregate(last=Max("number"))["last"] or 0
    officer = by if by is not None else actor.user_id
    amendment = Amendment.objects.create(
        contract=contract, number=last + 1, kind=kind, amount_change=amount_change, new_ends_on=new_ends_on,
        scope_change=scope_change.strip(), reason=reason.strip(), made_by_id=officer,
    )  # fmt: skip
    record(
        actor, "amendment.draft", amendment, why=reason.strip(),
        after={"contract": contract.number, "kind": kind, "amount_change": str(amount_change), "new_ends_on": str(new_ends_on or "")},
    )  # fmt: skip
    make_paper(contract, actor, amendment, by=officer)
    lay_out(contract, actor, amendment)
    ending.on_drafted(contract, amendment, actor)
    return amendment


def _check(
    contract: Contract, kind: str, reason: str, amount_change: Decimal, new_ends_on: date | None, scope_change: str
) -> None:
    present = figures(contract)
    problems = problems_of_terms(contract, present, kind, amount_change, new_ends_on, scope_change)
    if not reason.strip():
        problems["reason"] = [_("Say why. Everybody reads it.")]
    if kind == AmendmentKind.RENEWAL:
        _check_renewal(contract, present.ends_on, new_ends_on, problems)
    if problems:
        raise Invalid(problems)


def problems_of_terms(
    contract: Contract, present: Figures, kind: str, amount_change: Decimal, new_ends_on: date | None, scope_change: str
) -> dict[str, list[str]]:
    """What is wrong with the terms of an amendment, by field; empty when they can stand."""
    problems: dict[str, list[str]] = {}
    if kind not in AmendmentKind.values:
        problems["kind"] = [_("Choose what it changes.")]
    if kind == AmendmentKind.AMOUNT and amount_change == 0:
        problems["amount_change"] = [_("Enter by how much the amount changes.")]
    if present.amount + amount_change < 0:
        problems["amount_change"] = [_("That is more than the contract has.")]
    if kind == AmendmentKind.SCOPE and not scope_change.strip():
        problems["scope_change"] = [_("Say what changes in the services.")]
    if kind in (AmendmentKind.TERM, AmendmentKind.RENEWAL) and new_ends_on is None:
        problems["new_ends_on"] = [_("Enter the new last day.")]
    if new_ends_on is not None and contract.starts_on is not None and new_ends_on < contract.starts_on:
        problems["new_ends_on"] = [_("That is before the contract starts.")]
    return problems


def _check_renewal(
    contract: Contract, ends_on: date | None, new_ends_on: date | None, problems: dict[str, list[str]]
) -> None:
    """A renewal takes an option that is left and not on its way already, for at most the months it was advertised with."""
    on_the_way = contract.amendments.filter(kind=AmendmentKind.RENEWAL, status__in=OPEN).count()
    if contract.renewals_left <= on_the_way:
        raise Refused(_("No renewal is left on this contract. It was advertised with a fixed number of them."))
    if new_ends_on is None or ends_on is None:
        return
    if new_ends_on <= ends_on:
        problems["new_ends_on"] = [_("A renewal ends after the present last day.")]
    elif contract.renewal_months and new_ends_on > months_after(ends_on, contract.renewal_months):
        problems["new_ends_on"] = [
            _("A renewal of this contract has at most %(months)s months.") % {"months": contract.renewal_months}
        ]


def extend_incumbent(*, determination_id: int) -> Amendment:
    """The chief procurement officer extended a contract while a protest is open: draft the amendment of its term.

    Inside the transaction of the determination. Raises what `draft` raises.
    """
    signed = ProtestDetermination.objects.get(pk=determination_id)
    assert signed.contract_id is not None
    return draft(
        actor=Actor.system("determination on a protest"), contract_id=signed.contract_id, kind=AmendmentKind.TERM,
        reason=signed.reasons, new_ends_on=signed.until, by=signed.signed_by_id,
    )  # fmt: skip


@transaction.atomic
def drop(*, actor: Actor, amendment_id: int, why: str) -> Amendment:
    """Drop an amendment that will not be signed, for a stated reason. Raises Invalid, Refused, Conflict."""
    found = Amendment.objects.filter(pk=amendment_id).values_list("contract_id", flat=True).first()
    contract = found_or_404(internal(actor).select_for_update(of=("self",)), pk=found or 0)
    amendment = Amendment.objects.get(pk=amendment_id)
    amendment.contract = contract
    if not why.strip():
        raise Invalid({"why": [_("Say why it is dropped. Both sides read it.")]})
    advance(AMENDMENT, amendment, "drop", actor=actor, why=why.strip())
    void(contract, actor, why.strip(), amendment)
    stop_steps(contract, "dropped", actor, amendment)
    told = ContractEnded(
        contract_id=contract.pk, amendment=amendment.number, by=actor.label, why=why.strip(), number=contract.number,
        title=contract.title, url=reverse("solicitations:our-contract", args=[contract.pk]),
    )  # fmt: skip
    send(told, to=recipients.organization(prime_id(contract), (*BRINGERS, *SIGNERS), contract.scopes))
    return amendment
