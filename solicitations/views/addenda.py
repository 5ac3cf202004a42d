"""Draft an addendum against the published notice, read what it changes, issue it by a second person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from procurement_portal.people.access import actor_of, found_or_404, requires
from procurement_portal.time.clock import today
from procurement_portal.web import words
from procurement_portal.web.htmx import redirect
from procurement_portal.web.refusal import Conflict, Invalid, Refused
from procurement_portal.web.shell import Crumb
from solicitations.actions import addendum as actions
from solicitations.forms.addendum import AddendumForm
from solicitations.forms.plan import WhyForm
from solicitations.forms.question import FORMS, OPTIONS_FIELD, KindForm
from solicitations.models.addendum import Addendum
from solicitations.models.solicitation import Solicitation
from solicitations.queries import addendum as queries
from solicitations.queries.solicitation import sections
from solicitations.queries.version import Difference
from solicitations.states import AddendumState, QuestionKind
from solicitations.views.drafts import crumbs, form_page, put_errors, the_draft
from solicitations.workflow.notice import ADDENDUM

NAMES = {name: field.label for name, field in AddendumForm.base_fields.items()}
PARTS = {
    "prompt": gettext_lazy("Question"),
    "hint": gettext_lazy("Hint"),
    "required": gettext_lazy("An answer is needed"),
    "options": gettext_lazy("Settings of the answer"),
    "word_limit": gettext_lazy("Most words"),
}


@dataclass(frozen=True)
class Shown:
    """One change in words: of what, before, after; `key` of the question it belongs to."""

    label: Any
    before: str
    after: str
    key: str = ""


def shown(difference: Difference, prompts: dict[str, str]) -> Shown:
    """A difference for the page."""
    if difference.name == "question":
        label = _("New question") if difference.before is None else _("Question withdrawn")
        before = difference.before["prompt"] if difference.before else ""
        after = difference.after["prompt"] if difference.after else ""
        return Shown(label, before, after, difference.key)
    if difference.key:
        label = f"{prompts.get(difference.key, '')[:80]}: {PARTS[difference.name]}"
        return Shown(label, _said(difference.before), _said(difference.after), difference.key)
    label = str(NAMES.get(difference.name, difference.name))
    return Shown(label, _fact(difference.name, difference.before), _fact(difference.name, difference.after))


def _fact(name: str, value: Any) -> str:
    if value in (None, ""):
        return "—"
    if name in queries.INSTANTS:
        return words.instant(datetime.fromisoformat(value))
    if name in queries.MONEY:
        return words.money(Decimal(value))
    if name == "expected_start_on":
        return words.day(date.fromisoformat(value))
    return str(value)


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, dict):
        rows = value.get("choices") or value.get("lines") or value.get("columns")
        if rows:
            return "; ".join(row["label"] for row in rows)
        return "; ".join(f"{k}: {v}" for k, v in value.items())
    return "—" if value in (None, "") else str(value)


def _the_addendum(request: HttpRequest, row: Solicitation) -> Addendum | None:
    return queries.open_draft(actor_of(request), row)


def _home(row: Solicitation) -> str:
    return reverse("solicitations:addendum", args=[row.number])


@requires("solicitations.draft_addendum")
@require_http_methods(["GET", "HEAD", "POST"])
def addendum(request: HttpRequest, number: str) -> HttpResponse:
    """The addendum being drafted: its words, texts and dates, and the questions. Without one: begin."""
    actor = actor_of(request)
    row = the_draft(request, number)
    draft = _the_addendum(request, row)
    if request.method == "POST" and request.POST.get("act") == "begin":
        actions.begin(actor=actor, solicitation_id=row.pk)
        return redirect(request, _home(row))
    crumbs(request, row, Crumb(_("Addendum")))
    if draft is None:
        return render(request, "solicitations/addenda/begin.html", {"row": row})
    conflict, status = "", 200
    form = AddendumForm(initial=_initial(row, draft))
    if request.method == "POST":
        form, status = AddendumForm(request.POST), 422
        if form.is_valid():
            try:
                actions.save_facts(
                    actor=actor,
                    addendum_id=draft.pk,
                    lock=form.cleaned_data["lock"],
                    summary=form.cleaned_data["announcement"],
                    facts=form.facts(),
                )
            except Invalid as error:
                put_errors(form, error, {"summary": "announcement"} if "announcement" in error.problems else None)
            except Conflict as error:
                conflict, status = error.message, 409
                again = request.POST.copy()
                again["lock"] = str(draft.lock)
                form = AddendumForm(again)
            else:
                messages.success(request, _("Saved."))
                return redirect(request, _home(row))
    effect = actions.effect_of(draft, row)
    prompts = {str(q.key): q.prompt for q in row.questions.all()}
    context = {
        "row": row,
        "addendum": draft,
        "state": ADDENDUM.public[AddendumState(draft.status)],
        "editable": draft.status == AddendumState.DRAFTED,
        "form": form,
        "conflict": conflict,
        "changes": [shown(d, prompts) for d in effect.differences],
        "sections": sections(row),
        "touched": {str(q.key) for q in effect.touched},
        "withdrawn": {str(q.key) for q in effect.withdrawn},
        "moved": actions.due_after(_as_drafted(row, draft), today()),
    }
    return render(request, "solicitations/addenda/addendum.html", context, status=status)


def _as_drafted(row: Solicitation, draft: Addendum) -> Solicitation:
    """The notice with the drafted due date, in memory, to ask the policy about it."""
    due = draft.changes.get("facts", {}).get("due_at")
    if due:
        row.due_at = datetime.fromisoformat(due)
    return row


def _initial(row: Solicitation, draft: Addendum) -> dict[str, Any]:
    facts = {name: getattr(row, name) for name in queries.FACTS}
    for name, value in draft.changes.get("facts", {}).items():
        if value is not None and name in queries.INSTANTS:
            value = datetime.fromisoformat(value)
        elif value is not None and name in queries.MONEY:
            value = Decimal(value)
        elif value is not None and name == "expected_start_on":
            value = date.fromisoformat(value)
        facts[name] = value
    return {**facts, "announcement": draft.summary, "lock": draft.lock}


@requires("solicitations.draft_addendum")
@require_http_methods(["GET", "HEAD", "POST"])
def addendum_question(request: HttpRequest, number: str, key: Any) -> HttpResponse:
    """Change one question of the notice by the addendum."""
    row = the_draft(request, number)
    draft = _the_addendum(request, row)
    key = str(key)
    question = found_or_404(row.questions.filter(withdrawn_at__isnull=True), key=key)
    if draft is None:
        return redirect(request, _home(row))
    parts = {name: getattr(question, name) for name in queries.QUESTION_PARTS}
    parts |= draft.changes.get("questions", {}).get(key, {})
    kind = FORMS[question.kind]
    lists: dict[str, Any] = {"sections": list(row.sections.all()), "criteria": list(row.criteria.all())}
    initial = {**parts, **kind.settings(parts["options"]), "version": draft.lock}
    form = _trimmed(kind(initial=initial, before=question.options, **lists))
    conflict, status = "", 200
    if request.method == "POST":
        form, status = _trimmed(kind(request.POST, before=question.options, **lists)), 422
        if form.is_valid():
            data = form.cleaned_data
            given = {n: data[n] for n in ("prompt", "hint", "required")}
            given |= {"options": form.options(), "word_limit": data.get("word_limit")}
            try:
                actions.save_question(
                    actor=actor_of(request), addendum_id=draft.pk, lock=_number(data["version"]), key=key, given=given
                )
            except Invalid as error:
                put_errors(form, error, {"options": OPTIONS_FIELD[question.kind]})
            except Conflict as error:
                conflict, status = error.message, 409
                again = request.POST.copy()
                again["version"] = str(draft.lock)
                form = _trimmed(kind(again, before=question.options, **lists))
            else:
                return redirect(request, _home(row) + "#questions")
    return _page(request, row, form, _("Change a question by addendum"), conflict, status)


def _page(request: HttpRequest, row: Solicitation, form: Any, title: str, conflict: str, status: int) -> HttpResponse:
    crumbs(request, row, Crumb(_("Addendum"), _home(row)), Crumb(title))
    return form_page(request, form, title, _home(row), status, conflict=conflict)


def _trimmed(form: Any) -> Any:
    """An addendum changes a question's words and settings, not what it is for."""
    for name in ("marking", "criterion", "section"):
        del form.fields[name]
    return form


def _number(text: Any) -> int:
    return int(text) if str(text).isascii() and str(text).isdigit() and len(str(text)) < 10 else -1


@requires("solicitations.draft_addendum")
@require_http_methods(["GET", "HEAD", "POST"])
def addendum_add_question(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """A new question by the addendum: its kind first."""
    row = the_draft(request, number)
    draft = _the_addendum(request, row)
    section = found_or_404(row.sections.all(), pk=pk)
    if draft is None:
        return redirect(request, _home(row))
    kind = request.GET.get("kind", "")
    if kind not in FORMS:
        crumbs(request, row, Crumb(_("Addendum"), _home(row)), Crumb(_("Add a question")))
        form = KindForm(initial={"kind": QuestionKind.TEXT})
        return render(request, "solicitations/plan/kind.html", {"row": row, "section": section, "form": form})
    made = FORMS[kind](
        request.POST or None,
        initial={"section": section.pk, "marking": "information", "version": draft.lock},
        sections=list(row.sections.all()),
        criteria=list(row.criteria.all()),
    )
    conflict, status = "", 422 if made.is_bound else 200
    if made.is_valid():
        given = made.given()
        try:
            actions.add_question(
                actor=actor_of(request), addendum_id=draft.pk, lock=_number(made.cleaned_data["version"]),
                section_id=given.pop("section"), given=given,
            )  # fmt: skip
        except Invalid as error:
            put_errors(made, error, {"options": OPTIONS_FIELD[kind]})
        except Conflict as error:
            conflict, status = error.message, 409
        else:
            return redirect(request, _home(row) + "#questions")
    return _page(request, row, made, _("Add a question"), conflict, status)


@requires("solicitations.draft_addendum")
@require_POST
def addendum_act(request: HttpRequest, number: str) -> HttpResponse:
    """The small acts on a drafted addendum: withdraw a question, drop a change, send to review, discard."""
    actor = actor_of(request)
    row = the_draft(request, number)
    draft = _the_addendum(request, row)
    if draft is None:
        return redirect(request, _home(row))
    act, key, lock = request.POST.get("act", ""), request.POST.get("key", ""), _number(request.POST.get("lock", ""))
    where = _home(row)
    try:
        if act == "withdraw":
            actions.withdraw_question(actor=actor, addendum_id=draft.pk, lock=lock, key=key)
        elif act == "drop":
            actions.drop_change(actor=actor, addendum_id=draft.pk, lock=lock, key=key)
        elif act == "request_review":
            actions.request_review(actor=actor, addendum_id=draft.pk, lock=lock)
            messages.success(request, _("Sent to review."))
            where = reverse("solicitations:addendum-review", args=[row.number])
        elif act == "discard":
            actions.discard(actor=actor, addendum_id=draft.pk)
            messages.success(request, _("The draft of the addendum is discarded."))
            where = reverse("solicitations:plan", args=[row.number])
    except (Invalid, Conflict, Refused) as error:
        messages.error(request, error.reason if isinstance(error, Refused) else str(error))
    return redirect(request, where)


@requires("solicitations.view_internal")
@require_http_methods(["GET", "HEAD", "POST"])
def addendum_review(request: HttpRequest, number: str) -> HttpResponse:
    """What the addendum changes, side by side, which answers it touches, whether the date moves; issue or return it."""
    actor = actor_of(request)
    row = the_draft(request, number)
    draft = found_or_404(queries.for_staff(actor).filter(status__in=[s.value for s in queries.OPEN]), solicitation=row)
    form, crossed, status = WhyForm(), "", 200
    if request.method == "POST":
        if request.POST.get("act") == "return":
            form = WhyForm(request.POST)
        try:
            if form.is_valid() or not form.is_bound:
                return _decide(request, row, draft, form)
            status = 422
        except Invalid as error:
            put_errors(form, error)
            status = 422
        except Conflict as error:
            crossed, status = error.message, 409
            draft.refresh_from_db()
    effect = actions.effect_of(draft, row)
    prompts = {str(q.key): q.prompt for q in row.questions.all()}
    crumbs(request, row, Crumb(_("Addendum"), _home(row)), Crumb(_("Review")))
    second = actor.user_id not in (draft.drafted_by_id, draft.review_requested_by_id)
    in_review = draft.status == AddendumState.IN_REVIEW
    moved = actions.due_after(_as_drafted(row, draft), today())
    context = {
        "row": row,
        "addendum": draft,
        "state": ADDENDUM.public[AddendumState(draft.status)],
        "changes": [shown(d, prompts) for d in effect.differences],
        "touched": effect.touched,
        "moved": moved,
        "form": form,
        "crossed": crossed,
        "may_issue": in_review and second and actor.can("solicitations.issue_addendum"),
        "needs_second": in_review and not second and actor.can("solicitations.issue_addendum"),
        "may_return": in_review and actor.can("solicitations.draft_addendum"),
    }
    return render(request, "solicitations/addenda/review.html", context, status=status)


def _decide(request: HttpRequest, row: Solicitation, draft: Addendum, form: WhyForm) -> HttpResponse:
    actor = actor_of(request)
    act = request.POST.get("act", "")
    if act == "issue":
        actions.issue(actor=actor, addendum_id=draft.pk, lock=_number(request.POST.get("lock", "")))
        messages.success(request, _("Addendum %(number)s is issued.") % {"number": draft.number})
    elif act == "return":
        actions.return_to_draft(actor=actor, addendum_id=draft.pk, why=form.cleaned_data["why"])
        messages.success(request, _("Returned to draft."))
    else:
        raise Refused(_("Choose what to do."))
    return redirect(request, reverse("solicitations:plan", args=[row.number]))


patterns = [
    path("plan/<str:number>/addendum/", addendum, name="addendum"),
    path("plan/<str:number>/addendum/act/", addendum_act, name="addendum-act"),
    path("plan/<str:number>/addendum/review/", addendum_review, name="addendum-review"),
    path("plan/<str:number>/addendum/question/<uuid:key>/", addendum_question, name="addendum-question"),
    path("plan/<str:number>/addendum/section/<int:pk>/add/", addendum_add_question, name="addendum-add-question"),
]
