"""`manage.py verify_receipt FILE [--files DIR] [--keys FILE]`: is this receipt real, and are these the files? Offline."""

from __future__ import annotations

import base64
import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from procurement_portal.vault.signing import receipt_keys
from solicitations.models.receipt import UnverifiedReceipt, check


class Command(BaseCommand):
    """Verifies the signature, and compares files and answers where a folder is given. Reads no database."""

    help = "Verify a receipt: its signature, and the files it lists. Works without a database and without a network."
    requires_system_checks: list[str] = []  # a check would ask for the database

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path, help="the signed receipt (receipt-….json)")
        parser.add_argument("--files", metavar="DIR", type=Path, help="folder with your files and answers.json")
        parser.add_argument(
            "--keys", metavar="FILE", type=Path,
            help="the published keys, saved from /receipts/public-key; without it this portal's own",
        )  # fmt: skip

    def handle(self, *args: Any, file: Path, files: Path | None, keys: Path | None, **options: Any) -> None:
        file, folder = Path(file), Path(files) if files else None
        try:
            data, known = file.read_bytes(), self._keys(keys)
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}") from None
        if folder is not None and not folder.is_dir():
            raise CommandError(f"{folder} is not a folder")
        try:
            found = check(data, known, folder)
        except UnverifiedReceipt as problem:
            raise CommandError(f"NOT VERIFIED. {problem}", returncode=1) from None
        receipt = found.receipt
        self.stdout.write(f"VERIFIED. {receipt['organization']['name']}, {receipt['solicitation']['number']},")
        self.stdout.write(
            f"version {receipt['version']}, received {receipt['received_at']} (UTC), due {receipt['due_at']}."
        )
        self.stdout.write(
            f"Signed by {receipt['signatory']['name']}. {len(receipt['parts'])} answers, {len(receipt['files'])} files."
        )
        for name in found.compared:
            self.stdout.write(f"same: {name}")
        for name in found.not_given:
            self.stdout.write(f"not in the folder, so not compared: {name}")

    def _keys(self, keys: Path | None) -> dict[str, bytes]:
        if keys is None:
            return receipt_keys()
        try:
            return {k["id"]: base64.b64decode(k["public_key"]) for k in json.loads(Path(keys).read_bytes())["keys"]}
        except (ValueError, KeyError, TypeError):
            raise CommandError(f"{keys} does not hold published keys") from None
