"""The pages of awards, negotiation and protests: reachable, refusing in place, constant in their queries."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from procurement_portal.time import clock
from solicitations.actions import award_steps as steps
from solicitations.actions import negotiation
from solicitations.actions import protest as protests
from solicitations.models.award import Award, LegislativeApproval
from solicitations.models.opening import OpenedProposal
from solicitations.models.protest import Protest
from tests.cast import Cast
from tests.factories import evaluations
from tests.integration.awards.test_award import approved
from tests.integration.awards.test_negotiation import terms

pytestmark = pytest.mark.django_db


def file(cast: Cast, award: Award) -> Protest:
    beta = OpenedProposal.objects.get(solicitation=award.solicitation, organization=cast.beta)
    return protests.file(
        actor=cast.bob.actor, proposal_id=beta.pk, grounds="Scored twice.", typed_name=cast.bob.user.name
    )


def day_fields(name: str, day: date) -> dict[str, str]:
    """A day as its three controls post it."""
    return {f"{name}_month": str(day.month), f"{name}_day": str(day.day), f"{name}_year": str(day.year)}


def posted(**changes: Any) -> dict[str, Any]:
    start = clock.today() + timedelta(days=90)
    return {
        "after": "0", "count": "2", "scope": "Forty places.", "amount": "150,000.00",
        **day_fields("starts_on", start), **day_fields("ends_on", start + timedelta(days=100)), "line_1_label": "Wages", "line_1_amount": "100,000",
        "line_2_label": "Staff", "line_2_amount": "50,000", **changes,
    }  # fmt: skip


def test_the_way_from_the_announcement_to_agreement_through_the_pages(cast: Cast, as_: Any) -> None:
    made = approved(cast)
    row = made.solicitation
    percy, dora, alice = as_(cast.percy), as_(cast.dora), as_(cast.alice)
    hub = f"/plan/{row.number}/awards/"
    assert "Read and announce" in percy.get(hub).content.decode()
    assert "$200,000.00" in percy.get(f"{hub}announce/").content.decode()
    answer = percy.post(f"{hub}announce/", {"recommendation": made.pk, "lock": made.lock})
    assert (answer.status_code, answer["Location"]) == (303, hub)
    award = Award.objects.get(organization=cast.alpha)
    page = f"{hub}{award.pk}/"
    answer = dora.post(f"{page}begin/")
    assert answer.status_code == 403 and "protest window has not passed" in answer.content.decode()
    _pass(row)
    assert dora.post(f"{page}begin/").status_code == 303
    assert "Wages" not in dora.get(f"{page}version/").content.decode()
    assert dora.post(f"{page}version/", posted()).status_code == 303
    assert dora.post(f"{page}agree/", {"number": "1"}).status_code == 303
    own = alice.get(f"/awards/{award.pk}/").content.decode()
    assert "The department agreed to version 1" in own and "Read and agree" in own
    assert alice.post(f"/awards/{award.pk}/agree/", {"number": "1"}).status_code == 303
    award.refresh_from_db()
    assert award.status == "contracted" and award.contract.original_amount == Decimal("150000.00")


def test_a_wrong_sum_is_told_at_the_first_line_and_nothing_written_is_lost(cast: Cast, as_: Any) -> None:
    award = _begun(cast)
    answer = as_(cast.ben).post(f"/awards/{award.pk}/version/", posted(line_2_amount="49,999.99"))
    page = answer.content.decode()
    assert answer.status_code == 422 and "$0.01 is missing" in page and "Forty places." in page
    assert "line_1_amount" in page and not award.versions.exists()


def test_a_version_beside_another_is_kept_on_the_page(cast: Cast, as_: Any) -> None:
    award = _begun(cast)
    negotiation.put_forward(actor=cast.dora.actor, award_id=award.pk, after=0, given=terms())
    answer = as_(cast.ben).post(f"/awards/{award.pk}/version/", posted())
    page = answer.content.decode()
    assert answer.status_code == 409 and "Version 1 was put forward" in page and "Forty places." in page
    assert as_(cast.ben).post(f"/awards/{award.pk}/version/", posted(after="1")).status_code == 303


def test_an_organization_files_and_withdraws_and_the_chief_decides(cast: Cast, as_: Any, client: Any) -> None:
    award = evaluations.awarded(cast, window_closed=False)
    beta = OpenedProposal.objects.get(solicitation=award.solicitation, organization=cast.beta)
    place = f"/our-answers/{beta.submission_id}/protest/"
    bob, cleo = as_(cast.bob), as_(cast.cleo)
    assert "A protest is in time until" in bob.get(place).content.decode()
    assert bob.post(place, {"grounds": "", "typed_name": "Bob"}).status_code == 422
    assert bob.post(place, {"grounds": "Scored twice.", "typed_name": cast.bob.user.name}).status_code == 303
    results = client.get(f"/results/{award.solicitation.number}/").content.decode()
    assert "Scored twice." in results and "The awards are suspended" in results
    assert "Withdraw the protest" in bob.get(place).content.decode()
    protest = Protest.objects.get()
    page = f"/plan/{award.solicitation.number}/protests/{protest.pk}/"
    assert "Decide the protest" in cleo.get(page).content.decode()
    assert cleo.post(f"{page}decide/", {"outcome": "sustain", "decision": "So."}).status_code == 422
    given = {"outcome": "sustain", "decision": "So.", "follows": "rescind", "awards": [award.pk]}
    assert cleo.post(f"{page}decide/", given).status_code == 303
    award.refresh_from_db()
    assert award.status == "rescinded"
    assert bob.post(f"{place}withdraw/").status_code == 404


def test_a_late_protest_says_both_instants_and_keeps_what_was_written(cast: Cast, as_: Any) -> None:
    award = evaluations.awarded(cast)
    beta = OpenedProposal.objects.get(solicitation=award.solicitation, organization=cast.beta)
    answer = as_(cast.bob).post(
        f"/our-answers/{beta.submission_id}/protest/", {"grounds": "Late.", "typed_name": cast.bob.user.name}
    )
    page = answer.content.decode()
    assert answer.status_code == 403 and "The protest window closed" in page and "This arrived" in page


def test_a_determination_is_signed_on_its_page(cast: Cast, as_: Any) -> None:
    award = evaluations.awarded(cast, window_closed=False)
    page = f"/plan/{award.solicitation.number}/protests/{file(cast, award).pk}/"
    given = {"kind": "proceed", "reasons": "Meals would stop.", "typed_name": "Somebody else"}
    assert as_(cast.cleo).post(f"{page}determine/", given).status_code == 422
    assert as_(cast.cleo).post(f"{page}determine/", {**given, "typed_name": cast.cleo.user.name}).status_code == 303
    assert "The award proceeds" in as_(cast.cleo).get(page).content.decode()


def test_the_legislative_step_is_recorded_on_its_page(cast: Cast, as_: Any) -> None:
    award = evaluations.awarded(cast)
    facts = {"jurisdiction": "city", "amount": Decimal("2000000.00"), "announced_on": clock.today()}
    LegislativeApproval.objects.create(
        award=award, body="City Council", agenda_deadline_on=clock.today() + timedelta(days=20),
        trace=evaluations.asked_trace(award, "solicitations.legislative_approval", facts),
    )  # fmt: skip
    place = f"/plan/{award.solicitation.number}/awards/{award.pk}/"
    percy, day = as_(cast.percy), clock.today()
    assert "Record the agenda" in percy.get(place).content.decode()
    assert percy.post(f"{place}legislative/", {"file_number": "", **day_fields("meeting_on", day)}).status_code == 422
    assert (
        percy.post(f"{place}legislative/", {"file_number": "O-1", **day_fields("meeting_on", day)}).status_code == 303
    )
    assert percy.post(f"{place}legislative/", {"result": "approved", **day_fields("result_on", day)}).status_code == 303
    assert "Approved" in as_(cast.alice).get(f"/awards/{award.pk}/").content.decode()


def test_the_remaining_acts_have_pages_that_do_them(cast: Cast, as_: Any) -> None:
    award = evaluations.awarded(cast)
    place = Award.objects.get(waiting_position=1)
    hub, percy = f"/plan/{award.solicitation.number}/awards/", as_(cast.percy)
    assert percy.post(f"{hub}{place.pk}/call/", {"amount": "1,400,000"}).status_code == 422
    assert percy.post(f"{hub}{place.pk}/call/", {"amount": "90,000"}).status_code == 303
    assert percy.post(f"{hub}{award.pk}/rescind/", {"why": ""}).status_code == 422
    assert percy.post(f"{hub}{award.pk}/rescind/", {"why": "A false statement."}).status_code == 303
    assert percy.post(f"{hub}end-waiting-list/", {"why": "Over."}).status_code == 409
    assert as_(cast.bob).post(f"/awards/{place.pk}/decline/", {"why": "No room."}).status_code == 303
    assert "No room." in percy.get(hub).content.decode()
    for client, address in ((percy, hub), (as_(cast.bob), f"/awards/{place.pk}/")):
        assert client.get(address).status_code == 200


def test_ending_without_award_has_its_page(cast: Cast, as_: Any) -> None:
    row = evaluations.approved(cast).solicitation
    percy = as_(cast.percy)
    assert percy.get(f"/plan/{row.number}/awards/end/").status_code == 200
    assert percy.post(f"/plan/{row.number}/awards/end/", {"why": "The grant was cut."}).status_code == 303
    assert "The grant was cut." in percy.get(f"/plan/{row.number}/awards/").content.decode()


@pytest.mark.parametrize("page", ["hub", "results", "api", "public"])
def test_a_full_page_asks_as_often_as_a_short_one(cast: Cast, as_: Any, client: Any, page: str) -> None:
    short = evaluations.awarded(cast)
    bodies = [evaluations.proposer(number) for number in range(12)]
    long = evaluations.awarded(
        cast, organizations=bodies, points=tuple([4] * 12), amounts=tuple(["100000.00"] * 10), readers=1
    )
    address = {"hub": "/plan/{}/awards/", "results": "/results/{}/", "api": "/api/v1/awards/", "public": "/awards/"}[
        page
    ]
    who = as_(cast.percy) if page == "hub" else client
    counts = []
    for award in (short, long):
        who.get(address.format(award.solicitation.number))  # what is kept between requests is asked for once
        with CaptureQueriesContext(
            connection,
        ) as asked:
            answer = who.get(address.format(award.solicitation.number))
        assert answer.status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 30, counts


def _begun(cast: Cast) -> Award:
    award = evaluations.awarded(cast)
    steps.begin(actor=cast.dora.actor, award_id=award.pk)
    return award


def _pass(row: Any) -> None:
    """Time passes: the newest window is one that is over."""
    ended = clock.now() - timedelta(seconds=1)
    row.protest_windows.create(opens_at=ended - timedelta(days=14), closes_at=ended, trace=row.protest_window.trace)


def test_the_page_of_an_answer_leads_to_the_award_and_to_the_protest(cast: Cast, as_: Any) -> None:
    award = evaluations.awarded(cast, window_closed=False)
    page = as_(cast.alice).get(f"/our-answers/{award.proposal.submission_id}/").content.decode()
    assert f"/awards/{award.pk}/" in page and "Protest the awards" in page
    undecided = evaluations.approved(cast, readers=1).solicitation.opened_proposals.get(organization=cast.alpha)
    page = as_(cast.alice).get(f"/our-answers/{undecided.submission_id}/").content.decode()
    assert "The decision" not in page, "before the announcement nobody learns the outcome"


def test_the_api_serves_announced_awards_and_nothing_before(cast: Cast, client: Any) -> None:
    evaluations.approved(cast, readers=1)
    assert client.get("/api/v1/awards/").json()["results"] == []
    award = evaluations.awarded(cast, window_closed=False)
    file(cast, award)
    [row] = client.get("/api/v1/awards/").json()["results"]
    assert (row["organization"], row["amount"], row["protest_open"]) == (cast.alpha.name, "200000.00", True)
    assert row["community_areas"] == [25] and row["protest_until"]
    assert client.get(f"/api/v1/awards/{award.pk}/").json()["solicitation"] == award.solicitation.number


def test_before_the_announcement_there_are_no_results(cast: Cast, client: Any) -> None:
    row = evaluations.approved(cast).solicitation
    assert client.get(f"/results/{row.number}/").status_code == 404
