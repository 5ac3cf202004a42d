"""Engagements of auditors: given by the portal administrator, dated, for named bodies and a purpose."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils.translation import gettext

from procurement_portal import events
from procurement_portal.history.record import record
from procurement_portal.people.actor import Actor
from procurement_portal.people.events import EngagementGiven
from procurement_portal.people.models.body import Department, Organization
from procurement_portal.people.models.membership import Membership
from procurement_portal.people.models.oversight import Engagement
from procurement_portal.people.models.user import User
from procurement_portal.people.proof import need_second_factor
from procurement_portal.people.roles import AUDITOR
from procurement_portal.time.clock import now
from procurement_portal.web.refusal import Conflict, Invalid, Refused


def _must_engage(actor: Actor) -> None:
    if not actor.can("people.engage_auditor"):
        raise Refused(gettext("Only the portal administrator gives and ends engagements."))
    need_second_factor(actor)


def engage_auditor(
    *,
    actor: Actor,
    auditor: User,
    purpose: str,
    first_day: date,
    last_day: date,
    departments: Sequence[Department] = (),
    organizations: Sequence[Organization] = (),
) -> Engagement:
    """Let an auditor read these bodies' records from the first day to the last. Raises Refused, Invalid."""
    _must_engage(actor)
    problems: dict[str, list[str]] = {}
    if not purpose.strip():
        problems["purpose"] = [gettext("Say what the engagement is for.")]
    if last_day < first_day:
        problems["last_day"] = [gettext("The last day is before the first.")]
    if not departments and not organizations:
        problems["departments"] = [gettext("Name at least one department or organization.")]
    if auditor.pk == actor.user_id:
        problems["auditor"] = [gettext("Nobody engages themselves.")]
    elif not Membership.objects.filter(user=auditor, role=AUDITOR.name, ended_at__isnull=True).exists():
        problems["auditor"] = [gettext("Choose somebody who has the role of auditor.")]
    if problems:
        raise Invalid(problems)
    with transaction.atomic():
        engagement = Engagement.objects.create(
            auditor=auditor, purpose=purpose.strip(), first_day=first_day, last_day=last_day, given_by_id=actor.user_id
        )
        engagement.departments.set(departments)
        engagement.organizations.set(organizations)
        record(
            actor, "engagement.give", engagement,
            after={"auditor": str(auditor), "from": str(first_day), "to": str(last_day),
                   "bodies": sorted(str(body) for body in (*departments, *organizations))},
            why=purpose,
        )  # fmt: skip
        events.publish(EngagementGiven(engagement_id=engagement.pk, auditor_id=auditor.pk))
    return engagement


def end_engagement(*, actor: Actor, engagement_id: int, why: str = "") -> Engagement:
    """End an engagement before its last day. Raises Refused, Conflict."""
    _must_engage(actor)
    with transaction.atomic():
        engagement = Engagement.objects.select_for_update(of=("self",)).get(pk=engagement_id)
        if engagement.ended_at:
            raise Conflict(gettext("This engagement has ended already."), engagement)
        engagement.ended_at, engagement.ended_by_id = now(), actor.user_id
        engagement.save(update_fields=["ended_at", "ended_by"])
        record(actor, "engagement.end", engagement, why=why)
    return engagement
