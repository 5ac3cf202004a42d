"""`manage.py import_contracts FILE [--commit]`: the City's public contract file into the register of past contracts."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from procurement_portal.people.actor import Actor
from solicitations.actions.register import Outcome, check_file, import_file
from solicitations.actions.register_file import UnreadableFile


class Command(BaseCommand):
    """Dry unless --commit is given; every rejected row goes to a CSV with its line and reason."""

    help = "Take the City's public contract file (.csv or .csv.gz) into the register of past contracts."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--commit", action="store_true", help="write; without it the file is only checked")
        parser.add_argument("--rejected", type=Path, help="where the rejected rows go (default: the state folder)")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        target: Path = options["rejected"] or settings.STATE_DIR / "imports" / f"{path.name}.rejected.csv"
        try:
            if options["commit"]:
                outcome = import_file(actor=Actor.system("import_contracts"), path=path, progress=self._progress)
            else:
                outcome = check_file(path, self._progress)
        except UnreadableFile as error:
            raise CommandError(str(error)) from error
        self.stderr.write("")
        self._write_rejected(target, outcome)
        verb = "loaded" if options["commit"] else "would be loaded"
        share = 100 * (outcome.read - len(outcome.rejected)) / outcome.read if outcome.read else 0
        self.stdout.write(
            f"{outcome.read} rows read, {outcome.loaded} {verb}, {outcome.unchanged} unchanged, {len(outcome.rejected)} rejected"
        )
        self.stdout.write(f"{share:.2f} % of the rows can be taken; {outcome.contracts} contracts")
        if options["commit"]:
            self.stdout.write(
                f"{outcome.vendors} new vendors; {outcome.proposed_merges} vendor merges proposed, none made"
            )
        if outcome.rejected:
            self.stdout.write(f"Rejected rows, with line and reason: {target}")
        if not options["commit"]:
            self.stdout.write("Nothing was written. Add --commit to load.")

    def _progress(self, line: int) -> None:
        self.stderr.write(f"\rline {line}", ending="")
        self.stderr.flush()

    def _write_rejected(self, target: Path, outcome: Outcome) -> None:
        if not outcome.rejected:
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("w", newline="", encoding="utf-8") as stream:
            writer = csv.writer(stream)
            writer.writerow(["line", "contract number", "revision", "reason"])
            writer.writerows((r.line, r.number, r.revision, r.reason) for r in outcome.rejected)
