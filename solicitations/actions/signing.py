"""Sign a contract or an amendment: who may, in which order, on which hashes; the last signature executes it.

Uniform Electronic Transactions Act, 815 ILCS 333: a signature is a name typed with the intent to sign, kept with the record.
"""

from __future__ import annotations

from dataclasses import replace

from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _

from procurement_portal import events
from procurement_portal.history.record import record, witness
from procurement_portal.notifications import recipients
from procurement_portal.notifications.send import send
from procurement_portal.outbox.intents import enqueue
from procurement_portal.people.access import found_or_404
from procurement_portal.people.actor import Actor
from procurement_portal.people.proof import need_second_factor
from procurement_portal.standing.queries import may_be_awarded
from procurement_portal.time.clock import today
from procurement_portal.vault.sealing import SealBroken
from procurement_portal.web.refusal import Conflict, Invalid, Refused
from procurement_portal.workflow import advance, who_may
from solicitations.actions.execution import finish, sign_url
from solicitations.actions.paper import MAKE_COPY
from solicitations.events import AmendmentInForce, ContractExecuted
from solicitations.models.contract import Amendment, Contract
from solicitations.models.execution import ContractPaper, ContractStep, Signature
from solicitations.notifications.contract import Executed, Signed
from solicitations.queries import execution as steps
from solicitations.queries.contract import internal, own, prime_id, signatures, standing_paper
from solicitations.queries.paper import stored_sha256
from solicitations.queries.version import digest
from solicitations.states import AmendmentKind, Side, StepOutcome
from solicitations.workflow.award import legislature_approved
from solicitations.workflow.contract import AMENDMENT, CONTRACT, contract_of_own_department

ORGANIZATION_PEOPLE = ("administrator", "signatory", "preparer", "finance")
OFFICERS = ("program_officer", "procurement_officer")


class NotASigner(Refused):
    """Somebody who may read the document tried to sign it without being authorized; the attempt is kept."""


def intent_text(side: str, body: str, number: str) -> str:
    """What a signer declares. `body` is the organization or department signed for."""
    if side == Side.ORGANIZATION:
        return _(
            "I am authorized to sign for %(body)s. I have read this document. By typing my name I sign %(number)s and agree"
            " that %(body)s is bound by it."
        ) % {"body": body, "number": number}
    return _(
        "I am authorized to sign for the %(body)s. I have read this document. By typing my name I sign %(number)s for the"
        " government."
    ) % {"body": body, "number": number}


def sign(
    *, actor: Actor, contract_id: int, amendment: int, typed_name: str, title: str, agreed: bool, sha256: str
) -> Signature:
    """Sign the standing document of a contract (amendment 0) or of one of its amendments.

    `sha256` is the document's as the signer was shown it. Raises Invalid at fields; Refused for whoever is not authorized
    (witnessed), is not due yet, or when what is stored is no longer what was made; Conflict when somebody was faster or the
    document was replaced meanwhile.
    """
    try:
        with transaction.atomic():
            return _sign(actor, contract_id, amendment, typed_name, title, agreed, sha256)
    except NotASigner as refused:
        contract = found_or_404(_seen(actor), pk=contract_id)
        witness(actor, "contract.sign_refused", contract, why=refused.reason)
        raise


def _seen(actor: Actor):  # type: ignore[no-untyped-def]
    return own(actor) if actor.organization_id is not None else internal(actor)


def _sign(
    actor: Actor, contract_id: int, number: int, typed_name: str, title: str, agreed: bool, sha256: str
) -> Signature:
    contract = found_or_404(_seen(actor).select_for_update(of=("self",)), pk=contract_id)
    amendment = found_or_404(contract.amendments.all(), number=number) if number else None
    side = _side(actor, contract)
    need_second_factor(actor)
    paper = standing_paper(contract, amendment)
    if paper is None:
        raise Conflict(_("There is no document to sign."), contract)
    step = _due(contract, amendment, side, paper)
    if paper.sha256 != sha256:
        raise Conflict(_("The document was replaced since you read it. Read the new one before you sign."), paper)
    _unchanged(contract, paper)
    _check_words(actor, typed_name, title, agreed)
    _may_be_signed(contract, amendment)
    if paper.signatures.filter(signed_by_id=actor.user_id).exists():
        raise Refused(_("You have signed this document already; the other side needs another person."))
    body = contract.department.name if side == Side.DEPARTMENT else actor.organization_name
    signature = Signature.objects.create(
        paper=paper, order=paper.signatures.count() + 1, side=side, signed_by_id=actor.user_id,
        typed_name=" ".join(typed_name.split()), title=title.strip(), content_sha256=paper.content_sha256,
        intent=intent_text(side, body, _named(contract, amendment)), sha256=paper.sha256,
    )  # fmt: skip
    signature.refresh_from_db()
    record(
        actor, "contract.sign", contract, law="815 ILCS 333",
        after={"side": str(side), "document": paper.number, "amendment": number, "sha256": paper.sha256},
    )  # fmt: skip
    step.contract = contract
    finish(step, StepOutcome.PASSED, actor)
    if set(Side.values) <= {s.side for s in signatures(paper)}:
        _execute(contract, amendment, paper, signature)
    else:
        _tell_signed(contract, amendment, signature, side)
    return signature


def _side(actor: Actor, contract: Contract) -> Side:
    """For whom this actor signs. Raises NotASigner for anybody who is not authorized."""
    side = Side.ORGANIZATION if actor.organization_id is not None else Side.DEPARTMENT
    permission = "contracts.sign" if side == Side.ORGANIZATION else "solicitations.sign_contract"
    here = actor.within(contract.scopes) if side == Side.ORGANIZATION else actor
    if actor.user_id is None or not here.can(permission):
        raise NotASigner(_("Signing is for %(who)s.") % {"who": who_may(permission)})
    if side == Side.DEPARTMENT:
        try:
            contract_of_own_department(contract, actor)
        except Refused as refused:
            raise NotASigner(refused.reason) from refused
    return side


def _due(contract: Contract, amendment: Amendment | None, side: Side, paper: ContractPaper) -> ContractStep:
    """The open step of this side. Raises Conflict when a colleague was faster, Refused when the other side signs first."""
    given = {s.side: s for s in signatures(paper)}
    if side in given:
        faster = given[side]
        raise Conflict(_("%(name)s has signed already.") % {"name": faster.typed_name}, faster)
    step = steps.turn(steps.steps(contract, amendment))
    if step is None:
        waiting = [str(s.get_kind_display()) for s in steps.steps(contract, amendment) if s.done_at is None]
        raise Refused(_("It cannot be signed yet. Still open: %(steps)s.") % {"steps": ", ".join(waiting)})
    if steps.side_of(step.kind) != side:
        raise Refused(_("%(first)s signs first.") % {"first": Side(steps.side_of(step.kind)).label})
    return step


def _unchanged(contract: Contract, paper: ContractPaper) -> None:
    """What is signed is what was made: content and stored file still have their hashes, and every signature names them."""
    if paper.file is None or not paper.file.is_released:
        raise Refused(_("The document is still being made. Look again in a minute."))
    try:
        stored = stored_sha256(paper.file)
    except SealBroken:
        stored = ""
    same = digest(paper.content) == paper.content_sha256 and stored == paper.sha256
    signed = all((s.sha256, s.content_sha256) == (paper.sha256, paper.content_sha256) for s in signatures(paper))
    if not (same and signed):
        raise Refused(
            _(
                "The stored document is not the one that was made for signing. Nothing was signed. Its preparer replaces it."
            )
        )


def _check_words(actor: Actor, typed_name: str, title: str, agreed: bool) -> None:
    problems: dict[str, list[str]] = {}
    if not agreed:
        problems["agreed"] = [_("Confirm that you sign.")]
    if " ".join(typed_name.split()).casefold() != " ".join(actor.name.split()).casefold():
        problems["typed_name"] = [_("Type your name as it stands in your account: %(name)s.") % {"name": actor.name}]
    if not title.strip():
        problems["title"] = [_("Enter your title, such as Executive Director.")]
    if problems:
        raise Invalid(problems)


def _may_be_signed(contract: Contract, amendment: Amendment | None) -> None:
    """Asked at each signature: nothing keeps the organization from it, and the legislature approved where it must."""
    standing = may_be_awarded(prime_id(contract), today())
    if not standing.ok:
        ground = standing.grounds[0]
        raise Refused(
            _("This organization may not be awarded: %(ground)s.") % {"ground": ground.ground}, ground.citation
        )
    if contract.award is not None and amendment is None:
        legislature_approved(contract.award, Actor.system("signing"))
    if amendment is not None and amendment.kind == AmendmentKind.RENEWAL and contract.renewals_left == 0:
        raise Refused(_("No renewal is left on this contract."))


def _execute(contract: Contract, amendment: Amendment | None, paper: ContractPaper, last: Signature) -> None:
    system = Actor.system("the last signature")
    if amendment is None:
        contract.signed_at = last.signed_at
        contract.lock += 1
        contract.save(update_fields=["signed_at", "lock"])
        advance(CONTRACT, contract, "execute", actor=system, sha256=paper.sha256)
        events.publish(ContractExecuted(contract_id=contract.pk, award_id=contract.award_id))
    else:
        by_side = {s.side: s.signed_by_id for s in signatures(paper)}
        amendment.signed_at = last.signed_at
        amendment.signed_for_organization_by_id = by_side[Side.ORGANIZATION]
        amendment.signed_for_department_by_id = by_side[Side.DEPARTMENT]
        amendment.save(update_fields=["signed_at", "signed_for_organization_by", "signed_for_department_by"])
        advance(AMENDMENT, amendment, "execute", actor=system, sha256=paper.sha256)
        if amendment.kind == AmendmentKind.RENEWAL:
            Contract.objects.filter(pk=contract.pk).update(renewals_left=F("renewals_left") - 1)
        events.publish(AmendmentInForce(amendment_id=amendment.pk, contract_id=contract.pk))
    enqueue(MAKE_COPY, key=f"{MAKE_COPY}:{paper.pk}", paper_id=paper.pk)
    told = Executed(
        paper_id=paper.pk,
        amendment=amendment.number if amendment else 0,
        signed_at=last.signed_at,
        number=contract.number,
        title=contract.title,
    )
    ours = replace(told, url=reverse("solicitations:our-contract", args=[contract.pk]))
    send(ours, to=recipients.organization(prime_id(contract), ORGANIZATION_PEOPLE, contract.scopes))
    theirs = replace(told, url=reverse("solicitations:contract", args=[contract.number]))
    send(theirs, to=recipients.department(contract.department_id, OFFICERS))


def _tell_signed(contract: Contract, amendment: Amendment | None, signature: Signature, side: Side) -> None:
    """The side that did not sign yet is told; whoever signs next got their own notice from the step."""
    told = Signed(
        signature_id=signature.pk, by=signature.typed_name, signed_at=signature.signed_at, number=contract.number,
        title=contract.title, url=sign_url(contract, amendment, ours=side == Side.DEPARTMENT),
    )  # fmt: skip
    if side == Side.ORGANIZATION:
        send(told, to=recipients.department(contract.department_id, OFFICERS))
    else:
        send(told, to=recipients.organization(prime_id(contract), ORGANIZATION_PEOPLE, contract.scopes))


def _named(contract: Contract, amendment: Amendment | None) -> str:
    if amendment is None:
        return _("contract %(number)s") % {"number": contract.number}
    return _("amendment %(amendment)s to contract %(number)s") % {
        "amendment": amendment.number,
        "number": contract.number,
    }
