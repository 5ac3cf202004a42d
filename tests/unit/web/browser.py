"""A browser on pages that no server serves: the test answers every request itself, under the portal's own CSP."""

from __future__ import annotations

import mimetypes
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs

from django.template import engines
from django.template.loader import render_to_string
from playwright.sync_api import BrowserContext, Page, Route, sync_playwright

from procurement_portal.web.gallery import context as gallery_context
from procurement_portal.web.shell import BrokenContact, NavItem, NextAction, Shell

ROOT = Path(__file__).resolve().parents[3]
HOST = "http://portal.test"
CSP = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'"
FORM = """{% extends "base.html" %}{% block title %}An answer{% endblock %}{% block content %}{% saved None %}
<form method="post" data-autosave="/save/" data-user="{{ user }}" data-version="{{ version }}">
<input type="hidden" name="csrfmiddlewaretoken" value="token-1">
<div data-field="story"><label for="story">Story</label><textarea id="story" name="story">{{ story }}</textarea></div>
<div data-field="kind"><fieldset><legend>Kind</legend><input type="radio" id="kind_0" name="kind" value="n"><label for="kind_0">Nonprofit</label>
<input type="radio" id="kind_1" name="kind" value="b"><label for="kind_1">Business</label></fieldset></div>
<button>Save this page</button></form>
<form method="post" enctype="multipart/form-data"><div class="p-file" data-upload data-most-bytes="100"><p class="usa-hint">PDF, at most 100 bytes</p>
<label for="file">File</label><input id="file" type="file" name="file" accept=".pdf"><p role="status" data-status></p></div><button>Send the file</button></form>{% endblock %}"""


@dataclass
class Server:
    """What the invented server keeps and how it answers the next save."""

    story: str = ""
    version: int = 1
    user: str = "7"
    session_seconds: int | None = None
    answer: str = "save"  # save, down, signed_out, refused, invalid, slow
    saves: list[dict[str, str]] = field(default_factory=list)
    uploads: list[bytes] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def handle(self, route: Route) -> None:
        """Answer one request of the browser."""
        path = route.request.url.removeprefix(HOST).split("?")[0]
        if path.startswith("/static/"):
            file = ROOT / "static" / path.removeprefix("/static/")
            route.fulfill(body=file.read_bytes(), content_type=mimetypes.guess_type(file.name)[0] or "text/plain")
        elif path == "/save/":
            self._save(route)
        elif route.request.method == "POST":
            self._upload(route)
        elif path == "/gallery/":
            self._page(
                route,
                render_to_string(
                    "gallery.html", {**gallery_context(), "shell": self.shell, "messages": [], "csrf_token": "token-1"}
                ),
            )
        else:
            page = engines["django"].from_string(FORM)
            context = {
                "shell": self.shell,
                "messages": [],
                "story": self.story,
                "version": f"v{self.version}",
                "user": self.user,
            }
            self._page(route, page.render(context))

    @property
    def shell(self) -> Shell:
        """The frame of its pages."""
        return Shell(
            BrokenContact("312-555-0142", "always"), sign_in_url="/sign-in/", search_url="/search/", environment="Demonstration",
            nav=[NavItem("Home", "/", True), NavItem("Opportunities", "/o/", count=3, late=True)],
            next_action=NextAction("Begin", "/begin/"), session_seconds=self.session_seconds,
        )  # fmt: skip

    def _page(self, route: Route, html: str) -> None:
        route.fulfill(body=html, content_type="text/html; charset=utf-8", headers={"Content-Security-Policy": CSP})

    def _upload(self, route: Route) -> None:
        self.uploads.append(route.request.post_data_buffer or b"")
        if self.answer == "invalid":
            summary = '<div class="p-errors" tabindex="-1" data-error-summary><h2>One thing</h2></div>'
            self._page(route, f"<html><title>Error: An answer</title><main id=main tabindex=-1>{summary}</main></html>")
        else:
            raise AssertionError("a redirect of an intercepted upload is not followed: use `listening`")

    def _save(self, route: Route) -> None:
        sent = {
            name: values[-1] for name, values in parse_qs(route.request.post_data or "", keep_blank_values=True).items()
        }
        self.saves.append({**sent, "token": route.request.headers.get("x-csrftoken", "")})
        if self.answer == "down":
            route.abort()
        elif self.answer == "signed_out":
            route.fulfill(status=403, body="<html></html>", content_type="text/html")
        elif self.answer == "refused":
            route.fulfill(status=403, json={"reason": "The deadline has passed."})
        elif self.answer == "invalid":
            route.fulfill(status=422, json={"errors": ["Write at most 500 words."]})
        elif sent["version"] != f"v{self.version}":
            route.fulfill(
                status=409, json={"version": f"v{self.version}", "value": {"story": [self.story]}, "who": "Ana Ruiz"}
            )
        else:
            self.story, self.version = sent.get("story", self.story), self.version + 1
            route.fulfill(json={"version": f"v{self.version}", "message": "Saved 2:14 pm CST"})


@contextmanager
def browser(program: str) -> Iterator[Any]:
    """A running Chromium."""
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield running
        running.close()


def open_page(context: BrowserContext, server: Server, path: str = "/answer/") -> Page:
    """A page of the invented portal; script errors and refused contents are collected in `server.faults`."""
    context.route(f"{HOST}/**", server.handle)
    page = context.new_page()
    page.on("pageerror", lambda error: server.faults.append(str(error)))
    page.on("console", lambda m: server.faults.append(m.text) if "Content Security Policy" in m.text else None)
    page.goto(f"{HOST}{path}")
    return page


@contextmanager
def listening(server: Server) -> Iterator[str]:
    """The form page on a real port, for what interception cannot do: an upload answered by a redirect. Gives its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            script = self.path.startswith("/static/portal.js")
            page = engines["django"].from_string(FORM)
            form = page.render({"shell": server.shell, "messages": [], "story": "", "version": "v1", "user": "7"})
            self.send_response(200)
            self.send_header("Content-Type", "text/javascript" if script else "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write((ROOT / "static" / "portal.js").read_bytes() if script else form.encode())

        def do_POST(self) -> None:
            server.uploads.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(303)
            self.send_header("Location", "/received/")
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            """Silent."""

    running = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=running.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{running.server_port}"
    finally:
        running.shutdown()
        running.server_close()
