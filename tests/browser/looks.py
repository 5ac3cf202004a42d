"""What every page must hold at every width: no axe finding, nothing scrolling sideways; and its picture where one is wanted."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

WIDTHS = (320, 768, 1280)
HEIGHT = 900
PICTURES = os.environ.get("PORTAL_PICTURES", "")  # a folder: then every page is also photographed
_RULES = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
# Without preload: no rule that runs here reads style sheets anew, and fetching them takes a fifth of the time.
_AXE = "async ([rules, where]) => (await axe.run(where ? where : document, {runOnly: rules, resultTypes: ['violations'], preload: false})).violations.map(v => [v.id, v.nodes.slice(0, 4).map(n => n.html.slice(0, 200))])"
# How the page around its content is built, whatever it says: header, navigation and footer without words and numbers.
_AROUND = """() => { const page = document.documentElement.cloneNode(true); page.querySelector('main')?.replaceChildren();
    return page.outerHTML.replace(/>[^<]*\\S[^<]*</g, '>x<').replace(/="[^"]*"/g, m => m.replace(/\\d+/g, '0')) }"""
_TOO_WIDE = "() => [...document.body.querySelectorAll('*')].filter(e => e.getBoundingClientRect().right > document.documentElement.clientWidth).map(e => e.outerHTML.slice(0, 80)).slice(-4)"
_OVER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
_known: set[str] = set()


def accessible(page: Page, *where: str, picture: str = "") -> None:
    """axe finds nothing at any width, and nothing scrolls sideways; `picture` names its photograph.

    What stands around the content is looked at once for each way it is built, the content every time. Raises AssertionError
    naming place, width and finding.
    """
    around = hashlib.sha256(page.evaluate(_AROUND).encode()).hexdigest()
    part = "main" if around in _known and page.locator("main").count() == 1 else ""
    if not page.evaluate("() => 'axe' in window"):  # it is large: once a document, not once a width
        page.evaluate(Axe().axe_script)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": HEIGHT})
        told = page.evaluate(_AXE, [_RULES, part])
        assert told == [], (*where, width, told)
        over = page.evaluate(_OVER)
        assert over <= 0, (*where, width, f"scrolls sideways by {over} px", page.evaluate(_TOO_WIDE))
    _known.add(around)
    if picture:
        photograph(page, picture)


def photograph(page: Page, name: str) -> None:
    """Keep the page's picture at a phone's and at a desk's width, where pictures are wanted."""
    if PICTURES:
        for width in (390, 1280):
            page.set_viewport_size({"width": width, "height": HEIGHT})
            page.screenshot(path=str(Path(PICTURES) / f"{name}-{width}.png"), full_page=True)
        page.set_viewport_size({"width": 1280, "height": HEIGHT})
