"""Rows that belong together are of one solicitation: a question and its section, an award and its proposal, a contract and its lot."""

from django.db import migrations

# (table, its column, the table it names): both carry solicitation_id.
PAIRS = (
    ("question", "section", "section"),
    ("question", "criterion", "criterion"),
    ("contract", "lot", "lot"),
    ("award", "proposal", "openedproposal"),
    ("award", "lot", "lot"),
    ("protest", "proposal", "openedproposal"),
)
NAMED = sorted({to for _table, _column, to in PAIRS})

SQL = "\n".join(
    f"ALTER TABLE solicitations_{to} ADD CONSTRAINT solicitations_{to}_with_solicitation UNIQUE (id, solicitation_id);"
    for to in NAMED
) + "\n".join(
    f"""
ALTER TABLE solicitations_{table} ADD CONSTRAINT solicitations_{table}_{column}_together
    FOREIGN KEY ({column}_id, solicitation_id) REFERENCES solicitations_{to} (id, solicitation_id)
    DEFERRABLE INITIALLY DEFERRED;"""
    for table, column, to in PAIRS
)
UNDO = "\n".join(
    f"ALTER TABLE solicitations_{table} DROP CONSTRAINT solicitations_{table}_{column}_together;"
    for table, column, _to in PAIRS
) + "\n".join(f"ALTER TABLE solicitations_{to} DROP CONSTRAINT solicitations_{to}_with_solicitation;" for to in NAMED)


class Migration(migrations.Migration):
    dependencies = [("solicitations", "0001_tables")]
    operations = [migrations.RunSQL(SQL, UNDO)]
