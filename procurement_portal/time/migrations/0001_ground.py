"""The ground every table stands on: extensions, the portal's clock, and an accent-free lower-case form for sorting."""

from pathlib import Path

from django.db import migrations

ROOT = Path(__file__).resolve().parents[3]


def _with_tables() -> list[str]:
    """The labels of the rooms and apps whose first tables migration exists."""
    found = [
        *ROOT.glob("procurement_portal/*/migrations/0001_tables.py"),
        *ROOT.glob("*/migrations/0001_tables.py"),
    ]
    return sorted(path.parents[1].name for path in found)


SQL = """
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE EXTENSION IF NOT EXISTS unaccent;

-- One row at most, and only in a database made by the test runner or by demo mode.
CREATE TABLE portal_time_offset (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    made_by text NOT NULL CHECK (made_by IN ('test', 'demo')),
    shift interval NOT NULL DEFAULT interval '0'
);

CREATE FUNCTION portal_now() RETURNS timestamptz LANGUAGE sql STABLE AS $$
    SELECT clock_timestamp() + coalesce((SELECT shift FROM portal_time_offset), interval '0')
$$;

-- unaccent() is only STABLE; with the dictionary named it is safe to index.
CREATE FUNCTION portal_fold(value text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
    SELECT lower(unaccent('unaccent', value))
$$;
"""

UNDO = """
DROP FUNCTION portal_fold(text);
DROP FUNCTION portal_now();
DROP TABLE portal_time_offset;
"""


class Migration(migrations.Migration):
    initial = True
    dependencies: list[tuple[str, str]] = []
    # Every room and app with tables may use the clock as a column default.
    run_before = [(label, "0001_tables") for label in _with_tables()]
    operations = [migrations.RunSQL(SQL, UNDO)]
