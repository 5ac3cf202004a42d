"""Opening by two officers: what becomes readable, what never does, and who hears of it."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from procurement_portal.clocks.models import Clock
from procurement_portal.documents.access import Reading, reading
from procurement_portal.documents.models import File
from procurement_portal.notifications.models.delivery import Delivery
from procurement_portal.outbox.intents import run
from procurement_portal.outbox.models import Intent
from procurement_portal.people.models.membership import Desk
from procurement_portal.people.models.profile import Profile
from procurement_portal.web.refusal import Conflict, Invalid, Refused
from solicitations.actions import attachment, opening, partner, publication, responsiveness, submission
from solicitations.actions.working_copy import Late
from solicitations.models.opening import OpenedFile, OpenedPart, OpenedProposal, Opening
from solicitations.models.question import Question, Section
from solicitations.models.receipt import digest
from solicitations.models.solicitation import Solicitation
from solicitations.models.submission import Envelope
from solicitations.queries import opening as queries
from solicitations.queries.draft import draft
from solicitations.queries.submission import opened, own
from solicitations.states import QuestionKind, SolicitationState
from tests.cast import Cast
from tests.factories import evaluations
from tests.factories.documents import pdf
from tests.factories.submissions import begin, fill, hand_in, make_proposer, open_solicitation, say


def close(row: Solicitation, move_clock: Any) -> None:
    """The due hour passes and the portal closes the notice."""
    move_clock(to=row.due_at + timedelta(minutes=1))
    assert publication.close_due() == 1


def open_by_two(cast: Cast, row: Solicitation) -> Opening:
    opening.ask(actor=cast.percy.actor, solicitation_id=row.pk)
    return opening.open_answers(actor=cast.petra.actor, solicitation_id=row.pk)


def test_two_officers_open_what_was_submitted(cast: Cast, move_clock: Any) -> None:
    row = open_solicitation(cast)
    Profile.objects.create(organization=cast.beta, community_areas=[29])
    sent = hand_in(cast.bob, fill(cast.bob, begin(cast.bob, row)))
    alpha = fill(cast.alice, begin(cast.alice, row))
    hand_in(cast.alice, alpha)
    say(cast.alice, alpha, QuestionKind.TEXT, "Each week begins with music.", base=1)
    hand_in(cast.alice, alpha)
    say(cast.alice, alpha, QuestionKind.TEXT, "Never submitted.", base=2)
    close(row, move_clock)

    done = open_by_two(cast, row)

    row.refresh_from_db()
    first, second = OpenedProposal.objects.order_by("position")
    assert (row.status, done.received) == (SolicitationState.OPENED, 2)
    assert (first.organization, first.version, first.received_at) == (cast.beta, 1, sent.received_at)
    assert (second.organization, second.version, second.amount) == (cast.alpha, 2, Decimal("150000.50"))
    assert (first.areas, second.areas) == ([29], [])
    text = second.parts.get(kind=QuestionKind.TEXT)
    assert (text.value, text.criterion.name) == ("Each week begins with music.", "Program plan")
    assert [line["request"] for line in second.parts.get(kind=QuestionKind.BUDGET).lines] == [12_000_000, 3_000_050]
    assert Envelope.objects.filter(opened_at__isnull=False, opened_by=cast.petra.user).count() == 2
    assert opened(cast.percy.actor).count() == 2
    assert len(done.digest) == 64


def test_one_officer_alone_opens_nothing(cast: Cast, move_clock: Any) -> None:
    row = open_solicitation(cast)
    hand_in(cast.alice, fill(cast.alice, begin(cast.alice, row)))
    close(row, move_clock)
    with pytest.raises(Refused, match="one asks for it first"):
        opening.open_answers(actor=cast.petra.actor, solicitation_id=row.pk)
    opening.ask(actor=cast.percy.actor, solicitation_id=row.pk)
    with pytest.raises(Refused, match="somebody else opens"):
        opening.open_answers(actor=cast.percy.actor, solicitation_id=row.pk)
    with pytest.raises(Conflict, match="Percy"):
        opening.ask(actor=cast.petra.actor, solicitation_id=row.pk)
    assert not OpenedProposal.objects.exists()


def test_nothing_is_asked_or_opened_before_the_due_instant(cast: Cast, move_clock: Any) -> None:
    row = open_solicitation(cast)
    move_clock(to=row.due_at - timedelta(seconds=2))
    with pytest.raises(Refused, match="due hour has not passed"):
        opening.ask(actor=cast.percy.actor, solicitation_id=row.pk)
    assert not Opening.objects.exists()


@pytest.mark.parametrize(("who", "why"), [("dora", "for procurement officers"), ("fay", "for procurement officers")])
def test_others_of_the_department_do_not_open(cast: Cast, move_clock: Any, who: str, why: str) -> None:
    row = open_solicitation(cast)
    close(row, move_clock)
    with pytest.raises(Refused, match=why):
        opening.ask(actor=getattr(cast, who).actor, solicitation_id=row.pk)


def test_drafts_and_withdrawn_answers_are_not_opened_and_late_ones_are_listed(cast: Cast, move_clock: Any) -> None:
    row = open_solicitation(cast)
    withdrawn = fill(cast.bob, begin(cast.bob, row))
    hand_in(cast.bob, withdrawn)
    submission.withdraw(actor=cast.bob.actor, submission=withdrawn)
    late = fill(cast.alice, begin(cast.alice, row))
    close(row, move_clock)
    with pytest.raises(Late):
        hand_in(cast.alice, late)
    assert queries.late(cast.percy.actor, row) == []

    done = open_by_two(cast, row)

    assert (done.received, OpenedProposal.objects.count()) == (0, 0)
    assert [(entry.organization, str(entry.act)) for entry in queries.late(cast.percy.actor, row)] == [
        (cast.alpha.name, "submit")
    ]
    assert queries.late(cast.connor.actor, row) == []


def test_an_answer_given_in_advance_is_opened_although_its_task_has_not_run(cast: Cast, move_clock: Any) -> None:
    row = open_solicitation(cast)
    proposal = fill(cast.alice, begin(cast.alice, row))
    submission.consent_in_advance(
        actor=cast.alice.actor, submission=proposal, typed_name=cast.alice.user.name, agreed=True
    )
    close(row, move_clock)
    assert open_by_two(cast, row).received == 1
    assert OpenedProposal.objects.get().received_at == row.due_at


@pytest.mark.parametrize("in_advance", [False, True])
def test_an_answer_frozen_before_an_addendum_is_opened_as_not_confirmed(
    cast: Cast, move_clock: Any, in_advance: bool
) -> None:
    row = open_solicitation(cast)
    proposal = fill(cast.alice, begin(cast.alice, row))
    if in_advance:
        submission.consent_in_advance(
            actor=cast.alice.actor, submission=proposal, typed_name=cast.alice.user.name, agreed=True
        )
    else:
        hand_in(cast.alice, proposal)
    touched = Question.objects.filter(solicitation=row, kind=QuestionKind.TEXT)
    touched.update(revision=2)  # as an addendum does
    close(row, move_clock)
    open_by_two(cast, row)
    assert list(OpenedPart.objects.filter(confirmed=False).values_list("question_id", flat=True)) == [
        q.pk for q in touched
    ]


def test_nothing_received_opens_all_the_same_and_the_page_says_so(cast: Cast, move_clock: Any, as_: Any) -> None:
    row = open_solicitation(cast)
    close(row, move_clock)
    assert open_by_two(cast, row).digest == digest([])
    page = as_(cast.dora).get(reverse("solicitations:opening", args=[row.number]))
    assert "Nothing was received in time" in page.content.decode()


def test_partners_and_files_come_along(cast: Cast, move_clock: Any) -> None:
    row = open_solicitation(cast)
    section = Section.objects.filter(solicitation=row).first()
    asked = Question.objects.create(
        solicitation=row, section=section, position=9, kind="file", prompt="Your plan", marking="information",
        required=False, options={"kinds": ["pdf"], "most_files": 2, "most_megabytes": 5},
    )  # fmt: skip
    proposal = fill(cast.alice, begin(cast.alice, row))
    terms = {"role": "fiscal_sponsor", "share": "0", "work": "Keeps the books"}
    made = partner.invite(actor=cast.alice.actor, submission=proposal, organization_id=cast.gamma.pk, given=terms)
    attachment.attach_upload(
        actor=cast.alice.actor, submission=proposal, question=asked, upload=pdf("Plan"), name="plan.pdf"
    )
    shown = draft(own(cast.alice.actor).get()).partners[0]
    partner.sign(
        actor=cast.gus.actor, partner=made, typed_name=cast.gus.user.name, agreed=True, seen_digest=shown.digest
    )
    hand_in(cast.alice, proposal)
    close(row, move_clock)
    file = File.objects.get(received_by=cast.alice.user)
    assert reading(cast.percy.actor, file) is Reading.NO

    open_by_two(cast, row)

    found = OpenedProposal.objects.get()
    assert [(p["organization"], p["role"], p["share"]) for p in found.partners] == [
        (cast.gamma.pk, "fiscal_sponsor", "0")
    ]
    assert found.parts.get(part=f"partner-{made.pk}").value["terms"]["work"] == "Keeps the books"
    assert OpenedFile.objects.get().part.question == asked
    assert reading(cast.percy.actor, file) is Reading.WITNESSED
    assert [reading(p.actor, file) for p in (cast.eva, cast.connor, cast.bob, cast.lee)] == [Reading.NO] * 4


def test_opening_takes_a_fixed_number_of_statements(cast: Cast, move_clock: Any) -> None:
    counted = []
    for size in (1, 4):
        row = open_solicitation(cast)
        for number in range(size):
            person = make_proposer(f"{size}-{number}")
            hand_in(person, fill(person, begin(person, row)))
        close(row, move_clock)
        opening.ask(actor=cast.percy.actor, solicitation_id=row.pk)
        with CaptureQueriesContext(connection) as seen:
            assert opening.open_answers(actor=cast.petra.actor, solicitation_id=row.pk).received == size
        counted.append(len(seen))
    assert counted[0] == counted[1]


def test_proposers_and_the_department_hear_of_it(cast: Cast, move_clock: Any) -> None:
    row = open_solicitation(cast)
    hand_in(cast.alice, fill(cast.alice, begin(cast.alice, row)))
    close(row, move_clock)
    open_by_two(cast, row)
    assert run(Intent.objects.get(task=opening.TELL).pk)
    told = set(Delivery.objects.filter(kind="solicitations.answer_opened").values_list("user__name", flat=True))
    assert told == {cast.alice.user.name}
    staff = set(Delivery.objects.filter(kind="solicitations.answers_opened").values_list("user__name", flat=True))
    assert staff == {cast.dora.user.name, cast.percy.user.name, cast.petra.user.name}


def test_a_clock_waits_at_the_desk_from_closing_to_opening(cast: Cast, move_clock: Any) -> None:
    Desk.objects.create(department=cast.family, function="publication", name="Publication desk")
    row = open_solicitation(cast)
    close(row, move_clock)
    waiting = Clock.objects.get(rule=opening.OPEN_CLOCK)
    assert (waiting.what, waiting.stopped_at) == ("Open the answers", None)
    open_by_two(cast, row)
    waiting.refresh_from_db()
    assert waiting.outcome == "opened"
    assert Clock.objects.get(rule=opening.BEGIN_CLOCK).stopped_at is None


def test_a_finding_needs_its_reason_and_the_newest_counts(cast: Cast) -> None:
    row = evaluations.opened(cast)
    proposal = row.opened_proposals.first()
    act = {"actor": cast.percy.actor, "proposal_id": proposal.pk}
    with pytest.raises(Invalid):
        responsiveness.find_responsiveness(**act, responsive=False, reason=" ")
    with pytest.raises(Refused):
        responsiveness.find_responsiveness(
            actor=cast.dora.actor, proposal_id=proposal.pk, responsive=False, reason="No budget"
        )
    responsiveness.find_responsiveness(**act, responsive=False, reason="No budget")
    assert queries.responsive(row.pk).count() == 1
    responsiveness.find_responsiveness(**act, responsive=True, reason="The budget is in the attachment")
    assert queries.responsive(row.pk).count() == 2


def test_the_pages_open_by_two_people_and_ask_for_a_step_up(cast: Cast, move_clock: Any, as_: Any) -> None:
    row = open_solicitation(cast)
    hand_in(cast.alice, fill(cast.alice, begin(cast.alice, row)))
    close(row, move_clock)
    act = reverse("solicitations:opening-act", args=[row.number])
    home = reverse("solicitations:opening", args=[row.number])
    percy, petra, stale = as_(cast.percy), as_(cast.petra), as_(cast.percy)
    session = stale.session
    session["account_authentication_methods"] = [{"method": "mfa", "at": 0, "type": "totp"}]
    session.save()
    assert "reauthenticate" in stale.get(act)["Location"]
    assert cast.alpha.name not in percy.get(home).content.decode()
    assert percy.post(act, {"act": "ask"}).status_code == 303
    assert percy.post(act, {"act": "open"}).status_code == 403
    assert petra.post(act, {"act": "open"}).status_code == 303
    again = petra.post(act, {"act": "open"})
    assert again.status_code == 409 and "Petra" in again.content.decode()
    assert cast.alpha.name in percy.get(home).content.decode()
    page = percy.get(reverse("solicitations:opened-proposal", args=[row.number, 1])).content.decode()
    assert "Each week begins with a meeting." in page and "$120,000.00" in page
    for stranger in (cast.connor, cast.eva, cast.alice, cast.lee, cast.orla):
        assert as_(stranger).get(home).status_code == 404


@pytest.mark.parametrize("page", ["solicitations:opening", "solicitations:evaluation-readings"])
def test_the_lists_take_a_constant_number_of_queries(cast: Cast, as_: Any, page: str) -> None:
    counted = []
    client = as_(cast.percy)
    client.get(reverse("solicitations:plan-list"))
    for size in (2, 40):
        bodies = [evaluations.proposer(size * 100 + n) for n in range(size)]
        evaluation = evaluations.panel(cast, bodies)
        with CaptureQueriesContext(connection) as seen:
            assert client.get(reverse(page, args=[evaluation.solicitation.number])).status_code == 200
        counted.append(len(seen))
    assert counted[0] == counted[1]
