"""Departments made before the standard desks came with them get theirs, with the people whose role belongs there."""

from django.db import migrations

DESKS = (
    ("publication", "Review and publication", 3, "procurement_officer"),
    ("inquiries", "Questions about notices", 5, "program_officer"),
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
    dependencies = [("people", "0002_board_members")]

    operations = [migrations.RunPython(make_desks, migrations.RunPython.noop)]
