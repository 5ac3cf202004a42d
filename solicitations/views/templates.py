"""Templates: keep a published notice as one, and read what one holds before a draft begins from it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from procurement_portal.documents.kinds import KINDS
from procurement_portal.people.access import actor_of, found_or_404, requires
from procurement_portal.web import words
from procurement_portal.web.htmx import redirect
from procurement_portal.web.pieces import Fact
from procurement_portal.web.refusal import Invalid
from procurement_portal.web.shell import Crumb, NextAction
from solicitations.actions import template as actions
from solicitations.forms.criterion import TemplateForm
from solicitations.queries.criteria_library import current_items
from solicitations.states import LibraryKind, Marking, Method, QuestionKind, ServiceCategory
from solicitations.views.drafts import crumbs, put_errors, the_draft

_MARKINGS, _KINDS = dict(Marking.choices), dict(QuestionKind.choices)


@requires("templates.manage")
@require_http_methods(["GET", "HEAD", "POST"])
def keep(request: HttpRequest, number: str) -> HttpResponse:
    """Ask for a name, say what is kept and what is not, then keep a published notice as a template."""
    row = the_draft(request, number)
    form = TemplateForm(
        request.POST or None, initial={"code": slugify(row.title)[:60].strip("-"), "title": row.title[:160]}
    )
    if form.is_valid():
        try:
            item = actions.keep_as_template(actor=actor_of(request), solicitation_id=row.pk, **form.cleaned_data)
        except Invalid as error:
            put_errors(form, error)
        else:
            messages.success(request, _("Kept. Every department can begin a draft from it."))
            return redirect(request, reverse("solicitations:template", args=[item.pk]))
    crumbs(request, row, Crumb(_("Keep as a template")))
    context = {"row": row, "form": form}
    return render(request, "solicitations/plan/keep.html", context, status=422 if form.is_bound else 200)


@requires("solicitations.view_internal")
@require_safe
def template(request: HttpRequest, pk: int) -> HttpResponse:
    """What a template holds: its facts, criteria, sections with their questions, and papers."""
    actor = actor_of(request)
    item = found_or_404(current_items(actor), pk=pk, kind=LibraryKind.TEMPLATE)
    crumbs(request, None, Crumb(_("Library"), reverse("solicitations:plan-library")), Crumb(item.title))
    if actor.can("solicitations.draft"):
        request.shell_next_action = NextAction(  # type: ignore[attr-defined]
            _("Begin a draft from it"), reverse("solicitations:plan-from-template", args=[item.pk])
        )
    body = item.body
    asked: dict[int, list[Any]] = {}
    for question in body["questions"]:
        told = question | {"kind": _KINDS[question["kind"]], "marking": _MARKINGS[question["marking"]]}
        asked.setdefault(question["section"], []).append(told)
    context = {
        "item": item,
        "facts": _facts(item.body),
        "criteria": body["criteria"],
        "sections": [(section, asked.get(section["position"], [])) for section in body["sections"]],
        "papers": [KINDS[d["kind"]].label if d["kind"] in KINDS else d["kind"] for d in body["documents"]],
    }
    return render(request, "solicitations/plan/template.html", context)


def _facts(body: dict[str, Any]) -> list[Fact]:
    facts = body["facts"]
    return [
        Fact(_("Method"), str(Method(facts["method"]).label)),
        Fact(_("Service category"), str(ServiceCategory(facts["service_category"]).label)),
        Fact(_("Term in months"), facts["term_months"] or words.NONE),
        Fact(_("Questions"), len(body["questions"])),
        Fact(_("Taken from"), words.data(facts["number"])),
    ]


patterns = [
    path("plan/library/templates/<int:pk>/", template, name="template"),
    path("plan/<str:number>/keep-as-template/", keep, name="template-keep"),
]
