"""What is recommended for one proposal; the reasons; an approver's word."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from procurement_portal.web.fields import MoneyField
from solicitations.models.recommendation import RecommendedAward
from solicitations.states import RecommendedOutcome


class RowForm(forms.Form):
    """Outcome, amount, areas, place on the waiting list, reason."""

    outcome = forms.ChoiceField(label=_("Outcome"), choices=RecommendedOutcome.choices, widget=forms.RadioSelect)
    amount = MoneyField(
        label=_("Amount"), required=False,
        help_text=_("For an award, or what the place on the waiting list would bring."),
    )  # fmt: skip
    waiting_position = forms.IntegerField(
        label=_("Place on the waiting list"), required=False, min_value=1, max_value=999
    )
    areas = forms.TypedMultipleChoiceField(
        label=_("Community areas of the award"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("Mark none when the award is for all areas of the notice."),
    )  # fmt: skip
    reason = forms.CharField(
        label=_("Reason"), required=False, widget=forms.Textarea({"rows": 3}), max_length=4000,
        help_text=_("The proposer reads it in its letter."),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, row: RecommendedAward, areas: Iterable[tuple[int, str]]) -> None:
        initial = {name: getattr(row, name) for name in ("outcome", "amount", "waiting_position", "areas", "reason")}
        if initial["amount"] is None:
            initial["amount"] = row.proposal.amount
        super().__init__(data, initial=initial)
        choices = list(areas)
        if choices:
            self.fields["areas"].choices = choices  # type: ignore[attr-defined]
        else:
            del self.fields["areas"]


class ReasonsForm(forms.Form):
    """Why these awards, and why not by the rank where that is so."""

    summary = forms.CharField(
        label=_("Reasons of the recommendation"),
        widget=forms.Textarea({"rows": 4}),
        max_length=8000,
        required=False,
        help_text=_("Needed before it is sent to approval."),
    )
    departure_reason = forms.CharField(
        label=_("Reason for departing from the rank"), widget=forms.Textarea({"rows": 3}), max_length=8000,
        required=False, help_text=_("Needed where the awards do not follow the rank."),
    )  # fmt: skip
    lock = forms.IntegerField(widget=forms.HiddenInput)


class DecisionForm(forms.Form):
    """A step of the chain: a note, or what has to change."""

    why = forms.CharField(
        label=_("Note, or what has to change"), widget=forms.Textarea({"rows": 3}), max_length=4000, required=False,
        help_text=_("Needed to return it."),
    )  # fmt: skip
