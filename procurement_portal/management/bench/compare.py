"""Two ways of answering, compared in one run: A-B-A-B, the median of the ratios."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from procurement_portal.management.bench.figures import ROUNDS
from procurement_portal.management.bench.load import Generator, Outcome


@dataclass(frozen=True)
class Compared:
    """`ratio` is A's rate over B's, the median over rounds; the rates are medians too, in answers a second."""

    ratio: float
    rate: float
    bare_rate: float
    p50: float
    p95: float
    bare_p50: float


class Failed(Exception):
    """A request of a bench was not answered well: its figures would mean nothing."""


def _checked(outcome: Outcome) -> Outcome:
    if outcome.failed:
        raise Failed(f"answers were {outcome.statuses}")
    return outcome


def compare(
    generator: Generator, ours: Sequence[dict[str, Any]], bare: Sequence[dict[str, Any]], *, connections: int = 8,
    rounds: int = ROUNDS,
) -> Compared:  # fmt: skip
    """Send both request lists in turn, `rounds` times, after one warm-up of each. Raises Failed for a wrong answer."""
    from procurement_portal.management.bench.figures import quantile

    _checked(generator.run(bare, connections))
    _checked(generator.run(ours, connections))
    ratios, rates, bare_rates, times, bare_times = [], [], [], [], []
    for _round in range(rounds):
        one = _checked(generator.run(ours, connections))
        other = _checked(generator.run(bare, connections))
        ratios.append(one.rate / other.rate)
        rates.append(one.rate)
        bare_rates.append(other.rate)
        times += one.milliseconds
        bare_times += other.milliseconds
    return Compared(
        median(ratios), median(rates), median(bare_rates), quantile(times, 0.5), quantile(times, 0.95),
        quantile(bare_times, 0.5),
    )  # fmt: skip
