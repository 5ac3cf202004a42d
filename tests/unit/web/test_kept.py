"""What is worked out once a language: the same for everybody, another in another language, anew after `forget`."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import RequestFactory
from django.utils.translation import get_language, override

from procurement_portal.web import kept, words
from procurement_portal.web.pagination import paginate
from procurement_portal.web.pseudo import pseudo_language


def test_a_result_is_kept_for_its_arguments_and_its_language() -> None:
    worked: list[tuple[str | None, int]] = []

    @kept.once_a_language(10)
    def work(number: int) -> str:
        worked.append((get_language(), number))
        return f"{get_language()} {number}"

    with override("en"):
        assert [work(1), work(1), work(2)] == ["en 1", "en 1", "en 2"]
    with override("es"):
        assert [work(1), work(1)] == ["es 1", "es 1"]
    assert worked == [("en", 1), ("en", 2), ("es", 1)]
    kept.forget()
    with override("en"):
        work(1)
    assert worked[-1] == ("en", 1) and len(worked) == 4


def test_days_read_before_speak_each_language_and_leave_no_trace_of_the_pseudo_locale() -> None:
    day = date(2026, 11, 27)
    with override("en"):
        plain = words.day(day)
    with pseudo_language():
        wrapped = words.day(day)
    with override("en"):
        assert words.day(day) == plain == "Fri, Nov 27, 2026"
    assert wrapped != plain


@pytest.mark.parametrize(
    ("asked", "following"), [("/", "?page=2"), ("/?page=1&q=a+b&sort=due", "?q=a+b&sort=due&page=2")]
)
def test_the_next_page_keeps_the_filters(asked: str, following: str) -> None:
    assert paginate(RequestFactory().get(asked), list(range(100))).next_url == following
