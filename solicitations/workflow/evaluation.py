"""The ways of an evaluation and of a recommendation, as tables."""

from __future__ import annotations

from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from procurement_portal.people.actor import Actor
from procurement_portal.web.refusal import Refused
from procurement_portal.workflow import Transition, Workflow
from solicitations.models.evaluation import Assignment, Evaluation, PanelMember
from solicitations.models.opening import OpenedProposal, ResponsivenessFinding
from solicitations.models.recommendation import Approval, Recommendation
from solicitations.models.scoring import ConsensusMeeting
from solicitations.states import ApprovalOutcome, EvaluationState, PanelPart, RecommendationState
from solicitations.workflow.notice import evaluated_again, of_own_department

E = EvaluationState
R = RecommendationState


def evaluation_of_own_department(subject: Evaluation, actor: Actor) -> None:
    """As for the notice itself."""
    of_own_department(subject.solicitation, actor)


def has_readers(subject: Evaluation, actor: Actor) -> None:
    """Scoring begins when every opened proposal that goes on has the readers the rules of the evaluation ask for."""
    readings = Assignment.objects.filter(ended_at__isnull=True)
    if not readings.filter(member__evaluation=subject).exists():
        raise Refused(str(_("Nobody has been assigned to read yet.")))
    last = ResponsivenessFinding.objects.filter(proposal=OuterRef("pk")).order_by("-id").values("responsive")[:1]
    readers = readings.filter(proposal=OuterRef("pk")).order_by().values("proposal").annotate(n=Count("pk")).values("n")
    short = (
        OpenedProposal.objects.filter(solicitation_id=subject.solicitation_id)
        .annotate(found=Subquery(last), readers=Coalesce(Subquery(readers), 0))
        .filter(Q(found__isnull=True) | Q(found=True), readers__lt=subject.readers)
        .count()
    )
    if short:
        raise Refused(str(_("%(count)s proposals have fewer readers than the rules ask for.") % {"count": short}))


def has_chair(subject: Evaluation, actor: Actor) -> None:
    """A panel has a chair, who holds the meetings."""
    if not PanelMember.objects.filter(evaluation=subject, part=PanelPart.CHAIR, ended_at__isnull=True).exists():
        raise Refused(str(_("The panel has no chair yet.")))


def all_locked(subject: Evaluation, actor: Actor) -> None:
    """Scores are compared only when every reader locked theirs: nobody scores with the others' points in sight."""
    waiting = Assignment.objects.filter(
        member__evaluation=subject, ended_at__isnull=True, locked_at__isnull=True
    ).count()
    if waiting:
        raise Refused(str(_("%(count)s readings are not locked yet.") % {"count": waiting}))


def all_met(subject: Evaluation, actor: Actor) -> None:
    """The ranking waits for every consensus meeting that was called."""
    waiting = ConsensusMeeting.objects.filter(evaluation=subject, closed_at__isnull=True).count()
    if waiting:
        raise Refused(str(_("%(count)s consensus meetings are not closed yet.") % {"count": waiting}))


def nothing_recommended(subject: Evaluation, actor: Actor) -> None:
    """A ranking is opened again only while no recommendation stands on it."""
    standing = Recommendation.objects.filter(solicitation=subject.solicitation_id).exclude(
        status__in=[R.RETURNED, R.DRAFT, R.OVERTURNED]
    )
    if standing.exists():
        raise Refused(str(_("A recommendation stands on this ranking. It has to be returned first.")))


EVALUATION = Workflow(
    name="evaluation",
    field="status",
    states=EvaluationState,
    initial=E.PREPARING,
    public={
        E.PREPARING: _("Panel and conflicts"),
        E.SCORING: _("Scoring"),
        E.CONSENSUS: _("Consensus meetings"),
        E.RANKED: _("Ranked"),
    },
    transitions=(
        Transition(
            act="begin_scoring",
            source=(E.PREPARING,),
            target=E.SCORING,
            permission="solicitations.manage_evaluation",
            label=_("Begin scoring"),
            guards=(evaluation_of_own_department, has_chair, has_readers),
        ),
        Transition(
            act="end_scoring",
            source=(E.SCORING,),
            target=E.CONSENSUS,
            permission="solicitations.manage_evaluation",
            label=_("End scoring and compare"),
            guards=(evaluation_of_own_department, all_locked),
            irreversible=True,
        ),
        Transition(
            act="rank",
            source=(E.CONSENSUS,),
            target=E.RANKED,
            permission="solicitations.manage_evaluation",
            label=_("Rank the proposals"),
            guards=(evaluation_of_own_department, all_locked, all_met),
        ),
        Transition(
            act="reopen",
            source=(E.RANKED,),
            target=E.CONSENSUS,
            permission="solicitations.manage_evaluation",
            label=_("Open the ranking again"),
            guards=(evaluation_of_own_department, nothing_recommended),
        ),
    ),
)


def recommendation_of_own_department(subject: Recommendation, actor: Actor) -> None:
    """As for the notice itself."""
    of_own_department(subject.solicitation, actor)


def chain_complete(subject: Recommendation, actor: Actor) -> None:
    """Approved means approved by every step of the chain."""
    chain = Approval.objects.filter(recommendation=subject)
    if not chain.exists() or chain.exclude(outcome=ApprovalOutcome.APPROVED).exists():
        raise Refused(str(_("Not every step of the chain has approved.")))


def somebody_returned(subject: Recommendation, actor: Actor) -> None:
    """Returned means that a step of the chain returned it."""
    returned = Approval.objects.filter(recommendation=OuterRef("pk"), outcome=ApprovalOutcome.RETURNED)
    if not Recommendation.objects.filter(Exists(returned), pk=subject.pk).exists():
        raise Refused(str(_("No step of the chain returned it.")))


def protest_asks_again(subject: Recommendation, actor: Actor) -> None:
    """An approved recommendation falls only with a protest whose decision asks for a new evaluation."""
    evaluated_again(subject.solicitation, actor)


RECOMMENDATION = Workflow(
    name="recommendation",
    field="status",
    states=RecommendationState,
    initial=R.DRAFT,
    public={
        R.DRAFT: _("Draft"),
        R.IN_APPROVAL: _("In approval"),
        R.APPROVED: _("Approved"),
        R.RETURNED: _("Returned"),
        R.OVERTURNED: _("Overturned by a protest"),
    },
    transitions=(
        Transition(
            act="send",
            source=(R.DRAFT,),
            target=R.IN_APPROVAL,
            permission="solicitations.recommend",
            label=_("Send to approval"),
            guards=(recommendation_of_own_department,),
        ),
        Transition(
            act="approve",
            source=(R.IN_APPROVAL,),
            target=R.APPROVED,
            permission="",  # follows from the last step's approval
            label=_("Every step has approved"),
            guards=(chain_complete,),
        ),
        Transition(
            act="return",
            source=(R.IN_APPROVAL,),
            target=R.RETURNED,
            permission="",  # follows from one step's return
            label=_("A step returned it"),
            guards=(somebody_returned,),
        ),
        Transition(
            act="overturn",
            source=(R.APPROVED,),
            target=R.OVERTURNED,
            permission="",  # follows from a sustained protest
            label=_("A protest was sustained"),
            guards=(protest_asks_again,),
        ),
    ),
    final=frozenset({R.RETURNED, R.OVERTURNED}),
)
