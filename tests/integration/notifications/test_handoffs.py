"""What rooms announce reaches the people it concerns, through the real table of handoffs."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from procurement_portal import events
from procurement_portal.documents.events import FileRefused, PhotosReady
from procurement_portal.notifications import threads
from procurement_portal.notifications.models.delivery import Delivery
from procurement_portal.people import events as people
from procurement_portal.people.models.body import Organization
from procurement_portal.time.clock import now
from tests.cast import Cast
from tests.factories.clocks import make_absence
from tests.factories.documents import document


def _told(event: events.Event) -> dict[str, str]:
    """E-mail address of everybody told in the portal → the subject."""
    with transaction.atomic():
        events.publish(event)
    rows = Delivery.objects.filter(channel="portal").order_by("pk")
    return {row.user.email.split("@")[0]: row.subject for row in rows if row.user}


def test_a_deputy_learns_of_an_absence(cast: Cast) -> None:
    absence = make_absence(cast.dora.user, cast.percy.user, cast.family)
    told = _told(people.AbsenceNoted(absence_id=absence.pk, user_id=cast.dora.user.pk, deputy_id=cast.percy.user.pk))
    assert told == {"percy": "You stand in for Dora Family at their desks during an absence"}


def test_roles_given_and_ended_are_told(cast: Cast) -> None:
    facts = {"membership_id": 1, "user_id": cast.ben.user.pk, "organization_id": cast.alpha.pk, "department_id": None}
    assert _told(people.RoleGiven(**facts, role="signatory")) == {
        "ben": "You are now: Authorized signatory, Alpha Youth Collective"
    }
    assert _told(people.RoleEnded(**facts, role="signatory"))["ben"].startswith("You are no longer")
    assert Delivery.objects.filter(channel="mail").count() == 1  # an ended role is also mailed


def test_an_invitation_and_its_answer(cast: Cast) -> None:
    facts = {"invitation_id": 4, "email": "charlie@example.org", "body": "Alpha", "role": "reader", "made_by": "Alice"}
    assert _told(people.InvitationMade(**facts, user_id=None)) == {}
    assert _told(people.InvitationMade(**facts, user_id=cast.charlie.user.pk)) == {
        "charlie": "Alice invites you to act for Alpha"
    }
    for outcome in ("accepted", "declined", "revoked"):
        answered = people.InvitationAnswered(invitation_id=4, outcome=outcome, made_by_id=cast.alice.user.pk)
        assert outcome in _told(answered)["alice"]


def test_the_other_administrators_hear_of_a_claim_to_sign(cast: Cast) -> None:
    claim = people.SignatoryClaimed(claim_id=1, organization_id=cast.alpha.pk, user_id=cast.ben.user.pk)
    assert _told(claim) == {"alice": "Ben Alpha says they may sign for Alpha Youth Collective"}


def test_a_venturer_hears_that_it_was_named(cast: Cast) -> None:
    venture = Organization.objects.create(kind="joint_venture", name="Together")
    told = _told(people.VentureNamed(venture_id=venture.pk, member_id=cast.beta.pk))
    assert told == {"bob": "Together names Beta Lantern House as one of its venturers: agree or decline"}


def test_an_auditor_hears_of_the_engagement(cast: Cast) -> None:
    assert set(_told(people.EngagementGiven(engagement_id=3, auditor_id=cast.adam.user.pk))) == {"adam"}


def test_everybody_concerned_hears_each_stage_of_a_recovery(cast: Cast) -> None:
    facts = {"recovery_id": 1, "user_id": cast.ben.user.pk, "tell": (cast.alice.user.pk, cast.ben.user.pk)}
    assert set(_told(people.RecoveryAsked(**facts))) == {"alice", "ben"}
    _told(people.RecoveryChecked(**facts, waits_until=(now() + timedelta(days=3)).isoformat()))
    _told(people.RecoveryEnded(**facts, outcome="stopped"))
    rows = Delivery.objects.filter(user=cast.alice.user)
    assert rows.count() == 3 and set(rows.values_list("channel", flat=True)) == {"portal"}


def test_the_owner_of_a_refused_file_hears_at_once(cast: Cast) -> None:
    paper = document(cast.alice.actor)
    refused = FileRefused(
        file_id=paper.file_id,
        user_id=cast.alice.user.pk,
        organization_id=cast.alpha.pk,
        reason="It holds a virus.",
        received_at=now(),
        url="/organization/papers/",
    )
    assert _told(refused)["alice"].startswith("A file you sent on ")
    stored = Delivery.objects.filter(kind="documents.file_refused").first()
    assert stored is not None and "It holds a virus." in stored.body
    assert (
        "certificate.pdf" not in stored.subject + stored.body
    )  # a sealed proposal's file names are nowhere in the clear
    by_organization = FileRefused(
        file_id=paper.file_id,
        user_id=None,
        organization_id=cast.beta.pk,
        reason="A virus.",
        received_at=now(),
        url="",
    )
    assert "bob" in _told(by_organization)
    ready = PhotosReady(document_id=paper.pk, organization_id=cast.alpha.pk, user_id=cast.fiona.user.pk)
    assert _told(ready)["fiona"] == "Your photographs are one PDF now"


@pytest.mark.parametrize("subject_type", ["solicitations.submission"])
def test_every_kind_of_record_with_a_conversation_is_registered(subject_type: str) -> None:
    assert threads.provider_of(subject_type) is not None
    assert threads.provider_of("solicitations.solicitation") is None  # public questions are the only way
