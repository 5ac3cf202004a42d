"""What an empty required field says: what to enter, in the words of its label. "Enter the title.", never "This field is required."

English builds the sentence around the label; a translation of the three sentences may quote it instead.
"""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext as _

# A label that is a clause of its own is asked for as one: "What happened" → "Say what happened."
_CLAUSES = frozenset(["how", "what", "when", "where", "which", "who", "whom", "whose", "why"])
# One that does not name a thing is quoted: "Until" → "Fill in “Until”."
_NO_THINGS = frozenset(
    ["about", "also", "at", "begins", "due", "ends", "for", "from", "i", "in", "of", "since", "starts", "to", "until", "we"]
)  # fmt: skip
_WITH_ARTICLE = frozenset(["a", "an", "the", "your", "our", "their", "its"])
_VERBS = frozenset(["choose", "enter", "give", "say", "tell", "upload", "write"])
_CHOSEN = (forms.Select, forms.RadioSelect, forms.CheckboxSelectMultiple)


def needed(label: str, widget: forms.Widget) -> str:
    """The sentence for an empty field with this label and control, in the active language."""
    text = label.strip().rstrip(":.")
    first, *others = text.split() or [""]
    start = first.lower()
    if isinstance(widget, forms.CheckboxInput):
        return _("Check the box “%(label)s”.") % {"label": text}
    if text.endswith("?"):
        return _("Answer this question.")
    if start in _VERBS:
        return f"{text}."
    if start in _NO_THINGS or not text:
        return _("Fill in “%(label)s”.") % {"label": text}
    thing = _small(first, others)
    if start in _CLAUSES:
        return _("Say %(label)s.") % {"label": thing}
    owned = start in _WITH_ARTICLE
    if isinstance(widget, _CHOSEN):
        return (_("Choose %(label)s.") if owned else _("Choose the %(label)s.")) % {"label": thing}
    if isinstance(widget, forms.FileInput):
        return (_("Add %(label)s.") if owned else _("Add the %(label)s.")) % {"label": thing}
    return (_("Enter %(label)s.") if owned else _("Enter the %(label)s.")) % {"label": thing}


def _small(first: str, others: list[str]) -> str:
    """The label inside a sentence: its first letter small, unless it is a name or an abbreviation."""
    name = first[1:] != first[1:].lower() or any(word.strip("(),“”").istitle() for word in others)
    return " ".join([first if name else first[:1].lower() + first[1:], *others])
