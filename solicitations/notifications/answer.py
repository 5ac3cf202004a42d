"""What people of an organization are told about their proposals. Nobody outside is told anything before opening."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext

from procurement_portal.notifications.notice import Category, Notice


@dataclass(frozen=True, kw_only=True)
class Submitted(Notice):
    """A version was submitted: to everyone of the organization who works on proposals."""

    kind = "solicitations.submitted"
    template = "proposal_submitted"
    category = Category.SOLICITATIONS
    legal = True

    submission_id: int
    version: int
    number: str
    title: str
    by: str
    received_at: datetime
    in_advance: bool

    @property
    def key(self) -> str:
        return f"proposal:{self.submission_id}:{self.version}"

    def subject(self) -> str:
        return gettext("Received: your answer to %(number)s") % {"number": self.number}


@dataclass(frozen=True, kw_only=True)
class Invited(Notice):
    """An organization is asked to take part in another's proposal."""

    kind = "solicitations.partner_invited"
    template = "partner_invited"
    category = Category.SOLICITATIONS

    partner_id: int
    lead: str
    number: str
    title: str
    due_at: datetime

    @property
    def key(self) -> str:
        return f"partner:{self.partner_id}"

    def subject(self) -> str:
        return gettext("%(lead)s asks you to take part in an answer to %(number)s") % {
            "lead": self.lead,
            "number": self.number,
        }


@dataclass(frozen=True, kw_only=True)
class ConfirmAgain(Notice):
    """An addendum touched answers already given."""

    kind = "solicitations.confirm_again"
    template = "proposal_confirm_again"
    category = Category.SOLICITATIONS
    legal = True

    submission_id: int
    addendum: int
    number: str
    title: str
    is_submitted: bool

    @property
    def key(self) -> str:
        return f"proposal:{self.submission_id}:addendum:{self.addendum}"

    def subject(self) -> str:
        return gettext("Addendum %(addendum)d to %(number)s touches your answers") % {
            "addendum": self.addendum,
            "number": self.number,
        }
