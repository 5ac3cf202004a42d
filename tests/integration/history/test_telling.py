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
from procurement_portal.people.bodies import Body
from procurement_portal.people.queries.members import acts
from procurement_portal.vault.fields import Secret
from procurement_portal.web.refusal import Invalid
from solicitations.workflow.award import AWARD
from solicitations.workflow.contract import CONTRACT
from solicitations.workflow.evaluation import EVALUATION
from solicitations.workflow.notice import ADDENDUM, SOLICITATION, SUBMISSION
from tests.cast import Cast
from tests.factories.solicitations import make_draft

pytestmark = pytest.mark.django_db
WORKFLOWS = (ADDENDUM, AWARD, CONTRACT, EVALUATION, SOLICITATION, SUBMISSION)


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


def test_stored_values_are_told_by_the_words_people_read(cast: Cast) -> None:
    notice = make_draft(cast)
    with transaction.atomic():
        record(
            cast.dora.actor, "solicitation.begin_evaluation", notice,
            before={"status": "opened"}, after={"status": "under_evaluation", "method": "rfp", "languages": ["en"]},
        )  # fmt: skip
        record(
            cast.alice.actor, "organization.edit_profile", cast.alpha, before={"budget": ""}, after={"budget": "to_10m"}
        )
    told = telling.tell(entries_for([notice]))[0]
    assert told.what == "Begin the evaluation"
    assert [(c.label, c.before, c.after) for c in told.changes][:2] == [
        ("Status", "Closed, answers opened", "Under evaluation"),
        ("Method", "not given", "Request for proposals"),
    ]
    assert telling.tell(entries_for([cast.alpha]))[0].changes[0].after == "$2 million to $10 million"
    assert [act.what for act in acts(cast.alice.actor, Body(organization_id=cast.alpha.pk))] == [
        "Changed the profile: $2 million to $10 million"
    ]


def test_every_state_of_every_workflow_is_told_by_its_public_name() -> None:
    for workflow in WORKFLOWS:
        for state, name in workflow.public.items():
            entry = Entry(act=f"{workflow.name}.x", subject_type="history.entry")
            assert telling.fact_words(entry, workflow.field, str(state)) == str(name)


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
