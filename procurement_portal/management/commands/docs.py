"""`manage.py docs [--check]`: the pages of docs/ that are written by the code itself, or a check that they are current."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import models
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import translation

from procurement_portal.law.book import current_book
from procurement_portal.law.register import register_markdown, vocabulary_module
from procurement_portal.people.access import access_of
from procurement_portal.people.roles import EVERYONE, ROLES, roles_with
from procurement_portal.workflow import Workflow, diagram, who_may

OURS = ("procurement_portal", "certification", "solicitations", "payments", "compliance")
HEAD = "<!-- Written by `python3 manage.py docs`; change the code, not this page. -->\n\n"


class Command(BaseCommand):
    """Generated, so that these pages never say anything else than the code."""

    help = "Write the generated pages of docs/: workflows, tables, access, roles, the law register."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="write nothing; fail if a page is not current")

    def handle(self, *args: Any, **options: Any) -> None:
        stale = []
        with translation.override("en"):
            pages = dict(_pages())
        folder = settings.BASE_DIR / "docs" / "workflows"
        extra = [p for p in folder.glob("*.md") if p not in pages] if folder.exists() else []
        for path, text in pages.items():
            if path.exists() and path.read_text(encoding="utf-8") == text:
                continue
            stale.append(path)
            if not options["check"]:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
        names = ", ".join(str(p.relative_to(settings.BASE_DIR)) for p in [*stale, *extra])
        if options["check"] and names:
            raise CommandError(f"Not current: {names}. Run python3 manage.py docs.")
        for path in extra:
            path.unlink()
        self.stdout.write(f"Written: {names}" if names else "Every generated page is current.")


def _pages() -> Iterator[tuple[Path, str]]:
    docs = settings.BASE_DIR / "docs"
    book = current_book()
    yield docs / "law-register.md", register_markdown(book)
    yield settings.BASE_DIR / "procurement_portal" / "law" / "vocabulary.py", vocabulary_module(book)
    yield docs / "roles.md", _roles()
    yield docs / "access.md", _access()
    yield docs / "erd.md", _tables()
    for workflow in sorted(_workflows(), key=lambda w: w.name):
        yield docs / "workflows" / f"{workflow.name}.md", _workflow(workflow)


def _workflows() -> Iterator[Workflow]:
    """The tables of `<app>/workflow.py`, or of every module of the package `<app>/workflow/`."""
    for app in apps.get_app_configs():
        if app.name.split(".")[0] not in OURS or find_spec(f"{app.name}.workflow") is None:
            continue
        top = importlib.import_module(f"{app.name}.workflow")
        names = [found.name for found in pkgutil.iter_modules(getattr(top, "__path__", []))]
        for module in (top, *(importlib.import_module(f"{top.__name__}.{name}") for name in names)):
            yield from {id(v): v for v in vars(module).values() if isinstance(v, Workflow)}.values()


def _workflow(workflow: Workflow) -> str:
    rows = [
        f"| {step.label} | {', '.join(str(workflow.public[s]) for s in step.source)} | {workflow.public[step.target]} |"
        f" {who_may(step.permission) if step.permission else 'the portal itself'} | {step.law or ''} |"
        for step in workflow.transitions
    ]
    states = [f"| `{state}` | {workflow.public[state]} |" for state in workflow.states]
    return (
        f"{HEAD}# The states of: {workflow.name.replace('_', ' ')}\n\n```mermaid\n{diagram(workflow)}```\n\n"
        "| state | what people read |\n|---|---|\n" + "\n".join(states) + "\n\n"
        "| step | from | to | who | rule |\n|---|---|---|---|---|\n" + "\n".join(rows) + "\n"
    )


def _roles() -> str:
    text = f"{HEAD}# Roles\n\nEvery signed-in person may: {', '.join(f'`{p}`' for p in sorted(EVERYONE))}.\n"
    for side, title in (("department", "In a department"), ("organization", "In an organization")):
        text += f"\n## {title}\n\n| role | what it is | permissions |\n|---|---|---|\n"
        for role in ROLES.values():
            if role.side == side:
                text += (
                    f"| {role.label} | {role.sentence} | {', '.join(f'`{p}`' for p in sorted(role.permissions))} |\n"
                )
    return text


def _patterns(
    resolver: URLResolver, prefix: str = "", space: str = ""
) -> Iterator[tuple[str, str, Callable[..., Any]]]:
    for entry in resolver.url_patterns:
        here = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from _patterns(entry, here, f"{space}{entry.namespace}:" if entry.namespace else space)
        elif isinstance(entry, URLPattern):
            yield here, space + (entry.name or ""), entry.callback


def _access() -> str:
    text = (
        f"{HEAD}# Who may open what\n\nOne line an address. What a person may not see does not exist for them (404), and inside"
        " a page the queries give only what they may see. `step-up`: password or second factor again within five minutes.\n\n"
        "| address | name | who |\n|---|---|---|\n"
    )
    with translation.override("en"):
        for address, name, view in sorted(_patterns(get_resolver()), key=lambda row: row[:2]):
            access = access_of(view)
            if access is None:
                who = "**nobody: undeclared**"
            elif not access.permission:
                who = "public"
            elif access.permission in EVERYONE:
                who = f"`{access.permission}`: everybody signed in"
            else:
                who = f"`{access.permission}`: {', '.join(str(role.label) for role in roles_with(access.permission))}"
            step_up = ", step-up" if access is not None and access.step_up else ""
            text += f"| `/{address.replace('|', chr(92) + '|')}` | {name} | {who}{step_up} |\n"
    return text


def _tables() -> str:
    text = f"{HEAD}# Tables\n\nField-history tables (`historical…`) are left out.\n"
    for app in apps.get_app_configs():
        if app.name.split(".")[0] not in OURS:
            continue
        # Models of the tests join an app while they run; field-history tables repeat what they follow.
        shown = [m for m in app.get_models() if m.__module__.split(".")[0] in OURS and "Historical" not in m.__name__]
        if not shown:
            continue
        text += f"\n## {app.name}\n\n```mermaid\nerDiagram\n"
        for model in sorted(shown, key=lambda m: m.__name__):
            for column in model._meta.fields:
                if isinstance(column, models.ForeignKey):
                    text += f"    {model.__name__} }}o--|| {column.related_model.__name__} : {column.name}\n"
        text += "```\n"
        for model in sorted(shown, key=lambda m: m.__name__):
            first = (model.__doc__ or "").strip().splitlines()[0]
            columns = ", ".join(f"`{c.column}`" for c in model._meta.fields)
            rules = ", ".join(f"`{c.name}`" for c in model._meta.constraints) or "none"
            text += f"\n**{model.__name__}** — {first}  \nColumns: {columns}  \nConstraints: {rules}\n"
    return text
