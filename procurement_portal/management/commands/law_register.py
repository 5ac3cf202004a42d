"""`manage.py law_register [--check]`: write docs/law-register.md and the law's words for the translators, or check them."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from procurement_portal.law.book import ROOT, current_book
from procurement_portal.law.register import register_markdown, vocabulary_module


class Command(BaseCommand):
    """Generated, so that the register never says anything else than the law files."""

    help = (
        "Write docs/law-register.md: every parameter, value, citation and open question, and the rules that read them."
    )
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """--check: write nothing, fail if a page is not current."""
        parser.add_argument(
            "--check",
            action="store_true",
            help="write nothing; fail if a page is not current",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the pages, or compare them."""
        book = current_book()
        pages = {
            ROOT / "docs" / "law-register.md": register_markdown(book),
            ROOT / "procurement_portal" / "law" / "vocabulary.py": vocabulary_module(book),
        }
        for path, text in pages.items():
            name = path.relative_to(ROOT)
            if not options["check"]:
                path.parent.mkdir(exist_ok=True)
                path.write_text(text, encoding="utf-8")
                self.stdout.write(f"Wrote {name}")
            elif not path.exists() or path.read_text(encoding="utf-8") != text:
                raise CommandError(f"{name} is not current: run python3 manage.py law_register")
