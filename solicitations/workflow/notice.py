"""The ways of a solicitation, an addendum and a question about a notice, as tables.

The facts of a step (who published, why it was canceled) are written by its action in the same transaction, just before.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from procurement_portal.people.actor import Actor
from procurement_portal.time.clock import in_time, now
from procurement_portal.web.refusal import Refused
from procurement_portal.workflow import Transition, Workflow
from solicitations.models.addendum import Addendum
from solicitations.models.inquiry import Inquiry
from solicitations.models.opening import Opening
from solicitations.models.protest import Protest
from solicitations.models.recommendation import Approval, Recommendation
from solicitations.models.solicitation import Solicitation
from solicitations.states import (
    AddendumState,
    ApprovalOutcome,
    InquiryState,
    ProtestFollows,
    ProtestState,
    RecommendationState,
    SolicitationState,
    SubmissionStatus,
)

S = SolicitationState


def of_own_department(subject: Solicitation, actor: Actor) -> None:
    """A department keeps its own notices; the Chief Procurement Officer acts for the whole jurisdiction."""
    if actor.is_system or actor.department_id == subject.department_id:
        return
    if "chief_procurement_officer" in actor.roles and actor.jurisdiction == subject.department.jurisdiction:
        return
    raise Refused(str(_("This belongs to another department.")))


def by_a_second_person(subject: Solicitation, actor: Actor) -> None:
    """Whoever drafted a notice or sent it to review does not publish it."""
    if actor.user_id in (subject.drafted_by_id, subject.review_requested_by_id):
        raise Refused(str(_("Publishing takes a second person: you drafted this notice or sent it to review.")))


def past_due(subject: Solicitation, actor: Actor) -> None:
    """A notice closes when its due instant has passed by the database's clock, not before."""
    if subject.due_at is None or in_time(now(), subject.due_at):
        raise Refused(str(_("The due hour has not passed.")))


def by_the_second_opener(subject: Solicitation, actor: Actor) -> None:
    """Opening takes two officers: one asked, another one opens."""
    asked_by = Opening.objects.filter(solicitation_id=subject.pk).values_list("asked_by_id", flat=True).first()
    if asked_by is None:
        raise Refused(str(_("Opening takes two officers: one asks for it first.")))
    if asked_by == actor.user_id:
        raise Refused(str(_("Opening takes two officers: you asked for it, so somebody else opens.")))


def every_approval_given(subject: Solicitation, actor: Actor) -> None:
    """No award without a recommendation that every step of its chain approved."""
    if not Recommendation.objects.filter(solicitation_id=subject.pk, status=RecommendationState.APPROVED).exists():
        raise Refused(str(_("The recommendation has not been approved by every step.")))
    open_steps = Approval.objects.filter(
        recommendation__solicitation_id=subject.pk, recommendation__status=RecommendationState.APPROVED
    ).exclude(outcome=ApprovalOutcome.APPROVED)
    if open_steps.exists():
        raise Refused(str(_("The recommendation has not been approved by every step.")))


def evaluated_again(subject: Solicitation, actor: Actor) -> None:
    """An announced award goes back only by a sustained protest whose decision says so."""
    sustained = Protest.objects.filter(solicitation_id=subject.pk, follows=ProtestFollows.REEVALUATE)
    if not sustained.filter(status=ProtestState.SUSTAINED).exists():
        raise Refused(str(_("No protest was sustained that asks for a new evaluation.")))


def addendum_of_own_department(subject: Addendum, actor: Actor) -> None:
    """As for the notice itself."""
    of_own_department(subject.solicitation, actor)


def addendum_by_a_second_person(subject: Addendum, actor: Actor) -> None:
    """Whoever drafted an addendum or sent it to review does not issue it."""
    if actor.user_id in (subject.drafted_by_id, subject.review_requested_by_id):
        raise Refused(str(_("Issuing takes a second person: you drafted this addendum or sent it to review.")))


def inquiry_of_own_department(subject: Inquiry, actor: Actor) -> None:
    """As for the notice itself."""
    of_own_department(subject.solicitation, actor)


SOLICITATION = Workflow(
    name="solicitation",
    field="status",
    states=SolicitationState,
    initial=S.DRAFT,
    public={
        S.DRAFT: _("Draft"),
        S.IN_REVIEW: _("In review"),
        S.PUBLISHED: _("Open for answers"),
        S.CLOSED: _("Closed"),
        S.OPENED: _("Closed, answers opened"),
        S.UNDER_EVALUATION: _("Under evaluation"),
        S.RECOMMENDED: _("Award recommended"),
        S.AWARDED: _("Awarded"),
        S.CLOSED_WITHOUT_AWARD: _("Closed without award"),
        S.CANCELED: _("Canceled"),
    },
    transitions=(
        Transition(
            act="request_review",
            source=(S.DRAFT,),
            target=S.IN_REVIEW,
            permission="solicitations.draft",
            label=_("Send to review"),
            guards=(of_own_department,),
        ),
        Transition(
            act="return",
            source=(S.IN_REVIEW,),
            target=S.DRAFT,
            permission="solicitations.draft",
            label=_("Return to draft"),
            guards=(of_own_department,),
        ),
        Transition(
            act="publish",
            source=(S.IN_REVIEW,),
            target=S.PUBLISHED,
            permission="solicitations.publish",
            label=_("Publish the notice"),
            guards=(of_own_department, by_a_second_person),
            irreversible=True,
        ),
        Transition(
            act="close",
            source=(S.PUBLISHED,),
            target=S.CLOSED,
            permission="",
            label=_("Close at the due hour"),
            guards=(past_due,),
            irreversible=True,
        ),
        Transition(
            act="open",
            source=(S.CLOSED,),
            target=S.OPENED,
            permission="solicitations.open",
            label=_("Open the answers"),
            guards=(of_own_department, past_due, by_the_second_opener),
            irreversible=True,
        ),
        Transition(
            act="begin_evaluation",
            source=(S.OPENED,),
            target=S.UNDER_EVALUATION,
            permission="solicitations.manage_evaluation",
            label=_("Begin the evaluation"),
            guards=(of_own_department,),
        ),
        Transition(
            act="recommend",
            source=(S.UNDER_EVALUATION,),
            target=S.RECOMMENDED,
            permission="solicitations.recommend",
            label=_("Send the recommendation to approval"),
            guards=(of_own_department,),
        ),
        Transition(
            act="return_recommendation",
            source=(S.RECOMMENDED,),
            target=S.UNDER_EVALUATION,
            permission="",
            label=_("Return the recommendation"),
        ),
        Transition(
            act="award",
            source=(S.RECOMMENDED,),
            target=S.AWARDED,
            permission="solicitations.award",
            label=_("Announce the awards"),
            guards=(of_own_department, every_approval_given),
            irreversible=True,
        ),
        Transition(
            act="reevaluate",
            source=(S.AWARDED,),
            target=S.UNDER_EVALUATION,
            permission="",  # follows from a sustained protest
            label=_("Evaluate again after a protest"),
            guards=(evaluated_again,),
        ),
        Transition(
            act="end_without_award",
            source=(S.OPENED, S.UNDER_EVALUATION, S.RECOMMENDED),
            target=S.CLOSED_WITHOUT_AWARD,
            permission="solicitations.award",
            label=_("Close without award"),
            guards=(of_own_department,),
            irreversible=True,
        ),
        Transition(
            act="cancel",
            source=(S.DRAFT, S.IN_REVIEW, S.PUBLISHED, S.CLOSED, S.OPENED, S.UNDER_EVALUATION, S.RECOMMENDED),
            target=S.CANCELED,
            permission="solicitations.cancel",
            label=_("Cancel the solicitation"),
            guards=(of_own_department,),
            irreversible=True,
        ),
    ),
    final=frozenset({S.CLOSED_WITHOUT_AWARD, S.CANCELED}),
)

ADDENDUM = Workflow(
    name="addendum",
    field="status",
    states=AddendumState,
    initial=AddendumState.DRAFTED,
    public={
        AddendumState.DRAFTED: _("Draft"),
        AddendumState.IN_REVIEW: _("In review"),
        AddendumState.ISSUED: _("Issued"),
        AddendumState.DISCARDED: _("Discarded"),
    },
    transitions=(
        Transition(
            act="request_review",
            source=(AddendumState.DRAFTED,),
            target=AddendumState.IN_REVIEW,
            permission="solicitations.draft_addendum",
            label=_("Send to review"),
            guards=(addendum_of_own_department,),
        ),
        Transition(
            act="return",
            source=(AddendumState.IN_REVIEW,),
            target=AddendumState.DRAFTED,
            permission="solicitations.draft_addendum",
            label=_("Return to draft"),
            guards=(addendum_of_own_department,),
        ),
        Transition(
            act="issue",
            source=(AddendumState.IN_REVIEW,),
            target=AddendumState.ISSUED,
            permission="solicitations.issue_addendum",
            label=_("Issue the addendum"),
            guards=(addendum_of_own_department, addendum_by_a_second_person),
            irreversible=True,
        ),
        Transition(
            act="discard",
            source=(AddendumState.DRAFTED, AddendumState.IN_REVIEW),
            target=AddendumState.DISCARDED,
            permission="solicitations.draft_addendum",
            label=_("Discard the draft"),
            guards=(addendum_of_own_department,),
        ),
    ),
    final=frozenset({AddendumState.ISSUED, AddendumState.DISCARDED}),
)

INQUIRY = Workflow(
    name="inquiry",
    field="status",
    states=InquiryState,
    initial=InquiryState.ASKED,
    public={
        InquiryState.ASKED: _("Waiting for an answer"),
        InquiryState.ANSWERED: _("Waiting for an answer"),
        InquiryState.PUBLISHED: _("Answered"),
    },
    transitions=(
        Transition(
            act="answer",
            source=(InquiryState.ASKED,),
            target=InquiryState.ANSWERED,
            permission="solicitations.answer_inquiry",
            label=_("Keep the answer"),
            guards=(inquiry_of_own_department,),
        ),
        Transition(
            act="publish",
            source=(InquiryState.ANSWERED,),
            target=InquiryState.PUBLISHED,
            permission="solicitations.answer_inquiry",
            label=_("Publish the answers"),
            guards=(inquiry_of_own_department,),
            irreversible=True,
        ),
    ),
    final=frozenset({InquiryState.PUBLISHED}),
)

D = SubmissionStatus

# In time or late is decided by the action, under the lock, before a step is taken: what is late must be kept, not undone.
SUBMISSION = Workflow(
    name="proposal",
    field="status",
    states=SubmissionStatus,
    initial=D.DRAFT,
    public={
        D.DRAFT: _("Being written"),
        D.SUBMITTED: _("Submitted"),
        D.WITHDRAWN: _("Withdrawn"),
        D.LATE: _("Not submitted in time"),
    },
    transitions=(
        Transition(
            act="submit",
            source=(D.DRAFT, D.SUBMITTED, D.WITHDRAWN, D.LATE),
            target=D.SUBMITTED,
            permission="proposals.submit",
            label=_("Sign and submit"),
        ),
        Transition(
            act="withdraw",
            source=(D.SUBMITTED,),
            target=D.WITHDRAWN,
            permission="proposals.withdraw",
            label=_("Withdraw"),
        ),
        Transition(
            act="arrive_late",
            source=(D.DRAFT,),
            target=D.LATE,
            permission="",
            label=_("Keep as late evidence"),
        ),
    ),
)
