"""Mails leave here, by the outbox; mails that came in are posted here."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation

from procurement_portal.notifications.actions.deliver import MAIL, begin
from procurement_portal.notifications.actions.inbound import RECEIVE, settle
from procurement_portal.notifications.models.delivery import Delivery
from procurement_portal.notifications.send import absolute
from procurement_portal.outbox.intents import task


@task(MAIL)
def mail(delivery_id: int) -> None:
    """Send one delivery by mail, unless it was sent before. Its Message-ID is the same at every attempt, so that a mail
    accepted by the mail server just before a crash is recognized there as the same one."""
    row = begin(delivery_id)
    if row is None:
        return
    headers = {"Message-ID": str(row.message_id), "Auto-Submitted": "auto-generated"}
    if row.urgent:
        headers["Importance"] = "high"
    if row.leave_url:
        headers["List-Unsubscribe"] = f"<{absolute(row.leave_url)}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message = EmailMultiAlternatives(
        subject=row.subject,
        body=row.body,
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[row.address],
        reply_to=[row.reply_to] if row.reply_to else None,
        headers=headers,
    )
    message.attach_alternative(_html(row), "text/html")
    message.send()  # last: what leaves the database cannot be undone


def _html(row: Delivery) -> str:
    with translation.override(row.language):
        return render_to_string(
            "emails/frame.html",
            {"subject": row.subject, "body": row.body, "language": row.language, "leave_url": absolute(row.leave_url)},
        )


@task(RECEIVE)
def receive(inbound_id: int) -> None:
    """Post a mail that came in, or refuse it."""
    settle(inbound_id)
