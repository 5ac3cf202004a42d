"""Work that leaves a countable trace, loaded by the real workers of `test_outbox.py` (`celery worker -I tests.prove.effects`).

The table has no unique key on purpose: a second run would show as a second row.
"""

from __future__ import annotations

import time

from django.db import connection

from procurement_portal.outbox.intents import task

TABLE = "CREATE TABLE IF NOT EXISTS proof_effect (number integer NOT NULL, half text NOT NULL)"


@task("proof.effect")
def effect(number: int, milliseconds: int) -> None:
    """Two halves with a pause between, in which the worker may be killed."""
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO proof_effect VALUES (%s, 'first')", [number])
        time.sleep(milliseconds / 1000)
        cursor.execute("INSERT INTO proof_effect VALUES (%s, 'second')", [number])
