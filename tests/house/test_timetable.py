"""The timetable is sorted, names real tasks, and every module that must stay empty is."""

from __future__ import annotations

import ast

from celery import current_app

from procurement_portal.schedule import TIMETABLE
from tests.house.source import name, sources, tree


def test_the_timetable_is_sorted_and_every_task_exists() -> None:
    names = [task for task, _ in TIMETABLE]
    assert names == sorted(set(names))
    current_app.loader.import_default_modules()
    assert [task for task in names if task not in current_app.tasks] == []


def test_packages_import_nothing() -> None:
    busy = [
        name(p)
        for p in sources()
        if p.name == "__init__.py" and any(isinstance(n, (ast.Import, ast.ImportFrom)) for n in ast.walk(tree(p)))
    ]
    assert busy == []


def test_no_drawer_for_odds_and_ends() -> None:
    assert [name(p) for p in sources() if p.stem in ("utils", "helpers", "misc") or "common" in p.parts] == []
