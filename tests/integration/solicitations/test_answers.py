"""Answers save themselves as ciphertext, conflicts are shown, and nobody outside learns anything."""

from __future__ import annotations

from itertools import pairwise

import pytest
from django.db import connection
from django.utils.html import escape

from procurement_portal.clocks.models import Clock
from procurement_portal.history.models import Entry
from procurement_portal.notifications.deadlines import DeadlineNear
from procurement_portal.people.models.membership import Membership
from procurement_portal.time import clock
from procurement_portal.web.refusal import Conflict, Invalid, Refused
from solicitations.actions import answer
from solicitations.models.answer import Answer
from solicitations.models.question import Question
from solicitations.notifications.threads import SUBMISSION_THREADS
from solicitations.queries.draft import draft
from solicitations.queries.submission import opened, own
from solicitations.states import QuestionKind
from tests.cast import Cast, Person
from tests.factories.submissions import begin, fill, hand_in, open_solicitation, question, say

CANARY = "canary-7f3a-what-we-will-do"


@pytest.fixture
def proposal(cast: Cast):
    return begin(cast.ben, open_solicitation(cast))


def test_an_answer_is_ciphertext_from_the_first_save(cast: Cast, proposal) -> None:
    saved = say(cast.ben, proposal, QuestionKind.TEXT, CANARY)
    assert saved.version == 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT count(*) FROM "{table}" t WHERE t::text LIKE %s', [f"%{CANARY}%"])
            assert cursor.fetchone()[0] == 0, table
            cursor.execute(f'SELECT count(*) FROM "{table}" t WHERE t::text LIKE %s', [f"%{CANARY.encode().hex()}%"])
            assert cursor.fetchone()[0] == 0, table
    assert next(p.value for p in draft(own(cast.ben.actor).get()).parts if p.question.kind == "text") == CANARY


def test_an_older_save_cannot_be_put_back_in_the_database(cast: Cast, proposal) -> None:
    from procurement_portal.vault.sealing import SealBroken

    say(cast.ben, proposal, QuestionKind.TEXT, "first")
    old = bytes(Answer.objects.get().ciphertext)
    say(cast.ben, proposal, QuestionKind.TEXT, "second", base=1)
    Answer.objects.update(ciphertext=old)
    with pytest.raises(SealBroken):
        draft(proposal)


def test_two_editors_at_once_one_is_told_and_nothing_is_overwritten(cast: Cast, proposal) -> None:
    say(cast.ben, proposal, QuestionKind.TEXT, "Ben's")
    with pytest.raises(Conflict) as told:
        say(cast.alice, proposal, QuestionKind.TEXT, "Alice's", base=0)
    theirs = told.value.current
    assert (theirs.value, theirs.version, theirs.who) == ("Ben's", 1, cast.ben.user.name)
    assert say(cast.alice, proposal, QuestionKind.TEXT, "Alice's", base=1).version == 2


def test_the_same_save_sent_twice_is_one_save(cast: Cast, proposal) -> None:
    first = say(cast.ben, proposal, QuestionKind.TEXT, "once")
    again = say(cast.ben, proposal, QuestionKind.TEXT, "once")
    assert (first.version, first.at) == (again.version, again.at)


def test_the_autosave_address_speaks_the_protocol(cast: Cast, proposal, as_) -> None:
    text = question(proposal.solicitation, QuestionKind.TEXT)
    url, name = f"/our-answers/{proposal.pk}/save/", f"q-{text.key}"
    done = as_(cast.ben).post(url, {"field": name, "version": "0", name: "Hello"})
    assert done.status_code == 200 and done.json()["version"] == "1"
    assert done.json()["message"].startswith("Saved ") and done.json()["message"].split()[-1] in ("CST", "CDT")
    clash = as_(cast.alice).post(url, {"field": name, "version": "0", name: "Mine"})
    assert clash.status_code == 409
    assert clash.json() == {"version": "1", "value": {name: ["Hello"]}, "who": cast.ben.user.name}
    number = as_(cast.rita).post(url, {"field": name, "version": "1", name: "x"})
    assert number.status_code == 403 and "role" in number.json()["reason"]
    assert as_(cast.bob).post(url, {"field": name, "version": "1", name: "x"}).status_code == 404
    assert as_(cast.percy).post(url, {"field": name, "version": "1", name: "x"}).status_code == 404


def test_a_section_posted_without_script_saves_and_shows_conflicts_with_both_texts(cast: Cast, proposal, as_) -> None:
    text = question(proposal.solicitation, QuestionKind.TEXT)
    url, name = f"/our-answers/{proposal.pk}/sections/{text.section_id}/", f"q-{text.key}"
    assert as_(cast.ben).post(url, {name: "Written by Ben", f"v-{name}": "0"}).status_code == 303
    page = as_(cast.alice).post(url, {name: "Written by Alice", f"v-{name}": "0"})
    assert page.status_code == 409
    assert "Written by Ben" in page.content.decode() and "Written by Alice" in page.content.decode()
    assert page.content.decode().count("<title>Error:") == 1
    assert as_(cast.rita).get(url).status_code == 200


def test_a_role_for_one_departments_matters_reaches_its_answers_and_no_others(cast: Cast, proposal, as_) -> None:
    other = begin(cast.ben, open_solicitation(cast, department=cast.justice, title="Of the County"))
    family = ("people.department", str(cast.family.pk))
    Membership.objects.create(
        user=cast.charlie.user, organization=cast.alpha, role="preparer", scope_type=family[0], scope_id=family[1]
    )
    charlie = Person(cast.charlie.user, f"organization:{cast.alpha.pk}")
    assert list(own(charlie.actor)) == [proposal]
    say(charlie, proposal, QuestionKind.TEXT, "Written for one department")
    page = as_(charlie).get(f"/our-answers/{proposal.pk}/")
    assert page.status_code == 200 and as_(charlie).get(f"/our-answers/{other.pk}/").status_code == 404
    fresh = {d: open_solicitation(cast, department=d, title="Fresh") for d in (cast.family, cast.justice)}
    assert begin(charlie, fresh[cast.family]).organization_id == cast.alpha.pk
    with pytest.raises(Refused):
        begin(charlie, fresh[cast.justice])


def test_saving_to_go_on_leads_through_the_sections_to_the_review(cast: Cast, proposal, as_) -> None:
    way = [f"/our-answers/{proposal.pk}/sections/{each.section.pk}/" for each in draft(proposal).sections]
    way.append(f"/our-answers/{proposal.pk}/review/")
    for here, following in pairwise(way):
        assert as_(cast.ben).post(here, {"then": "go_on"})["Location"] == following
    assert as_(cast.ben).post(way[0], {})["Location"] == way[0]


def test_what_is_not_an_answer_of_the_kind_is_refused_in_words(cast: Cast, proposal) -> None:
    with pytest.raises(Invalid, match="Choose from the list"):
        say(cast.ben, proposal, QuestionKind.CHOICE, ["maybe"])


def test_staff_see_nothing_of_a_proposal_not_even_that_it_exists(cast: Cast, proposal, as_) -> None:
    fill(cast.ben, proposal)
    hand_in(cast.alice, proposal)
    for person in (cast.percy, cast.cleo, cast.adam, cast.pat, cast.bob, cast.charlie):
        assert not own(person.actor).exists() and not opened(person.actor).exists()
        for url in ("", "review/", "partners/", "missing/", "receipts/1/", "receipts/1/receipt.json"):
            assert as_(person).get(f"/our-answers/{proposal.pk}/{url}").status_code == 404, (person.user.name, url)


def test_a_role_given_for_one_proposal_alone_reaches_that_one_only(cast: Cast, proposal) -> None:
    Membership.objects.filter(user=cast.ben.user).delete()
    Membership.objects.create(
        user=cast.ben.user, organization=cast.alpha, role="preparer",
        scope_type="solicitations.submission", scope_id=str(proposal.pk),
    )  # fmt: skip
    other = begin(cast.alice, open_solicitation(cast))
    assert list(own(cast.ben.actor)) == [proposal]
    assert say(cast.ben, proposal, QuestionKind.TEXT, "mine").version == 1
    with pytest.raises(other.DoesNotExist):
        say(cast.ben, other, QuestionKind.TEXT, "not mine")


def test_an_addendum_asks_again_for_exactly_the_answers_it_touched(cast: Cast, proposal) -> None:
    fill(cast.ben, proposal)
    text = question(proposal.solicitation, QuestionKind.TEXT)
    Question.objects.filter(pk=text.pk).update(revision=2)
    assert [p.question.pk for p in draft(proposal).parts if p.unconfirmed] == [text.pk]
    text.refresh_from_db()
    with pytest.raises(Conflict):
        answer.confirm(actor=cast.ben.actor, submission=proposal, question=text, seen_revision=1)
    answer.confirm(actor=cast.ben.actor, submission=proposal, question=text, seen_revision=2)
    assert not any(p.unconfirmed for p in draft(proposal).parts)


def test_the_list_asks_the_same_number_of_questions_for_one_and_for_twenty(
    cast: Cast, as_, django_assert_max_num_queries
) -> None:
    for _ in range(20):
        begin(cast.ben, open_solicitation(cast))
    client = as_(cast.ben)
    with django_assert_max_num_queries(22) as seen:
        assert client.get("/our-answers/").status_code == 200
    from solicitations.models.submission import Submission

    Submission.objects.exclude(pk=Submission.objects.first().pk)
    more = len(seen.captured_queries)
    for _ in range(4):
        begin(cast.ben, open_solicitation(cast))
    with django_assert_max_num_queries(more):
        client.get("/our-answers/")


def test_starting_is_for_writers_and_happens_once(cast: Cast) -> None:
    asked = open_solicitation(cast)
    first = begin(cast.ben, asked)
    assert begin(cast.alice, asked).pk == first.pk
    for person in (cast.rita, cast.percy, cast.charlie):
        with pytest.raises(Refused):
            begin(person, asked)
    assert first.started_at <= clock.now()


def test_what_has_no_answer_is_said_once_a_section_not_once_a_question(cast: Cast, proposal, as_) -> None:
    page = as_(cast.ben).get(f"/our-answers/{proposal.pk}/missing/").content.decode()
    sections = Question.objects.filter(solicitation=proposal.solicitation, required=True).values("section").distinct()
    assert page.count("No answer yet:") == sections.count() >= 1
    assert "has no answer" not in page
    text = question(proposal.solicitation, QuestionKind.TEXT)
    assert f'translate="no">{escape(text.prompt)}</a>' in page and f">{escape(text.section.title)}</" in page


def test_the_due_hour_says_its_holder_which_solicitation_and_history_says_nobody(cast: Cast, proposal) -> None:
    held = Clock.objects.get(subject_type="solicitations.submission")
    assert proposal.solicitation.number in held.what and held.subject_label == proposal.solicitation.title
    notice = DeadlineNear(
        clock_id=held.pk, what=held.what, about=held.subject_label, due_at=held.due_at, days_before=3, citation=""
    )
    assert proposal.solicitation.title in notice.subject() and "Proposal" not in notice.subject()
    for entry in Entry.objects.filter(subject_type__in=("clocks.clock", "solicitations.submission")):
        assert proposal.solicitation.title not in entry.subject_label
        assert proposal.solicitation.number not in entry.subject_label


def test_who_may_only_read_is_not_asked_to_write(cast: Cast, proposal, as_) -> None:
    asked = ("Continue the answer due next", "Go on writing")
    for where in ("/", "/our-answers/", f"/our-answers/{proposal.pk}/"):
        page = as_(cast.rita).get(where).content.decode()
        assert proposal.solicitation.title in page or proposal.solicitation.number in page, where
        assert not [words for words in asked if words in page], where
    assert asked[0] in as_(cast.ben).get("/").content.decode()


def test_messages_about_an_answer_reach_whoever_has_a_role_for_it_alone(cast: Cast, proposal) -> None:
    other = begin(cast.ben, open_solicitation(cast, department=cast.justice))
    for person, scope in ((cast.charlie, proposal.scope), (cast.fiona, ("people.department", str(cast.family.pk)))):
        Membership.objects.filter(user=person.user).delete()
        Membership.objects.create(
            user=person.user, organization=cast.alpha, role="preparer", scope_type=scope[0], scope_id=scope[1]
        )
    told = {r.user.email for r in SUBMISSION_THREADS.participants(proposal) if r.user}
    assert {"charlie@example.org", "fiona@example.org", "ben@example.org"} <= told
    assert not {"charlie@example.org", "fiona@example.org"} & {
        r.user.email for r in SUBMISSION_THREADS.participants(other) if r.user
    }
