"""Drafting: numbers, topics, conflicts, the scope of the City's program, copies."""

from __future__ import annotations

import threading
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.http import Http404

from procurement_portal.history.models import Entry
from procurement_portal.web.refusal import Conflict, Invalid, Refused
from solicitations.actions import criterion as criteria
from solicitations.actions import question as questions
from solicitations.actions import solicitation as actions
from solicitations.actions import template as templates
from solicitations.actions.criteria_library import load_seed
from solicitations.models.criteria_library import Departure, LibraryItem
from solicitations.models.solicitation import Solicitation
from solicitations.queries import topics
from solicitations.queries.programs import programs
from solicitations.queries.version import fingerprint, snapshot
from tests.cast import Cast, make_cast
from tests.factories.solicitations import add_contents, make_draft, make_published

NEW = {"title": "Warm meals for seniors", "method": "rfp", "service_category": "senior_meals"}


def save(cast: Cast, row: Solicitation, topic: str, **given: Any) -> Solicitation:
    return actions.save_topic(
        actor=cast.dora.actor, solicitation_id=row.pk, topic=topic, version=topics.version(row, topic), given=given
    )


def test_a_draft_gets_the_next_number_of_its_department_and_fiscal_year(cast: Cast) -> None:
    first = actions.draft(actor=cast.dora.actor, **NEW)
    second = actions.draft(actor=cast.percy.actor, **NEW)
    other = actions.draft(actor=cast.cora.actor, **NEW)
    assert first.number.startswith("CHI-DFS-") and first.number.endswith("-0001")
    assert second.number.endswith("-0002")
    assert other.number.startswith("COOK-JAC-") and other.number.endswith("-0001")
    assert Entry.objects.filter(act="solicitation.draft", subject_id=str(first.pk)).count() == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [({"title": "  "}, "title"), ({"method": "auction"}, "method"), ({"service_category": "x"}, "service_category")],
)
def test_a_draft_refuses_bad_words_at_the_field(cast: Cast, change: dict[str, str], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        actions.draft(actor=cast.dora.actor, **{**NEW, **change})
    assert field in refused.value.problems
    assert not Solicitation.objects.exists()


@pytest.mark.parametrize("who", ["fay", "adam", "alice", "charlie"])
def test_only_officers_draft(cast: Cast, who: str) -> None:
    with pytest.raises(Refused):
        actions.draft(actor=getattr(cast, who).actor, **NEW)


def test_a_second_save_of_the_same_page_is_a_conflict_that_shows_what_is_saved(cast: Cast) -> None:
    row = make_draft(cast)
    shown = topics.version(row, "texts")
    save(cast, row, "texts", summary="Percy's words")
    with pytest.raises(Conflict) as crossed:
        actions.save_topic(
            actor=cast.dora.actor, solicitation_id=row.pk, topic="texts", version=shown, given={"summary": "Dora's"}
        )
    assert crossed.value.current["summary"] == "Percy's words"
    row.refresh_from_db()
    assert row.summary == "Percy's words"


def test_two_topics_do_not_cross(cast: Cast) -> None:
    row = make_draft(cast)
    awards = topics.version(row, "awards")
    save(cast, row, "texts", summary="New")
    actions.save_topic(
        actor=cast.percy.actor, solicitation_id=row.pk, topic="awards", version=awards, given={"term_months": 24}
    )
    row.refresh_from_db()
    assert (row.summary, row.term_months, row.lock) == ("New", 24, 3)


def test_another_department_does_not_find_the_draft_and_a_published_one_is_not_changed(cast: Cast) -> None:
    row = make_draft(cast)
    with pytest.raises(Http404):
        actions.save_topic(actor=cast.cora.actor, solicitation_id=row.pk, topic="texts", version="", given={})
    with pytest.raises(Refused):
        save(cast, make_published(cast), "texts", summary="Later")
    with pytest.raises(Refused):  # across departments one may look, not touch
        actions.save_topic(actor=cast.cleo.actor, solicitation_id=row.pk, topic="texts", version="", given={})


@pytest.mark.parametrize(
    ("topic", "given", "field"),
    [
        ("awards", {"amount_total": Decimal(0)}, "amount_total"),
        ("awards", {"award_min": Decimal(500), "award_max": Decimal(400)}, "award_max"),
        ("awards", {"award_min": Decimal("1e20")}, "award_min"),
        ("areas", {"areas": [78]}, "areas"),
        ("answering", {"languages": ["tlh"]}, "languages"),
        ("answering", {"unconfirmed_rule": "forget"}, "unconfirmed_rule"),
        ("schedule", {"conference_link": "javascript:alert(1)"}, "conference_link"),
        ("funding", {"shares": [{"source": "moon", "program": "", "fraction": Decimal(1)}]}, "shares"),
        ("funding", {"shares": [{"source": "city", "program": "", "fraction": Decimal(0)}]}, "shares"),
        ("funding", {"shares": [{"source": "city", "program": "", "fraction": Decimal("0.5")}] * 2}, "shares"),
        ("documents", {"documents": [{"kind": "w9", "needed": "with_answer"}] * 2}, "documents"),
    ],
)
def test_bad_input_is_told_at_its_field_and_nothing_changes(
    cast: Cast, topic: str, given: dict[str, Any], field: str
) -> None:
    row = add_contents(make_draft(cast))
    before = snapshot(row)
    with pytest.raises(Invalid) as refused:
        save(cast, row, topic, **given)
    assert field in refused.value.problems
    assert snapshot(Solicitation.objects.get(pk=row.pk)) == before


def test_a_grant_funded_delegate_agency_contract_is_out_of_the_program_with_its_reason(cast: Cast) -> None:
    row = make_draft(cast)
    save(cast, row, "funding", shares=[{"source": "federal", "program": "WIOA", "fraction": Decimal(1)}])
    row = Solicitation.objects.select_related("scope_trace", "department").get(pk=row.pk)
    assert row.scope_trace is not None
    assert row.scope_trace.answer["reason"] == "delegate_agency_contract"
    line = programs(row)[0]
    assert (line.state, line.sentence) == ("does_not", "Not in the program: it is a delegate agency contract.")


def test_a_mixed_funding_waits_for_the_officer_and_a_missing_fact_leaves_it_open(cast: Cast) -> None:
    row = make_draft(cast)
    half = Decimal("0.5")
    shares = [{"source": s, "program": "", "fraction": half} for s in ("federal", "private")]
    save(cast, row, "funding", shares=shares)
    row = Solicitation.objects.select_related("scope_trace", "department").get(pk=row.pk)
    assert programs(row)[0].state == "undecided"
    save(cast, row, "funding", pass_through=None)
    row = Solicitation.objects.select_related("scope_trace", "department").get(pk=row.pk)
    assert row.scope_trace is None
    assert programs(row)[0].state == "unknown"


def test_the_county_is_told_that_its_preferences_do_not_touch_a_request_for_proposals(cast: Cast) -> None:
    row = make_draft(cast, cast.justice, drafted_by=cast.cora.user)
    city, county = programs(row)
    assert (city.state, county.state) == ("does_not", "does_not")
    assert "A-18" in county.sentence
    row.method = "competitive_bid"
    assert programs(row)[1].state == "applies"


def test_a_copy_takes_everything_but_number_dates_and_estimate(cast: Cast) -> None:
    source = make_published(cast, estimate=Decimal(900))
    copy = templates.copy(actor=cast.cora.actor, source_id=source.pk, title="Again, in the County")
    was, now = snapshot(source), snapshot(Solicitation.objects.get(pk=copy.pk))
    for part in ("areas", "funding", "documents", "criteria", "sections", "questions"):
        assert now[part] == was[part], part
    assert copy.due_at is None and copy.estimate is None and copy.copied_from_id == source.pk
    assert copy.department_id == cast.justice.pk and copy.status == "draft"


def test_a_draft_of_another_department_cannot_be_copied(cast: Cast) -> None:
    row = make_draft(cast)
    with pytest.raises(Http404):
        templates.copy(actor=cast.cora.actor, source_id=row.pk, title="Mine now")


def test_a_library_criterion_is_used_changed_with_a_reason_or_left_out_with_one(cast: Cast) -> None:
    assert load_seed(actor=cast.cleo.actor) == 4
    assert load_seed(actor=cast.cleo.actor) == 0
    item = LibraryItem.objects.get(code="cultural-competence-and-place")
    row = make_draft(cast)
    mine = {"actor": cast.dora.actor, "solicitation_id": row.pk}
    taken = criteria.add_from_library(**mine, item_id=item.pk, weight=Decimal(20))
    shown = fingerprint(criteria.criterion_values(taken))
    changed = {"description": "Only by letters of support."}
    with pytest.raises(Invalid) as refused:
        criteria.change(**mine, criterion_id=taken.pk, version=shown, given=changed)
    assert "departure_reason" in refused.value.problems
    criteria.change(**mine, criterion_id=taken.pk, version=shown, given=changed, departure_reason="The grant asks so.")
    assert Departure.objects.get(solicitation=row).way == "changed"
    criteria.delete(**mine, criterion_id=taken.pk)
    assert not Departure.objects.filter(solicitation=row).exists()
    with pytest.raises(Invalid):
        criteria.leave_out(**mine, item_id=item.pk, reason=" ")
    criteria.leave_out(**mine, item_id=item.pk, reason="Equipment only; no services to people.")
    assert Departure.objects.get(solicitation=row).way == "left_out"


def test_the_library_is_kept_by_the_chief_procurement_officer(cast: Cast) -> None:
    with pytest.raises(Refused):
        load_seed(actor=cast.dora.actor)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"prompt": " "}, "prompt"),
        ({"kind": "essay"}, "kind"),
        ({"kind": "choice", "options": {"choices": []}}, "options"),
        ({"kind": "choice", "options": {"choices": [{"value": "a", "label": "A"}] * 2}}, "options"),
        ({"kind": "number", "options": {"least": "5", "most": "4"}}, "options"),
        ({"kind": "number", "options": {"least": "five"}}, "options"),
        ({"kind": "file", "options": {"kinds": ["exe"], "most_files": 1, "most_megabytes": 5}}, "options"),
        ({"kind": "file", "word_limit": 5, "options": {"kinds": ["pdf"], "most_files": 1, "most_megabytes": 5}},
         "word_limit"),
        ({"word_limit": 0}, "word_limit"),
    ],
)  # fmt: skip
def test_a_question_that_is_not_well_formed_is_refused(cast: Cast, given: dict[str, Any], field: str) -> None:
    row = add_contents(make_draft(cast))
    section = row.sections.get(position=1)
    whole = {"kind": "text", "prompt": "Why?", "marking": "information", "options": {}, **given}
    with pytest.raises(Invalid) as refused:
        questions.add_question(actor=cast.dora.actor, solicitation_id=row.pk, section_id=section.pk, given=whole)
    assert field in refused.value.problems
    assert row.questions.count() == 3


def test_a_criterion_of_another_solicitation_cannot_be_asked_about(cast: Cast) -> None:
    mine, theirs = add_contents(make_draft(cast)), add_contents(make_draft(cast))
    foreign = theirs.criteria.first()
    assert foreign is not None
    section = mine.sections.get(position=1)
    given = {"kind": "text", "prompt": "Why?", "marking": "scored", "criterion": foreign.pk, "options": {}}
    with pytest.raises(Http404):
        questions.add_question(actor=cast.dora.actor, solicitation_id=mine.pk, section_id=section.pk, given=given)


def test_questions_move_and_leave(cast: Cast) -> None:
    row = add_contents(make_draft(cast))
    second = row.sections.get(position=2)
    text, budget = second.questions.order_by("position")
    mine = {"actor": cast.dora.actor, "solicitation_id": row.pk}
    questions.move_question(**mine, question_id=budget.pk, direction="up")
    questions.move_question(**mine, question_id=budget.pk, direction="up")  # already first: nothing happens
    assert list(second.questions.order_by("position")) == [budget, text]
    with pytest.raises(Invalid):
        questions.delete_section(**mine, section_id=second.pk)
    questions.delete_question(**mine, question_id=text.pk)
    assert Entry.objects.get(act="question.delete").before["question"] == "Describe a participant's week."
    questions.move_section(**mine, section_id=second.pk, direction="up")
    assert [s.title for s in row.sections.order_by("position")] == ["Your program", "Your organization"]


@pytest.mark.django_db(transaction=True)
def test_ten_drafts_at_once_get_ten_numbers() -> None:
    cast = make_cast()
    actor, made, failed = cast.dora.actor, [], []

    def begin() -> None:
        try:
            made.append(actions.draft(actor=actor, **NEW).number)
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=begin) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert sorted(number[-4:] for number in made) == [f"{n:04d}" for n in range(1, 11)]
