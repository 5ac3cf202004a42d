"""Notices of the message threads."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext, ngettext

from procurement_portal.notifications import threads
from procurement_portal.notifications.notice import Category, Notice


@dataclass(frozen=True, kw_only=True)
class MessagePosted(Notice):
    """Somebody wrote; the mail can be answered."""

    kind = "threads.message"
    template = "message_posted"
    category = Category.MESSAGES

    post_id: int
    thread_id: int
    about: str
    author: str
    author_body: str
    body: str
    files_left_out: int = 0

    @property
    def key(self) -> str:
        return f"post:{self.post_id}"

    def subject(self) -> str:
        return gettext("Message from %(author)s: %(about)s") % {"author": self.author, "about": self.about}

    def reply_to(self, user_id: int | None) -> str:
        return threads.reply_address(self.thread_id, user_id) if user_id else ""

    @property
    def files_words(self) -> str:
        """How many files of a mail were left out, in words."""
        if not self.files_left_out:
            return ""
        return ngettext(
            "%(count)d file of this e-mail was not taken.",
            "%(count)d files of this e-mail were not taken.",
            self.files_left_out,
        ) % {"count": self.files_left_out}

    def context(self) -> dict[str, object]:
        return {**super().context(), "files_words": self.files_words}


@dataclass(frozen=True, kw_only=True)
class MailNotTaken(Notice):
    """An answer by mail could not be posted; its writer is told why."""

    kind = "threads.mail_refused"
    template = "mail_not_taken"
    category = Category.MESSAGES
    legal = True  # whoever wrote must know that nobody read it

    inbound_id: int
    about: str
    reason: str

    @property
    def key(self) -> str:
        return f"inbound:{self.inbound_id}"

    def subject(self) -> str:
        return gettext("Your e-mail was not taken: %(about)s") % {"about": self.about}
