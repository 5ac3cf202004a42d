"""Batches of renewals as forms: the one change for all, what differs for one, the organization's answer."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from procurement_portal.web.fields import MoneyField
from solicitations.forms.contract import ChangeForm
from solicitations.queries.renewal_terms import Change
from solicitations.states import AmendmentKind

WITHIN = (3, 6, 9, 12, 18)  # months
MONTHS = 6  # where nothing is chosen
KINDS = [
    (AmendmentKind.RENEWAL, _("Renewal: a new term, from the renewals that were advertised")),
    (AmendmentKind.TERM, _("Extension: the present term ends later")),
    (AmendmentKind.AMOUNT, _("The amount alone")),
    (AmendmentKind.SCOPE, _("The services alone")),
]


class WithinForm(forms.Form):
    """Which contracts there are to choose from, read from the address."""

    within = forms.TypedChoiceField(
        label=_("Ending within"), required=False, coerce=int, empty_value=None,
        choices=[(str(n), _("%(n)s months") % {"n": n}) for n in WITHIN],
    )  # fmt: skip
    options = forms.ChoiceField(
        label=_("Options"), required=False, choices=[("", _("With a renewal left")), ("all", _("All contracts"))]
    )


class BatchForm(forms.Form):
    """A batch: what changes for every contract in it. The contracts are boxes beside the form."""

    title = forms.CharField(label=_("Name of the batch"), max_length=200)
    kind = forms.ChoiceField(label=_("What changes"), choices=KINDS, widget=forms.RadioSelect)
    months = forms.IntegerField(
        label=_("Months"), required=False, min_value=1, max_value=120,
        help_text=_("For a renewal, empty means the months it was advertised with."),
    )  # fmt: skip
    percent = forms.DecimalField(
        label=_("Change against last year’s amount, in percent"), required=False, max_digits=6, decimal_places=2,
        help_text=_("Such as 3 or -2.5. Empty means as last year."),
    )  # fmt: skip
    dollars = MoneyField(
        label=_("Or in dollars, for each contract"),
        required=False,
        least=None,
        help_text=_("With a minus if it becomes less."),
    )
    scope = forms.CharField(
        label=_("What changes in the services"), required=False, max_length=20_000, widget=forms.Textarea({"rows": 3})
    )
    reason = forms.CharField(
        label=_("Reason (everybody reads it in the amendments)"), max_length=2000, widget=forms.Textarea({"rows": 3})
    )

    def change(self) -> Change:
        """The one change, as the action takes it."""
        given = self.cleaned_data
        return Change(given["kind"], given["months"], given["percent"], given["dollars"], given["scope"])


class ItemForm(ChangeForm):
    """What differs for one contract. A field that this kind of change does not have is left out."""

    note = forms.CharField(
        label=_("Note to the organization"), required=False, max_length=2000, widget=forms.Textarea({"rows": 3})
    )
    legislative_file = forms.CharField(
        label=_("File of the legislative approval"),
        required=False,
        max_length=80,
        help_text=_("Only where a check asks for it."),
    )

    def __init__(self, *args: Any, moves_the_end: bool, legislative: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not moves_the_end:
            del self.fields["new_ends_on"]
        if not legislative:
            del self.fields["legislative_file"]

    def terms(self) -> dict[str, Any]:
        """As the action takes them; an empty amount is no change."""
        given = self.cleaned_data
        return {
            "amount_change": given["amount_change"] or Decimal(0), "new_ends_on": given.get("new_ends_on"),
            "scope_change": given["scope_change"], "note": given["note"],
            "legislative_file": given.get("legislative_file", ""),
        }  # fmt: skip


class ReplyForm(forms.Form):
    """What the organization wants changed."""

    reply = forms.CharField(label=_("What should be different"), max_length=5000, widget=forms.Textarea({"rows": 4}))
