"""Desks and clocks for tests."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import models, transaction

from procurement_portal.clocks import actions
from procurement_portal.clocks.models import Clock
from procurement_portal.people.models.body import Department
from procurement_portal.people.models.membership import Absence, Desk
from procurement_portal.people.models.user import User
from procurement_portal.time.clock import now, today


def make_desk(department: Department, *people: User, function: str = "inquiries", name: str = "Questions desk") -> Desk:
    """A desk of a department with these people at it."""
    desk = Desk.objects.create(department=department, function=function, name=name)
    desk.members.set(people)
    return desk


def make_clock(subject: models.Model, *, days: float = 5, rule: str = "test.promise", **given: Any) -> Clock:
    """A clock started now and due in `days`."""
    given.setdefault("citation", "MCC 2-92-010")
    given.setdefault("what", "Answer the question")
    with transaction.atomic():
        return actions.start(subject, rule=rule, due_at=now() + timedelta(days=days), **given)


def make_absence(away: User, deputy: User, department: Department, first: int = 0, last: int = 5) -> Absence:
    """Somebody of a department away from `first` to `last` days after today."""
    day = today()
    return Absence.objects.create(
        user=away,
        deputy=deputy,
        department=department,
        first_day=day + timedelta(days=first),
        last_day=day + timedelta(days=last),
    )
