"""The pages of a draft, one topic each."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from procurement_portal.documents.kinds import KINDS, Coverage
from procurement_portal.web.community_areas import COMMUNITY_AREAS
from procurement_portal.web.fields import DateField, InstantField, MoneyField
from procurement_portal.web.renderer import PortalBoundField
from solicitations.actions.solicitation import ANSWER_LANGUAGES
from solicitations.models.facts import RequiredDocument
from solicitations.states import AwardedBy, ContractKind, FundingSource, Method, ServiceCategory, UnconfirmedRule

YES_NO = [("yes", _("Yes")), ("no", _("No"))]
MOST_SHARES = 6
MOST_LOTS = 8
_HUNDRED = Decimal(100)


def _text(rows: int = 6) -> forms.Textarea:
    return forms.Textarea({"rows": rows})


def _yes_no(label: Any, help_text: Any = "") -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label,
        help_text=help_text,
        choices=YES_NO,
        coerce=lambda value: value == "yes",
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
    )


class NewForm(forms.Form):
    """The first facts of a draft."""

    title = forms.CharField(
        label=_("Title"), max_length=200, help_text=_("What is asked for, in words people search by.")
    )
    method = forms.ChoiceField(label=_("Method"), choices=Method.choices, widget=forms.RadioSelect, initial=Method.RFP)
    service_category = forms.ChoiceField(
        label=_("Service category"), choices=[("", _("Choose")), *ServiceCategory.choices]
    )


class CopyForm(forms.Form):
    """A new title for a copy."""

    title = forms.CharField(label=_("Title of the new draft"), max_length=200)


class NeededField(PortalBoundField):
    """A field that a draft may leave empty and publication asks for: it says "required", and saving still takes it empty."""

    @property
    def required(self) -> bool:
        """Whether publication needs it."""
        return super().required or self.name in getattr(self.form, "needed", ())


class TopicForm(forms.Form):
    """A topic's page: what was shown travels with it as `version`, so that nobody is overwritten."""

    bound_field_class = NeededField
    needed: tuple[str, ...] = ()  # what publication asks for
    version = forms.CharField(widget=forms.HiddenInput, required=False)

    @classmethod
    def from_values(cls, values: Mapping[str, Any]) -> dict[str, Any]:
        """The topic's values as initial data of the form."""
        return {name: _as_choice(value) for name, value in values.items()}

    def given(self) -> dict[str, Any]:
        """The cleaned fields as `save_topic` takes them."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


def _as_choice(value: Any) -> Any:
    return {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value


class BasicsForm(TopicForm):
    """Title, method, category."""

    title = forms.CharField(
        label=_("Title"), max_length=200, help_text=_("What is asked for, in words people search by.")
    )
    method = forms.ChoiceField(label=_("Method"), choices=Method.choices, widget=forms.RadioSelect)
    service_category = forms.ChoiceField(label=_("Service category"), choices=ServiceCategory.choices)
    target_market = forms.TypedChoiceField(
        label=_("Is this contract reserved for the target market?"),
        help_text=_("A bid that only certified firms may answer. Leave “No” for delegate agency contracts."),
        choices=YES_NO,
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )


class TextsForm(TopicForm):
    """What people read."""

    needed = ("summary", "purpose", "services", "eligibility")
    summary = forms.CharField(
        label=_("Summary"), required=False, widget=_text(3), help_text=_("Two sentences for the list of opportunities.")
    )
    purpose = forms.CharField(label=_("Purpose and background"), required=False, widget=_text())
    services = forms.CharField(label=_("Services we want"), required=False, widget=_text(10))
    eligibility = forms.CharField(
        label=_("Who may apply"), required=False, widget=_text(4), help_text=_("Empty lines begin a new paragraph.")
    )


class AwardsForm(TopicForm):
    """Money, number of awards, term. Lots are `lot_N_title`, `lot_N_amount`."""

    needed = ("amount_total", "award_min", "award_max", "awards_expected_min", "awards_expected_max", "term_months")
    amount_total = MoneyField(label=_("For all awards together"), required=False)
    award_min = MoneyField(label=_("Smallest award"), required=False)
    award_max = MoneyField(label=_("Largest award"), required=False)
    awards_expected_min = forms.IntegerField(
        label=_("Awards expected, at least"), min_value=0, max_value=9999, required=False
    )
    awards_expected_max = forms.IntegerField(
        label=_("Awards expected, at most"), min_value=0, max_value=9999, required=False
    )
    estimate = MoneyField(
        label=_("Estimate"),
        required=False,
        help_text=_("The department's own estimate. It is fixed at publication and not shown to proposers."),
    )
    term_months = forms.IntegerField(label=_("Term in months"), min_value=1, max_value=240, required=False)
    renewals_count = forms.IntegerField(label=_("Number of renewals"), min_value=0, max_value=20, required=False)
    renewal_months = forms.IntegerField(label=_("Months of each renewal"), min_value=1, max_value=240, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number in range(1, MOST_LOTS + 1):
            self.fields[f"lot_{number}_title"] = forms.CharField(
                label=_("Lot %(number)s") % {"number": number}, max_length=200, required=False
            )
            self.fields[f"lot_{number}_amount"] = MoneyField(
                label=_("Amount of lot %(number)s") % {"number": number}, required=False
            )

    @classmethod
    def from_values(cls, values: Mapping[str, Any]) -> dict[str, Any]:
        """Lots spread over their numbered fields."""
        initial = {name: value for name, value in values.items() if name != "lots"}
        for number, lot in enumerate(values["lots"], 1):
            initial[f"lot_{number}_title"] = lot["title"]
            initial[f"lot_{number}_amount"] = Decimal(lot["amount"]) if lot["amount"] else None
        return initial

    def given(self) -> dict[str, Any]:
        """Fields, and the lots that have a title."""
        data = self.cleaned_data
        facts = {n: v for n, v in data.items() if not n.startswith("lot_") and n != "version"}
        facts["renewals_count"] = facts["renewals_count"] or 0
        facts["lots"] = [
            {"title": data[f"lot_{number}_title"], "amount": data[f"lot_{number}_amount"]}
            for number in range(1, MOST_LOTS + 1)
            if data[f"lot_{number}_title"]
        ]
        return facts

    def clean(self) -> dict[str, Any]:
        """An amount without a lot is a slip."""
        data = super().clean() or self.cleaned_data
        for number in range(1, MOST_LOTS + 1):
            if data.get(f"lot_{number}_amount") and not data.get(f"lot_{number}_title"):
                self.add_error(f"lot_{number}_title", _("Name the lot this amount belongs to."))
        return data


class FundingForm(TopicForm):
    """Where the money comes from, and the facts the program scope depends on. Shares are `share_N_*`."""

    needed = ("social_services", "targeted_community", "pass_through", "financial", "share_1_source", "share_1_percent")
    social_services = _yes_no(
        _("Are these social services?"), _("Such as job training, shelter, meals, child care, health care.")
    )
    targeted_community = _yes_no(_("Do the services go to targeted communities?"))
    pass_through = _yes_no(_("Is the grant paid on to the organization as it comes in (pass-through)?"))
    financial = _yes_no(
        _("Is the contract about a financial transaction?"),
        _("Such as bond underwriting, lines of credit, disclosure counsel."),
    )
    contract_kind = forms.ChoiceField(label=_("Kind of agreement"), choices=ContractKind.choices)
    awarded_by = forms.ChoiceField(label=_("Who awards it"), choices=AwardedBy.choices)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for n in range(1, MOST_SHARES + 1):
            number = {"number": n}
            self.fields[f"share_{n}_source"] = forms.ChoiceField(
                label=_("Source %(number)s") % number, choices=[("", _("None")), *FundingSource.choices], required=False
            )
            self.fields[f"share_{n}_program"] = forms.CharField(
                label=_("Grant or fund %(number)s") % number, max_length=200, required=False
            )
            self.fields[f"share_{n}_percent"] = forms.DecimalField(
                label=_("Percent of the whole %(number)s") % number,
                min_value=0,
                max_value=100,
                max_digits=7,
                decimal_places=4,
                required=False,
            )

    @property
    def shares(self) -> list[tuple[Any, Any, Any]]:
        """The three fields of each source, for the page."""
        return [
            (self[f"share_{n}_source"], self[f"share_{n}_program"], self[f"share_{n}_percent"])
            for n in range(1, MOST_SHARES + 1)
        ]

    @classmethod
    def from_values(cls, values: Mapping[str, Any]) -> dict[str, Any]:
        """Shares spread over their numbered fields, as percent."""
        initial = {name: _as_choice(value) for name, value in values.items() if name != "shares"}
        for n, share in enumerate(values["shares"], 1):
            initial[f"share_{n}_source"] = share["source"]
            initial[f"share_{n}_program"] = share["program"]
            percent = (Decimal(share["fraction"]) * _HUNDRED).normalize()
            initial[f"share_{n}_percent"] = f"{percent:f}"
        return initial

    def clean(self) -> dict[str, Any]:
        """A source needs a share and a share a source."""
        data = super().clean() or self.cleaned_data
        for n in range(1, MOST_SHARES + 1):
            source, percent = data.get(f"share_{n}_source"), data.get(f"share_{n}_percent")
            if source and not percent:
                self.add_error(f"share_{n}_percent", _("Say how much of the whole comes from here."))
            if not source and (percent or data.get(f"share_{n}_program")):
                self.add_error(f"share_{n}_source", _("Choose the source."))
        return data

    def given(self) -> dict[str, Any]:
        """Fields, and the shares as fractions."""
        data = self.cleaned_data
        facts = {n: v for n, v in data.items() if not n.startswith("share_") and n != "version"}
        facts["shares"] = [
            {
                "source": data[f"share_{n}_source"],
                "program": data[f"share_{n}_program"],
                "fraction": data[f"share_{n}_percent"] / _HUNDRED,
            }
            for n in range(1, MOST_SHARES + 1)
            if data[f"share_{n}_source"]
        ]
        return facts


class AreasForm(TopicForm):
    """The community areas served."""

    areas = forms.TypedMultipleChoiceField(
        label=_("Community areas"),
        help_text=_("Choose none if the services go to the whole City or County."),
        choices=[(area.number, area.name) for area in sorted(COMMUNITY_AREAS, key=lambda area: area.name)],
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


class ScheduleForm(TopicForm):
    """Dates and hours of Chicago's clocks."""

    needed = ("questions_due_at", "due_at", "expected_start_on")
    conference_at = InstantField(label=_("Pre-submittal conference"), required=False)
    conference_place = forms.CharField(label=_("Place of the conference"), max_length=200, required=False)
    conference_link = forms.URLField(
        label=_("Link of the conference"), max_length=300, required=False, assume_scheme="https"
    )
    questions_due_at = InstantField(label=_("Questions due"), required=False)
    due_at = InstantField(
        label=_("Answers due"), required=False, help_text=_("Answers that come a second later are late.")
    )
    expected_start_on = DateField(label=_("Expected start of services"), required=False)


class AnsweringForm(TopicForm):
    """Languages, and what happens with answers nobody confirmed after an addendum."""

    needed = ("languages",)
    languages = forms.MultipleChoiceField(
        label=_("Languages in which answers are accepted"),
        choices=list(ANSWER_LANGUAGES.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    unconfirmed_rule = forms.ChoiceField(
        label=_("If an addendum touches an answer and nobody confirms it again"),
        help_text=_("The notice prints this rule. A submitted proposal stays submitted in any case."),
        choices=UnconfirmedRule.choices,
        widget=forms.RadioSelect,
    )


class DocumentsForm(TopicForm):
    """Papers taken from an organization's vault: one line a kind; insurance by coverage and least limit (`least_*`)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind, word in KINDS.items():
            self.fields[f"needed_{kind}"] = forms.ChoiceField(
                label=str(word.label),
                choices=[("", _("Not asked for")), *RequiredDocument.Needed.choices],
                required=False,
            )
            self.fields[f"note_{kind}"] = forms.CharField(
                label=_("Note on: %(paper)s") % {"paper": word.label}, max_length=300, required=False
            )

        for coverage in Coverage:
            self.fields[f"least_{coverage}"] = MoneyField(label=str(coverage.label), required=False, least=Decimal(1))

    @property
    def papers(self) -> list[tuple[Any, Any, list[Any]]]:
        """The two fields of each paper, and the limits of insurance, for the page."""
        limits = [self[f"least_{coverage}"] for coverage in Coverage]
        return [
            (self[f"needed_{kind}"], self[f"note_{kind}"], limits if word.insurance else [])
            for kind, word in KINDS.items()
        ]

    @classmethod
    def from_values(cls, values: Mapping[str, Any]) -> dict[str, Any]:
        """Each asked paper's line."""
        initial = {}
        for paper in values["documents"]:
            initial[f"needed_{paper['kind']}"] = paper["needed"]
            initial[f"note_{paper['kind']}"] = paper["note"]
            for asked in paper["coverages"]:
                initial[f"least_{asked['coverage']}"] = Decimal(asked["limit_cents"]) / 100
        return initial

    def clean(self) -> dict[str, Any]:
        """A limit belongs to a certificate that is asked for."""
        data = super().clean() or self.cleaned_data
        if not data.get("needed_insurance") and any(data.get(f"least_{coverage}") for coverage in Coverage):
            self.add_error("needed_insurance", _("Say when the certificates with these limits are needed."))
        return data

    def given(self) -> dict[str, Any]:
        """The papers asked for."""
        data = self.cleaned_data
        limits = [
            {"coverage": str(coverage), "limit_cents": int(data[f"least_{coverage}"] * 100)}
            for coverage in Coverage
            if data[f"least_{coverage}"]
        ]
        return {
            "documents": [
                {
                    "kind": kind, "needed": data[f"needed_{kind}"], "note": data[f"note_{kind}"],
                    "coverages": limits if word.insurance else [],
                }
                for kind, word in KINDS.items()
                if data[f"needed_{kind}"]
            ]
        }  # fmt: skip


FORMS: Mapping[str, type[TopicForm]] = {
    "basics": BasicsForm,
    "texts": TextsForm,
    "funding": FundingForm,
    "awards": AwardsForm,
    "areas": AreasForm,
    "schedule": ScheduleForm,
    "answering": AnsweringForm,
    "documents": DocumentsForm,
}


class WhyForm(forms.Form):
    """A reason in words."""

    why = forms.CharField(label=_("Reason"), widget=_text(3))
