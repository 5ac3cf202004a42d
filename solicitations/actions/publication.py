"""From draft to notice by two people; closing at the due hour; cancellation."""

from __future__ import annotations

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from procurement_portal import events
from procurement_portal.clocks import actions as clocks
from procurement_portal.law.calendar import Calendar
from procurement_portal.notifications import recipients
from procurement_portal.notifications.send import send
from procurement_portal.outbox.intents import enqueue
from procurement_portal.people.actor import Actor
from procurement_portal.people.models.membership import Desk
from procurement_portal.time.clock import CHICAGO, chicago, in_time, now
from procurement_portal.web.refusal import Conflict, Invalid, Refused
from procurement_portal.workflow import advance
from solicitations.actions.drafting import locked, own_draft, touched
from solicitations.actions.solicitation import decide_scope
from solicitations.events import SolicitationCanceled, SolicitationClosed, SolicitationPublished
from solicitations.models.addendum import Version
from solicitations.models.solicitation import Solicitation
from solicitations.notifications.publish import NoticeCanceled, Published, ReturnedToDraft, ReviewRequested
from solicitations.queries.checks import count_words
from solicitations.queries.drafting import found_problems
from solicitations.queries.version import digest, snapshot
from solicitations.states import SolicitationState
from solicitations.workflow.notice import SOLICITATION, by_a_second_person, of_own_department

CLOSE = "solicitations.close"  # the intent that closes one notice at its due hour
REVIEW_CLOCK = "solicitations.review"
REVIEW_DESK = "publication"
CLOSING_HOUR = 17


def _url(name: str, row: Solicitation) -> str:
    return reverse(name, args=[row.number])


def _refuse_problems(row: Solicitation) -> None:
    found = found_problems(row)
    if found:
        raise Refused(count_words(found) + " " + " ".join(problem.message for problem in found))


@transaction.atomic
def request_review(*, actor: Actor, solicitation_id: int) -> Solicitation:
    """Send a complete draft to the second person. Raises Refused with every problem while it is not complete."""
    row = own_draft(actor, solicitation_id)
    _refuse_problems(row)
    row.review_requested_by_id = actor.user_id
    row.review_requested_at = now()
    row.save(update_fields=["review_requested_by", "review_requested_at"])
    advance(SOLICITATION, row, "request_review", actor=actor)
    touched(row)
    desk = Desk.objects.filter(department_id=row.department_id, function=REVIEW_DESK).first()
    if desk is not None:
        calendar = Calendar.for_jurisdiction(row.department.jurisdiction)
        last = calendar.add_business_days(row.review_requested_at.astimezone(CHICAGO).date(), desk.service_days)
        clocks.start(
            row,
            rule=REVIEW_CLOCK,
            citation="Service days of the desk",
            what=_("Review and publish"),
            due_at=chicago(last, CLOSING_HOUR),
            desk=desk,
            url=_url("solicitations:plan-review", row),
            actor=actor,
        )
    send(
        ReviewRequested(
            solicitation_id=row.pk,
            lock=row.lock,
            number=row.number,
            title=row.title,
            by=actor.label,
            url=_url("solicitations:plan-review", row),
        ),
        to=[r for r in recipients.department(row.department_id, ["procurement_officer"]) if not _is(r, actor)],
    )
    return row


@transaction.atomic
def return_to_draft(*, actor: Actor, solicitation_id: int, why: str) -> Solicitation:
    """Take a notice out of review, for a stated reason. Raises Invalid without one, Conflict when it is no longer in review."""
    row = locked(actor, solicitation_id)
    if not why.strip():
        raise Invalid({"why": [_("Say what has to change.")]})
    requested_by = row.review_requested_by_id
    advance(SOLICITATION, row, "return", actor=actor, why=why.strip())
    row.review_requested_by = None
    row.review_requested_at = None
    row.save(update_fields=["review_requested_by", "review_requested_at"])
    touched(row)
    clocks.stop(row, REVIEW_CLOCK, "returned", actor)
    told = {row.drafted_by_id, requested_by} - {actor.user_id, None}
    send(
        ReturnedToDraft(
            solicitation_id=row.pk,
            lock=row.lock,
            number=row.number,
            title=row.title,
            by=actor.label,
            why=why.strip(),
            url=_url("solicitations:plan", row),
        ),
        to=recipients.users([pk for pk in told if pk is not None]),
    )
    return row


@transaction.atomic
def publish(*, actor: Actor, solicitation_id: int, lock: int) -> Solicitation:
    """Publish a reviewed draft, today. `lock` is the state the reviewer read.

    Raises Conflict when somebody was faster or the draft changed meanwhile; Refused for the person who drafted it or sent
    it to review, and while a problem stands (a date can have passed since the review was asked for).
    """
    row = locked(actor, solicitation_id)
    if row.state != SolicitationState.IN_REVIEW:
        raise Conflict(_("This is now “%(state)s”.") % {"state": SOLICITATION.public[row.state]}, row.state)
    if not actor.can("solicitations.publish"):
        raise Refused(_("Publishing is for procurement officers."))
    of_own_department(row, actor)
    by_a_second_person(row, actor)
    if row.lock != lock:
        raise Conflict(_("The draft changed since you read it. Read it again before you publish."), row.lock)
    _refuse_problems(row)
    row.published_at = now()
    row.published_by_id = actor.user_id
    row.advertised_on = row.published_at.astimezone(CHICAGO).date()
    if row.estimate is not None and row.estimate_fixed_at is None:
        row.estimate_fixed_at = row.published_at
    row.save(update_fields=["published_at", "published_by", "advertised_on", "estimate_fixed_at"])
    decide_scope(row, on=row.advertised_on)
    content = snapshot(row)
    Version.objects.create(solicitation=row, number=0, content=content, sha256=digest(content))
    advance(SOLICITATION, row, "publish", actor=actor, version=digest(content))
    touched(row)
    clocks.stop(row, REVIEW_CLOCK, "published", actor)
    plan_closing(row)
    events.publish(SolicitationPublished(solicitation_id=row.pk))
    assert row.due_at is not None
    send(
        Published(
            solicitation_id=row.pk,
            number=row.number,
            title=row.title,
            by=actor.label,
            due_at=row.due_at,
            url=_url("solicitations:plan", row),
        ),
        to=recipients.users([row.drafted_by_id]),
    )
    return row


def plan_closing(row: Solicitation) -> None:
    """Write the intent that closes a notice once its due instant has passed; a moved date gets its own."""
    assert row.due_at is not None
    enqueue(CLOSE, key=f"{CLOSE}:{row.pk}:{row.due_at.isoformat()}", due_at=row.due_at, solicitation_id=row.pk)


@transaction.atomic
def close(*, actor: Actor, solicitation_id: int) -> bool:
    """Close a notice whose due instant has passed by the database's clock; False if there is nothing to close (yet)."""
    row = Solicitation.objects.select_for_update(of=("self",)).select_related("department").get(pk=solicitation_id)
    if row.state != SolicitationState.PUBLISHED or row.due_at is None:
        return False
    present = now()
    if in_time(present, row.due_at):
        return False
    row.closed_at = present
    row.save(update_fields=["closed_at"])
    advance(SOLICITATION, row, "close", actor=actor)
    touched(row)
    events.publish(SolicitationClosed(solicitation_id=row.pk))
    return True


def close_due(limit: int = 500) -> int:
    """Close every notice whose due instant has passed; returns how many. Right when it runs late, twice or in parallel."""
    waiting = Solicitation.objects.filter(status=SolicitationState.PUBLISHED, due_at__lt=now()).order_by("due_at")
    system = Actor.system("the due hour has passed")
    return sum(close(actor=system, solicitation_id=pk) for pk in list(waiting.values_list("pk", flat=True)[:limit]))


@transaction.atomic
def cancel(*, actor: Actor, solicitation_id: int, why: str) -> Solicitation:
    """End a solicitation without award, for a stated reason that the public reads. Raises Invalid, Refused, Conflict."""
    row = locked(actor, solicitation_id)
    if not why.strip():
        raise Invalid({"why": [_("Say why it is canceled; everybody will read it.")]})
    if row.state not in SOLICITATION.transition("cancel").source:
        raise Conflict(_("This is now “%(state)s”.") % {"state": SOLICITATION.public[row.state]}, row.state)
    if not actor.can("solicitations.cancel"):
        raise Refused(_("Canceling is for procurement officers."))
    row.canceled_at = now()
    row.canceled_by_id = actor.user_id
    row.canceled_why = why.strip()
    row.save(update_fields=["canceled_at", "canceled_by", "canceled_why"])
    advance(SOLICITATION, row, "cancel", actor=actor, why=why.strip())
    touched(row)
    clocks.stop_all(row, "canceled", actor)
    for inquiry in row.inquiries.filter(published_at__isnull=True):
        clocks.stop_all(inquiry, "canceled", actor)
    events.publish(SolicitationCanceled(solicitation_id=row.pk, was_public=row.is_public))
    _tell_canceled(row)
    return row


def _tell_canceled(row: Solicitation) -> None:
    """Tell every organization that began an answer; staff does not learn which."""
    told = NoticeCanceled(
        solicitation_id=row.pk,
        number=row.number,
        title=row.title,
        why=row.canceled_why,
        url=reverse("solicitations:notice", args=[row.pk]),
    )
    for organization_id in row.submissions.values_list("organization_id", flat=True):
        send(told, to=recipients.organization(organization_id))


def _is(recipient: recipients.Recipient, actor: Actor) -> bool:
    return recipient.user is not None and recipient.user.pk == actor.user_id
