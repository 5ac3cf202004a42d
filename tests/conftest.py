"""The ground of every test: a database whose owner makes it and whose application works in it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client, TransactionTestCase
from django.test.utils import setup_databases, teardown_databases
from pytest_django import DjangoDbBlocker

from procurement_portal.time import clock
from procurement_portal.time.roles import as_owner
from tests.cast import Cast, Person, make_cast


@pytest.fixture(scope="session")
def django_db_setup(request: pytest.FixtureRequest, django_test_environment: None, django_db_blocker: DjangoDbBlocker,
                    django_db_modify_db_settings: None) -> Iterator[None]:  # fmt: skip
    """Create the test database as its owner; the tests then work in the application's role, as in production."""
    with django_db_blocker.unblock():
        with as_owner():
            old = setup_databases(verbosity=request.config.option.verbose, interactive=False, serialized_aliases=[])
            clock.set_offset(timedelta(0), "test")
        yield
        with as_owner():
            teardown_databases(old, verbosity=0)


def _flush_as_owner(
    self: TransactionTestCase, _teardown: Callable[..., None] = TransactionTestCase._fixture_teardown
) -> None:
    """Empty the tables after a transactional test: as owner, past the triggers that keep append-only tables."""
    connection.close()
    with as_owner():
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
        _teardown(self)
        clock.set_offset(timedelta(0), "test")


TransactionTestCase._fixture_teardown = _flush_as_owner  # type: ignore[method-assign]


@pytest.fixture
def cast(db: None) -> Cast:
    """The people of every test: see `tests/cast.py`."""
    return make_cast()


@pytest.fixture
def as_() -> Callable[[Person], Client]:
    """A client signed in as one of the cast, acting for their body, with a second factor: `as_(cast.alice)`."""

    def sign_in(person: Person) -> Client:
        client = Client()
        client.force_login(person.user, backend="allauth.account.auth_backends.AuthenticationBackend")
        session = client.session
        stamp = time.time()  # the sign-in library's own clock
        session["account_authentication_methods"] = [
            {"method": "password", "at": stamp, "email": person.user.email},
            {"method": "mfa", "at": stamp, "type": "totp"},
        ]
        session["account_authentication_methods_user"] = str(person.user.pk)
        if person.acting_as:
            session["acting_as"] = person.acting_as
        session.save()
        return client

    return sign_in


@pytest.fixture
def move_clock(db: None) -> Iterator[Callable[..., None]]:
    """Set the portal's clock: `move_clock(to=instant)` or `move_clock(by=timedelta)`; put back afterwards."""

    def move(*, to: Any = None, by: timedelta | None = None) -> None:
        if to is not None:
            with connection.cursor() as cursor:
                cursor.execute("SELECT clock_timestamp()")
                by = to - cursor.fetchone()[0]
        assert by is not None
        clock.set_offset(by, "test")

    yield move
    clock.set_offset(timedelta(0), "test")
