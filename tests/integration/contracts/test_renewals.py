"""Batches of renewals: last year's terms, checks, sent, confirmed or answered, and everything somebody else may not do."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.http import Http404

from procurement_portal.clocks.models import Clock
from procurement_portal.documents import actions as papers
from procurement_portal.history.models import Entry
from procurement_portal.law.calendar import months_after
from procurement_portal.notifications.models.delivery import Delivery
from procurement_portal.standing.actions import hold
from procurement_portal.time import clock
from procurement_portal.web.refusal import Conflict, Invalid, Refused
from solicitations.actions import amendment as amendments
from solicitations.actions import renewal, renewal_answer
from solicitations.models.contract import Contract
from solicitations.models.execution import ContractStep
from solicitations.models.facts import RequiredDocument
from solicitations.models.renewal import RenewalBatch, RenewalItem, RenewalOffer
from solicitations.queries import renewal as queries
from solicitations.queries.renewal_checks import check_all
from solicitations.queries.renewal_terms import Change, Term, first_terms, last_term
from tests.cast import Cast
from tests.factories import contracts as made
from tests.factories.documents import received
from tests.factories.renewals import batch, item, running, sent
from tests.factories.solicitations import make_published

DAY = timedelta(days=1)


def told(kind: str) -> set[str]:
    return set(Delivery.objects.filter(kind=f"solicitations.{kind}").values_list("user__email", flat=True))


def open_clocks() -> set[tuple[str, int | None, str]]:
    """(rule, organization, function of the desk) of every clock of a renewal that runs."""
    rows = Clock.objects.filter(rule__startswith="solicitations.renewal", stopped_at=None).select_related("desk")
    return {(c.rule, c.organization_id, c.desk.function if c.desk else "") for c in rows}


def failing(cast: Cast, row: RenewalItem) -> dict[str, str]:
    """The checks of an item that keep it from being sent."""
    loaded = queries.loaded(RenewalItem.objects.filter(pk=row.pk)).get()
    return {c.check: c.words for c in check_all([loaded], clock.today())[row.pk] if c.stops}


# --- Terms ------------------------------------------------------------------------------------------------------------------


def test_a_batch_begins_with_last_years_terms_and_the_one_change_put_in(cast: Cast) -> None:
    year, half = running(cast), running(cast, cast.beta, renewal_months=6)
    batch(cast, [year, half])
    assert (item(year).amount_change, item(year).new_ends_on) == (
        Decimal("123600.00"), months_after(year.ends_on, 12),
    )  # fmt: skip
    # half a year of $120,000 a year, and three percent on it
    assert (item(half).amount_change, item(half).new_ends_on) == (Decimal("61800.00"), months_after(half.ends_on, 6))


@pytest.mark.parametrize(
    ("change", "amount", "months"),
    [
        ({"kind": "term", "months": 3}, "0", 3),
        ({"kind": "term", "months": 3, "dollars": Decimal(5000)}, "5000", 3),
        ({"kind": "amount", "percent": Decimal("-2.5")}, "-3000.00", 0),
        ({"kind": "scope", "scope": "Also on Saturdays."}, "0", 0),
        ({"kind": "renewal", "dollars": Decimal(-100)}, "119900.00", 12),
    ],
)
def test_each_kind_of_change_makes_its_terms(cast: Cast, change: dict[str, Any], amount: str, months: int) -> None:
    row = running(cast)
    terms = first_terms(row, last_term(row, []), Change(**change))
    assert terms.amount_change == Decimal(amount)
    assert terms.new_ends_on == (months_after(row.ends_on, months) if months else None)


def test_the_last_term_is_the_last_renewal_with_what_was_amended_since(cast: Cast) -> None:
    row = running(cast)
    facts = {"contract": row, "reason": "r", "made_by": cast.dora.user}
    renewed = row.ends_on + timedelta(days=365)
    rows = [
        amendments.Amendment(number=1, kind="amount", amount_change=Decimal(500), **facts),
        amendments.Amendment(number=2, kind="renewal", amount_change=Decimal(90000), new_ends_on=renewed, **facts),
        amendments.Amendment(number=3, kind="amount", amount_change=Decimal(1000), **facts),
    ]
    assert last_term(row, rows) == Term(row.ends_on + DAY, renewed, Decimal(91000))
    assert last_term(row, rows).months == 12


def test_a_batch_that_says_too_little_is_refused_at_its_fields(cast: Cast) -> None:
    row = running(cast)
    for change, field in (
        ({"kind": "gift"}, "kind"), ({"kind": "term"}, "months"), ({"kind": "amount"}, "percent"),
        ({"kind": "scope"}, "scope"), ({"percent": Decimal(1), "dollars": Decimal(1)}, "dollars"),
    ):  # fmt: skip
        with pytest.raises(Invalid) as refused:
            batch(cast, [row], **{"percent": None, **change})
        assert field in refused.value.problems
    with pytest.raises(Invalid):
        batch(cast, [])
    assert not RenewalBatch.objects.exists()


# --- Checks -----------------------------------------------------------------------------------------------------------------


def test_what_keeps_a_renewal_from_being_sent_is_said_and_the_rest_goes_on(cast: Cast) -> None:
    """Five contracts: one in order, one without an option, one on hold, one past the advertised months, one at the Council."""
    good, spent = running(cast), running(cast, cast.gamma, renewals_left=0)
    held = running(cast, cast.beta)
    hold(
        actor=cast.orla.actor, organization=cast.beta, effect="no_award", ground="Debt to the City",
        citation="MCC 2-92-380", first_day=clock.today(),
    )  # fmt: skip
    long, large = running(cast), running(cast, original_amount=Decimal("600000.00"))
    made_batch = batch(cast, [good, spent, held, long, large])
    renewal.change_item(
        actor=cast.dora.actor, item_id=item(long).pk, amount_change=Decimal(1),
        new_ends_on=months_after(long.ends_on, 12) + DAY,
    )  # fmt: skip
    done = renewal.send(actor=cast.dora.actor, batch_id=made_batch.pk)
    assert [i.contract for i in done.sent] == [good]
    reasons = {i.contract: i.held_why for i in RenewalItem.objects.exclude(held_why="").select_related("contract")}
    assert set(reasons) == {spent, held, long, large}
    assert "0 advertised renewals" in reasons[spent] and "Debt to the City (MCC 2-92-380)" in reasons[held]
    assert "at most 12 months" in reasons[long] and "City Council approves" in reasons[large]
    terms = {"amount_change": item(large).amount_change, "new_ends_on": item(large).new_ends_on}
    renewal.change_item(actor=cast.dora.actor, item_id=item(large).pk, legislative_file="O2026-118", **terms)
    renewal.drop_item(actor=cast.dora.actor, item_id=item(spent).pk, why="No option is left.")
    again = renewal.send(actor=cast.percy.actor, batch_id=made_batch.pk)
    assert ([i.contract for i in again.sent], len(again.held)) == ([large], 2)
    assert Entry.objects.filter(act="renewal.held").count() == 6


def test_papers_stop_when_they_are_not_valid_today_and_warn_when_they_lapse_before_the_new_term(cast: Cast) -> None:
    notice = make_published(cast)
    RequiredDocument.objects.create(solicitation=notice, kind="w9", needed="before_award")
    RequiredDocument.objects.create(
        solicitation=notice, kind="insurance", needed="before_award",
        coverages=[{"coverage": "general_liability", "limit_cents": 100_000_000}],
    )  # fmt: skip
    row = running(cast, solicitation=notice)
    batch(cast, [row])
    assert "Not valid today: " in failing(cast, item(row))["papers"]
    for kind, expires, details in (
        ("w9", None, {}),
        ("insurance", clock.today() + timedelta(days=30), {"coverage": "general_liability", "limit_cents": 200_000_000}),
    ):  # fmt: skip
        papers.add_to_vault(
            cast.alice.actor, organization_id=cast.alpha.pk, kind=kind, title=kind, expires_on=expires,
            details=details, file=received(cast.alice.actor, name=f"{kind}.pdf"),
        )  # fmt: skip
    assert failing(cast, item(row)) == {}
    renewal.send(actor=cast.dora.actor, batch_id=item(row).batch_id)
    kept = {c["check"]: c for c in RenewalOffer.objects.get().checks}
    assert kept["papers"]["ok"] is False and "before the new term begins" in kept["papers"]["words"]


# --- Sent, confirmed, answered ----------------------------------------------------------------------------------------------


def test_what_the_organization_confirms_becomes_an_amendment_on_its_way(cast: Cast) -> None:
    row = running(cast)
    sent(cast, [row])
    assert open_clocks() == {("solicitations.renewal_offer", cast.alpha.pk, "")}
    assert {"alice@example.org", "ben@example.org"} <= told("renewal_offered")
    renewal_answer.confirm(actor=cast.ben.actor, item_id=item(row).pk, number=1)
    found = item(row)
    drafted = found.amendment
    assert drafted is not None and queries.stage(found) == "confirmed" and open_clocks() == set()
    assert (drafted.kind, drafted.amount_change, drafted.new_ends_on, drafted.made_by, drafted.reason) == (
        "renewal", Decimal("123600.00"), months_after(row.ends_on, 12), cast.dora.user,
        "As advertised, with the cost of living.",
    )  # fmt: skip
    assert told("renewal_answered") == {"dora@example.org"}
    made.make_papers(row)
    made.pass_checks(cast, row, drafted)
    assert queries.stage(item(row)) == "in_signature"
    made.sign(cast.alice, row, drafted)
    made.sign(cast.cleo, row, drafted)
    row.refresh_from_db()
    assert (queries.stage(item(row)), row.renewals_left) == ("in_force", 0)


def test_a_reply_goes_back_to_the_officer_and_what_was_sent_before_stays(cast: Cast) -> None:
    row = running(cast)
    made_batch = sent(cast, [row])
    with pytest.raises(Invalid):
        renewal_answer.ask_changes(actor=cast.alice.actor, item_id=item(row).pk, number=1, reply=" ")
    renewal_answer.ask_changes(actor=cast.alice.actor, item_id=item(row).pk, number=1, reply="Rent rose by $2,000.")
    assert open_clocks() == {("solicitations.renewal_reply", None, "contracts")}
    with pytest.raises(Conflict, match="Nothing waits to be sent"):  # it was answered, not changed
        renewal.send(actor=cast.dora.actor, batch_id=made_batch.pk)
    renewal.change_item(
        actor=cast.dora.actor, item_id=item(row).pk, amount_change=Decimal("125600.00"),
        new_ends_on=item(row).new_ends_on, note="With your rent.",
    )  # fmt: skip
    renewal.send(actor=cast.percy.actor, batch_id=made_batch.pk)
    offers = list(item(row).offers.order_by("number"))
    assert [(o.amount_change, o.answer, o.reply, o.sent_by) for o in offers] == [
        (Decimal("123600.00"), "changes", "Rent rose by $2,000.", cast.dora.user),
        (Decimal("125600.00"), "", "", cast.percy.user),
    ]
    assert open_clocks() == {("solicitations.renewal_offer", cast.alpha.pk, "")}
    with pytest.raises(Conflict, match="new terms meanwhile"):
        renewal_answer.confirm(actor=cast.alice.actor, item_id=item(row).pk, number=1)
    with pytest.raises(DatabaseError), transaction.atomic():
        RenewalOffer.objects.filter(pk=offers[0].pk).update(amount_change=1)


def test_a_dropped_offer_is_withdrawn_and_the_organization_reads_why(cast: Cast) -> None:
    row = running(cast)
    sent(cast, [row])
    with pytest.raises(Invalid):
        renewal.drop_item(actor=cast.dora.actor, item_id=item(row).pk, why="")
    renewal.drop_item(actor=cast.dora.actor, item_id=item(row).pk, why="The grant ended.")
    assert (item(row).status, item(row).offers.get().answer, open_clocks()) == ("dropped", "withdrawn", set())
    assert "alice@example.org" in told("renewal_dropped")
    with pytest.raises(Conflict, match="withdrawn meanwhile"):
        renewal_answer.confirm(actor=cast.alice.actor, item_id=item(row).pk, number=1)
    with pytest.raises(Conflict):
        renewal.drop_item(actor=cast.dora.actor, item_id=item(row).pk, why="Again.")
    batch(cast, [row])  # it may stand in another batch


def test_an_option_used_up_meanwhile_drafts_nothing_and_goes_back_to_the_department(cast: Cast) -> None:
    """Once between the draft and the sending, once between the sending and the answer."""
    row, other = running(cast), running(cast, cast.beta)
    made_batch = batch(cast, [row, other])
    Contract.objects.filter(pk=row.pk).update(renewals_left=0)
    done = renewal.send(actor=cast.dora.actor, batch_id=made_batch.pk)
    assert ([i.contract for i in done.sent], [i.contract for i in done.held]) == ([other], [row])
    Contract.objects.filter(pk=other.pk).update(renewals_left=0)
    found = renewal_answer.confirm(actor=cast.bob.actor, item_id=item(other).pk, number=1)
    assert (found.status, other.amendments.count()) == ("draft", 0)
    assert "0 advertised renewals" in item(other).held_why
    assert open_clocks() == {("solicitations.renewal_reply", None, "contracts")}
    assert ContractStep.objects.filter(amendment__isnull=False).count() == 0


# --- Who may not ------------------------------------------------------------------------------------------------------------


def test_other_departments_and_organizations_see_nothing_and_do_nothing(cast: Cast) -> None:
    row = running(cast)
    made_batch = sent(cast, [row])
    terms: dict[str, Any] = {"amount_change": Decimal(1), "new_ends_on": row.ends_on + DAY}
    for stranger in (cast.cora, cast.connor, cast.alice, cast.charlie):
        for act in (
            lambda a: renewal.send(actor=a, batch_id=made_batch.pk),
            lambda a: renewal.drop_item(actor=a, item_id=item(row).pk, why="Mine."),
            lambda a: renewal.change_item(actor=a, item_id=item(row).pk, **terms),
        ):
            with pytest.raises(Http404):
                act(stranger.actor)
    for stranger in (cast.bob, cast.charlie, cast.dora):
        with pytest.raises(Http404):
            renewal_answer.confirm(actor=stranger.actor, item_id=item(row).pk, number=1)
    for colleague in (cast.lee, cast.fay):  # of the department, but they do not prepare contracts
        with pytest.raises(Refused):
            renewal.drop_item(actor=colleague.actor, item_id=item(row).pk, why="Mine.")
    with pytest.raises(Refused):
        renewal_answer.confirm(actor=cast.rita.actor, item_id=item(row).pk, number=1)
    county = running(cast, department=cast.justice)
    with pytest.raises(Http404):
        batch(cast, [county])
    assert (item(row).status, RenewalBatch.objects.count()) == ("sent", 1)


def test_an_organization_sees_nothing_of_what_is_still_prepared(cast: Cast) -> None:
    row = running(cast)
    batch(cast, [row])
    assert not queries.own_items(cast.alice.actor).exists()
    with pytest.raises(Http404):
        renewal_answer.confirm(actor=cast.alice.actor, item_id=item(row).pk, number=1)


def test_a_second_batch_or_an_amendment_of_the_same_term_is_told_and_stops(cast: Cast) -> None:
    row = running(cast, renewals_left=3)
    sent(cast, [row])
    batch(cast, [row])
    assert "has this contract too" in failing(cast, item(row))["alone"]
    renewal.drop_item(actor=cast.dora.actor, item_id=item(row).pk, why="It is in the other one.")
    renewal_answer.confirm(actor=cast.alice.actor, item_id=RenewalItem.objects.earliest("pk").pk, number=1)
    batch(cast, [row], kind="term", months=2)
    assert "of the term is on its way" in failing(cast, item(row))["alone"]
    batch(cast, [row], kind="amount")
    assert failing(cast, item(row)) == {}
