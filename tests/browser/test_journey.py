"""The whole journey with separate people: a notice is planned and published, found, answered, submitted, and then it is too late."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.browser import planning
from tests.browser.visitor import Visitor
from tests.cast import Cast, Person

pytestmark = pytest.mark.django_db(transaction=True)
Come = Callable[..., Visitor]
Duties = Callable[[], None]


def test_a_notice_is_planned_mended_reviewed_and_published_by_two_people(
    town: Cast, come: Come, duties: Duties
) -> None:
    dates = planning.Dates.from_today()
    dora, percy = come(town.dora), come(town.percy)
    number = planning.begin(dora)
    dora.go(f"/plan/{number}/review/", look="review-nothing")
    planning.fill_topics(dora, number, dates)
    planning.add_criteria(dora, number)
    planning.add_questions(dora, number)
    planning.mend(dora, number, dates)
    dora.link("Check and send to review", look="review-ready")
    dora.button("Send to review", look="plan-in-review")
    dora.reads("Sent to review")
    assert dora.page.get_by_role("button", name="Publish the notice").count() == 0
    percy.go("/work/", look="work-percy")
    percy.go(f"/plan/{number}/")
    percy.link("Read and decide", look="review-publish")
    percy.button("Publish the notice", look="plan-published")
    percy.reads("Everybody can read it now")
    duties()
    percy.go(f"/plan/{number}/history/", look="plan-history")
    percy.reads("Published", "Sent to review")
