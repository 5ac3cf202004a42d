"""The benches' own database and folder, beside those of `up` and never in them."""

from __future__ import annotations

import contextlib
import hashlib
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg2
from psycopg2 import sql

from procurement_portal.local import environment, ground

DATABASE = "portal_bench"
_TABLE = "CREATE TABLE IF NOT EXISTS bench_submission (id bigserial PRIMARY KEY, name text, size int, sha256 text, at timestamptz)"


def is_bench(name: str) -> bool:
    """Whether a database of this name was made for the benches."""
    return name == DATABASE


def bench_environment(database_url: str, state: Path, *, anew: bool = False) -> dict[str, str]:
    """Make the benches' database in the same server, bring its tables, and say where it is, as environment variables.

    A database whose tables came from other migrations is made anew: there is nothing in it but invented rows.
    Raises ground.Refused when the server's user may not make databases.
    """
    parts = urlsplit(database_url)
    url = urlunsplit(parts._replace(path=f"/{DATABASE}"))
    given = {
        "DATABASE_URL": url,
        "PORTAL_STATE_DIR": str(ground.make_folder(state / "bench")),
        "DJANGO_SETTINGS_MODULE": "procurement_portal.management.bench.settings",
    }
    digest = _digest()
    if anew or _comment(database_url) != digest:
        _make(database_url)
        env = environment.child_environment() | given
        migrate = [sys.executable, str(ground.ROOT / "manage.py"), "migrate", "-v", "0"]
        if subprocess.run(migrate, env=env, cwd=ground.ROOT, check=False).returncode:
            raise ground.Refused("The tables of the bench's database could not be made (the reason is above).")
        with contextlib.closing(psycopg2.connect(url)) as connection, connection, connection.cursor() as cursor:
            bare_table(cursor)
        _run(
            database_url, sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(DATABASE), sql.Literal(digest))
        )
    return given


def bare_table(cursor: psycopg2.extensions.cursor) -> None:
    """The one table of the bare submission; the caller is the owner."""
    cursor.execute(_TABLE)
    cursor.execute("GRANT SELECT, INSERT ON bench_submission TO portal_app")
    cursor.execute("GRANT USAGE ON SEQUENCE bench_submission_id_seq TO portal_app")


def _digest() -> str:
    digest = hashlib.sha256(_TABLE.encode())
    for path in sorted(ground.ROOT.glob("**/migrations/*.py")):
        if ".venv" not in path.parts:
            digest.update(path.read_bytes())
    return digest.hexdigest()


def _run(database_url: str, *statements: sql.Composable) -> None:
    with contextlib.closing(psycopg2.connect(database_url)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)


def _make(database_url: str) -> None:
    name = sql.Identifier(DATABASE)
    try:
        _run(
            database_url,
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name),
            sql.SQL("CREATE DATABASE {} TEMPLATE template1").format(name),
        )
    except psycopg2.errors.InsufficientPrivilege as problem:
        raise ground.Refused(f"The benches need a database of their own, {DATABASE}, and may not make it.") from problem


def _comment(database_url: str) -> str:
    with contextlib.closing(psycopg2.connect(database_url)) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [DATABASE])
        row = cursor.fetchone()
    return str(row[0] or "") if row else ""


def own_url() -> str:
    """The address of the database this process works in, as the owner of the tables."""
    from django.db import connection

    parts = urlsplit(os.environ["DATABASE_URL"])
    return urlunsplit(parts._replace(path=f"/{connection.settings_dict['NAME']}"))
