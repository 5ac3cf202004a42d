"""Planning a notice on the pages, from nothing to the last question: what Dora does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from procurement_portal.law.calendar import Calendar
from procurement_portal.time import clock
from tests.browser.visitor import Visitor

CITY = Calendar.for_jurisdiction("city")
TITLE = "Paid summer jobs with mentors on the South Side"
ANCHORS = "0: not addressed\n3: addressed in general words\n5: convincing, with evidence"
KINDS = ("choice", "number", "file", "text", "table", "budget")


@dataclass(frozen=True)
class Dates:
    """The notice's schedule, all on days the City is open."""

    conference: datetime
    questions: datetime
    due: datetime
    start: date

    @classmethod
    def from_today(cls) -> Dates:
        """Conference in 5, questions in 10, answers in 25 business days."""
        one, two, three = (CITY.add_business_days(clock.today(), n) for n in (5, 10, 25))
        return cls(clock.chicago(one, 10), clock.chicago(two, 17), clock.chicago(three, 17), three + timedelta(days=60))

    @property
    def closed_day(self) -> datetime:
        """The Saturday after the due day, at the same hour."""
        here = self.due.astimezone(clock.CHICAGO)
        day = here.date() + timedelta(days=(5 - here.weekday()) % 7 or 7)
        return clock.chicago(day, 17)


def topics(dates: Dates) -> Mapping[str, Mapping[str, Any]]:
    """What is typed on the page of each topic."""
    return {
        "texts": {
            "summary": "Paid summer jobs with a mentor for young people aged 14 to 24 in two community areas.",
            "purpose": "Too few first jobs are within reach of young people in Chatham and Greater Grand Crossing.",
            "services": "Recruit, place, pay and mentor forty young people for eight weeks.",
            "eligibility": "Nonprofit organizations and businesses that serve the listed areas.",
        },
        "funding": {
            "social_services": "yes", "targeted_community": "yes", "pass_through": "yes", "financial": "no",
            "share_1_source": "federal", "share_1_program": "Youth workforce grant", "share_1_percent": "100",
        },
        "awards": {
            "amount_total": "1,500,000", "award_min": "100,000", "award_max": "300,000", "awards_expected_min": 5,
            "awards_expected_max": 8, "term_months": 12, "renewals_count": 2, "renewal_months": 12, "estimate": "1,400,000",
        },
        "areas": {"areas": ["44", "69"]},
        "schedule": {
            "conference_at": dates.conference, "conference_place": "Room 100, 2 Example Street",
            "questions_due_at": dates.questions, "due_at": dates.due, "expected_start_on": dates.start,
        },
        "answering": {"languages": ["en", "es"]},
        "documents": {"needed_w9": "with_answer", "note_w9": "The current form of the IRS."},
    }  # fmt: skip


def begin(dora: Visitor) -> str:
    """A new draft; its number."""
    dora.go("/plan/", look="plan-list-empty")
    dora.link("Begin a solicitation", look="plan-new")
    dora.button("Begin the draft")
    assert dora.page.title().startswith("Error:")
    dora.look("plan-new-refused")
    dora.put(title=TITLE, service_category="youth_employment")
    dora.button("Begin the draft", look="plan-begun")
    dora.reads(TITLE)
    return dora.path.strip("/").split("/")[-1]


def fill_topics(dora: Visitor, number: str, dates: Dates) -> None:
    """Every topic but what is asked; the due date first falls on a day the office is closed."""
    for topic, fields in topics(dates).items():
        dora.go(f"/plan/{number}/topic/{topic}/", look=f"topic-{topic}")
        if topic == "schedule":
            fields = {**fields, "due_at": dates.closed_day}
        dora.put(**fields)
        dora.button("Save and go on")
        dora.reads("Saved:")


def add_criteria(dora: Visitor, number: str) -> None:
    """Two criteria of the department's own and one of the library; the weights first come to 110."""
    dora.go(f"/plan/{number}/criteria/", look="criteria-empty")
    for name, weight in (("Program plan for each week", 60), ("Cost that fits the work", 30)):
        dora.link("Add a criterion", look="criterion-new")
        dora.put(name=name, weight=weight, max_points=5, anchors=ANCHORS)
        dora.button("Save")
    dora.link("Use it: Cultural competence and place", look="library-take")
    dora.put(weight=20)
    dora.button("Save")
    dora.look("criteria-too-heavy")
    dora.reads("Weights together: 110 of 100")


def add_questions(dora: Visitor, number: str) -> None:
    """Two sections; a question of every kind, scored, pass or fail and for information."""
    dora.go(f"/plan/{number}/questions/", look="questions-empty")
    for title in ("Your organization", "Your program"):
        dora.link("Add a section", look="section-new" if title == "Your organization" else "")
        dora.put(title=title)
        dora.button("Save")
    _kind(dora, "Your organization", "choice")
    dora.put(prompt="Do you serve young people aged 14 to 24?", choices="Yes\nNo", marking="eligibility")
    dora.button("Save")
    _kind(dora, "Your organization", "number")
    dora.put(prompt="How many young people will you serve?", unit="people", least=1, whole=True, marking="information")
    dora.button("Save")
    _kind(dora, "Your organization", "file")
    dora.put(prompt="Your work plan", kinds=["word"], most_files=2, most_megabytes=10, marking="information")
    dora.button("Save")
    _kind(dora, "Your program", "text")
    dora.put(prompt="Describe a participant's week.", word_limit=500, marking="scored")
    dora.page.locator("[name=criterion]").select_option(label="Program plan for each week")
    dora.button("Save")
    _kind(dora, "Your program", "text")
    dora.put(prompt="How do people of the area shape the program?", word_limit=300, marking="scored")
    dora.page.locator("[name=criterion]").select_option(label="Cultural competence and place")
    dora.button("Save")
    _kind(dora, "Your program", "table")
    dora.put(
        prompt="Where will they work?", column_1_label="Site", column_2_label="Places", column_2_kind="number",
        most_rows=4, marking="information",
    )  # fmt: skip
    dora.button("Save")
    _kind(dora, "Your program", "budget")
    dora.put(prompt="What will it cost?", budget_lines="Wages\nStaff", extra_lines=3, marking="scored")
    dora.button("Save", look="questions")


def _kind(dora: Visitor, section: str, kind: str) -> None:
    """From the section to the empty editor of a question of this kind."""
    dora.link(f"Add a question: {section}", look="question-kind" if kind == "choice" else "")
    dora.put(kind=kind)
    dora.button("Write the question", look=f"question-{kind}" if kind != "text" else "")


def mend(dora: Visitor, number: str, dates: Dates) -> None:
    """The page says what stands in the way of publication, each at its field; Dora puts it right."""
    dora.go(f"/plan/{number}/", look="plan-broken")
    dora.go(f"/plan/{number}/review/", look="review-broken")
    assert dora.page.get_by_role("button", name="Send to review").count() == 0
    said = dora.main()
    for topic in ("Criteria:", "Schedule:", "Sections and questions:"):
        assert topic in said, said
    dora.page.locator("main li", has_text="Sections and questions:").get_by_role("link").first.click()
    dora.arrive(look="question-wrong")
    dora.page.locator("[name=criterion]").select_option(label="Cost that fits the work")
    dora.button("Save")
    dora.go(f"/plan/{number}/criteria/")
    dora.link("Change: Cost that fits the work")
    dora.put(weight=20)
    dora.button("Save")
    dora.go(f"/plan/{number}/review/")
    dora.page.locator("main li", has_text="Schedule:").get_by_role("link").first.click()
    dora.arrive(look="schedule-closed-day")
    dora.reads("closed")
    dora.put(due_at=dates.due)
    dora.button("Save and go back to the list", look="plan-ready")
    dora.reads("Nothing stands between this draft and publication.")
