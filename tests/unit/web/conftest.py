"""Drawing small templates with the portal's tags."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.template import engines


@pytest.fixture
def template() -> Callable[..., str]:
    """`template("{{ x|money }}", x=…)` → the drawn text."""

    def draw(source: str, **context: Any) -> str:
        return engines["django"].from_string(source).render(context)

    return draw
