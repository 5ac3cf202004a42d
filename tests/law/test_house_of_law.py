"""The law room and the rules stay plain: no binary fractions, no framework, no number of the law outside the law files."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from procurement_portal.law.book import ROOT, RULE_PACKAGES, current_book
from procurement_portal.law.register import register_markdown, vocabulary_module
from procurement_portal.law.rulebook import find_rule, rule_ids

APPS = [name for name in RULE_PACKAGES if name != "law"]
LAW = sorted((ROOT / "procurement_portal" / "law").rglob("*.py"))
RULES = sorted(
    path
    for folder in [ROOT / "procurement_portal" / "law" / "rules", *(ROOT / app / "rules" for app in APPS)]
    for path in folder.glob("*.py")
)
# Numbers of arithmetic, not of law: none, one, a half's denominator, out of a hundred.
PLAIN_NUMBERS = {0, 1, 2, 100}


def faults_of(source: str) -> list[str]:
    """Each float literal, each use of the name float, in words with its line."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, float | complex):
            found.append(f"line {node.lineno}: the literal {node.value}")
        if isinstance(node, ast.Name) and node.id == "float":
            found.append(f"line {node.lineno}: float")
    return found


def numbers_of(source: str) -> set[int]:
    """The whole numbers written in a rule's code, other than plain ones."""
    written = {
        node.value
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Constant) and isinstance(node.value, int) and not isinstance(node.value, bool)
    }
    return written - PLAIN_NUMBERS


@pytest.mark.parametrize("path", sorted({*LAW, *RULES}), ids=lambda path: str(path.relative_to(ROOT)))
def test_no_binary_fraction_in_law(path: Path) -> None:
    assert faults_of(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", RULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_number_of_the_law_in_a_rule(path: Path) -> None:
    assert numbers_of(path.read_text(encoding="utf-8")) == set()


def test_the_watch_itself_sees_planted_faults() -> None:
    assert faults_of("rate = 0.22") == ["line 1: the literal 0.22"]
    assert faults_of("rate = float('22')") == ["line 1: float"]
    assert numbers_of("def decide(given, law):\n    return given.value * 22 / 100") == {22}


def test_law_and_rules_load_without_django_celery_or_rest_framework() -> None:
    program = (
        "import sys\n"
        "from procurement_portal.law.rulebook import find_rule, rule_ids\n"
        "from procurement_portal.law import cases, explain, register, replay\n"
        "[find_rule(rule) for rule in rule_ids()]\n"
        "print(sorted({name.split('.')[0] for name in sys.modules} & {'django', 'celery', 'rest_framework'}))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_every_rule_names_only_parameters_and_readings_that_exist() -> None:
    book = current_book()
    for rule_id in rule_ids():
        rule = find_rule(rule_id)
        assert set(rule.parameters or ()) <= set(book.parameters), rule_id
        assert set(rule.readings) <= set(book.questions), rule_id
        assert all(book.questions[key].read_by == "rules" for key in rule.readings), rule_id


def test_the_law_register_is_current() -> None:
    written = (ROOT / "docs" / "law-register.md").read_text(encoding="utf-8")
    assert written == register_markdown(current_book()), "run: python3 manage.py law_register"


def test_the_words_for_the_translators_are_current() -> None:
    written = (ROOT / "procurement_portal" / "law" / "vocabulary.py").read_text(encoding="utf-8")
    assert written == vocabulary_module(current_book()), "run: python3 manage.py law_register"
