"""What stands between a draft and publication: one pure function over what the notice is, each problem at its field in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from procurement_portal.law.calendar import Calendar
from procurement_portal.time.clock import CHICAGO
from procurement_portal.web import words
from solicitations.models.criteria_library import Departure, LibraryItem
from solicitations.models.criterion import Criterion
from solicitations.models.facts import FundingShare, RequiredDocument
from solicitations.models.question import Question
from solicitations.models.solicitation import Solicitation
from solicitations.states import Marking, Method

WHOLE = Decimal(100)


@dataclass(frozen=True)
class Problem:
    """One reason not to publish: the topic's page, the field on it, the words, and the row it is about (if one)."""

    topic: str
    field: str
    message: str
    row: int | None = None


@dataclass(frozen=True)
class Draft:
    """Everything the checks look at, loaded once."""

    solicitation: Solicitation
    questions: Sequence[Question] = ()
    criteria: Sequence[Criterion] = ()
    shares: Sequence[FundingShare] = ()
    documents: Sequence[RequiredDocument] = ()
    areas: Sequence[int] = ()
    expected: Sequence[LibraryItem] = ()  # library items every solicitation uses unless it says why not
    departures: Sequence[Departure] = field(default_factory=tuple)


def problems(draft: Draft, *, calendar: Calendar, today: date) -> list[Problem]:
    """Every problem, in the order of the topics. Empty: the notice may be published on `today`."""
    return [
        *_texts(draft.solicitation),
        *_money(draft),
        *_program(draft),
        *schedule(draft.solicitation, calendar=calendar, today=today),
        *_answering(draft.solicitation),
        *_criteria(draft),
        *_questions(draft),
        *_library(draft),
    ]


def _texts(row: Solicitation) -> list[Problem]:
    asked = {
        "summary": _("Write the summary: it is what people see first."),
        "purpose": _("Write why the department asks for this."),
        "services": _("Write which services you want."),
        "eligibility": _("Write who may apply."),
    }
    return [Problem("texts", name, message) for name, message in asked.items() if not getattr(row, name).strip()]


def _money(draft: Draft) -> list[Problem]:
    row, found = draft.solicitation, []
    if row.amount_total is None:
        found.append(Problem("awards", "amount_total", _("Say how much there is for all awards.")))
    if row.award_min is None:
        found.append(Problem("awards", "award_min", _("Say the smallest award.")))
    if row.award_max is None:
        found.append(Problem("awards", "award_max", _("Say the largest award.")))
    if row.awards_expected_min is None:
        found.append(Problem("awards", "awards_expected_min", _("Say how many awards you expect, at least.")))
    if row.awards_expected_max is None:
        found.append(Problem("awards", "awards_expected_max", _("Say how many awards you expect, at most.")))
    if row.amount_total is not None and row.award_max is not None and row.award_max > row.amount_total:
        found.append(Problem("awards", "award_max", _("The largest award is more than the amount for all awards.")))
    if None not in (row.amount_total, row.award_min, row.awards_expected_min):
        needed = row.award_min * row.awards_expected_min  # type: ignore[operator]
        if needed > row.amount_total:  # type: ignore[operator]
            message = _("%(count)s awards of at least %(least)s need %(needed)s; there are %(total)s.") % {
                "count": row.awards_expected_min,
                "least": words.money(row.award_min),
                "needed": words.money(needed),
                "total": words.money(row.amount_total),
            }
            found.append(Problem("awards", "awards_expected_min", message))
    if row.term_months is None:
        found.append(Problem("awards", "term_months", _("Say the term in months.")))
    if row.renewals_count and row.renewal_months is None:
        found.append(Problem("awards", "renewal_months", _("Say how many months each renewal has.")))
    if row.method == Method.COMPETITIVE_BID and row.estimate is None:
        found.append(Problem("awards", "estimate", _("A competitive bid needs an estimate before it is advertised.")))
    return found


def _program(draft: Draft) -> list[Problem]:
    row, found = draft.solicitation, []
    total = sum((share.fraction for share in draft.shares), Decimal(0))
    if not draft.shares:
        found.append(Problem("funding", "funding", _("Say where the money comes from.")))
    elif total != 1:
        message = _("The funding shares add up to %(total)s, not to 100%%.") % {"total": words.percent(total, 2)}
        found.append(Problem("funding", "funding", message))
    asked = {
        "social_services": _("Say whether these are social services."),
        "targeted_community": _("Say whether the services go to targeted communities."),
        "pass_through": _("Say whether the money is paid on a pass-through basis."),
        "financial": _("Say whether the contract is about a financial transaction."),
    }
    found += [Problem("funding", name, message) for name, message in asked.items() if getattr(row, name) is None]
    return found


def schedule(row: Solicitation, *, calendar: Calendar, today: date) -> list[Problem]:
    """The dates: all there, on days the office is open, each after the one it must follow, and none past."""
    found: list[Problem] = []
    instants: dict[str, datetime | None] = {
        "conference_at": row.conference_at,
        "questions_due_at": row.questions_due_at,
        "due_at": row.due_at,
    }
    days = {name: at.astimezone(CHICAGO).date() for name, at in instants.items() if at is not None}
    if row.questions_due_at is None:
        found.append(Problem("schedule", "questions_due_at", _("Say until when questions may be asked.")))
    if row.due_at is None:
        found.append(Problem("schedule", "due_at", _("Say when answers are due.")))
    if row.expected_start_on is None:
        found.append(Problem("schedule", "expected_start_on", _("Say when services are expected to start.")))
    for name, day in days.items():
        closed = _closed(calendar, day)
        if closed:
            found.append(Problem("schedule", name, closed))
        if day <= today:
            message = _("%(day)s is not after the day of publication.") % {"day": words.day(day)}
            found.append(Problem("schedule", name, message))
    found += _order(row, days)
    if row.conference_at is not None and not (row.conference_place.strip() or row.conference_link.strip()):
        found.append(Problem("schedule", "conference_place", _("Say where the conference is, or give its link.")))
    return found


def _closed(calendar: Calendar, day: date) -> str:
    if calendar.is_business_day(day):
        return ""
    holiday = calendar.holiday_name(day)
    if holiday:
        return _("The office is closed on %(day)s: %(holiday)s.") % {"day": words.day(day), "holiday": holiday}
    return _("The office is closed on %(day)s: it is a weekend.") % {"day": words.day(day)}


def _order(row: Solicitation, days: dict[str, date]) -> list[Problem]:
    found = []
    if row.conference_at and row.questions_due_at and row.questions_due_at <= row.conference_at:
        found.append(
            Problem("schedule", "questions_due_at", _("Questions are due after the conference, not before or with it."))
        )
    if row.questions_due_at and row.due_at and row.due_at <= row.questions_due_at:
        found.append(Problem("schedule", "due_at", _("Answers are due after the questions, not before or with them.")))
    if row.expected_start_on and "due_at" in days and row.expected_start_on <= days["due_at"]:
        found.append(Problem("schedule", "expected_start_on", _("Services start after answers are due.")))
    return found


def _answering(row: Solicitation) -> list[Problem]:
    if row.languages:
        return []
    return [Problem("answering", "languages", _("Say in which languages answers are accepted."))]


def _criteria(draft: Draft) -> list[Problem]:
    found = []
    used = {q.criterion_id for q in draft.questions if q.marking == Marking.SCORED}
    for criterion in draft.criteria:
        if criterion.pk not in used:
            message = _("No scored question asks about “%(name)s”.") % {"name": criterion.name}
            found.append(Problem("criteria", "questions", message, criterion.pk))
        if len(criterion.anchors) < 2:
            message = _("Say for “%(name)s” what the lowest and the highest score mean.") % {"name": criterion.name}
            found.append(Problem("criteria", "anchors", message, criterion.pk))
    total = sum((criterion.weight for criterion in draft.criteria), Decimal(0))
    if not draft.criteria:
        found.append(Problem("criteria", "weight", _("There is no criterion yet.")))
    elif total != WHOLE:
        found.append(
            Problem(
                "criteria",
                "weight",
                _("The weights add up to %(total)s, not to 100.") % {"total": f"{total.normalize():f}"},
            )
        )
    return found


def _questions(draft: Draft) -> list[Problem]:
    if not draft.questions:
        return [Problem("questions", "prompt", _("There is no question yet."))]
    return [
        Problem(
            "questions",
            "criterion",
            _("“%(prompt)s” is scored but has no criterion.") % {"prompt": question.prompt[:80]},
            question.pk,
        )
        for question in draft.questions
        if question.marking == Marking.SCORED and question.criterion_id is None
    ]


def _library(draft: Draft) -> list[Problem]:
    explained = {departure.item_id for departure in draft.departures}
    used = {criterion.citywide_item_id for criterion in draft.criteria}
    missing = [item for item in draft.expected if item.pk not in used | explained]
    found = [
        Problem(
            "criteria",
            "library",
            _("Every solicitation uses “%(title)s” from the library or says why not.") % {"title": item.title},
            None,
        )
        for item in missing
    ]
    by_id = {item.pk: item for item in draft.expected}
    for criterion in draft.criteria:
        item = criterion.citywide_item or by_id.get(criterion.citywide_item_id or 0)
        if item is not None and differs(criterion, item) and item.pk not in explained:
            message = _("“%(name)s” differs from the library; say why.") % {"name": criterion.name}
            found.append(Problem("criteria", "departure_reason", message, criterion.pk))
    return found


def differs(criterion: Criterion, item: LibraryItem) -> bool:
    """Whether a criterion departs from its library item in name, description or anchored scale (weights are free)."""
    body = item.body
    return (criterion.name, criterion.description, criterion.max_points, criterion.anchors) != (
        item.title,
        body["description"],
        body["max_points"],
        body["anchors"],
    )


def count_words(found: Sequence[Problem]) -> str:
    """ "3 things stand between this draft and publication", for the head of the page."""
    return ngettext(
        "%(count)d thing stands between this draft and publication.",
        "%(count)d things stand between this draft and publication.",
        len(found),
    ) % {"count": len(found)}
