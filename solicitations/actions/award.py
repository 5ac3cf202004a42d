"""Announce the awards of an approved recommendation, or end a solicitation without one."""

from __future__ import annotations

from decimal import Decimal

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from procurement_portal import events
from procurement_portal.clocks import actions as clocks
from procurement_portal.notifications import recipients
from procurement_portal.notifications.send import send
from procurement_portal.people.actor import Actor
from procurement_portal.people.models.body import Organization
from procurement_portal.people.proof import need_second_factor
from procurement_portal.standing.queries import may_be_awarded
from procurement_portal.time.clock import CHICAGO, chicago, now
from procurement_portal.web import words
from procurement_portal.web.refusal import Conflict, Invalid, Refused
from procurement_portal.workflow import advance
from solicitations.actions import legislative, letters
from solicitations.actions.award_ground import ask_rule, begin_clock, end, need
from solicitations.actions.drafting import locked, touched
from solicitations.actions.publication import CLOSING_HOUR
from solicitations.events import AwardAnnounced
from solicitations.models.award import Award, ClosedWithoutAward
from solicitations.models.facts import ServiceArea
from solicitations.models.protest import ProtestWindow
from solicitations.models.recommendation import Recommendation, RecommendedAward
from solicitations.models.solicitation import Solicitation
from solicitations.notifications.award import EndedWithoutAward
from solicitations.queries import award as queries
from solicitations.states import AwardState, RecommendationState, RecommendedOutcome, SolicitationState
from solicitations.workflow.award import AWARD
from solicitations.workflow.evaluation import RECOMMENDATION
from solicitations.workflow.notice import SOLICITATION, every_approval_given, of_own_department

WINDOW_RULE = "solicitations.protest_window"


@transaction.atomic
def announce(*, actor: Actor, solicitation_id: int, recommendation_id: int, lock: int) -> ProtestWindow:
    """Make the recommendation's awards public: awards, waiting list, protest window, legislative steps.

    `recommendation_id` and `lock` are what the officer read. Raises Conflict when the awards are announced already or the
    recommendation is another one now; Refused with the reason: no permission, an approval missing, a ranking that does not
    agree with the scores, an organization that may not be awarded today, or more than was advertised, with the arithmetic.
    """
    row = locked(actor, solicitation_id)
    need(actor, "solicitations.award")
    need_second_factor(actor)
    of_own_department(row, actor)
    if row.state != SolicitationState.RECOMMENDED:
        raise Conflict(_("This is now “%(state)s”.") % {"state": SOLICITATION.public[row.state]}, row.state)
    every_approval_given(row, actor)
    Recommendation.objects.select_for_update().get(solicitation=row, status=RecommendationState.APPROVED)
    made = queries.approved_recommendation(row)
    assert made is not None
    if (made.pk, made.lock) != (recommendation_id, lock):
        raise Conflict(_("The recommendation changed since you read it. Read it again before you announce."), made.lock)
    listed = queries.to_announce(made)
    if not any(r.outcome == RecommendedOutcome.AWARD for r in listed):
        raise Refused(_("Nothing is recommended for an award. End the solicitation without award instead."))
    _refuse(row, listed)
    advance(SOLICITATION, row, "award", actor=actor, recommendation=made.number)
    touched(row)
    awards = [_award(actor, row, recommended) for recommended in listed]
    window = _window(row)
    for award in awards:
        if award.status == AwardState.ANNOUNCED:
            legislative.ask(award, actor=actor)
            begin_clock(award, actor=actor)
    events.publish(
        AwardAnnounced(solicitation_id=row.pk, recommendation_id=made.pk, award_ids=tuple(award.pk for award in awards))
    )
    letters.write(actor=actor, solicitation_id=row.pk, protest=_protest_words(window))
    return window


def _refuse(row: Solicitation, listed: list[RecommendedAward]) -> None:
    """Raises Refused for what the law, the notice or an organization's standing does not allow today, all of it at once."""
    awards = [r for r in listed if r.outcome == RecommendedOutcome.AWARD]
    found = queries.problems_of_amount(row, [(r.lot_id, r.amount or Decimal(0)) for r in awards])
    advertised = set(ServiceArea.objects.filter(solicitation=row).values_list("area", flat=True))
    for recommended in awards:
        outside = sorted(set(recommended.areas) - advertised) if advertised else []
        if outside:
            found.append(
                _("%(organization)s: community areas %(areas)s were not advertised.")
                % {
                    "organization": recommended.proposal.organization.name,
                    "areas": ", ".join(str(area) for area in outside),
                }
            )
        found += refusals_of_standing(recommended.proposal.organization)
    if found:
        raise Refused(" ".join(dict.fromkeys(found)))


def refusals_of_standing(organization: Organization) -> list[str]:
    """Why an organization may not be awarded today, ground by ground; [] when it may."""
    grounds = may_be_awarded(organization, now().astimezone(CHICAGO).date()).grounds
    return [
        _("%(organization)s may not be awarded: %(ground)s (%(citation)s).")
        % {"organization": ground.organization, "ground": ground.ground, "citation": ground.citation}
        for ground in grounds
    ]


def _award(actor: Actor, row: Solicitation, recommended: RecommendedAward) -> Award:
    waits = recommended.outcome == RecommendedOutcome.WAITING_LIST
    return Award.objects.create(
        solicitation=row,
        recommended=recommended,
        proposal=recommended.proposal,
        organization=recommended.proposal.organization,
        lot=recommended.lot,
        areas=recommended.areas,
        amount=recommended.amount,
        waiting_position=recommended.waiting_position,
        status=AwardState.WAITING if waits else AwardState.ANNOUNCED,
        announced_by_id=actor.user_id,
        announced_at=now(),
    )


def _window(row: Solicitation) -> ProtestWindow:
    opens_at = now()
    day = opens_at.astimezone(CHICAGO).date()
    trace, answer = ask_rule(WINDOW_RULE, {"announced_on": day}, row, row.department.jurisdiction, day)
    return ProtestWindow.objects.create(
        solicitation=row, opens_at=opens_at, closes_at=chicago(answer["last_day"], CLOSING_HOUR), trace=trace
    )


def _protest_words(window: ProtestWindow) -> str:
    """What a decision letter says about protesting."""
    return _(
        "A proposer that was not awarded, or was awarded less than it asked for, may protest until %(until)s. An authorized"
        " signatory files it in the portal, on the page of the answer."
    ) % {"until": words.instant(window.closes_at)}


@transaction.atomic
def end_without_award(*, actor: Actor, solicitation_id: int, why: str) -> ClosedWithoutAward:
    """End a solicitation whose answers were opened, with nothing awarded, for a reason everybody reads.

    Raises Invalid without a reason, Refused without the permission, Conflict when it is in another state now.
    """
    row = locked(actor, solicitation_id)
    need(actor, "solicitations.award")
    need_second_factor(actor)
    if not why.strip():
        raise Invalid({"why": [_("Say why nothing is awarded; everybody will read it.")]})
    ended = ClosedWithoutAward(solicitation=row, why=why.strip(), closed_by_id=actor.user_id)
    advance(SOLICITATION, row, "end_without_award", actor=actor, why=ended.why)
    ended.save()
    touched(row)
    clocks.stop_all(row, "ended without award", actor)
    for proposal in queries.proposals(row):
        send(
            EndedWithoutAward(
                solicitation_id=row.pk,
                number=row.number,
                title=row.title,
                why=ended.why,
                url=reverse("solicitations:results", args=[row.number]),
            ),
            to=recipients.organization(proposal.organization_id),
        )
    return ended


def evaluate_again(*, row: Solicitation, actor: Actor, why: str) -> None:
    """After a sustained protest: every award ends, the recommendation falls, the answers go back to evaluation.

    Called by the decision, which holds the lock of the solicitation. Raises Refused when a contract was made already.
    """
    system = Actor.system("a sustained protest asks for a new evaluation")
    awards = list(Award.objects.select_for_update().filter(solicitation=row))
    if any(award.status == AwardState.CONTRACTED for award in awards):
        raise Refused(
            _("A contract was made already. Rescind the other awards, and end the contract by its own terms.")
        )
    for award in awards:
        award.solicitation = row
        if AWARD.states(award.status) in AWARD.final:
            continue
        end(award, "lapse" if award.status == AwardState.WAITING else "rescind", actor=actor, why=why)
    made = Recommendation.objects.get(solicitation=row, status=RecommendationState.APPROVED)
    advance(RECOMMENDATION, made, "overturn", actor=system, why=why)
    advance(SOLICITATION, row, "reevaluate", actor=system, why=why)
    touched(row)
