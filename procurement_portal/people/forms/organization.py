"""Forms of organizations."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from procurement_portal.people.models.body import Organization
from procurement_portal.people.models.profile import Profile
from procurement_portal.web import words
from procurement_portal.web.community_areas import COMMUNITY_AREAS

VENTURERS = 4


class RegisterForm(forms.Form):
    """What an organization is and how it is called; for a joint venture also who is in it."""

    kind = forms.ChoiceField(
        label=_("What kind of organization is it?"), choices=Organization.Kind.choices, widget=forms.RadioSelect
    )
    name = forms.CharField(
        label=_("Legal name"),
        max_length=200,
        help_text=_("As on the papers it was founded with."),
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    also_known_as = forms.CharField(label=_("Also known as"), max_length=200, required=False)
    another_of_that_name = forms.BooleanField(
        label=_("It is another organization than the one registered under this name"), required=False
    )

    def __init__(self, *args: Any, named_alike: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not named_alike:
            del self.fields["another_of_that_name"]


class VenturerForm(forms.Form):
    """One venturer: its name as registered here and its share."""

    name = forms.CharField(label=_("Legal name of the venturer, as registered here"), max_length=200, required=False)
    share = forms.DecimalField(
        label=_("Share in percent"),
        max_digits=7,
        decimal_places=4,
        min_value=Decimal(0),
        max_value=Decimal(100),
        required=False,
    )


VenturerFormSet = forms.formset_factory(VenturerForm, extra=VENTURERS, max_num=12)


class ProfileForm(forms.ModelForm):
    """Mission, people, community leadership, places and languages served, size."""

    community_areas = forms.TypedMultipleChoiceField(
        label=_("Community areas you serve"),
        coerce=int,
        required=False,
        choices=[(area.number, words.data(area.name)) for area in sorted(COMMUNITY_AREAS, key=lambda a: a.name)],
        widget=forms.CheckboxSelectMultiple,
    )
    languages = forms.CharField(
        label=_("Languages you serve people in"),
        required=False,
        help_text=_("Separate them with commas, for example: English, Spanish, Polish."),
    )

    class Meta:
        model = Profile
        fields = ("mission", "people", "leadership", "budget", "languages", "community_areas")
        labels = {
            "mission": _("Mission"),
            "people": _("People"),
            "leadership": _("Community leadership, in your own words"),
            "budget": _("Yearly budget"),
        }
        help_texts = {
            "mission": _("What you are there for, in two or three sentences."),
            "people": _("Who leads, who works, who volunteers."),
            "leadership": _(
                "How the people you serve lead and shape the organization. It is read, not counted: nothing scores it by itself."
            ),
        }
        widgets = {name: forms.Textarea(attrs={"rows": 5}) for name in ("mission", "people", "leadership")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.is_bound:
            self.initial["languages"] = ", ".join(self.instance.languages)

    def clean_languages(self) -> list[str]:
        """The languages as a list, each once, in the order given."""
        named = [" ".join(part.split()) for part in self.cleaned_data["languages"].split(",")]
        return list(dict.fromkeys(part for part in named if part))[:40]


class AddressForm(forms.ModelForm):
    """Where the organization is found."""

    also_known_as = forms.CharField(label=_("Also known as"), max_length=200, required=False)
    website = forms.URLField(
        label=_("Website"), required=False, assume_scheme="https", help_text=_("For example https://www.example.org")
    )

    class Meta:
        model = Profile
        fields = ("street", "city", "state", "zip_code", "phone", "website")
        labels = {
            "street": _("Street address"),
            "city": _("City"),
            "state": _("State"),
            "zip_code": _("ZIP code"),
            "phone": _("Phone"),
        }
        help_texts = {"state": _("Two letters, for example IL.")}


class EinForm(forms.Form):
    """The employer identification number."""

    ein = forms.CharField(
        label=_("Employer identification number (EIN)"),
        max_length=11,
        help_text=_("Nine digits, for example 12-3456789. We keep it encrypted and show only its last four digits."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )


class ClaimForm(forms.Form):
    """That one may sign, and the paper that shows it."""

    position = forms.CharField(label=_("Your position"), max_length=120)
    proof = forms.ModelChoiceField(
        queryset=Organization.objects.none(),
        label=_("The document that shows it"),
        empty_label=_("Choose a document"),
        help_text=_("A board resolution, bylaws or a letter of authority from your document vault."),
    )

    def __init__(self, *args: Any, papers: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["proof"].queryset = papers  # type: ignore[attr-defined]


class DecideForm(forms.Form):
    """A decision with its reason where it is a no."""

    reason = forms.CharField(label=_("Why not"), max_length=300, required=False, help_text=_("Needed only for a no."))
