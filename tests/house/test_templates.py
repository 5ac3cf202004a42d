"""Templates: all compile, all are used, none has inline script or style, none writes English past gettext."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest
from django.template import engines
from django.template.loader import get_template

from tests.house.source import ROOT, sources, tree

TEMPLATES = ROOT / "templates"
# Asked for by name from Django, allauth or an error handler, never by our own text.
BY_CONVENTION = ("django/", "account/", "allauth/", "mfa/", "admin/", "registration/", "emails/")
BY_HANDLER = {"400.html", "403.html", "403_csrf.html", "404.html", "500.html"}
# Everything public or organizations see is translated from the first string on. A page that only officers see may stay
# English for now and says so in these words, so that the list of them can be searched.
OFFICERS_ONLY = "{# For officers only: English. #}"
_TEXT = re.compile(r">([^<>]*)<")
_TAGS = re.compile(r"{%.*?%}|{{.*?}}|{#.*?#}", re.S)
_TRANSLATED = re.compile(r"{%\s*blocktrans(late)?\b.*?{%\s*endblocktrans(late)?\s*%}", re.S)
_COMMENT = re.compile(r"{%\s*comment\b.*?{%\s*endcomment\s*%}|<!--.*?-->|{#.*?#}", re.S)


def _all() -> list[str]:
    return sorted(path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*") if path.is_file())


def _text(name: str) -> str:
    return (TEMPLATES / name).read_text(encoding="utf-8")


@cache
def _asked_for() -> str:
    """Every string of the house's Python and every tag of its templates, where a template may be named."""
    strings = [
        node.value
        for path in sources()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    tags = [match for name in _all() for match in re.findall(r"{%.*?%}", _text(name), re.S)]
    return "\n".join([*strings, *tags])


@pytest.mark.parametrize("name", _all())
def test_a_template_compiles(name: str) -> None:
    if not name.endswith((".html", ".txt", ".xml")):
        pytest.fail(f"{name} is no kind of template we draw")
    get_template(name)


def _unused(names: list[str]) -> list[str]:
    return [
        name
        for name in names
        if not name.startswith(BY_CONVENTION) and name not in BY_HANDLER and name not in _asked_for()
    ]


def test_every_template_is_used() -> None:
    assert _unused(_all()) == [], "templates nobody asks for: delete them"


def test_the_check_sees_a_template_nobody_asks_for() -> None:
    assert _unused(["pages/" + "nobody_asks.html", "pages/work.html"]) == ["pages/nobody_asks.html"]


def test_emails_are_asked_for_by_their_stem() -> None:
    unused = [name for name in _all() if name.startswith("emails/") and Path(name).stem not in _asked_for()]
    assert unused == []


@pytest.mark.parametrize("name", [n for n in _all() if n.endswith(".html") and not n.startswith("emails/")])
def test_no_inline_script_or_style(name: str) -> None:
    text = _text(name)
    assert not re.search(r"<script(?![^>]*(\bsrc=|type=.application/json))", text), "inline script"
    assert not re.search(r"<style\b|\sstyle=", text), "inline style"
    assert not re.search(r"\son[a-z]+\s*=\s*[\"']|javascript:|hx-on\b|hx-vals=[\"']js:", text), "inline handler"
    assert not re.search(r"""(src|href)=["']https?://""", text), "third-party host"


@pytest.mark.parametrize("name", [n for n in _all() if n.endswith(".html") and not n.startswith(("emails/", "admin/"))])
def test_no_text_outside_gettext(name: str) -> None:
    if OFFICERS_ONLY in _text(name):
        return
    text = re.sub(r"<script[^>]*>.*?</script>", "", _COMMENT.sub("", _text(name)), flags=re.S)
    text = re.sub(r"""<([a-z]+)[^>]*\btranslate="no"[^>]*>[^<]*</\1>""", "", text)
    plain = _TAGS.sub(" ", _TRANSLATED.sub(" ", text))
    left = [" ".join(found.split()) for found in _TEXT.findall(f">{plain}<") if re.search(r"[A-Za-z]{3,}", found)]
    assert left == [], "write it with {% translate %}"


def test_pages_have_one_frame() -> None:
    whole = [name for name in _all() if "<html" in _text(name) and not name.startswith("emails/")]
    assert whole == ["base.html"]


def test_the_engine_knows_the_portals_tags_without_loading() -> None:
    assert "procurement_portal.web.templatetags.portal" in engines["django"].engine.builtins
