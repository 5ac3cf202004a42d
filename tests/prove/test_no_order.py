"""Every act of evaluation and recommendation in any order, by anybody, at full number: `manage.py prove no_order`.

In `test` a small fixed sample. The seed is printed: `PORTAL_PROVE_SEED` repeats a run.
"""

from __future__ import annotations

import os
from typing import Any

import pytest
from hypothesis import HealthCheck, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.cast import Cast
from tests.integration.awards.order import AnyOrder

FULL = os.environ.get("PORTAL_PROVE") == "full"
EXAMPLES, STEPS = (400, 40) if FULL else (2, 10)
SEED = int(os.environ.get("PORTAL_PROVE_SEED", "20261125"))


@pytest.mark.django_db
def test_no_order_of_acts_breaks_the_rules_at_full_number(cast: Cast, capsys: Any) -> None:
    machine = seed(SEED)(type("Full", (AnyOrder,), {"cast": cast}))
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=EXAMPLES, stateful_step_count=STEPS, deadline=None, database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
    with capsys.disabled():
        print(
            f"\nno order: seed {SEED}, {EXAMPLES} runs x {STEPS} steps, {machine.done} done, {machine.refused} refused"
        )
    assert machine.done > 0
