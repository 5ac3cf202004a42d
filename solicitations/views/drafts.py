"""What the planning pages share: the draft behind the address, the way back, and a refused or crossed save on its form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from procurement_portal.history.record import witness
from procurement_portal.people.access import actor_of, found_or_404
from procurement_portal.people.actor import Actor
from procurement_portal.web.refusal import Conflict, Invalid
from procurement_portal.web.shell import Crumb
from solicitations.models.solicitation import Solicitation
from solicitations.queries.solicitation import internal
from solicitations.states import SolicitationState


def the_draft(request: HttpRequest, number: str) -> Solicitation:
    """The solicitation of this number as staff sees it, or 404. An auditor's reading is witnessed."""
    actor = actor_of(request)
    rows = internal(actor).select_related("department", "drafted_by", "scope_trace", "copied_from")
    row = found_or_404(rows, number=number)
    if actor.may_audit(department_id=row.department_id):
        witness(actor, "solicitation.audit_read", row)
    return row


def crumbs(request: HttpRequest, row: Solicitation | None = None, *here: Crumb) -> None:
    """Home · Planning · the number · this page."""
    listed = reverse("solicitations:plan-list")
    # The list itself is where one is, not a way to it.
    way = [Crumb(_("Home"), reverse("home")), Crumb(_("Planning"), "" if request.path == listed else listed)]
    if row is not None:
        way.append(Crumb(row.number, reverse("solicitations:plan", args=[row.number])))
    request.shell_breadcrumbs = [*way, *here]  # type: ignore[attr-defined]


def may_draft(actor: Actor, row: Solicitation) -> bool:
    """Whether the page offers changes: a draft of one's own department. The action decides again."""
    return (
        row.state == SolicitationState.DRAFT
        and actor.can("solicitations.draft")
        and actor.department_id == row.department_id
    )


def put_errors(form: forms.BaseForm, error: Invalid, names: Mapping[str, str] | None = None) -> None:
    """Put what an action refused at the form's fields; `names` maps the action's words to the form's."""
    for field, messages in error.problems.items():
        name = (names or {}).get(field, field)
        for message in messages:
            form.add_error(name if name in form.fields else None, message)


@dataclass(frozen=True)
class Crossed:
    """One field two people changed: what is saved now, and what was written here."""

    label: Any
    theirs: Any
    yours: Any


def crossed(form: forms.BaseForm, conflict: Conflict, yours: Mapping[str, Any]) -> list[Crossed]:
    """The fields in which a crossed save differs from what is saved now."""
    theirs = conflict.current if isinstance(conflict.current, Mapping) else {}
    found = []
    for name, saved in theirs.items():
        if name in yours and str(yours[name]) != str(saved):
            label = form.fields[name].label if name in form.fields else name
            found.append(Crossed(label, _shown(saved), _shown(yours[name])))
    return found


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, list):
        return "; ".join(
            ", ".join(_shown(part) for part in item.values() if part not in (None, "", []))
            if isinstance(item, Mapping)
            else str(item)
            for item in value
        )
    return "—" if value in (None, "") else str(value)


def with_version(request: HttpRequest, version: str, name: str = "version") -> Any:
    """The posted data carrying the present version, for a second try after a conflict."""
    data = request.POST.copy()
    data[name] = version
    return data


def form_page(
    request: HttpRequest, form: forms.BaseForm, title: str, back: str, status: int, **extra: Any
) -> HttpResponse:
    """A page that is one form. `extra`: guidance, conflict (its words), differences (`crossed`)."""
    whole = {"form": form, "title": title, "back": back, "guidance": "", "conflict": "", "differences": [], **extra}
    return render(request, "solicitations/plan/form.html", whole, status=status)
