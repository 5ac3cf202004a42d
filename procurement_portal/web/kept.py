"""What is worked out once in each language and kept in the process: formats, drawn panels, addresses. Nothing personal."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Any, ParamSpec, TypeVar

from django.utils.translation import get_language

P = ParamSpec("P")
R = TypeVar("R")
_kept: list[Any] = []


def once_a_language(most: int) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Decorator for a function of hashable arguments whose result depends on them and on the language alone; the `most`
    asked for last are kept. Whoever gets a result only reads it: it is the same for everybody.
    """

    def keep(work: Callable[P, R]) -> Callable[P, R]:
        @lru_cache(maxsize=most)
        def worked(language: str | None, *args: Any) -> R:
            return work(*args)  # type: ignore[call-arg]

        _kept.append(worked)

        @wraps(work)
        def asked(*args: P.args, **kwargs: P.kwargs) -> R:
            return worked(get_language(), *args)

        return asked

    return keep


def forget() -> None:
    """Work everything out anew: the words of a language are others from now on."""
    for worked in _kept:
        worked.cache_clear()
