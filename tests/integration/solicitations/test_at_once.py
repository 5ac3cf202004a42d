"""Two people acting at the same instant on real connections: one outcome, and the other is told."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from procurement_portal.web.refusal import Conflict
from solicitations.actions import partner
from solicitations.models.answer import Answer
from solicitations.models.receipt import SubmittedVersion
from solicitations.models.submission import Submission
from solicitations.queries.draft import draft
from solicitations.states import QuestionKind
from tests.cast import Cast
from tests.factories.submissions import begin, fill, hand_in, open_solicitation, say

pytestmark = pytest.mark.django_db(transaction=True)
TERMS = {"role": "partner", "share": "0", "work": "Mentoring"}


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Run each act in a thread with its own connection, all let go together; what each returned or raised."""
    gate, results = threading.Barrier(len(acts)), [None] * len(acts)

    def run(number: int) -> None:
        try:
            gate.wait(10)
            results[number] = acts[number]()
        except Exception as raised:  # the outcome is what the test looks at
            results[number] = raised
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[number]) for number in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return results


def told(results: list[Any]) -> list[Any]:
    return [r for r in results if isinstance(r, Conflict)]


def test_two_editors_of_one_answer(cast: Cast) -> None:
    proposal = begin(cast.ben, open_solicitation(cast))
    for turn in range(5):
        results = at_once(
            lambda turn=turn: say(cast.ben, proposal, QuestionKind.TEXT, f"Ben {turn}", base=turn),
            lambda turn=turn: say(cast.alice, proposal, QuestionKind.TEXT, f"Alice {turn}", base=turn),
        )
        assert len(told(results)) == 1, results
        assert Answer.objects.get().version == turn + 1


def test_two_colleagues_who_start_at_once_start_one_answer(cast: Cast) -> None:
    asked = open_solicitation(cast)
    results = at_once(lambda: begin(cast.ben, asked), lambda: begin(cast.alice, asked))
    assert {r.pk for r in results} == {Submission.objects.get().pk}


def test_two_submitters(cast: Cast) -> None:
    proposal = fill(cast.ben, begin(cast.ben, open_solicitation(cast)))
    first, second = proposal, Submission.objects.get(pk=proposal.pk)
    results = at_once(lambda: hand_in(cast.alice, first), lambda: hand_in(cast.alice, second))
    assert len(told(results)) == 1, results
    assert SubmittedVersion.objects.count() == 1


def test_a_save_and_a_submission_never_mix(cast: Cast) -> None:
    """Either the signature came first and the save counts as changed since, or the save came first and the signer is told."""
    proposal = fill(cast.ben, begin(cast.ben, open_solicitation(cast)))
    proposal.refresh_from_db()
    seen = proposal.content_version  # the page the signer reads stands before either acts
    results = at_once(
        lambda: hand_in(cast.alice, proposal, seen=seen),
        lambda: say(cast.ben, proposal, QuestionKind.TEXT, "In the last second", base=1),
    )
    present = Submission.objects.get()
    if told(results):
        assert present.status == "draft"
    else:
        assert present.changed_since_submitted


def test_a_partner_signs_while_its_terms_change(cast: Cast) -> None:
    proposal = begin(cast.ben, open_solicitation(cast))
    invited = partner.invite(actor=cast.ben.actor, submission=proposal, organization_id=cast.beta.pk, given=TERMS)
    seen = draft(proposal).partners[0].digest
    results = at_once(
        lambda: partner.sign(actor=cast.bob.actor, partner=invited, typed_name=cast.bob.user.name, agreed=True, seen_digest=seen),
        lambda: partner.change_terms(
            actor=cast.ben.actor, submission=proposal, partner=invited, given={**TERMS, "share": "10"}, base_version=1
        ),
    )  # fmt: skip
    shown = draft(proposal).partners[0]
    assert not shown.signed  # what stands now is not what was signed
    assert told(results) or shown.void
