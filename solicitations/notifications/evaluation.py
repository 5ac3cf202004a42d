"""What panel members and officers are told about an evaluation. No notice names a proposer or a score."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext

from procurement_portal.notifications.notice import Category, Notice


@dataclass(frozen=True, kw_only=True)
class Appointed(Notice):
    """A person was put on a panel: they declare conflicts first."""

    kind = "solicitations.appointed"
    template = "panel_appointed"
    category = Category.SOLICITATIONS

    member_id: int
    number: str
    title: str
    declare_by: datetime
    last_day: date | None

    @property
    def key(self) -> str:
        return f"member:{self.member_id}"

    def subject(self) -> str:
        return gettext("You are on the panel for %(number)s") % {"number": self.number}


@dataclass(frozen=True, kw_only=True)
class PlaceEnded(Notice):
    """A person's place on a panel ended."""

    kind = "solicitations.place_ended"
    template = "panel_ended"
    category = Category.SOLICITATIONS

    member_id: int
    number: str
    title: str

    @property
    def key(self) -> str:
        return f"member:{self.member_id}"

    def subject(self) -> str:
        return gettext("Your place on the panel for %(number)s has ended") % {"number": self.number}


@dataclass(frozen=True, kw_only=True)
class ScoringBegan(Notice):
    """A reader may read and score."""

    kind = "solicitations.scoring_began"
    template = "scoring_began"
    category = Category.SOLICITATIONS

    member_id: int
    number: str
    title: str
    due_at: datetime

    @property
    def key(self) -> str:
        return f"member:{self.member_id}"

    def subject(self) -> str:
        return gettext("To read and score: %(number)s") % {"number": self.number}


@dataclass(frozen=True, kw_only=True)
class ConflictsReported(Notice):
    """Conflicts were declared or found: officers decide about names and about readers. `last` is the newest row's id."""

    kind = "solicitations.conflicts_reported"
    template = "conflicts_reported"
    category = Category.SOLICITATIONS

    evaluation_id: int
    last: int
    number: str
    title: str
    count: int

    @property
    def key(self) -> str:
        return f"evaluation:{self.evaluation_id}:{self.last}"

    def subject(self) -> str:
        return gettext("Conflicts of interest: %(number)s") % {"number": self.number}


@dataclass(frozen=True, kw_only=True)
class EverythingLocked(Notice):
    """Every reader locked every score: an officer can end scoring."""

    kind = "solicitations.everything_locked"
    template = "everything_locked"
    category = Category.SOLICITATIONS

    evaluation_id: int
    number: str
    title: str

    @property
    def key(self) -> str:
        return f"evaluation:{self.evaluation_id}"

    def subject(self) -> str:
        return gettext("All scores are locked: %(number)s") % {"number": self.number}
