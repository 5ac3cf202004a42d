"""`manage.py receive_mail < message`: takes one raw e-mail from the mail server (a pipe, as Postfix's `|command`)."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand

from procurement_portal.notifications.actions.inbound import MOST_BYTES, NotMail, accept

EX_DATAERR = 65  # sysexits.h: the mail server returns the message to its sender
EX_TEMPFAIL = 75  # the mail server tries again later


class Command(BaseCommand):
    """Keep an answer to one of our mails; a task posts it."""

    help = "Take one raw RFC 822 message from standard input; it is posted to its message thread by a task."

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit status 0: taken (also when refused later). 65: not a message. 75: try again later."""
        raw = sys.stdin.buffer.read(MOST_BYTES + 1)
        try:
            row = accept(raw)
        except NotMail as wrong:
            self.stderr.write(f"Not taken: {wrong}")
            sys.exit(EX_DATAERR)
        except Exception as error:  # the database is away, for example: the mail must not be lost
            self.stderr.write(f"Try again: {type(error).__name__}")
            sys.exit(EX_TEMPFAIL)
        self.stdout.write(f"Taken as {row.pk}.")
