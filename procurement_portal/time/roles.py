"""Two database roles: the owner migrates; the application owns no table and is no superuser.

Every connection takes the application's role as its first act, except while a migration or the test runner
creates or flushes tables (`as_owner`). A command run by hand is no exception: it works as the application.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

# The commands that create, change or read the catalog as owner.
OWNER_COMMANDS = {
    "migrate",
    "makemigrations",
    "sqlmigrate",
    "flush",
    "pgtrigger",
    "inspectdb",
}
_owner_depth = 0


def _is_owner_process() -> bool:
    return _owner_depth > 0 or (len(sys.argv) > 1 and sys.argv[1] in OWNER_COMMANDS)


def take_application_role(connection: BaseDatabaseWrapper, **_: Any) -> None:
    """Give up the owner's rights on a new connection (signal `connection_created`)."""
    role = settings.DATABASE_ROLE
    if not role or _is_owner_process():
        return
    with connection.cursor() as cursor:
        cursor.execute(f'SET ROLE "{role}"')


@contextmanager
def as_owner() -> Iterator[None]:
    """Work as the owner of the tables: for the test runner's create and flush only. Reconnects on the way in and out."""
    global _owner_depth
    _owner_depth += 1
    if not connection.in_atomic_block:
        connection.close()
    try:
        yield
    finally:
        _owner_depth -= 1
        if not connection.in_atomic_block:
            connection.close()


def grant_tables(**_: Any) -> None:
    """After each migrate: the application may read and write rows, and may never empty or alter a table."""
    role = settings.DATABASE_ROLE
    if not role:
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
        if cursor.fetchone() is None:
            return
        cursor.execute(f'GRANT USAGE ON SCHEMA public TO "{role}"')
        cursor.execute(f'GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO "{role}"')
        cursor.execute(f'GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO "{role}"')
        cursor.execute(f'GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO "{role}"')
        # The clock's offset is set by the owner's process alone (test runner, demo mode).
        cursor.execute(f'REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM "{role}"')
