"""A consensus meeting: who is present, a change of one's points, the note, and why something is opened again."""

from __future__ import annotations

from collections.abc import Iterable

from django import forms
from django.utils.translation import gettext_lazy as _

from solicitations.models.evaluation import PanelMember


class PresentForm(forms.Form):
    """Which readers of the proposal are present."""

    present = forms.TypedMultipleChoiceField(
        label=_("Readers present"), coerce=int, widget=forms.CheckboxSelectMultiple, required=False
    )

    def __init__(self, data: object = None, *, readers: Iterable[PanelMember], present: Iterable[int] = ()) -> None:
        super().__init__(data, initial={"present": list(present)})  # type: ignore[arg-type]
        self.fields["present"].choices = [(m.pk, m.user.name) for m in readers]  # type: ignore[attr-defined]


class ChangeForm(forms.Form):
    """One's own points, changed."""

    after = forms.DecimalField(
        label=_("Your points now"), min_value=0, max_digits=5, decimal_places=2,
        widget=forms.TextInput({"inputmode": "decimal", "class": "p-input-s"}),
    )  # fmt: skip
    reason = forms.CharField(label=_("Why they change"), widget=forms.Textarea({"rows": 3}), max_length=4000)


class NoteForm(forms.Form):
    """What was said, at the close."""

    note = forms.CharField(
        label=_("What was said and what came of it"), widget=forms.Textarea({"rows": 4}), max_length=8000
    )


class ReasonForm(forms.Form):
    """Why something is opened again."""

    why = forms.CharField(label=_("Reason"), widget=forms.Textarea({"rows": 3}), max_length=4000)
