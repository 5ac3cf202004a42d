"""Invitations and roles: who may give them, who may take them, and that somebody always stays."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.urls import reverse

from procurement_portal.outbox import intents
from procurement_portal.people import tasks  # noqa: F401  registers what carries out the mails
from procurement_portal.people.acting import actor_from, open_memberships
from procurement_portal.people.actions.invitations import accept, decline, invite, revoke
from procurement_portal.people.actions.roles import end_role, give_role, leave
from procurement_portal.people.bodies import Body
from procurement_portal.people.models.invitation import Invitation
from procurement_portal.people.models.membership import Membership
from procurement_portal.web.refusal import Conflict, Invalid, Refused
from solicitations.models.contract import Contract, ContractParticipant
from tests.cast import Cast, Person, make_cast
from tests.factories.submissions import begin, open_solicitation

pytestmark = pytest.mark.django_db


def body(cast: Cast) -> Body:
    return Body(organization_id=cast.alpha.pk)


def test_an_invitation_reaches_its_address_and_only_that_person_can_accept(
    cast: Cast, as_: Callable[[Person], Client]
) -> None:
    made = invite(actor=cast.alice.actor, body=body(cast), email="Charlie@Example.org", role="finance")
    for pk in intents.waiting():
        assert intents.run(pk)
    (message,) = mail.outbox
    assert message.to == ["charlie@example.org"] and "Alpha Youth Collective" in message.subject
    link = re.search(r"http://localhost(/invitation/\S+/)", message.body)
    assert link
    assert "Sign in" in Client().get(link[1]).content.decode()
    assert "another e-mail address" in as_(cast.bob).get(link[1]).content.decode()
    with pytest.raises(Refused):
        accept(actor=cast.bob.actor, invitation_id=made.pk)
    client = as_(cast.charlie)
    assert "Accept" in client.get(link[1]).content.decode()
    assert client.post(f"/you/invitations/{made.pk}/answer/", {"act": "accept"}).status_code == 302
    assert client.get("/you/").wsgi_request.actor.organization_id == cast.alpha.pk
    with pytest.raises(Conflict):
        decline(actor=cast.charlie.actor, invitation_id=made.pk)


def test_only_a_bodys_own_administrator_invites(cast: Cast) -> None:
    for nobody in (cast.ben, cast.fiona, cast.bob, cast.dan, cast.charlie):
        with pytest.raises(Refused):
            invite(actor=nobody.actor, body=body(cast), email="x@example.org", role="reader")
    family = Body(department_id=cast.family.pk)
    invite(actor=cast.dan.actor, body=family, email="x@example.org", role="evaluator")
    invite(
        actor=cast.pat.actor,
        body=Body(department_id=cast.justice.pk),
        email="x@example.org",
        role="department_administrator",
    )
    with pytest.raises(Refused):
        invite(actor=cast.dan.actor, body=Body(department_id=cast.justice.pk), email="y@example.org", role="evaluator")


def test_a_password_alone_manages_nobody(cast: Cast) -> None:
    weak = actor_from(cast.alice.user, open_memberships(cast.alice.user.pk), cast.alice.acting_as, second_factor=False)
    with pytest.raises(Refused, match="second factor"):
        invite(actor=weak, body=body(cast), email="x@example.org", role="reader")


@pytest.mark.parametrize(
    ("role", "email"), [("signatory", "x@example.org"), ("evaluator", "x@example.org"), ("reader", "no address")]
)
def test_what_cannot_be_offered_is_said_at_its_field(cast: Cast, role: str, email: str) -> None:
    with pytest.raises(Invalid):
        invite(actor=cast.alice.actor, body=body(cast), email=email, role=role)


def test_an_open_invitation_is_made_once_and_an_expired_one_renewed(cast: Cast, move_clock) -> None:
    first = invite(actor=cast.alice.actor, body=body(cast), email="charlie@example.org", role="reader")
    with pytest.raises(Conflict):
        invite(actor=cast.alice.actor, body=body(cast), email="charlie@example.org", role="reader")
    move_clock(by=timedelta(days=15))
    with pytest.raises(Conflict, match="expired"):
        accept(actor=cast.charlie.actor, invitation_id=first.pk)
    second = invite(actor=cast.alice.actor, body=body(cast), email="charlie@example.org", role="reader")
    revoke(actor=cast.alice.actor, invitation_id=second.pk)
    with pytest.raises(Conflict):
        accept(actor=cast.charlie.actor, invitation_id=second.pk)
    assert Invitation.objects.filter(accepted_at__isnull=False).count() == 0


def test_a_role_for_one_departments_matters_reaches_only_those(cast: Cast) -> None:
    scope = ("people.department", str(cast.family.pk))
    made = invite(actor=cast.alice.actor, body=body(cast), email="charlie@example.org", role="preparer", scope=scope)
    accept(actor=cast.charlie.actor, invitation_id=made.pk)
    actor = actor_from(cast.charlie.user, open_memberships(cast.charlie.user.pk), f"organization:{cast.alpha.pk}")
    assert not actor.can("proposals.edit") and actor.can("proposals.edit", scope)
    assert not actor.can("proposals.edit", ("people.department", str(cast.justice.pk)))


def test_a_role_is_offered_for_one_answer_or_one_contract_of_the_own_organization(
    cast: Cast, as_: Callable[[Person], Client], django_assert_max_num_queries
) -> None:
    ours = begin(cast.alice, open_solicitation(cast, title="Ours to answer"))
    theirs = begin(cast.bob, open_solicitation(cast, title="Theirs to answer"))
    contract = Contract.objects.create(
        number="DFS-C-26-0001", title="Youth employment", department=cast.family, original_amount=1000
    )
    ContractParticipant.objects.create(contract=contract, organization=cast.alpha, part="prime")
    client = as_(cast.alice)
    where = reverse("people:member", args=[cast.ben.user.pk])
    page = client.get(where).content.decode()
    assert "Ours to answer" in page and "Theirs to answer" not in page and contract.number in page
    with django_assert_max_num_queries(14):
        client.get(where)
    refused = client.post(where, {"role": "reader", "scope": f"solicitations.submission:{theirs.pk}"})
    assert refused.status_code == 200 and "Select a valid choice" in refused.content.decode()
    assert client.post(where, {"role": "reader", "scope": f"solicitations.submission:{ours.pk}"}).status_code == 302
    assert Membership.objects.filter(user=cast.ben.user, scope_type="solicitations.submission").count() == 1
    assert "only for" in client.get(where).content.decode() and "Ours to answer" in client.get(where).content.decode()
    assert "(for one answer)" in client.get(reverse("people:members")).content.decode()
    history = client.get(reverse("people:organization_history")).content.decode()
    assert "for one answer" in history and "solicitations.submission" not in history


def test_the_last_administrator_stays_until_there_is_another(cast: Cast) -> None:
    own = Membership.objects.get(user=cast.alice.user, role="administrator")
    with pytest.raises(Refused, match="last administrator"):
        end_role(actor=cast.alice.actor, membership_id=own.pk)
    with pytest.raises(Refused, match="last administrator"):
        leave(actor=cast.alice.actor, body=body(cast), user_id=cast.alice.user.pk)
    give_role(actor=cast.alice.actor, body=body(cast), user=cast.ben.user, role="administrator")
    assert leave(actor=cast.alice.actor, body=body(cast), user_id=cast.alice.user.pk) == 2
    assert open_memberships(cast.alice.user.pk) == []


def test_only_members_get_roles_and_no_signatory_is_made_by_hand(cast: Cast) -> None:
    with pytest.raises(Invalid):
        give_role(actor=cast.alice.actor, body=body(cast), user=cast.charlie.user, role="reader")
    with pytest.raises(Refused, match="proof of authority"):
        give_role(actor=cast.alice.actor, body=body(cast), user=cast.ben.user, role="signatory")


def test_one_member_cannot_end_anothers_role(cast: Cast) -> None:
    row = Membership.objects.get(user=cast.rita.user)
    for nobody in (cast.ben, cast.bob, cast.dora):
        with pytest.raises(Refused):
            end_role(actor=nobody.actor, membership_id=row.pk)


def test_changing_roles_asks_for_the_password_or_code_again(cast: Cast, as_: Callable[[Person], Client]) -> None:
    client = as_(cast.alice)
    address = f"/members/{cast.ben.user.pk}/"
    assert client.get(address).status_code == 200
    session = client.session
    session["account_authentication_methods"] = [
        {**m, "at": m["at"] - 301} for m in session["account_authentication_methods"]
    ]
    session.save()
    answer = client.get(address)
    assert answer.status_code == 302 and answer["Location"].startswith("/account/2fa/reauthenticate/?next=")
    posted = client.post(address, {"role": "finance"})
    assert posted.status_code == 302 and "reauthenticate" in posted["Location"]
    assert Membership.objects.filter(user=cast.ben.user, ended_at__isnull=True).count() == 1


def test_strangers_find_no_member_pages(cast: Cast, as_: Callable[[Person], Client]) -> None:
    row = Membership.objects.get(user=cast.rita.user)
    client = as_(cast.bob)
    assert client.get(f"/members/{cast.ben.user.pk}/").status_code == 404
    assert client.post(f"/members/roles/{row.pk}/end/").status_code == 404
    assert as_(cast.charlie).get("/members/").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_two_administrators_removing_each_other_at_once_leave_one() -> None:
    cast = make_cast()
    give_role(actor=cast.alice.actor, body=body(cast), user=cast.ben.user, role="administrator")
    start, outcomes = threading.Barrier(2), []

    def remove(who: Person, whom: Person) -> None:
        try:
            actor = who.actor
            row = Membership.objects.get(user=whom.user, role="administrator", ended_at__isnull=True)
            start.wait()
            end_role(actor=actor, membership_id=row.pk)
            outcomes.append("ended")
        except Refused:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=remove, args=pair) for pair in ((cast.alice, cast.ben), (cast.ben, cast.alice))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(outcomes) == ["ended", "refused"]
    assert Membership.objects.filter(organization=cast.alpha, role="administrator", ended_at__isnull=True).count() == 1
