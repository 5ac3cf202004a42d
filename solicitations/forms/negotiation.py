"""One version of scope and budget, with as many lines as it needs."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from procurement_portal.web.fields import DateField, MoneyField
from solicitations.actions.negotiation import MOST_LINES
from solicitations.queries.negotiation import dollars

SPARE = 4  # empty lines offered below the filled ones
_CENTS = Decimal(100)
_LEAST = Decimal("0.01")


class VersionForm(forms.Form):
    """Scope, amount, term and budget. Lines are `line_N_label`, `line_N_amount`, `line_N_why`."""

    after = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    count = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=MOST_LINES)
    scope = forms.CharField(label=_("What will be done"), widget=forms.Textarea({"rows": 10}), max_length=40_000)
    amount = MoneyField(label=_("Amount"), least=_LEAST)
    starts_on = DateField(label=_("First day"))
    ends_on = DateField(label=_("Last day"))
    note = forms.CharField(
        label=_("Note to the other side"), required=False, max_length=4000, widget=forms.Textarea({"rows": 3})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number in range(1, self.lines + 1):
            self.fields[f"line_{number}_label"] = forms.CharField(
                label=_("Line %(number)s") % {"number": number}, max_length=200, required=False
            )
            self.fields[f"line_{number}_amount"] = MoneyField(
                label=_("Amount of line %(number)s") % {"number": number}, required=False
            )
            self.fields[f"line_{number}_why"] = forms.CharField(
                label=_("What line %(number)s is for") % {"number": number}, max_length=500, required=False
            )

    @property
    def lines(self) -> int:
        """How many lines the form has: as posted, else as given, with a few to spare."""
        asked = str(self.data.get("count", "")) if self.is_bound else str(self.initial.get("count", SPARE))
        return min(max(int(asked), 1), MOST_LINES) if asked.isascii() and asked.isdigit() and len(asked) < 4 else SPARE

    @property
    def rows(self) -> list[tuple[Any, Any, Any]]:
        """The fields of each line, for the page."""
        return [
            (self[f"line_{n}_label"], self[f"line_{n}_amount"], self[f"line_{n}_why"]) for n in range(1, self.lines + 1)
        ]

    @classmethod
    def starting_from(cls, values: Mapping[str, Any], after: int) -> VersionForm:
        """A form filled with a version's values, or with what a first one begins from."""
        initial: dict[str, Any] = {name: values[name] for name in values if name != "budget"}
        for number, line in enumerate(values["budget"], 1):
            initial[f"line_{number}_label"] = line["label"]
            initial[f"line_{number}_amount"] = dollars(line["cents"])
            initial[f"line_{number}_why"] = line.get("why", "")
        count = min(len(values["budget"]) + SPARE, MOST_LINES)
        return cls(initial={**initial, "after": after, "count": count})

    def given(self) -> dict[str, Any]:
        """As the action takes it."""
        data = self.cleaned_data
        budget = []
        for number in range(1, self.lines + 1):
            amount = data.get(f"line_{number}_amount")
            budget.append(
                {
                    "label": data.get(f"line_{number}_label", ""),
                    "cents": None if amount is None else int(amount * _CENTS),
                    "why": data.get(f"line_{number}_why", ""),
                }
            )
        names = ("scope", "amount", "starts_on", "ends_on", "note")
        return {**{name: data[name] for name in names}, "budget": budget}
