"""The ways of a contract and of an amendment, as tables."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from procurement_portal.people.actor import Actor
from procurement_portal.web.refusal import Refused
from procurement_portal.workflow import Transition, Workflow
from solicitations.models.contract import Amendment, Contract
from solicitations.models.execution import ContractPaper, ContractStep, Signature
from solicitations.models.solicitation import Solicitation
from solicitations.states import AmendmentState, ContractState, ContractStepKind, Side

C = ContractState
M = AmendmentState
SIGNING = (ContractStepKind.SIGN_ORG, ContractStepKind.SIGN_DEPT)


def contract_of_own_department(subject: Contract | Solicitation, actor: Actor) -> None:
    """A department keeps its own contracts; the Chief Procurement Officer acts for the whole jurisdiction."""
    if actor.is_system or actor.department_id == subject.department_id:
        return
    if "chief_procurement_officer" in actor.roles and actor.jurisdiction == subject.department.jurisdiction:
        return
    raise Refused(str(_("This belongs to another department.")))


def reviews_done(subject: Contract, actor: Actor) -> None:
    """Nobody signs before every check has passed."""
    _steps_done(ContractStep.objects.filter(contract=subject, amendment__isnull=True))


def _steps_done(steps: object) -> None:
    waiting = steps.filter(done_at__isnull=True).exclude(kind__in=SIGNING)  # type: ignore[attr-defined]
    if waiting.exists():
        names = ", ".join(str(ContractStepKind(kind).label) for kind in waiting.values_list("kind", flat=True))
        raise Refused(str(_("Still open: %(steps)s.") % {"steps": names}))


def both_signed(subject: Contract, actor: Actor) -> None:
    """Executed means signed by both sides on the document that stands."""
    _signed(ContractPaper.objects.filter(contract=subject, amendment__isnull=True))


def _signed(papers: object) -> None:
    standing = papers.filter(voided_at__isnull=True)  # type: ignore[attr-defined]
    sides = set(Signature.objects.filter(paper__in=standing).values_list("side", flat=True))
    if not set(Side.values) <= sides:
        raise Refused(str(_("Both sides have not signed yet.")))


CONTRACT = Workflow(
    name="contract",
    field="status",
    states=ContractState,
    initial=C.DRAFT,
    public={
        C.DRAFT: _("On its way to signature"),
        C.IN_SIGNATURE: _("Being signed"),
        C.SIGNED: _("Executed"),
        C.ABANDONED: _("Not signed"),
        C.ENDED: _("Ended"),
        C.TERMINATED: _("Terminated"),
    },
    transitions=(
        Transition(
            act="ask_signatures",
            source=(C.DRAFT,),
            target=C.IN_SIGNATURE,
            permission="",  # follows from the last check
            label=_("Every check has passed"),
            guards=(reviews_done,),
        ),
        Transition(
            act="back_to_draft",
            source=(C.IN_SIGNATURE,),
            target=C.DRAFT,
            permission="solicitations.prepare_contract",
            label=_("Take it out of signature"),
            guards=(contract_of_own_department,),
        ),
        Transition(
            act="execute",
            source=(C.IN_SIGNATURE,),
            target=C.SIGNED,
            permission="",  # follows from the last signature
            label=_("Both sides have signed"),
            guards=(both_signed,),
            irreversible=True,
        ),
        Transition(
            act="abandon",
            source=(C.DRAFT, C.IN_SIGNATURE),
            target=C.ABANDONED,
            permission="solicitations.prepare_contract",
            label=_("End it without signature"),
            guards=(contract_of_own_department,),
            irreversible=True,
        ),
        Transition(
            act="end",
            source=(C.SIGNED,),
            target=C.ENDED,
            permission="",  # its last day has passed
            label=_("The term has ended"),
        ),
    ),
    final=frozenset({C.ABANDONED, C.ENDED, C.TERMINATED}),
)


def amendment_of_own_department(subject: Amendment, actor: Actor) -> None:
    """As for the contract itself."""
    contract_of_own_department(subject.contract, actor)


def amendment_reviews_done(subject: Amendment, actor: Actor) -> None:
    """Nobody signs before every check has passed."""
    _steps_done(ContractStep.objects.filter(amendment=subject))


def amendment_signed(subject: Amendment, actor: Actor) -> None:
    """In force means signed by both sides on the document that stands."""
    _signed(ContractPaper.objects.filter(amendment=subject))


AMENDMENT = Workflow(
    name="amendment",
    field="status",
    states=AmendmentState,
    initial=M.DRAFT,
    public={
        M.DRAFT: _("On its way to signature"),
        M.IN_SIGNATURE: _("Being signed"),
        M.SIGNED: _("In force"),
        M.DROPPED: _("Dropped"),
    },
    transitions=(
        Transition(
            act="ask_signatures",
            source=(M.DRAFT,),
            target=M.IN_SIGNATURE,
            permission="",
            label=_("Every check has passed"),
            guards=(amendment_reviews_done,),
        ),
        Transition(
            act="execute",
            source=(M.IN_SIGNATURE,),
            target=M.SIGNED,
            permission="",
            label=_("Both sides have signed"),
            guards=(amendment_signed,),
            irreversible=True,
        ),
        Transition(
            act="drop",
            source=(M.DRAFT, M.IN_SIGNATURE),
            target=M.DROPPED,
            permission="solicitations.prepare_contract",
            label=_("Drop the amendment"),
            guards=(amendment_of_own_department,),
            irreversible=True,
        ),
    ),
    final=frozenset({M.SIGNED, M.DROPPED}),
)
