"""A contract or an amendment as a letter: parties, scope, budget, term, who signs, and the hashes that are signed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.utils import translation
from django.utils.translation import gettext

from procurement_portal.letters.frame import frame, made
from procurement_portal.letters.render import render
from procurement_portal.web import words


@dataclass(frozen=True)
class Party:
    """An organization or department in the contract: its part in words, its name, its share in percent or ""."""

    part: str
    name: str
    share: str = ""


@dataclass(frozen=True)
class BudgetLine:
    """One line of the budget; `amount` in dollars."""

    label: str
    amount: Decimal
    why: str = ""


@dataclass(frozen=True)
class SignedBy:
    """A signature that was given."""

    side: str
    name: str
    title: str
    intent: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class ContractText:
    """Everything the document says. Amounts in dollars. `amendment` 0 is the contract itself.

    `document_sha256` is empty in the document that is signed: no file holds its own hash. The signed copy names it.
    """

    number: str
    title: str
    amendment: int
    version: int
    jurisdiction: str
    department: str
    made_at: datetime
    parties: Sequence[Party]
    reason: str  # of an amendment
    scope: str
    conditions: str
    budget: Sequence[BudgetLine]
    amount: Decimal  # in force once this is signed
    change: Decimal  # by an amendment
    starts_on: date
    ends_on: date
    areas: Sequence[str]
    renewals: int
    renewal_months: int
    solicitation: str
    content_sha256: str
    document_sha256: str = ""
    signatures: Sequence[SignedBy] = ()


def contract_pdf(text: ContractText, language: str = "en") -> bytes:
    """The document as tagged PDF in this language, with its page of signatures where there are some.

    In the background worker only. The same text gives the same bytes. Raises LetterFailed.
    """
    with translation.override(language):
        return render("contract", contract_data(text), made_at=text.made_at)


def contract_data(text: ContractText) -> dict[str, object]:
    """What the template is given, in the active language."""
    title = gettext("Contract %(number)s") % {"number": text.number}
    if text.amendment:
        title = gettext("Amendment %(amendment)s to contract %(number)s") % {
            "amendment": text.amendment,
            "number": text.number,
        }
    version = gettext("Document %(version)s of %(title)s") % {"version": text.version, "title": title}
    return {
        "frame": frame(title, jurisdiction=text.jurisdiction, department=text.department, foot=version),
        "made": made(text.made_at),
        "subject": text.title,
        "facts": _facts(text),
        "words": {
            "parties": gettext("Parties"),
            "part": gettext("Part"),
            "name": gettext("Name"),
            "share": gettext("Share"),
            "reason": gettext("Reason for the amendment"),
            "scope": gettext("What changes in the scope of services")
            if text.amendment
            else gettext("Scope of services"),
            "conditions": gettext("Conditions"),
            "budget": gettext("Budget"),
            "line": gettext("Line"),
            "amount": gettext("Amount"),
            "for": gettext("For"),
            "total": gettext("Total"),
            "signatures": gettext("Signatures"),
            "to_sign": gettext(
                "The parties sign electronically, in this order. Each types their name and confirms this hash:"
            ),
            "content": gettext("SHA-256 of the content"),
            "document": gettext("SHA-256 of the document that was signed"),
        },
        "parties": [{"part": p.part, "name": p.name, "share": p.share} for p in text.parties],
        "reason": _lines(text.reason),
        "scope": _lines(text.scope),
        "conditions": _lines(text.conditions),
        "budget": [{"label": b.label, "amount": words.money(b.amount), "why": b.why} for b in text.budget],
        "total": words.money(sum((b.amount for b in text.budget), Decimal(0))),
        "content_sha256": text.content_sha256,
        "document_sha256": text.document_sha256,
        "places": [gettext("For the organization"), gettext("For the department")],
        "signatures": [
            {
                "side": s.side,
                "facts": [
                    [gettext("Signed by"), f"{s.name}, {s.title}"],
                    [gettext("When"), words.exact(s.at)],
                    [gettext("Intent"), s.intent],
                ],
            }
            for s in text.signatures
        ],
    }


def _facts(text: ContractText) -> list[list[str]]:
    term = gettext("%(start)s to %(end)s") % {"start": words.day(text.starts_on), "end": words.day(text.ends_on)}
    facts = [[gettext("For"), text.title]]
    if text.amendment:
        if text.change:
            facts.append([gettext("Change of the amount"), words.money(text.change, gettext("less"))])
        facts.append([gettext("Amount with this amendment"), words.money(text.amount)])
        facts.append([gettext("Term with this amendment"), term])
    else:
        facts.append([gettext("Amount"), words.money(text.amount)])
        facts.append([gettext("Term"), term])
        if text.renewals:
            renewals = gettext("%(count)s renewals of %(months)s months each")
            facts.append([gettext("Renewals"), renewals % {"count": text.renewals, "months": text.renewal_months}])
    if text.areas:
        facts.append([gettext("Service areas"), ", ".join(text.areas)])
    if text.solicitation:
        facts.append([gettext("Solicitation"), text.solicitation])
    return facts


def _lines(text: str) -> list[str]:
    """Paragraphs of what people wrote."""
    return [" ".join(part.split()) for part in text.split("\n") if part.strip()]
