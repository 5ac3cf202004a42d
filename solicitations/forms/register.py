"""The filters of the register of past contracts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from procurement_portal.web import words
from solicitations.queries.register import RegisterSearch, choices


class RegisterFilterForm(forms.Form):
    """All optional; `search()` gives the cleaned filters, one in error counts as not set."""

    text = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)
    department = forms.ChoiceField(label=_("Department, in the file's words"), required=False)
    contract_type = forms.ChoiceField(label=_("Contract type, in the file's words"), required=False)
    year = forms.IntegerField(label=_("Year of the last approval"), required=False, min_value=1980, max_value=2100)
    vendor = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)

    def __init__(self, data: Mapping[str, Any]) -> None:
        super().__init__(data)
        for name in ("department", "contract_type"):
            self.fields[name].choices = [("", _("Any")), *((v, words.data(v)) for v in choices(name))]  # type: ignore[attr-defined]

    def search(self) -> RegisterSearch:
        """The filters that hold."""
        self.is_valid()
        return RegisterSearch(**{name: value for name, value in self.cleaned_data.items() if value not in ("", None)})


class MergeForm(forms.Form):
    """One decision about two vendors."""

    merge = forms.IntegerField(widget=forms.HiddenInput)
    same = forms.TypedChoiceField(
        label=_("Are they one firm?"),
        choices=[("yes", _("One firm")), ("no", _("Two firms"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    why = forms.CharField(label=_("How you know"), max_length=300)
