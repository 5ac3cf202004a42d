"""What an addendum says and changes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from procurement_portal.web.fields import DateField, InstantField, MoneyField


class AddendumForm(forms.Form):
    """The plain words, and the texts, amounts and dates as they will stand."""

    announcement = forms.CharField(
        label=_("What changes, in plain words"), required=False, widget=forms.Textarea({"rows": 3}),
        help_text=_("Stands above the list of changes and in the message to everybody who follows the notice."),
    )  # fmt: skip
    due_at = InstantField(
        label=_("Answers due"), help_text=_("Never earlier than now. It moves by itself when the addendum comes late.")
    )
    questions_due_at = InstantField(label=_("Questions due"))
    conference_at = InstantField(label=_("Pre-submittal conference"), required=False)
    conference_place = forms.CharField(label=_("Place of the conference"), max_length=200, required=False)
    conference_link = forms.URLField(
        label=_("Link of the conference"), max_length=300, required=False, assume_scheme="https"
    )
    expected_start_on = DateField(label=_("Expected start of services"))
    amount_total = MoneyField(label=_("For all awards together"))
    award_min = MoneyField(label=_("Smallest award"))
    award_max = MoneyField(label=_("Largest award"))
    summary = forms.CharField(label=_("Summary"), widget=forms.Textarea({"rows": 3}))
    purpose = forms.CharField(label=_("Purpose and background"), widget=forms.Textarea({"rows": 5}))
    services = forms.CharField(label=_("Services we want"), widget=forms.Textarea({"rows": 8}))
    eligibility = forms.CharField(label=_("Who may apply"), widget=forms.Textarea({"rows": 4}))
    lock = forms.IntegerField(widget=forms.HiddenInput)

    def facts(self) -> dict[str, Any]:
        """The fields of the notice."""
        return {n: v for n, v in self.cleaned_data.items() if n not in ("announcement", "lock")}
