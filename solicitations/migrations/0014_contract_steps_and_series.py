"""Contract numbers by department and fiscal year; to whom a step was sent back; the signed copy; voided signatures are given anew."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("documents", "0002_tables"),
        ("people", "0003_every_department_has_its_desks"),
        ("solicitations", "0013_award_protest_again"),
    ]

    operations = [
        migrations.CreateModel(
            name="ContractSeries",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("fiscal_year", models.PositiveSmallIntegerField()),
                ("last", models.PositiveIntegerField(default=0)),
            ],
            options={
                "verbose_name": "series of contract numbers",
            },
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="contractstep",
            name="days_never_restart",
        ),
        migrations.AddField(
            model_name="contractpaper",
            name="signed_copy",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="documents.file"
            ),
        ),
        migrations.AddField(
            model_name="stepreturn",
            name="to",
            field=models.CharField(
                choices=[("organization", "The organization"), ("department", "The department")],
                default="organization",
                max_length=12,
                verbose_name="to whom",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="contractstep",
            trigger=pgtrigger.compiler.Trigger(
                name="days_never_restart",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n                    IF OLD.opened_at IS NOT NULL AND NEW.opened_at IS DISTINCT FROM OLD.opened_at THEN\n                        RAISE EXCEPTION 'a step is opened once';\n                    END IF;\n                    IF OLD.done_at IS NOT NULL AND NEW.done_at IS DISTINCT FROM OLD.done_at\n                            AND NOT (NEW.done_at IS NULL AND OLD.kind IN ('sign_org', 'sign_dept')) THEN\n                        RAISE EXCEPTION 'a step that is done stays done';\n                    END IF;\n                    RETURN NEW;\n                ",
                    hash="257bfdcd5db3904f89028fac74c9d6ac5b5760ed",
                    operation="UPDATE",
                    pgid="pgtrigger_days_never_restart_c5072",
                    table="solicitations_contractstep",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddField(
            model_name="contractseries",
            name="department",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="contract_series", to="people.department"
            ),
        ),
        migrations.AddConstraint(
            model_name="contractseries",
            constraint=models.UniqueConstraint(fields=("department", "fiscal_year"), name="contract_series_once"),
        ),
    ]
