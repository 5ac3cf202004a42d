"""Acts in words: who, as whom, what, when, why, before and after. Each app gives the words of its acts and fields.

    ACTS.update({"document.add": _("Document added")})        in an app's `ready` or at import of its `workflow.py`
    FIELDS.update({"expires_on": _("Expires on")})

An act without words is told by its own: "document.add" → "Document: add". `templates/history/_acts.html` shows the result.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from procurement_portal.history.models import Entry
from procurement_portal.web import words

Text = str | Promise
ACTS: dict[str, Text] = {
    "secret.reveal": _("Protected value shown"),
    "clock.start": _("Deadline set"),
    "clock.stop": _("Deadline ended"),
    "clock.move": _("Deadline moved"),
    "clock.breach": _("Deadline missed"),
    "clock.hand_over": _("Work handed over"),
}
FIELDS: dict[str, Text] = {
    "due_at": _("Due"),
    "state": _("State"),
    "desk": _("Desk"),
    "name": _("Name"),
    "title": _("Title"),
}
HIDDEN = frozenset({"id", "pk"})


@dataclass(frozen=True)
class Changed:
    """One fact before and after, in words."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Told:
    """One act in words."""

    at: datetime
    what: str
    who: str
    as_whom: str
    why: str
    law: str
    changes: tuple[Changed, ...]
    witnessed: bool
    subject: str


def tell(entries: Iterable[Entry]) -> list[Told]:
    """The acts in words, in the order given, in the active language."""
    return [
        Told(
            at=entry.at,
            what=what(entry.act),
            who=entry.actor_label,
            as_whom=entry.acting_as,
            why=entry.why,
            law=entry.law,
            changes=tuple(changes(entry.before or {}, entry.after or {})),
            witnessed=entry.witnessed,
            subject=entry.subject_label,
        )
        for entry in entries
    ]


def what(act: str) -> str:
    """The act in words."""
    known = ACTS.get(act)
    if known is not None:
        return str(known)
    noun, _dot, verb = act.partition(".")
    return f"{noun.replace('_', ' ').capitalize()}: {verb.replace('_', ' ')}"


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Changed]:
    """What differs, by label; facts that only came or only went are told so."""
    names = [n for n in {**before, **after} if n not in HIDDEN and before.get(n) != after.get(n)]
    return [Changed(field_words(name), value_words(before.get(name)), value_words(after.get(name))) for name in names]


def field_words(name: str) -> str:
    """A field's name in words."""
    return str(FIELDS.get(name) or name.replace("_", " ").capitalize())


def value_words(value: Any) -> str:
    """A stored value in words: days and instants as people read them, yes and no, lists with commas."""
    if value is None or value == "":
        return gettext("not given")
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, list):
        return ", ".join(value_words(item) for item in value) or gettext("none")
    if isinstance(value, dict):
        return "; ".join(f"{field_words(key)}: {value_words(item)}" for key, item in value.items())
    text = str(value)
    if isinstance(value, str) and len(text) >= 10 and text[4:5] == "-" and text[7:8] == "-":
        return _day_or_instant(text)
    return text


def _day_or_instant(text: str) -> str:
    try:
        if len(text) == 10:
            return words.day(date.fromisoformat(text))
        instant = datetime.fromisoformat(text)
    except ValueError:
        return text
    return words.instant(instant) if instant.tzinfo else text
