"""A notice: a frozen class that says what it tells, in which words, about what.

    @dataclass(frozen=True, kw_only=True)
    class AddendumIssued(Notice):
        kind = "solicitations.addendum_issued"
        template = "addendum_issued"
        category = Category.SOLICITATIONS
        legal = True

        addendum_id: int
        number: str

        @property
        def key(self) -> str:
            return f"addendum:{self.addendum_id}"

        def subject(self) -> str:
            return gettext("Addendum %(number)s") % {"number": self.number}

`templates/emails/<template>.txt` extends `emails/frame.txt` and is rendered with every field by its name and `url`
(absolute); the HTML form of every mail is the same text set in `emails/frame.html`. Subject and text are rendered in
each recipient's language, so fields hold plain values and `subject()` calls `gettext` itself.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, fields
from typing import Any, ClassVar

from procurement_portal.notifications.models.delivery import Category

__all__ = ["Category", "Notice"]


@dataclass(frozen=True, kw_only=True)
class Notice(ABC):
    """The base of every notice. Fields are ids and plain values; never a secret or a sealed answer: it is stored as sent."""

    kind: ClassVar[str]  # "room.word", stable for ever
    template: ClassVar[str]  # templates/emails/<template>.txt
    category: ClassVar[Category]
    legal: ClassVar[bool] = False  # a notice that the law or the sender's duty requires: cannot be switched off
    urgent: ClassVar[bool] = False  # marked so in the inbox and by mail
    mail_only: ClassVar[bool] = False  # for subscribers; leaves no trace in the inbox
    portal_only: ClassVar[bool] = False  # for what mail cannot tell: that mail fails
    url: str = ""  # where to act; a path of the portal

    @property
    @abstractmethod
    def key(self) -> str:
        """What it is about, such as "addendum:12": the same notice about the same thing reaches a person once."""

    @abstractmethod
    def subject(self) -> str:
        """The subject line, in the active language."""

    def reply_to(self, user_id: int | None) -> str:
        """Where an answer to the mail goes; "" says that nobody reads answers."""
        return ""

    def leave_url(self, user_id: int | None) -> str:
        """Where one click ends this kind of mail; "" where the preferences are the way."""
        return ""

    def context(self) -> dict[str, Any]:
        """What the template sees: every field by its name."""
        return {field.name: getattr(self, field.name) for field in fields(self)}
