"""Nobody reads as an auditor by the role alone: outside the people room, code asks the engagement, never the role's name."""

from __future__ import annotations

import ast

from tests.house.source import name, sources

# The room that keeps roles and engagements, and the demo's word for one of its people.
KNOWS_THE_ROLE = ("procurement_portal/people/", "procurement_portal/management/demo/")


def names_the_role(source: str) -> bool:
    """Whether code holds the auditor's role as a word or imports its constant."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and node.value == "auditor":
            return True
        if isinstance(node, ast.ImportFrom) and any(alias.name == "AUDITOR" for alias in node.names):
            return True
    return False


def test_no_room_but_people_names_the_auditors_role() -> None:
    found = [
        name(path)
        for path in sources()
        if not name(path).startswith(KNOWS_THE_ROLE) and names_the_role(path.read_text(encoding="utf-8"))
    ]
    assert not found, f"ask actor.may_audit(…) or actor.audited(…) instead of the role: {found}"


def test_the_check_sees_what_it_looks_for() -> None:
    assert names_the_role('ACROSS = frozenset({"auditor"})')
    assert names_the_role("from procurement_portal.people.roles import AUDITOR")
    assert not names_the_role('"""Read by an auditor."""')
