"""`manage.py lawcases PATH…`: run case files against the rules. Needs no database."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from procurement_portal.law.cases import run


class Command(BaseCommand):
    """Exit code 0: all passed; 1: any failed; 2: a file is unreadable, or a key, rule or reading is unknown."""

    help = (
        "Run law case files (or folders of them) against the rules, and print each failure as given / expected / got."
    )
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """PATH…: files or folders."""
        parser.add_argument("paths", nargs="+", type=Path, metavar="PATH")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the cases; leave with the code they ask for."""
        code = run(options["paths"], self.stdout.write)
        if code:
            sys.exit(code)
