"""Signing in: password, second factor, no enumeration, no lock-out, idle end, step-up."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core import mail
from django.core.cache import cache
from django.test import Client

from procurement_portal.outbox import intents
from procurement_portal.outbox.models import Intent
from procurement_portal.people import tasks  # noqa: F401  registers what carries out the mails
from procurement_portal.people.actions.second_factor import enroll_totp, verify_email
from procurement_portal.people.actor import Actor
from procurement_portal.people.models.user import User
from tests.cast import Cast, Person

PASSWORD = "marigold staircase seven"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
MAKER = Actor.system("test")
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def empty_counts() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def code() -> str:
    return format_hotp_value(hotp_value(SECRET, next(iter(yield_hotp_counters_from_time()))))


def with_password(person: Person) -> User:
    person.user.set_password(PASSWORD)
    person.user.save()
    verify_email(actor=MAKER, user=person.user)
    return person.user


def sign_in(client: Client, email: str, password: str = PASSWORD, **extra):
    return client.post("/account/login/", {"login": email, "password": password}, **extra)


def send_mails() -> list:
    for pk in intents.waiting():
        assert intents.run(pk), Intent.objects.get(pk=pk).last_error
    return mail.outbox


def test_an_organizations_member_signs_in_with_a_password(cast: Cast) -> None:
    with_password(cast.ben)
    client = Client()
    answer = sign_in(client, "BEN@example.org")
    assert answer.status_code == 302 and answer["Location"] == "/"
    page = client.get("/you/")
    assert page.status_code == 200 and "Alpha Youth Collective" in page.content.decode()


def test_staff_are_asked_for_their_second_factor_and_signed_in_with_it(cast: Cast) -> None:
    user = with_password(cast.dora)
    enroll_totp(actor=MAKER, user=user, secret=SECRET)
    client = Client()
    answer = sign_in(client, user.email)
    assert answer["Location"].startswith("/account/2fa/authenticate/")
    assert "_auth_user_id" not in client.session
    page = client.get("/account/2fa/authenticate/")
    assert page.status_code == 200 and "authenticator app" in page.content.decode()
    wrong = client.post("/account/2fa/authenticate/", {"code": "000000"})
    assert wrong.status_code == 200 and "_auth_user_id" not in client.session
    assert client.post("/account/2fa/authenticate/", {"code": code()}).status_code == 302
    seen = client.get("/you/")
    assert seen.status_code == 200 and seen.wsgi_request.actor.second_factor


def test_staff_without_a_second_factor_reach_nothing_but_setting_one_up(cast: Cast) -> None:
    with_password(cast.dora)
    client = Client()
    sign_in(client, "dora@example.org")
    for address in ("/", "/you/", "/you/language/"):
        answer = client.get(address)
        assert answer.status_code == 302 and answer["Location"].startswith("/account/second-factor/"), address
    assert client.get("/account/second-factor/").status_code == 200
    page = client.get("/account/2fa/totp/activate/")
    assert page.status_code == 200
    secret = page.context["form"].secret
    value = format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))
    done = client.post("/account/2fa/totp/activate/", {"code": value})
    assert done["Location"] == "/account/2fa/recovery-codes/"
    codes = client.get(done["Location"])
    assert codes.status_code == 200 and len(codes.context["codes"]) == 10
    assert client.get("/you/").status_code == 200


def test_the_secret_of_an_app_is_not_in_the_database_in_the_clear(cast: Cast) -> None:
    from allauth.mfa.models import Authenticator

    enroll_totp(actor=MAKER, user=cast.dora.user, secret=SECRET)
    assert not [row for row in Authenticator.objects.filter(user=cast.dora.user) if SECRET in str(row.data)]


def test_staff_cannot_give_up_their_last_second_factor(cast: Cast, as_: Callable[[Person], Client]) -> None:
    enroll_totp(actor=MAKER, user=cast.dora.user, secret=SECRET)
    verify_email(actor=MAKER, user=cast.dora.user)
    answer = as_(cast.dora).post("/account/2fa/totp/deactivate/")
    assert answer.status_code == 200
    assert cast.dora.user.authenticator_set.filter(type="totp").exists()


def test_known_and_unknown_addresses_look_the_same(cast: Cast) -> None:
    with_password(cast.ben)

    def shape(answer) -> tuple[int, str]:
        """The page without what differs from one request to the next: tokens, the reference number, what was typed."""
        main = re.search(r"<main.*</main>", answer.content.decode(), re.S)
        assert main
        return answer.status_code, re.sub(r'value="[^"]*"', "", main[0])

    wrong = [
        shape(sign_in(Client(), address, "wrong wrong wrong")) for address in ("ben@example.org", "nobody@example.org")
    ]
    assert wrong[0] == wrong[1] and wrong[0][0] == 200
    resets = [
        Client().post("/account/password/reset/", {"email": address})
        for address in ("ben@example.org", "nobody@example.org")
    ]
    assert [(r.status_code, r["Location"]) for r in resets] == [(302, "/account/password/reset/done/")] * 2
    signups = [
        Client().post(
            "/account/signup/", {"name": "Somebody", "email": address, "password1": PASSWORD, "password2": PASSWORD}
        )
        for address in ("ben@example.org", "nobody@example.org")
    ]
    assert len({(r.status_code, r["Location"]) for r in signups}) == 1


def test_a_reset_by_mail_sets_a_new_password_and_no_secret_lies_in_the_outbox(cast: Cast) -> None:
    with_password(cast.ben)
    client = Client()
    client.post("/account/password/reset/", {"email": "ben@example.org"})
    row = Intent.objects.get(task="people.account_mail")
    assert set(row.arguments) == {"kind", "email", "user_id", "base", "facts"} and "reset/key" not in str(row.arguments)
    (message,) = send_mails()
    link = re.search(r"http://testserver(/account/password/reset/key/\S+)", message.body)
    assert link and message.to == ["ben@example.org"]
    form = client.get(link[1], follow=True)
    assert form.status_code == 200
    done = client.post(
        form.redirect_chain[-1][0],
        {"password1": "another long enough phrase", "password2": "another long enough phrase"},
    )
    assert done.status_code == 302
    assert sign_in(Client(), "ben@example.org", "another long enough phrase").status_code == 302
    assert client.get(link[1]).status_code == 200 and "does not work" in client.get(link[1]).content.decode()


def test_an_unknown_address_is_told_by_mail_only(db: None) -> None:
    Client().post("/account/password/reset/", {"email": "nobody@example.org"})
    (message,) = send_mails()
    assert "no account" in message.subject and message.to == ["nobody@example.org"]


def test_signing_up_needs_the_mail_then_lets_in(db: None) -> None:
    client = Client()
    client.post(
        "/account/signup/",
        {"name": "Nia  New", "email": "nia@example.org", "password1": PASSWORD, "password2": PASSWORD},
    )
    user = User.objects.get(email="nia@example.org")
    assert user.name == "Nia New"
    assert sign_in(Client(), "nia@example.org")["Location"] == "/account/confirm-email/"
    (message, *_) = send_mails()
    link = re.search(r"http://testserver(/account/confirm-email/\S+/)", message.body)
    assert link
    assert client.get(link[1]).status_code == 200
    assert client.post(link[1]).status_code == 302
    assert sign_in(Client(), "nia@example.org")["Location"] == "/"


def test_failures_delay_the_guesser_and_never_the_person_at_their_own_device(cast: Cast) -> None:
    with_password(cast.ben)
    own = Client(REMOTE_ADDR="192.0.2.7")
    assert sign_in(own, "ben@example.org").status_code == 302
    own.post("/account/logout/")
    for place in range(8):
        for _ in range(6):
            sign_in(Client(REMOTE_ADDR=f"198.51.100.{place}"), "ben@example.org", "wrong wrong wrong")
    slowed = sign_in(Client(REMOTE_ADDR="203.0.113.5"), "ben@example.org")
    assert slowed.status_code == 200 and "Too many attempts" in slowed.content.decode()
    assert sign_in(own, "ben@example.org").status_code == 302


def test_a_session_ends_when_nothing_happens(cast: Cast, as_: Callable[[Person], Client]) -> None:
    for person, minutes, stays in (
        (cast.dora, 29, True),
        (cast.dora, 32, False),
        (cast.ben, 59, True),
        (cast.ben, 62, False),
    ):
        client = as_(person)
        assert client.get("/you/").status_code == 200
        session = client.session
        session["seen_at"] -= minutes * 60
        session.save()
        answer = client.get("/you/")
        assert (answer.status_code == 200) is stays, (person.user.email, minutes)
        if not stays:
            assert answer["Location"].startswith("/account/login/?next=/you/")


def test_the_page_tells_the_script_when_the_session_ends(cast: Cast, as_: Callable[[Person], Client]) -> None:
    assert 'data-session-seconds="1800"' in as_(cast.dora).get("/you/").content.decode()
    assert 'data-session-seconds="3600"' in as_(cast.ben).get("/you/").content.decode()
    assert "data-session-seconds" not in Client().get("/account/login/").content.decode()


def test_acting_for_another_body_is_one_post_and_never_for_a_strange_one(
    cast: Cast, as_: Callable[[Person], Client]
) -> None:
    from procurement_portal.people.models.membership import Membership

    Membership.objects.create(user=cast.ben.user, organization=cast.gamma, role="reader")
    client = as_(cast.ben)
    client.post("/you/act-as/", {"acting_as": f"organization:{cast.gamma.pk}"})
    assert client.get("/you/").wsgi_request.actor.organization_id == cast.gamma.pk
    client.post("/you/act-as/", {"acting_as": f"organization:{cast.beta.pk}"})
    assert client.get("/you/").wsgi_request.actor.organization_id == cast.gamma.pk
