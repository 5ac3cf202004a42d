"""Roles of an organization's people that are limited to one contract or to one department's matters."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from procurement_portal.clocks import queries as clocks
from procurement_portal.notifications.models.delivery import Delivery
from procurement_portal.people.actor import Actor
from procurement_portal.people.models.membership import Membership
from solicitations.actions import ending
from solicitations.queries import contract as queries
from solicitations.queries import way
from solicitations.states import ContractStepKind as K
from tests.cast import Cast, Person
from tests.factories import contracts as made
from tests.factories.renewals import item, running, sent


def limited(cast: Cast, role: str, scope: tuple[str, str]) -> Person:
    """Charlie, who belongs nowhere else, with a role of Alpha for this record alone."""
    Membership.objects.create(
        user=cast.charlie.user, organization=cast.alpha, role=role, scope_type=scope[0], scope_id=scope[1]
    )
    return Person(cast.charlie.user, f"organization:{cast.alpha.pk}")


def _seen(actor: Actor) -> set[int]:
    return set(queries.own(actor).values_list("pk", flat=True))


def test_a_role_for_one_contract_opens_that_contract_and_no_other(cast: Cast, as_: Any) -> None:
    one, other = (made.contract_with(cast, cast.alpha, title=title) for title in ("Mentors", "Kitchens"))
    person = limited(cast, "preparer", one.scope)
    assert _seen(person.actor) == {one.pk} and _seen(cast.rita.actor) == {one.pk, other.pk}
    assert set(way.on_the_way(person.actor).values_list("pk", flat=True)) == {one.pk}
    held = clocks.for_actor(person.actor)
    assert {clock.subject_id for clock in held} == {str(made.step(one, K.DOCUMENTS).pk)}
    assert clocks.for_actor(cast.rita.actor).count() == 2

    client = as_(person)
    page = client.get("/our-contracts/").content.decode()
    assert "Mentors" in page and "Kitchens" not in page
    work = client.get(reverse("work")).content.decode()
    assert f"/our-contracts/{one.pk}/" in work and f"/our-contracts/{other.pk}/" not in work
    for path in ("", "way/", "sign/0/"):
        assert client.get(f"/our-contracts/{one.pk}/{path}").status_code == 200, path
        assert client.get(f"/our-contracts/{other.pk}/{path}").status_code == 404, path
    told = client.get("/api/v1/contracts/?mine=true").json()["results"]
    assert [row["number"] for row in told] == [one.number]

    for row, status in ((one, 303), (other, 404)):
        step = made.step(row, K.DOCUMENTS)
        assert client.post(f"/our-contracts/{row.pk}/steps/{step.pk}/", {"act": "pass"}).status_code == status
    assert made.step(one, K.DOCUMENTS).outcome == "passed" and made.step(other, K.DOCUMENTS).outcome == ""


def test_who_may_sign_one_contract_is_told_of_its_turn_and_offered_to_sign(cast: Cast, as_: Any) -> None:
    one = made.contract_with(cast, cast.alpha)
    person = limited(cast, "signatory", one.scope)
    made.make_papers(one)
    made.pass_checks(cast, one)
    assert made.sign(person, one).side == "organization"
    assert Delivery.objects.filter(kind="solicitations.contract_step_waits", user=person.user).exists()


def test_a_role_for_one_department_reaches_its_contracts_alone(cast: Cast) -> None:
    ours = made.contract_with(cast, cast.alpha)
    made.contract_with(cast, cast.alpha, department=cast.justice)
    made.contract_with(cast, cast.beta)
    person = limited(cast, "reader", ("people.department", str(cast.family.pk)))
    assert _seen(person.actor) == {ours.pk}
    assert not person.actor.within(ours.scopes).can("contracts.answer")


def test_a_role_for_one_contract_hears_of_its_end_and_answers_its_renewal_alone(cast: Cast, as_: Any) -> None:
    mine, other = running(cast, days=30), running(cast, days=30)
    somebody = limited(cast, "preparer", mine.scope)
    ending.let_end(actor=cast.dora.actor, contract_id=mine.pk, why="The grant ended.")
    ending.take_back(actor=cast.dora.actor, contract_id=mine.pk, why="A new grant came.")
    ending.let_end(actor=cast.dora.actor, contract_id=other.pk, why="The grant ended.")
    ending.take_back(actor=cast.dora.actor, contract_id=other.pk, why="A new grant came.")
    sent(cast, [mine, other])
    told = Delivery.objects.filter(user=somebody.user, channel="portal").values_list("kind", flat=True)
    kinds = ("end_decided", "end_taken_back", "renewal_offered")
    assert [list(told).count(f"solicitations.{kind}") for kind in kinds] == [1, 1, 1]  # of one contract, not of two
    client = as_(somebody)
    assert client.get(f"/our-contracts/{other.pk}/renewals/{item(other).pk}/").status_code == 404
    url = f"/our-contracts/{mine.pk}/renewals/{item(mine).pk}/"
    assert client.post(url, {"act": "ask", "offer": "1", "reply": "Rent rose."}).status_code == 303
    assert item(mine).status == "asked"
