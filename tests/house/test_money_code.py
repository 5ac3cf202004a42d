"""No float anywhere near money: the syntax trees of law, rules, actions and models hold none."""

from __future__ import annotations

import ast

from tests.house.source import name, sources, tree

PLACES = ("/law/", "/rules/", "/actions/", "/models/")


def floats(module: ast.Module) -> list[int]:
    """Lines with a float literal or a call of float()."""
    return [
        node.lineno
        for node in ast.walk(module)
        if (isinstance(node, ast.Constant) and isinstance(node.value, float))
        or (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "float")
    ]


def test_law_and_money_code_holds_no_float() -> None:
    found = {name(p): floats(tree(p)) for p in sources() if any(place in name(p) for place in PLACES)}
    assert {path: lines for path, lines in found.items() if lines} == {}


def test_the_check_sees_a_float() -> None:
    assert floats(ast.parse("a = 0.1\nb = float('1')\nc = 1\n")) == [1, 2]
