"""Acts in words: who, as whom, what, when, why, before and after. Each app gives the words of its acts and fields.

    ACTS.update({"document.add": _("Document added")})        in an app's `ready` or at import of its `workflow.py`
    FIELDS.update({"expires_on": _("Expires on")})

A stored value is told by the words people read, found in this order: what `VALUES` says for the act's noun and the field
(workflows put the public names of their states there by themselves), the choices of the record's own field, the value.

    VALUES[("organization", "budget")] = dict(Profile.Budget.choices)

An act without words is told by its own: "document.add" → "Document: add". `templates/history/_acts.html` shows the result.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Field
from django.utils.functional import Promise
from django.utils.text import capfirst
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
VALUES: dict[tuple[str, str], Mapping[Any, Text]] = {}
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
            changes=tuple(changes(entry.before or {}, entry.after or {}, entry)),
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


def changes(before: Mapping[str, Any], after: Mapping[str, Any], entry: Entry | None = None) -> list[Changed]:
    """What differs, by label; facts that only came or only went are told so. `entry` lends its words for stored values."""
    names = [n for n in {**before, **after} if n not in HIDDEN and before.get(n) != after.get(n)]
    return [
        Changed(
            field_words(name, entry.subject_type if entry else ""),
            fact_words(entry, name, before.get(name)),
            fact_words(entry, name, after.get(name)),
        )
        for name in names
    ]


def fact_words(entry: Entry | None, name: str, value: Any) -> str:
    """One fact of an entry in words: "under_evaluation" as "Under evaluation", "to_10m" as "$2 million to $10 million"."""
    if entry is None or isinstance(value, dict):
        return value_words(value)
    known = VALUES.get((entry.act.partition(".")[0], name)) or _choices(entry.subject_type, name)
    if isinstance(value, list):
        return ", ".join(str(known.get(item, value_words(item))) for item in value) or gettext("none")
    return str(known[value]) if value in known else value_words(value)


def _field(subject_type: str, name: str) -> Field[Any, Any] | None:
    try:
        found = apps.get_model(subject_type)._meta.get_field(name)
    except (LookupError, ValueError, FieldDoesNotExist):
        return None
    return found if isinstance(found, Field) else None


@lru_cache(maxsize=512)
def _choices(subject_type: str, name: str) -> Mapping[Any, Text]:
    """What the choices of a record's field say for each stored value; nothing for a field without choices, or none of that name."""
    found = _field(subject_type, name)
    # A choice whose words are the stored value itself says nothing.
    listed = found.flatchoices if found is not None else ()
    return {value: label for value, label in listed if label is not value and str(label) != str(value)}


def field_words(name: str, subject_type: str = "") -> str:
    """A field's name in words: ours, the record's own, or the name itself."""
    found = _field(subject_type, name)
    return str(FIELDS.get(name) or capfirst(str(getattr(found, "verbose_name", name.replace("_", " ")))))


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
