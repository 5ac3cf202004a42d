"""`manage.py bench [JOB…]`: the benches, one JSON line a figure. Exit status 1 when a goal is missed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from procurement_portal.local import environment, ground
from procurement_portal.management.bench import place


class Command(BaseCommand):
    """Runs in a database of its own, `portal_bench`, in the same server; it is kept for the next time."""

    help = "Measure: 1 public list, 2 staff queue, 3 detail, 4 submission, 5 deadline, 8 weight and memory. All without a number."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("jobs", nargs="*", type=int, help="the numbers of the jobs")
        parser.add_argument("--anew", action="store_true", help="make the benches' database anew")
        parser.add_argument("--rows", type=int, default=100_000, help="solicitations in the database (default 100,000)")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.EMBEDDED:
            raise CommandError("The benches load invented rows and sign invented people in: demo mode only.")
        if not place.is_bench(str(connection.settings_dict["NAME"])):
            try:
                given = place.bench_environment(
                    os.environ["DATABASE_URL"], Path(settings.STATE_DIR), anew=options["anew"]
                )
            except ground.Refused as refusal:
                raise CommandError(str(refusal)) from refusal
            connection.close()
            again = [sys.executable, str(ground.ROOT / "manage.py"), *sys.argv[1:]]
            done = subprocess.run(again, env=environment.child_environment() | given, cwd=ground.ROOT, check=False)
            sys.exit(done.returncode)
        from procurement_portal.management.bench import run

        if not run.run(options["jobs"], options["rows"], self.stdout.write):
            sys.exit(1)
