"""`verify_history`: walks the whole chain of acts and says whether it is the one that was sealed. Exit 1 if not."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from procurement_portal.history import chain, head
from procurement_portal.web import words


class Command(BaseCommand):
    help = "Verify that no act of the history was changed, removed, inserted, reordered, cut off or rewritten."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--seal", action="store_true", help="seal what waits first")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["seal"]:
            self.stdout.write(f"{chain.seal()} entries sealed now")
        report = chain.verify()
        self.stdout.write(f"{report.sealed} entries sealed")
        if report.head:
            told = f"head: position {report.head.position}, signed {words.exact(report.head.at)} by {report.head.signed_by}"
            self.stdout.write(told if report.head.genuine else "head: not genuine")
        if report.beyond_head:
            self.stdout.write(f"{report.beyond_head} sealed after the head was signed")
        since = f", the oldest of {words.exact(report.tail_since)}" if report.tail_since else ""
        self.stdout.write(f"{report.tail} not sealed yet{since}")
        if not report.whole:
            for fault in report.faults:
                self.stderr.write(f"FAULT: {fault}")
            raise CommandError(f"history was changed ({len(report.faults)} findings); keep {head.NAME} and the backups")
        self.stdout.write("history is whole")
