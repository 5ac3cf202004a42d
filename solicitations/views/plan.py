"""Plan a solicitation: the list, the task list of a draft, one page a topic, its history."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from procurement_portal.history import telling
from procurement_portal.history.record import subject_type
from procurement_portal.people.access import actor_of, found_or_404, requires
from procurement_portal.web import words
from procurement_portal.web.htmx import redirect
from procurement_portal.web.pagination import paginate
from procurement_portal.web.pieces import Entry, Fact, Section
from procurement_portal.web.refusal import Conflict, Invalid
from procurement_portal.web.shell import Crumb, NextAction
from solicitations.actions import solicitation as actions
from solicitations.actions import template as templates
from solicitations.forms.plan import FORMS, CopyForm, NewForm
from solicitations.models.solicitation import Solicitation
from solicitations.queries import drafting, topics
from solicitations.queries.checks import Problem, count_words
from solicitations.queries.criteria_library import current_items
from solicitations.queries.opening import readable_solicitations
from solicitations.queries.programs import programs
from solicitations.queries.solicitation import acts, planned, visible
from solicitations.states import AFTER_CLOSING, BEFORE_PUBLICATION, Method, SolicitationState
from solicitations.views.drafts import crossed, crumbs, may_draft, put_errors, the_draft, with_version
from solicitations.views.stages import next_action, stages
from solicitations.workflow.notice import ADDENDUM, SOLICITATION

TITLES = {
    "basics": gettext_lazy("Title and kind"),
    "texts": gettext_lazy("What we ask for"),
    "funding": gettext_lazy("Funding and participation programs"),
    "awards": gettext_lazy("Awards, amounts and term"),
    "areas": gettext_lazy("Service areas"),
    "schedule": gettext_lazy("Schedule"),
    "answering": gettext_lazy("Languages and rules for answers"),
    "documents": gettext_lazy("Required documents"),
    "criteria": gettext_lazy("Criteria"),
    "questions": gettext_lazy("Sections and questions"),
}
_METHODS = dict(Method.choices)


@requires("solicitations.view_internal")
@require_safe
def plan_list(request: HttpRequest) -> HttpResponse:
    """What the department plans, has open and has closed; newest activity first."""
    actor = actor_of(request)
    rows = planned(actor)
    state = request.GET.get("state", "")
    if state in set(SolicitationState):
        rows = rows.filter(status=state)
    crumbs(request)
    if actor.can("solicitations.draft"):
        request.shell_next_action = NextAction(_("Begin a solicitation"), reverse("solicitations:plan-new"))  # type: ignore[attr-defined]
    page = paginate(request, rows)
    context = {
        "page": page,
        "rows": [(row, SOLICITATION.public[row.state]) for row in page],
        "states": [(s.value, SOLICITATION.public[s]) for s in SolicitationState],
        "state": state,
    }
    return render(request, "solicitations/plan/list.html", context)


@requires("solicitations.draft")
@require_http_methods(["GET", "HEAD", "POST"])
def plan_new(request: HttpRequest) -> HttpResponse:
    """Begin a draft: title, method, category; or from a citywide template."""
    actor = actor_of(request)
    form = NewForm(request.POST or None)
    if form.is_valid():
        data = form.cleaned_data
        try:
            row = actions.draft(actor=actor, **data)
        except Invalid as error:
            put_errors(form, error)
        else:
            messages.success(request, _("The draft has the number %(number)s.") % {"number": row.number})
            return redirect(request, reverse("solicitations:plan", args=[row.number]))
    crumbs(request, None, Crumb(_("New solicitation")))
    items = current_items(actor).filter(kind="template")
    return render(
        request, "solicitations/plan/new.html", {"form": form, "templates": items}, status=422 if form.is_bound else 200
    )


@requires("solicitations.draft")
@require_http_methods(["GET", "HEAD", "POST"])
def plan_copy(request: HttpRequest, pk: int) -> HttpResponse:
    """A new draft from a solicitation."""
    actor = actor_of(request)
    source = found_or_404(visible(actor), pk=pk)
    form = CopyForm(request.POST or None, initial={"title": source.title})
    if form.is_valid():
        try:
            row = templates.copy(actor=actor, source_id=source.pk, title=form.cleaned_data["title"])
        except Invalid as error:
            put_errors(form, error)
        else:
            messages.success(request, _("Copied. Dates and the estimate are to be set anew."))
            return redirect(request, reverse("solicitations:plan", args=[row.number]))
    crumbs(request, None, Crumb(_("Copy")))
    return render(
        request, "solicitations/plan/copy.html", {"form": form, "source": source}, status=422 if form.is_bound else 200
    )


@requires("solicitations.draft")
@require_http_methods(["GET", "HEAD", "POST"])
def plan_from_template(request: HttpRequest, pk: int) -> HttpResponse:
    """A new draft from a citywide template."""
    actor = actor_of(request)
    item = found_or_404(current_items(actor), pk=pk, kind="template")
    form = NewForm(request.POST or None, initial={"method": item.body["facts"]["method"]})
    del form.fields["method"]
    if form.is_valid():
        try:
            row = templates.begin_from_template(actor=actor, item_id=item.pk, **form.cleaned_data)
        except Invalid as error:
            put_errors(form, error)
        else:
            return redirect(request, reverse("solicitations:plan", args=[row.number]))
    crumbs(request, None, Crumb(item.title))
    return render(
        request, "solicitations/plan/copy.html", {"form": form, "source": item}, status=422 if form.is_bound else 200
    )


@requires("solicitations.view_internal")
@require_safe
def plan(request: HttpRequest, number: str) -> HttpResponse:
    """One solicitation for staff: its facts, the task list while it is a draft, what is next."""
    actor = actor_of(request)
    row = the_draft(request, number)
    draft = drafting.load(row)
    drafted = row.state in BEFORE_PUBLICATION
    found = drafting.found_problems(row, draft) if drafted else []
    crumbs(request, row)
    closed = row.state in AFTER_CLOSING and readable_solicitations(actor).filter(pk=row.pk).exists()
    after = stages(row, actor) if closed else []
    request.shell_next_action = _next(row, found, actor) or next_action(after, actor)  # type: ignore[attr-defined]
    context = {
        "row": row,
        "state": SOLICITATION.public[row.state],
        "facts": _facts(row),
        "drafted": drafted,
        "may_draft": may_draft(actor, row),
        "topics": _topics(row, draft, found),
        "problems": found,
        "problem_words": count_words(found) if found else "",
        "programs": programs(row),
        "may_cancel": actor.can("solicitations.cancel") and row.state in SOLICITATION.transition("cancel").source,
        "may_copy": actor.can("solicitations.draft"),
        "may_keep": row.is_public and actor.can("templates.manage"),
        "stages": after,
        "manages": len(after) > 1 and actor.can("solicitations.manage_evaluation"),
        "addenda": [(a, ADDENDUM.public[ADDENDUM.states(a.status)]) for a in row.addenda.exclude(status="discarded")],
        "takes_addenda": row.state == SolicitationState.PUBLISHED and actor.can("solicitations.draft_addendum"),
    }
    return render(request, "solicitations/plan/plan.html", context)


def _topics(row: Solicitation, draft: drafting.Draft, found: list[Problem]) -> list[Section]:
    made = []
    for topic, title in TITLES.items():
        own = [problem for problem in found if problem.topic == topic]
        note = own[0].message if own else ""
        if len(own) > 1:
            note = _("%(first)s And %(more)s more.") % {"first": note, "more": len(own) - 1}
        made.append(Section(title, _topic_url(row, topic), drafting.topic_state(topic, draft, found), note))
    return made


def _topic_url(row: Solicitation, topic: str) -> str:
    if topic in topics.FIELDS:
        return reverse("solicitations:plan-topic", args=[row.number, topic])
    return reverse(f"solicitations:plan-{topic}", args=[row.number])


def _next(row: Solicitation, found: list[Problem], actor: Any) -> NextAction | None:
    if row.state == SolicitationState.DRAFT and may_draft(actor, row):
        if found:
            return NextAction(_("Go on with the draft"), _topic_url(row, found[0].topic), hint=found[0].message)
        return NextAction(_("Check and send to review"), reverse("solicitations:plan-review", args=[row.number]))
    if row.state == SolicitationState.IN_REVIEW:
        return NextAction(_("Read and decide"), reverse("solicitations:plan-review", args=[row.number]))
    if row.state == SolicitationState.PUBLISHED and actor.can("solicitations.answer_inquiry"):
        return NextAction(_("Questions and answers"), reverse("solicitations:inquiry-desk", args=[row.number]))
    return None


def _facts(row: Solicitation) -> list[Fact]:
    return [
        Fact(_("Department"), row.department.name),
        Fact(_("Method"), _METHODS[Method(row.method)]),
        Fact(_("For all awards"), words.money(row.amount_total, cents=False)),
        Fact(_("Questions due"), words.instant(row.questions_due_at)),
        Fact(_("Answers due"), words.instant(row.due_at)),
        Fact(_("Published"), words.instant(row.published_at)),
    ]


@requires("solicitations.draft")
@require_http_methods(["GET", "HEAD", "POST"])
def plan_topic(request: HttpRequest, number: str, topic: str) -> HttpResponse:
    """One topic of a draft. A save that crosses another is shown beside it, never written over it."""
    if topic not in FORMS:
        raise Http404
    actor = actor_of(request)
    row = the_draft(request, number)
    values = topics.values(row, topic)
    kind, conflict, differences, status = FORMS[topic], "", [], 200
    form = kind(initial={**kind.from_values(values), "version": topics.version(row, topic)})
    if request.method == "POST":
        form, status = kind(request.POST), 422
        if form.is_valid():
            given = form.given()
            try:
                actions.save_topic(
                    actor=actor, solicitation_id=row.pk, topic=topic, version=form.cleaned_data["version"], given=given
                )
            except Invalid as error:
                put_errors(form, error)
            except Conflict as error:
                conflict, differences, status = error.message, crossed(form, error, given), 409
                form = kind(with_version(request, topics.version(row, topic)))
                form.is_valid()
            else:
                messages.success(request, _("Saved: %(topic)s.") % {"topic": TITLES[topic]})
                return redirect(request, _after(row, topic, request))
    crumbs(request, row, Crumb(str(TITLES[topic])))
    found = [] if request.method == "POST" else [p for p in drafting.found_problems(row) if p.topic == topic]
    context = {
        "row": row,
        "form": form,
        "topic": topic,
        "title": TITLES[topic],
        "may_draft": may_draft(actor, row),
        "state": SOLICITATION.public[row.state],
        "conflict": conflict,
        "differences": differences,
        "problems": found if drafting.topic_state(topic, drafting.load(row), found) == "started" else [],
        "programs": programs(row) if topic == "funding" else [],
    }
    return render(request, "solicitations/plan/topic.html", context, status=status)


def _after(row: Solicitation, topic: str, request: HttpRequest) -> str:
    """Where a save leads: the next topic, or back to the list."""
    if "next" in request.POST:
        order = list(TITLES)
        following = order[order.index(topic) + 1 :]
        if following:
            return _topic_url(row, following[0])
    return reverse("solicitations:plan", args=[row.number])


@requires("solicitations.view_internal")
@require_safe
def plan_history(request: HttpRequest, number: str) -> HttpResponse:
    """The acts on a solicitation and its addenda."""
    row = the_draft(request, number)
    crumbs(request, row, Crumb(_("History")))
    page = paginate(request, acts(row), per_page=50)
    entries = [
        Entry(at=e.at, what=act_words(e.act, e.after), who=e.actor_label, as_whom=e.acting_as, why=e.why, law=e.law)
        for e in page
    ]
    return render(request, "solicitations/plan/history.html", {"row": row, "entries": entries, "page": page})


ACTS = {
    "solicitation.draft": gettext_lazy("Draft begun"),
    "solicitation.copy": gettext_lazy("Copied from another solicitation"),
    "solicitation.from_template": gettext_lazy("Begun from a template"),
    "solicitation.change": gettext_lazy("Changed"),
    "solicitation.request_review": gettext_lazy("Sent to review"),
    "solicitation.return": gettext_lazy("Returned to draft"),
    "solicitation.publish": gettext_lazy("Published"),
    "solicitation.close": gettext_lazy("Closed at the due hour"),
    "solicitation.cancel": gettext_lazy("Canceled"),
    "solicitation.audit_read": gettext_lazy("Read by an auditor"),
    "opening.ask": gettext_lazy("Opening asked for by a first officer"),
    "solicitation.open": gettext_lazy("Answers opened by a second officer"),
    "solicitation.begin_evaluation": gettext_lazy("Evaluation begun"),
    "proposal.find_responsiveness": gettext_lazy("Responsiveness found"),
    "solicitation.recommend": gettext_lazy("Recommendation sent to approval"),
    "solicitation.return_recommendation": gettext_lazy("Recommendation returned"),
    "section.add": gettext_lazy("Section added"),
    "section.change": gettext_lazy("Section changed"),
    "section.move": gettext_lazy("Section moved"),
    "section.delete": gettext_lazy("Section deleted"),
    "question.add": gettext_lazy("Question added"),
    "question.change": gettext_lazy("Question changed"),
    "question.move": gettext_lazy("Question moved"),
    "question.delete": gettext_lazy("Question deleted"),
    "criterion.add": gettext_lazy("Criterion added"),
    "criterion.change": gettext_lazy("Criterion changed"),
    "criterion.move": gettext_lazy("Criterion moved"),
    "criterion.delete": gettext_lazy("Criterion deleted"),
    "library.leave_out": gettext_lazy("Library criterion left out"),
    "addendum.draft": gettext_lazy("Addendum begun"),
    "addendum.request_review": gettext_lazy("Addendum sent to review"),
    "addendum.return": gettext_lazy("Addendum returned to draft"),
    "addendum.discard": gettext_lazy("Addendum discarded"),
    "addendum.issue": gettext_lazy("Addendum issued"),
}


def act_words(act: str, after: Any) -> str:
    """An act in words, with the names of what changed where the entry says so."""
    fallback = _("Addendum changed") if act.startswith("addendum.") else telling.what(act)
    said = str(ACTS.get(act, fallback))
    if act == "solicitation.change" and after:
        names = (telling.field_words(name, subject_type(Solicitation)) for name in after)
        return _("%(act)s: %(what)s") % {"act": said, "what": ", ".join(names)}
    for key in ("section", "question", "criterion", "name", "title"):
        if after and isinstance(after.get(key), str):
            return f"{said}: {after[key]}"
    return said


patterns = [
    path("plan/", plan_list, name="plan-list"),
    path("plan/new/", plan_new, name="plan-new"),
    path("plan/copy/<int:pk>/", plan_copy, name="plan-copy"),
    path("plan/template/<int:pk>/", plan_from_template, name="plan-from-template"),
    path("plan/<str:number>/", plan, name="plan"),
    path("plan/<str:number>/history/", plan_history, name="plan-history"),
    path("plan/<str:number>/topic/<slug:topic>/", plan_topic, name="plan-topic"),
]
