"""Signing in and managing people, in a real browser: password, code, passkey, and every page free of axe findings."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core.cache import cache
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from procurement_portal.people.actions.desks import make_desk, note_absence, seat
from procurement_portal.people.actions.invitations import invite
from procurement_portal.people.actions.recovery import ask_for_administrator
from procurement_portal.people.actions.second_factor import enroll_totp
from procurement_portal.people.actor import Actor
from procurement_portal.people.bodies import Body
from procurement_portal.people.queries.invitations import invitation_token
from procurement_portal.time.clock import today
from tests.browser.looks import accessible
from tests.cast import Cast, Person, make_cast

os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # the browser's driver runs a loop in this thread; the tests do not
pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD = "marigold staircase seven"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture(scope="module")
def browser(chromium_path: str) -> Iterator[Browser]:
    with sync_playwright() as driver:
        launched = driver.chromium.launch(executable_path=chromium_path, args=["--no-sandbox"])
        yield launched
        launched.close()


@pytest.fixture
def people(transactional_db: None) -> Iterator[Cast]:
    cache.clear()
    cast = make_cast()
    for person in (cast.alice, cast.dan, cast.pat, cast.adam, cast.ben):
        person.user.set_password(PASSWORD)
        person.user.save()
    for person in (cast.alice, cast.dan, cast.pat, cast.adam):
        enroll_totp(actor=Actor.system("test"), user=person.user, secret=SECRET)
    yield cast
    cache.clear()


def code() -> str:
    return format_hotp_value(hotp_value(SECRET, next(iter(yield_hotp_counters_from_time()))))


def sign_in(context: BrowserContext, address: str, person: Person, second_factor: bool = True) -> Page:
    page = context.new_page()
    page.goto(f"{address}/account/login/")
    page.get_by_label("E-mail address").fill(person.user.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    if second_factor:
        page.get_by_label("Code").fill(code())
        page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_load_state()
    return page


def look(page: Page, address: str, path: str, name: str) -> None:
    """Open a page, expect it to answer, and no axe finding at any width, no sideways scrolling of the whole page."""
    answer = page.goto(f"{address}{path}")
    assert answer is not None and answer.status == 200, (path, page.url)
    accessible(page, path, picture=name)


def test_pages_before_signing_in_are_free_of_findings(live_server: Any, browser: Browser, people: Cast) -> None:
    page = browser.new_context().new_page()
    made = invite(
        actor=people.alice.actor, body=Body(organization_id=people.alpha.pk), email="new@example.org", role="reader"
    )
    for path in (
        "/account/login/", "/account/signup/", "/account/password/reset/", "/account/password/reset/done/",
        "/account/confirm-email/", "/account/recover/", "/account/recover/asked/", "/you/language/",
        "/account/password/reset/key/1-gone/", f"/invitation/{invitation_token(made.pk)}/",
    ):  # fmt: skip
        look(page, live_server.url, path, path.strip("/").replace("/", "_")[:40])


def test_an_administrator_signs_in_with_a_code_and_sees_every_page_of_the_organization(
    live_server: Any, browser: Browser, people: Cast
) -> None:
    ask_for_administrator(actor=people.ben.actor, statement="Alice left")
    invite(actor=people.alice.actor, body=Body(organization_id=people.alpha.pk), email="new@example.org", role="reader")
    page = sign_in(browser.new_context(), live_server.url, people.alice)
    for path in (
        "/you/", "/you/invitations/", "/account/2fa/", "/account/2fa/recovery-codes/", "/account/2fa/recovery-codes/generate/",
        "/account/2fa/totp/deactivate/", "/account/2fa/webauthn/", "/account/2fa/webauthn/add/", "/account/password/change/",
        "/account/email/", "/account/reauthenticate/", "/account/2fa/reauthenticate/", "/account/logout/", "/organization/",
        "/organization/profile/", "/organization/address/", "/organization/ein/", "/organization/history/",
        "/organization/sign/", "/organization/register/", "/organization/administrator/", "/members/", "/members/invite/",
        f"/members/{people.ben.user.pk}/", "/members/leave/", "/recoveries/",
    ):  # fmt: skip
        look(page, live_server.url, path, "org_" + path.strip("/").replace("/", "_")[:40])


def test_staff_see_every_page_of_the_department(live_server: Any, browser: Browser, people: Cast) -> None:
    body, day = Body(department_id=people.family.pk), today()
    desk = make_desk(actor=people.dan.actor, body=body, name="Publication", substitute=people.dan.user)
    seat(actor=people.dan.actor, desk_id=desk.pk, user=people.percy.user)
    note_absence(
        actor=people.dan.actor, body=body, user=people.percy.user, deputy=people.lee.user, first_day=day, last_day=day
    )
    recovery = ask_for_administrator(actor=people.ben.actor, statement="Alice left")
    page = sign_in(browser.new_context(), live_server.url, people.dan)
    for path in (
        "/department/", "/department/history/", "/department/desks/new/", f"/department/desks/{desk.pk}/",
        "/department/absence/", "/claims/", "/recoveries/", f"/recoveries/{recovery.pk}/", "/members/",
    ):  # fmt: skip
        look(page, live_server.url, path, "dept_" + path.strip("/").replace("/", "_")[:40])
    page = sign_in(browser.new_context(), live_server.url, people.pat)
    for path in ("/departments/", "/audit/engagements/", "/audit/engagements/new/"):
        look(page, live_server.url, path, "portal_" + path.strip("/").replace("/", "_")[:40])
    page = sign_in(browser.new_context(), live_server.url, people.adam)
    look(page, live_server.url, "/audit/who-viewed/", "audit_who_viewed")


def test_a_passkey_is_set_up_and_signs_in_without_a_password(live_server: Any, browser: Browser, people: Cast) -> None:
    context = browser.new_context()
    page = sign_in(context, live_server.url, people.ben, second_factor=False)
    device = context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send(
        "WebAuthn.addVirtualAuthenticator",
        {"options": {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
                     "isUserVerified": True}},
    )  # fmt: skip
    look(page, live_server.url, "/account/second-factor/?next=/you/", "second_factor")
    page.get_by_role("link", name="Set up a passkey").click()
    assert page.get_by_label("without a password").is_checked()
    page.get_by_role("button", name="Set up this passkey").click()
    page.get_by_role("heading", name="Your recovery codes").wait_for()
    page.goto(f"{live_server.url}/account/logout/")
    page.locator("main").get_by_role("button", name="Sign out").click()
    page.goto(f"{live_server.url}/account/login/?next=/you/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(lambda url: "/account/login" not in url)
    page.goto(f"{live_server.url}/you/")
    assert "Ben Alpha" in page.content()


def test_the_first_sign_in_of_staff_ends_at_the_second_factor_and_works_without_script(
    live_server: Any, browser: Browser, people: Cast
) -> None:
    people.percy.user.set_password(PASSWORD)
    people.percy.user.save()
    page = sign_in(browser.new_context(java_script_enabled=False), live_server.url, people.percy, second_factor=False)
    assert "Set up a second factor" in page.title()
    page.get_by_role("link", name="Set up an app").click()
    secret = page.locator("code").inner_text()
    page.get_by_label("Code").fill(format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time())))))
    page.get_by_role("button", name="Set up this app").click()
    page.get_by_role("link", name="I have kept them; go on").click()
    page.goto(f"{live_server.url}/you/")
    assert "Percy Family" in page.content()
