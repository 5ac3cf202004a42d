"""What a frozen answer is worth after an addendum changed its question."""

from __future__ import annotations

from typing import Any

import pytest

from solicitations.models.question import Question
from solicitations.queries.version import still_confirmed


@pytest.mark.parametrize(
    ("frozen", "revision", "still"),
    [
        ({"confirmed": True, "revision": 1}, 1, True),
        ({"confirmed": True, "revision": 1}, 2, False),  # frozen before the addendum: its own flag is stale
        ({"confirmed": False, "revision": 2}, 2, False),  # frozen after it, and nobody confirmed
        ({"confirmed": True, "revision": 2}, 2, True),
    ],
)
def test_an_answer_counts_as_confirmed_only_for_the_wording_at_closing(
    frozen: dict[str, Any], revision: int, still: bool
) -> None:
    assert still_confirmed(frozen, Question(revision=revision)) is still


def test_a_part_that_answers_no_question_has_nothing_to_confirm() -> None:
    assert still_confirmed({"part": "partner-3", "terms": {}, "value": None}, None)
