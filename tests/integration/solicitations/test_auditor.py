"""An auditor reads within a dated engagement: the bodies it names, on its days, never what is sealed; the reading is written down."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from procurement_portal.history.models import Entry
from procurement_portal.people.models.oversight import Engagement
from procurement_portal.standing.models import Hold
from procurement_portal.standing.queries import holds
from procurement_portal.time import clock
from solicitations.models.submission import Envelope
from solicitations.queries import addendum, inquiry
from solicitations.queries.solicitation import internal, planned, visible
from solicitations.queries.submission import opened, own, parts
from tests.cast import Cast, Person
from tests.factories.solicitations import make_draft
from tests.factories.submissions import begin, fill, hand_in, open_solicitation

pytestmark = pytest.mark.django_db


def test_drafts_are_shown_of_the_departments_the_engagement_names_and_no_others(cast: Cast) -> None:
    audited, same_city = make_draft(cast), make_draft(cast, cast.procurement)
    make_draft(cast, cast.justice)
    assert list(internal(cast.adam.actor)) == list(planned(cast.adam.actor)) == [audited]
    assert list(visible(cast.adam.actor)) == [audited]
    assert set(internal(cast.cleo.actor)) == {audited, same_city}, "an officer's reach is untouched"


def test_outside_the_days_of_the_engagement_nothing_is_shown(cast: Cast, move_clock) -> None:
    make_draft(cast)
    make_draft(cast, cast.procurement)  # the auditor's own department
    move_clock(by=timedelta(days=31))
    for rows in (internal, visible, opened, inquiry.for_staff, addendum.for_staff):
        assert not rows(cast.adam.actor).exists()


def test_an_engagement_for_an_organization_alone_shows_no_drafts(cast: Cast) -> None:
    make_draft(cast)
    make_draft(cast, cast.procurement)
    Engagement.objects.get().departments.clear()
    assert cast.adam.actor.can("audit.read") and not internal(cast.adam.actor).exists()


def test_a_sealed_proposal_stays_sealed_and_an_opened_one_is_read_within_the_engagement(cast: Cast) -> None:
    proposal = fill(cast.alice, begin(cast.alice, open_solicitation(cast)))
    hand_in(cast.alice, proposal)
    for rows in (opened, own, parts):
        assert not rows(cast.adam.actor).exists()
    Envelope.objects.update(opened_at=clock.now(), opened_by=cast.percy.user)
    assert list(opened(cast.adam.actor)) == [proposal]
    engagement = Engagement.objects.get()
    engagement.departments.set([cast.justice])
    assert list(opened(cast.adam.actor)) == [proposal], "the proposer is audited"
    engagement.organizations.set([cast.beta])
    assert not opened(cast.adam.actor).exists()


def test_the_pages_of_a_draft_answer_within_the_engagement_and_the_reading_is_witnessed(
    cast: Cast, as_: Callable[[Person], Client]
) -> None:
    audited, other = make_draft(cast), make_draft(cast, cast.procurement, title="Secret of another department")
    client = as_(cast.adam)
    for page in ("", "questions/", "criteria/", "review/"):
        assert client.get(f"/plan/{audited.number}/{page}").status_code == 200
        assert client.get(f"/plan/{other.number}/{page}").status_code == 404
    assert "Secret of another" not in client.get("/plan/").content.decode()
    seen = Entry.objects.filter(act="solicitation.audit_read", witnessed=True, actor_id=cast.adam.user.pk)
    assert set(seen.values_list("subject_id", flat=True)) == {str(audited.pk)}
    as_(cast.dora).get(f"/plan/{audited.number}/")
    assert not Entry.objects.filter(act="solicitation.audit_read", actor_id=cast.dora.user.pk).exists()


def test_holds_are_read_by_staff_at_work_the_engaged_auditor_and_the_organization(cast: Cast, move_clock) -> None:
    for body in (cast.alpha, cast.beta):
        Hold.objects.create(
            organization=body, effect=Hold.Effect.NO_AWARD, ground="Debt owed", citation="MCC 2-92-380",
            first_day=clock.today(), written_by=cast.orla.user,
        )  # fmt: skip
    assert holds(cast.orla.actor, cast.alpha) and holds(cast.alice.actor, cast.alpha)
    assert holds(cast.adam.actor, cast.alpha) and not holds(cast.adam.actor, cast.beta)
    assert not holds(cast.bob.actor, cast.alpha)
    move_clock(by=timedelta(days=31))
    assert not holds(cast.adam.actor, cast.alpha)
