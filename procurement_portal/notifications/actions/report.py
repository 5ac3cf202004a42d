"""Take a report that something is broken, and answer it."""

from __future__ import annotations

import re
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from procurement_portal.clocks import actions as clocks
from procurement_portal.history.record import record
from procurement_portal.law.calendar import Calendar
from procurement_portal.notifications import recipients
from procurement_portal.notifications.models.report import Report
from procurement_portal.notifications.reports import BrokenAnswered, BrokenReceived, BrokenReported
from procurement_portal.notifications.send import send
from procurement_portal.people.actor import Actor
from procurement_portal.people.models.membership import Desk
from procurement_portal.people.models.user import User
from procurement_portal.people.roles import PORTAL_ADMINISTRATOR
from procurement_portal.time.clock import chicago, now, today
from procurement_portal.web.refusal import Conflict, Invalid, Refused

RULE = "portal.broken_answer"
DESK = "operations"  # the function of the desk that answers, where a department keeps one
_REFERENCE = re.compile(r"[0-9A-F]{8}-[0-9A-F]{2}")


def answer_due(business_days: int) -> datetime:
    """The end of the help desk's day, 5 pm Chicago time, so many business days from today."""
    return chicago(Calendar.for_jurisdiction("city").add_business_days(today(), business_days), 17)


def report(
    *,
    actor: Actor,
    reference: str,
    page: str,
    what: str,
    reply_to: str = "",
    phone: str = "",
    business_days: int,
) -> Report:
    """Keep a report, tell those who run the portal, and send the reporter a receipt; returns the report.

    `reference` is the number the broken page showed; one that cannot be ours is left out. Raises Invalid without a text.
    """
    if not what.strip():
        raise Invalid({"what": [_("Tell us what happened.")]})
    due = answer_due(business_days)
    with transaction.atomic():
        row = Report.objects.create(
            reference=reference if _REFERENCE.fullmatch(reference) else "",
            page=page[:500] if page.startswith("/") else "",
            what=what.strip()[:5000],
            reply_to=(reply_to or actor.email).lower(),
            phone=phone.strip()[:40],
            reported_by_id=actor.user_id,
            reported_as=actor.acting_as[:200],
        )
        record(actor, "portal.report_broken", row, after={"reference": row.reference})
        desk = Desk.objects.filter(function=DESK, closed_at__isnull=True).order_by("pk").first()
        if desk is not None:
            clocks.start(
                row,
                rule=RULE,
                citation=_("Service promise of the portal"),
                what=_("Answer the report"),
                due_at=due,
                desk=desk,
                url=reverse("report", args=[row.pk]),
                actor=actor if actor.user_id else None,
            )
        who = ", ".join(filter(None, [actor.name, row.reported_as, row.reply_to, row.phone]))
        notice = BrokenReported(
            report_id=row.pk, number=row.number, reference=row.reference, page=row.page, what=row.what, who=who,
            url=reverse("report", args=[row.pk]),
        )  # fmt: skip
        send(notice, to=recipients.everybody_with(PORTAL_ADMINISTRATOR.name))
        receipt = BrokenReceived(
            report_id=row.pk, number=row.number, what=row.what, answer_by=due,
            help_phone=settings.HELP_PHONE, help_hours=str(settings.HELP_HOURS),
        )  # fmt: skip
        send(receipt, to=_reporter(row))
        return row


def answer(*, actor: Actor, report: Report, text: str) -> Report:
    """Answer a report and write to whoever reported it. Raises Refused, Invalid without a text, Conflict when answered."""
    if not actor.can("portal.operate"):
        raise Refused(_("Reports are answered by those who run the portal."))
    if not text.strip():
        raise Invalid({"answer": [_("Write an answer.")]})
    with transaction.atomic():
        row = Report.objects.select_for_update().get(pk=report.pk)
        if row.answered_at is not None:
            raise Conflict(_("Somebody answered this report already."), row)
        row.answer, row.answered_by_id, row.answered_at = text.strip(), actor.user_id, now()
        row.save(update_fields=["answer", "answered_by", "answered_at"])
        record(actor, "portal.answer_report", row)
        clocks.stop(row, RULE, "answered", actor)
        send(BrokenAnswered(report_id=row.pk, number=row.number, what=row.what, answer=row.answer), to=_reporter(row))
        return row


def _reporter(row: Report) -> list[recipients.Recipient]:
    if row.reported_by_id:
        person = User.objects.filter(pk=row.reported_by_id).first()
        if person is not None and (not row.reply_to or row.reply_to == person.email):
            return recipients.user(person)
    return recipients.address(row.reply_to) if row.reply_to else []
