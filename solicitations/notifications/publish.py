"""What people are told about drafts, notices, addenda and questions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext

from procurement_portal.notifications.notice import Category, Notice


@dataclass(frozen=True, kw_only=True)
class ReviewRequested(Notice):
    """A draft waits for a second person."""

    kind = "solicitations.review_requested"
    template = "solicitation_review_requested"
    category = Category.SOLICITATIONS

    solicitation_id: int
    lock: int
    number: str
    title: str
    by: str

    @property
    def key(self) -> str:
        return f"solicitation:{self.solicitation_id}:{self.lock}"

    def subject(self) -> str:
        return gettext("To review: %(number)s") % {"number": self.number}


@dataclass(frozen=True, kw_only=True)
class ReturnedToDraft(Notice):
    """A reviewer sent a draft back."""

    kind = "solicitations.returned"
    template = "solicitation_returned"
    category = Category.SOLICITATIONS

    solicitation_id: int
    lock: int
    number: str
    title: str
    by: str
    why: str

    @property
    def key(self) -> str:
        return f"solicitation:{self.solicitation_id}:{self.lock}"

    def subject(self) -> str:
        return gettext("Back to you: %(number)s") % {"number": self.number}


@dataclass(frozen=True, kw_only=True)
class Published(Notice):
    """A draft became a notice."""

    kind = "solicitations.published"
    template = "solicitation_published"
    category = Category.SOLICITATIONS

    solicitation_id: int
    number: str
    title: str
    by: str
    due_at: datetime

    @property
    def key(self) -> str:
        return f"solicitation:{self.solicitation_id}"

    def subject(self) -> str:
        return gettext("Published: %(number)s") % {"number": self.number}


@dataclass(frozen=True, kw_only=True)
class AddendumToReview(Notice):
    """An addendum waits for a second person."""

    kind = "solicitations.addendum_review"
    template = "addendum_review"
    category = Category.SOLICITATIONS

    addendum_id: int
    lock: int
    number: str
    addendum: int
    by: str

    @property
    def key(self) -> str:
        return f"addendum:{self.addendum_id}:{self.lock}"

    def subject(self) -> str:
        return gettext("To review: addendum %(addendum)s to %(number)s") % {
            "addendum": self.addendum,
            "number": self.number,
        }


@dataclass(frozen=True, kw_only=True)
class InquiryWaits(Notice):
    """Somebody asked a question; who, is not said."""

    kind = "solicitations.inquiry_waits"
    template = "inquiry_waits"
    category = Category.SOLICITATIONS

    inquiry_id: int
    number: str
    text: str
    answer_by: datetime

    @property
    def key(self) -> str:
        return f"inquiry:{self.inquiry_id}"

    def subject(self) -> str:
        return gettext("A question about %(number)s") % {"number": self.number}


@dataclass(frozen=True, kw_only=True)
class InquiryPublished(Notice):
    """The asker's question has an answer, for everybody to read."""

    kind = "solicitations.inquiry_published"
    template = "inquiry_published"
    category = Category.SOLICITATIONS

    inquiry_id: int
    number: str
    title: str
    question: str
    answer: str

    @property
    def key(self) -> str:
        return f"inquiry:{self.inquiry_id}"

    def subject(self) -> str:
        return gettext("Your question about %(number)s is answered") % {"number": self.number}


@dataclass(frozen=True, kw_only=True)
class NoticeCanceled(Notice):
    """A notice an organization began to answer was canceled."""

    kind = "solicitations.canceled"
    template = "solicitation_canceled"
    category = Category.SOLICITATIONS
    legal = True

    solicitation_id: int
    number: str
    title: str
    why: str

    @property
    def key(self) -> str:
        return f"solicitation:{self.solicitation_id}"

    def subject(self) -> str:
        return gettext("Canceled: %(number)s") % {"number": self.number}
