"""Terms of a partner; what a partner writes; a signature."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from solicitations.states import PartnerRole


class TermsForm(forms.Form):
    """What the lead proposes to a partner."""

    role = forms.ChoiceField(label=_("What it is in this answer"), choices=PartnerRole.choices)
    share = forms.DecimalField(
        label=_("Share of the budget, in percent"), min_value=0, max_value=100, decimal_places=2,
        widget=forms.TextInput({"inputmode": "decimal", "class": "p-input-s"}),
    )  # fmt: skip
    work = forms.CharField(label=_("What it will do"), widget=forms.Textarea({"rows": 4}), max_length=4000)

    def terms(self) -> dict[str, Any]:
        """As the action takes it."""
        return {**self.cleaned_data, "share": str(self.cleaned_data["share"])}


class InviteForm(TermsForm):
    """Which organization is asked. Its name is typed exactly as it is registered."""

    organization = forms.CharField(
        label=_("Name of the organization"), max_length=200,
        help_text=_("As it is registered in this portal. Ask your partner how it stands on its profile."),
    )  # fmt: skip
    field_order = ["organization", "role", "share", "work"]


class PartForm(forms.Form):
    """A partner's own words about its part."""

    text = forms.CharField(
        label=_("What we will do, and with whom"),
        widget=forms.Textarea({"rows": 10}),
        max_length=20_000,
        required=False,
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


class SignForm(forms.Form):
    """A signature: the words agreed to, and the name typed."""

    agreed = forms.BooleanField(label=_("I attest what stands above."))
    typed_name = forms.CharField(label=_("Your name, as it stands in your account"), max_length=150)
