"""From the due hour to an executed contract, with separate people, each at a browser of their own; every page looked at.

The stage, three proposals handed in by the actions, is set up to the due time; from there on everything is done on pages.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from procurement_portal.people.actions import desks
from procurement_portal.people.actor import Actor
from procurement_portal.people.bodies import Body
from procurement_portal.time import clock
from solicitations.models.protest import ProtestWindow
from solicitations.models.solicitation import Solicitation
from solicitations.models.submission import Submission
from solicitations.states import ContractStepKind as K
from tests.browser import awarding, contracting, evaluating, proof
from tests.browser.visitor import Visitor
from tests.cast import Cast, Person
from tests.factories import evaluations
from tests.factories.submissions import begin, fill, hand_in, open_solicitation

pytestmark = pytest.mark.django_db(transaction=True)
Come = Callable[..., Visitor]
Duties = Callable[[], None]
MoveClock = Callable[..., None]
ALPHA, BETA, GAMMA = "Alpha Youth Collective", "Beta Lantern House", "Gamma Common Ground Fund"
POINTS = {ALPHA: ("5", "4"), BETA: ("4", "4"), GAMMA: ("2", "2")}


def the_due_hour_passes(town: Cast, duties: Duties, move_clock: MoveClock) -> Solicitation:
    """Three organizations answered; an hour after the due time. Officers sit at their desk; who signs has an app."""
    desk = desks.make_desk(
        actor=Actor.system("test"), body=Body(department_id=town.family.pk), name="Publication", function="publication"
    )
    for officer in (town.percy, town.petra):
        desks.seat(actor=Actor.system("test"), desk_id=desk.pk, user=officer.user)
    for person in (town.percy, town.cleo, town.bob, town.alice):
        proof.give_app(person)
    row = open_solicitation(town)
    for person in (town.alice, town.bob, town.gus):
        hand_in(person, fill(person, begin(person, row)))
    assert row.due_at is not None
    move_clock(to=row.due_at + timedelta(hours=1))
    duties()
    return row


def answer_of(row: Solicitation, organization: str) -> int:
    """The key of an organization's answer."""
    return Submission.objects.get(solicitation=row, organization__name=organization).pk


def test_answers_become_a_signed_contract(town: Cast, come: Come, duties: Duties, move_clock: MoveClock) -> None:
    row = the_due_hour_passes(town, duties, move_clock)
    number = row.number
    percy, petra, dora = come(town.percy), come(town.petra), come(town.dora)
    evaluating.open_answers(percy, petra, number)
    duties()

    panel = [town.eva, *(Person(evaluations.reader(town, n), town.eva.acting_as) for n in (1, 2, 3))]
    readers = [come(person) for person in panel]
    evaluating.set_up(percy, number, [person.user.name for person in panel])
    duties()
    for reader in readers:
        last = reader is readers[-1]
        evaluating.declare(reader, conflict=BETA if last else "", look=last)
    evaluating.assign_and_begin(percy, number)
    duties()
    nothing_of_a_conflict(readers[-1], row)
    for reader in readers:
        chairs = reader is readers[0]
        read = evaluating.score(reader, {**POINTS, BETA: ("1", "4")} if chairs else POINTS, look=chairs)
        assert (BETA in read) == (reader is not readers[-1])
    duties()
    evaluating.compare_and_rank(percy, readers[0], number)
    duties()

    awarding.recommend(dora, number, ALPHA, (BETA, GAMMA))
    duties()
    fay, cleo = come(town.fay), come(town.cleo)
    for visitor, step in ((fay, ""), (petra, ""), (cleo, "chief")):
        awarding.approve(visitor, look=step)
        duties()

    alice, bob, gus, anyone = come(town.alice), come(town.bob), come(town.gus), come()
    awarding.announce(percy, anyone, number)
    duties()
    awarding.debrief(bob, answer_of(row, BETA), look="outcome-lost", others=(GAMMA,))
    awarding.debrief(gus, answer_of(row, GAMMA), others=(BETA,))
    awarding.protest(bob, answer_of(row, BETA), town.bob)
    duties()
    awarding.suspended(dora, number, ALPHA)
    awarding.decide_protest(cleo, bob, number, answer_of(row, BETA))
    duties()
    move_clock(to=ProtestWindow.objects.get().closes_at + timedelta(hours=1))
    duties()
    awarding.agree(dora, alice, number, ALPHA)
    duties()

    contract = contracting.found(dora, number, ALPHA)
    duties()
    checks = {
        K.DOCUMENTS: dora, K.INSURANCE: percy, K.DISCLOSURE: percy, K.BUDGET: fay, K.LAW: come(town.lee),
    }  # fmt: skip
    contracting.check_all(checks, contract)
    duties()
    contracting.sign(alice, cleo, contract, (town.alice, town.cleo), duties)
    contract.refresh_from_db()
    assert contract.status == "signed" and contract.signed_at is not None and contract.signed_at <= clock.now()
    contracting.signed_copy(alice, anyone, contract)


def nothing_of_a_conflict(reader: Visitor, row: Solicitation) -> None:
    """Who declared a conflict gets nothing of that proposal: not on the list, not by the staff's pages."""
    reader.go("/evaluation/")
    reader.link("Summer jobs for young people", look="reader-conflicted")
    names = reader.page.locator("main .p-work__what").all_inner_texts()
    assert names and BETA not in names, names
    position = row.opened_proposals.get(organization__name=BETA).position
    reader.go(f"/plan/{row.number}/opening/{position}/", status=404)
