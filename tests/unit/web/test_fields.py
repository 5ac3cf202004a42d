"""Money, days, instants and files as people type them; forms as the portal draws them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict

from procurement_portal.web.fields import DateField, InstantField, MoneyField, UploadField


class Sample(forms.Form):
    amount = MoneyField(label="Amount", least=Decimal(100), most=Decimal(5000), help_text="In dollars.")
    begins = DateField(label="Begins", required=False)
    due = InstantField(label="Due")
    kind = forms.ChoiceField(label="Kind", choices=[("a", "Nonprofit"), ("b", "Business")], widget=forms.RadioSelect)
    file = UploadField(label="Budget", most_bytes=1000, endings=[".pdf"])


@pytest.mark.parametrize(
    ("typed", "amount"),
    [("1234", "1234.00"), ("$1,234.5", "1234.50"), (" 1,234.56 ", "1234.56"), ("0.07", "0.07"), (".5", "0.50")],
)
def test_money_is_taken_as_people_write_it(typed: str, amount: str) -> None:
    assert MoneyField().clean(typed) == Decimal(amount)


@pytest.mark.parametrize(
    "typed", ["12,34", "1.234", "12.345", "abc", "1e5", "$", ".", "1,2345", "NaN", "Infinity", "٣"]
)
def test_money_that_could_mean_two_things_is_refused(typed: str) -> None:
    with pytest.raises(forms.ValidationError):
        MoneyField().clean(typed)


def test_money_limits_are_told_in_dollars() -> None:
    with pytest.raises(forms.ValidationError, match=r"at least \$100\.00"):
        MoneyField(least=Decimal(100)).clean("99.99")
    with pytest.raises(forms.ValidationError, match=r"at most \$5,000\.00"):
        MoneyField(most=Decimal(5000)).clean("5000.01")
    with pytest.raises(forms.ValidationError):
        MoneyField().clean("-5")
    assert MoneyField(least=None).clean("(1,840.50)") == Decimal("-1840.50")


def test_a_shown_amount_that_comes_back_has_not_changed() -> None:
    assert not MoneyField().has_changed(Decimal("1234.50"), "1,234.5")
    assert MoneyField().has_changed(Decimal("1234.50"), "1234.51")


@pytest.mark.parametrize(
    ("parts", "day"),
    [(["11", "27", "2026"], date(2026, 11, 27)), (["2", "29", "2028"], date(2028, 2, 29)), (["", "", ""], None)],
)
def test_a_day_is_month_day_and_year(parts: list[str], day: date | None) -> None:
    assert DateField(required=False).clean(parts) == day


@pytest.mark.parametrize("parts", [["2", "30", "2026"], ["11", "27", "26"], ["11", "", "2026"], ["x", "1", "2026"]])
def test_a_day_that_does_not_exist_is_refused(parts: list[str]) -> None:
    with pytest.raises(forms.ValidationError):
        DateField().clean(parts)


def test_an_iso_day_is_taken_too() -> None:
    assert DateField().clean("2026-11-27") == date(2026, 11, 27)


@pytest.mark.parametrize(
    ("parts", "instant"),
    [
        (["11", "27", "2026", "17:00"], datetime(2026, 11, 27, 23, 0, tzinfo=UTC)),
        (["7", "4", "2026", "17:00"], datetime(2026, 7, 4, 22, 0, tzinfo=UTC)),
        (["11", "1", "2026", "01:30"], datetime(2026, 11, 1, 6, 30, tzinfo=UTC)),
    ],
)
def test_an_hour_is_that_of_chicagos_clocks_and_the_first_of_two(parts: list[str], instant: datetime) -> None:
    assert InstantField().clean(parts) == instant


def test_an_hour_that_the_spring_skips_is_refused() -> None:
    with pytest.raises(forms.ValidationError, match="does not exist"):
        InstantField().clean(["3", "8", "2026", "02:30"])


@pytest.mark.parametrize("hour", ["", "25:00", "9:00", "10:61"])
def test_an_instant_needs_its_hour(hour: str) -> None:
    with pytest.raises(forms.ValidationError):
        InstantField().clean(["3", "9", "2026", hour])


def test_a_file_too_large_or_of_another_kind_is_refused_with_the_limit() -> None:
    field = UploadField(most_bytes=1000, endings=[".pdf"])
    with pytest.raises(forms.ValidationError, match="limit is 1 KB"):
        field.clean(SimpleUploadedFile("a.pdf", b"x" * 1001))
    with pytest.raises(forms.ValidationError, match="PDF"):
        field.clean(SimpleUploadedFile("a.exe", b"x"))
    assert field.clean(SimpleUploadedFile("A.PDF", b"x" * 1000)) is not None


def _drawn(data: str | None = None) -> str:
    return str(Sample(QueryDict(data) if data is not None else None))


def test_label_hint_error_and_control_come_in_this_order_and_are_tied_together() -> None:
    page = _drawn("amount=12.345")
    order = [
        page.index(part) for part in ("Amount", 'id="id_amount_helptext"', 'id="id_amount_error"', 'name="amount"')
    ]
    assert order == sorted(order)
    control = page[page.index('name="amount"') :].split(">")[0]
    assert 'aria-describedby="id_amount_helptext id_amount_error"' in control
    assert 'aria-invalid="true"' in control
    assert 'value="12.345"' in control  # what was typed is kept


def test_needed_and_optional_are_said_in_words() -> None:
    page = _drawn()
    assert page.count("(required)") == 4
    assert page.count("(optional)") == 1
    assert " required" not in page.replace("aria-required", "")


def test_groups_are_fieldsets_with_legends_and_every_control_has_a_label() -> None:
    page = _drawn()
    assert page.count("<fieldset") == page.count("<legend") == 3
    for part in ("begins_0", "due_3", "kind_0", "kind_1", "amount"):
        assert f'for="id_{part}"' in page and f'id="id_{part}"' in page


def test_a_files_limits_are_said_before_and_tied_to_the_control() -> None:
    page = _drawn()
    assert 'id="id_file_limits">PDF, at most 1 KB<' in page
    assert "id_file_limits" in page[page.index('type="file"') :].split(">")[0]


def test_the_summary_leads_to_each_field(template: Any) -> None:
    page = template("{% error_summary form %}", form=Sample(QueryDict("amount=1&kind=c")))
    for target in ("id_amount", "id_due_0", "id_kind_0", "id_file"):
        assert f'href="#{target}"' in page
    assert template("{% error_summary form %}", form=Sample()).strip() == ""


def test_boxes_to_tick_are_squares_in_a_line_when_few_and_in_columns_when_many() -> None:
    class Ways(forms.Form):
        few = forms.MultipleChoiceField(choices=[("e", "E-mail"), ("p", "Portal")], widget=forms.CheckboxSelectMultiple)
        many = forms.MultipleChoiceField(choices=[(n, n) for n in range(77)], widget=forms.CheckboxSelectMultiple)

    page = str(Ways())
    assert page.count("usa-checkbox__input") == 79 and "usa-radio__input" not in page
    assert page.count("p-choices--few") == 1 == page.count("p-choices--many")


def test_a_label_that_asks_is_followed_by_no_colon_in_the_summary(template: Any) -> None:
    class Question(forms.Form):
        kind = forms.CharField(label="What kind is it?")
        amount = MoneyField(label="Amount asked for")
        name = forms.CharField(label="Legal name")

    page = template("{% error_summary form %}", form=Question(QueryDict("amount=ten")))
    assert ">What kind is it? Answer this question." in page and ">Amount asked for: Enter an amount" in page
    assert ">Enter the legal name." in page, "a message that names its field is not preceded by the name"


def test_hidden_fields_have_no_label(template: Any) -> None:
    class Filters(forms.Form):
        text = forms.CharField(widget=forms.HiddenInput)
        word = forms.CharField(label="Word")

    for source in ("{% fields form %}", "{% fields form 'text' 'word' %}"):
        page = template(source, form=Filters({"text": "youth", "word": "x"}))
        assert page.count("<label") == 1 and 'value="youth"' in page


@pytest.mark.parametrize(
    ("label", "field", "said"),
    [
        ("Title", forms.CharField, "Enter the title."),
        ("E-mail address", forms.EmailField, "Enter the e-mail address."),
        ("EIN of the firm", forms.CharField, "Enter the EIN of the firm."),
        ("Employer identification number (EIN)", forms.CharField, "Enter the employer identification number (EIN)."),
        ("Your question", forms.CharField, "Enter your question."),
        ("City or County", forms.ChoiceField, "Choose the City or County."),
        ("What happened", forms.CharField, "Say what happened."),
        ("Until", DateField, "Fill in “Until”."),
        ("Are they one firm?", forms.ChoiceField, "Answer this question."),
        ("Choose a person", forms.ChoiceField, "Choose a person."),
        ("I attest what stands above.", forms.BooleanField, "Check the box “I attest what stands above”."),
        ("Budget", forms.FileField, "Add the budget."),
    ],
)
def test_an_empty_field_says_what_to_enter(label: str, field: Any, said: str) -> None:
    form = type("Asked", (forms.Form,), {"it": field(label=label)})({})
    assert form.errors == {"it": [said]}
    assert said in form.as_div().replace("&quot;", '"')


def test_a_field_with_words_of_its_own_keeps_them_and_another_form_is_not_touched() -> None:
    class Own(forms.Form):
        day = DateField(label="Day", error_messages={"required": "Enter the last day it is valid."})
        name = forms.CharField()

    assert Own({}).errors == {"day": ["Enter the last day it is valid."], "name": ["Enter the name."]}
    assert Own.base_fields["name"].error_messages["required"] is forms.Field.default_error_messages["required"]
