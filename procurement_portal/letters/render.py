"""One way to make a PDF: a typst template and data, out comes tagged PDF/UA-1 and PDF/A-2a. In the background worker only.

Data reaches the template as JSON, never as source text. A picture without alternative text, a missing title or language fails.
"""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import typst

TEMPLATES = Path(__file__).with_name("templates")
STANDARDS: list[Any] = ["ua-1", "a-2a"]
MOST_ALPHABETS = 40
_NO_GLYPH = re.compile(r'the text `"(.+?)"` could not be displayed', re.S)


class LetterFailed(Exception):
    """The template refused the data, or the result would not be accessible; the message is typst's."""


def render(
    template: str, data: Mapping[str, Any], *, files: Mapping[str, bytes] | None = None, made_at: datetime | None = None
) -> bytes:
    """The PDF of `templates/<template>.typ` with this data (plain JSON values, texts already in the reader's language).

    `files` are pictures the template may show under their names. `made_at` is the document's own date; the same data and
    date give the same bytes. Raises LetterFailed.
    """
    given = {"data": json.dumps(data, ensure_ascii=False)}
    if not files:
        return _compile(TEMPLATES, template, given, made_at)
    # Typst reads pictures from a folder: one in memory where the machine has it, gone when this returns.
    with tempfile.TemporaryDirectory(dir=_memory_folder(), prefix="letter-") as name:
        folder = Path(name)
        for source in TEMPLATES.glob("*.typ"):
            shutil.copy(source, folder)
        for file_name, content in files.items():
            if Path(file_name).name != file_name:
                raise LetterFailed("a picture's name is not a path")
            (folder / file_name).write_bytes(content)
        return _compile(folder, template, given, made_at)


def _compile(folder: Path, template: str, given: dict[str, str], made_at: datetime | None) -> bytes:
    for _attempt in range(MOST_ALPHABETS):
        compiler = typst.Compiler(folder / f"{template}.typ", root=folder, ignore_system_fonts=True, sys_inputs=given)
        try:
            made = compiler.compile(
                format="pdf", pdf_standards=STANDARDS, timestamp=int(made_at.timestamp()) if made_at else 0
            )
        except typst.TypstError as error:
            missing = _NO_GLYPH.search(error.message)
            if missing is None:
                raise LetterFailed(f"{template}: {error.message} {' '.join(error.hints)}".strip()) from error
            given = {"data": _spelled_out(given["data"], missing.group(1))}
        else:
            assert isinstance(made, bytes)
            return made
    raise LetterFailed(f"{template}: too many alphabets that the fonts do not have")


def _spelled_out(data: str, missing: str) -> str:
    """A name in an alphabet our fonts lack must not cost anybody the letter: its characters are written as their numbers."""
    pages = {ord(character) >> 8 for character in missing}
    return "".join(f"[U+{ord(c):04X}]" if ord(c) > 0xFF and ord(c) >> 8 in pages else c for c in data)


def _memory_folder() -> str | None:
    memory = Path("/dev/shm")  # nosec B108  the file in it is made by tempfile
    return str(memory) if memory.is_dir() else None
