"""Who sees which contracts, and the figures of one: original, amendments, present amount and end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from procurement_portal.people.actor import Actor
from procurement_portal.people.scopes import DEPARTMENT
from solicitations.models.contract import Amendment, Contract, ContractParticipant
from solicitations.models.execution import ContractPaper, ContractStep, Signature
from solicitations.queries.awards import PUBLIC
from solicitations.queries.solicitation import ACROSS_DEPARTMENTS
from solicitations.states import AmendmentState, ContractState, ParticipantPart

ON_THE_WAY = (ContractState.DRAFT.value, ContractState.IN_SIGNATURE.value)
_PRIME = ContractParticipant.objects.filter(contract=OuterRef("pk"), part=ParticipantPart.PRIME)
_PARTICIPANTS = Prefetch("participants", ContractParticipant.objects.select_related("organization").order_by("pk"))


def internal(actor: Actor) -> QuerySet[Contract]:
    """Contracts in every state that this actor sees as staff: of the own department, those with a step at a desk of it, all of
    the jurisdiction for the offices that look across; for an auditor, those of an engagement in force today."""
    rows = Contract.objects.select_related("department")
    if actor.is_system:
        return rows
    reach = Q(pk__in=[])
    if actor.is_staff and actor.can_as_officer("solicitations.view_internal"):
        if actor.roles & ACROSS_DEPARTMENTS:
            reach = Q(department__jurisdiction=actor.jurisdiction)
        else:
            at_desk = ContractStep.objects.filter(contract=OuterRef("pk"), desk__department_id=actor.department_id)
            reach = Q(department_id=actor.department_id) | Q(Exists(at_desk))
    reach |= Q(department_id__in=actor.audited("department"))
    return rows.filter(reach | Exists(_PRIME.filter(organization_id__in=actor.audited("organization"))))


def own(actor: Actor) -> QuerySet[Contract]:
    """The contracts in every state in which the actor's organization is the prime contractor: all of them, or those that a
    role given for one contract or for one department's matters reaches."""
    rows = Contract.objects.select_related("department")
    if actor.organization_id is None:
        return rows.none()
    return rows.filter(_own(actor))


def _own(actor: Actor) -> Q:
    prime = Q(Exists(_PRIME.filter(organization_id=actor.organization_id)))
    if actor.can("contracts.view"):
        return prime
    one = Q(pk__in=actor.reached("contracts.view", "solicitations.contract"))
    return prime & (one | Q(department_id__in=actor.reached("contracts.view", DEPARTMENT)))


def visible(actor: Actor, *, mine: bool = False) -> QuerySet[Contract]:
    """What this actor may read in the API: executed contracts, and the own ones in every state (`mine`: these alone)."""
    rows = Contract.objects.select_related("department", "solicitation").prefetch_related(
        _PARTICIPANTS, Prefetch("amendments", Amendment.objects.filter(status=AmendmentState.SIGNED).order_by("number"))
    )
    seen = Q(pk__in=[]) if mine else Q(status__in=PUBLIC)
    if actor.organization_id is not None:
        seen |= _own(actor)
    return rows.filter(seen)


def executed(actor: Actor) -> QuerySet[Contract]:
    """Executed contracts, which everybody may read."""
    return visible(actor).filter(status__in=PUBLIC)


def listed(
    actor: Actor, *, state: str = "", department: int | None = None, text: str = "", ours: bool = False
) -> QuerySet[Contract]:
    """The list of contracts, newest first, with participants and open steps; three queries a page. An unknown state shows all."""
    rows = own(actor) if ours else internal(actor)
    if state in set(ContractState):
        rows = rows.filter(status=state)
    if department:
        rows = rows.filter(department_id=department)
    for word in text.split()[:8]:
        named = ContractParticipant.objects.filter(contract=OuterRef("pk"), organization__name__icontains=word)
        rows = rows.filter(
            Q(number__icontains=word) | Q(title__icontains=word) | Q(solicitation__number=word) | Exists(named)
        )
    waiting = ContractStep.objects.filter(opened_at__isnull=False, done_at__isnull=True).select_related(
        "desk__department", "organization"
    )
    return (
        rows.select_related("department", "solicitation")
        .prefetch_related(_PARTICIPANTS, Prefetch("steps", waiting, to_attr="waiting"), signed_amendments())
        .order_by("-made_at", "-pk")
    )


def signed_amendments() -> Prefetch:
    """Every signed amendment of a page of contracts, as `contract.in_force`."""
    return Prefetch(
        "amendments", Amendment.objects.filter(status=AmendmentState.SIGNED).order_by("number"), to_attr="in_force"
    )


def prime(contract: Contract) -> ContractParticipant:
    """The organization that signs. Raises DoesNotExist for an import without one."""
    return contract.participants.select_related("organization").get(part=ParticipantPart.PRIME)


def prime_id(contract: Contract) -> int:
    """The id of the organization that signs."""
    return ContractParticipant.objects.values_list("organization_id", flat=True).get(
        contract=contract, part=ParticipantPart.PRIME
    )


def participants(contract: Contract) -> list[ContractParticipant]:
    """Every organization in it, the prime contractor first."""
    return list(contract.participants.select_related("organization").order_by("pk"))


@dataclass(frozen=True)
class Line:
    """One line of the arithmetic: what, by how much, until when, and the sum after it."""

    what: str
    change: Decimal
    amount: Decimal
    ends_on: date | None
    amendment: Amendment | None = None


@dataclass(frozen=True)
class Figures:
    """Original, amendments in force, and what both make."""

    lines: tuple[Line, ...]

    @property
    def amount(self) -> Decimal:
        """The present amount in dollars."""
        return self.lines[-1].amount

    @property
    def ends_on(self) -> date | None:
        """The present last day."""
        return self.lines[-1].ends_on


def figures(contract: Contract, amendments: list[Amendment] | None = None) -> Figures:
    """The arithmetic of a contract: its original figures and each amendment in force, in order of number.

    `amendments` are the signed ones where they are known already; otherwise one query.
    """
    if amendments is None:
        amendments = list(contract.amendments.filter(status=AmendmentState.SIGNED).order_by("number"))
    amount, ends_on = contract.original_amount, contract.ends_on
    lines = [Line("", contract.original_amount, amount, ends_on)]
    for amendment in sorted(amendments, key=lambda a: a.number):
        amount += amendment.amount_change
        ends_on = amendment.new_ends_on or ends_on
        lines.append(Line("", amendment.amount_change, amount, ends_on, amendment))
    return Figures(tuple(lines))


def amendments(contract: Contract) -> list[Amendment]:
    """Every amendment in order, in every state."""
    return list(contract.amendments.select_related("made_by").order_by("number"))


def papers(contract: Contract, amendment: Amendment | None = None) -> QuerySet[ContractPaper]:
    """The documents of a contract or of one of its amendments, newest first, with who voided them."""
    rows = ContractPaper.objects.select_related("voided_by", "file__data_key__within", "signed_copy__data_key__within")
    return rows.filter(contract=contract, amendment=amendment).order_by("-number")


def standing_paper(contract: Contract, amendment: Amendment | None = None) -> ContractPaper | None:
    """The one document that can be signed now, if there is one."""
    return papers(contract, amendment).filter(voided_at__isnull=True).first()


def signatures(paper: ContractPaper) -> list[Signature]:
    """Who signed it, in order."""
    return list(paper.signatures.select_related("signed_by").order_by("order"))
