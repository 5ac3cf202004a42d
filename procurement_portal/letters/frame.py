"""What every letter's frame says, in the active language."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import get_language, gettext

from procurement_portal.web import words

GOVERNMENTS = {"city": "City of Chicago", "county": "Cook County", "": "City of Chicago and Cook County"}


def frame(title: str, *, jurisdiction: str = "", department: str = "", foot: str = "") -> dict[str, Any]:
    """Title, language, head and foot. `jurisdiction` is "city", "county" or "" for papers of neither."""
    return {
        "title": title,
        "lang": (get_language() or "en").partition("-")[0],
        "government": GOVERNMENTS[jurisdiction],
        "department": department,
        "page": gettext("Page {n} of {m}"),
        "foot": foot,
    }


def made(at: datetime) -> dict[str, int]:
    """The day of a letter in Chicago, as typst takes it."""
    here = words.local(at)
    return {"year": here.year, "month": here.month, "day": here.day}
