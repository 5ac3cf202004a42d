"""Forms about oneself."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from procurement_portal.people.shell import languages
from procurement_portal.web import words


class PersonForm(forms.Form):
    """Name and phone."""

    name = forms.CharField(label=_("Your name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    phone = forms.CharField(
        label=_("Phone"),
        max_length=40,
        required=False,
        help_text=_("Colleagues and officers who work with you see it."),
        widget=forms.TextInput(attrs={"autocomplete": "tel", "type": "tel"}),
    )


class LanguageForm(forms.Form):
    """The language of pages and mails."""

    language = forms.ChoiceField(
        label=_("Language"), widget=forms.RadioSelect, help_text=_("More languages follow; English is complete today.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = [(code, words.data(name)) for code, name in languages()]  # type: ignore[attr-defined]
