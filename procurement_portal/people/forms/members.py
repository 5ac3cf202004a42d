"""Forms about people in bodies: invitations, roles, desks, absences, engagements, recoveries."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from procurement_portal.people import roles, scopes
from procurement_portal.people.actor import Actor
from procurement_portal.people.bodies import Body
from procurement_portal.people.models.body import Department, Jurisdiction, Organization
from procurement_portal.people.models.membership import Membership
from procurement_portal.people.models.user import User
from procurement_portal.people.queries.members import people_of
from procurement_portal.people.roles import AUDITOR, SIGNATORY
from procurement_portal.web import words
from procurement_portal.web.fields import DateField


def _role_choices(side: str) -> list[tuple[str, str]]:
    return [(name, label) for name, label in roles.choices(side) if name != SIGNATORY.name]


class _NamedChoice(forms.ModelChoiceField):
    """Bodies by name: what people wrote, which no language translates."""

    def label_from_instance(self, obj: Any) -> str:
        """The name, marked as data."""
        return words.data(obj)


class _NamedChoices(forms.ModelMultipleChoiceField):
    """Several bodies by name."""

    def label_from_instance(self, obj: Any) -> str:
        """The name, marked as data."""
        return words.data(obj)


class _RoleForm(forms.Form):
    """A role, everywhere or for one department's matters, one answer, one contract."""

    role = forms.ChoiceField(label=_("Role"))
    scope = forms.ChoiceField(
        label=_("What is it for?"),
        required=False,
        help_text=_("A preparer, for example, may work on one answer only, or only on what one department asks for."),
    )

    def __init__(self, *args: Any, body: Body, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = _role_choices(body.side)  # type: ignore[attr-defined]
        if body.department_id:
            del self.fields["scope"]
        else:
            self.fields["scope"].choices = [("", _("Everything")), *scopes.offered(actor)]  # type: ignore[attr-defined]

    @property
    def chosen_scope(self) -> scopes.Scope:
        """The scope chosen, as the actions take it."""
        return scopes.read(self.cleaned_data.get("scope", ""))


class InviteForm(_RoleForm):
    """Whom to invite as what."""

    email = forms.EmailField(label=_("E-mail address"), widget=forms.EmailInput(attrs={"autocomplete": "off"}))
    field_order = ["email", "role", "scope"]


class GiveRoleForm(_RoleForm):
    """One more role for a member."""


class DeskForm(forms.Form):
    """A desk."""

    name = forms.CharField(
        label=_("Name of the desk"), max_length=120, help_text=_("For example: Publication, Questions, Budgets.")
    )
    service_days = forms.IntegerField(
        label=_("Service days"),
        min_value=1,
        max_value=90,
        initial=5,
        help_text=_("Business days within which work here is done."),
    )
    substitute = forms.ModelChoiceField(
        queryset=User.objects.none(),
        label=_("Substitute"),
        required=False,
        empty_label=_("Nobody"),
        help_text=_("Holds the work when everybody at the desk is away without a deputy."),
    )

    def __init__(self, *args: Any, body: Body, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["substitute"].queryset = people_of(body)  # type: ignore[attr-defined]


class SeatForm(forms.Form):
    """Who else sits at a desk."""

    user = forms.ModelChoiceField(queryset=User.objects.none(), label=_("Person"), empty_label=_("Choose a person"))

    def __init__(self, *args: Any, body: Body, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = people_of(body)  # type: ignore[attr-defined]


class AbsenceForm(forms.Form):
    """Who is away from when to when, and who stands in."""

    user = forms.ModelChoiceField(queryset=User.objects.none(), label=_("Who is away"), empty_label=None)
    first_day = DateField(label=_("First day away"))
    last_day = DateField(label=_("Last day away"))
    deputy = forms.ModelChoiceField(
        queryset=User.objects.none(),
        label=_("Deputy"),
        empty_label=_("Choose a person"),
        help_text=_("Gets the work of the desks, not the roles: what the deputy may do there, their own roles say."),
    )

    def __init__(self, *args: Any, body: Body, only: int | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = people_of(body)
        self.fields["user"].queryset = people.filter(pk=only) if only else people  # type: ignore[attr-defined]
        self.fields["deputy"].queryset = people.exclude(pk=only or 0)  # type: ignore[attr-defined]


class EngagementForm(forms.Form):
    """An auditor, the bodies, the days, the purpose."""

    auditor = _NamedChoice(queryset=User.objects.none(), label=_("Auditor"), empty_label=_("Choose a person"))
    purpose = forms.CharField(label=_("Purpose"), max_length=300)
    first_day = DateField(label=_("First day"))
    last_day = DateField(label=_("Last day"))
    departments = _NamedChoices(
        queryset=Department.objects.all(), label=_("Departments"), required=False, widget=forms.CheckboxSelectMultiple
    )
    organizations = _NamedChoices(
        queryset=Organization.objects.order_by("sort_name"),
        label=_("Organizations"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        held = Membership.objects.filter(role=AUDITOR.name, ended_at__isnull=True).values("user_id")
        self.fields["auditor"].queryset = User.objects.filter(pk__in=held).order_by("name")  # type: ignore[attr-defined]


class DepartmentForm(forms.Form):
    """A department."""

    jurisdiction = forms.ChoiceField(label=_("Government"), choices=Jurisdiction.choices, widget=forms.RadioSelect)
    code = forms.CharField(label=_("Code"), max_length=12, help_text=_("Short, for numbers of notices: DFS."))
    name = forms.CharField(label=_("Name"), max_length=200)
    phone = forms.CharField(label=_("Phone"), max_length=40, required=False)


class RecoverForm(forms.Form):
    """Asking for a new start without a second factor."""

    email = forms.EmailField(label=_("E-mail address"), widget=forms.EmailInput(attrs={"autocomplete": "email"}))
    password = forms.CharField(
        label=_("Password"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )
    statement = forms.CharField(
        label=_("What happened"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("For example: my phone was stolen and the recovery codes were with it."),
    )  # fmt: skip


class StatementForm(forms.Form):
    """Asking to become administrator."""

    statement = forms.CharField(
        label=_("What happened"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("For example: our only administrator left in October and nobody can manage our people."),
    )  # fmt: skip


class HowForm(forms.Form):
    """How an identity was checked."""

    how = forms.CharField(
        label=_("How you made sure"), max_length=300,
        help_text=_("For example: in person with a photo ID; called back at the number on file. Never write down ID numbers."),
    )  # fmt: skip
