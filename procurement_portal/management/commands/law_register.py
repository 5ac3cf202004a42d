"""`manage.py law_register [--check]`: write docs/law-register.md from the law files, or say whether it is current."""

from argparse import ArgumentParser
from collections.abc import Sequence
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from procurement_portal.law.book import ROOT, current_book
from procurement_portal.law.register import register_markdown


class Command(BaseCommand):
    """Generated, so that the register never says anything else than the law files."""

    help = (
        "Write docs/law-register.md: every parameter, value, citation and open question, and the rules that read them."
    )
    requires_system_checks: Sequence[str] = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """--check: write nothing, fail if the page is not current."""
        parser.add_argument(
            "--check",
            action="store_true",
            help="write nothing; fail if the page is not current",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the page, or compare it."""
        path, text = (
            ROOT / "docs" / "law-register.md",
            register_markdown(current_book()),
        )
        if options["check"]:
            if not path.exists() or path.read_text(encoding="utf-8") != text:
                raise CommandError("docs/law-register.md is not current: run manage.py law_register")
            return
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        self.stdout.write(f"Wrote {path.relative_to(ROOT)}")
