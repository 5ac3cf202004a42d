"""The vault: papers of one organization, their versions and days; nobody else sees that they exist."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from procurement_portal.clocks.models import Clock
from procurement_portal.documents import actions, queries
from procurement_portal.documents.kinds import KINDS
from procurement_portal.documents.models import Document
from procurement_portal.documents.queries import Standing
from procurement_portal.history.models import Entry
from procurement_portal.time.clock import chicago, today
from procurement_portal.web.refusal import Conflict, Invalid, Refused
from tests.cast import Cast
from tests.factories.documents import document, received

pytestmark = pytest.mark.django_db


def test_a_paper_is_added_with_a_clock_that_warns_60_30_and_7_days_ahead(cast: Cast) -> None:
    until = today() + timedelta(days=200)
    found = document(cast.ben.actor, kind="good_standing", expires_on=until)
    clock = Clock.objects.get(rule="documents.lapse")
    assert clock.due_at == chicago(until, 23, 59) and clock.organization_id == cast.alpha.pk
    assert sorted(clock.reminders.values_list("days_before", flat=True)) == [7, 30, 60]
    entry = Entry.objects.get(act="document.add")
    assert (entry.actor_label, entry.subject_id) == ("Ben Alpha", str(found.pk))


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"kind": "good_standing"}, "expires_on"),
        ({"kind": "w9", "issued_on": 2, "expires_on": 1}, "issued_on"),
        ({"kind": "w9", "issued_on": -1, "expires_on": -2}, "expires_on"),
        ({"kind": "w9", "title": " "}, "title"),
        ({"kind": "unknown"}, "kind"),
        ({"kind": "insurance", "expires_on": 9, "details": {"coverage": "nonsense", "limit_cents": 1}}, "coverage"),
        ({"kind": "insurance", "expires_on": 9, "details": {"coverage": "cyber", "limit_cents": 0}}, "limit"),
    ],
)
def test_what_cannot_be_so_is_said_at_its_field(cast: Cast, given: dict[str, object], field: str) -> None:
    days = {k: today() + timedelta(days=v) if isinstance(v, int) else v for k, v in given.items()}
    with pytest.raises(Invalid) as refused:
        document(cast.ben.actor, **days)
    assert field in refused.value.problems
    assert Document.objects.count() == 0


def test_only_people_of_the_organization_who_may_manage_papers_do(cast: Cast) -> None:
    found = document(cast.ben.actor)
    for person in (cast.rita, cast.bob, cast.dora, cast.charlie):
        with pytest.raises(Refused):
            actions.remove(person.actor, found)
        with pytest.raises(Refused):
            actions.replace(person.actor, found, file=found.file)


def test_a_file_of_another_organization_is_never_put_into_a_vault(cast: Cast) -> None:
    file = received(cast.bea.actor)
    with pytest.raises(Invalid) as refused:
        actions.add_to_vault(cast.ben.actor, organization_id=cast.alpha.pk, kind="w9", title="W-9", file=file)
    assert "file" in refused.value.problems


def test_a_newer_version_takes_the_place_and_the_clock_and_the_earlier_one_stays_readable(cast: Cast) -> None:
    old = document(cast.ben.actor, kind="good_standing", expires_on=today() + timedelta(days=3))
    file = received(cast.fiona.actor, name="new.pdf")
    new = actions.replace(cast.fiona.actor, old, file=file, expires_on=today() + timedelta(days=400))
    assert [d.pk for d in queries.vault_of(cast.rita.actor, cast.alpha.pk)] == [new.pk]
    assert [d.pk for d in queries.versions_of(cast.rita.actor, old)] == [new.pk, old.pk]
    assert Clock.objects.get(stopped_at=None).subject_id == str(new.pk)
    assert Clock.objects.get(subject_id=str(old.pk)).outcome == "replaced"


def test_two_people_who_replace_at_once_get_one_version_and_a_conflict(cast: Cast) -> None:
    old = document(cast.ben.actor)
    mine, theirs = received(cast.ben.actor, name="a.pdf"), received(cast.fiona.actor, name="b.pdf")
    actions.replace(cast.ben.actor, old, file=mine)
    with pytest.raises(Conflict, match="newer version"):
        actions.replace(cast.fiona.actor, old, file=theirs)
    assert len(queries.versions_of(cast.ben.actor, old)) == 2


def test_a_correction_moves_the_clock_and_keeps_the_file(cast: Cast) -> None:
    found = document(cast.ben.actor, kind="good_standing", expires_on=today() + timedelta(days=20))
    later = today() + timedelta(days=90)
    actions.correct(cast.ben.actor, found, title="Good standing 2026", issued_on=None, expires_on=later)
    found.refresh_from_db()
    assert (found.title, found.expires_on) == ("Good standing 2026", later)
    assert Clock.objects.get(stopped_at=None).due_at == chicago(later, 23, 59)
    entry = Entry.objects.get(act="document.correct")
    assert entry.before["title"] == "Certificate" and entry.after["title"] == "Good standing 2026"


def test_a_removed_paper_is_out_of_the_vault_and_its_clock_stops(cast: Cast) -> None:
    found = document(cast.ben.actor, kind="good_standing", expires_on=today() + timedelta(days=20))
    actions.remove(cast.ben.actor, found, why="Wrong organization")
    assert not queries.vault_of(cast.ben.actor, cast.alpha.pk) and not Clock.objects.filter(stopped_at=None)
    assert Entry.objects.get(act="document.remove").why == "Wrong organization"
    with pytest.raises(Conflict):
        actions.remove(cast.ben.actor, found)


@pytest.mark.parametrize(
    ("days", "standing"),
    [
        (None, Standing.HAVE),
        (61, Standing.HAVE),
        (60, Standing.EXPIRING),
        (0, Standing.EXPIRING),
        (-1, Standing.LAPSED),
    ],
)
def test_a_paper_stands_by_its_last_day_which_is_itself_valid(cast: Cast, days: int | None, standing: Standing) -> None:
    until = None if days is None else today() + timedelta(days=days)
    document(cast.ben.actor, kind="w9", expires_on=until)
    found = queries.standing_of(cast.alpha.pk, ["w9", "audit"], today())
    assert [(f.kind.word, f.standing) for f in found] == [("w9", standing), ("audit", Standing.MISSING)]


def test_of_several_papers_of_a_kind_the_one_that_lasts_longest_counts(cast: Cast, django_assert_num_queries) -> None:
    document(cast.ben.actor, kind="insurance", expires_on=today() - timedelta(days=5), details=_COVER)
    good = document(cast.ben.actor, kind="insurance", expires_on=today() + timedelta(days=500), details=_COVER)
    day = today()
    with django_assert_num_queries(1):
        found = queries.standing_of(cast.alpha.pk, list(KINDS), day)
    assert len(found) == len(KINDS)
    assert {f.kind.word: f.document for f in found}["insurance"] == good


_COVER = {"coverage": "general_liability", "limit_cents": 100_000_000}


def test_a_refused_file_is_no_paper(cast: Cast) -> None:
    found = document(cast.ben.actor, kind="w9")
    found.file.state, found.file.state_reason = "refused", "Found"
    found.file.save()
    assert queries.standing_of(cast.alpha.pk, ["w9"], today())[0].standing == Standing.MISSING
    assert [d.pk for d in queries.refused_of(cast.ben.actor, cast.alpha.pk)] == [found.pk]


def test_another_organization_and_staff_see_nothing(cast: Cast) -> None:
    document(cast.ben.actor)
    for person in (cast.bob, cast.charlie, cast.dora, cast.adam, cast.pat):
        assert not queries.documents_of(person.actor).exists()
        assert not queries.vault_of(person.actor, cast.alpha.pk).exists()


def test_every_kind_says_what_it_is_and_how_long_it_takes() -> None:
    for word, kind in KINDS.items():
        assert kind.word == word and len(word) <= 40 and kind.label and kind.what and kind.takes
    with pytest.raises((KeyError, ValidationError)):
        queries.standing_of(1, ["unknown"], today())
