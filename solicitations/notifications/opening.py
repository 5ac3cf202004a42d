"""What people are told about opening."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext

from procurement_portal.notifications.notice import Category, Notice


@dataclass(frozen=True, kw_only=True)
class OpeningWaits(Notice):
    """A notice closed: its answers wait to be opened by two officers."""

    kind = "solicitations.opening_waits"
    template = "opening_waits"
    category = Category.SOLICITATIONS

    solicitation_id: int
    number: str
    title: str

    @property
    def key(self) -> str:
        return f"solicitation:{self.solicitation_id}"

    def subject(self) -> str:
        return gettext("To open: %(number)s") % {"number": self.number}


@dataclass(frozen=True, kw_only=True)
class OpeningAsked(Notice):
    """One officer asked for opening; a second one opens."""

    kind = "solicitations.opening_asked"
    template = "opening_asked"
    category = Category.SOLICITATIONS

    solicitation_id: int
    number: str
    title: str
    by: str

    @property
    def key(self) -> str:
        return f"solicitation:{self.solicitation_id}"

    def subject(self) -> str:
        return gettext("A second officer opens: %(number)s") % {"number": self.number}


@dataclass(frozen=True, kw_only=True)
class AnswersOpened(Notice):
    """The department: what was received."""

    kind = "solicitations.answers_opened"
    template = "answers_opened"
    category = Category.SOLICITATIONS

    solicitation_id: int
    number: str
    title: str
    by: str
    received: int

    @property
    def key(self) -> str:
        return f"solicitation:{self.solicitation_id}"

    def subject(self) -> str:
        return gettext("Opened: %(number)s") % {"number": self.number}


@dataclass(frozen=True, kw_only=True)
class YourAnswerOpened(Notice):
    """A proposer: its answer was opened, in which version."""

    kind = "solicitations.answer_opened"
    template = "answer_opened"
    category = Category.SOLICITATIONS
    legal = True

    submission_id: int
    version: int
    number: str
    title: str
    opened_at: datetime

    @property
    def key(self) -> str:
        return f"proposal:{self.submission_id}"

    def subject(self) -> str:
        return gettext("Your answer to %(number)s was opened") % {"number": self.number}
