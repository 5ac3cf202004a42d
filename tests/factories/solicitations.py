"""Solicitations in every state a test needs: rows that the workflow could have made, without walking it each time."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from procurement_portal.people.models.body import Department
from procurement_portal.time import clock
from solicitations.models.criterion import Criterion
from solicitations.models.facts import FundingShare, ServiceArea
from solicitations.models.question import Question, Section
from solicitations.models.solicitation import Solicitation
from solicitations.states import BEFORE_PUBLICATION, Marking, QuestionKind, SolicitationState
from tests.cast import Cast

_ANCHORS = [{"points": 0, "words": "Not addressed"}, {"points": 5, "words": "Convincing, with evidence"}]


def at_noon(days: int) -> datetime:
    """Noon in Chicago, so many days from the portal's today."""
    return clock.chicago(clock.today() + timedelta(days=days), 12)


def make_draft(cast: Cast, department: Department | None = None, **changes: Any) -> Solicitation:
    """A draft of Dora's department with every fact filled in; change any field by keyword. No sections or criteria."""
    sequence = Solicitation.objects.count() + 1
    facts: dict[str, Any] = {
        "number": f"TEST-{sequence:05d}",
        "fiscal_year": 2027,
        "title": "Summer jobs for young people",
        "department": department or cast.family,
        "service_category": "youth_employment",
        "summary": "Paid summer jobs with mentors for young people aged 14 to 24.",
        "purpose": "Young people in the listed areas find too few first jobs.",
        "services": "Recruit, place, pay and mentor participants for eight weeks.",
        "eligibility": "Nonprofit organizations and businesses that serve the listed areas.",
        "financial": False,
        "social_services": True,
        "targeted_community": True,
        "pass_through": True,
        "amount_total": Decimal("1500000.00"),
        "award_min": Decimal("100000.00"),
        "award_max": Decimal("300000.00"),
        "awards_expected_min": 5,
        "awards_expected_max": 8,
        "term_months": 12,
        "renewals_count": 2,
        "renewal_months": 12,
        "languages": ["en", "es"],
        "questions_due_at": at_noon(14),
        "due_at": at_noon(30),
        "expected_start_on": clock.today() + timedelta(days=120),
        "drafted_by": cast.dora.user,
        **changes,
    }
    return Solicitation.objects.create(**facts)


def add_contents(solicitation: Solicitation) -> Solicitation:
    """Two sections, a scored text (weight 60), a scored budget (weight 40), an eligibility choice; areas and funding."""
    first = Section.objects.create(solicitation=solicitation, position=1, title="Your organization")
    second = Section.objects.create(solicitation=solicitation, position=2, title="Your program")
    plan = Criterion.objects.create(
        solicitation=solicitation, position=1, name="Program plan", weight=Decimal(60), max_points=5, anchors=_ANCHORS
    )
    cost = Criterion.objects.create(
        solicitation=solicitation,
        position=2,
        name="Reasonable cost",
        weight=Decimal(40),
        max_points=5,
        anchors=_ANCHORS,
    )
    shared = {"solicitation": solicitation}
    Question.objects.create(
        **shared,
        section=first,
        position=1,
        kind=QuestionKind.CHOICE,
        marking=Marking.ELIGIBILITY,
        prompt="Do you serve young people aged 14 to 24?",
        options={"choices": [{"value": "yes", "label": "Yes"}, {"value": "no", "label": "No"}]},
    )
    Question.objects.create(
        **shared,
        section=second,
        position=1,
        kind=QuestionKind.TEXT,
        marking=Marking.SCORED,
        criterion=plan,
        prompt="Describe a participant's week.",
        word_limit=500,
    )
    Question.objects.create(
        **shared,
        section=second,
        position=2,
        kind=QuestionKind.BUDGET,
        marking=Marking.SCORED,
        criterion=cost,
        prompt="What will it cost?",
        options={"lines": [{"key": "wages", "label": "Wages"}, {"key": "staff", "label": "Staff"}], "extra_lines": 5},
    )
    ServiceArea.objects.bulk_create(ServiceArea(solicitation=solicitation, area=area) for area in (25, 29))
    FundingShare.objects.create(
        solicitation=solicitation, source="federal", program="Youth workforce grant", fraction=Decimal(1)
    )
    return solicitation


def make_published(cast: Cast, status: str = SolicitationState.PUBLISHED, **changes: Any) -> Solicitation:
    """A solicitation Dora drafted and Percy published five days ago, in `status`, with contents."""
    published_at = changes.pop("published_at", clock.now() - timedelta(days=5))
    facts: dict[str, Any] = {
        "status": status,
        "review_requested_by": cast.dora.user,
        "review_requested_at": published_at - timedelta(days=1),
        "published_by": cast.percy.user,
        "published_at": published_at,
        "advertised_on": published_at.astimezone(clock.CHICAGO).date(),
        **changes,
    }
    if status == SolicitationState.CANCELED:
        facts |= {
            "canceled_by": cast.percy.user,
            "canceled_at": clock.now(),
            "canceled_why": "The grant was withdrawn.",
        }
    if status not in (*BEFORE_PUBLICATION, SolicitationState.PUBLISHED, SolicitationState.CANCELED):
        facts.setdefault("closed_at", facts.get("due_at") or clock.now())
    return add_contents(make_draft(cast, **facts))


def make_closed(cast: Cast) -> Solicitation:
    """One whose due hour passed an hour ago: to be opened."""
    due_at = clock.now() - timedelta(hours=1)
    return make_published(
        cast, status=SolicitationState.CLOSED, due_at=due_at, published_at=due_at - timedelta(days=30),
        questions_due_at=due_at - timedelta(days=10),
    )  # fmt: skip
