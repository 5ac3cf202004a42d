"""Standing: what keeps an organization from an award, also through a venturer; compliance alone writes it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, InternalError, transaction

from procurement_portal.history.models import Entry
from procurement_portal.people.actor import Actor
from procurement_portal.people.models.body import Organization, Venturer
from procurement_portal.standing import actions, queries
from procurement_portal.standing.models import Hold
from procurement_portal.web.refusal import Conflict, Invalid, Refused
from tests.cast import Cast

DAY = date(2026, 11, 23)


def _hold(cast: Cast, organization: Organization | None = None, **given: object) -> Hold:
    facts = {
        "effect": "no_award",
        "ground": "Reports are missing.",
        "citation": "MCC 2-92-445",
        "first_day": DAY,
        **given,
    }
    return actions.hold(actor=cast.orla.actor, organization=organization or cast.alpha, **facts)  # type: ignore[arg-type]


def test_without_a_hold_an_organization_may_be_awarded(cast: Cast) -> None:
    assert queries.may_be_awarded(cast.alpha, DAY) == queries.Standing(())
    assert queries.may_be_awarded(cast.alpha, DAY).ok


@pytest.mark.parametrize(("offset", "ok"), [(-1, True), (0, False), (10, False), (11, True)])
def test_a_hold_counts_from_its_first_day_to_its_last(cast: Cast, offset: int, ok: bool) -> None:
    _hold(cast, last_day=DAY + timedelta(days=10))
    standing = queries.may_be_awarded(cast.alpha, DAY + timedelta(days=offset))
    assert standing.ok is ok
    if not ok:
        (ground,) = standing.grounds
        assert (ground.organization, ground.ground, ground.citation) == (
            "Alpha Youth Collective",
            "Reports are missing.",
            "MCC 2-92-445",
        )


@pytest.mark.parametrize(
    ("effect", "award", "bid", "paid"),
    [("no_award", False, True, True), ("barred", False, False, True), ("no_payment", True, True, False)],
)
def test_each_effect_reaches_what_it_says(cast: Cast, effect: str, award: bool, bid: bool, paid: bool) -> None:
    _hold(cast, effect=effect)
    assert queries.may_be_awarded(cast.alpha, DAY).ok is award
    assert queries.may_bid(cast.alpha, DAY).ok is bid
    assert queries.may_be_paid(cast.alpha, DAY).ok is paid


def test_a_hold_on_any_venturer_keeps_the_joint_venture_from_an_award(cast: Cast) -> None:
    venture = Organization.objects.create(kind="joint_venture", name="Alpha and Beta Together")
    for member in (cast.alpha, cast.beta):
        Venturer.objects.create(venture=venture, member=member, share_percent=50)
    _hold(cast, cast.beta)
    assert [ground.organization for ground in queries.may_be_awarded(venture, DAY).grounds] == ["Beta Lantern House"]
    assert queries.may_be_awarded(cast.alpha, DAY).ok


def test_the_answer_is_one_query(cast: Cast, django_assert_num_queries) -> None:
    for _ in range(5):
        _hold(cast)
    with django_assert_num_queries(1):
        assert len(queries.may_be_awarded(cast.alpha.pk, DAY).grounds) == 5


def test_only_compliance_officers_and_the_portal_write(cast: Cast) -> None:
    allowed = {"orla", "dina"}
    for name, person in cast.everybody().items():
        given = {"actor": person.actor, "organization": cast.alpha, "effect": "barred", "ground": "Fraud.",
                 "citation": "MCC 2-92-320", "first_day": DAY}  # fmt: skip
        if name in allowed:
            assert actions.hold(**given).written_by_id == person.user.pk
        else:
            with pytest.raises(Refused):
                actions.hold(**given)
    assert actions.hold(**{**given, "actor": Actor.system("missed report")}).written_by_id is None
    assert Entry.objects.filter(act="standing.hold").count() == 3


def test_a_hold_needs_its_ground_and_provision(cast: Cast) -> None:
    with pytest.raises(Invalid) as wrong:
        _hold(cast, ground=" ", citation="", effect="something", last_day=DAY - timedelta(days=1))
    assert set(wrong.value.problems) == {"ground", "citation", "effect", "last_day"}


def test_a_hold_is_lifted_once_with_a_reason_and_stays_readable(cast: Cast) -> None:
    hold = _hold(cast)
    with pytest.raises(Refused):
        actions.lift(actor=cast.percy.actor, hold=hold, why="Reports came.")
    with pytest.raises(Invalid):
        actions.lift(actor=cast.orla.actor, hold=hold, why="")
    actions.lift(actor=cast.orla.actor, hold=hold, why="Reports came.")
    assert queries.may_be_awarded(cast.alpha, DAY).ok
    with pytest.raises(Conflict):
        actions.lift(actor=cast.orla.actor, hold=hold, why="Again.")
    assert queries.holds(cast.alice.actor, cast.alpha).count() == 1
    assert queries.holds(cast.percy.actor, cast.alpha).count() == 1
    for outsider in (cast.bob, cast.charlie):
        assert not queries.holds(outsider.actor, cast.alpha).exists()


def test_the_database_keeps_holds_as_written(cast: Cast) -> None:
    hold = _hold(cast)
    for change in ({"ground": "Nothing"}, {"last_day": DAY}, {"first_day": DAY - timedelta(days=9)}):
        with pytest.raises(InternalError), transaction.atomic():
            Hold.objects.filter(pk=hold.pk).update(**change)
    with pytest.raises(InternalError), transaction.atomic():
        Hold.objects.filter(pk=hold.pk).delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        Hold.objects.filter(pk=hold.pk).update(lifted_why="Without a day")
