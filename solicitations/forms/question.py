"""The editor of a question: the words first, then what its kind of answer needs."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from solicitations.models.criterion import Criterion
from solicitations.models.question import Section
from solicitations.models.question_options import COLUMN_KINDS, FILE_KINDS
from solicitations.states import Marking, QuestionKind

MOST_COLUMNS = 8
COLUMN_LABELS = {"text": _("Text"), "number": _("Number"), "money": _("Dollars"), "date": _("Date")}
FILE_LABELS = {
    "pdf": _("PDF"),
    "word": _("Word document"),
    "spreadsheet": _("Spreadsheet"),
    "image": _("Photo or scan"),
}


def lines(text: str) -> list[str]:
    """The lines of a text that say something."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def keyed(labels: Sequence[str], known: Mapping[str, str], name: str = "key") -> list[dict[str, str]]:
    """Labels with stable keys: a label that stood before keeps its key, a new one gets one made of its words."""
    by_label = {label: key for key, label in known.items()}
    used: set[str] = set()
    rows = []
    for label in labels:
        plain = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode().lower()
        base = by_label.get(label) or re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:34] or "item"
        key, count = base, 1
        while key in used:
            count += 1
            key = f"{base}_{count}"
        used.add(key)
        rows.append({name: key, "label": label})
    return rows


class KindForm(forms.Form):
    """Which kind of answer a new question takes."""

    kind = forms.ChoiceField(label=_("Kind of answer"), choices=QuestionKind.choices, widget=forms.RadioSelect)


class SectionForm(forms.Form):
    """A section's words."""

    title = forms.CharField(label=_("Title of the section"), max_length=160)
    intro = forms.CharField(label=_("Introduction"), required=False, widget=forms.Textarea({"rows": 3}))
    version = forms.CharField(widget=forms.HiddenInput, required=False)


class QuestionForm(forms.Form):
    """One question; its subclass for a kind adds that kind's settings and answers `options()`."""

    kind = QuestionKind.TEXT
    prompt = forms.CharField(label=_("Question"), widget=forms.Textarea({"rows": 3}))
    hint = forms.CharField(
        label=_("Hint"), required=False, widget=forms.Textarea({"rows": 2}), help_text=_("Shown before the field.")
    )
    required = forms.BooleanField(label=_("An answer is needed"), required=False, initial=True)
    marking = forms.ChoiceField(label=_("What the answer is for"), choices=Marking.choices, widget=forms.RadioSelect)
    criterion = forms.TypedChoiceField(
        label=_("Criterion"), coerce=int, empty_value=None, required=False, help_text=_("For a scored answer.")
    )
    section = forms.TypedChoiceField(label=_("Section"), coerce=int)
    version = forms.CharField(widget=forms.HiddenInput, required=False)
    before: Mapping[str, Any] = {}  # the options as they stand, whose keys are kept

    def __init__(
        self,
        *args: Any,
        sections: Sequence[Section] = (),
        criteria: Sequence[Criterion] = (),
        before: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.before = before or {}
        self.fields["section"].choices = [(s.pk, s.title) for s in sections]  # type: ignore[attr-defined]
        self.fields["criterion"].choices = [  # type: ignore[attr-defined]
            ("", _("None yet")),
            *((c.pk, c.name) for c in criteria),
        ]
        order = [n for n in self.fields if n not in ("marking", "criterion", "section", "required", "version")]
        self.order_fields([*order, "required", "marking", "criterion", "section", "version"])

    def options(self) -> dict[str, Any]:
        """The kind's settings as `Question.options` keeps them."""
        return {}

    @classmethod
    def settings(cls, options: Mapping[str, Any]) -> dict[str, Any]:
        """The settings back as initial data."""
        return {}

    def given(self) -> dict[str, Any]:
        """What the action takes."""
        data = self.cleaned_data
        return {
            "kind": self.kind,
            "prompt": data["prompt"],
            "hint": data["hint"],
            "required": data["required"],
            "marking": data["marking"],
            "criterion": data["criterion"] if data["marking"] == Marking.SCORED else None,
            "section": data["section"],
            "options": self.options(),
            "word_limit": data.get("word_limit"),
        }


class TextQuestionForm(QuestionForm):
    """A text with a limit of words."""

    kind = QuestionKind.TEXT
    word_limit = forms.IntegerField(label=_("Most words"), min_value=1, max_value=20000, required=False)


class NumberQuestionForm(QuestionForm):
    """A number with unit and limits."""

    kind = QuestionKind.NUMBER
    unit = forms.CharField(label=_("Unit"), max_length=40, required=False, help_text=_("For example: people, hours."))
    least = forms.DecimalField(label=_("Smallest number"), required=False, max_digits=15, decimal_places=4)
    most = forms.DecimalField(label=_("Largest number"), required=False, max_digits=15, decimal_places=4)
    whole = forms.BooleanField(label=_("Whole numbers only"), required=False)

    def options(self) -> dict[str, Any]:
        data, found = self.cleaned_data, {}
        if data["unit"]:
            found["unit"] = data["unit"]
        for name in ("least", "most"):
            if data[name] is not None:
                found[name] = f"{data[name].normalize():f}"
        return {**found, "whole": data["whole"]}

    @classmethod
    def settings(cls, options: Mapping[str, Any]) -> dict[str, Any]:
        return dict(options)


class ChoiceQuestionForm(QuestionForm):
    """A list to choose from."""

    kind = QuestionKind.CHOICE
    choices = forms.CharField(label=_("Choices"), widget=forms.Textarea({"rows": 6}), help_text=_("One a line."))
    several = forms.BooleanField(label=_("More than one may be chosen"), required=False)

    def options(self) -> dict[str, Any]:
        known = {c["value"]: c["label"] for c in self.before.get("choices", [])}
        rows = keyed(lines(self.cleaned_data["choices"]), known, "value")
        return {"choices": rows, "several": self.cleaned_data["several"]}

    @classmethod
    def settings(cls, options: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "choices": "\n".join(c["label"] for c in options.get("choices", [])),
            "several": options.get("several", False),
        }


class TableQuestionForm(QuestionForm):
    """A table with named columns, and rows that are given or added."""

    kind = QuestionKind.TABLE
    rows = forms.CharField(
        label=_("Rows"),
        required=False,
        widget=forms.Textarea({"rows": 4}),
        help_text=_("One a line. Leave empty to let people add their own rows."),
    )
    most_rows = forms.IntegerField(
        label=_("Most rows people may add"), min_value=1, max_value=200, initial=20, required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for n in range(1, MOST_COLUMNS + 1):
            self.fields[f"column_{n}_label"] = forms.CharField(
                label=_("Column %(number)s") % {"number": n}, max_length=300, required=n == 1
            )
            self.fields[f"column_{n}_kind"] = forms.ChoiceField(
                label=_("Column %(number)s holds") % {"number": n},
                choices=[(k, COLUMN_LABELS[k]) for k in COLUMN_KINDS],
                required=False,
            )
        columns = [f"column_{n}_{part}" for n in range(1, MOST_COLUMNS + 1) for part in ("label", "kind")]
        self.order_fields(["prompt", "hint", *columns, "rows", "most_rows"])

    def options(self) -> dict[str, Any]:
        data = self.cleaned_data
        known = {c["key"]: c["label"] for c in self.before.get("columns", [])}
        numbers = [n for n in range(1, MOST_COLUMNS + 1) if data[f"column_{n}_label"].strip()]
        rows = keyed([data[f"column_{n}_label"].strip() for n in numbers], known)
        columns = [{**row, "kind": data[f"column_{n}_kind"] or "text"} for n, row in zip(numbers, rows, strict=True)]
        found: dict[str, Any] = {"columns": columns, "rows": lines(data["rows"])}
        if not found["rows"]:
            found["most_rows"] = data["most_rows"] or 20
        return found

    @classmethod
    def settings(cls, options: Mapping[str, Any]) -> dict[str, Any]:
        initial: dict[str, Any] = {
            "rows": "\n".join(options.get("rows", [])),
            "most_rows": options.get("most_rows", 20),
        }
        for n, column in enumerate(options.get("columns", []), 1):
            initial[f"column_{n}_label"], initial[f"column_{n}_kind"] = column["label"], column["kind"]
        return initial


class FileQuestionForm(QuestionForm):
    """One or more files."""

    kind = QuestionKind.FILE
    kinds = forms.MultipleChoiceField(
        label=_("Kinds of files"),
        choices=[(k, FILE_LABELS[k]) for k in FILE_KINDS],
        widget=forms.CheckboxSelectMultiple,
        initial=["pdf"],
    )
    most_files = forms.IntegerField(label=_("Most files"), min_value=1, max_value=20, initial=1)
    most_megabytes = forms.IntegerField(label=_("Most megabytes each"), min_value=1, max_value=25, initial=25)

    def options(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("kinds", "most_files", "most_megabytes")}

    @classmethod
    def settings(cls, options: Mapping[str, Any]) -> dict[str, Any]:
        return dict(options)


class BudgetQuestionForm(QuestionForm):
    """A budget by lines."""

    kind = QuestionKind.BUDGET
    budget_lines = forms.CharField(
        label=_("Lines of the budget"), widget=forms.Textarea({"rows": 7}), help_text=_("One a line.")
    )
    extra_lines = forms.IntegerField(label=_("Lines people may add"), min_value=0, max_value=40, initial=5)
    match_column = forms.BooleanField(label=_("A second column for money from other sources"), required=False)
    within_largest_award = forms.BooleanField(
        label=_("The total stays within the largest award"), required=False, initial=True
    )

    def options(self) -> dict[str, Any]:
        data = self.cleaned_data
        known = {line["key"]: line["label"] for line in self.before.get("lines", [])}
        return {
            "lines": keyed(lines(data["budget_lines"]), known),
            **{name: data[name] for name in ("extra_lines", "match_column", "within_largest_award")},
        }

    @classmethod
    def settings(cls, options: Mapping[str, Any]) -> dict[str, Any]:
        rest = {name: value for name, value in options.items() if name != "lines"}
        return {"budget_lines": "\n".join(line["label"] for line in options.get("lines", [])), **rest}


FORMS: Mapping[str, type[QuestionForm]] = {
    form.kind: form
    for form in (
        TextQuestionForm,
        NumberQuestionForm,
        ChoiceQuestionForm,
        TableQuestionForm,
        FileQuestionForm,
        BudgetQuestionForm,
    )
}
# Where a form has another name for what the action calls `options`: its errors go there.
OPTIONS_FIELD: Mapping[str, str] = {
    QuestionKind.CHOICE: "choices",
    QuestionKind.TABLE: "column_1_label",
    QuestionKind.FILE: "kinds",
    QuestionKind.BUDGET: "budget_lines",
    QuestionKind.NUMBER: "most",
    QuestionKind.TEXT: "word_limit",
}
