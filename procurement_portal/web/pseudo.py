"""A pseudo-language that proves every visible text goes through gettext, and a reader that finds the texts that do not.

    with pseudo_language():
        page = client.get("/opportunities/").content.decode()
    assert untranslated(page) == []

In the pseudo-language every message comes back as ⟦message⟧, in pure Python: no catalog file, no GNU gettext. Data (what
people wrote, numbers of records, law citations) stands inside an element with `translate="no"`; texts without letters need
no translation. `python -m procurement_portal.web.pseudo FILE…` reads saved pages and lists what is left.
"""

from __future__ import annotations

import gettext as gettext_module
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

from django.utils.translation import trans_real

from procurement_portal.web import kept

OPEN, CLOSE = "⟦", "⟧"
_SILENT = {"script", "style", "svg:style", "code", "template"}
_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
_SPOKEN = ("aria-label", "title", "placeholder", "alt")
_LETTERS = re.compile(r"[^\W\d_]{2,}")


class PseudoTranslations(gettext_module.NullTranslations):
    """A catalog that knows every message and wraps it."""

    def gettext(self, message: str) -> str:
        """⟦message⟧; the empty message stays empty."""
        return self._wrapped(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """The form English would choose, wrapped."""
        return self._wrapped(msgid1 if n == 1 else msgid2)

    def pgettext(self, context: str, message: str) -> str:
        """As `gettext`; a format of a day is left alone."""
        return message if context.startswith("format of") else self._wrapped(message)

    def npgettext(self, context: str, msgid1: str, msgid2: str, n: int) -> str:
        """As `ngettext`."""
        return self.ngettext(msgid1, msgid2, n)

    @staticmethod
    def _wrapped(message: str) -> str:
        return f"{OPEN}{message}{CLOSE}" if message.strip() else message


class _Pseudo(trans_real.DjangoTranslation):
    """What Django keeps as the active translation, answered by the pseudo-catalog."""

    def __init__(self) -> None:  # the real one reads catalogs from disk
        gettext_module.NullTranslations.__init__(self)
        self._pseudo = PseudoTranslations()
        self._DjangoTranslation__language = "en"
        self._DjangoTranslation__to_language = "en"
        self._DjangoTranslation__locale = "en"
        self.domain = "django"
        self._catalog: Any = trans_real.TranslationCatalog()
        self.plural = lambda n: int(n != 1)

    def gettext(self, message: str) -> str:
        """See PseudoTranslations."""
        if "\x04" in message:  # Django carries a message's context in front of it
            context, _mark, text = message.partition("\x04")
            return self._pseudo.pgettext(context, text)
        return self._pseudo.gettext(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """See PseudoTranslations."""
        return self._pseudo.ngettext(msgid1.rpartition("\x04")[2], msgid2.rpartition("\x04")[2], n)

    def language(self) -> str:
        """English, so that formats and addresses stay as they are."""
        return "en"

    def to_language(self) -> str:
        """As `language`."""
        return "en"


@contextmanager
def pseudo_language() -> Iterator[None]:
    """Inside, every translated text of this process comes back wrapped, whatever language a request activates."""
    pseudo = _Pseudo()
    inside: Any = trans_real  # what Django keeps for the thread is not in its type stubs
    kept.forget()  # it calls itself English, and what was kept of English is not its
    try:
        with (
            mock.patch.object(inside, "translation", lambda language: pseudo),
            mock.patch.object(inside, "_default", pseudo),
            mock.patch.object(inside, "_active", SimpleNamespace(value=pseudo)),
        ):
            yield
    finally:
        kept.forget()


class _Reader(HTMLParser):
    """Collects visible texts and spoken attributes outside ⟦…⟧ and outside translate="no"."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.stack: list[tuple[str, bool]] = []
        self.depth = 0
        self.left: list[str] = []

    @property
    def skipping(self) -> bool:
        return bool(self.stack) and self.stack[-1][1]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        skip = self.skipping or given.get("translate") == "no" or tag in _SILENT or given.get("type") == "hidden"
        if not skip:
            for name in _SPOKEN:
                self._check(given.get(name) or "", nested=False)
        if tag not in _VOID:
            self.stack.append((tag, skip))

    def handle_endtag(self, tag: str) -> None:
        while self.stack:
            closed, _skip = self.stack.pop()
            if closed == tag:
                break

    def handle_data(self, data: str) -> None:
        if not self.skipping:
            self._check(data, nested=True)
        elif OPEN in data or CLOSE in data:
            self.depth += data.count(OPEN) - data.count(CLOSE)

    def _check(self, text: str, nested: bool) -> None:
        depth, outside = (self.depth if nested else 0), []
        for letter in text:
            if letter == OPEN:
                depth += 1
            elif letter == CLOSE:
                depth = max(0, depth - 1)
            elif depth == 0:
                outside.append(letter)
        if nested:
            self.depth = depth
        rest = "".join(outside).strip()
        if _LETTERS.search(_UNTRANSLATED_WORDS.sub("", rest)):
            self.left.append(" ".join(rest.split()))


# Not words of a language: the names of time zones and units that stand inside formatted values.
_UNTRANSLATED_WORDS = re.compile(r"\b(CST|CDT|UTC|KB|MB|PDF|XLSX|CSV|DOCX|JPG|PNG)\b")


def untranslated(page: str) -> list[str]:
    """The visible texts of a page made under `pseudo_language()` that did not go through gettext, in order."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    return reader.left


if __name__ == "__main__":
    faults = [(name, text) for name in sys.argv[1:] for text in untranslated(Path(name).read_text(encoding="utf-8"))]
    sys.stdout.writelines(f"{name}: {text}\n" for name, text in faults)
    sys.exit(1 if faults else 0)
