"""The frame, the gallery, error pages, problem details, strict templates, the pseudo-language."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.http import Http404, HttpResponse, QueryDict
from django.template import Template, engines
from django.template.base import Origin
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils.translation import gettext
from rest_framework import exceptions

from procurement_portal.web import errors, htmx, strict
from procurement_portal.web.gallery import context as gallery_context
from procurement_portal.web.problems import problem_details
from procurement_portal.web.pseudo import pseudo_language, untranslated
from procurement_portal.web.refusal import Conflict, Invalid, Refused
from procurement_portal.web.shell import (
    ActingAs,
    ActingChoice,
    BrokenContact,
    Language,
    NavItem,
    NextAction,
    Shell,
    SideGroup,
    Who,
)


def _gallery() -> str:
    shell = Shell(
        BrokenContact("312-555-0142", gettext("Monday to Friday"), "/broken/"), who=Who("Dolores Whitfield", "/out/"),
        acting_as=ActingAs("Harbor Lights", gettext("Reader"), "/as/", [ActingChoice("Harbor Lights", "1", current=True), ActingChoice("Prairie Meals", "2")]),
        nav=[NavItem(gettext("Home"), "/", True, 3, True)], side=[SideGroup(gettext("Desks"), [NavItem(gettext("Mine"), "/m/", count=2)])],
        environment=gettext("Demonstration"), search_url="/search/", session_seconds=60, footer=[NavItem(gettext("Help"), "/help/")],
        languages=[Language("English", "en", "/", True), Language("Español", "es", "/es/")],
    )  # fmt: skip
    return render_to_string("gallery.html", {**gallery_context(), "shell": shell, "messages": [], "csrf_token": "x"})


def test_the_gallery_draws_without_inline_script_or_style() -> None:
    page = _gallery()
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|javascript:", page)
    assert page.count("<h1>") == 1 and page.count("<main") == 1
    assert "http://" not in page.replace("http://www.w3.org", "")


def test_ids_of_a_page_are_unique() -> None:
    ids = re.findall(r'\sid="([^"]+)"', _gallery())
    assert len(ids) == len(set(ids))


def test_every_text_of_the_gallery_and_the_frame_goes_through_gettext() -> None:
    with pseudo_language():
        page = _gallery()
    assert untranslated(page) == []
    assert gettext("Search") == "Search"  # and it is over afterwards


def test_the_reader_of_the_pseudo_language_finds_what_was_forgotten() -> None:
    page = (
        '<p>⟦Done⟧ 12 / 14</p><p>Forgotten</p><img alt="A photo"><input placeholder="⟦Name⟧"><p translate="no">Ruiz</p>'
        "<p>⟦The firm <b>pays</b>⟧</p><script>words()</script><p>⟦a⟧ left over</p>"
    )
    assert untranslated(page) == ["Forgotten", "A photo", "left over"]


def test_the_reader_lists_what_is_left_of_saved_pages(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("<p>Forgotten</p>", encoding="utf-8")
    told = subprocess.run(
        [sys.executable, "-m", "procurement_portal.web.pseudo", page], capture_output=True, text=True, check=False
    )
    assert (told.returncode, told.stdout) == (1, f"{page}: Forgotten\n")


def test_the_title_of_a_refused_form_begins_with_error(template: Callable[..., str]) -> None:
    class One(forms.Form):
        name = forms.CharField()

    assert template("{% error_prefix %}", form=One(QueryDict(""))) == "Error: "
    assert template("{% error_prefix %}", anything=One(QueryDict("name=x"))) == ""
    assert template("{% error_prefix %}", form=One()) == ""


def _draw(source: str, **context: Any) -> str:
    engine = engines["django"].engine
    made = Template(source, Origin(f"{strict._OURS}/made_by_a_test.html"), "made_by_a_test.html", engine)
    from django.template import Context

    return made.render(Context(context))


@pytest.mark.parametrize(
    "source",
    ["{{ missing }}", "{{ given.missing }}", "{% for x in missing %}{% endfor %}", "{% for x in given.missing %}{% endfor %}",
     "{% if missing %}{% endif %}", "{% if missing.errors %}{% endif %}", "{{ missing|default:'x' }}", "{% with a=missing %}{% endwith %}"],
)  # fmt: skip
def test_an_undefined_variable_in_a_template_of_ours_fails(source: str) -> None:
    strict.install()
    with pytest.raises(strict.UndefinedVariable, match="missing"):
        _draw(source, given={"name": "x"})


def test_defined_names_literals_and_loops_do_not_fail() -> None:
    strict.install()
    source = "{% for k, v in given.items %}{{ k }}{{ v }}{{ forloop.counter }}{% endfor %}{% if None or given and True %}{{ none }}{% endif %}"
    assert _draw(source, given={"a": 1}, none=None) == "a11None"


def test_templates_of_others_keep_djangos_way() -> None:
    strict.install()
    made = Template("[{{ missing }}]", Origin("/elsewhere/x.html"), "x.html", engines["django"].engine)
    from django.template import Context

    assert made.render(Context({})) == "[]"


@pytest.mark.parametrize(
    ("view", "status"),
    [
        (errors.bad_request, 400),
        (errors.forbidden, 403),
        (errors.csrf_failure, 403),
        (errors.not_found, 404),
        (errors.too_many, 429),
        (errors.server_error, 500),
    ],
)
def test_error_pages_give_reference_phone_and_way_on(
    view: Callable[..., HttpResponse], status: int, settings: Any
) -> None:
    response = view(RequestFactory().get("/x/"))
    page = response.content.decode()
    assert response.status_code == status
    assert re.search(r"Reference number: [0-9A-F]{8}-[0-9A-F]{2}", page)
    assert settings.HELP_PHONE in page and "<h1>" in page


@pytest.mark.parametrize(
    ("method", "came", "leads"),
    [
        ("get", "http://testserver/plan/?state=draft", "/plan/?state=draft"),
        ("post", "http://testserver/x/", "/x/"),  # the form that was refused
        ("get", "http://testserver/x/", ""),  # the same page again
        ("post", "https://evil.example/x/", ""),
        ("post", "javascript:alert(1)", ""),
        ("get", "", ""),
    ],
)
def test_an_error_page_leads_back_to_the_page_of_ours_one_came_from(method: str, came: str, leads: str) -> None:
    page = errors.forbidden(getattr(RequestFactory(), method)("/x/", HTTP_REFERER=came)).content.decode()
    assert page.count('class="usa-button"') == 1
    assert (f'class="usa-button" href="{leads}"' in page) is bool(leads)


@pytest.mark.parametrize(
    ("exception", "status", "said"),
    [
        (Refused("The deadline has passed.", "MCC 2-92"), 403, "MCC 2-92"),
        (Conflict("Ana saved first."), 409, "Ana saved first."),
        (Invalid({"sum": ["95, not 100"]}), 422, "95, not 100"),
    ],
)
def test_a_refusal_is_answered_with_reason_and_rule(exception: Exception, status: int, said: str) -> None:
    middleware = errors.RefusalMiddleware(lambda request: HttpResponse())
    page = middleware.process_exception(RequestFactory().get("/x/"), exception)
    assert page is not None and page.status_code == status and said in page.content.decode()
    api = middleware.process_exception(RequestFactory().get("/api/v1/x/"), exception)
    assert api is not None and api["Content-Type"] == "application/problem+json"
    assert json.loads(api.content)["status"] == status
    assert middleware.process_exception(RequestFactory().get("/x/"), KeyError("other")) is None


def test_an_error_page_is_drawn_even_when_its_frame_cannot_be(monkeypatch: pytest.MonkeyPatch) -> None:
    real = errors.render_to_string

    def broken(template: str, context: dict[str, Any], request: Any = None) -> str:
        if request is not None:
            raise ConnectionError("the database is gone")
        return real(template, context)

    monkeypatch.setattr(errors, "render_to_string", broken)
    response = errors.server_error(RequestFactory().get("/x/"))
    assert response.status_code == 500 and b"Reference number" in response.content


@pytest.mark.parametrize(
    ("exception", "status"),
    [(Http404(), 404), (exceptions.NotAuthenticated(), 401), (exceptions.Throttled(wait=9), 429), (exceptions.ValidationError({"a": ["b"]}), 400),
     (Refused("no"), 403), (Conflict("c"), 409), (Invalid("i"), 422)],
)  # fmt: skip
def test_api_errors_are_problem_details(exception: Exception, status: int) -> None:
    response = problem_details(exception, {})
    assert response is not None and response.status_code == status
    assert response.content_type == "application/problem+json"
    assert {"type", "title", "status", "instance"} <= set(response.data)
    assert response.data["status"] == status
    if status == 429:
        assert response["Retry-After"] == "9"


def test_an_unknown_error_of_the_api_is_left_to_the_500_page() -> None:
    assert problem_details(RuntimeError("secret"), {}) is None


def test_htmx_is_sent_to_the_new_page_and_a_browser_redirected() -> None:
    request = RequestFactory().post("/x/")
    assert htmx.redirect(request, "/next/").status_code == 303
    request.htmx = type(
        "Htmx", (), {"boosted": False, "history_restore_request": False, "__bool__": lambda self: True}
    )()  # type: ignore[attr-defined]
    assert htmx.redirect(request, "/next/")["HX-Redirect"] == "/next/"
    told = htmx.announce(htmx.announce(HttpResponse(), "saved", at="2:14 pm"), "counted")
    assert json.loads(told["HX-Trigger"]) == {"saved": {"at": "2:14 pm"}, "counted": {}}


def test_the_frame_shows_the_shell_and_nothing_it_lacks() -> None:
    shell = Shell(
        BrokenContact("555", "always", "/broken/"),
        environment="Demonstration",
        next_action=NextAction("Begin", "/b/"),
        session_seconds=600,
    )
    page = render_to_string("404.html", {"shell": shell, "messages": []})
    assert "Demonstration" in page and 'data-session-seconds="600"' in page and "/broken/?ref=" in page
    assert 'class="p-nav"' not in page and "Sign in<" not in page
