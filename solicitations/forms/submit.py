"""Signing a proposal: the attestation, the name, and the marks that make a repeated click one submission."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from solicitations.forms.partner import SignForm


class SubmitForm(SignForm):
    """What the review page posts. `content` is the number of the working copy that was shown."""

    token = forms.UUIDField(widget=forms.HiddenInput)
    content = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


class WithdrawForm(forms.Form):
    """Taking a submitted version back."""

    why = forms.CharField(
        label=_("Why (only your organization reads this)"),
        required=False,
        max_length=500,
        widget=forms.Textarea({"rows": 2}),
    )
