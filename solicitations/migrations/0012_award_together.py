"""Rows that belong together are of one solicitation: an award's proposal and lot, a recommendation's rows, a protest's proposal."""

from django.db import migrations

# (table, its column, the table it names): both carry solicitation_id.
PAIRS = (("award", "proposal", "openedproposal"), ("award", "lot", "lot"), ("protest", "proposal", "openedproposal"))

SQL = "\n".join(
    f"""
ALTER TABLE solicitations_{to} DROP CONSTRAINT IF EXISTS solicitations_{to}_of_solicitation;
ALTER TABLE solicitations_{to} ADD CONSTRAINT solicitations_{to}_of_solicitation UNIQUE (id, solicitation_id);
"""
    for to in ("openedproposal",)
) + "\n".join(
    f"""
ALTER TABLE solicitations_{table} ADD CONSTRAINT solicitations_{table}_{column}_together
    FOREIGN KEY ({column}_id, solicitation_id) REFERENCES solicitations_{to} (id, solicitation_id)
    DEFERRABLE INITIALLY DEFERRED;
"""
    for table, column, to in PAIRS
)
UNDO = (
    "\n".join(
        f"ALTER TABLE solicitations_{table} DROP CONSTRAINT solicitations_{table}_{column}_together;"
        for table, column, _to in PAIRS
    )
    + "\nALTER TABLE solicitations_openedproposal DROP CONSTRAINT solicitations_openedproposal_of_solicitation;"
)


class Migration(migrations.Migration):
    dependencies = [("solicitations", "0011_evaluation_award_contract")]
    operations = [migrations.RunSQL(SQL, UNDO)]
