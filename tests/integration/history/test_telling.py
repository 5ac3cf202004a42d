"""Acts are told in words; a protected value is shown for a reason that stays."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import transaction
from django.template.loader import render_to_string

from procurement_portal.history import telling
from procurement_portal.history.models import Entry
from procurement_portal.history.record import entries_for, record
from procurement_portal.history.reveal import reveal
from procurement_portal.vault.fields import Secret
from procurement_portal.web.refusal import Invalid
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def test_an_act_says_who_as_whom_what_when_why_and_what_changed(cast: Cast) -> None:
    with transaction.atomic():
        record(
            cast.dora.actor, "department.rename", cast.family, why="New ordinance <b>", law="MCC 2-50",
            before={"name": "Old", "expires_on": "2026-11-27", "kept": 1},
            after={"name": "New", "expires_on": None, "kept": 1, "due_at": "2026-11-27T23:00:00+00:00"},
        )  # fmt: skip
    told = telling.tell(entries_for([cast.family]))[0]
    assert (told.what, told.who, told.as_whom) == ("Department: rename", "Dora Family", "Department of Family Services")
    assert [(c.label, c.before, c.after) for c in told.changes] == [
        ("Name", "Old", "New"),
        ("Expires on", "Fri, Nov 27, 2026", "not given"),
        ("Due", "not given", "Fri, Nov 27, 2026, 5:00 pm CST"),
    ]
    page = render_to_string("history/_acts.html", {"acts": [told]})
    for words in ("Dora Family", "Department: rename", "New ordinance &lt;b&gt;", "MCC 2-50", "Fri, Nov 27, 2026"):
        assert words in page


def test_no_acts_is_said_in_words() -> None:
    assert "Nothing has been done" in render_to_string("history/_acts.html", {"acts": []})


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (True, "yes"),
        ([], "none"),
        (["a", 2], "a, 2"),
        ({"name": "x"}, "Name: x"),
        ("2026-13-99", "2026-13-99"),
        (0, "0"),
    ],
)
def test_a_stored_value_is_told_in_words(value: object, shown: str) -> None:
    assert telling.value_words(value) == shown


def test_a_reveal_needs_a_reason_and_leaves_an_entry_without_the_value(cast: Cast) -> None:
    cast.alpha.ein = Secret("36-1234567")  # type: ignore[attr-defined]
    with pytest.raises(Invalid):
        reveal(cast.fay.actor, cast.alpha, "ein", why=" ")
    assert Entry.objects.count() == 0
    assert reveal(cast.fay.actor, cast.alpha, "ein", why="Payment returned by the bank") == "36-1234567"
    entry = Entry.objects.get()
    assert (entry.act, entry.witnessed, entry.actor_id) == ("secret.reveal", True, cast.fay.user.pk)
    assert "1234567" not in str(vars(entry)) and entry.at <= datetime.now(UTC).replace(year=2100)


def test_only_a_secret_is_revealed(cast: Cast) -> None:
    with pytest.raises(TypeError):
        reveal(cast.fay.actor, cast.alpha, "name", why="Curiosity")
