"""Forms of the inbox, the preferences and the threads."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from procurement_portal.notifications.actions.threads import MOST_LETTERS
from procurement_portal.notifications.models.delivery import Category, Channel


class InboxFilter(forms.Form):
    """Which notices are shown."""

    category = forms.ChoiceField(label=_("About"), required=False, choices=[("", _("Everything")), *Category.choices])
    unread = forms.BooleanField(label=_("Only what I have not read"), required=False)


class PreferencesForm(forms.Form):
    """For each category the ways it reaches a person."""

    def __init__(self, *args: Any, wanted: dict[tuple[str, str], bool], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for category, label in Category.choices:
            self.fields[category] = forms.MultipleChoiceField(
                label=label,
                required=False,
                choices=Channel.choices,
                widget=forms.CheckboxSelectMultiple,
                initial=[channel for channel in Channel.values if wanted[category, channel]],
            )

    def wanted(self) -> dict[tuple[str, str], bool]:
        """(category, channel) → wanted, as chosen."""
        return {
            (category, channel): channel in self.cleaned_data[category]
            for category in Category.values
            for channel in Channel.values
        }


class MessageForm(forms.Form):
    """One message."""

    body = forms.CharField(label=_("Message"), widget=forms.Textarea({"rows": 6}), max_length=MOST_LETTERS)
