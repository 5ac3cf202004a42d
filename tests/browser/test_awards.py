"""The pages of awards, negotiation and protests that the journey does not come to (`test_award_journey.py`)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from procurement_portal.time import clock
from solicitations.actions import award_steps, negotiation, protest
from solicitations.models.award import Award, LegislativeApproval
from solicitations.models.opening import OpenedProposal
from solicitations.models.protest import Protest
from tests.cast import Cast
from tests.factories import evaluations

pytestmark = pytest.mark.django_db(transaction=True)


def begun(cast: Cast) -> Award:
    """Alpha's award with two versions of scope and budget and a legislative step."""
    award = evaluations.awarded(cast)
    award_steps.begin(actor=cast.dora.actor, award_id=award.pk)
    start = clock.today() + timedelta(days=90)
    terms: dict[str, Any] = {
        "scope": "Forty places from June to August.", "amount": Decimal("190000.00"), "starts_on": start,
        "ends_on": start + timedelta(days=200), "budget": [{"label": "Wages", "cents": 19_000_000}],
    }  # fmt: skip
    negotiation.put_forward(actor=cast.dora.actor, award_id=award.pk, after=0, given=terms)
    terms |= {"scope": "Fifty places from June to August.", "note": "We found a second building."}
    negotiation.put_forward(actor=cast.ben.actor, award_id=award.pk, after=1, given=terms)
    facts = {"jurisdiction": "city", "amount": Decimal("2000000.00"), "announced_on": clock.today()}
    LegislativeApproval.objects.create(
        award=award, body="City Council", agenda_deadline_on=clock.today() + timedelta(days=20),
        trace=evaluations.asked_trace(award, "solicitations.legislative_approval", facts),
    )  # fmt: skip
    return award


def protested(cast: Cast) -> Protest:
    """Beta's open protest about an award whose window is open."""
    award = evaluations.awarded(cast, window_closed=False, readers=1)
    beta = OpenedProposal.objects.get(solicitation=award.solicitation, organization=cast.beta)
    return protest.file(
        actor=cast.bob.actor, proposal_id=beta.pk, grounds="The second criterion was scored twice.",
        remedy="A new count.", typed_name=cast.bob.user.name,
    )  # fmt: skip


def test_staff_pages(town: Cast, come: Any) -> None:
    award = begun(town)
    hub = f"/plan/{award.solicitation.number}/awards/"
    place = Award.objects.get(waiting_position=1)
    percy = come(town.percy)
    for path in (
        hub, f"{hub}{award.pk}/", f"{hub}{award.pk}/rescind/", f"{hub}{award.pk}/legislative/", f"{hub}{place.pk}/call/",
        f"{hub}end-waiting-list/",
    ):  # fmt: skip
        percy.go(path, look=path)


def test_ending_without_an_award(town: Cast, come: Any) -> None:
    row = evaluations.approved(town).solicitation
    percy = come(town.percy)
    percy.go(f"/plan/{row.number}/awards/end/", look=f"/plan/{row.number}/awards/end/")


def test_an_organizations_pages(town: Cast, come: Any) -> None:
    award = begun(town)
    alice = come(town.alice)
    alice.go(f"/awards/{award.pk}/decline/", look=f"/awards/{award.pk}/decline/")


def test_protest_pages(town: Cast, come: Any) -> None:
    filed = protested(town)
    number, submission = filed.solicitation.number, filed.proposal.submission_id
    cleo, bob, anybody = come(town.cleo), come(town.bob), come()
    cleo.go(f"/plan/{number}/protests/{filed.pk}/determine/", look=f"/plan/{number}/protests/{filed.pk}/determine/")
    bob.go(f"/our-answers/{submission}/protest/withdraw/", look=f"/our-answers/{submission}/protest/withdraw/")
    protest.withdraw(actor=town.bob.actor, protest_id=filed.pk)
    anybody.go("/awards/", look="/awards/")
