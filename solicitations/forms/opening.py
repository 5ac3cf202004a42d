"""The form of opening: a finding of responsiveness."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class FindingForm(forms.Form):
    """Whether a proposal is responsive, and why."""

    responsive = forms.ChoiceField(
        label=_("What do you find?"),
        choices=[("yes", _("Responsive: it goes on")), ("no", _("Not responsive: it is not scored"))],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("Reason"), widget=forms.Textarea({"rows": 4}), max_length=4000,
        help_text=_("Which requirement of the notice, and what the proposal says or lacks. The proposer reads it after the decision."),
    )  # fmt: skip

    def given(self) -> dict[str, Any]:
        """As the action takes it."""
        return {"responsive": self.cleaned_data["responsive"] == "yes", "reason": self.cleaned_data["reason"]}
