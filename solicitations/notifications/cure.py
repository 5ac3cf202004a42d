"""What proposers and officers hear between opening and ranking."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext

from procurement_portal.notifications.notice import Category, Notice


@dataclass(frozen=True, kw_only=True)
class CureAsked(Notice):
    """Papers lack; they may be handed in within the one window."""

    kind = "solicitations.cure_asked"
    template = "cure_asked"
    category = Category.PROPOSALS
    legal = True
    urgent = True

    window_id: int
    number: str
    title: str
    papers: Sequence[str]
    closes_at: datetime

    @property
    def key(self) -> str:
        return f"cure:{self.window_id}"

    def subject(self) -> str:
        return gettext("Papers lack in your proposal for %(number)s") % {"number": self.number}


@dataclass(frozen=True, kw_only=True)
class PaperCured(Notice):
    """A proposer handed in a paper that lacked."""

    kind = "solicitations.paper_cured"
    template = "paper_cured"
    category = Category.WORK

    item_id: int
    at: str
    number: str
    organization: str
    paper: str

    @property
    def key(self) -> str:
        return f"cure-item:{self.item_id}:{self.at}"

    def subject(self) -> str:
        return gettext("Handed in for %(number)s: %(paper)s") % {"number": self.number, "paper": self.paper}


@dataclass(frozen=True, kw_only=True)
class ClarificationAsked(Notice):
    """An officer asks about a proposal."""

    kind = "solicitations.clarification_asked"
    template = "clarification_asked"
    category = Category.PROPOSALS
    legal = True

    request_id: int
    number: str
    title: str
    question: str
    due_at: datetime

    @property
    def key(self) -> str:
        return f"clarification:{self.request_id}"

    def subject(self) -> str:
        return gettext("A question about your proposal for %(number)s") % {"number": self.number}


@dataclass(frozen=True, kw_only=True)
class ClarificationAnswered(Notice):
    """A proposer answered."""

    kind = "solicitations.clarification_answered"
    template = "clarification_answered"
    category = Category.WORK

    request_id: int
    number: str
    organization: str

    @property
    def key(self) -> str:
        return f"clarification:{self.request_id}"

    def subject(self) -> str:
        return gettext("Answered: a question about a proposal for %(number)s") % {"number": self.number}


@dataclass(frozen=True, kw_only=True)
class InterviewInvited(Notice):
    """The panel invites a proposer."""

    kind = "solicitations.interview_invited"
    template = "interview_invited"
    category = Category.PROPOSALS
    legal = True

    interview_id: int
    number: str
    title: str
    at: datetime
    place: str
    link: str

    @property
    def key(self) -> str:
        return f"interview:{self.interview_id}"

    def subject(self) -> str:
        return gettext("Invitation to an interview: %(number)s") % {"number": self.number}
