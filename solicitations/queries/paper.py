"""What a contract's document says: frozen as plain data, hashed, and given to the letter."""

from __future__ import annotations

import hashlib
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext

from procurement_portal.documents import storage
from procurement_portal.documents.access import Reading
from procurement_portal.documents.models import File
from procurement_portal.letters.contract import BudgetLine, ContractText, Party, SignedBy
from procurement_portal.people.actor import Actor
from procurement_portal.web.community_areas import COMMUNITY_AREAS
from solicitations.models.contract import Amendment, Contract
from solicitations.models.execution import ContractPaper, Signature
from solicitations.queries.contract import figures, internal, own, participants
from solicitations.states import ParticipantPart, Side

AREA_NAMES = {area.number: area.name for area in COMMUNITY_AREAS}


def content(contract: Contract, amendment: Amendment | None, number: int) -> dict[str, Any]:
    """The document as plain data, money in cents: what its hash is taken over (`version.digest`)."""
    now = figures(contract)
    change = amendment.amount_change if amendment else Decimal(0)
    amount = now.amount + change if amendment else contract.original_amount
    ends_on = (amendment.new_ends_on or now.ends_on) if amendment else contract.ends_on
    assert contract.starts_on is not None and ends_on is not None
    return {
        "document": number,
        "number": contract.number,
        "title": contract.title,
        "amendment": amendment.number if amendment else 0,
        "kind": amendment.kind if amendment else "",
        "jurisdiction": contract.department.jurisdiction,
        "department": contract.department.name,
        "parties": [
            {
                "organization": p.organization_id,
                "name": p.organization.name,
                "part": p.part,
                "share_percent": None if p.share_percent is None else f"{p.share_percent.normalize():f}",
            }
            for p in participants(contract)
        ],
        "reason": amendment.reason if amendment else "",
        "scope": amendment.scope_change if amendment else str(contract.terms.get("scope", "")),
        "conditions": "" if amendment else str(contract.terms.get("conditions", "")),
        "budget": [] if amendment else list(contract.terms.get("budget", [])),
        "amount_cents": _cents(amount),
        "change_cents": _cents(change),
        "starts_on": contract.starts_on.isoformat(),
        "ends_on": ends_on.isoformat(),
        "areas": list(contract.areas),
        "renewals": contract.renewals_left,
        "renewal_months": contract.renewal_months or 0,
        "solicitation": contract.solicitation.number if contract.solicitation else "",
    }


def text_of(paper: ContractPaper, signatures: list[Signature] | None = None) -> ContractText:
    """The same for the letter; with the signatures it is the signed copy."""
    told = paper.content
    parties = [Party(gettext("Buyer"), told["department"])]
    for party in told["parties"]:
        share = f"{party['share_percent']} %" if party["share_percent"] else ""
        parties.append(Party(str(ParticipantPart(party["part"]).label), party["name"], share))
    return ContractText(
        number=told["number"],
        title=told["title"],
        amendment=told["amendment"],
        version=told["document"],
        jurisdiction=told["jurisdiction"],
        department=told["department"],
        made_at=paper.made_at,
        parties=parties,
        reason=told["reason"],
        scope=told["scope"],
        conditions=told["conditions"],
        budget=[BudgetLine(b["label"], dollars(b["cents"]), b.get("why", "")) for b in told["budget"]],
        amount=dollars(told["amount_cents"]),
        change=dollars(told["change_cents"]),
        starts_on=date.fromisoformat(told["starts_on"]),
        ends_on=date.fromisoformat(told["ends_on"]),
        areas=[AREA_NAMES[number] for number in told["areas"]],
        renewals=told["renewals"],
        renewal_months=told["renewal_months"],
        solicitation=told["solicitation"],
        content_sha256=paper.content_sha256,
        document_sha256=paper.sha256 if signatures else "",
        signatures=[
            SignedBy(str(Side(s.side).label), s.typed_name, s.title, s.intent, s.signed_at) for s in signatures or []
        ],
    )


def stored_sha256(file: File) -> str:
    """The SHA-256 of what is really stored, read whole. Raises SealBroken when the stored bytes were changed."""
    found = hashlib.sha256()
    for piece in storage.pieces(file):
        found.update(piece)
    return found.hexdigest()


def dollars(cents: int) -> Decimal:
    """Cents as dollars."""
    return Decimal(cents).scaleb(-2)


def _cents(amount: Decimal) -> int:
    return int(amount.scaleb(2))


def reading(actor: Actor, file: File) -> Reading:
    """A contract's document is read by whoever sees the contract, on both sides; not by the public, which has the page."""
    paper = ContractPaper.objects.filter(file=file).first() or ContractPaper.objects.filter(signed_copy=file).first()
    if paper is None:
        return Reading.NO
    if own(actor).filter(pk=paper.contract_id).exists():
        return Reading.YES
    if not internal(actor).filter(pk=paper.contract_id).exists():
        return Reading.NO
    officer = actor.is_system or actor.can_as_officer("solicitations.view_internal")
    return Reading.YES if officer else Reading.WITNESSED
