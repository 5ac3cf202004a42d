"""Edit sections and questions: add, change, move, delete; every step a plain form post."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from procurement_portal.people.access import actor_of, found_or_404, requires
from procurement_portal.web.htmx import redirect
from procurement_portal.web.refusal import Conflict, Invalid
from procurement_portal.web.shell import Crumb, NextAction
from solicitations.actions import question as actions
from solicitations.forms.question import FORMS, OPTIONS_FIELD, KindForm, QuestionForm, SectionForm
from solicitations.models.solicitation import Solicitation
from solicitations.queries import drafting
from solicitations.queries.solicitation import sections
from solicitations.queries.version import fingerprint
from solicitations.states import QuestionKind
from solicitations.views.drafts import crossed, crumbs, form_page, may_draft, put_errors, the_draft, with_version


def _home(row: Solicitation) -> str:
    return reverse("solicitations:plan-questions", args=[row.number])


@requires("solicitations.view_internal")
@require_safe
def questions(request: HttpRequest, number: str) -> HttpResponse:
    """All sections with their questions, and what stands against publication."""
    actor = actor_of(request)
    row = the_draft(request, number)
    crumbs(request, row, Crumb(_("Sections and questions")))
    editable = may_draft(actor, row)
    if editable:
        request.shell_next_action = NextAction(  # type: ignore[attr-defined]
            _("Add a section"), reverse("solicitations:section-add", args=[row.number])
        )
    found = drafting.found_problems(row) if editable else []
    context = {
        "row": row,
        "sections": sections(row),
        "may_draft": editable,
        "problems": [p for p in found if p.topic == "questions" and p.row is None],
        "wrong": {p.row: p.message for p in found if p.topic == "questions" and p.row is not None},
    }
    return render(request, "solicitations/plan/questions.html", context)


@requires("solicitations.draft")
@require_http_methods(["GET", "HEAD", "POST"])
def section_add(request: HttpRequest, number: str) -> HttpResponse:
    """A new section."""
    row = the_draft(request, number)
    form = SectionForm(request.POST or None)
    if form.is_valid():
        data = form.cleaned_data
        try:
            actions.add_section(
                actor=actor_of(request), solicitation_id=row.pk, title=data["title"], intro=data["intro"]
            )
        except Invalid as error:
            put_errors(form, error)
        else:
            return redirect(request, _home(row))
    return _form_page(request, row, form, _("Add a section"), status=422 if form.is_bound else 200)


@requires("solicitations.draft")
@require_http_methods(["GET", "HEAD", "POST"])
def section_edit(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """A section's words."""
    row = the_draft(request, number)
    section = found_or_404(row.sections.all(), pk=pk)
    values = actions.section_values(section)
    form = SectionForm(initial={**values, "version": fingerprint(values)})
    extra: dict[str, Any] = {}
    status = 200
    if request.method == "POST":
        form, status = SectionForm(request.POST), 422
        if form.is_valid():
            try:
                actions.change_section(
                    actor=actor_of(request), solicitation_id=row.pk, section_id=pk, **form.cleaned_data
                )
            except Invalid as error:
                put_errors(form, error)
            except Conflict as error:
                extra = {"conflict": error.message, "differences": crossed(form, error, form.cleaned_data)}
                form, status = SectionForm(with_version(request, fingerprint(values))), 409
            else:
                return redirect(request, _home(row))
    return _form_page(request, row, form, _("Change the section"), status=status, **extra)


def _form_page(
    request: HttpRequest, row: Solicitation, form: Any, title: str, *, status: int, **extra: Any
) -> HttpResponse:
    crumbs(request, row, Crumb(_("Sections and questions"), _home(row)), Crumb(title))
    return form_page(request, form, title, _home(row), status, **extra)


@requires("solicitations.draft")
@require_http_methods(["GET", "HEAD", "POST"])
def question_add(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """A new question in a section: first its kind (`?kind=`), then its words and settings."""
    row = the_draft(request, number)
    section = found_or_404(row.sections.all(), pk=pk)
    kind = request.GET.get("kind", "")
    if kind not in FORMS:
        form = KindForm(initial={"kind": QuestionKind.TEXT})
        crumbs(request, row, Crumb(_("Sections and questions"), _home(row)), Crumb(_("Add a question")))
        return render(request, "solicitations/plan/kind.html", {"row": row, "section": section, "form": form})
    made = _question_form(row, kind, request.POST or None, initial={"section": section.pk, "marking": "scored"})
    if made.is_valid():
        try:
            given = made.given()
            actions.add_question(
                actor=actor_of(request), solicitation_id=row.pk, section_id=given.pop("section"), given=given
            )
        except Invalid as error:
            put_errors(made, error, {"options": OPTIONS_FIELD[kind]})
        else:
            messages.success(request, _("Question added."))
            return redirect(request, _home(row))
    return _form_page(request, row, made, _("Add a question"), status=422 if made.is_bound else 200)


@requires("solicitations.draft")
@require_http_methods(["GET", "HEAD", "POST"])
def question_edit(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """One question of a draft."""
    row = the_draft(request, number)
    question = found_or_404(row.questions.filter(withdrawn_at__isnull=True), pk=pk)
    values = actions.question_values(question)
    kind = FORMS[question.kind]
    initial = {**values, **kind.settings(question.options), "version": fingerprint(values)}
    form = _question_form(row, question.kind, None, initial=initial, before=question.options)
    extra: dict[str, Any] = {}
    status = 200
    if request.method == "POST":
        form, status = _question_form(row, question.kind, request.POST, before=question.options), 422
        if form.is_valid():
            given = form.given()
            try:
                actions.change_question(
                    actor=actor_of(request),
                    solicitation_id=row.pk,
                    question_id=pk,
                    version=form.cleaned_data["version"],
                    given=given,
                )
            except Invalid as error:
                put_errors(form, error, {"options": OPTIONS_FIELD[question.kind]})
            except Conflict as error:
                extra = {"conflict": error.message, "differences": crossed(form, error, given)}
                again = with_version(request, fingerprint(values))
                form, status = _question_form(row, question.kind, again, before=question.options), 409
            else:
                messages.success(request, _("Question saved."))
                return redirect(request, _home(row))
    return _form_page(request, row, form, _("Change the question"), status=status, **extra)


def _question_form(row: Solicitation, kind: str, data: Any, **rest: Any) -> QuestionForm:
    return FORMS[kind](
        data,
        sections=list(row.sections.order_by("position")),
        criteria=list(row.criteria.order_by("position")),
        **rest,
    )


@requires("solicitations.draft")
@require_POST
def move(request: HttpRequest, number: str, what: str, pk: int, direction: str) -> HttpResponse:
    """Move a section or a question one place up or down."""
    if direction not in ("up", "down") or what not in ("section", "question"):
        raise Http404
    row = the_draft(request, number)
    if what == "section":
        actions.move_section(actor=actor_of(request), solicitation_id=row.pk, section_id=pk, direction=direction)  # type: ignore[arg-type]
    else:
        actions.move_question(actor=actor_of(request), solicitation_id=row.pk, question_id=pk, direction=direction)  # type: ignore[arg-type]
    return redirect(request, f"{_home(row)}#{what}-{pk}")


@requires("solicitations.draft")
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: HttpRequest, number: str, what: str, pk: int) -> HttpResponse:
    """Ask, then take a section or a question away."""
    row = the_draft(request, number)
    if what == "section":
        thing: Any = found_or_404(row.sections.all(), pk=pk)
    elif what == "question":
        thing = found_or_404(row.questions.all(), pk=pk)
    else:
        raise Http404
    if request.method == "POST":
        try:
            if what == "section":
                actions.delete_section(actor=actor_of(request), solicitation_id=row.pk, section_id=pk)
            else:
                actions.delete_question(actor=actor_of(request), solicitation_id=row.pk, question_id=pk)
        except Invalid as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("Deleted."))
        return redirect(request, _home(row))
    crumbs(request, row, Crumb(_("Sections and questions"), _home(row)), Crumb(_("Delete")))
    context = {"row": row, "thing": thing, "back": _home(row)}
    return render(request, "solicitations/plan/delete.html", context)


patterns = [
    path("plan/<str:number>/questions/", questions, name="plan-questions"),
    path("plan/<str:number>/questions/section/add/", section_add, name="section-add"),
    path("plan/<str:number>/questions/section/<int:pk>/", section_edit, name="section-edit"),
    path("plan/<str:number>/questions/section/<int:pk>/add/", question_add, name="question-add"),
    path("plan/<str:number>/questions/<int:pk>/", question_edit, name="question-edit"),
    path("plan/<str:number>/questions/<slug:what>/<int:pk>/delete/", delete, name="question-delete"),
    path("plan/<str:number>/questions/<slug:what>/<int:pk>/<slug:direction>/", move, name="question-move"),
]
