"""Partners write and sign their own part; a changed term voids a signature; shares never pass the whole."""

from __future__ import annotations

import pytest

from procurement_portal.web.refusal import Conflict, Invalid, Refused
from solicitations.actions import answer, partner
from solicitations.models.partner import Partner
from solicitations.queries.draft import draft
from solicitations.queries.readiness import missing
from solicitations.queries.submission import own, parts
from solicitations.states import QuestionKind
from tests.cast import Cast
from tests.factories.submissions import begin, fill, hand_in, open_solicitation, question

TERMS = {"role": "partner", "share": "25", "work": "Mentoring in the evenings"}


@pytest.fixture
def proposal(cast: Cast):
    return fill(cast.ben, begin(cast.ben, open_solicitation(cast)))


@pytest.fixture
def invited(cast: Cast, proposal) -> Partner:
    return partner.invite(actor=cast.ben.actor, submission=proposal, organization_id=cast.beta.pk, given=TERMS)


def sign(cast: Cast, invited: Partner):
    shown = draft(own(cast.alice.actor).get()).partners[0]
    return partner.sign(
        actor=cast.bob.actor, partner=invited, typed_name=cast.bob.user.name, agreed=True, seen_digest=shown.digest
    )


def give_lines(cast: Cast, proposal, invited: Partner) -> None:
    """Beta asks for 50,000.17 of 200,000.67: 25.00 percent."""
    costs = question(proposal.solicitation, QuestionKind.BUDGET)
    partner.save_part_line(
        actor=cast.bea.actor, partner=invited, question=costs, key="wages",
        given={"request": 5_000_017, "why": "Mentors"}, base_version=0,
    )  # fmt: skip
    answer.save(
        actor=cast.ben.actor, submission=proposal, question=costs, given={"request": 20_000_067},
        base_version=next(p.version for p in draft(proposal).parts if p.question.kind == "budget"),
    )  # fmt: skip


def test_a_proposal_with_a_partner_waits_for_its_signature_and_its_share(cast: Cast, proposal, invited) -> None:
    copy = draft(proposal)
    texts = " ".join(m.text for m in missing(copy, []))
    assert "Beta Lantern House has not signed its part." in texts and "agreed share 25%" in texts
    give_lines(cast, proposal, invited)
    sign(cast, invited)
    assert missing(draft(proposal), []) == []
    assert hand_in(cast.alice, proposal).number == 1


def test_a_partner_sees_its_own_part_and_nothing_else(cast: Cast, proposal, invited, as_) -> None:
    assert list(parts(cast.bea.actor)) == [invited] and not parts(cast.gus.actor).exists()
    page = as_(cast.bea).get(f"/our-answers/parts/{invited.pk}/").content.decode()
    assert "Mentoring in the evenings" in page and "Each week begins" not in page
    assert as_(cast.bea).get(f"/our-answers/{proposal.pk}/").status_code == 404
    assert as_(cast.gus).get(f"/our-answers/parts/{invited.pk}/").status_code == 404
    assert as_(cast.ben).get(f"/our-answers/parts/{invited.pk}/").status_code == 404


def test_a_changed_term_voids_the_signature_and_the_race_tells_the_signer(cast: Cast, proposal, invited) -> None:
    seen = draft(proposal).partners[0].digest
    partner.change_terms(
        actor=cast.ben.actor, submission=proposal, partner=invited, given={**TERMS, "share": "30"}, base_version=1
    )
    with pytest.raises(Conflict, match="changed after you opened"):
        partner.sign(
            actor=cast.bob.actor, partner=invited, typed_name=cast.bob.user.name, agreed=True, seen_digest=seen
        )
    sign(cast, invited)
    assert draft(proposal).partners[0].signed
    partner.save_part(actor=cast.bea.actor, partner=invited, text="One more thing", base_version=0)
    assert draft(proposal).partners[0].void


def test_two_leads_changing_terms_at_once_one_is_told(cast: Cast, proposal, invited) -> None:
    given = {"submission": proposal, "partner": invited, "base_version": 1}
    partner.change_terms(actor=cast.ben.actor, given={**TERMS, "share": "30"}, **given)
    with pytest.raises(Conflict):
        partner.change_terms(actor=cast.alice.actor, given={**TERMS, "share": "35"}, **given)


def test_shares_never_pass_a_hundred_percent(cast: Cast, proposal, invited) -> None:
    given = {"actor": cast.ben.actor, "submission": proposal, "organization_id": cast.gamma.pk}
    with pytest.raises(Invalid, match="100.01 percent"):
        partner.invite(**given, given={**TERMS, "share": "75.01"})
    partner.invite(**given, given={**TERMS, "share": "75"})
    assert draft(proposal).lead_share == 0
    with pytest.raises(Invalid):
        partner.change_terms(
            actor=cast.ben.actor, submission=proposal, partner=invited, given={**TERMS, "share": "26"}, base_version=1
        )


def test_only_the_partners_own_signatory_signs(cast: Cast, proposal, invited) -> None:
    seen = draft(proposal).partners[0].digest
    with pytest.raises(Refused):
        partner.sign(
            actor=cast.bea.actor, partner=invited, typed_name=cast.bea.user.name, agreed=True, seen_digest=seen
        )
    for outsider in (cast.alice, cast.gus, cast.percy):
        with pytest.raises(Partner.DoesNotExist):
            partner.sign(
                actor=outsider.actor, partner=invited, typed_name=outsider.user.name, agreed=True, seen_digest=seen
            )


def test_a_partner_may_decline_and_is_not_waited_for(cast: Cast, proposal, invited) -> None:
    partner.decline(actor=cast.bob.actor, partner=invited)
    assert draft(proposal).partners == [] and missing(draft(proposal), []) == []
    with pytest.raises(Conflict):
        partner.save_part(actor=cast.bea.actor, partner=invited, text="late thought", base_version=0)


def test_the_pages_of_both_sides_work_without_script(cast: Cast, proposal, as_) -> None:
    lead, other = as_(cast.alice), as_(cast.bob)
    url = f"/our-answers/{proposal.pk}/partners/"
    refused = lead.post(url, {"organization": "Nobody", **TERMS})
    assert refused.status_code == 200 and b"No organization of exactly this name" in refused.content
    assert lead.post(url, {"organization": "beta lantern house", **TERMS}).status_code == 303
    invited = Partner.objects.get()
    costs = question(proposal.solicitation, QuestionKind.BUDGET)
    line = f"b-{costs.key}.wages"
    mine = f"/our-answers/parts/{invited.pk}/"
    done = other.post(
        mine,
        {
            "text": "We mentor.",
            "version": "0",
            f"v-{line}": "0",
            f"{line}.request": "50,000.17",
            f"{line}.why": "Staff",
        },
    )
    assert done.status_code == 303
    shown = draft(proposal).partners[0]
    assert (shown.part, shown.totals.request) == ({"text": "We mentor."}, 5_000_017)
    assert other.post(mine + "sign/", {"seen": shown.digest, "agreed": "on", "typed_name": "Nobody"}).status_code == 422
    name = cast.bob.user.name
    assert other.post(mine + "sign/", {"seen": shown.digest, "agreed": "on", "typed_name": name}).status_code == 303
    assert draft(proposal).partners[0].signed
    assert b"Signed" in lead.get(url).content
