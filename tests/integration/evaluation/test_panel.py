"""Panel and conflicts: nothing opens for a conflicted person, whatever is declared later; names are decided by officers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from procurement_portal.clocks.models import Clock
from procurement_portal.people.actions import board
from procurement_portal.people.models.board import BoardMember
from procurement_portal.people.models.body import Venturer
from procurement_portal.people.models.membership import Membership
from procurement_portal.time import clock
from procurement_portal.web.refusal import Conflict, Invalid, Refused
from solicitations.actions import assignment, conflict, evaluation, panel, responsiveness, scoring
from solicitations.models.evaluation import Assignment, ConflictDeclaration
from solicitations.models.opening import OpenedProposal
from solicitations.queries import scoring as queries
from solicitations.queries.conflict import pairs_in_conflict, to_declare
from solicitations.queries.evaluation import progress
from solicitations.queries.opening import proposals
from tests.cast import Cast
from tests.factories import evaluations
from tests.integration.evaluation.world import appointed, begun, declare, guest, person, score_all, scoring_begun


def first(made: Any) -> OpenedProposal:
    return made.solicitation.opened_proposals.get(position=1)


def test_an_evaluator_on_a_proposers_board_gets_nothing_of_it(cast: Cast, as_: Any) -> None:
    board.add(actor=cast.alice.actor, name=cast.eva.user.name.upper(), title="Treasurer")
    made = begun(cast)
    eva = appointed(cast, made)[0]
    assert [p.organization for p in to_declare(eva)] == [cast.beta]
    declare(cast, eva)
    assert pairs_in_conflict(made) == {(cast.eva.user.pk, first(made).pk)}
    with pytest.raises(Refused, match="conflict of interest"):
        assignment.assign(
            actor=cast.percy.actor, member_id=eva.pk, proposal_id=first(made).pk, why="She knows the field"
        )
    page = as_(cast.eva).get(reverse("solicitations:evaluation-declare", args=[eva.pk])).content.decode()
    assert cast.alpha.name not in page


def test_a_name_is_cleared_by_an_officers_reasoned_decision_alone(cast: Cast) -> None:
    board.add(actor=cast.alice.actor, name=cast.eva.user.name)
    made = begun(cast)
    eva = appointed(cast, made)[0]
    found = ConflictDeclaration.objects.get(ground="found_board")
    act: dict[str, Any] = {"declaration_id": found.pk, "outcome": "cleared"}
    with pytest.raises(Invalid):
        conflict.review(actor=cast.percy.actor, reason="", **act)
    with pytest.raises(Refused):
        conflict.review(actor=cast.dora.actor, reason="I asked", **act)
    conflict.review(actor=cast.percy.actor, reason="Another Eva; born 1951, she confirmed", **act)
    with pytest.raises(Conflict):
        conflict.review(actor=cast.petra.actor, reason="Again", **act)
    assert pairs_in_conflict(made) == set()
    declare(cast, eva)
    assert pairs_in_conflict(made) == set()


@pytest.mark.parametrize("how", ["member", "former member", "venturer", "partner"])
def test_an_account_with_whoever_stands_behind_a_proposal_is_a_conflict_never_cleared(cast: Cast, how: str) -> None:
    body = cast.alpha if "member" in how else cast.gamma
    ended = {"ended_at": clock.now()} if how == "former member" else {}
    Membership.objects.create(user=cast.eva.user, organization=body, role="reader", **ended)
    if how == "venturer":
        Venturer.objects.create(venture=cast.alpha, member=cast.gamma, share_percent=50)
    row = evaluations.opened(cast, [])
    partners = [{"organization": cast.gamma.pk, "name": "Gamma", "role": "partner", "share": "5"}]
    evaluations.opened_proposal(cast, row.opening, cast.alpha, 1, partners=partners if how == "partner" else [])
    made = evaluation.begin(
        actor=cast.percy.actor, solicitation_id=row.pk, readers=1, spread_percent=40,
        scoring_due_at=clock.now() + timedelta(days=3),
    )  # fmt: skip
    appointed(cast, made, 1)
    found = ConflictDeclaration.objects.get(ground="found_member")
    with pytest.raises(Refused, match="never taken back"):
        conflict.review(actor=cast.percy.actor, declaration_id=found.pk, outcome="cleared", reason="Long ago")


def test_declaring_asks_for_ground_words_and_the_list_that_was_seen(cast: Cast) -> None:
    made = begun(cast)
    eva = appointed(cast, made, 1)[0]
    pk = first(made).pk
    act: dict[str, Any] = {"actor": cast.eva.actor, "member_id": eva.pk}
    with pytest.raises(Invalid) as refused:
        conflict.declare(**act, seen=[pk], conflicts={pk: ("", "")}, attested=False)
    assert set(refused.value.problems) == {f"ground-{pk}", f"statement-{pk}", "attested"}
    with pytest.raises(Conflict):
        conflict.declare(**act, seen=[pk], conflicts={}, attested=True)
    declare(cast, eva, {pk: ("family", "My sister works there")})
    assert Clock.objects.get(rule=conflict.DECLARE_CLOCK).outcome == "declared"
    with pytest.raises(Conflict):
        conflict.declare(**act, seen=[pk], conflicts={}, attested=True)
    assert pairs_in_conflict(made) == {(cast.eva.user.pk, pk)}


def test_a_conflict_noticed_while_reading_ends_it_and_what_was_locked_does_not_count(cast: Cast, as_: Any) -> None:
    made = scoring_begun(cast, readers=3)
    reading = queries.readings(cast.eva.actor).get(proposal=first(made))
    score_all(cast, reading)
    scoring.lock(actor=cast.eva.actor, reading_id=reading.pk)
    page = reverse("solicitations:reading-conflict", args=[reading.pk])
    client = as_(cast.eva)
    assert client.get(page).status_code == 200
    assert client.post(page, {"ground": "family", "statement": "My brother joined its board"}).status_code == 303
    reading.refresh_from_db()
    assert reading.ended_at is not None
    addresses = ("reading", "reading-lock", "reading-conflict")
    assert [client.get(reverse(f"solicitations:{n}", args=[reading.pk])).status_code for n in addresses] == [404] * 3


def test_a_conflicted_officer_reads_nothing_of_it_either(cast: Cast) -> None:
    Membership.objects.create(user=cast.petra.user, department=cast.family, role="evaluator")
    made = begun(cast)
    member = panel.appoint(actor=cast.percy.actor, evaluation_id=made.pk, user_id=cast.petra.user.pk, part="chair")
    assert proposals(cast.petra.actor).count() == 2
    declare(cast, member, {first(made).pk: ("financial", "I hold its bonds")})
    assert [p.organization for p in proposals(cast.petra.actor)] == [cast.beta]


def test_a_board_named_after_assignment_is_found_before_the_lock(cast: Cast) -> None:
    made = scoring_begun(cast, readers=3)
    reading = queries.readings(cast.eva.actor).get(proposal=first(made))
    score_all(cast, reading)
    BoardMember.objects.create(organization=cast.alpha, name=cast.eva.user.name, added_by=cast.alice.user)
    with pytest.raises(Refused, match="conflict of interest was found"):
        scoring.lock(actor=cast.eva.actor, reading_id=reading.pk)
    reading.refresh_from_db()
    assert (reading.locked_at, reading.ended_at is not None) == (None, True)


def test_a_guest_is_dated_and_gone_after_the_last_day(cast: Cast, as_: Any, move_clock: Any) -> None:
    gina = guest(cast)
    made = begun(cast, readers=1)
    day = clock.today()
    act: dict[str, Any] = {"actor": cast.percy.actor, "evaluation_id": made.pk, "user_id": gina.user.pk}
    with pytest.raises(Invalid) as refused:
        panel.appoint(**act, part="guest")
    assert set(refused.value.problems) == {"last_day"}
    with pytest.raises(Invalid) as refused:
        panel.appoint(**act, part="evaluator")
    assert set(refused.value.problems) == {"part"}
    place = panel.appoint(**act, part="guest", first_day=day, last_day=day + timedelta(days=4))
    declare(cast, place)
    appointed(cast, made, 1)
    declare(cast, made.panel.get(part="chair"))
    assignment.assign_all(actor=cast.percy.actor, evaluation_id=made.pk)
    evaluation.begin_scoring(actor=cast.percy.actor, evaluation_id=made.pk)
    reading = queries.readings(gina.actor).get()
    pages = [
        reverse("solicitations:evaluation-reading", args=[place.pk]),
        reverse("solicitations:reading", args=[reading.pk]),
    ]
    assert [as_(gina).get(page).status_code for page in pages] == [200, 200]
    assert as_(gina).get(reverse("home"))["Location"] == reverse("solicitations:evaluation-mine")
    move_clock(to=clock.chicago(day + timedelta(days=5), 0, 1))
    assert [as_(gina).get(page).status_code for page in pages] == [404, 404]
    assert made.solicitation.title not in as_(gina).get(reverse("solicitations:evaluation-mine")).content.decode()
    assert not queries.readings(gina.actor).exists()


def test_a_replacement_takes_over_what_is_not_locked_and_declares_first(cast: Cast) -> None:
    made = scoring_begun(cast, readers=2, members=2)
    old = made.panel.get(user=cast.eva.user)
    locked, open_one = queries.readings(cast.eva.actor).order_by("proposal__position")
    score_all(cast, locked)
    scoring.lock(actor=cast.eva.actor, reading_id=locked.pk)
    user = evaluations.reader(cast, 9)
    act: dict[str, Any] = {"actor": cast.percy.actor, "member_id": old.pk, "user_id": user.pk}
    with pytest.raises(Invalid):
        panel.replace(**act, why="")
    new = panel.replace(**act, why="Parental leave")
    assert (new.replaces_id, new.part) == (old.pk, "chair")
    assert list(new.assignments.values_list("proposal_id", flat=True)) == [open_one.proposal_id]
    locked.refresh_from_db()
    open_one.refresh_from_db()
    assert (locked.ended_at, open_one.ended_at is not None) == (None, True)
    assert not queries.readings(cast.eva.actor).exists()
    assert not queries.readings(person(user, cast).actor).exists()
    declare(cast, new)
    assert queries.readings(person(user, cast).actor).count() == 1
    with pytest.raises(Conflict):
        panel.end(actor=cast.percy.actor, member_id=old.pk, why="Again")


def test_scoring_begins_when_chair_declarations_and_readers_are_there(cast: Cast) -> None:
    made = begun(cast, readers=2)
    start = {"actor": cast.percy.actor, "evaluation_id": made.pk}
    with pytest.raises(Refused, match="no chair"):
        evaluation.begin_scoring(**start)
    members = appointed(cast, made, 2)
    with pytest.raises(Refused, match="Nobody has been assigned"):
        evaluation.begin_scoring(**start)
    declare(cast, members[0])
    with pytest.raises(Refused, match="Reader 1"):
        assignment.assign_all(**start)
    declare(cast, members[1], {first(made).pk: ("other", "I taught there")})
    assert assignment.assign_all(**start).short == {first(made).pk: 1}
    with pytest.raises(Refused, match="1 proposals have fewer readers"):
        evaluation.begin_scoring(**start)
    assert (progress(cast.percy.actor, made).short, made.readers) == (1, 2)
    responsiveness.find_responsiveness(
        actor=cast.percy.actor, proposal_id=first(made).pk, responsive=False, reason="No answer to the budget"
    )
    evaluation.begin_scoring(**start)
    assert Clock.objects.filter(rule=evaluation.SCORE_CLOCK, stopped_at=None).count() == 2
    assert not queries.readings(cast.eva.actor).filter(proposal=first(made)).exists()
    with pytest.raises(Conflict):
        evaluation.begin_scoring(**start)


def test_other_departments_and_other_roles_manage_nothing(cast: Cast, as_: Any) -> None:
    made = begun(cast)
    pages = [
        reverse(f"solicitations:{name}", args=[made.solicitation.number])
        for name in ("evaluation", "evaluation-panel", "evaluation-conflicts", "evaluation-readings")
    ]
    for stranger in (cast.connor, cast.eva, cast.lee, cast.alice, cast.charlie):
        assert {as_(stranger).get(page).status_code for page in pages} == {404}
    for reader in (cast.percy, cast.dora, cast.fay, cast.cleo, cast.adam):
        assert {as_(reader).get(page).status_code for page in pages} == {200}
    with pytest.raises(Refused):
        panel.appoint(actor=cast.dora.actor, evaluation_id=made.pk, user_id=cast.eva.user.pk, part="chair")
    assert not Assignment.objects.exists()
