"""A budget line that is added."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from procurement_portal.web.fields import MoneyField
from solicitations.models.budget import cents


class AddLineForm(forms.Form):
    """Name, amounts and reason of a line the solicitation does not name."""

    label = forms.CharField(label=_("Name of the line"), max_length=120)
    request = MoneyField(label=_("What you ask for"), required=False)
    match = MoneyField(label=_("What you add yourself"), required=False)
    why = forms.CharField(
        label=_("What it is for"), max_length=2000, required=False, widget=forms.Textarea({"rows": 2})
    )

    def in_cents(self) -> dict[str, Any]:
        """The line as the action takes it."""
        data = self.cleaned_data
        return {
            "label": data["label"],
            "request": None if data["request"] is None else cents(data["request"]),
            "match": None if data["match"] is None else cents(data["match"]),
            "why": data["why"],
        }
