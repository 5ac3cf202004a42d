"""Writes happen in actions; a status changes only through `workflow`."""

from __future__ import annotations

import ast

from tests.house.source import name, sources, tree

WRITES = {"save", "create", "bulk_create", "bulk_update", "update_or_create", "get_or_create", "delete", "update"}
STATUS_FIELDS = {"status"}
# Rooms of the kernel whose one purpose is to write: their door is the named file.
WRITERS = (
    "procurement_portal/history/",
    "procurement_portal/outbox/",
    "procurement_portal/time/",
    "procurement_portal/vault/",
    "procurement_portal/local/",
    "procurement_portal/workflow.py",
    "procurement_portal/people/models/user.py",  # the manager Django asks for
)


def _is_rows(node: ast.expr) -> bool:
    """Whether a call's owner is plainly a manager or queryset: it ends in `.objects` or `_base_manager` somewhere."""
    return any(isinstance(n, ast.Attribute) and n.attr in ("objects", "_base_manager") for n in ast.walk(node))


def _like_a_row(call: ast.Call, verb: str) -> bool:
    """Whether a call reads like a row's or queryset's: `x.save()`, `x.delete()`, `x.update(field=…)`, whatever `x` is."""
    if call.args:
        return False
    given = {k.arg or "" for k in call.keywords}
    if verb in ("save", "delete"):
        return given <= {"update_fields", "using", "force_insert", "force_update"}
    return verb == "update" and bool(given) and all(word.islower() for word in given)


def writes(module: ast.Module) -> list[int]:
    """Lines that write rows: manager writes, and calls like those of a row or a queryset held by any name."""
    lines = []
    for node in ast.walk(module):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in WRITES):
            continue
        owner, verb = node.func.value, node.func.attr
        if _is_rows(owner) or _like_a_row(node, verb):
            lines.append(node.lineno)
    return lines


def status_changes(module: ast.Module) -> list[int]:
    """Lines that set a status by assignment or by `update(status=…)`."""
    lines = []
    for node in ast.walk(module):
        targets = (
            node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AugAssign) else []
        )
        lines += [node.lineno for t in targets if isinstance(t, ast.Attribute) and t.attr in STATUS_FIELDS
                  and not (isinstance(t.value, ast.Name) and t.value.id in ("self", "response"))]  # fmt: skip
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "update":
            lines += [node.lineno for k in node.keywords if k.arg in STATUS_FIELDS]
    return lines


def _allowed(path: str) -> bool:
    return "/actions/" in path or path.endswith("/actions.py") or path.startswith(WRITERS) or "/management/" in path


def test_rows_are_written_in_actions_alone() -> None:
    found = {name(p): writes(tree(p)) for p in sources() if not _allowed(name(p))}
    assert {path: lines for path, lines in found.items() if lines} == {}


def test_a_status_changes_only_through_the_workflow() -> None:
    found = {name(p): status_changes(tree(p)) for p in sources() if name(p) != "procurement_portal/workflow.py"}
    assert {path: lines for path, lines in found.items() if lines} == {}


def test_the_checks_see_planted_faults() -> None:
    planted = ast.parse(
        "Thing.objects.filter(pk=1).update(a=1)\nrow.save(update_fields=['a'])\nrow.status = 'x'\nq.update(status=2)\n"
        "row.save()\nrows.delete()\nfile.save(out)\nwords.update({'a': 1})\n"
    )
    assert writes(planted) == [1, 2, 4, 5, 6]
    assert status_changes(planted) == [3, 4]
