"""The demo, loaded once for all of its tests, and the database emptied after them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from procurement_portal.management.demo.load import load
from procurement_portal.management.demo.stage import Stage
from procurement_portal.time import clock
from procurement_portal.time.roles import as_owner


@pytest.fixture(scope="package")
def stage(django_db_setup: None, django_db_blocker: Any) -> Iterator[Stage]:
    """The loaded demo; committed, as `up` leaves it."""
    with django_db_blocker.unblock():
        _empty()
        try:
            yield load()
        finally:
            _empty()


def _empty() -> None:
    """As the suite does after a transactional test: as owner, past the triggers that keep append-only tables."""
    connection.close()
    with as_owner():
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
        call_command("flush", verbosity=0, interactive=False, allow_cascade=False, inhibit_post_migrate=False)
        clock.set_offset(timedelta(0), "test")
