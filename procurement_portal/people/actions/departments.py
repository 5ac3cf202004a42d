"""Departments of the two governments."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext

from procurement_portal.history.record import record
from procurement_portal.people.actor import Actor
from procurement_portal.people.desks import STANDARD
from procurement_portal.people.models.body import Department, Jurisdiction
from procurement_portal.people.models.membership import Desk
from procurement_portal.people.proof import need_second_factor
from procurement_portal.web.refusal import Invalid, Refused


def make_department(*, actor: Actor, jurisdiction: str, code: str, name: str, phone: str = "") -> Department:
    """Make a department with its standard desks, where its clocks run. Raises Refused, Invalid for a code taken or an unknown
    government.
    """
    if not actor.can("people.manage_departments"):
        raise Refused(gettext("Only the portal administrator makes departments."))
    need_second_factor(actor)
    code, name = code.strip().upper(), " ".join(name.split())
    problems: dict[str, list[str]] = {}
    if jurisdiction not in Jurisdiction.values:
        problems["jurisdiction"] = [gettext("Choose the City or the County.")]
    if not name:
        problems["name"] = [gettext("Enter the department's name.")]
    if not code or Department.objects.filter(jurisdiction=jurisdiction, code=code).exists():
        problems["code"] = [gettext("Enter a short code that no other department has.")]
    if problems:
        raise Invalid(problems)
    with transaction.atomic():
        department = Department.objects.create(jurisdiction=jurisdiction, code=code, name=name, phone=phone.strip())
        record(actor, "department.make", department, after={"code": code, "name": name})
        for standard in STANDARD:
            Desk.objects.create(
                department=department,
                function=standard.function,
                name=standard.name,
                service_days=standard.service_days,
            )
            record(actor, "desk.make", department, after={"desk": standard.name, "service_days": standard.service_days})
    return department
