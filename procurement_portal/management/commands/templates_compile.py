"""`manage.py templates_compile`: every template of the portal compiles, seen or not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.template import TemplateDoesNotExist, TemplateSyntaxError
from django.template.loader import get_template


class Command(BaseCommand):
    """Compile each file under the template folders and name those that do not."""

    help = "Compile every template; fails with the name and the reason of each that does not."

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises CommandError when a template does not compile, or when there is none at all."""
        folders = [Path(str(folder)) for folder in settings.TEMPLATES[0]["DIRS"]]  # type: ignore[attr-defined]
        names = sorted(
            {str(p.relative_to(f)) for f in folders for p in f.rglob("*") if p.is_file() and p.name[0] != "."}
        )
        if not names:
            raise CommandError("There is no template to compile.")
        faults: list[str] = []
        for name in names:
            try:
                get_template(name)
            except (TemplateSyntaxError, TemplateDoesNotExist, UnicodeDecodeError) as fault:
                faults.append(f"{name}: {type(fault).__name__}: {fault}")
        if faults:
            raise CommandError("\n".join(faults))
        self.stdout.write(f"{len(names)} templates compile.")
