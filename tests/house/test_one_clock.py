"""Nothing but the time room asks any clock, and no table fills in a time by itself."""

from __future__ import annotations

import ast

from tests.house.source import name, sources, tree

# (object, method) calls that read this machine's clock. time.monotonic measures durations and is free.
CLOCKS = {("timezone", "now"), ("datetime", "now"), ("datetime", "utcnow"), ("date", "today"), ("datetime", "today"), ("timezone", "localdate"), ("timezone", "localtime"), ("time", "time")}  # fmt: skip
# The door speaks before any database is there; the front controller of allauth sessions keeps its own stamps.
FREE = ("procurement_portal/local/", "procurement_portal/people/proof.py")


def clock_reads(module: ast.Module) -> list[int]:
    """Line numbers of calls that read the machine's clock, and of auto_now fields."""
    lines = []
    for node in ast.walk(module):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = node.func.value
            owner_name = owner.id if isinstance(owner, ast.Name) else getattr(owner, "attr", "")
            if (owner_name, node.func.attr) in CLOCKS:
                lines.append(node.lineno)
        if isinstance(node, ast.keyword) and node.arg in ("auto_now", "auto_now_add"):
            lines.append(node.value.lineno)
    return lines


def test_nothing_else_asks_a_clock() -> None:
    found = {name(p): clock_reads(tree(p)) for p in sources() if not name(p).startswith(FREE)}
    assert {path: lines for path, lines in found.items() if lines} == {}


def test_the_check_sees_a_clock() -> None:
    planted = ast.parse("from django.utils import timezone\nx = timezone.now()\nf = DateTimeField(auto_now_add=True)\n")
    assert clock_reads(planted) == [2, 3]
