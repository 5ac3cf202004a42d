"""Reads the house's own source for the tests that guard it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("procurement_portal", "certification", "solicitations", "payments", "compliance")


def sources(*, tests: bool = False) -> Iterator[Path]:
    """Every Python file of the house (migrations left out), or of the tests."""
    for package in ("tests",) if tests else PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            if "migrations" not in path.parts or tests:
                yield path


@cache
def tree(path: Path) -> ast.Module:
    """The syntax tree of a file."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def name(path: Path) -> str:
    """The file's name from the root, for messages."""
    return path.relative_to(ROOT).as_posix()
