"""The editor of a criterion and the library's own forms."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from solicitations.forms.question import lines

_ANCHOR = re.compile(r"(\d{1,3})\s*[:.)\-–—]\s*(\S.*)")


class AnchorsField(forms.CharField):
    """An anchored scale as lines "0: not addressed"."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> list[dict[str, Any]]:  # type: ignore[override]
        """The lines as [{"points", "words"}]. Raises ValidationError naming the line that cannot be read."""
        found = []
        for line in lines(super().to_python(value) or ""):
            match = _ANCHOR.fullmatch(line)
            if match is None:
                raise ValidationError(
                    _("Write points, a colon and what they mean; this cannot be read: %(line)s"), params={"line": line}
                )
            found.append({"points": int(match.group(1)), "words": match.group(2).strip()})
        return found

    def validate(self, value: Any) -> None:
        """An empty scale may stand in a draft."""

    def run_validators(self, value: Any) -> None:
        """The validators of texts do not apply to a list."""


def anchors_text(anchors: list[dict[str, Any]]) -> str:
    """The scale back as lines."""
    return "\n".join(f"{anchor['points']}: {anchor['words']}" for anchor in anchors)


class CriterionForm(forms.Form):
    """One criterion."""

    name = forms.CharField(label=_("Name"), max_length=160)
    description = forms.CharField(label=_("What we look for"), required=False, widget=forms.Textarea({"rows": 3}))
    weight = forms.DecimalField(
        label=_("Weight in percent"), max_digits=5, decimal_places=2, min_value=Decimal("0.01"), max_value=100,
        help_text=_("All weights together are 100."),
    )  # fmt: skip
    max_points = forms.IntegerField(label=_("Highest score"), min_value=1, max_value=100, initial=5)
    anchors = AnchorsField(
        label=_("What the scores mean"), required=False, widget=forms.Textarea({"rows": 6}),
        help_text=_("One a line, rising from 0 to the highest score. For example: 0: not addressed"),
    )  # fmt: skip
    minimum = forms.DecimalField(
        label=_("Minimum score"), max_digits=5, decimal_places=2, min_value=0, required=False,
        help_text=_("A proposal with a lower score on this criterion is not awarded."),
    )  # fmt: skip
    departure_reason = forms.CharField(
        label=_("Why it differs from the library"), required=False, widget=forms.Textarea({"rows": 2})
    )
    version = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, from_library: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not from_library:
            del self.fields["departure_reason"]

    @classmethod
    def from_values(cls, values: Mapping[str, Any], reason: str = "") -> dict[str, Any]:
        """A criterion's values as initial data."""
        return {**values, "anchors": anchors_text(values["anchors"]), "departure_reason": reason}

    def given(self) -> dict[str, Any]:
        """What the action takes."""
        return {n: v for n, v in self.cleaned_data.items() if n not in ("version", "departure_reason")}


class FromLibraryForm(forms.Form):
    """The weight under which a library criterion is taken."""

    weight = forms.DecimalField(
        label=_("Weight in percent"), max_digits=5, decimal_places=2, min_value=Decimal("0.01"), max_value=100
    )


class LeaveOutForm(forms.Form):
    """Why an expected criterion is not used."""

    reason = forms.CharField(label=_("Why it is left out"), widget=forms.Textarea({"rows": 3}))


class EditionForm(forms.Form):
    """A new edition of a library criterion."""

    code = forms.SlugField(
        label=_("Short name"), max_length=60, help_text=_("Letters and hyphens; stays the same for later editions.")
    )
    title = forms.CharField(label=_("Name"), max_length=160)
    description = forms.CharField(label=_("What we look for"), widget=forms.Textarea({"rows": 3}))
    max_points = forms.IntegerField(label=_("Highest score"), min_value=1, max_value=100, initial=5)
    anchors = AnchorsField(
        label=_("What the scores mean"), widget=forms.Textarea({"rows": 6}), help_text=_("One a line: 0: not addressed")
    )
    guidance = forms.CharField(
        label=_("Guidance for departments"), required=False, widget=forms.Textarea({"rows": 3}),
        help_text=_("Ask for evidence of work and place, never for anybody's identity."),
    )  # fmt: skip
    expected = forms.BooleanField(label=_("Every solicitation uses it or says why not"), required=False)


class TemplateForm(forms.Form):
    """What a notice kept as a template is called, and what departments are told about it."""

    code = forms.SlugField(
        label=_("Short name"), max_length=60,
        help_text=_("Letters and hyphens. The short name of a template there is makes this its next edition."),
    )  # fmt: skip
    title = forms.CharField(
        label=_("Name"), max_length=160, help_text=_("What it is a template for, such as: Summer jobs for young people")
    )
    guidance = forms.CharField(
        label=_("Guidance for departments"), required=False, widget=forms.Textarea({"rows": 3}),
        help_text=_("When to use it, and what to think of anew each time."),
    )  # fmt: skip
