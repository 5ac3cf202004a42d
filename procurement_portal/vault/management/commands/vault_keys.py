"""`vault_keys`: list, create, rotate master keys and rewrap data keys. Prints ids and days, never a secret."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from procurement_portal.time.clock import today
from procurement_portal.vault import keys
from procurement_portal.vault.models import DataKey
from procurement_portal.vault.sealing import rewrap

AT_ONCE = 500


class Command(BaseCommand):
    help = "List the master keys, create a key file, rotate a key, or rewrap data keys by the active master key."

    def add_arguments(self, parser: ArgumentParser) -> None:
        what = parser.add_subparsers(dest="what", required=True)
        what.add_parser("list")
        what.add_parser("create").add_argument("file", type=Path)
        what.add_parser("rotate").add_argument("purpose", choices=[str(p) for p in keys.Purpose])
        what.add_parser("rewrap")

    def handle(self, *args: Any, **options: Any) -> None:
        getattr(self, f"_{options['what']}")(options)

    def _list(self, options: dict[str, Any]) -> None:
        for key in keys.ring().keys:
            used = (
                DataKey.objects.filter(wrapping="master", master_id=key.id).count() if key.purpose == "data" else None
            )
            words = [key.id, str(key.purpose), f"made {key.made_on}", "active" if key.active else "retired"]
            self.stdout.write("  ".join(words + ([f"wraps {used} data keys"] if used is not None else [])))

    def _create(self, options: dict[str, Any]) -> None:
        if options["file"].exists():
            raise CommandError(f"{options['file']} exists; a key file is never overwritten")
        keys.create(options["file"], today().isoformat())
        self.stdout.write(
            f"{options['file']}: keep a copy off this machine; without it nothing sealed can be read again"
        )

    def _rotate(self, options: dict[str, Any]) -> None:
        fresh = keys.rotate(keys.Purpose(options["purpose"]))
        self.stdout.write(f"{fresh.id} is now the active {fresh.purpose} key; copy the key file to every machine")

    def _rewrap(self, options: dict[str, Any]) -> None:
        active = keys.ring().active(keys.Purpose.DATA).id
        done = 0
        while True:
            with transaction.atomic():
                rows = list(
                    DataKey.objects.select_for_update(skip_locked=True)
                    .filter(wrapping="master")
                    .exclude(master_id=active)
                    .order_by("pk")[:AT_ONCE]
                )
                for row in rows:
                    rewrap(row)
            done += len(rows)
            if not rows:
                break
        left = DataKey.objects.filter(wrapping="master").exclude(master_id=active).count()
        self.stdout.write(f"{done} data keys rewrapped by {active}; {left} left")
        if left:
            raise CommandError("some rows are held by other processes; run it again")
