"""The frame of every page, and the read-only administration."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib import admin
from django.db import models
from django.test import Client, RequestFactory

from procurement_portal.people import shell
from procurement_portal.people.actions.organizations import set_ein
from procurement_portal.people.admin import LookOnly, is_secret
from procurement_portal.people.models.membership import Membership
from procurement_portal.people.models.profile import Profile
from procurement_portal.web.shell import NavItem, SideGroup
from tests.cast import Cast, Person

pytestmark = pytest.mark.django_db


def frame(client: Client, path: str = "/you/"):
    return client.get(path).context["shell"]


def test_the_frame_says_who_and_as_whom(cast: Cast, as_: Callable[[Person], Client]) -> None:
    Membership.objects.create(user=cast.alice.user, organization=cast.gamma, role="reader")
    seen = frame(as_(cast.alice))
    assert seen.who.name == "Alice Alpha" and seen.acting_as.label == "Alpha Youth Collective"
    assert {(c.label, c.current) for c in seen.acting_as.choices} == {
        ("Alpha Youth Collective", True), ("Gamma Common Ground Fund", False),
    }  # fmt: skip
    nobody = Client().get("/account/login/").context["shell"]
    assert nobody.who is None and nobody.acting_as is None and nobody.broken_contact.phone


def test_the_navigation_shows_only_what_would_answer(cast: Cast, as_: Callable[[Person], Client]) -> None:
    for name, person in cast.everybody().items():
        client = as_(person)
        for item in frame(client).nav:
            assert client.get(item.url).status_code in (200, 302), (name, item.url)


def test_the_present_entry_is_marked(cast: Cast, as_: Callable[[Person], Client]) -> None:
    nav = frame(as_(cast.alice), "/organization/").nav
    assert [str(item.label) for item in nav if item.active] == ["Our organization"]


def test_a_room_above_adds_its_side_list(
    cast: Cast, as_: Callable[[Person], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        shell, "side_items", [lambda request, actor: [SideGroup("Desks", [NavItem("Publication", "/x", count=3)])]]
    )
    assert "Publication" in as_(cast.dan).get("/department/").content.decode()


def test_nothing_secret_is_a_column_of_the_administration(cast: Cast) -> None:
    set_ein(actor=cast.alice.actor, organization_id=cast.alpha.pk, ein="36-7770142")
    request = RequestFactory().get("/")
    for model, shown in admin.site._registry.items():
        if isinstance(shown, LookOnly):
            secret = {f.name for f in model._meta.fields if is_secret(f)}
            assert not secret & set(shown.get_fields(request)), model
            assert not any(
                (
                    shown.has_add_permission(request),
                    shown.has_change_permission(request),
                    shown.has_delete_permission(request),
                )
            )
    assert {"ein", "ein_index"} <= {f.name for f in Profile._meta.fields if is_secret(f)}
    assert not is_secret(models.CharField(name="name"))


def test_every_page_of_this_room_answers_strangers_with_nothing(cast: Cast, as_: Callable[[Person], Client]) -> None:
    client = as_(cast.charlie)
    for path in (
        "/organization/", "/organization/profile/", "/organization/ein/", "/organization/sign/", "/organization/history/",
        "/members/", "/members/invite/", f"/members/{cast.ben.user.pk}/", "/claims/", "/claims/1/", "/department/",
        "/department/desks/new/", "/department/absence/", "/departments/", "/audit/engagements/", "/audit/who-viewed/",
        f"/audit/organizations/{cast.alpha.pk}/", "/recoveries/1/",
    ):  # fmt: skip
        answer = client.get(path)
        assert answer.status_code == 404, path
        assert "Alpha Youth" not in answer.content.decode()
