"""A question's section and criterion are of its own solicitation; a contract's lot is of its own solicitation."""

from django.db import migrations

PAIRS = (("question", "section"), ("question", "criterion"), ("contract", "lot"))

SQL = "\n".join(
    f"""
ALTER TABLE solicitations_{to} DROP CONSTRAINT IF EXISTS solicitations_{to}_with_solicitation;
ALTER TABLE solicitations_{to} ADD CONSTRAINT solicitations_{to}_with_solicitation UNIQUE (id, solicitation_id);
ALTER TABLE solicitations_{table} ADD CONSTRAINT solicitations_{table}_{to}_together
    FOREIGN KEY ({to}_id, solicitation_id) REFERENCES solicitations_{to} (id, solicitation_id)
    DEFERRABLE INITIALLY DEFERRED;
"""
    for table, to in PAIRS
)
UNDO = "\n".join(
    f"""
ALTER TABLE solicitations_{table} DROP CONSTRAINT solicitations_{table}_{to}_together;
ALTER TABLE solicitations_{to} DROP CONSTRAINT solicitations_{to}_with_solicitation;
"""
    for table, to in PAIRS
)


class Migration(migrations.Migration):
    dependencies = [("solicitations", "0001_tables")]
    operations = [migrations.RunSQL(SQL, UNDO)]
