"""The server's side of a form that saves itself."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django import forms
from django.http import QueryDict
from django.test import RequestFactory

from procurement_portal.web import autosave
from procurement_portal.web.fields import DateField, MoneyField
from procurement_portal.web.refusal import Invalid


class Answer(forms.Form):
    amount = MoneyField(least=Decimal(100))
    begins = DateField()
    story = forms.CharField(max_length=10)
    locked = forms.CharField(disabled=True)


def _sent(**data: str) -> autosave.Sent:
    return autosave.read(RequestFactory().post("/save/", data))


@pytest.mark.parametrize(
    ("data", "value"),
    [
        ({"field": "amount", "amount": "$1,234.5"}, Decimal("1234.50")),
        ({"field": "begins", "begins_month": "11", "begins_day": "27", "begins_year": "2026"}, date(2026, 11, 27)),
        ({"field": "story", "story": ""}, ""),
        ({"field": "begins", "begins_month": "", "begins_day": "", "begins_year": ""}, None),
    ],
)
def test_one_field_is_cleaned_without_the_others(data: dict[str, str], value: Any) -> None:
    sent = _sent(version="v1", **data)
    form = Answer(sent.data)
    assert autosave.clean(form, sent.field) == (value, [])
    assert form.fields["story"].required  # submitting still asks for it


def test_a_value_the_field_does_not_take_gives_its_own_words() -> None:
    value, errors = autosave.clean(Answer(QueryDict("amount=5")), "amount")
    assert value is None and errors == ["Enter an amount of at least $100.00."]
    assert autosave.clean(Answer(QueryDict("story=longer than ten")), "story")[1]


@pytest.mark.parametrize("name", ["locked", "password", "", "amount_0"])
def test_a_field_the_form_does_not_offer_is_not_taken(name: str) -> None:
    with pytest.raises(Invalid):
        autosave.clean(Answer(QueryDict("locked=x")), name)


def test_a_prefix_is_part_of_the_name_the_browser_knows() -> None:
    form = Answer(QueryDict("lead-story=short"), prefix="lead")
    assert autosave.clean(form, "lead-story") == ("short", [])


@pytest.mark.parametrize("data", [{}, {"field": "story"}, {"version": "v1"}])
def test_a_request_that_is_no_autosave_is_refused(data: dict[str, str]) -> None:
    with pytest.raises(Invalid):
        _sent(**data)


def test_the_answers_are_what_the_script_reads() -> None:
    at = datetime(2026, 11, 22, 20, 14, tzinfo=UTC)
    assert json.loads(autosave.saved(3, at, missing=2).content) == {
        "version": "3",
        "message": "Saved 2:14 pm CST",
        "missing": 2,
    }
    told = autosave.conflict("v9", {"story": ["theirs"]}, "Ana Ruiz")
    assert told.status_code == 409
    assert json.loads(told.content) == {"version": "v9", "value": {"story": ["theirs"]}, "who": "Ana Ruiz"}
    assert autosave.invalid(["no"]).status_code == 422 and autosave.refused("late").status_code == 403
    assert autosave.refused("late")["Content-Type"] == "application/json"
