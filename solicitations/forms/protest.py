"""Filing a protest, deciding it, and determining what happens meanwhile."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from procurement_portal.web.fields import DateField
from solicitations.models.award import Award
from solicitations.models.contract import Contract
from solicitations.states import DeterminationKind, ProtestFollows


class ProtestForm(forms.Form):
    """What was wrong, what is asked for, and the signatory's name."""

    grounds = forms.CharField(
        label=_("What was wrong"), max_length=20_000, widget=forms.Textarea({"rows": 10}),
        help_text=_("Say which rule or which part of the notice was not kept, and where you see it. Everybody reads it."),
    )  # fmt: skip
    remedy = forms.CharField(
        label=_("What you ask for"), required=False, max_length=4000, widget=forms.Textarea({"rows": 4})
    )
    typed_name = forms.CharField(label=_("Your name, as it stands in your account"), max_length=150)


class DecisionForm(forms.Form):
    """The chief's decision, and what follows from a sustained protest."""

    outcome = forms.ChoiceField(
        label=_("Decision"), choices=[("deny", _("Deny")), ("sustain", _("Sustain"))], widget=forms.RadioSelect
    )
    decision = forms.CharField(
        label=_("Decision and reasons"), max_length=20_000, widget=forms.Textarea({"rows": 10}),
        help_text=_("Everybody reads it."),
    )  # fmt: skip
    follows = forms.ChoiceField(
        label=_("If sustained: what follows"), required=False, choices=ProtestFollows.choices, widget=forms.RadioSelect
    )
    awards = forms.MultipleChoiceField(
        label=_("Awards that are rescinded"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, awards: Iterable[Award], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["awards"].choices = [(str(a.pk), a.organization.name) for a in awards]  # type: ignore[attr-defined]


class DeterminationForm(forms.Form):
    """What happens while the protest is open, why, and the chief's name."""

    kind = forms.ChoiceField(
        label=_("What happens meanwhile"), choices=DeterminationKind.choices, widget=forms.RadioSelect
    )
    contract = forms.ChoiceField(label=_("Contract that is extended"), required=False)
    until = DateField(label=_("Extended until"), required=False)
    reasons = forms.CharField(
        label=_("Reasons"), max_length=20_000, widget=forms.Textarea({"rows": 6}),
        help_text=_("Everybody reads them. An extension needs services to people that would stop."),
    )  # fmt: skip
    typed_name = forms.CharField(label=_("Your name, as it stands in your account"), max_length=150)

    def __init__(self, *args: Any, contracts: Iterable[Contract], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        listed = [(str(c.pk), f"{c.number} {c.title}") for c in contracts]
        self.fields["contract"].choices = [("", _("None")), *listed]  # type: ignore[attr-defined]
