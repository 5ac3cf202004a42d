"""Notices to those who run the portal: background work that was given up, mail that does not leave."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext

from procurement_portal.notifications import recipients
from procurement_portal.notifications.actions.deliver import MAIL, fail
from procurement_portal.notifications.notice import Category, Notice
from procurement_portal.notifications.send import send
from procurement_portal.outbox.events import IntentGivenUp
from procurement_portal.people.roles import PORTAL_ADMINISTRATOR
from procurement_portal.time.clock import today


@dataclass(frozen=True, kw_only=True)
class WorkGivenUp(Notice):
    """A kind of background work failed at every attempt today."""

    kind = "outbox.given_up"
    template = "work_given_up"
    category = Category.PORTAL
    urgent = True

    task: str
    day: str
    error: str

    @property
    def key(self) -> str:
        return f"{self.task}:{self.day}"  # one notice a day and kind of work, however much of it fails

    def subject(self) -> str:
        return gettext("Background work was given up: %(task)s") % {"task": self.task}


@dataclass(frozen=True, kw_only=True)
class MailGivenUp(WorkGivenUp):
    """The same of mail: told in the portal alone, or every failed mail would beget another."""

    kind = "outbox.mail_given_up"
    portal_only = True


def tell_given_up(event: IntentGivenUp) -> None:
    """Answer to `IntentGivenUp`: mark a mail as failed, and tell the portal's administrators."""
    made = WorkGivenUp
    if event.task == MAIL:
        fail(int(str(event.arguments["delivery_id"])))
        made = MailGivenUp
    notice = made(task=event.task, day=str(today()), error=event.error, url=reverse("given_up"))
    send(notice, to=recipients.everybody_with(PORTAL_ADMINISTRATOR.name))
