"""One figure of a bench: what was measured, against which goal, and whether it holds."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

# At least this many rounds A-B-A-B; the median of the ratios is the figure.
ROUNDS = 5


@dataclass(frozen=True)
class Figure:
    """`goal` is in the unit of `value`; `ok` is None for a figure that is printed beside others and has no goal."""

    job: int
    figure: str
    value: float
    unit: str
    goal: str = ""
    ok: bool | None = None
    note: str = ""

    def line(self) -> str:
        """The figure as one line of JSON."""
        told = {
            "job": self.job, "figure": self.figure, "value": round(self.value, 3), "unit": self.unit,
            "goal": self.goal or None, "ok": self.ok,
        }  # fmt: skip
        return json.dumps(told | ({"note": self.note} if self.note else {}), ensure_ascii=False)


Emit = Callable[[Figure], None]


def at_most(job: int, figure: str, value: float, most: float, unit: str, note: str = "") -> Figure:
    """A figure that must not be above `most`."""
    return Figure(job, figure, value, unit, f"<= {most:g}", value <= most, note)


def at_least(job: int, figure: str, value: float, least: float, unit: str, note: str = "") -> Figure:
    """A figure that must not be below `least`."""
    return Figure(job, figure, value, unit, f">= {least:g}", value >= least, note)


def told(job: int, figure: str, value: float, unit: str, note: str = "") -> Figure:
    """A figure without a goal: absolute figures wander with the machine and are only printed."""
    return Figure(job, figure, value, unit, note=note)


def quantile(values: list[float], fraction: float) -> float:
    """The value below which `fraction` of `values` lie (nearest rank). Raises ValueError when there are none."""
    if not values:
        raise ValueError("no values")
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(fraction * len(ordered)))]
