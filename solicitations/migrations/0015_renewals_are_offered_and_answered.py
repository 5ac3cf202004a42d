"""Renewals: what was sent to the organization and its answer are rows; a contract is let end by a decision that can be taken back."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import procurement_portal.time.clock
import solicitations.states


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0003_every_department_has_its_desks"),
        ("solicitations", "0014_contract_steps_and_series"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="EndDecision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ends_on", models.DateField()),
                ("why", models.TextField()),
                (
                    "decided_at",
                    models.DateTimeField(db_default=procurement_portal.time.clock.PortalNow(), editable=False),
                ),
                ("taken_back_at", models.DateTimeField(null=True)),
                ("taken_back_why", models.TextField(blank=True)),
            ],
            options={
                "verbose_name": "decision that a contract ends",
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="RenewalOffer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField()),
                ("amount_change", models.DecimalField(decimal_places=2, max_digits=14)),
                ("new_ends_on", models.DateField(null=True)),
                ("scope_change", models.TextField(blank=True)),
                ("note", models.TextField(blank=True)),
                ("checks", models.JSONField(default=list)),
                ("sent_at", models.DateTimeField(db_default=procurement_portal.time.clock.PortalNow(), editable=False)),
                ("due_at", models.DateTimeField()),
                (
                    "answer",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("confirmed", "Confirmed"),
                            ("changes", "Asked for changes"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        max_length=10,
                    ),
                ),
                ("reply", models.TextField(blank=True)),
                ("answered_at", models.DateTimeField(null=True)),
            ],
            options={
                "verbose_name": "offer of a renewal",
                "ordering": ["number"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="renewalitem",
            name="renewal_item_confirmed_pair",
        ),
        migrations.RemoveField(
            model_name="renewalitem",
            name="checks",
        ),
        migrations.RemoveField(
            model_name="renewalitem",
            name="confirmed_at",
        ),
        migrations.RemoveField(
            model_name="renewalitem",
            name="confirmed_by",
        ),
        migrations.RemoveField(
            model_name="renewalitem",
            name="reply",
        ),
        migrations.AddField(
            model_name="renewalbatch",
            name="reason",
            field=models.TextField(default="As advertised.", verbose_name="reason"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="renewalitem",
            name="held_why",
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name="renewalitem",
            name="legislative_file",
            field=models.CharField(blank=True, max_length=80, verbose_name="file of the legislative approval"),
        ),
        migrations.AddField(
            model_name="renewalitem",
            name="note",
            field=models.TextField(blank=True, verbose_name="note to the organization"),
        ),
        migrations.AddField(
            model_name="renewalitem",
            name="status",
            field=models.CharField(
                choices=[
                    ("draft", "draft"),
                    ("sent", "sent"),
                    ("asked", "asked"),
                    ("confirmed", "confirmed"),
                    ("dropped", "dropped"),
                ],
                default=solicitations.states.RenewalState["DRAFT"],
                max_length=10,
            ),
        ),
        migrations.AddConstraint(
            model_name="renewalbatch",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True), name="renewal_batch_reasoned"
            ),
        ),
        migrations.AddConstraint(
            model_name="renewalitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", solicitations.states.RenewalState["CONFIRMED"]), _negated=True),
                    ("amendment__isnull", False),
                    _connector="OR",
                ),
                name="renewal_item_confirmed_drafted",
            ),
        ),
        migrations.AddConstraint(
            model_name="renewalitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", solicitations.states.RenewalState["DROPPED"]), _negated=True),
                    ("dropped_at__isnull", False),
                    _connector="OR",
                ),
                name="renewal_item_dropped_said",
            ),
        ),
        migrations.AddField(
            model_name="enddecision",
            name="contract",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="end_decisions", to="solicitations.contract"
            ),
        ),
        migrations.AddField(
            model_name="enddecision",
            name="decided_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="enddecision",
            name="taken_back_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="renewaloffer",
            name="answered_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="renewaloffer",
            name="item",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="offers", to="solicitations.renewalitem"
            ),
        ),
        migrations.AddField(
            model_name="renewaloffer",
            name="sent_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddConstraint(
            model_name="enddecision",
            constraint=models.UniqueConstraint(
                condition=models.Q(("taken_back_at__isnull", True)),
                fields=("contract", "ends_on"),
                name="end_decision_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="enddecision",
            constraint=models.CheckConstraint(
                condition=models.Q(("why", ""), _negated=True), name="end_decision_reasoned"
            ),
        ),
        migrations.AddConstraint(
            model_name="enddecision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("taken_back_at__isnull", True), ("taken_back_by__isnull", True), ("taken_back_why", "")),
                    models.Q(
                        ("taken_back_at__isnull", False),
                        ("taken_back_by__isnull", False),
                        models.Q(("taken_back_why", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="end_decision_taken_back_whole",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="enddecision",
            trigger=pgtrigger.compiler.Trigger(
                name="as_decided",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."contract_id" IS DISTINCT FROM (NEW."contract_id") OR OLD."ends_on" IS DISTINCT FROM (NEW."ends_on") OR OLD."why" IS DISTINCT FROM (NEW."why") OR OLD."decided_by_id" IS DISTINCT FROM (NEW."decided_by_id"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="bd8b4fe08d055c694b573568b7c198cd6ba4d2ef",
                    operation="UPDATE",
                    pgid="pgtrigger_as_decided_2d4cf",
                    table="solicitations_enddecision",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="enddecision",
            trigger=pgtrigger.compiler.Trigger(
                name="never_deleted",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="e504ed2852d4c898d9b2d15ab48ddbb37973c369",
                    operation="DELETE",
                    pgid="pgtrigger_never_deleted_8d7ce",
                    table="solicitations_enddecision",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="renewaloffer",
            constraint=models.UniqueConstraint(fields=("item", "number"), name="renewal_offer_number"),
        ),
        migrations.AddConstraint(
            model_name="renewaloffer",
            constraint=models.UniqueConstraint(
                condition=models.Q(("answer", "")), fields=("item",), name="renewal_offer_one_open"
            ),
        ),
        migrations.AddConstraint(
            model_name="renewaloffer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("answer", ""), ("answered_at__isnull", True), ("answered_by__isnull", True), ("reply", "")
                    ),
                    models.Q(
                        ("answered_at__isnull", False),
                        ("answered_by__isnull", False),
                        models.Q(("answer", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="renewal_offer_answered_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="renewaloffer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("answer__in", ["", "confirmed"]), models.Q(("reply", ""), _negated=True), _connector="OR"
                ),
                name="renewal_offer_changes_said",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="renewaloffer",
            trigger=pgtrigger.compiler.Trigger(
                name="as_sent",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."item_id" IS DISTINCT FROM (NEW."item_id") OR OLD."number" IS DISTINCT FROM (NEW."number") OR OLD."amount_change" IS DISTINCT FROM (NEW."amount_change") OR OLD."new_ends_on" IS DISTINCT FROM (NEW."new_ends_on") OR OLD."scope_change" IS DISTINCT FROM (NEW."scope_change") OR OLD."note" IS DISTINCT FROM (NEW."note") OR OLD."checks" IS DISTINCT FROM (NEW."checks") OR OLD."sent_by_id" IS DISTINCT FROM (NEW."sent_by_id"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="dc21a54c11340cd1c17a1f4334f274aac3343265",
                    operation="UPDATE",
                    pgid="pgtrigger_as_sent_f22d4",
                    table="solicitations_renewaloffer",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="renewaloffer",
            trigger=pgtrigger.compiler.Trigger(
                name="never_deleted",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="7b0c38c2a7ac4cddf8ec43a2e75b9f0369c6f22b",
                    operation="DELETE",
                    pgid="pgtrigger_never_deleted_66941",
                    table="solicitations_renewaloffer",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="renewaloffer",
            trigger=pgtrigger.compiler.Trigger(
                name="answered_once",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n                    IF OLD.answer <> '' AND (NEW.answer, NEW.reply) IS DISTINCT FROM (OLD.answer, OLD.reply) THEN\n                        RAISE EXCEPTION 'an offer is answered once';\n                    END IF;\n                    RETURN NEW;\n                ",
                    hash="3d06a5749ff53cc49791204bb55273b68bc1c629",
                    operation="UPDATE",
                    pgid="pgtrigger_answered_once_60f33",
                    table="solicitations_renewaloffer",
                    when="BEFORE",
                ),
            ),
        ),
    ]
