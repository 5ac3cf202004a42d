"""Steps, documents, signatures and amendments of contracts, as forms."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from procurement_portal.people.models.body import Department
from procurement_portal.web.fields import DateField, MoneyField
from solicitations.states import AmendmentKind, ContractState, Side
from solicitations.workflow.contract import CONTRACT


class ListForm(forms.Form):
    """The filters of a list of contracts, read from the address."""

    state = forms.ChoiceField(
        label=_("State"), required=False,
        choices=[("", _("All")), *((state.value, CONTRACT.public[state]) for state in ContractState)],
    )  # fmt: skip
    department = forms.TypedChoiceField(label=_("Department"), required=False, coerce=int, empty_value=None)

    def __init__(self, *args: Any, departments: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("All")), *((str(pk), name) for pk, name in departments)]
        self.fields["department"].choices = choices  # type: ignore[attr-defined]


def departments_of(jurisdiction: str) -> list[tuple[int, str]]:
    """(id, name) of a government's departments."""
    return list(Department.objects.filter(jurisdiction=jurisdiction).values_list("pk", "name"))


class PassForm(forms.Form):
    """A check that passed."""

    why = forms.CharField(
        label=_("Note (both sides read it)"), required=False, max_length=1000, widget=forms.Textarea({"rows": 2})
    )


class NotNeededForm(forms.Form):
    """A check this contract does not need."""

    why = forms.CharField(label=_("Why it is not needed"), max_length=1000, widget=forms.Textarea({"rows": 2}))


class ReturnForm(forms.Form):
    """A step that is sent back."""

    to = forms.ChoiceField(label=_("To whom"), choices=Side.choices, widget=forms.RadioSelect)
    why = forms.CharField(label=_("What has to be done"), max_length=2000, widget=forms.Textarea({"rows": 3}))


class AnswerForm(forms.Form):
    """The answer to a return."""

    answer = forms.CharField(label=_("What was done"), max_length=2000, widget=forms.Textarea({"rows": 3}))


class PaperForm(forms.Form):
    """A new document in the place of the standing one."""

    title = forms.CharField(label=_("Title of the contract"), max_length=300)
    conditions = forms.CharField(
        label=_("Conditions"), required=False, max_length=20_000, widget=forms.Textarea({"rows": 8}),
        help_text=_("What the contract says beyond scope, budget and term."),
    )  # fmt: skip
    why = forms.CharField(
        label=_("Why the document is replaced (both sides read it)"),
        max_length=1000,
        widget=forms.Textarea({"rows": 2}),
    )


class SignatureForm(forms.Form):
    """A signature. `sha256` is the document's that was shown."""

    agreed = forms.BooleanField(label=_("I sign this document."))
    typed_name = forms.CharField(label=_("Your name, as it stands in your account"), max_length=200)
    title = forms.CharField(label=_("Your title"), max_length=200, help_text=_("Such as Executive Director."))
    sha256 = forms.CharField(widget=forms.HiddenInput, max_length=64)


class ChangeForm(forms.Form):
    """What an amendment changes in a contract."""

    amount_change = MoneyField(
        label=_("By how much the amount changes"),
        required=False,
        least=None,
        help_text=_("With a minus if it becomes less."),
    )
    new_ends_on = DateField(label=_("New last day"), required=False)
    scope_change = forms.CharField(
        label=_("What changes in the services"), required=False, max_length=20_000, widget=forms.Textarea({"rows": 5})
    )


class AmendmentForm(ChangeForm):
    """A change of an executed contract."""

    field_order = ("kind",)

    kind = forms.ChoiceField(label=_("What it changes"), choices=AmendmentKind.choices)
    reason = forms.CharField(
        label=_("Reason (everybody reads it)"), max_length=2000, widget=forms.Textarea({"rows": 3})
    )
