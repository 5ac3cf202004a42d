"""Loads a draft for its checks and says how far each topic is."""

from __future__ import annotations

from datetime import date
from typing import Literal

from procurement_portal.law.calendar import Calendar
from procurement_portal.people.actor import Actor
from procurement_portal.time.clock import today
from solicitations.models.criteria_library import Departure, LibraryItem
from solicitations.models.criterion import Criterion
from solicitations.models.question import Question
from solicitations.models.solicitation import Solicitation
from solicitations.queries.checks import Draft, Problem, problems
from solicitations.queries.criteria_library import current_items
from solicitations.queries.solicitation import areas, documents, funding

State = Literal["done", "started", "missing"]


def load(solicitation: Solicitation) -> Draft:
    """Everything the checks look at, in a handful of queries."""
    return Draft(
        solicitation=solicitation,
        questions=list(Question.objects.filter(solicitation=solicitation, withdrawn_at__isnull=True)),
        criteria=list(Criterion.objects.filter(solicitation=solicitation).select_related("citywide_item")),
        shares=funding(solicitation),
        documents=documents(solicitation),
        areas=areas(solicitation),
        expected=_expected(solicitation),
        departures=list(Departure.objects.filter(solicitation=solicitation)),
    )


def _expected(solicitation: Solicitation) -> list[LibraryItem]:
    items = current_items(Actor.system("checks of a draft"), solicitation.department.jurisdiction)
    return list(items.filter(expected=True, kind="criterion"))


def found_problems(solicitation: Solicitation, draft: Draft | None = None, on: date | None = None) -> list[Problem]:
    """The problems of a draft as it stands, on `on` (today by the database's clock)."""
    calendar = Calendar.for_jurisdiction(solicitation.department.jurisdiction)
    return problems(draft or load(solicitation), calendar=calendar, today=on or today())


_BEGUN = {
    "texts": ("summary", "purpose", "services", "eligibility"),
    "awards": ("amount_total", "award_min", "award_max", "awards_expected_min", "term_months"),
    "schedule": ("questions_due_at", "due_at", "expected_start_on", "conference_at"),
    "answering": ("languages",),
}


def topic_state(topic: str, draft: Draft, found: list[Problem]) -> State:
    """How far a topic is: done (no problem left), started, or missing (nothing entered)."""
    if not any(problem.topic == topic for problem in found):
        return "done"
    rows = {"funding": draft.shares, "criteria": draft.criteria, "questions": draft.questions}
    begun = (
        bool(rows[topic])
        if topic in rows
        else any(getattr(draft.solicitation, name) not in (None, "", []) for name in _BEGUN.get(topic, ()))
    )
    return "started" if begun else "missing"
