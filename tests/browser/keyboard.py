"""A person who has only a keyboard: Tab, Enter, Space, letters. Every stop must be seen."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

MOST_STOPS = 250
# What has the focus: its name as a person would read it, and whether anything shows that it has the focus.
_STOP = """() => {
  const e = document.activeElement
  if (!e || e === document.body) return null
  const round = ['radio', 'checkbox'].includes(e.type)
  const label = e.labels && e.labels[0]
  const style = round && label ? getComputedStyle(label, '::before') : getComputedStyle(e)
  const own = getComputedStyle(e)
  const ring = s => (s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) > 0) || s.boxShadow !== 'none'
  const box = (round && label ? label : e).getBoundingClientRect()
  const legend = e.closest('fieldset')?.querySelector('legend')?.innerText || ''
  const name = e.getAttribute('aria-label') || (e.labels && [...e.labels].map(l => l.textContent).join(' ')) || e.textContent || e.value || ''
  return {tag: e.tagName, type: e.type || '', name: name.replace(/\\s+/g, ' ').trim(), legend, value: e.value || '',
          seen: ring(style) || ring(own) || (e.type === 'date' && !e.matches(':focus')), inside: box.bottom > 0 && box.top < innerHeight && box.width > 0}
}"""
# What the Tab key should reach: one radio of a group, what is not hidden, closed or turned off.
_REACHABLE = """() => {
  const groups = new Set()
  return [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex="0"]')].filter(e => {
    if (e.disabled || e.type === 'hidden' || e.tabIndex < 0) return false
    if (!e.checkVisibility({visibilityProperty: true})) return false
    if (e.type !== 'radio') return true
    const group = e.form?.id + e.name
    return !groups.has(group) && groups.add(group)
  }).length
}"""


class Keyboard:
    """Moves over a page by Tab. Raises AssertionError for a stop that cannot be seen or a name that is never reached."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, key: str) -> None:
        """One key that leads to no other page."""
        self.page.keyboard.press(key)

    def go(self) -> None:
        """Enter, and the page that it leads to."""
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def type(self, words: str) -> None:
        """Letters into what has the focus, in place of what stands there."""
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(words)

    def stop(self) -> dict[str, Any] | None:
        """What has the focus now; None when nothing of the page has it."""
        found: dict[str, Any] | None = self.page.evaluate(_STOP)
        for _ in range(10):  # the skip link slides in
            if found is None or found["inside"]:
                break
            self.page.wait_for_timeout(50)
            found = self.page.evaluate(_STOP)
        assert found is None or (found["seen"] and found["inside"]), (self.page.url, "focus cannot be seen", found)
        return found

    def to(self, name: str, *, back: bool = False, tag: str = "", legend: str = "") -> dict[str, Any]:
        """Tab (or Shift+Tab) until something whose name begins so has the focus."""
        passed = []
        for _ in range(MOST_STOPS):
            found = self.stop()
            if (
                found
                and found["name"].lower().startswith(name.lower())
                and tag.upper() in ("", found["tag"])
                and legend in found["legend"]
            ):
                return found
            passed.append(found and found["name"][:40])
            self.page.keyboard.press("Shift+Tab" if back else "Tab")
        raise AssertionError((self.page.url, f"no way by Tab to “{name}”", passed[-60:]))

    def enter(self, name: str, **how: Any) -> None:
        """Tab there, press Enter, come to the next page."""
        self.to(name, **how)
        self.go()

    def whole_page(self) -> None:
        """Tab runs from the skip link through everything and leaves the page again: no trap, nothing left out."""
        self.page.evaluate("() => { document.activeElement.blur(); window.scrollTo(0, 0) }")
        self.page.keyboard.press("Tab")
        first = self.stop()
        assert first is not None and first["name"] == "Skip to the content", (self.page.url, first)
        expected, stops = self.page.evaluate(_REACHABLE), 1
        for _ in range(expected + 30):
            self.page.keyboard.press("Tab")
            if self.stop() is None:
                break
            stops += 1
        else:
            raise AssertionError((self.page.url, "Tab never leaves the page"))
        # A group of round buttons is one stop, or two where none is chosen yet and the browser takes each end.
        assert stops >= expected, (self.page.url, f"{expected} things to reach, {stops} stops")

    def skip(self) -> None:
        """The skip link leads into the content: the next Tab is there."""
        self.page.evaluate("() => { document.activeElement.blur(); window.scrollTo(0, 0) }")
        self.page.keyboard.press("Tab")
        self.page.keyboard.press("Enter")
        assert self.page.evaluate("() => document.activeElement.id") == "main", self.page.url
        self.page.keyboard.press("Tab")
        assert self.page.evaluate("() => document.activeElement.closest('main, footer') !== null"), self.page.url
