"""`manage.py demo`: load the demo, list its people, or load it at scale."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from procurement_portal.management.demo import listing, load, scale


class Command(BaseCommand):
    """Without an option: load the demo into an empty database. The clock's offset is back at zero when it ends."""

    help = "Load the demo, list its people (--people, --json, --code EMAIL), or load 100,000 solicitations (--scale)."

    def add_arguments(self, parser: CommandParser) -> None:
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--people", action="store_true", help="the demo people as a table")
        what.add_argument(
            "--json", action="store_true", help="the demo people with their second factor's secret, as JSON"
        )
        what.add_argument("--code", metavar="EMAIL", help="the six digits a demo person's authenticator app shows now")
        what.add_argument(
            "--scale", action="store_true", help="100,000 solicitations and proposals, 20,000 past contracts"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self._do(options)
        except load.NotHere as reason:
            raise CommandError(str(reason)) from reason

    def _do(self, options: dict[str, Any]) -> None:
        load.must_be_demo()
        if options["people"]:
            self.stdout.write(listing.table())
        elif options["json"]:
            self.stdout.write(json.dumps(listing.people(), ensure_ascii=False, indent=1))
        elif options["code"]:
            self.stdout.write(listing.code(options["code"]))
        elif options["scale"]:
            scale.fill(lambda line: self.stderr.write(line))
            self.stdout.write("The demo at scale is loaded.")
        else:
            load.load()
            self.stdout.write("The demo is loaded.")
