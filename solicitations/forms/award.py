"""Acts on awards: the announcement, a call from the waiting list, the legislative step."""

from __future__ import annotations

from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from procurement_portal.web.fields import DateField, MoneyField
from solicitations.states import LegislativeResult

_CENT = Decimal("0.01")


class AnnounceForm(forms.Form):
    """What the officer read, carried back."""

    recommendation = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    lock = forms.IntegerField(widget=forms.HiddenInput, min_value=1)


class PublicReasonForm(forms.Form):
    """A reason everybody reads."""

    why = forms.CharField(
        label=_("Reason"), help_text=_("Everybody reads it."), max_length=4000, widget=forms.Textarea({"rows": 4})
    )


class CallForm(forms.Form):
    """How much, and why somebody before it is passed over."""

    amount = MoneyField(label=_("Amount of the award"), least=_CENT)
    why = forms.CharField(
        label=_("Reason for passing over whoever comes first"), required=False, max_length=2000,
        widget=forms.Textarea({"rows": 3}),
    )  # fmt: skip


class AgendaForm(forms.Form):
    """Under which file number, at which meeting."""

    file_number = forms.CharField(label=_("File number"), max_length=40)
    meeting_on = DateField(label=_("Meeting"))


class ResultForm(forms.Form):
    """What the legislative body did."""

    result = forms.ChoiceField(label=_("Result"), choices=LegislativeResult.choices, widget=forms.RadioSelect)
    result_on = DateField(label=_("Day of the result"))
    next_meeting_on = DateField(label=_("If deferred: the next meeting"), required=False)
    why = forms.CharField(
        label=_("If rejected: why"), required=False, max_length=2000, widget=forms.Textarea({"rows": 3})
    )


class NothingForm(forms.Form):
    """An act that asks for nothing but the decision."""
