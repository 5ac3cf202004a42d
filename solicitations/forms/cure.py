"""Between opening and ranking: the window, a question, an interview, the shortlist; and the proposer's answers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from procurement_portal.documents.models import Document
from procurement_portal.web.fields import InstantField
from solicitations.models.opening import OpenedPart
from solicitations.queries.cure import Lacking


class WindowForm(forms.Form):
    """Which papers lack, until when, and what is said with it."""

    items = forms.MultipleChoiceField(
        label=_("Papers that are missing"), widget=forms.CheckboxSelectMultiple, required=False,
        help_text=_("Found by comparing what the notice asks for with what was submitted."),
    )  # fmt: skip
    closes_at = InstantField(
        label=_("Last hour"), help_text=_("The same for every proposer. There is one window, and it cannot be moved.")
    )
    note = forms.CharField(label=_("Note to the proposers"), widget=forms.Textarea({"rows": 3}), required=False)

    def __init__(self, data: Any = None, *, lacking: Iterable[Lacking]) -> None:
        rows = list(lacking)
        super().__init__(data, initial={"items": [one.key for one in rows]})
        self.fields["items"].choices = [  # type: ignore[attr-defined]
            (one.key, f"{one.proposal.organization}: {one.label}") for one in rows
        ]

    def chosen(self) -> list[tuple[int, str]]:
        """(proposal id, kind) of each marked paper."""
        pairs = (value.split(":", 1) for value in self.cleaned_data["items"])
        return [(int(pk), kind) for pk, kind in pairs]


class QuestionForm(forms.Form):
    """A question to one proposer."""

    question = forms.CharField(label=_("Question"), widget=forms.Textarea({"rows": 4}), max_length=4000)
    part = forms.TypedChoiceField(label=_("About"), coerce=int, required=False, empty_value=None)
    due_at = InstantField(label=_("Answer due"))

    def __init__(self, data: Any = None, *, parts: Iterable[OpenedPart]) -> None:
        super().__init__(data)
        self.fields["part"].choices = [  # type: ignore[attr-defined]
            ("", _("The proposal as a whole")), *((part.pk, part.title[:120]) for part in parts)
        ]  # fmt: skip


class InterviewForm(forms.Form):
    """When and where."""

    at = InstantField(label=_("When"))
    place = forms.CharField(label=_("Place"), max_length=200, required=False)
    link = forms.URLField(label=_("Link"), max_length=300, required=False, assume_scheme="https")


class RecordForm(forms.Form):
    """What was said in an interview."""

    record = forms.CharField(label=_("What was said"), widget=forms.Textarea({"rows": 5}), max_length=8000)


class ShortlistForm(forms.Form):
    """On the shortlist or not."""

    listed = forms.TypedChoiceField(
        label=_("Shortlist"), choices=[("yes", _("Goes on to interviews")), ("no", _("Does not go on"))],
        coerce=lambda value: value == "yes", widget=forms.RadioSelect,
    )  # fmt: skip
    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea({"rows": 3}), max_length=4000)


class HandInForm(forms.Form):
    """A paper of the vault for one item of the window."""

    document = forms.TypedChoiceField(label=_("Paper from your vault"), coerce=int)

    def __init__(self, data: Any = None, *, documents: Iterable[Document], prefix: str) -> None:
        super().__init__(data, prefix=prefix)
        self.fields["document"].choices = [(d.pk, d.title) for d in documents]  # type: ignore[attr-defined]


class ReplyForm(forms.Form):
    """The proposer's answer to one question."""

    answer = forms.CharField(label=_("Your answer"), widget=forms.Textarea({"rows": 4}), max_length=8000)
