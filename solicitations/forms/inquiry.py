"""Ask and answer."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from solicitations.actions.inquiry import MOST_LETTERS


class AskForm(forms.Form):
    """A question about a notice."""

    text = forms.CharField(
        label=_("Your question"), widget=forms.Textarea({"rows": 5}), max_length=MOST_LETTERS,
        help_text=_("Leave out your organization's name: the question is published without it."),
    )  # fmt: skip


class AnswerForm(forms.Form):
    """The question as everybody reads it, and the answer."""

    published_text = forms.CharField(
        label=_("Question as published"), widget=forms.Textarea({"rows": 3}),
        help_text=_("Take out anything that would tell who asked."),
    )  # fmt: skip
    answer = forms.CharField(label=_("Answer"), widget=forms.Textarea({"rows": 5}))
    lock = forms.IntegerField(widget=forms.HiddenInput)
