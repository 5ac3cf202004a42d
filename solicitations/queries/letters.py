"""Decision letters: who reads which, what one proposer is told of its own proposal, and who may open the paper."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from django.db.models import QuerySet

from procurement_portal.documents.access import Reading
from procurement_portal.documents.models import File
from procurement_portal.law.money import half_up
from procurement_portal.people.actor import Actor
from procurement_portal.web.community_areas import COMMUNITY_AREAS
from solicitations.models.award import DecisionLetter
from solicitations.models.opening import OpenedProposal
from solicitations.models.recommendation import Recommendation
from solicitations.models.scoring import Tally
from solicitations.queries.cure import own_proposals
from solicitations.queries.recommendation import not_responsive, recommendations
from solicitations.queries.tally import counting, proposal_name, result_rows
from solicitations.states import LetterKind, RecommendationState, RecommendedOutcome

_AREAS = {area.number: area.name for area in COMMUNITY_AREAS}


def own(actor: Actor) -> QuerySet[DecisionLetter]:
    """The letters to the actor's organization, the newest first."""
    rows = DecisionLetter.objects.select_related("proposal__solicitation__department", "proposal__organization", "file")
    return rows.filter(proposal__in=own_proposals(actor).values("pk")).order_by("-pk")


def for_staff(actor: Actor) -> QuerySet[DecisionLetter]:
    """The letters of solicitations whose recommendation this actor may see."""
    seen = recommendations(actor).values("solicitation")
    return DecisionLetter.objects.filter(proposal__solicitation__in=seen).select_related(
        "proposal__organization", "file"
    )


def reading(actor: Actor, file: File) -> Reading:
    """A letter's paper is read by the organization it is for and by the staff who may see the recommendation."""
    if own(actor).filter(file=file).exists() or for_staff(actor).filter(file=file).exists():
        return Reading.YES
    return Reading.NO


def approved(solicitation_id: int) -> Recommendation | None:
    """The recommendation every step approved."""
    return (
        Recommendation.objects.filter(solicitation_id=solicitation_id, status=RecommendationState.APPROVED)
        .select_related("tally__evaluation__solicitation__department", "solicitation__department")
        .first()
    )


def debriefs(made: Recommendation) -> dict[int, dict[str, Any]]:
    """Proposal id → everything its proposer is told: the decision, and its own points, rank and shared comments. Nothing of
    anybody else's proposal but how many there were."""
    tally, row = made.tally, made.solicitation
    results, refused = result_rows(tally), not_responsive(row.pk)
    comments = _comments(tally)
    decided: dict[int, list[Any]] = {}
    for one in made.rows.select_related("lot").order_by("lot__position", "pk"):
        decided.setdefault(one.proposal_id, []).append(one)
    facts = {
        "number": row.number,
        "title": row.title,
        "department": row.department.name,
        "jurisdiction": row.department.jurisdiction,
        "of": len(results),
        "received": row.opened_proposals.count(),
        "tally": {"number": tally.number, "sha256": tally.sha256},
    }
    return {
        proposal.pk: facts
        | {
            "organization": proposal.organization.name,
            "proposal": proposal_name(proposal.position),
            "decisions": [_decision(one) for one in decided.get(proposal.pk, [])],
            "not_responsive": refused.get(proposal.pk, ""),
            "comments": comments.get(proposal.pk, []),
            **_points(tally, results.get(proposal.position)),
        }
        for proposal in row.opened_proposals.select_related("organization")
    }


def kind_of(content: dict[str, Any]) -> LetterKind:
    """Which letter a debrief makes: an award in any lot, else a place on a waiting list, else regret."""
    outcomes = {one["outcome"] for one in content["decisions"]}
    if RecommendedOutcome.AWARD in outcomes:
        return LetterKind.AWARD
    return LetterKind.WAITING if RecommendedOutcome.WAITING_LIST in outcomes else LetterKind.REGRET


def _decision(one: Any) -> dict[str, Any]:
    return {
        "outcome": str(one.outcome),
        "lot": one.lot.title if one.lot else "",
        "amount": str(one.amount) if one.amount is not None else None,
        "areas": [_AREAS[number] for number in one.areas],
        "waiting_position": one.waiting_position,
        "reason": one.reason,
    }


def _points(tally: Tally, found: dict[str, Any] | None) -> dict[str, Any]:
    """Rank, total, and for each criterion the average of the readers and what it brought of the weight."""
    if found is None:
        return {"rank": None, "tied": False, "total": None, "criteria": []}
    means = {one["criterion"]: Fraction(one["mean"]) for one in found["means"]}
    return {
        "rank": found["rank"],
        "tied": found["tied"],
        "total": found["shown_total"],
        "criteria": [
            {
                "name": c["name"],
                "weight": c["weight"],
                "max_points": c["max_points"],
                "mean": str(half_up(means[c["id"]])),
                "brought": str(half_up(means[c["id"]] * Fraction(c["weight"]) / c["max_points"])),
                "minimum": c["minimum"],
                "below": c["id"] in found["below_minimum"],
            }
            for c in tally.content["criteria"]
        ],
    }


def _comments(tally: Tally) -> dict[int, list[dict[str, str]]]:
    """Proposal id → the readers' reasons marked for the proposer, by criterion, without who wrote them."""
    found: dict[int, list[dict[str, str]]] = {}
    rows = counting(tally.evaluation).filter(share=True).order_by("criterion__position", "reason")
    for proposal, criterion, text in rows.values_list("assignment__proposal_id", "criterion__name", "reason"):
        found.setdefault(proposal, []).append({"criterion": criterion, "text": text})
    return found


def waiting_for_paper(letter_id: int) -> DecisionLetter | None:
    """For the background: a letter whose paper is not made yet."""
    return (
        DecisionLetter.objects.select_for_update(of=("self",))
        .select_related("proposal__organization")
        .filter(pk=letter_id, file__isnull=True)
        .first()
    )


def own_outcome(actor: Actor, proposal: OpenedProposal) -> DecisionLetter | None:
    """The newest letter about one's own proposal."""
    return own(actor).filter(proposal=proposal).first()
