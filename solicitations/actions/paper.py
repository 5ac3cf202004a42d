"""The document that is signed: frozen, made into a PDF in the background, and replaced only by voiding it openly."""

from __future__ import annotations

from dataclasses import replace

from django.db import transaction
from django.db.models import Max
from django.urls import reverse
from django.utils.translation import gettext as _

from procurement_portal.clocks import actions as clocks
from procurement_portal.documents import actions as documents
from procurement_portal.history.record import record
from procurement_portal.letters.contract import contract_pdf
from procurement_portal.notifications import recipients
from procurement_portal.notifications.send import send
from procurement_portal.outbox.intents import enqueue
from procurement_portal.people.access import found_or_404
from procurement_portal.people.actor import Actor
from procurement_portal.time.clock import now
from procurement_portal.web.refusal import Conflict, Invalid, Refused
from solicitations.actions.execution import BRINGERS, SIGNERS, STEP_CLOCK, sign_url, wait
from solicitations.models.contract import Amendment, Contract
from solicitations.models.execution import ContractPaper, ContractStep
from solicitations.notifications.contract import PaperVoided
from solicitations.queries.contract import internal, prime_id, signatures, standing_paper
from solicitations.queries.paper import content, text_of
from solicitations.queries.version import digest
from solicitations.states import AmendmentState, ContractState, ContractStepKind
from solicitations.workflow.contract import SIGNING, contract_of_own_department

MAKE_PDF, MAKE_COPY = "solicitations.contract_paper", "solicitations.contract_signed_copy"
_SYSTEM = Actor.system("document of a contract")


def make_paper(
    contract: Contract, actor: Actor, amendment: Amendment | None = None, *, by: int | None = None
) -> ContractPaper:
    """Freeze what is to be signed and have its PDF made. `by` is the officer it is made for where the portal acts.

    Inside the action that makes the contract, drafts the amendment or voids the document before it.
    """
    before = ContractPaper.objects.filter(contract=contract, amendment=amendment).aggregate(last=Max("number"))["last"]
    told = content(contract, amendment, (before or 0) + 1)
    paper = ContractPaper.objects.create(
        contract=contract, amendment=amendment, number=told["document"], content=told, content_sha256=digest(told),
        made_by_id=by if by is not None else actor.user_id,
    )  # fmt: skip
    record(actor, "contract_paper.make", paper, after={"number": paper.number, "content_sha256": paper.content_sha256})
    enqueue(MAKE_PDF, key=f"{MAKE_PDF}:{paper.pk}", paper_id=paper.pk)
    return paper


def make_pdf(*, paper_id: int) -> None:
    """In the background: the PDF of a document that has none. Right when it runs twice."""
    with transaction.atomic():
        paper = ContractPaper.objects.select_for_update(of=("self",)).get(pk=paper_id)
        if paper.file_id is not None:
            return
        name = f"{paper.content['number']}-{paper.content['amendment']}-{paper.number}.pdf"
        paper.file = documents.receive(_SYSTEM, contract_pdf(text_of(paper)), name=name)
        paper.sha256 = paper.file.sha256
        paper.save(update_fields=["file", "sha256"])
        record(_SYSTEM, "contract_paper.pdf", paper, after={"sha256": paper.sha256})


def make_signed_copy(*, paper_id: int) -> None:
    """In the background: the signed document with its page of signatures. Right when it runs twice."""
    with transaction.atomic():
        paper = ContractPaper.objects.select_for_update(of=("self",)).get(pk=paper_id)
        if paper.signed_copy_id is not None:
            return
        name = f"{paper.content['number']}-{paper.content['amendment']}-signed.pdf"
        paper.signed_copy = documents.receive(_SYSTEM, contract_pdf(text_of(paper, signatures(paper))), name=name)
        paper.save(update_fields=["signed_copy"])
        record(_SYSTEM, "contract_paper.signed_copy", paper, after={"sha256": paper.signed_copy.sha256})


@transaction.atomic
def replace_paper(
    *,
    actor: Actor,
    contract_id: int,
    why: str,
    title: str | None = None,
    conditions: str | None = None,
    amendment_id: int | None = None,
) -> ContractPaper:
    """Void the standing document openly, with its signatures, and make a new one; both sides are told why.

    `title` and `conditions` change the contract's own (not an amendment's). Raises Invalid without a reason, Refused,
    Conflict when it is executed or ended.
    """
    contract = found_or_404(internal(actor).select_for_update(of=("self",)), pk=contract_id)
    if not actor.can("solicitations.prepare_contract"):
        raise Refused(_("A contract is prepared by program officers and procurement officers."))
    contract_of_own_department(contract, actor)
    amendment = found_or_404(contract.amendments.select_related(), pk=amendment_id) if amendment_id else None
    open_states: tuple[str, ...] = (ContractState.DRAFT, ContractState.IN_SIGNATURE)
    if amendment is not None:
        open_states = (AmendmentState.DRAFT, AmendmentState.IN_SIGNATURE)
    if (amendment or contract).status not in open_states:
        raise Conflict(_("What is signed by both sides is changed by an amendment alone."), contract)
    problems: dict[str, list[str]] = {}
    if not why.strip():
        problems["why"] = [_("Say why the document is replaced. Both sides read it.")]
    if title is not None and not title.strip():
        problems["title"] = [_("Give it a title.")]
    if problems:
        raise Invalid(problems)
    if amendment is None:
        _change(contract, actor, title, conditions, why)
    void(contract, actor, why.strip(), amendment)
    return make_paper(contract, actor, amendment)


def _change(contract: Contract, actor: Actor, title: str | None, conditions: str | None, why: str) -> None:
    before = {"title": contract.title, "conditions": contract.terms.get("conditions", "")}
    after = {
        "title": before["title"] if title is None else title.strip(),
        "conditions": before["conditions"] if conditions is None else conditions.strip(),
    }
    if before != after:
        law = ContractStep.objects.filter(contract=contract, amendment=None, kind=ContractStepKind.LAW)
        if law.filter(done_at__isnull=False).exists():
            raise Refused(_("The law review has passed this text: it does not change any more before it is signed."))
        contract.title = after["title"]
        contract.terms = {**contract.terms, "conditions": after["conditions"]}
        contract.lock += 1
        contract.save(update_fields=["title", "terms", "lock"])
        record(actor, "contract.change", contract, before=before, after=after, why=why.strip())


def void(
    contract: Contract, actor: Actor, why: str, amendment: Amendment | None = None, *, by: int | None = None
) -> ContractPaper | None:
    """Void the standing document: its signatures no longer count and are asked for again, days going on. The contract is locked.

    `by` is the officer it is voided for where the portal acts.
    """
    paper = standing_paper(contract, amendment)
    if paper is None:
        return None
    given = paper.signatures.count()
    paper.voided_at, paper.voided_why = now(), why
    paper.voided_by_id = by if by is not None else actor.user_id
    paper.save(update_fields=["voided_at", "voided_by", "voided_why"])
    record(actor, "contract_paper.void", paper, after={"signatures": given}, why=why)
    if given:
        _ask_again(contract, actor, amendment)
    told = PaperVoided(
        paper_id=paper.pk, by=actor.label, why=why, signatures=given, number=contract.number, title=contract.title,
        url=sign_url(contract, amendment, ours=True),
    )  # fmt: skip
    send(told, to=recipients.organization(prime_id(contract), (*BRINGERS, *SIGNERS), contract.scopes))
    if given:
        url = reverse("solicitations:contract", args=[contract.number])
        officers = recipients.department(contract.department_id, ["program_officer", "procurement_officer"])
        send(replace(told, url=url), to=officers)
    return paper


def _ask_again(contract: Contract, actor: Actor, amendment: Amendment | None) -> None:
    """A signature on a voided document is asked for again; its step was opened once and its deadline stays."""
    signing = ContractStep.objects.filter(contract=contract, amendment=amendment, kind__in=SIGNING)
    for step in signing.filter(opened_at__isnull=False).select_related("desk", "amendment", "organization"):
        if step.done_at is None:
            clocks.stop(step, STEP_CLOCK, "voided", actor)  # not its turn any more
            continue
        step.outcome, step.why, step.done_at, step.done_by = "", "", None, None
        step.save(update_fields=["outcome", "why", "done_at", "done_by"])
        record(actor, "contract_step.again", step, after={"kind": step.kind}, why="the document was voided")
        wait(contract, step, actor)
