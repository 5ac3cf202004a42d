"""Signatures: who, in which order, on which hashes; the last one executes. And what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import DatabaseError, transaction

from procurement_portal.clocks.models import Clock
from procurement_portal.history.models import Entry
from procurement_portal.notifications.models.delivery import Delivery
from procurement_portal.standing.models import Hold
from procurement_portal.time import clock
from procurement_portal.web.refusal import Conflict, Invalid, Refused
from solicitations.actions import execution, paper
from solicitations.models.execution import ContractPaper, Signature
from solicitations.queries.contract import standing_paper
from solicitations.queries.version import digest
from solicitations.states import ContractStepKind as K
from tests.cast import Cast
from tests.factories import contracts as made


def test_two_signatures_in_order_execute_the_contract(cast: Cast) -> None:
    contract = made.in_signature(cast)
    first = made.sign(cast.alice, contract, typed_name=" alice   ALPHA ", title="Executive Director")
    contract.refresh_from_db()
    assert (first.order, first.side, first.typed_name, contract.status) == (
        1,
        "organization",
        "alice ALPHA",
        "in_signature",
    )
    second = made.sign(cast.cleo, contract)
    contract.refresh_from_db()
    found = standing_paper(contract)
    assert found is not None
    assert (second.order, contract.status, contract.signed_at) == (2, "signed", second.signed_at)
    assert {(s.sha256, s.content_sha256) for s in found.signatures.all()} == {(found.sha256, found.content_sha256)}
    assert contract.department.name in second.intent and contract.number in second.intent
    told = set(Delivery.objects.filter(kind="solicitations.contract_executed").values_list("user__email", flat=True))
    assert {"alice@example.org", "ben@example.org", "dora@example.org"} <= told
    assert not Clock.objects.filter(stopped_at__isnull=True, rule=execution.STEP_CLOCK).exists()


def test_the_department_does_not_sign_before_the_organization(cast: Cast) -> None:
    contract = made.in_signature(cast)
    with pytest.raises(Refused, match="The organization signs first"):
        made.sign(cast.cleo, contract)
    assert not Signature.objects.exists()


@pytest.mark.parametrize("name", ["ben", "fiona", "rita", "dora", "percy", "lee"])
def test_who_is_not_authorized_is_refused_and_the_attempt_is_kept(cast: Cast, name: str) -> None:
    contract = made.in_signature(cast)
    with pytest.raises(Refused, match="Signing is for"):
        made.sign(getattr(cast, name), contract)
    kept = Entry.objects.get(act="contract.sign_refused")
    assert (kept.witnessed, kept.subject_id) == (True, str(contract.pk))
    assert kept.actor_id == getattr(cast, name).user.pk
    assert not Signature.objects.exists()


def test_a_name_that_is_not_the_accounts_no_title_no_word_sign_nothing(cast: Cast) -> None:
    contract = made.in_signature(cast)
    with pytest.raises(Invalid) as refused:
        made.sign(cast.alice, contract, typed_name="Alice Beta", title=" ", agreed=False)
    assert set(refused.value.problems) == {"typed_name", "title", "agreed"}
    assert not Signature.objects.exists()


def test_the_same_side_does_not_sign_twice(cast: Cast) -> None:
    contract = made.in_signature(cast)
    made.sign(cast.alice, contract)
    with pytest.raises(Conflict, match="has signed already"):
        made.sign(cast.alice, contract)


def test_a_document_that_was_replaced_is_read_again_first(cast: Cast) -> None:
    contract = made.in_signature(cast)
    read = standing_paper(contract)
    assert read is not None
    paper.replace_paper(actor=cast.dora.actor, contract_id=contract.pk, why="A page was missing.")
    made.make_papers(contract)
    with pytest.raises(Conflict, match="replaced since you read it"):
        made.sign(cast.alice, contract, sha256=read.sha256)


def test_a_stored_file_changed_after_the_first_signature_is_not_signed(cast: Cast) -> None:
    contract = made.in_signature(cast)
    made.sign(cast.alice, contract)
    found = standing_paper(contract)
    assert found is not None and found.file is not None
    with default_storage.open(found.file.storage_key, "rb") as source:
        stored = bytearray(source.read())
    stored[len(stored) // 2] ^= 1
    Path(default_storage.path(found.file.storage_key)).write_bytes(bytes(stored))
    with pytest.raises(Refused, match="not the one that was made for signing"):
        made.sign(cast.cleo, contract)
    contract.refresh_from_db()
    assert contract.status == "in_signature"


def test_the_database_refuses_another_file_behind_a_document_or_another_content(cast: Cast) -> None:
    contract = made.in_signature(cast)
    found = ContractPaper.objects.filter(contract=contract)
    for change in ({"sha256": "0" * 64}, {"content": {"amount_cents": 1}}, {"content_sha256": "0" * 64}):
        with pytest.raises(DatabaseError), transaction.atomic():
            found.update(**change)


def test_the_content_has_its_own_hash_that_anybody_can_take(cast: Cast) -> None:
    found = standing_paper(made.drafted(cast))
    assert found is not None
    assert digest(found.content) == found.content_sha256
    assert found.content["amount_cents"] == sum(line["cents"] for line in found.content["budget"]) == 20_000_000


def test_replacing_a_signed_document_voids_the_signature_in_the_open_and_asks_again(cast: Cast) -> None:
    contract = made.in_signature(cast)
    made.sign(cast.alice, contract)
    step = made.step(contract, K.SIGN_ORG)
    opened = step.opened_at
    with pytest.raises(Invalid, match="Say why"):
        paper.replace_paper(actor=cast.dora.actor, contract_id=contract.pk, why="")
    paper.replace_paper(actor=cast.dora.actor, contract_id=contract.pk, why="A page was missing.")
    made.make_papers(contract)
    step.refresh_from_db()
    assert (step.done_at, step.opened_at) == (None, opened)
    old = ContractPaper.objects.get(contract=contract, number=1)
    assert (old.voided_why, old.signatures.count()) == ("A page was missing.", 1)
    assert Delivery.objects.filter(kind="solicitations.contract_paper_voided", user=cast.alice.user).exists()
    with pytest.raises(Refused, match="signs first"):
        made.sign(cast.cleo, contract)
    made.sign(cast.alice, contract)
    made.sign(cast.cleo, contract)
    contract.refresh_from_db()
    assert contract.status == "signed"
    assert [p.signatures.count() for p in ContractPaper.objects.order_by("number")] == [1, 2]


def test_words_the_law_review_passed_do_not_change_before_they_are_signed(cast: Cast) -> None:
    contract = made.drafted(cast)
    paper.replace_paper(
        actor=cast.dora.actor, contract_id=contract.pk, why="Law asked.", title="Jobs", conditions="Audit rights."
    )
    found = standing_paper(contract)
    assert found is not None and found.content["conditions"] == "Audit rights."
    made.make_papers(contract)
    made.pass_checks(cast, contract)
    with pytest.raises(Refused, match="law review has passed this text"):
        paper.replace_paper(actor=cast.dora.actor, contract_id=contract.pk, why="Late idea", conditions="More work.")


def test_an_executed_contract_is_not_replaced(cast: Cast) -> None:
    contract = made.signed(cast)
    with pytest.raises(Conflict, match="amendment alone"):
        paper.replace_paper(actor=cast.dora.actor, contract_id=contract.pk, why="Typing error")


def test_nobody_signs_a_document_whose_pdf_is_not_there_yet(cast: Cast) -> None:
    contract = made.in_signature(cast)
    paper.replace_paper(actor=cast.dora.actor, contract_id=contract.pk, why="A page was missing.")
    with pytest.raises(Refused, match="still being made"):
        made.sign(cast.alice, contract)


def test_a_hold_that_came_meanwhile_stops_the_last_signature(cast: Cast) -> None:
    contract = made.in_signature(cast)
    made.sign(cast.alice, contract)
    facts: dict[str, Any] = {"effect": Hold.Effect.NO_AWARD, "ground": "Debarred", "citation": "MCC 2-92-320"}
    Hold.objects.create(organization=cast.alpha, first_day=clock.today(), written_by=cast.orla.user, **facts)
    with pytest.raises(Refused, match="Debarred"):
        made.sign(cast.cleo, contract)
