"""Auditors within dated engagements; recoveries in the open."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.test import Client

from procurement_portal.history.models import Entry
from procurement_portal.history.record import witness
from procurement_portal.outbox import intents
from procurement_portal.people import tasks  # noqa: F401  registers what carries out the mails
from procurement_portal.people.actions.oversight import end_engagement, engage_auditor
from procurement_portal.people.actions.recovery import (
    ask_for_administrator,
    ask_for_second_factor,
    check_identity,
    finish,
    help_colleague,
    stop,
    waiting_days,
)
from procurement_portal.people.actions.roles import leave
from procurement_portal.people.actions.second_factor import enroll_totp
from procurement_portal.people.actor import Actor
from procurement_portal.people.bodies import Body
from procurement_portal.people.models.membership import Membership
from procurement_portal.people.models.oversight import Engagement, Recovery
from procurement_portal.people.queries.oversight import viewings
from procurement_portal.time.clock import today
from procurement_portal.web.refusal import Conflict, Invalid, Refused
from tests.cast import Cast, Person

pytestmark = pytest.mark.django_db
PASSWORD = "marigold staircase seven"


@pytest.fixture(autouse=True)
def empty_counts() -> Iterator[None]:
    cache.clear()
    yield


def test_an_auditor_is_nobody_outside_the_engagement(cast: Cast, move_clock) -> None:
    actor = cast.adam.actor
    assert actor.can("audit.read")
    assert actor.may_audit(organization_id=cast.alpha.pk) and actor.may_audit(department_id=cast.family.pk)
    assert not actor.may_audit(organization_id=cast.beta.pk) and not actor.may_audit(department_id=cast.justice.pk)
    move_clock(by=timedelta(days=31))
    assert not cast.adam.actor.can("audit.read") and not cast.adam.actor.audits


def test_an_engagement_is_given_by_another_dated_and_ended(cast: Cast) -> None:
    def engage(person: Person, **changes) -> Engagement:
        fields = {
            "auditor": cast.adam.user, "purpose": "Grants", "first_day": today(), "last_day": today() + timedelta(days=9),
            "organizations": [cast.beta],
        }  # fmt: skip
        return engage_auditor(actor=person.actor, **{**fields, **changes})

    with pytest.raises(Refused):
        engage(cast.dan)
    for wrong in (
        {"auditor": cast.dora.user},
        {"last_day": today() - timedelta(days=1)},
        {"organizations": []},
        {"purpose": " "},
    ):
        with pytest.raises(Invalid):
            engage(cast.pat, **wrong)
    made = engage(cast.pat)
    assert cast.adam.actor.may_audit(organization_id=cast.beta.pk)
    end_engagement(actor=cast.pat.actor, engagement_id=made.pk, why="Done early")
    assert not cast.adam.actor.may_audit(organization_id=cast.beta.pk)
    with pytest.raises(Conflict):
        end_engagement(actor=cast.pat.actor, engagement_id=made.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        Engagement.objects.create(
            auditor=cast.adam.user, purpose="x", first_day=today(), last_day=today(), given_by=cast.adam.user
        )


def test_who_viewed_what_is_seen_within_the_engagement_and_seeing_it_is_noted(
    cast: Cast, as_: Callable[[Person], Client]
) -> None:
    witness(cast.dora.actor, "profile.read", cast.alpha)
    witness(cast.cora.actor, "profile.read", cast.beta)
    assert [entry.actor_label for entry in viewings(cast.adam.actor)] == ["Dora Family"]
    assert not viewings(cast.dan.actor).exists()
    page = as_(cast.adam).get("/audit/who-viewed/")
    assert page.status_code == 200 and "Dora Family" in page.content.decode() and "Cora" not in page.content.decode()
    assert Entry.objects.filter(act="audit.who_viewed", witnessed=True, actor_id=cast.adam.user.pk).exists()
    assert as_(cast.dan).get("/audit/who-viewed/").status_code == 404


def lost(cast: Cast, person: Person) -> Recovery:
    person.user.set_password(PASSWORD)
    person.user.save()
    enroll_totp(actor=Actor.system("test"), user=person.user)
    found = ask_for_second_factor(email=person.user.email, password=PASSWORD, statement="Phone stolen")
    assert found is not None
    return found


def test_another_administrator_lets_a_colleague_start_anew_at_once(cast: Cast) -> None:
    recovery = lost(cast, cast.ben)
    for nobody in (cast.ben, cast.fiona, cast.bob, cast.dora):
        with pytest.raises(Refused):
            help_colleague(actor=nobody.actor, recovery_id=recovery.pk, how="I know him")
    help_colleague(actor=cast.alice.actor, recovery_id=recovery.pk, how="He stands before me")
    assert not Authenticator.objects.filter(user=cast.ben.user).exists()
    for pk in intents.waiting():
        assert intents.run(pk)
    assert {m.to[0] for m in mail.outbox} >= {"alice@example.org", "ben@example.org", "rita@example.org"}


def test_an_identity_check_waits_and_anybody_told_can_stop_it(cast: Cast, move_clock) -> None:
    recovery = lost(cast, cast.alice)
    with pytest.raises(Refused):
        check_identity(actor=cast.bob.actor, recovery_id=recovery.pk, how="I know her")
    checked = check_identity(actor=cast.dan.actor, recovery_id=recovery.pk, how="In person, photo ID")
    assert waiting_days() == 3 and checked.waits_until - checked.checked_at == timedelta(days=3)
    assert finish(recovery_id=recovery.pk) is None, "the waiting period has not run"
    assert Authenticator.objects.filter(user=cast.alice.user).exists()
    with pytest.raises(Refused):
        stop(actor=cast.bob.actor, recovery_id=recovery.pk, reason="x")
    stop(actor=cast.rita.actor, recovery_id=recovery.pk, reason="She is on vacation; this is not her")
    move_clock(by=timedelta(days=4))
    assert finish(recovery_id=recovery.pk) is None
    assert Authenticator.objects.filter(user=cast.alice.user).exists()


def test_after_the_waiting_period_the_worker_carries_it_out_once(cast: Cast, move_clock) -> None:
    recovery = lost(cast, cast.alice)
    check_identity(actor=cast.dan.actor, recovery_id=recovery.pk, how="In person, photo ID")
    move_clock(by=timedelta(days=3, minutes=1))
    for _ in range(2):
        for pk in intents.waiting():
            assert intents.run(pk)
    recovery.refresh_from_db()
    assert recovery.done_at and not Authenticator.objects.filter(user=cast.alice.user).exists()


def test_a_departed_last_administrator_is_followed_by_a_checked_member(cast: Cast, move_clock) -> None:
    alpha = Body(organization_id=cast.alpha.pk)
    Membership.objects.filter(user=cast.alice.user).delete()
    with pytest.raises(Refused):
        ask_for_administrator(actor=cast.charlie.actor, statement="mine now")
    recovery = ask_for_administrator(actor=cast.ben.actor, statement="Alice moved away")
    assert ask_for_administrator(actor=cast.ben.actor, statement="again").pk == recovery.pk
    check_identity(actor=cast.dan.actor, recovery_id=recovery.pk, how="Called back at the number on file")
    move_clock(by=timedelta(days=3, minutes=1))
    finish(recovery_id=recovery.pk)
    assert Membership.objects.filter(user=cast.ben.user, role="administrator", ended_at__isnull=True).exists()
    with pytest.raises(Refused):
        leave(actor=cast.ben.actor, body=alpha, user_id=cast.ben.user.pk)


def test_asking_for_recovery_tells_nobody_whether_there_is_an_account(cast: Cast) -> None:
    lost(cast, cast.ben)
    Recovery.objects.all().delete()
    answers = []
    for email, password in (
        ("ben@example.org", PASSWORD),
        ("ben@example.org", "wrong"),
        ("nobody@example.org", PASSWORD),
    ):
        client = Client()
        sent = client.post("/account/recover/", {"email": email, "password": password, "statement": "Phone lost"})
        page = client.get(sent["Location"])
        main = re.search(r"<main.*</main>", page.content.decode(), re.S)
        assert main
        answers.append((sent.status_code, sent["Location"], main[0]))
    assert answers[0] == answers[1] == answers[2]
    assert Recovery.objects.count() == 1


def test_the_database_refuses_a_recovery_before_its_time(cast: Cast) -> None:
    recovery = lost(cast, cast.alice)
    check_identity(actor=cast.dan.actor, recovery_id=recovery.pk, how="In person")
    for change in ({"done_at": recovery.asked_at}, {"checked_by": cast.alice.user}, {"how_checked": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Recovery.objects.filter(pk=recovery.pk).update(**change)
