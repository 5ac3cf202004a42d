"""No order of calls lets a conflicted or late score count, an award skip an approval, or maker and checker be one person.

A small fixed sample; `manage.py prove no_order` runs the full number.
"""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.cast import Cast
from tests.integration.awards.order import AnyOrder

SMALL = settings(
    max_examples=4, stateful_step_count=8, deadline=None, derandomize=True, database=None,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip


@pytest.mark.django_db
def test_no_order_of_acts_breaks_the_rules(cast: Cast) -> None:
    machine = type("Small", (AnyOrder,), {"cast": cast})
    run_state_machine_as_test(machine, settings=SMALL)
    assert machine.refused > 10
    assert machine.done > 10
    assert machine.farthest >= 7, "no run came as far as the approvals"
