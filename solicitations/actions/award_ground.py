"""What the acts on awards share: one order of locks, stored traces, desks and clocks.

Every act on an award, its protest or its negotiation locks the solicitation first and the award second. So whoever protests,
calls from the waiting list or agrees at the same instant as another waits for them, and then sees what they did.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext as _

from procurement_portal.clocks import actions as clocks
from procurement_portal.history.record import subject_type
from procurement_portal.law import engine
from procurement_portal.law.calendar import Calendar
from procurement_portal.notifications import recipients
from procurement_portal.notifications.send import send
from procurement_portal.people.access import found_or_404
from procurement_portal.people.actor import Actor
from procurement_portal.people.models.membership import Desk, Membership
from procurement_portal.people.roles import roles_with
from procurement_portal.time.clock import CHICAGO, chicago, now
from procurement_portal.web.refusal import Refused
from procurement_portal.workflow import advance
from solicitations.actions.publication import CLOSING_HOUR
from solicitations.models.award import Award
from solicitations.models.solicitation import Solicitation
from solicitations.models.trace import Trace
from solicitations.notifications.award import AwardMoved
from solicitations.queries import award as queries
from solicitations.queries.award import open_protests
from solicitations.workflow.award import AWARD

BEGIN_CLOCK = "solicitations.begin_negotiation"
TURN_CLOCK = "solicitations.negotiation_turn"
SERVICE = "Service days of the desk"
SERVICE_DAYS = 5  # business days where a department has made no desk
CHIEF_DESK, AWARD_DESK, NEGOTIATION_DESK = "chief", "procurement", "contracts"
ROLES = ("administrator", "signatory", "preparer")  # who works on an award in its organization


def lock_solicitation(pk: int) -> Solicitation:
    """The solicitation under a row lock that lets others still refer to it."""
    rows = Solicitation.objects.select_for_update(of=("self",), no_key=True).select_related("department")
    return rows.get(pk=pk)


def held(actor: Actor, award_id: int) -> Award:
    """An award the actor may see, as staff or as its organization, under the lock of its solicitation and its own.

    Raises Http404 for what the actor may not see.
    """
    visible = queries.own(actor) if actor.organization_id is not None else queries.managed(actor)
    found = found_or_404(visible, pk=award_id)
    row = lock_solicitation(found.solicitation_id)
    award = Award.objects.select_for_update(of=("self",)).select_related("organization", "lot", "proposal").get(
        pk=award_id
    )  # fmt: skip
    award.solicitation = row
    return award


def need(actor: Actor, permission: str) -> None:
    """Raises Refused without the permission, naming who holds it."""
    if not actor.can(permission):
        names = ", ".join(str(role.label) for role in roles_with(permission))
        raise Refused(_("This is for people with the role %(roles)s.") % {"roles": names})


def ask_rule(
    rule: str, facts: Mapping[str, Any], subject: models.Model, jurisdiction: str, on: date
) -> tuple[Trace, engine.Outcome]:
    """Ask a rule of law; its trace, kept beside the record it decides about, and its answer."""
    outcome = engine.evaluate(rule, dict(facts), on=on, calendar=Calendar.for_jurisdiction(jurisdiction))
    trace = Trace.objects.create(
        rule=rule,
        subject_type=subject_type(subject),
        subject_id=str(subject.pk),
        content=dict(outcome.trace),
        law=str(outcome.trace["law"]),
        asked_on=on,
    )
    return trace, outcome


# --- Desks and clocks ----------------------------------------------------------------------------------------------------


def desk_of(row: Solicitation, function: str = NEGOTIATION_DESK) -> Desk | None:
    """The department's desk of this function, if somebody sits at it."""
    desks = Desk.objects.filter(department_id=row.department_id, function=function, closed_at__isnull=True)
    return desks.filter(seats__isnull=False).first()


def chief_of(row: Solicitation) -> dict[str, Any]:
    """Who decides protests of the jurisdiction, as a clock's holder: the chief's desk, else the officer; {} for nobody."""
    jurisdiction = row.department.jurisdiction
    desks = Desk.objects.filter(function=CHIEF_DESK, department__jurisdiction=jurisdiction, closed_at__isnull=True)
    desk = desks.filter(seats__isnull=False).first()
    if desk is not None:
        return {"desk": desk}
    chief = chiefs(row).values_list("user_id", flat=True).first()
    return {"user_id": chief} if chief else {}


def chiefs(row: Solicitation) -> models.QuerySet[Membership]:
    """The chief procurement officers of the jurisdiction."""
    return Membership.objects.filter(
        role="chief_procurement_officer",
        department__jurisdiction=row.department.jurisdiction,
        ended_at__isnull=True,
        user__is_active=True,
    ).order_by("pk")


def service_due(row: Solicitation, after: date, days: int) -> datetime:
    """The closing hour of the business day so many days after one, never before now."""
    calendar = Calendar.for_jurisdiction(row.department.jurisdiction)
    return not_past(chicago(calendar.add_business_days(after, days), CLOSING_HOUR))


def not_past(due_at: datetime) -> datetime:
    """A deadline that a clock can be started with: one that has passed already is due in a minute."""
    return max(due_at, now() + timedelta(minutes=1))


def award_url(award: Award) -> str:
    """Where staff work on an award."""
    return reverse("solicitations:award", args=[award.solicitation.number, award.pk])


def own_award_url(award: Award) -> str:
    """Where its organization does."""
    return reverse("solicitations:own-award", args=[award.pk])


def start_at_department(
    subject: models.Model,
    award: Award,
    rule: str,
    what: str,
    due_at: datetime,
    *,
    actor: Actor,
    citation: str = SERVICE,
    function: str = NEGOTIATION_DESK,
) -> None:
    """Start a clock at a desk of the department; where nobody sits at it, with whoever announced the award."""
    desk = desk_of(award.solicitation, function)
    clocks.start(
        subject,
        rule=rule,
        citation=citation,
        what=what,
        due_at=not_past(due_at),
        desk=desk,
        user_id=None if desk else award.announced_by_id,
        url=award_url(award),
        about=f"{award.organization.name}: {award.solicitation.title}",
        actor=actor,
    )


def begin_clock(award: Award, *, actor: Actor) -> None:
    """The promise to begin with scope and budget once the window has passed; none while a protest suspends the awards."""
    row = award.solicitation
    window = queries.window_of(row)
    if window is None or open_protests(row.pk).exists():
        return
    desk = desk_of(row)
    after = max(window.closes_at, now()).astimezone(CHICAGO).date()
    due = service_due(row, after, desk.service_days if desk else SERVICE_DAYS)
    what = _("Begin with scope and budget: %(organization)s") % {"organization": award.organization.name}
    start_at_department(award, award, BEGIN_CLOCK, what, due, actor=actor)


def turn_clock(award: Award, side: str, what: str, *, actor: Actor) -> None:
    """Whose turn it is in the negotiation: the clock of the other side ends, this side's begins."""
    clocks.stop(award, TURN_CLOCK, "answered", actor)
    desk = desk_of(award.solicitation)
    days = desk.service_days if desk else SERVICE_DAYS
    due = service_due(award.solicitation, now().astimezone(CHICAGO).date(), days)
    if side == "organization":
        clocks.start(
            award,
            rule=TURN_CLOCK,
            citation=SERVICE,
            what=what,
            due_at=due,
            organization_id=award.organization_id,
            url=own_award_url(award),
            about=f"{award.solicitation.number} {award.solicitation.title}",
            actor=actor,
        )
    else:
        start_at_department(award, award, TURN_CLOCK, what, due, actor=actor)


def suspend_clocks(row: Solicitation, *, actor: Actor) -> None:
    """A protest was filed: nobody is late with what they may not do."""
    for award in Award.objects.filter(solicitation=row, status__in=queries.COUNTED):
        clocks.stop(award, BEGIN_CLOCK, "suspended", actor)
        clocks.stop(award, TURN_CLOCK, "suspended", actor)


def resume_clocks(row: Solicitation, *, actor: Actor) -> None:
    """The last open protest ended, or the award proceeds: what waited goes on with its full days."""
    if open_protests(row.pk).exists():
        return
    for award in Award.objects.filter(solicitation=row, status="announced").select_related("organization"):
        award.solicitation = row
        begin_clock(award, actor=actor)
    for award in Award.objects.filter(solicitation=row, status="negotiating").select_related("organization"):
        award.solicitation = row
        turn_clock(award, "department", _("Go on with scope and budget"), actor=actor)


def end(award: Award, act: str, *, actor: Actor, why: str) -> None:
    """End one award by `act` (decline, rescind, lapse): who, when and why; its clocks and legislative step stop."""
    award.ended_at = now()
    award.ended_by_id = actor.user_id
    award.ended_why = why
    award.save(update_fields=["ended_at", "ended_by", "ended_why"])
    advance(AWARD, award, act, actor=actor, why=why)
    clocks.stop_all(award, act, actor)
    step = queries.legislative(award)
    if step is not None:
        clocks.stop_all(step, act, actor)


# --- Telling -------------------------------------------------------------------------------------------------------------


def tell_organization(award: Award, step: str, turn: int, **more: Any) -> None:
    """Tell the people who sign and answer for the award's organization."""
    send(
        _moved(award, step, turn, own_award_url(award), more), to=recipients.organization(award.organization_id, ROLES)
    )


def tell_department(award: Award, step: str, turn: int, **more: Any) -> None:
    """Tell the department's officers."""
    people = recipients.department(award.solicitation.department_id, ["procurement_officer", "program_officer"])
    send(_moved(award, step, turn, award_url(award), more), to=people)


def _moved(award: Award, step: str, turn: int, url: str, more: dict[str, Any]) -> AwardMoved:
    row = award.solicitation
    return AwardMoved(
        award_id=award.pk,
        step=step,
        turn=turn,
        number=row.number,
        title=row.title,
        organization=award.organization.name,
        url=url,
        **more,
    )
