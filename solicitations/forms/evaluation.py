"""Forms of an evaluation: its rules, the panel, teams, readings, decisions on conflicts."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from procurement_portal.web.community_areas import COMMUNITY_AREAS
from procurement_portal.web.fields import DateField, InstantField
from solicitations.models.evaluation import Evaluation, PanelMember
from solicitations.queries.evaluation import candidates, teams
from solicitations.states import ConflictOutcome, PanelPart

AREAS = [(area.number, area.name) for area in COMMUNITY_AREAS]


def _why(label: Any, help_text: Any = "") -> forms.CharField:
    return forms.CharField(label=label, widget=forms.Textarea({"rows": 3}), max_length=2000, help_text=help_text)


class RulesForm(forms.Form):
    """The rules an evaluation is begun with."""

    readers = forms.IntegerField(
        label=_("Readers of each proposal"), min_value=1, max_value=12, initial=3,
        help_text=_("Each proposal is read and scored by so many people who do not see each other's points."),
    )  # fmt: skip
    spread_percent = forms.IntegerField(
        label=_("Spread that calls a meeting, in percent of a criterion's highest score"), min_value=1, max_value=100,
        initial=40,
        help_text=_("With 40 percent and a highest score of 5, a meeting is called when two readers lie more than 2 points apart."),
    )  # fmt: skip
    scoring_due_at = InstantField(label=_("Scores are due"))


class DueForm(forms.Form):
    """Another date for the readers."""

    scoring_due_at = InstantField(label=_("Scores are due"))
    why = _why(_("Why the date moves"), _("The readers see the reason."))


class AppointForm(forms.Form):
    """Somebody new on the panel."""

    user = forms.TypedChoiceField(
        label=_("Who"), coerce=int, help_text=_("Evaluators and guest evaluators of your department.")
    )
    part = forms.ChoiceField(
        label=_("What they do"), choices=PanelPart.choices, initial=PanelPart.EVALUATOR, widget=forms.RadioSelect
    )
    first_day = DateField(label=_("A guest's first day"), required=False)
    last_day = DateField(
        label=_("A guest's last day"), required=False, help_text=_("Their access ends by itself after this day.")
    )
    team = forms.TypedChoiceField(label=_("Reader team"), coerce=int, empty_value=None, required=False)

    def __init__(self, *args: Any, evaluation: Evaluation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["user"].choices = [("", _("Choose")), *((u.pk, u.name) for u in candidates(evaluation))]  # type: ignore[attr-defined]
        found = [(t.pk, t.name) for t in teams(evaluation)]
        if found:
            self.fields["team"].choices = [("", _("None")), *found]  # type: ignore[attr-defined]
        else:
            del self.fields["team"]

    def given(self) -> dict[str, Any]:
        """As the action takes it."""
        data = dict(self.cleaned_data)
        return {"user_id": data.pop("user"), "team_id": data.pop("team", None), **data}


class ReplaceForm(forms.Form):
    """Another person in somebody's place."""

    user = forms.TypedChoiceField(label=_("Who takes the place"), coerce=int)
    first_day = DateField(label=_("A guest's first day"), required=False)
    last_day = DateField(label=_("A guest's last day"), required=False)
    why = _why(_("Why"), _("The reason stands in the record of the evaluation."))

    def __init__(self, *args: Any, evaluation: Evaluation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["user"].choices = [("", _("Choose")), *((u.pk, u.name) for u in candidates(evaluation))]  # type: ignore[attr-defined]

    def given(self) -> dict[str, Any]:
        """As the action takes it."""
        data = dict(self.cleaned_data)
        return {"user_id": data.pop("user"), **data}


class WhyEndForm(forms.Form):
    """Why a place or a reading ends."""

    why = _why(_("Why"), _("The reason stands in the record of the evaluation."))


class TeamForm(forms.Form):
    """A reader team: its areas and who is in it."""

    name = forms.CharField(label=_("Name of the team"), max_length=80)
    members = forms.TypedMultipleChoiceField(
        label=_("Members"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    areas = forms.TypedMultipleChoiceField(
        label=_("Community areas"), coerce=int, choices=AREAS, required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("The team reads proposals that serve these areas. None: it reads what no other team reads."),
    )  # fmt: skip

    def __init__(self, *args: Any, panel: list[PanelMember], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["members"].choices = [(m.pk, m.user.name) for m in panel]  # type: ignore[attr-defined]


class AssignForm(forms.Form):
    """One more reader of one proposal."""

    member = forms.TypedChoiceField(label=_("Who reads it"), coerce=int)
    why = _why(_("Why"))

    def __init__(self, *args: Any, panel: list[PanelMember], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["member"].choices = [("", _("Choose")), *((m.pk, m.user.name) for m in panel)]  # type: ignore[attr-defined]


class ReviewForm(forms.Form):
    """An officer's decision on a name."""

    outcome = forms.ChoiceField(label=_("What do you find?"), choices=ConflictOutcome.choices, widget=forms.RadioSelect)
    reason = _why(_("How you know"))
