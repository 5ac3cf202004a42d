"""The pages of a contract: both sides and the public, on a full list a constant number of queries."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pikepdf
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from procurement_portal.time import clock
from solicitations.models.contract import Contract
from solicitations.models.execution import Signature
from solicitations.models.facts import RequiredDocument
from solicitations.queries.contract import standing_paper
from solicitations.states import ContractStepKind as K
from tests.cast import Cast, Person
from tests.factories import contracts as made

As = Callable[[Person], Client]


def test_the_department_sees_the_way_with_desks_and_days(cast: Cast, as_: As) -> None:
    contract = made.drafted(cast)
    page = as_(cast.dora).get(f"/contracts/{contract.number}/").content.decode()
    for words in ("Law desk, Department of Family Services", "5 days promised", "Expected", "Alpha Youth Collective"):
        assert words in page
    assert page.count('aria-current="step"') == 5
    title = page.partition("<title>")[2].partition("</title>")[0]
    assert title.startswith(contract.title) and "<" not in title, "a window's title knows no tags"


def test_a_law_reviewer_finds_the_one_step_to_decide(cast: Cast, as_: As) -> None:
    contract = made.drafted(cast)
    client, step = as_(cast.lee), made.step(contract, K.LAW)
    assert (
        f"/contracts/{contract.number}/steps/{step.pk}/"
        in client.get(f"/contracts/{contract.number}/").content.decode()
    )
    assert f"/contracts/{contract.number}/steps/{step.pk}/" in client.get(reverse("work")).content.decode()
    url = f"/contracts/{contract.number}/steps/{step.pk}/"
    assert "Pass this check" in client.get(url).content.decode()
    empty = client.post(url, {"act": "return", "return-to": "organization", "return-why": ""})
    assert empty.status_code == 422
    client.post(url, {"act": "return", "return-to": "department", "return-why": "Name the venue."})
    assert "Name the venue." in as_(cast.dora).get(url).content.decode()
    as_(cast.dora).post(url, {"act": "answer", "answer-answer": "It is named."})
    assert client.post(url, {"act": "pass", "pass-why": "In order."}).status_code == 303
    step.refresh_from_db()
    assert (step.outcome, step.why) == ("passed", "In order.")


def test_a_step_of_another_desk_shows_no_decision(cast: Cast, as_: As) -> None:
    contract = made.drafted(cast)
    url = f"/contracts/{contract.number}/steps/{made.step(contract, K.LAW).pk}/"
    page = as_(cast.fay).get(url).content.decode()
    assert "for another desk" in page and "Pass this check" not in page
    assert as_(cast.fay).post(url, {"act": "pass"}).status_code == 403


def test_the_button_makes_the_contract_and_the_second_click_leads_there(cast: Cast, as_: As) -> None:
    award, client = made.agreed(cast), as_(cast.dora)
    assert "Make the contract" in client.get(f"/contracts/make/{award.pk}/").content.decode()
    first = client.post(f"/contracts/make/{award.pk}/")
    contract = Contract.objects.get()
    assert (
        first["Location"] == f"/contracts/{contract.number}/" == client.post(f"/contracts/make/{award.pk}/")["Location"]
    )
    assert as_(cast.cora).get(f"/contracts/make/{award.pk}/").status_code == 404


def test_the_organization_sees_what_is_missing_and_by_when(cast: Cast, as_: As) -> None:
    contract = made.drafted(cast)
    RequiredDocument.objects.create(solicitation=contract.solicitation, kind="w9", needed="before_award")
    client = as_(cast.ben)
    listed = client.get("/our-contracts/").content.decode()
    assert "You: Bring the documents of the contract" in listed and "due " in listed
    first = client.get("/").content.decode()
    assert first.count("Bring the documents of the contract") == 2 and str(contract) in first, "a row, and the next act"
    page = client.get(f"/our-contracts/{contract.pk}/").content.decode()
    assert "W-9" in page and "Missing" in page and "Add what is missing" in page
    assert as_(cast.bob).get(f"/our-contracts/{contract.pk}/").status_code == 404


def test_the_organization_answers_what_was_sent_back_and_says_its_papers_are_there(cast: Cast, as_: As) -> None:
    contract = made.drafted(cast)
    law = made.step(contract, K.LAW)
    as_(cast.lee).post(
        f"/contracts/{contract.number}/steps/{law.pk}/",
        {"act": "return", "return-to": "organization", "return-why": "Send the bylaws."},
    )
    client, home = as_(cast.ben), f"/our-contracts/{contract.pk}/"
    assert "Send the bylaws." in client.get(home).content.decode()
    sent = law.returns.get()
    assert client.post(f"{home}steps/{law.pk}/", {"act": "answer", f"r{sent.pk}-answer": ""}).status_code == 422
    client.post(f"{home}steps/{law.pk}/", {"act": "answer", f"r{sent.pk}-answer": "They are there."})
    client.post(f"{home}steps/{made.step(contract, K.DOCUMENTS).pk}/", {"act": "pass"})
    sent.refresh_from_db()
    assert (sent.answer, made.step(contract, K.DOCUMENTS).outcome) == ("They are there.", "passed")
    assert "What we wait for from you" not in client.get(home).content.decode()


def test_both_sides_sign_on_their_pages(cast: Cast, as_: As) -> None:
    contract = made.in_signature(cast)
    paper = standing_paper(contract)
    assert paper is not None
    form = {"agreed": "on", "typed_name": "Alice Alpha", "title": "Director", "sha256": paper.sha256}
    page = as_(cast.alice).get(f"/our-contracts/{contract.pk}/sign/0/").content.decode()
    assert (
        "I am authorized to sign for Alpha Youth Collective" in page and paper.sha256 in page and "$200,000.00" in page
    )
    assert (
        "Only an authorized signatory" in as_(cast.rita).get(f"/our-contracts/{contract.pk}/sign/0/").content.decode()
    )
    assert as_(cast.rita).post(f"/our-contracts/{contract.pk}/signed/0/", form).status_code == 403
    wrong = as_(cast.alice).post(f"/our-contracts/{contract.pk}/signed/0/", form | {"typed_name": "A. A."})
    assert wrong.status_code == 422 and b"as it stands in your account" in wrong.content
    assert as_(cast.alice).post(f"/our-contracts/{contract.pk}/signed/0/", form).status_code == 303
    form |= {"typed_name": "Cleo Procurement", "title": "Chief Procurement Officer"}
    assert as_(cast.cleo).post(f"/contracts/{contract.number}/signed/0/", form).status_code == 303
    contract.refresh_from_db()
    assert (contract.status, Signature.objects.count()) == ("signed", 2)


def test_the_signed_copy_is_read_by_both_sides_and_nobody_else(cast: Cast, as_: As) -> None:
    contract = made.signed(cast)
    paper = standing_paper(contract)
    assert paper is not None and paper.signed_copy is not None
    url = paper.signed_copy.get_absolute_url()
    copy = b"".join(as_(cast.rita).get(url).streaming_content)  # type: ignore[attr-defined]
    with pikepdf.open(io.BytesIO(copy)) as pdf, pdf.open_metadata() as about:
        assert str(about["pdfuaid:part"]) == "1" and bool(pdf.Root.MarkInfo.Marked)
        assert about["dc:title"] == f"Contract {contract.number}"
    assert as_(cast.lee).get(url).status_code == 200
    assert [as_(p).get(url).status_code for p in (cast.bob, cast.cora, cast.charlie)] == [404, 404, 404]
    assert Client().get(url).status_code == 404


def test_the_public_reads_an_executed_contract_and_none_before(cast: Cast) -> None:
    contract = made.in_signature(cast)
    url = f"/awards/contracts/{contract.number}/"
    assert Client().get(url).status_code == 404
    made.sign(cast.alice, contract)
    made.sign(cast.cleo, contract)
    made.signed_amendment(cast, contract)
    page = Client().get(url).content.decode()
    for words in (contract.number, "Alpha Youth Collective", "$200,000.00", "$225,000.00", "Twelve more places."):
        assert words in page
    assert "Wages of participants" not in page and "Alice" not in page


def test_an_amendment_is_drafted_shown_and_dropped_on_its_pages(cast: Cast, as_: As) -> None:
    contract, client = made.signed(cast), as_(cast.dora)
    new = f"/contracts/{contract.number}/amendments/new/"
    assert client.post(new, {"kind": "amount", "amount_change": "", "reason": "More"}).status_code == 422
    made_at = client.post(new, {"kind": "amount", "amount_change": "25,000", "reason": "Twelve more places."})
    assert made_at["Location"] == f"/contracts/{contract.number}/amendments/1/"
    page = client.get(made_at["Location"]).content.decode()
    assert "$25,000.00" in page and "Budget review" in page
    assert client.post(f"{made_at['Location']}drop/", {"why": "No money."}).status_code == 303
    assert "Dropped" in client.get(f"/contracts/{contract.number}/").content.decode()
    assert as_(cast.lee).get(new).status_code == 404


def test_replacing_and_ending_ask_for_a_reason(cast: Cast, as_: As) -> None:
    contract, client = made.drafted(cast), as_(cast.dora)
    url = f"/contracts/{contract.number}/"
    assert client.post(f"{url}document/", {"title": "Jobs", "conditions": "", "why": ""}).status_code == 422
    assert client.post(f"{url}document/", {"title": "Jobs", "conditions": "Audit.", "why": "Law."}).status_code == 303
    assert "Voided" in client.get(url).content.decode()
    assert client.post(f"{url}end/", {"why": ""}).status_code == 422
    assert client.post(f"{url}end/", {"why": "Cut."}).status_code == 303
    assert Contract.objects.get().status == "abandoned"
    assert client.get(url).status_code == 200


def _many(cast: Cast, count: int) -> None:
    for _number in range(count):
        made.contract_with(cast, cast.alpha)


@pytest.mark.parametrize(
    ("name", "url"), [("dora", "/contracts/"), ("alice", "/our-contracts/"), ("dora", "/contracts/export.csv")]
)
def test_a_full_list_takes_no_more_queries_than_a_short_one(cast: Cast, as_: As, name: str, url: str) -> None:
    counts = []
    for more in (2, 10):
        _many(cast, more)
        client = as_(getattr(cast, name))
        _read(client, url)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            _read(client, url)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def _read(client: Client, url: str) -> bytes:
    answer: Any = client.get(url)
    assert answer.status_code == 200
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def test_the_list_is_filtered_and_downloaded(cast: Cast, as_: As) -> None:
    _many(cast, 1)
    made.contract_with(cast, cast.beta, title="Winter shelter")
    client = as_(cast.dora)
    assert b"Winter shelter" not in _read(client, "/contracts/?q=Alpha")
    assert b"Summer jobs" not in _read(client, "/contracts/?q=winter+beta")
    assert b"No contract matches" in _read(client, "/contracts/?state=signed")
    lines = _read(client, "/contracts/export.csv?q=winter").decode().splitlines()
    assert len(lines) == 2 and "Winter shelter" in lines[1] and "200000.00" in lines[1]
    assert b"Summer jobs" not in _read(as_(cast.cora), "/contracts/")


def test_the_api_has_executed_contracts_for_all_and_ones_own_on_the_way(cast: Cast, as_: As) -> None:
    contract = made.signed(cast)
    made.signed_amendment(cast, contract)
    draft = made.contract_with(cast, cast.alpha)
    told = Client().get("/api/v1/contracts/").json()["results"]
    assert [(row["number"], row["present_amount"]) for row in told] == [(contract.number, "225000.00")]
    assert "terms" not in told[0] and told[0]["participants"] == [
        {"organization": "Alpha Youth Collective", "part": "prime"}
    ]
    assert Client().get(f"/api/v1/contracts/{draft.number}/").status_code == 404
    assert as_(cast.rita).get(f"/api/v1/contracts/{draft.number}/").json()["status"] == "draft"
    assert len(as_(cast.alice).get("/api/v1/contracts/?mine=true").json()["results"]) == 2
    assert as_(cast.bob).get("/api/v1/contracts/?mine=true").json()["results"] == []


def test_the_api_takes_the_same_queries_for_one_and_for_many(cast: Cast, as_: As) -> None:
    counts = []
    for more in (1, 6):
        _many(cast, more)
        client = as_(cast.alice)
        client.get("/api/v1/contracts/")
        with CaptureQueriesContext(connection) as asked:
            client.get("/api/v1/contracts/")
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_the_last_days_of_a_step_are_late_and_said_so(cast: Cast, as_: As, move_clock: Any) -> None:
    contract = made.contract_with(cast, cast.alpha)
    move_clock(by=timedelta(days=20))
    page = as_(cast.dora).get(f"/contracts/{contract.number}/").content.decode()
    assert "now, late" in page
    assert clock.today() < contract.starts_on
    assert contract.original_amount == Decimal("200000.00")
