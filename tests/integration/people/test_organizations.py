"""Registering, profiles, papers that let one sign."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client

from procurement_portal.history.models import Entry
from procurement_portal.people.actions.claims import claim_to_sign, decide_claim
from procurement_portal.people.actions.organizations import (
    agree_to_venture,
    edit_profile,
    register_organization,
    set_ein,
)
from procurement_portal.people.models.body import Organization, Venturer
from procurement_portal.people.models.membership import Membership
from procurement_portal.people.models.profile import Profile
from procurement_portal.people.queries.organizations import organizations, same_name
from procurement_portal.web.refusal import Conflict, Invalid, Refused
from tests.cast import Cast, Person
from tests.factories.people import a_paper

pytestmark = pytest.mark.django_db
EIN = "36-7770142"


def test_whoever_registers_becomes_administrator_and_no_signatory(cast: Cast) -> None:
    made = register_organization(actor=cast.charlie.actor, kind="nonprofit", name="  Delta   Garden  ")
    assert made.name == "Delta Garden"
    roles = Membership.objects.filter(organization=made).values_list("user__name", "role")
    assert list(roles) == [("Charlie Nowhere", "administrator")]
    assert Entry.objects.filter(act="organization.register", subject_id=str(made.pk)).exists()


@pytest.mark.parametrize(
    "name", ["Alpha Youth Collective", "ALPHA YOUTH COLLECTIVE, INC.", "The Alpha Youth Collective"]
)
def test_a_name_that_is_taken_is_told_without_telling_more(cast: Cast, name: str) -> None:
    with pytest.raises(Invalid) as refused:
        register_organization(actor=cast.charlie.actor, kind="nonprofit", name=name)
    text = str(refused.value)
    assert "is registered" in text and "Alice" not in text and "alice" not in text
    assert register_organization(actor=cast.charlie.actor, kind="nonprofit", name=name, another_of_that_name=True)


def test_another_name_is_not_held_for_the_same(cast: Cast) -> None:
    assert not same_name("Omega Elder Meals")


def test_the_page_registers_and_asks_again_where_a_name_is_taken(cast: Cast, as_: Callable[[Person], Client]) -> None:
    client = as_(cast.charlie)
    venturers = {"v-TOTAL_FORMS": "0", "v-INITIAL_FORMS": "0"}
    asked = client.post("/organization/register/", {"kind": "nonprofit", "name": "Beta Lantern House", **venturers})
    assert asked.status_code == 200 and "another_of_that_name" in asked.content.decode()
    done = client.post("/organization/register/", {"kind": "nonprofit", "name": "Epsilon Bridge", **venturers})
    assert done.status_code == 302
    page = client.get("/organization/")
    assert page.status_code == 200 and "Epsilon Bridge" in page.content.decode()


def test_a_joint_venture_names_registered_venturers_whose_shares_are_whole(cast: Cast) -> None:
    def register(*rows: tuple[str, str]) -> Organization:
        return register_organization(
            actor=cast.alice.actor, kind="joint_venture", name="Alpha Beta Together",
            venturers=[(name, Decimal(share)) for name, share in rows],
        )  # fmt: skip

    for rows in (
        (("Alpha Youth Collective", "100"),),
        (("Alpha Youth Collective", "60"), ("Beta Lantern House", "30")),
        (("Alpha Youth Collective", "60"), ("Nobody Knows Us", "40")),
        (("Alpha Youth Collective", "60"), ("Alpha Youth Collective", "40")),
    ):
        with pytest.raises(Invalid):
            register(*rows)
    venture = register(("Alpha Youth Collective", "60"), ("beta lantern house", "40"))
    row = Venturer.objects.get(venture=venture, member=cast.beta)
    with pytest.raises(Refused):
        agree_to_venture(actor=cast.alice.actor, venturer_id=row.pk)
    assert agree_to_venture(actor=cast.bob.actor, venturer_id=row.pk).agreed_at


def test_the_profile_is_kept_with_its_history_and_only_by_those_who_may(cast: Cast) -> None:
    edit_profile(
        actor=cast.alice.actor,
        organization_id=cast.alpha.pk,
        fields={"mission": "Youth lead.", "community_areas": [25, 27]},
    )
    profile = Profile.objects.get(organization=cast.alpha)
    assert profile.community_areas == [25, 27] and profile.history.count() >= 1
    for stranger in (cast.ben, cast.rita, cast.bob, cast.dora):
        with pytest.raises(Refused):
            edit_profile(actor=stranger.actor, organization_id=cast.alpha.pk, fields={"mission": "x"})
    with pytest.raises(Invalid):
        edit_profile(actor=cast.alice.actor, organization_id=cast.alpha.pk, fields={"zip_code": "sixty"})


def test_the_ein_is_nowhere_in_the_clear(cast: Cast) -> None:
    assert set_ein(actor=cast.alice.actor, organization_id=cast.alpha.pk, ein=EIN) is False
    assert set_ein(actor=cast.bob.actor, organization_id=cast.beta.pk, ein=EIN.replace("-", " ")) is True
    with connection.cursor() as cursor:
        for table in ("people_profile", "people_historicalprofile", "history_entry"):
            cursor.execute(f"SELECT string_agg(t::text, ' ') FROM {table} t")
            text = cursor.fetchone()[0] or ""
            assert "7770142" not in text and "36-777" not in text, table
    profile = Profile.objects.get(organization=cast.alpha)
    assert profile.ein.open() == EIN and str(profile.ein).endswith("0142") and "777" not in str(profile.ein)
    with pytest.raises(Invalid):
        set_ein(actor=cast.alice.actor, organization_id=cast.alpha.pk, ein="12345")


def test_nobody_reads_anothers_organization(cast: Cast) -> None:
    seen = {name: set(organizations(person.actor)) for name, person in cast.everybody().items()}
    assert seen["alice"] == seen["rita"] == {cast.alpha} and seen["bea"] == {cast.beta}
    assert seen["charlie"] == seen["dora"] == set()
    assert seen["adam"] == {cast.alpha}


def test_an_administrators_claim_holds_at_once_as_self_declared_and_another_confirms_it(cast: Cast) -> None:
    Membership.objects.filter(user=cast.alice.user, role="signatory").delete()
    paper = a_paper(cast.alpha, cast.alice)
    claim = claim_to_sign(actor=cast.alice.actor, organization_id=cast.alpha.pk, position="Director", proof_id=paper.pk)
    held = Membership.objects.get(user=cast.alice.user, role="signatory")
    assert held.proof == paper and held.confirmed_at is None
    with pytest.raises(Conflict):
        claim_to_sign(actor=cast.alice.actor, organization_id=cast.alpha.pk, position="Director", proof_id=paper.pk)
    for nobody in (cast.alice, cast.ben, cast.bob, cast.dora):
        with pytest.raises(Refused):
            decide_claim(actor=nobody.actor, claim_id=claim.pk, accept=True)
    decide_claim(actor=cast.dan.actor, claim_id=claim.pk, accept=True)
    held.refresh_from_db()
    assert held.confirmed_by == cast.dan.user


def test_a_preparers_claim_holds_only_when_accepted_and_a_refusal_says_why(cast: Cast) -> None:
    paper = a_paper(cast.alpha, cast.alice)
    claim = claim_to_sign(actor=cast.ben.actor, organization_id=cast.alpha.pk, position="Treasurer", proof_id=paper.pk)
    assert not Membership.objects.filter(user=cast.ben.user, role="signatory").exists()
    with pytest.raises(Invalid):
        decide_claim(actor=cast.alice.actor, claim_id=claim.pk, accept=False)
    decide_claim(actor=cast.alice.actor, claim_id=claim.pk, accept=True)
    assert Membership.objects.get(user=cast.ben.user, role="signatory").confirmed_by == cast.alice.user


def test_a_refused_claim_ends_the_self_declared_role(cast: Cast) -> None:
    Membership.objects.filter(user=cast.alice.user, role="signatory").delete()
    paper = a_paper(cast.alpha, cast.alice)
    claim = claim_to_sign(actor=cast.alice.actor, organization_id=cast.alpha.pk, position="Director", proof_id=paper.pk)
    decide_claim(actor=cast.dan.actor, claim_id=claim.pk, accept=False, reason="The resolution names somebody else.")
    assert not Membership.objects.filter(user=cast.alice.user, role="signatory", ended_at__isnull=True).exists()


def test_anothers_paper_proves_nothing(cast: Cast) -> None:
    with pytest.raises(Invalid):
        claim_to_sign(
            actor=cast.ben.actor, organization_id=cast.alpha.pk, position="X", proof_id=a_paper(cast.beta, cast.bob).pk
        )
