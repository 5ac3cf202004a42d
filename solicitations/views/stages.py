"""From answers to contracts on one solicitation's page: every stage with what it is at and the way there, and the next act."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from django.db.models import Count
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from procurement_portal.people.actor import Actor
from procurement_portal.web.shell import NextAction
from solicitations.models.evaluation import Evaluation
from solicitations.models.solicitation import Solicitation
from solicitations.queries.contract import internal as contracts_seen
from solicitations.queries.evaluation import evaluations
from solicitations.queries.tally import SEES_SCORES
from solicitations.states import (
    AwardState,
    ContractState,
    EvaluationState,
    RecommendationState,
    SolicitationState,
)
from solicitations.workflow.evaluation import EVALUATION, RECOMMENDATION

Place = Literal["done", "now", "later"]
_OVER = (RecommendationState.RETURNED, RecommendationState.OVERTURNED)


@dataclass(frozen=True)
class Stage:
    """One stage: `words` say what it is at; `act` and `permission` are the next act of a stage that is going on."""

    label: str
    url: str
    place: Place
    words: str | Promise = ""
    act: str = ""
    permission: str = ""
    scores: bool = False  # its page shows points


def stages(row: Solicitation, actor: Actor) -> list[Stage]:
    """The stages after the due hour, for staff who may read what was opened; four queries."""
    S = SolicitationState
    evaluation = evaluations(actor).filter(solicitation=row).first()
    found = [_opening(row)]
    if row.state in (S.CLOSED, S.CLOSED_WITHOUT_AWARD) and evaluation is None:
        return found
    ranked = evaluation is not None and evaluation.status == EvaluationState.RANKED
    found += [_evaluation(row, evaluation), _ranking(row, evaluation)]
    found += [_recommendation(row, ranked), _awards(row), _contracts(row, actor)]
    if not any(actor.can(permission) for permission in SEES_SCORES):
        found = [replace(stage, url="") if stage.scores else stage for stage in found]
    return found


def next_action(found: list[Stage], actor: Actor) -> NextAction | None:
    """The next act of the stage that is going on, for whom it is."""
    for stage in found:
        if stage.place == "now" and stage.act and actor.can(stage.permission):
            return NextAction(stage.act, stage.url)
    return None


def _opening(row: Solicitation) -> Stage:
    url = reverse("solicitations:opening", args=[row.number])
    if row.state == SolicitationState.CLOSED:
        return Stage(
            _("Opening"), url, "now", _("Two officers open the answers"), _("Open the answers"), "solicitations.open"
        )
    return Stage(_("Opening"), url, "done", _("Opened"))


def _evaluation(row: Solicitation, evaluation: Evaluation | None) -> Stage:
    label = _("Evaluation")
    if evaluation is None:
        begin = reverse("solicitations:evaluation-begin", args=[row.number])
        return Stage(
            label, begin, "now", _("To be begun"), _("Begin the evaluation"), "solicitations.manage_evaluation"
        )
    url = reverse("solicitations:evaluation", args=[row.number])
    state = EvaluationState(evaluation.status)
    if state == EvaluationState.PREPARING:
        act = _("Prepare the evaluation")
    elif state == EvaluationState.SCORING:
        act = _("Follow the scoring")
    else:
        return Stage(label, url, "done", _("All points are locked"))
    return Stage(label, url, "now", EVALUATION.public[state], act, "solicitations.manage_evaluation")


def _ranking(row: Solicitation, evaluation: Evaluation | None) -> Stage:
    label, url = _("Ranking"), reverse("solicitations:ranking", args=[row.number])
    state = evaluation.status if evaluation is not None else ""
    if state == EvaluationState.CONSENSUS:
        return Stage(
            label, url, "now", EVALUATION.public[EvaluationState.CONSENSUS], _("Compare and rank"),
            "solicitations.manage_evaluation", True,
        )  # fmt: skip
    if state == EvaluationState.RANKED:
        return Stage(label, url, "done", _("Ranked"), scores=True)
    return Stage(
        label, url if evaluation is not None else "", "later", _("Follows when all points are locked"), scores=True
    )


def _recommendation(row: Solicitation, ranked: bool) -> Stage:
    label, url = _("Recommendation"), reverse("solicitations:recommendation", args=[row.number])
    last = row.recommendations.exclude(status__in=_OVER).first()
    if last is None:
        if ranked and row.state == SolicitationState.UNDER_EVALUATION:
            return Stage(
                label,
                url,
                "now",
                _("To be written"),
                _("Write the recommendation"),
                "solicitations.recommend",
                True,
            )
        return Stage(label, url if ranked else "", "later", _("Rests on the ranking"), scores=True)
    state = RecommendationState(last.status)
    words = RECOMMENDATION.public[state]
    if state == RecommendationState.DRAFT:
        return Stage(label, url, "now", words, _("Go on with the recommendation"), "solicitations.recommend", True)
    if state == RecommendationState.IN_APPROVAL:
        return Stage(label, url, "now", words, _("Read the recommendation"), "solicitations.view_internal", True)
    return Stage(label, url, "done", words, scores=True)


def _awards(row: Solicitation) -> Stage:
    label, url = _("Awards"), reverse("solicitations:awards-of", args=[row.number])
    if row.state == SolicitationState.CLOSED_WITHOUT_AWARD:
        return Stage(label, url, "done", _("Ended without award"))
    if row.state != SolicitationState.AWARDED:
        approved = (
            row.state == SolicitationState.RECOMMENDED
            and row.recommendations.filter(status=RecommendationState.APPROVED).exists()
        )
        if approved:
            return Stage(
                label, url, "now", _("To be announced"), _("Read and announce the awards"), "solicitations.award"
            )
        return Stage(label, "", "later", _("Follow an approved recommendation"))
    by_state = dict(row.awards.order_by().values_list("status").annotate(n=Count("pk")))
    left = sum(by_state.get(state, 0) for state in (AwardState.ANNOUNCED, AwardState.NEGOTIATING, AwardState.AGREED))
    if left:
        words = ngettext("%(n)s award is not a contract yet", "%(n)s awards are not contracts yet", left) % {"n": left}
        return Stage(label, url, "now", words, _("Go on with the awards"), "solicitations.negotiate")
    return Stage(label, url, "done", _("Announced"))


def _contracts(row: Solicitation, actor: Actor) -> Stage:
    label = _("Contracts")
    states = list(contracts_seen(actor).filter(solicitation=row).order_by().values_list("status", flat=True))
    if not states:
        return Stage(label, "", "later", _("Begin when scope and budget are agreed"))
    open_ones = sum(state in (ContractState.DRAFT, ContractState.IN_SIGNATURE) for state in states)
    words = _("%(done)s of %(all)s executed or ended") % {"done": len(states) - open_ones, "all": len(states)}
    url = f"{reverse('solicitations:contracts')}?q={row.number}"
    return Stage(label, url, "now" if open_ones else "done", words)
