"""The approval chain: its steps as rows, each with its desk and clock; a desk that is missing is made with its people."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from procurement_portal.clocks import actions as clocks
from procurement_portal.law.calendar import Calendar
from procurement_portal.notifications import recipients
from procurement_portal.notifications.send import send
from procurement_portal.people.actions import desks
from procurement_portal.people.actor import Actor
from procurement_portal.people.bodies import Body
from procurement_portal.people.models.membership import Desk, Membership
from procurement_portal.time.clock import CHICAGO, chicago, now
from solicitations.models.recommendation import Approval, Recommendation
from solicitations.notifications.recommendation import ApprovalWaits
from solicitations.states import ApprovalStep

STEP_CLOCK = "solicitations.approval"
CLOSING_HOUR = 17
_SYSTEM = Actor.system("approval chain")
# Step → (function word of the desk, its name, the role that decides there).
STEPS = {
    ApprovalStep.BUDGET: ("budget", _("Budget desk"), "fiscal_reviewer"),
    ApprovalStep.PROCUREMENT: ("procurement", _("Procurement desk"), "procurement_officer"),
    ApprovalStep.CHIEF: ("chief", _("Chief Procurement Officer"), "chief_procurement_officer"),
}


def open_chain(made: Recommendation, actor: Actor) -> list[Approval]:
    """Write the steps of a recommendation just sent and open the first one."""
    steps = [
        Approval.objects.create(
            recommendation=made,
            step=step,
            position=position,
            desk=desk_of(step, made),
            made_by_id=made.made_by_id,
            sent_by_id=actor.user_id,
        )
        for position, step in enumerate(STEPS, 1)
    ]
    open_step(steps[0], made, actor)
    return steps


def open_step(step: Approval, made: Recommendation, actor: Actor) -> None:
    """It is this step's turn: its clock starts, its people are told."""
    row = made.solicitation
    step.opened_at = now()
    step.save(update_fields=["opened_at"])
    url = reverse("solicitations:recommendation", args=[row.number])
    people = recipients.everybody_with("chief_procurement_officer")
    if step.desk is not None:
        calendar = Calendar.for_jurisdiction(row.department.jurisdiction)
        last = calendar.add_business_days(step.opened_at.astimezone(CHICAGO).date(), step.desk.service_days)
        clocks.start(
            step,
            rule=STEP_CLOCK,
            citation="Service days of the desk",
            what=gettext("Decide on the recommendation"),
            due_at=chicago(last, CLOSING_HOUR),
            desk=step.desk,
            url=url,
            about=f"{row.number} {row.title}",
            actor=actor,
        )
        people = recipients.desk(step.desk)
    send(
        ApprovalWaits(
            approval_id=step.pk,
            step=step.step,
            number=row.number,
            title=row.title,
            by=actor.label,
            url=url,
        ),
        to=[r for r in people if r.user is None or r.user.pk not in (made.made_by_id, made.sent_by_id)],
    )


def desk_of(step: ApprovalStep, made: Recommendation) -> Desk | None:
    """The desk of a step: the department's, or for the chief the one where the jurisdiction's chief works. A missing desk is
    made with everybody who holds the role; None when nobody does."""
    function, name, role = STEPS[step]
    row = made.solicitation
    holders = Membership.objects.filter(role=role, ended_at__isnull=True, scope_type="").select_related("user")
    if step == ApprovalStep.CHIEF:
        holders = holders.filter(department__jurisdiction=row.department.jurisdiction)
    else:
        holders = holders.filter(department_id=row.department_id)
    people = list(holders.order_by("pk"))
    department_id = people[0].department_id if people else row.department_id
    found = Desk.objects.filter(department_id=department_id, function=function, closed_at__isnull=True).first()
    if found is not None or not people:
        return found
    body = Body(department_id=department_id)
    made_desk = desks.make_desk(actor=_SYSTEM, body=body, name=str(name), function=function)
    for holder in people:
        if holder.department_id == department_id:
            desks.seat(actor=_SYSTEM, desk_id=made_desk.pk, user=holder.user)
    return made_desk
