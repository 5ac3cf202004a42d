"""Departments get the desks at which evaluations, awards and contracts wait, with the people whose role belongs there."""

from django.db import migrations

DESKS = (
    ("evaluation", "Opening and evaluation", 5, "procurement_officer"),
    ("budget", "Budget review", 5, "fiscal_reviewer"),
    ("procurement", "Approval of awards", 5, "procurement_officer"),
    ("law", "Law review", 5, "law_reviewer"),
    ("contracts", "Contracts", 5, "program_officer"),
    ("chief", "Chief Procurement Officer", 5, "chief_procurement_officer"),
)


def make_desks(apps, schema_editor):
    desks, seats = apps.get_model("people", "Desk"), apps.get_model("people", "DeskMember")
    memberships = apps.get_model("people", "Membership").objects.filter(ended_at__isnull=True, scope_type="")
    for department in apps.get_model("people", "Department").objects.all():
        for function, name, service_days, role in DESKS:
            desk, made = desks.objects.get_or_create(
                department=department, function=function, defaults={"name": name, "service_days": service_days}
            )
            if made:
                people = memberships.filter(department=department, role=role).values_list("user_id", flat=True)
                seats.objects.bulk_create(seats(desk=desk, user_id=pk) for pk in sorted(set(people)))


class Migration(migrations.Migration):
    dependencies = [("people", "0003_every_department_has_its_desks")]
    operations = [migrations.RunPython(make_desks, migrations.RunPython.noop)]
