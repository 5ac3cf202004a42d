"""The contract's letter: tagged, titled, readable, with the budget as a table and the hashes; the signed copy names signatures."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pikepdf

from procurement_portal.letters.contract import BudgetLine, ContractText, Party, SignedBy, contract_data, contract_pdf
from tests.integration.letters.test_letters import _tags

AT = datetime(2026, 11, 27, 22, 59, 59, tzinfo=UTC)
SIGNED = (
    SignedBy("The organization", "Alice Alpha", "Director", "I sign contract 1.", AT),
    SignedBy("The department", "Cleo Procurement", "Chief Procurement Officer", "I sign contract 1.", AT),
)


def _text(**more: Any) -> ContractText:
    facts: dict[str, Any] = {
        "number": "CHI-DFS-2027-C0001", "title": 'Youth "Paths" #1 [$5] *all*', "amendment": 0, "version": 1,
        "jurisdiction": "city", "department": "Department of Family Services", "made_at": AT,
        "parties": [Party("Buyer", "Department of Family Services"), Party("Prime contractor", "Alpha Youth Collective")],
        "reason": "", "scope": "Sixty jobs.\n\n#set page(fill: red)", "conditions": "Audit rights.",
        "budget": [BudgetLine("Wages", Decimal("120000.00"), "60 people"), BudgetLine("Mentors", Decimal("80000.00"))],
        "amount": Decimal("200000.00"), "change": Decimal(0), "starts_on": date(2027, 1, 1), "ends_on": date(2027, 12, 31),
        "areas": ["Austin"], "renewals": 2, "renewal_months": 12, "solicitation": "RFP-1", "content_sha256": "a" * 64,
    }  # fmt: skip
    return ContractText(**{**facts, **more})


def test_a_contract_is_tagged_in_a_language_and_titled() -> None:
    with pikepdf.open(io.BytesIO(contract_pdf(_text()))) as pdf:
        assert bool(pdf.Root.MarkInfo.Marked) and str(pdf.Root.Lang).startswith("en")
        assert bool(pdf.Root.ViewerPreferences.DisplayDocTitle)
        with pdf.open_metadata() as about:
            assert about["dc:title"] == "Contract CHI-DFS-2027-C0001"
            assert str(about["pdfuaid:part"]) == "1"
        tags = _tags(pdf)
    assert tags.count("/Table") == 2 and tags.count("/TH") == 6 and "/H1" in tags and tags.count("/H2") == 5


def test_the_same_text_gives_the_same_bytes_and_another_amount_others() -> None:
    assert contract_pdf(_text()) == contract_pdf(_text())
    assert contract_pdf(_text()) != contract_pdf(_text(amount=Decimal("200000.01")))


def test_the_signed_copy_has_each_signature_and_the_hash_that_was_signed() -> None:
    told = contract_data(_text(signatures=SIGNED, document_sha256="b" * 64))
    assert [s["facts"][0][1] for s in told["signatures"]] == [  # type: ignore[index, attr-defined]
        "Alice Alpha, Director",
        "Cleo Procurement, Chief Procurement Officer",
    ]
    assert told["document_sha256"] == "b" * 64
    with pikepdf.open(io.BytesIO(contract_pdf(_text(signatures=SIGNED, document_sha256="b" * 64)))) as pdf:
        assert _tags(pdf).count("/H3") == 2


def test_an_amendment_says_what_changes_and_what_is_then_in_force() -> None:
    told = contract_data(_text(amendment=3, change=Decimal("-500.00"), budget=[], reason="Fewer places."))
    facts = dict(told["facts"])  # type: ignore[call-overload]
    assert told["frame"]["title"] == "Amendment 3 to contract CHI-DFS-2027-C0001"  # type: ignore[index]
    assert facts["Change of the amount"] == "−$500.00 (less)"
    assert facts["Amount with this amendment"] == "$200,000.00"
    assert contract_pdf(_text(amendment=3, change=Decimal("-500.00"), budget=[], reason="Fewer places."))
