"""Signing and submitting: one outcome, a receipt anybody can check, and the deadline by the database's clock."""

from __future__ import annotations

import json
import uuid
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command

from procurement_portal.history.models import Entry
from procurement_portal.outbox.intents import run
from procurement_portal.outbox.models import Intent
from procurement_portal.people.actor import Actor
from procurement_portal.vault.signing import receipt_keys
from procurement_portal.web.refusal import Conflict, Invalid, Refused
from solicitations.actions import attachment, submission
from solicitations.models.receipt import SubmittedVersion, canonical, check
from solicitations.queries.submission import opened, receipt_of, snapshot_of
from solicitations.states import QuestionKind
from tests.cast import Cast
from tests.factories.documents import pdf
from tests.factories.submissions import begin, fill, hand_in, open_solicitation, question, say


@pytest.fixture
def proposal(cast: Cast):
    return fill(cast.ben, begin(cast.ben, open_solicitation(cast)))


def run_intents() -> None:
    for intent in Intent.objects.filter(done_at=None, task__startswith="solicitations.").order_by("pk"):
        assert run(intent.pk), Intent.objects.get(pk=intent.pk).last_error


def test_submitting_gives_a_receipt_that_holds_offline(cast: Cast, proposal, tmp_path) -> None:
    version = hand_in(cast.alice, proposal)
    version.submission = proposal
    data = receipt_of(version)
    checked = check(data, receipt_keys())
    assert checked.receipt["organization"]["name"] == cast.alpha.name
    assert checked.receipt["version"] == 1 and len(checked.receipt["parts"]) == 3
    (tmp_path / "receipt.json").write_bytes(data)
    (tmp_path / "answers.json").write_bytes(canonical(snapshot_of(version)))
    call_command("verify_receipt", str(tmp_path / "receipt.json"), files=str(tmp_path))
    (tmp_path / "answers.json").write_bytes(canonical(snapshot_of(version)).replace(b"Each week", b"Each year"))
    with pytest.raises(CommandError, match="not the one that was submitted"):
        call_command("verify_receipt", str(tmp_path / "receipt.json"), files=str(tmp_path))


def test_submitting_takes_at_most_twenty_statements(cast: Cast, proposal, django_assert_max_num_queries) -> None:
    proposal.refresh_from_db()
    actor = cast.alice.actor
    with django_assert_max_num_queries(22):  # 20, and the savepoint of the test's own transaction around them
        submission.submit(
            actor=actor, submission=proposal, token=uuid.uuid4(), typed_name=actor.name, agreed=True,
            seen_content=proposal.content_version,
        )  # fmt: skip


def test_the_same_click_twice_is_one_submission(cast: Cast, proposal) -> None:
    token = uuid.uuid4()
    first = hand_in(cast.alice, proposal, token)
    assert hand_in(cast.alice, proposal, token).pk == first.pk
    assert SubmittedVersion.objects.count() == 1


def test_the_second_of_two_submitters_is_told(cast: Cast, proposal) -> None:
    hand_in(cast.alice, proposal)
    with pytest.raises(Conflict, match="nothing more to submit"):
        hand_in(cast.alice, proposal)


def test_what_changed_after_the_review_page_is_not_signed_unseen(cast: Cast, proposal) -> None:
    seen = proposal.content_version
    say(cast.ben, proposal, QuestionKind.TEXT, "Changed meanwhile", base=1)
    with pytest.raises(Conflict, match="Review the proposal again"):
        submission.submit(
            actor=cast.alice.actor, submission=proposal, token=uuid.uuid4(), typed_name=cast.alice.user.name,
            agreed=True, seen_content=seen,
        )  # fmt: skip


def test_only_a_signatory_with_a_second_factor_under_their_own_name_submits(cast: Cast, proposal) -> None:
    with pytest.raises(Refused, match="Authorized signatory"):
        hand_in(cast.ben, proposal)
    from dataclasses import replace

    given = {"submission": proposal, "token": uuid.uuid4(), "seen_content": proposal.content_version}
    alone = replace(cast.alice.actor, second_factor=False)
    with pytest.raises(Refused, match="second factor"):
        submission.submit(actor=alone, typed_name=alone.name, agreed=True, **given)
    with pytest.raises(Invalid) as told:
        submission.submit(actor=cast.alice.actor, typed_name="Somebody Else", agreed=False, **given)
    assert set(told.value.problems) == {"typed_name", "agreed"}


def test_what_is_missing_is_said_and_nothing_is_submitted(cast: Cast) -> None:
    empty = begin(cast.ben, open_solicitation(cast))
    with pytest.raises(Invalid) as told:
        hand_in(cast.alice, empty)
    assert len(told.value.problems[""]) == 3
    assert not SubmittedVersion.objects.exists()


def test_replace_and_withdraw_until_due_and_every_version_is_kept(cast: Cast, proposal) -> None:
    hand_in(cast.alice, proposal)
    say(cast.ben, proposal, QuestionKind.TEXT, "Better", base=1)
    proposal.refresh_from_db()
    assert proposal.changed_since_submitted
    second = hand_in(cast.alice, proposal)
    assert second.number == 2
    submission.withdraw(actor=cast.alice.actor, submission=proposal, why="A partner left")
    proposal.refresh_from_db()
    assert proposal.status == "withdrawn"
    with pytest.raises(Conflict):
        submission.withdraw(actor=cast.alice.actor, submission=proposal)
    assert hand_in(cast.alice, proposal).number == 3
    assert [v.number for v in SubmittedVersion.objects.order_by("number")] == [1, 2, 3]
    acts = set(Entry.objects.filter(subject_type="solicitations.submission").values_list("act", flat=True))
    assert {"proposal.start", "proposal.submit", "proposal.withdraw"} <= acts


def test_after_submitting_the_worker_makes_the_paper_and_tells_the_organization_alone(
    cast: Cast, proposal, as_
) -> None:
    from procurement_portal.notifications.models.delivery import Delivery

    hand_in(cast.alice, proposal)
    run_intents()
    run_intents()
    page = as_(cast.alice).get(f"/our-answers/{proposal.pk}/receipts/1/")
    assert b"Download the receipt (PDF)" in page.content
    paper = as_(cast.alice).get(f"/our-answers/{proposal.pk}/receipts/1/receipt.pdf")
    assert paper.content[:5] == b"%PDF-"
    told = set(Delivery.objects.filter(kind="solicitations.submitted").values_list("user__email", flat=True))
    assert told == {"alice@example.org", "ben@example.org"}


def test_a_file_answer_counts_before_its_scan_and_is_frozen_by_its_hash(cast: Cast) -> None:
    from solicitations.models.question import Question

    asked = open_solicitation(cast)
    section = question(asked, QuestionKind.TEXT).section
    wanted = Question.objects.create(
        solicitation=asked, section=section, position=9, kind="file", marking="information", prompt="Your plan",
        options={"kinds": ["pdf"], "most_files": 1, "most_megabytes": 5},
    )  # fmt: skip
    proposal = fill(cast.ben, begin(cast.ben, asked))
    given = {"actor": cast.ben.actor, "submission": proposal, "question": wanted}
    with pytest.raises(Invalid, match="cannot take this kind"):
        attachment.attach_upload(**given, upload=b"words", name="plan.txt")
    content = pdf("Plan")
    attached = attachment.attach_upload(**given, upload=content, name="plan.pdf")
    assert attached.file.state == "held"
    with pytest.raises(Invalid, match="at most 1"):
        attachment.attach_upload(**given, upload=pdf("Other"), name="other.pdf")
    version = hand_in(cast.alice, proposal)
    version.submission = proposal
    import hashlib

    receipt = json.loads(receipt_of(version))["receipt"]
    assert receipt["files"][0]["sha256"] == hashlib.sha256(content).hexdigest()
    attachment.detach(actor=cast.ben.actor, submission=proposal, attachment=attached)
    assert snapshot_of(version)["parts"][-1]["files"][0]["name"] == "plan.pdf"


def test_the_last_complete_version_is_handed_in_at_the_due_hour_with_consent(cast: Cast, proposal, move_clock) -> None:
    submission.consent_in_advance(
        actor=cast.alice.actor, submission=proposal, typed_name=cast.alice.user.name, agreed=True
    )
    complete = say(cast.ben, proposal, QuestionKind.TEXT, "The last complete text", base=1)
    say(cast.ben, proposal, QuestionKind.TEXT, "", base=2)  # incomplete again
    consent = proposal.advance_consents.get()
    assert submission.submit_at_due(consent_id=consent.pk) is None  # too early: nothing happens
    due = proposal.solicitation.due_at
    move_clock(to=due + timedelta(minutes=3))
    version = submission.submit_at_due(consent_id=consent.pk)
    assert version is not None and version.in_advance
    assert submission.submit_at_due(consent_id=consent.pk) is None
    version.submission = proposal
    text = next(p for p in snapshot_of(version)["parts"] if p.get("kind") == "text")
    assert text["value"] == "The last complete text"
    receipt = json.loads(receipt_of(version))["receipt"]
    assert version.received_at == due < version.recorded_at
    assert receipt["content_as_of"] >= complete.at.isoformat()[:19] and receipt["submitted_in_advance"] is True


def test_a_consent_taken_back_or_a_withdrawal_means_nothing_is_handed_in(cast: Cast, proposal, move_clock) -> None:
    given = {"actor": cast.alice.actor, "submission": proposal}
    first = submission.consent_in_advance(**given, typed_name=cast.alice.user.name, agreed=True)
    submission.revoke_advance(**given)
    second = submission.consent_in_advance(**given, typed_name=cast.alice.user.name, agreed=True)
    hand_in(cast.alice, proposal)
    submission.withdraw(**given)
    move_clock(to=proposal.solicitation.due_at + timedelta(seconds=1))
    assert submission.submit_at_due(consent_id=first.pk) is None
    assert submission.submit_at_due(consent_id=second.pk) is None


def test_staff_see_a_submission_only_after_its_envelope_is_opened(cast: Cast, proposal) -> None:
    from procurement_portal.time import clock
    from solicitations.models.submission import Envelope

    hand_in(cast.alice, proposal)
    assert not opened(cast.percy.actor).exists()
    Envelope.objects.update(opened_at=clock.now(), opened_by=cast.percy.user)
    assert list(opened(cast.percy.actor)) == [proposal]
    assert not opened(cast.connor.actor).exists() and not opened(cast.bob.actor).exists()
    assert opened(Actor.system("test")).count() == 1
