"""The filters of the public list, read from the address: wrong values are told, never guessed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from procurement_portal.people.models.body import Department, Jurisdiction
from procurement_portal.web import words
from procurement_portal.web.community_areas import COMMUNITY_AREAS
from procurement_portal.web.fields import MoneyField
from solicitations.queries.find import Search
from solicitations.states import ServiceCategory

PHASE_LABELS = {
    "open": _("Open now"),
    "closed": _("Closed, being decided"),
    "decided": _("Awarded or ended"),
    "all": _("All"),
}
SORT_LABELS = {
    "": _("Best order for this list"),
    "due": _("Due soonest"),
    "newest": _("Newest first"),
    "amount": _("Largest amount"),
    "relevance": _("Best match"),
}


class FilterForm(forms.Form):
    """Every filter but the words; all optional. `search()` gives the cleaned filters."""

    phase = forms.ChoiceField(label=_("Which notices"), choices=list(PHASE_LABELS.items()), required=False)
    category = forms.ChoiceField(
        label=_("Kind of service"), required=False, choices=[("", _("Any")), *ServiceCategory.choices]
    )
    department = forms.TypedChoiceField(label=_("Department"), required=False, coerce=int, empty_value=None)
    jurisdiction = forms.ChoiceField(
        label=_("City or County"), required=False, choices=[("", _("Both")), *Jurisdiction.choices]
    )
    area = forms.TypedChoiceField(
        label=_("Community area"), required=False, coerce=int, empty_value=None,
        choices=[("", _("Anywhere")), *((a.number, words.data(a.name)) for a in sorted(COMMUNITY_AREAS, key=lambda a: a.name))],
    )  # fmt: skip
    amount_least = MoneyField(label=_("Amount for all awards, at least"), required=False)
    amount_most = MoneyField(label=_("At most"), required=False)
    due_from = forms.DateField(
        label=_("Due from"), required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    due_until = forms.DateField(
        label=_("Due until"), required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    sort = forms.ChoiceField(label=_("Order"), choices=list(SORT_LABELS.items()), required=False)
    text = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)

    def __init__(self, data: Mapping[str, Any], departments: list[tuple[int, str]]) -> None:
        super().__init__(data)
        self.fields["department"].choices = [("", _("Any")), *((pk, words.data(name)) for pk, name in departments)]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Limits that contradict each other are told at the second one."""
        cleaned = super().clean() or {}
        least, most = cleaned.get("amount_least"), cleaned.get("amount_most")
        if least is not None and most is not None and most < least:
            self.add_error("amount_most", _("Enter an amount that is not below the smaller limit."))
        start, end = cleaned.get("due_from"), cleaned.get("due_until")
        if start and end and end < start:
            self.add_error("due_until", _("Enter a day that is not before the first one."))
        return cleaned

    def search(self) -> Search:
        """The filters that hold; one in error counts as not set and its message is shown."""
        self.is_valid()
        kept = {name: value for name, value in self.cleaned_data.items() if value not in ("", None)}
        return Search(**kept)


def departments() -> list[tuple[int, str]]:
    """(id, name) of every department, for the filter; one query."""
    return list(Department.objects.order_by("name").values_list("pk", "name"))


class SaveSearchForm(forms.Form):
    """An address to write to when new notices match."""

    email = forms.EmailField(
        label=_("Your e-mail"), help_text=_("We write only when something new matches. You can leave with one click.")
    )
    name = forms.CharField(label=_("A name for this search"), max_length=120)
