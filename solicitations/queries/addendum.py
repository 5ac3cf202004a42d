"""Addenda: what everybody reads, what staff drafts, and what a draft would change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from procurement_portal.people.actor import Actor
from solicitations.models.addendum import Addendum, Version
from solicitations.models.question import Question
from solicitations.models.solicitation import Solicitation
from solicitations.queries.solicitation import internal, visible
from solicitations.queries.version import Difference, question_data
from solicitations.states import AddendumState, QuestionKind

# What an addendum may change of the notice itself. Criteria, weights and eligibility facts stay as advertised: to change
# them, a notice is canceled and published anew.
FACTS = (
    "summary", "purpose", "services", "eligibility", "amount_total", "award_min", "award_max", "conference_at",
    "conference_place", "conference_link", "questions_due_at", "due_at", "expected_start_on",
)  # fmt: skip
TEXTS = ("summary", "purpose", "services", "eligibility", "conference_place", "conference_link")
MONEY = ("amount_total", "award_min", "award_max")
INSTANTS = ("conference_at", "questions_due_at", "due_at")
QUESTION_PARTS = ("prompt", "hint", "required", "options", "word_limit")
OPEN = (AddendumState.DRAFTED, AddendumState.IN_REVIEW)


def issued(actor: Actor, solicitation: Solicitation) -> QuerySet[Addendum]:
    """The issued addenda of a notice the actor may see, in order."""
    seen = visible(actor).filter(pk=solicitation.pk)
    return Addendum.objects.filter(solicitation__in=seen, status=AddendumState.ISSUED).order_by("number")


def for_staff(actor: Actor) -> QuerySet[Addendum]:
    """Every addendum of the solicitations this actor sees as staff."""
    return (
        Addendum.objects.filter(solicitation__in=internal(actor))
        .select_related("solicitation__department", "drafted_by", "issued_by")
        .order_by("solicitation", "number", "pk")
    )


def open_draft(actor: Actor, solicitation: Solicitation) -> Addendum | None:
    """The one addendum being prepared, if there is one."""
    return for_staff(actor).filter(solicitation=solicitation, status__in=[s.value for s in OPEN]).first()


def touched_by(addendum: Addendum) -> QuerySet[Question]:
    """The questions an issued addendum touched: their answers are confirmed again."""
    return Question.objects.filter(touches__addendum=addendum).order_by("section__position", "position")


def versions(solicitation: Solicitation) -> QuerySet[Version]:
    """The published versions, the oldest first."""
    return Version.objects.filter(solicitation=solicitation).order_by("number")


@dataclass(frozen=True)
class Effect:
    """What a drafted addendum would do."""

    differences: list[Difference]
    touched: list[Question]  # present questions whose answers are confirmed again
    added: list[dict[str, Any]]
    withdrawn: list[Question]

    @property
    def is_empty(self) -> bool:
        return not self.differences


def effect(addendum: Addendum, facts: Mapping[str, Any], questions: list[Question]) -> Effect:
    """What a drafted addendum changes against the notice as it stands (`facts`, `questions` of the present version).

    A question is touched when its words, options, limit or duty change; a withdrawn question's answer is set aside and
    needs no confirmation.
    """
    changes = addendum.changes
    found = [
        Difference(name, facts.get(name), value)
        for name, value in changes.get("facts", {}).items()
        if facts.get(name) != value
    ]
    by_key = {str(question.key): question for question in questions}
    touched, withdrawn = [], []
    for key, parts in changes.get("questions", {}).items():
        question = by_key.get(key)
        if question is None:
            continue
        was = question_data(question)
        differing = [Difference(name, was[name], parts[name], key) for name in parts if was[name] != parts[name]]
        found += differing
        if differing:
            touched.append(question)
    for key in changes.get("withdrawn", []):
        if key in by_key:
            withdrawn.append(by_key[key])
            found.append(Difference("question", question_data(by_key[key]), None, key))
    added = list(changes.get("added", []))
    found += [Difference("question", None, question, question["key"]) for question in added]
    return Effect(found, touched, added, withdrawn)


def shown_at(value: Any) -> datetime | None:
    """A drafted instant back from its JSON form."""
    return datetime.fromisoformat(value) if value else None


NEW_QUESTION_KINDS = tuple(QuestionKind)
