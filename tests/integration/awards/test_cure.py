"""Between opening and ranking: one cure window equal for all, questions, interviews, the shortlist."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.http import Http404

from procurement_portal.clocks.models import Clock
from procurement_portal.documents import actions as papers
from procurement_portal.history.models import Entry
from procurement_portal.notifications.models.delivery import Delivery
from procurement_portal.time import clock
from procurement_portal.web.refusal import Conflict, Invalid, Refused
from solicitations.actions import clarification, cure, interview, shortlist
from solicitations.models.cure import ClarificationRequest, CureItem, CureWindow, Interview
from solicitations.models.facts import RequiredDocument
from solicitations.models.opening import OpenedProposal
from solicitations.models.solicitation import Solicitation
from solicitations.queries import cure as queries
from tests.cast import Cast, Person
from tests.factories import evaluations
from tests.factories.documents import received

Mover = Callable[..., None]


def opened(cast: Cast) -> Solicitation:
    """An opened solicitation that asked for a W-9 and a board list; nobody handed one in."""
    row = evaluations.opened(cast)
    for kind in ("w9", "board_list"):
        RequiredDocument.objects.create(solicitation=row, kind=kind)
    return row


def proposal(row: Solicitation, position: int = 1) -> OpenedProposal:
    return row.opened_proposals.get(position=position)


def published(cast: Cast, row: Solicitation | None = None) -> CureWindow:
    row = row or opened(cast)
    items = [(one.proposal.pk, one.kind) for one in queries.lacking(row) if one.kind == "w9"]
    return cure.publish_window(
        actor=cast.percy.actor, solicitation_id=row.pk, closes_at=clock.now() + timedelta(days=3), note="Sign it",
        items=items,
    )  # fmt: skip


def paper(cast: Cast, who: Person, kind: str = "w9") -> int:
    body = who.actor.organization_id
    assert body is not None
    return papers.add_to_vault(
        who.actor, organization_id=body, kind=kind, title=f"Our {kind}", file=received(who.actor, name=f"{kind}.pdf")
    ).pk


def item(window: CureWindow, position: int = 1) -> CureItem:
    return window.items.get(proposal__position=position)


def test_what_lacks_is_found_by_comparing_notice_and_proposal(cast: Cast) -> None:
    row = opened(cast)
    RequiredDocument.objects.create(solicitation=row, kind="audit", needed="before_award")
    part = proposal(row).parts.create(position=90, part="document-w9", title="W-9")
    file = received(cast.alice.actor, name="w9.pdf")
    part.files.create(file=file, name="w9.pdf", size=file.size, sha256=file.sha256)
    assert {(one.proposal.position, one.kind) for one in queries.lacking(row)} == {
        (1, "board_list"), (2, "w9"), (2, "board_list"),
    }  # fmt: skip


def test_the_window_is_published_once_and_is_equal_for_all(cast: Cast) -> None:
    window = published(cast)
    told = Delivery.objects.filter(kind="solicitations.cure_asked", channel="mail")
    assert {d.organization_id for d in told} == {cast.alpha.pk, cast.beta.pk}
    due = set(Clock.objects.filter(rule="solicitations.cure").values_list("due_at", flat=True))
    assert due == {window.closes_at}
    with pytest.raises(Conflict, match="one cure window"):
        published(cast, window.solicitation)


def test_a_window_names_papers_and_a_future_hour(cast: Cast) -> None:
    row = opened(cast)
    with pytest.raises(Invalid) as refused:
        cure.publish_window(
            actor=cast.percy.actor, solicitation_id=row.pk, closes_at=clock.now(), note="",
            items=[(proposal(row).pk, "audit")],
        )  # fmt: skip
    assert set(refused.value.problems) == {"items", "closes_at"}
    for person in (cast.dora, cast.connor, cast.alice):
        with pytest.raises(Http404):
            cure.publish_window(
                actor=person.actor, solicitation_id=row.pk, closes_at=clock.now() + timedelta(days=1), note="", items=[]
            )


@pytest.mark.parametrize(("seconds", "taken"), [(-1, True), (1, False)])
def test_the_database_clock_decides_and_what_comes_late_is_on_record(
    cast: Cast, move_clock: Mover, seconds: int, taken: bool
) -> None:
    window, document = published(cast), paper(cast, cast.alice)
    move_clock(to=window.closes_at + timedelta(seconds=seconds))
    if taken:
        cure.hand_in(actor=cast.alice.actor, item_id=item(window).pk, document_id=document)
        assert item(window).document_id == document
        assert Clock.objects.get(rule="solicitations.cure", subject_id=str(item(window).pk)).outcome == "handed_in"
    else:
        with pytest.raises(Refused, match="nothing was handed in"):
            cure.hand_in(actor=cast.alice.actor, item_id=item(window).pk, document_id=document)
        assert item(window).cured_at is None
        assert Entry.objects.get(act="cure.late").actor_id == cast.alice.user.pk


def test_only_the_own_paper_of_the_right_kind_is_taken(cast: Cast) -> None:
    window = published(cast)
    for document in (paper(cast, cast.alice, "board_list"), paper(cast, cast.bob)):
        with pytest.raises(Invalid):
            cure.hand_in(actor=cast.alice.actor, item_id=item(window).pk, document_id=document)
    with pytest.raises(Http404):
        cure.hand_in(actor=cast.alice.actor, item_id=item(window, 2).pk, document_id=paper(cast, cast.alice))
    with pytest.raises(Refused, match="papers"):
        cure.hand_in(actor=cast.rita.actor, item_id=item(window).pk, document_id=paper(cast, cast.alice))


def asked(cast: Cast, row: Solicitation) -> ClarificationRequest:
    return clarification.ask(
        actor=cast.percy.actor, proposal_id=proposal(row).pk, question="Who mentors in July?",
        due_at=clock.now() + timedelta(days=2),
    )  # fmt: skip


def test_a_question_is_answered_once_in_time_and_changes_nothing_of_the_proposal(cast: Cast) -> None:
    row = opened(cast)
    before = list(proposal(row).parts.values())
    request = asked(cast, row)
    clarification.answer(actor=cast.ben.actor, request_id=request.pk, text="Two mentors a site.")
    with pytest.raises(Conflict, match="colleague"):
        clarification.answer(actor=cast.alice.actor, request_id=request.pk, text="Three.")
    request.refresh_from_db()
    assert (request.answer, list(proposal(row).parts.values())) == ("Two mentors a site.", before)
    assert [q.what for q in queries.beside(proposal(row)).questions] == [request.question]
    told = Delivery.objects.get(kind="solicitations.clarification_answered", channel="mail")
    assert told.user_id == cast.percy.user.pk


def test_an_answer_after_its_hour_is_refused_and_recorded(cast: Cast, move_clock: Mover) -> None:
    request = asked(cast, opened(cast))
    move_clock(to=request.due_at + timedelta(seconds=1))
    with pytest.raises(Refused, match="on record"):
        clarification.answer(actor=cast.ben.actor, request_id=request.pk, text="Two mentors a site.")
    request.refresh_from_db()
    assert (request.answer, Entry.objects.filter(act="clarification.late").count()) == ("", 1)


def test_nobody_answers_for_another_organization(cast: Cast) -> None:
    request = asked(cast, opened(cast))
    with pytest.raises(Http404):
        clarification.answer(actor=cast.bob.actor, request_id=request.pk, text="We do.")
    with pytest.raises(Refused):
        clarification.answer(actor=cast.rita.actor, request_id=request.pk, text="We do.")


def test_an_interview_is_invited_held_and_recorded_once(cast: Cast, move_clock: Mover) -> None:
    row = opened(cast)
    facts: dict[str, Any] = {"proposal_id": proposal(row).pk, "at": clock.now() + timedelta(days=1)}
    with pytest.raises(Invalid):
        interview.invite(actor=cast.percy.actor, **facts)
    made = interview.invite(actor=cast.percy.actor, place="Room 1403, City Hall", **facts)
    with pytest.raises(Invalid, match="not begun"):
        interview.keep_record(actor=cast.percy.actor, interview_id=made.pk, text="They explained July.")
    move_clock(to=made.at + timedelta(hours=1))
    interview.keep_record(actor=cast.percy.actor, interview_id=made.pk, text="They explained July.")
    with pytest.raises(Conflict):
        interview.keep_record(actor=cast.petra.actor, interview_id=made.pk, text="Again.")
    assert [i.what for i in queries.beside(proposal(row)).interviews] == ["They explained July."]
    assert "record" in queries.own_interviews(cast.alice.actor).get().get_deferred_fields()


def test_the_newest_shortlist_decision_counts_and_all_stay(cast: Cast) -> None:
    row = opened(cast)
    with pytest.raises(Invalid):
        shortlist.decide(actor=cast.percy.actor, proposal_id=proposal(row).pk, listed=True, reason=" ")
    for listed in (True, False):
        shortlist.decide(actor=cast.percy.actor, proposal_id=proposal(row).pk, listed=listed, reason="Compared")
    found = queries.proposals(cast.percy.actor).get(position=1)
    assert (found.listed, found.shortlist_decisions.count()) == (False, 2)
    with pytest.raises(Http404):
        shortlist.decide(actor=cast.dora.actor, proposal_id=proposal(row).pk, listed=True, reason="Mine")


def test_nothing_is_asked_any_more_once_it_is_recommended(cast: Cast) -> None:
    row = opened(cast)
    Solicitation.objects.filter(pk=row.pk).update(status="recommended")
    with pytest.raises(Conflict):
        asked(cast, row)


def test_the_pages_carry_the_window_and_the_questions(
    cast: Cast, as_: Callable[..., Any], django_assert_max_num_queries: Callable[..., Any]
) -> None:
    row = opened(cast)
    window, between = f"/plan/{row.number}/evaluation/cure/", f"/plan/{row.number}/evaluation/between/"
    officer, ours = as_(cast.percy), f"/our-answers/{proposal(row).submission_id}/requests/"
    assert cast.alpha.name in officer.get(window).content.decode()
    day = (clock.now() + timedelta(days=4)).date()
    hour = {"_0": day.month, "_1": day.day, "_2": day.year}
    data: dict[str, Any] = {"items": [f"{proposal(row).pk}:w9"], "note": ""}
    names = [f"closes_at{n}" for n in hour] + ["closes_at_3", "closes_at_4"]
    assert officer.post(window, data).status_code == 422
    published(cast, row)
    assert officer.post(window, data | dict.fromkeys(names, "")).status_code == 422
    with django_assert_max_num_queries(30):
        assert "Not yet" in officer.get(window).content.decode()
    assert cast.beta.name in officer.get(between).content.decode()
    one = f"{between}{proposal(row).pk}/"
    assert officer.post(one, {"act": "shortlist", "listed": "yes", "reason": "Strong plan"}).status_code == 303
    assert officer.post(one, {"act": "ask", "question": ""}).status_code == 422
    request = asked(cast, row)
    client, document = as_(cast.alice), paper(cast, cast.alice)
    shown = client.get(ours).content.decode()
    assert "Who mentors in July?" in shown
    handed = item(CureWindow.objects.get())
    form = {"act": f"hand_in:{handed.pk}", f"i{handed.pk}-document": str(document)}
    assert client.post(ours, form).status_code == 303
    assert client.post(ours, {"act": f"answer:{request.pk}", f"q{request.pk}-answer": ""}).status_code == 422
    assert client.post(ours, {"act": f"answer:{request.pk}", f"q{request.pk}-answer": "Two."}).status_code == 303
    assert "Handed in" in officer.get(window).content.decode()
    assert as_(cast.bob).get(ours).status_code == 404
    assert as_(cast.dora).get(window).status_code == 404
    assert Interview.objects.count() == 0


def test_readers_and_officers_see_the_answer_beside_the_proposal(cast: Cast, as_: Callable[..., Any]) -> None:
    evaluation = evaluations.panel(cast)
    row = evaluation.solicitation
    request = asked(cast, row)
    clarification.answer(actor=cast.ben.actor, request_id=request.pk, text="Two mentors a site.")
    seat = evaluation.panel.get(user=cast.eva.user)
    first, second = (seat.assignments.get(proposal=proposal(row, n)).pk for n in (1, 2))
    reader = as_(cast.eva)
    assert "Two mentors a site." in reader.get(f"/evaluation/readings/{first}/").content.decode()
    assert "Two mentors a site." not in reader.get(f"/evaluation/readings/{second}/").content.decode()
    assert "Two mentors a site." in as_(cast.percy).get(f"/plan/{row.number}/opening/1/").content.decode()
