"""GET never writes: the guard at the cursor, and the pinned list of what it lets through."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import RequestFactory

from procurement_portal.history.record import witness
from procurement_portal.people.models.body import Department
from procurement_portal.web import readonly
from tests.cast import Cast


def test_the_list_of_tables_a_get_may_write_is_short() -> None:
    assert readonly.ALLOWED_TABLES == ("django_session",)


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["get", "head", "options"])
def test_a_write_while_a_get_is_answered_raises(method: str, cast: Cast) -> None:
    def view(request):
        Department.objects.filter(pk=cast.family.pk).update(name="Changed")

    with pytest.raises(readonly.WriteInGet):
        readonly.ReadOnlyGetMiddleware(view)(getattr(RequestFactory(), method)("/"))


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "WITH x AS (SELECT 1) UPDATE people_department SET name = 'x'",
        "  insert into people_department (name) values ('x')",
        'DELETE FROM "people_department"',
        "WITH gone AS (DELETE FROM people_department RETURNING 1) SELECT * FROM gone",
    ],
)
def test_the_guard_reads_statements_however_written(statement: str) -> None:
    def view(request):
        with connection.cursor() as cursor:
            cursor.execute(statement)

    with pytest.raises(readonly.WriteInGet):
        readonly.ReadOnlyGetMiddleware(view)(RequestFactory().get("/"))


@pytest.mark.django_db
def test_a_witnessed_read_passes_and_a_post_writes(cast: Cast) -> None:
    entry = []

    def view(request):
        entry.append(witness(cast.adam.actor, "department.read", cast.family))

    readonly.ReadOnlyGetMiddleware(view)(RequestFactory().get("/"))
    assert entry[0].witnessed

    def post(request):
        Department.objects.filter(pk=cast.family.pk).update(name="Changed")

    readonly.ReadOnlyGetMiddleware(post)(RequestFactory().post("/"))
