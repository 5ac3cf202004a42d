"""The readings: what is in force, who decides, the decision and its history."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from procurement_portal.law.readings import Question
from procurement_portal.people.access import actor_of, requires
from procurement_portal.readings import matters, queries, register
from procurement_portal.readings.actions import decide
from procurement_portal.readings.forms import DecisionForm
from procurement_portal.time.clock import today
from procurement_portal.web import pieces
from procurement_portal.web.refusal import Invalid


@requires("staff.work")
@require_safe
def readings(request: HttpRequest) -> HttpResponse:
    """Every open question and number with what is in force, by government and matter; searched by words."""
    words = request.GET.get("q", "").strip()
    rows = queries.overview(actor_of(request), today())
    if words:
        rows = [row for row in rows if words.casefold() in f"{row.key} {row.topic.question} {row.means}".casefold()]
    context = {"groups": matters.grouped(rows), "words": words, "mine": sum(row.may_decide for row in rows)}
    return render(request, "readings/list.html", context)


@requires("staff.work")
@require_http_methods(["GET", "POST"])
def reading(request: HttpRequest, key: str) -> HttpResponse:
    """One question: what is in force, the other readings, the decisions so far, and the form for the officer."""
    actor = actor_of(request)
    topic = register.topic(key)
    if topic is None:
        raise Http404
    day = today()
    row = next(row for row in queries.overview(actor, day) if row.key == key)
    form = DecisionForm(request.POST or None, topic=topic) if row.may_decide else None
    if request.method == "POST":
        if form is None:
            # Not the competent officer: the action says so, with the provision.
            decide(actor=actor, key=key, value="", from_day=day, reason="", signed_name="")
        elif form.is_valid():
            try:
                decide(actor=actor, key=key, **form.cleaned_data)
            except Invalid as problem:
                for field, texts in problem.problems.items():
                    form.add_error(field or None, texts)
            else:
                messages.success(request, _("Your decision is signed."))
                return redirect("readings:reading", key=key)
    entries = [
        pieces.Entry(
            at=decision.signed_at,
            what=_("From %(day)s: %(value)s")
            % {"day": f"{decision.from_day:%b} {decision.from_day.day}, {decision.from_day.year}",
               "value": queries.in_words(topic, topic.choice(decision.value))},
            who=decision.signed_name,
            as_whom=decision.signed_as,
            why=decision.reason,
        )
        for decision in queries.history(key)
    ]  # fmt: skip
    context = {
        "row": row,
        "form": form,
        "entries": entries,
        "is_question": isinstance(topic, Question),
        "others": [means for value, means in topic.choices.items() if value != row.value]
        if isinstance(topic, Question)
        else [],
    }
    return render(request, "readings/reading.html", context, status=422 if form is not None and form.errors else 200)
