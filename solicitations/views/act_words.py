"""The acts on a solicitation in the words of its history page."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from solicitations.forms.plan import FORMS

ACTS = {
    "solicitation.draft": gettext_lazy("Draft begun"),
    "solicitation.copy": gettext_lazy("Copied from another solicitation"),
    "solicitation.from_template": gettext_lazy("Begun from a template"),
    "solicitation.change": gettext_lazy("Changed"),
    "solicitation.request_review": gettext_lazy("Sent to review"),
    "solicitation.return": gettext_lazy("Returned to draft"),
    "solicitation.publish": gettext_lazy("Published"),
    "solicitation.close": gettext_lazy("Closed at the due hour"),
    "solicitation.cancel": gettext_lazy("Canceled"),
    "solicitation.audit_read": gettext_lazy("Read by an auditor"),
    "section.add": gettext_lazy("Section added"),
    "section.change": gettext_lazy("Section changed"),
    "section.move": gettext_lazy("Section moved"),
    "section.delete": gettext_lazy("Section deleted"),
    "question.add": gettext_lazy("Question added"),
    "question.change": gettext_lazy("Question changed"),
    "question.move": gettext_lazy("Question moved"),
    "question.delete": gettext_lazy("Question deleted"),
    "criterion.add": gettext_lazy("Criterion added"),
    "criterion.change": gettext_lazy("Criterion changed"),
    "criterion.move": gettext_lazy("Criterion moved"),
    "criterion.delete": gettext_lazy("Criterion deleted"),
    "library.leave_out": gettext_lazy("Library criterion left out"),
    "addendum.draft": gettext_lazy("Addendum begun"),
    "addendum.request_review": gettext_lazy("Addendum sent to review"),
    "addendum.return": gettext_lazy("Addendum returned to draft"),
    "addendum.discard": gettext_lazy("Addendum discarded"),
    "addendum.issue": gettext_lazy("Addendum issued"),
}

OTHER_FIELDS = {  # kept as rows of their own, not as one field of a form
    "shares": gettext_lazy("Sources of the money"),
    "lots": gettext_lazy("Lots"),
    "documents": gettext_lazy("Required documents"),
}


def act_words(act: str, after: Any) -> str:
    """An act in words, with the names of what changed where the entry says so."""
    said = str(ACTS.get(act, _("Addendum changed") if act.startswith("addendum.") else act))
    if act == "solicitation.change" and after:
        return _("%(act)s: %(what)s") % {"act": said, "what": "; ".join(field_words(name) for name in after)}
    for key in ("section", "question", "criterion", "name", "title"):
        if after and isinstance(after.get(key), str):
            return f"{said}: {after[key]}"
    return said


def field_words(name: str) -> str:
    """A field of the notice by the label its page gives it."""
    for form in FORMS.values():
        if name in form.base_fields:
            return str(form.base_fields[name].label)
    return str(OTHER_FIELDS.get(name) or name.replace("_", " ").capitalize())
