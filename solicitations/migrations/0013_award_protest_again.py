"""A second announcement after a sustained protest: a window each, awards and recommendations that may follow ended ones."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import procurement_portal.time.clock
import solicitations.states


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0002_board_members"),
        ("solicitations", "0013_insurance_by_coverage"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ClosedWithoutAward",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("why", models.TextField(verbose_name="reason")),
                (
                    "closed_at",
                    models.DateTimeField(db_default=procurement_portal.time.clock.PortalNow(), editable=False),
                ),
            ],
            options={
                "verbose_name": "closing without award",
            },
        ),
        migrations.AlterModelOptions(
            name="protest",
            options={"ordering": ["filed_at", "id"], "verbose_name": "protest"},
        ),
        migrations.AlterModelOptions(
            name="protestwindow",
            options={"ordering": ["-id"], "verbose_name": "protest window"},
        ),
        migrations.RemoveConstraint(
            model_name="award",
            name="award_once",
        ),
        migrations.RemoveConstraint(
            model_name="award",
            name="award_amount_or_waiting",
        ),
        migrations.RemoveConstraint(
            model_name="recommendation",
            name="recommendation_one_standing",
        ),
        migrations.AddField(
            model_name="protest",
            name="follows",
            field=models.CharField(
                blank=True,
                choices=[
                    ("rescind", "The named awards are rescinded"),
                    ("reevaluate", "All awards end and the answers are evaluated again"),
                    ("none", "The awards stand"),
                ],
                max_length=12,
                verbose_name="what follows",
            ),
        ),
        migrations.AddField(
            model_name="protest",
            name="window",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="protests",
                to="solicitations.protestwindow",
            ),
        ),
        # No protest was ever filed before this: every one names its window.
        migrations.AlterField(
            model_name="protest",
            name="window",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="protests", to="solicitations.protestwindow"
            ),
        ),
        migrations.AlterField(
            model_name="protest",
            name="proposal",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="protests", to="solicitations.openedproposal"
            ),
        ),
        migrations.AlterField(
            model_name="protestwindow",
            name="solicitation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="protest_windows",
                to="solicitations.solicitation",
            ),
        ),
        migrations.AlterField(
            model_name="recommendation",
            name="status",
            field=models.CharField(
                choices=[
                    ("draft", "draft"),
                    ("in_approval", "in_approval"),
                    ("approved", "approved"),
                    ("returned", "returned"),
                    ("overturned", "overturned"),
                ],
                default=solicitations.states.RecommendationState["DRAFT"],
                max_length=12,
            ),
        ),
        migrations.AddConstraint(
            model_name="award",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    (
                        "status__in",
                        [
                            solicitations.states.AwardState["DECLINED"],
                            solicitations.states.AwardState["RESCINDED"],
                            solicitations.states.AwardState["LAPSED"],
                        ],
                    ),
                    _negated=True,
                ),
                fields=("proposal", "lot"),
                name="award_once",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="award",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("status", solicitations.states.AwardState["WAITING"]), ("waiting_position__isnull", False)
                    ),
                    models.Q(
                        (
                            "status__in",
                            [solicitations.states.AwardState["LAPSED"], solicitations.states.AwardState["DECLINED"]],
                        ),
                        ("waiting_position__isnull", False),
                    ),
                    ("amount__gt", 0),
                    _connector="OR",
                ),
                name="award_amount_or_waiting",
            ),
        ),
        migrations.AddConstraint(
            model_name="protest",
            constraint=models.UniqueConstraint(fields=("window", "proposal"), name="protest_once_a_window"),
        ),
        migrations.AddConstraint(
            model_name="protest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", solicitations.states.ProtestState["SUSTAINED"]), _negated=True),
                    models.Q(("follows", ""), _negated=True),
                    _connector="OR",
                ),
                name="protest_sustained_says_what_follows",
            ),
        ),
        migrations.AddConstraint(
            model_name="recommendation",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    (
                        "status__in",
                        [
                            solicitations.states.RecommendationState["RETURNED"],
                            solicitations.states.RecommendationState["OVERTURNED"],
                        ],
                    ),
                    _negated=True,
                ),
                fields=("solicitation",),
                name="recommendation_one_standing",
            ),
        ),
        migrations.AddField(
            model_name="closedwithoutaward",
            name="closed_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="closedwithoutaward",
            name="solicitation",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="closed_without_award",
                to="solicitations.solicitation",
            ),
        ),
        migrations.AddConstraint(
            model_name="closedwithoutaward",
            constraint=models.CheckConstraint(
                condition=models.Q(("why", ""), _negated=True), name="closed_without_award_reasoned"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="closedwithoutaward",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="34e09432b83ecbe269bbdfef9e8cea399a24f8be",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_41f4a",
                    table="solicitations_closedwithoutaward",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="closedwithoutaward",
            trigger=pgtrigger.compiler.Trigger(
                name="never_emptied",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION USING MESSAGE = TG_TABLE_NAME || ' only grows: it cannot be emptied';",
                    hash="79baad0b223a6f5976396d9707e6b99b49b1e180",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_never_emptied_5edb2",
                    table="solicitations_closedwithoutaward",
                    when="BEFORE",
                ),
            ),
        ),
    ]
