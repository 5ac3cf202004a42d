"""Which job is which number, and running them one after another."""

from __future__ import annotations

import importlib
import os
import sys
import time
from collections.abc import Callable, Sequence

from django.core.management.base import CommandError

from procurement_portal.management.bench import seed
from procurement_portal.management.bench.compare import Failed
from procurement_portal.management.bench.figures import Figure, told
from procurement_portal.management.bench.jobs import staff_queue

FEW = 1000  # rows that job 2 compares with
JOBS = {1: "public_list", 2: "staff_queue", 3: "detail", 4: "submit", 5: "deadline", 8: "weight"}


def run(numbers: Sequence[int], rows: int, write: Callable[[str], object]) -> bool:
    """Run the jobs asked for (all without a number); one line a figure to `write`. Returns whether every goal was met.

    Raises CommandError for a number that is no job.
    """
    unknown = [number for number in numbers if number not in JOBS]
    if unknown:
        raise CommandError(f"There is no job {unknown[0]}. The jobs are {', '.join(map(str, JOBS))}.")
    well = True

    def emit(figure: Figure) -> None:
        nonlocal well
        well = well and figure.ok is not False
        write(figure.line())

    began = time.monotonic()
    if 2 in (numbers or JOBS) and rows > FEW:
        if seed.count() <= FEW:
            seed.fill(FEW)
            staff_queue.few_first(emit)
        else:
            print("job 2 compares with 1,000 rows only in a new database: --anew makes one", file=sys.stderr)  # noqa: T201
    seed.fill(rows)
    print(f"{rows:,} solicitations are there ({time.monotonic() - began:.0f} s)", file=sys.stderr)  # noqa: T201
    for number in numbers or JOBS:
        emit(told(number, "load of the machine when it began", os.getloadavg()[0], "processes"))
        try:
            importlib.import_module(f"procurement_portal.management.bench.jobs.{JOBS[number]}").run(emit)
        except Failed as failed:
            emit(Figure(number, "could be measured", 0, "yes or no", "= 1", False, str(failed)))
    return well
