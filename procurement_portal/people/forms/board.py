"""The form of the board and leadership."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from procurement_portal.web.fields import DateField


class BoardForm(forms.Form):
    """One person on the board or in the leadership."""

    name = forms.CharField(label=_("Full name"), max_length=200, help_text=_("As they sign, with first and last name."))
    title = forms.CharField(
        label=_("Office"),
        max_length=120,
        required=False,
        help_text=_("For example Chair, Treasurer, Executive director."),
    )
    first_day = DateField(label=_("Since"), required=False)
    last_day = DateField(label=_("Until, if a last day is set"), required=False)
