"""Who holds a desk: members, deputies, the substitute; fiscal years."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction
from django.test import Client

from procurement_portal.notifications import recipients
from procurement_portal.people.actions.departments import make_department
from procurement_portal.people.actions.desks import cancel_absence, make_desk, note_absence, seat, unseat
from procurement_portal.people.actions.roles import give_role, leave
from procurement_portal.people.actor import Actor
from procurement_portal.people.bodies import Body
from procurement_portal.people.desks import desks_held, holders, holders_by_desk
from procurement_portal.people.jurisdictions import CITY, COUNTY, government
from procurement_portal.people.models.membership import Absence, Desk
from procurement_portal.time.clock import today
from procurement_portal.web.refusal import Conflict, Invalid, Refused
from tests.cast import Cast, Person

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(cast: Cast) -> Desk:
    """Publication in Family Services: Percy and Petra sit at it, Dan is the substitute."""
    made = make_desk(
        actor=cast.dan.actor, body=Body(department_id=cast.family.pk), name="Publication", substitute=cast.dan.user
    )
    for person in (cast.percy, cast.petra):
        seat(actor=cast.dan.actor, desk_id=made.pk, user=person.user)
    return made


def away(cast: Cast, who: Person, deputy: Person, first: int = 0, last: int = 2) -> Absence:
    day = today()
    return note_absence(
        actor=cast.dan.actor, body=Body(department_id=cast.family.pk), user=who.user, deputy=deputy.user,
        first_day=day + timedelta(days=first), last_day=day + timedelta(days=last),
    )  # fmt: skip


def names(desk: Desk, day: date) -> list[str]:
    return [h.user.name.split()[0] for h in holders(desk, day)]


def test_members_hold_their_desk_by_name(desk: Desk) -> None:
    assert desk.function == "publication"
    assert names(desk, today()) == ["Percy", "Petra"]


def test_a_deputy_stands_in_on_exactly_the_days_away(cast: Cast, desk: Desk) -> None:
    away(cast, cast.percy, cast.lee)
    day = today()
    assert names(desk, day) == names(desk, day + timedelta(days=2)) == ["Petra", "Lee"]
    assert names(desk, day + timedelta(days=3)) == names(desk, day - timedelta(days=1)) == ["Percy", "Petra"]
    stand_in = holders(desk, day)[1]
    assert stand_in.instead_of == cast.percy.user and not stand_in.substitute


def test_a_deputy_gets_the_work_and_not_the_roles(cast: Cast, desk: Desk) -> None:
    away(cast, cast.percy, cast.lee)
    assert desks_held(cast.lee.user.pk, today(), department_id=cast.family.pk) == [desk]
    assert not cast.lee.actor.can("solicitations.publish")


def test_a_deputy_who_falls_away_hands_on_to_their_own(cast: Cast, desk: Desk) -> None:
    away(cast, cast.percy, cast.lee)
    away(cast, cast.lee, cast.fay)
    assert names(desk, today()) == ["Petra", "Fay"]


def test_the_substitute_holds_an_empty_desk(cast: Cast, desk: Desk) -> None:
    away(cast, cast.percy, cast.petra, 0, 0)
    day = today() + timedelta(days=0)
    unseat(actor=cast.dan.actor, desk_id=desk.pk, user_id=cast.petra.user.pk)
    leave(actor=cast.dan.actor, body=Body(department_id=cast.family.pk), user_id=cast.petra.user.pk)
    (only,) = holders(desk, day)
    assert only.user == cast.dan.user and only.substitute


def test_who_has_left_the_department_holds_nothing(cast: Cast, desk: Desk) -> None:
    leave(actor=cast.dan.actor, body=Body(department_id=cast.family.pk), user_id=cast.percy.user.pk)
    assert names(desk, today()) == ["Petra"]


def test_a_canceled_absence_gives_the_desk_back(cast: Cast, desk: Desk) -> None:
    absence = away(cast, cast.percy, cast.lee)
    with pytest.raises(Refused):
        cancel_absence(actor=cast.eva.actor, absence_id=absence.pk)
    cancel_absence(actor=cast.percy.actor, absence_id=absence.pk)
    assert names(desk, today()) == ["Percy", "Petra"]
    with pytest.raises(Conflict):
        cancel_absence(actor=cast.percy.actor, absence_id=absence.pk)


def test_absences_that_cannot_be_are_refused_in_words(cast: Cast, desk: Desk) -> None:
    away(cast, cast.percy, cast.lee)
    for who, deputy, first, last in (
        (cast.petra, cast.petra, 0, 1),
        (cast.petra, cast.cora, 0, 1),
        (cast.petra, cast.percy, 1, 1),
        (cast.petra, cast.lee, 2, 1),
        (cast.petra, cast.lee, -5, -3),
        (cast.percy, cast.fay, 1, 5),
    ):
        with pytest.raises(Invalid):
            away(cast, who, deputy, first, last)
    with pytest.raises(IntegrityError), transaction.atomic():
        Absence.objects.create(
            user=cast.petra.user, deputy=cast.petra.user, department=cast.family, first_day=today(), last_day=today()
        )


def test_any_number_of_desks_costs_the_same_queries(cast: Cast, desk: Desk, django_assert_num_queries) -> None:
    body = Body(department_id=cast.family.pk)
    more = [make_desk(actor=cast.dan.actor, body=body, name=f"Desk {number}") for number in range(8)]
    day = today()
    with django_assert_num_queries(3):
        holders_by_desk([desk, *more], day)


def test_only_the_departments_administrator_makes_desks(cast: Cast) -> None:
    for nobody in (cast.percy, cast.orla, cast.alice):
        with pytest.raises(Refused):
            make_desk(actor=nobody.actor, body=Body(department_id=cast.family.pk), name="Mine")


def test_a_department_is_made_with_its_two_standard_desks(cast: Cast) -> None:
    made = make_department(actor=cast.pat.actor, jurisdiction="city", code="OPS", name="Office of Public Safety")
    found = Desk.objects.filter(department=made).order_by("function").values_list("function", "service_days")
    assert list(found) == [("inquiries", 5), ("publication", 3)]


def test_a_role_seats_its_holder_at_the_standard_desk_and_leaving_clears_the_seat(cast: Cast) -> None:
    made = make_department(actor=cast.pat.actor, jurisdiction="city", code="OPS", name="Office of Public Safety")
    body, portal = Body(department_id=made.pk), Actor.system("test")
    publication, inquiries = (Desk.objects.get(department=made, function=f) for f in ("publication", "inquiries"))
    for person, role in ((cast.percy, "procurement_officer"), (cast.dora, "program_officer"), (cast.eva, "evaluator")):
        give_role(actor=portal, body=body, user=person.user, role=role)
    assert (names(publication, today()), names(inquiries, today())) == (["Percy"], ["Dora"])
    leave(actor=portal, body=body, user_id=cast.percy.user.pk)
    assert not publication.seats.exists(), "a seat left behind would keep the substitute from the work"


def test_work_at_a_desk_nobody_holds_is_told_to_the_administrators(cast: Cast) -> None:
    empty = make_desk(actor=cast.dan.actor, body=Body(department_id=cast.family.pk), name="Empty")
    assert [r.user for r in recipients.desk(empty)] == [cast.dan.user]
    seat(actor=cast.dan.actor, desk_id=empty.pk, user=cast.percy.user)
    assert [r.user for r in recipients.desk(empty)] == [cast.percy.user]


def test_departments_made_earlier_get_their_desks_by_the_migration(cast: Cast) -> None:
    migration = import_module("procurement_portal.people.migrations.0003_every_department_has_its_desks")
    migration.make_desks(apps, None)
    migration.make_desks(apps, None)  # twice is once
    assert Desk.objects.filter(department=cast.family).count() == 2
    assert names(Desk.objects.get(department=cast.family, function="publication"), today()) == ["Percy", "Petra"]
    assert names(Desk.objects.get(department=cast.family, function="inquiries"), today()) == ["Dora"]


def test_the_pages_of_the_department_answer_its_people_alone(
    cast: Cast, desk: Desk, as_: Callable[[Person], Client]
) -> None:
    away(cast, cast.percy, cast.lee)
    page = as_(cast.eva).get("/department/")
    assert page.status_code == 200 and "Lee Family" in page.content.decode()
    assert as_(cast.dan).get(f"/department/desks/{desk.pk}/").status_code == 200
    assert as_(cast.eva).get(f"/department/desks/{desk.pk}/").status_code == 404
    assert as_(cast.alice).get("/department/").status_code == 404
    answer = as_(cast.percy).post(
        "/department/absence/",
        {"user": cast.eva.user.pk, "deputy": cast.lee.user.pk, "first_day": str(today()), "last_day": str(today())},
    )
    assert answer.status_code == 200, "one notes one's own absence, not another's"


def test_fiscal_years_of_the_two_governments() -> None:
    assert CITY.fiscal_year(date(2026, 12, 31)) == 2026 and CITY.fiscal_days(2026) == (
        date(2026, 1, 1),
        date(2026, 12, 31),
    )
    assert COUNTY.fiscal_year(date(2026, 11, 30)) == 2026 and COUNTY.fiscal_year(date(2026, 12, 1)) == 2027
    assert COUNTY.fiscal_days(2027) == (date(2026, 12, 1), date(2027, 11, 30))
    assert government("county") is COUNTY
    assert CITY.calendar().is_business_day(date(2026, 11, 23))
