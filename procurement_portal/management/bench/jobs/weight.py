"""Job 8: what a page weighs when a browser fetches all of it, and what a worker holds after thousands of requests."""

from __future__ import annotations

import gzip
import http.client
import re
import tempfile
from pathlib import Path
from urllib.parse import urljoin

from django.conf import settings
from django.urls import reverse

from procurement_portal.management.bench.compare import Failed
from procurement_portal.management.bench.figures import Emit, at_most, told
from procurement_portal.management.bench.jobs.public_list import ASKED
from procurement_portal.management.bench.jobs.staff_queue import addresses, staff_cookie
from procurement_portal.management.bench.load import HOST, Generator, get
from procurement_portal.management.bench.place import own_url
from procurement_portal.management.bench.proposals import submitters
from procurement_portal.management.bench.seed import model
from procurement_portal.management.bench.served import Served

PUBLIC_KB, FORM_KB, WORKER_MB, MOST_DRIFT, REQUESTS = 110.0, 160.0, 150.0, 5.0, 2000
_LINKED = re.compile(r'<(?:link|script|img|use)\b[^>]*?(?:href|src)="([^"#]+)', re.I)
_RELS = re.compile(r'<link\b[^>]*rel="(?:stylesheet|preload|icon)"[^>]*', re.I)
_IN_STYLE = re.compile(r"url\(['\"]?([^'\")]+)")
_FONTS = (".woff2", ".woff", ".ttf")


def fetched(port: int, path: str, cookie: str = "") -> tuple[bytes, int, str]:
    """(content, bytes on the line, its type). What the server sends plain counts as gzip would make it: production and the
    image serve it compressed, embedded mode does not. Raises Failed for another status than 200.
    """
    line = http.client.HTTPConnection(HOST, port, timeout=30)
    line.request("GET", path, headers={"Accept-Encoding": "gzip"} | ({"Cookie": cookie} if cookie else {}))
    answer = line.getresponse()
    sent = answer.read()
    line.close()
    if answer.status != 200:
        raise Failed(f"{path} answered {answer.status}")
    kind = answer.headers.get_content_type()
    if answer.headers.get("Content-Encoding") == "gzip":
        return gzip.decompress(sent), len(sent), kind
    packed = len(gzip.compress(sent, 6))
    return sent, min(packed, len(sent)), kind


def weight(port: int, path: str, cookie: str = "") -> dict[str, int]:
    """Bytes of a page and of everything it makes a browser fetch: style, script, icons, pictures, every font preloaded or
    used by the page's style for plain text (the preloaded ones; others load only where their weight is drawn).
    """
    content, size, _kind = fetched(port, path, cookie)
    page = content.decode()
    found = {path: size}
    linked = {urljoin(path, link) for link in _LINKED.findall(_without_other_links(page))}
    for link in sorted(linked):
        if link.startswith("/static/"):
            found[link] = fetched(port, link)[1]
    return found


def _without_other_links(page: str) -> str:
    """The page without `<link>` that browsers do not fetch (feeds, other languages)."""
    return re.sub(r"<link\b[^>]*>", lambda m: m.group(0) if _RELS.match(m.group(0)) else "", page)


def fonts(port: int, style: str) -> dict[str, int]:
    """Every font the style names, with its bytes: the most a browser could fetch."""
    content, _size, _kind = fetched(port, style)
    links = {urljoin(style, link) for link in _IN_STYLE.findall(content.decode()) if link.endswith(_FONTS)}
    return {link: fetched(port, link)[1] for link in sorted(links)}


def _emit_weight(emit: Emit, port: int, name: str, path: str, cookie: str, most: float) -> None:
    found = weight(port, path, cookie)
    style = next((link for link in found if link.endswith(".css")), "")
    every = found | (fonts(port, style) if style else {})
    parts = ", ".join(f"{Path(link).name or 'page'} {size / 1000:.1f}" for link, size in every.items())
    emit(
        at_most(
            8, f"{name}, compressed, with every font its style names", sum(every.values()) / 1000, most, "kB", parts
        )
    )


def run(emit: Emit, requests: int = REQUESTS) -> None:
    """Print the figures of job 8."""
    cookie, desk = staff_cookie()
    notices = model("solicitations.Solicitation").objects.filter(status="published").order_by("pk")[:50]
    mixed = [get(f"/opportunities/{asked}") for asked in ASKED if "page" not in asked]
    mixed += [get(path, cookie) for path in addresses(desk)]
    mixed += [get(reverse("solicitations:notice", args=[row.pk])) for row in notices]
    mixed += [get("/past-contracts/"), get("/")]
    with tempfile.TemporaryDirectory(dir=settings.STATE_DIR) as place, Served(own_url()) as web:
        [answering] = submitters(1, 20_000, Path(place))
        theirs = answering.chain[0]["headers"]["Cookie"]
        section = model("solicitations.Section").objects.get(solicitation__submissions__pk=answering.submission_id)
        form = reverse("solicitations:proposal_section", args=[answering.submission_id, section.pk])
        mixed += [get(form, theirs), get("/our-answers/", theirs), get("/", theirs)]
        _emit_weight(emit, web.port, "public list", "/opportunities/", "", PUBLIC_KB)
        _emit_weight(emit, web.port, "a notice", reverse("solicitations:notice", args=[notices[0].pk]), "", PUBLIC_KB)
        _emit_weight(emit, web.port, "form page", form, theirs, FORM_KB)
        with Generator(web.port) as generator:
            _send(generator, mixed, requests // 2)
            halfway = web.memory()
            _send(generator, mixed, requests // 2)
        held = web.memory()
    emit(at_most(8, f"a worker after {requests} mixed requests", max(held), WORKER_MB, "MB"))
    drift = max(after / before - 1 for before, after in zip(sorted(halfway), sorted(held), strict=True)) * 100
    emit(at_most(8, f"drift from {requests // 2} to {requests} requests", drift, MOST_DRIFT, "%"))
    emit(told(8, "workers", len(held), "processes"))


def _send(generator: Generator, mixed: list[dict[str, object]], count: int) -> None:
    outcome = generator.run((mixed * (count // len(mixed) + 1))[:count])
    if outcome.failed:
        raise Failed(f"mixed requests: {outcome.statuses}")
